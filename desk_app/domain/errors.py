"""Every condition the counter can meet, as one tree under `DeskError`.

`Condition` is an ordinary day (no card, a dead server, a refusal): it has a code, typed fields and, in
`desk_app.ui.words`, a message and a next step. Anything else raised under `DeskError` is a bug.
Words for people never live here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from desk_app.domain.card import CardReading, CardState
    from desk_app.domain.e_card import ECard
    from desk_app.domain.lifecycle import Change
    from desk_app.domain.permissions import Permission
    from desk_app.domain.signature import CertificateProblem
    from desk_app.domain.verbs import Hindrance, Verb


class DeskError(Exception):
    """Root of all errors that this product raises on purpose; `code` is stable and machine-readable."""

    code: ClassVar[str] = "internal"

    @property
    def facts(self) -> dict[str, Any]:
        """The typed fields by name, for filling in a message; never logged as they are."""
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.code


@dataclass(eq=False)
class BrokenPromise(DeskError):
    """A bug: something that the code relies on did not hold."""

    code: ClassVar[str] = "internal"
    what: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.what}"


@dataclass(eq=False)
class Condition(DeskError):
    """An expected condition with a next step for the clerk."""


# --- the reader and the card (codes: contracts/card.md, "What the app reports") -------------------


@dataclass(eq=False)
class CardError(Condition):
    """Something about the reader or the card; `reader` is its PC/SC name where one is known."""

    reader: str | None = None


@dataclass(eq=False)
class ServiceUnavailable(CardError):
    """The smart-card service (pcscd) does not answer."""

    code: ClassVar[str] = "service_unavailable"


@dataclass(eq=False)
class NoReader(CardError):
    """The service runs but lists no reader, or not the one asked for."""

    code: ClassVar[str] = "no_reader"


@dataclass(eq=False)
class NoCard(CardError):
    """No card in any (or in the asked) reader."""

    code: ClassVar[str] = "no_card"


@dataclass(eq=False)
class MuteCard(CardError):
    """A card is in but does not answer to power: upside down, dirty or dead."""

    code: ClassVar[str] = "mute_card"


@dataclass(eq=False)
class UnsupportedCard(CardError):
    """The card has no social security application."""

    code: ClassVar[str] = "unsupported_card"


@dataclass(eq=False)
class CardRemoved(CardError):
    """The card left the reader while it was being used."""

    code: ClassVar[str] = "card_removed"


@dataclass(eq=False)
class CardBusy(CardError):
    """Another program holds the card and did not let go in time; `programs` may hold it."""

    code: ClassVar[str] = "card_busy"
    programs: tuple[str, ...] = ()


@dataclass(eq=False)
class CardDamaged(CardError):
    """The identification code or the social security number cannot be read."""

    code: ClassVar[str] = "card_damaged"
    missing: str | None = None


@dataclass(eq=False)
class Counterfeit(CardError):
    """The security module says that the card's answer is not a genuine one; `reading` is what was read."""

    code: ClassVar[str] = "counterfeit"
    reading: CardReading | None = None


@dataclass(eq=False)
class ReaderLost(CardError):
    """The reader was unplugged while it was being used."""

    code: ClassVar[str] = "reader_lost"


@dataclass(eq=False)
class CardTimeout(CardError):
    """The card took longer than `seconds` to answer."""

    code: ClassVar[str] = "timeout"
    seconds: float | None = None


@dataclass(eq=False)
class Cancelled(Condition):
    """The operator stopped it."""

    code: ClassVar[str] = "cancelled"


# --- the national platform (codes: contracts/platform.openapi.yaml) --------------------------------


@dataclass(eq=False)
class PlatformError(Condition):
    """Something about the national platform."""


@dataclass(eq=False)
class PlatformUnreachable(PlatformError):
    """No answer came: whether a request that changes something took effect is unknown."""

    code: ClassVar[str] = "platform_unreachable"
    reason: str = ""


@dataclass(eq=False)
class PlatformRefused(PlatformError):
    """The platform answered with a problem that no more specific class names; `problem` is its code."""

    code: ClassVar[str] = "platform_refused"
    problem: str = ""
    status: int = 0
    retryable: bool = False
    skew: float | None = None
    """For stale_timestamp: how many seconds our clock is ahead of the platform's."""


@dataclass(eq=False)
class AlreadyBound(PlatformError):
    """This card has an e-card already: `e_card`."""

    code: ClassVar[str] = "already_bound"
    e_card: ECard | None = None


@dataclass(eq=False)
class HolderHasECard(PlatformError):
    """The holder has an e-card on another physical card."""

    code: ClassVar[str] = "holder_has_e_card"
    e_card: ECard | None = None


@dataclass(eq=False)
class CardNotUsable(PlatformError):
    """The platform's mirror of the card does not allow it; `problem` is one of card_not_activated,
    card_lost, card_cancelled, card_expired."""

    code: ClassVar[str] = "card_not_usable"
    problem: str = ""


@dataclass(eq=False)
class IdentityMismatch(PlatformError):
    """The platform knows another holder for this card."""

    code: ClassVar[str] = "identity_mismatch"


@dataclass(eq=False)
class ConsentMissing(PlatformError):
    """The holder's consent was not given or is not complete."""

    code: ClassVar[str] = "consent_missing"


@dataclass(eq=False)
class RiskHold(PlatformError):
    """The platform holds the case back for a risk check until a moment in time."""

    code: ClassVar[str] = "risk_hold"
    reason: str = ""
    until: datetime | None = None


@dataclass(eq=False)
class StaleVersion(Condition):
    """Somebody else changed it first."""

    code: ClassVar[str] = "stale_version"
    current: int | None = None


@dataclass(eq=False)
class UnknownECard(PlatformError):
    """There is no such e-card."""

    code: ClassVar[str] = "unknown_e_card"


@dataclass(eq=False)
class InstructionPending(PlatformError):
    """Written down but not confirmed yet: the outbox completes it, nobody needs to ask again."""

    code: ClassVar[str] = "instruction_pending"


# --- the store --------------------------------------------------------------------------------------


@dataclass(eq=False)
class StoreError(Condition):
    """Something about the database."""


@dataclass(eq=False)
class StoreUnavailable(StoreError):
    """The database cannot be opened or does not answer."""

    code: ClassVar[str] = "store_unavailable"
    reason: str = ""


@dataclass(eq=False)
class StoreLocked(StoreError):
    """The database cannot be decrypted with the key at hand."""

    code: ClassVar[str] = "store_locked"


@dataclass(eq=False)
class DiskFull(StoreError):
    """There is no room left; nothing of the operation was kept."""

    code: ClassVar[str] = "disk_full"


@dataclass(eq=False)
class OneToOne(StoreError):
    """It would give a card two e-cards, or an e-card two cards: refused by the database."""

    code: ClassVar[str] = "one_to_one"


@dataclass(eq=False)
class OutcomeUnknown(StoreError):
    """The connection was lost while committing: whether it holds must be asked again."""

    code: ClassVar[str] = "outcome_unknown"


@dataclass(frozen=True)
class BadRow:
    """One row of an import that cannot be taken: its line in the file (from 1), column and problem code."""

    line: int
    column: str
    problem: str


@dataclass(eq=False)
class ImportRejected(StoreError):
    """Nothing of the file was imported, because of these rows (`total` may exceed those listed)."""

    code: ClassVar[str] = "import_rejected"
    rows: tuple[BadRow, ...] = ()
    total: int = 0


# --- rules and operators ---------------------------------------------------------------------------


@dataclass(eq=False)
class NotPossible(Condition):
    """The verb is not possible in this case; `hindrances` say why. Where it was possible when the case was
    shown, `at` and `window` tell when and where somebody else was first."""

    code: ClassVar[str] = "not_possible"
    verb: Verb | None = None
    hindrances: tuple[Hindrance, ...] = ()
    at: datetime | None = None
    window: str = ""


@dataclass(eq=False)
class NotPermitted(Condition):
    """None of the operator's roles allows it."""

    code: ClassVar[str] = "not_permitted"
    permission: Permission | None = None


@dataclass(eq=False)
class FourEyes(Condition):
    """The one who filed it would decide it."""

    code: ClassVar[str] = "four_eyes"


@dataclass(eq=False)
class StateForbids(Condition):
    """The card's state does not allow this change."""

    code: ClassVar[str] = "state_forbids"
    change: Change | None = None
    state: CardState | None = None


@dataclass(eq=False)
class Outdated(Condition):
    """It was changed by somebody else since it was shown: what, when and at which window."""

    code: ClassVar[str] = "outdated"
    what: str = ""
    at: datetime | None = None
    window: str = ""


@dataclass(eq=False)
class QuotaReached(Condition):
    """The operator has opened more citizens' data than anybody serves in an hour."""

    code: ClassVar[str] = "quota_reached"


@dataclass(eq=False)
class TooManyCodes(Condition):
    """The operator has tried more wrong verification codes than anybody mistypes in an hour."""

    code: ClassVar[str] = "too_many_codes"


@dataclass(eq=False)
class CopyTaken(Condition):
    """Another window has just issued the copy with this number: it must be drawn anew."""

    code: ClassVar[str] = "copy_taken"


@dataclass(eq=False)
class DocumentNotKept(Condition):
    """The archive does not hold the file as it was issued."""

    code: ClassVar[str] = "document_not_kept"


@dataclass(eq=False)
class AlreadyIssued(Condition):
    """The same document was issued before, last at `at` and `window` as copy `copy_number`: another copy
    needs a reason."""

    code: ClassVar[str] = "already_issued"
    at: datetime | None = None
    window: str = ""
    copy_number: int = 0


@dataclass(eq=False)
class TrailBroken(Condition):
    """The audit trail was touched: where its chain does not hold. `at` is the time of the record there."""

    code: ClassVar[str] = "trail_broken"
    hall: str = ""
    seq: int = 0
    at: datetime | None = None


@dataclass(eq=False)
class TooYoungToPurge(Condition):
    """The policy keeps audit records for `keep_years`; what is older than `latest` may go."""

    code: ClassVar[str] = "too_young_to_purge"
    keep_years: int = 0
    latest: date | None = None


@dataclass(eq=False)
class SignInRefused(Condition):
    """Unknown operator or wrong password (never said which)."""

    code: ClassVar[str] = "sign_in_refused"


@dataclass(eq=False)
class OperatorLocked(Condition):
    """Too many wrong passwords; `until` is when the next try is accepted."""

    code: ClassVar[str] = "operator_locked"
    until: datetime | None = None


@dataclass(eq=False)
class OperatorDisabled(Condition):
    """An administrator has disabled the operator's number since they signed in."""

    code: ClassVar[str] = "operator_disabled"


@dataclass(eq=False)
class PasswordDue(Condition):
    """The password is right, but must be changed first: given by an administrator, or too old."""

    code: ClassVar[str] = "password_due"


@dataclass(eq=False)
class OperatorCardRefused(Condition):
    """This card does not sign anybody in; `problem` is a code: not_proven, no_operator, pin_locked …"""

    code: ClassVar[str] = "operator_card_refused"
    problem: str = ""


@dataclass(eq=False)
class WrongPin(Condition):
    """The card did not accept the PIN; `tries_left` where the card says so, never 0."""

    code: ClassVar[str] = "wrong_pin"
    tries_left: int | None = None


@dataclass(eq=False)
class LastAdministrator(Condition):
    """Nobody would be left who can look after operators."""

    code: ClassVar[str] = "last_administrator"


@dataclass(eq=False)
class OperatorExists(Condition):
    """The number belongs to somebody already; numbers are never given to another person."""

    code: ClassVar[str] = "operator_exists"


@dataclass(eq=False)
class InvalidInput(Condition):
    """Something typed or given is not acceptable; `field` names it, `problem` is a code."""

    code: ClassVar[str] = "invalid_input"
    field: str = ""
    problem: str = ""


@dataclass(eq=False)
class BadSettings(Condition):
    """The settings file or an environment variable is wrong at `key`; `problem` is a code."""

    code: ClassVar[str] = "bad_settings"
    key: str = ""
    problem: str = ""
    source: str = ""


@dataclass(eq=False)
class ReasonRequired(Condition):
    """A reason must be given before personal data is shown."""

    code: ClassVar[str] = "reason_required"


@dataclass(eq=False)
class UnknownPerson(Condition):
    """Nobody with this social security number is in the store."""

    code: ClassVar[str] = "unknown_person"


# --- printing ---------------------------------------------------------------------------------------


@dataclass(eq=False)
class PrintError(Condition):
    """Something about the printer or the document."""


@dataclass(eq=False)
class NoPrinter(PrintError):
    """No print queue is set up, or the one that is set is gone."""

    code: ClassVar[str] = "no_printer"
    queue: str | None = None


@dataclass(eq=False)
class PrinterRefused(PrintError):
    """The print service did not take the job."""

    code: ClassVar[str] = "printer_refused"
    reason: str = ""


@dataclass(eq=False)
class PrintingForbidden(PrintError):
    """This user may not print, or cancel, at the queue."""

    code: ClassVar[str] = "printing_forbidden"
    queue: str | None = None


@dataclass(eq=False)
class PrintServiceDown(PrintError):
    """The print service does not answer."""

    code: ClassVar[str] = "print_service_down"


@dataclass(eq=False)
class NothingToState(PrintError):
    """The store has nothing about this person and period to put on a statement."""

    code: ClassVar[str] = "nothing_to_state"


@dataclass(eq=False)
class TotalsDiffer(PrintError):
    """What a document would print does not amount to what the store adds up; `part` is `contributions` or
    `pension_account`."""

    code: ClassVar[str] = "totals_differ"
    part: str = ""


@dataclass(eq=False)
class FontsMissing(PrintError):
    """The document fonts are not installed."""

    code: ClassVar[str] = "fonts_missing"


@dataclass(eq=False)
class CannotSave(PrintError):
    """The file cannot be written there."""

    code: ClassVar[str] = "cannot_save"
    path: str = ""
    reason: str = ""


# --- batches -----------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoSuchBatch(Condition):
    """No batch of this hall is called like this, or more than one is."""

    code: ClassVar[str] = "no_such_batch"
    called: str = ""


@dataclass(eq=False)
class NobodyInBatch(Condition):
    """Nobody was insured there in that year: there is nothing to issue."""

    code: ClassVar[str] = "nobody_in_batch"


@dataclass(eq=False)
class BatchRuns(Condition):
    """Another process of this computer runs it."""

    code: ClassVar[str] = "batch_runs"


@dataclass(eq=False)
class FolderTaken(Condition):
    """The folder holds something else than this batch's files."""

    code: ClassVar[str] = "folder_taken"
    path: str = ""


@dataclass(eq=False)
class FolderFull(PrintError):
    """There is too little room for the files; what was issued is whole, the rest can be issued later."""

    code: ClassVar[str] = "folder_full"
    path: str = ""
    needed_mb: int = 0
    free_mb: int = 0


@dataclass(eq=False)
class DrawingStopped(PrintError):
    """The processes that draw have ended, or those of the cluster cannot be reached."""

    code: ClassVar[str] = "drawing_stopped"
    where: str = ""


# --- signing ----------------------------------------------------------------------------------------


@dataclass(eq=False)
class SigningError(PrintError):
    """A document that is to be signed could not be, and was not issued."""


@dataclass(eq=False)
class SigningKeyUnavailable(SigningError):
    """The hall's key cannot be used; `reason` is a code: not_set_up, key_unreadable, open_to_others,
    not_a_certificate, not_a_key, another_key, no_token, no_key, pin_locked; `where` a file or a label."""

    code: ClassVar[str] = "signing_key_unavailable"
    reason: str = ""
    where: str = ""


@dataclass(eq=False)
class SigningSecretWrong(SigningError):
    """The password or PIN of the hall's key is wrong or missing. It is not tried twice: tokens lock."""

    code: ClassVar[str] = "signing_secret_wrong"


@dataclass(eq=False)
class CertificateUnfit(SigningError):
    """The hall's certificate must not sign."""

    code: ClassVar[str] = "certificate_unfit"
    unfit: CertificateProblem | None = None
    valid_until: datetime | None = None


@dataclass(eq=False)
class TimeStampUnavailable(SigningError):
    """The time-stamp authority gave no time stamp."""

    code: ClassVar[str] = "time_stamp_unavailable"
    reason: str = ""
