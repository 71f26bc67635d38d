"""What the services need from the outside world. Owned here, implemented by the adapters.

Every port's real adapter and its fake in `tests/fakes/` pass one contract test. All calls are synchronous
and block; they are made on a lane (`desk_app.services.lanes`), never on the window's thread. Errors are
those of `desk_app.domain.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self
from uuid import UUID

from desk_app.domain.application import (
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    QueueEntry,
    QueueFilter,
    TemporaryLoss,
)
from desk_app.domain.audit import EVERYTHING, AuditEntry, AuditQuery, AuditRecord
from desk_app.domain.audit_chain import Anchor, BrokenLink, ChainReport
from desk_app.domain.batch import Batch, BatchItem, BatchState, OnRecord
from desk_app.domain.card import (
    Algorithm,
    CardEvent,
    CardReading,
    CardState,
    ReadStep,
    RegisteredCard,
)
from desk_app.domain.contribution import Contribution, MonthRange, PensionYear
from desk_app.domain.document import CheckedFile, CodeRecord, Imprint, IssuedDocument
from desk_app.domain.e_card import (
    Authorization,
    Channel,
    CityService,
    ClaimCode,
    Consent,
    ECard,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.domain.outbox import FrozenRequest, Instruction, OutboxEntry, OutboxKind, OutboxState
from desk_app.domain.printing import AS_USUAL, PrintChoice, PrinterOffer, PrinterTrouble
from desk_app.domain.purpose import Purpose
from desk_app.domain.receipt import ReceiptContent
from desk_app.domain.shift import Backlog, DayReport, Shift, Tally
from desk_app.domain.signature import SignatureFound, SigningCertificate
from desk_app.domain.statement import StatementContent
from desk_app.domain.totals import ContributionSum, PensionSum
from desk_app.domain.visit import Visit, VisitStep

# --- time --------------------------------------------------------------------------------------------


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in the hall's zone."""
        ...


# --- the card ----------------------------------------------------------------------------------------

Progress = Callable[[ReadStep], None]


class Cancellation(Protocol):
    """Asked between two commands; `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether the operator wants to stop."""
        ...


@dataclass(frozen=True)
class PinCheck:
    """One try of a PIN at a card that was read, and judged, in the same conversation. `tries_left`: 0 =
    locked, None = not told."""

    reading: CardReading
    verified: bool
    tries_left: int | None


class CardReader(Protocol):
    """Reads cards; lives on the card lane."""

    def readers(self) -> tuple[str, ...]:
        """Names of the readers that the service lists; empty when there is none.

        Raises ServiceUnavailable."""
        ...

    def read(
        self,
        reader: str | None = None,
        *,
        progress: Progress | None = None,
        cancel: Cancellation | None = None,
    ) -> CardReading:
        """Read the card in `reader`, or in the preferred reader that holds one when None.

        Raises the CardErrors and Cancelled. An authentication that could not be carried out is no error:
        the reading says `unverified`. A counterfeit is one: Counterfeit, with what was read."""
        ...

    def verify_pin(self, pin: str, identification_code: str, reader: str) -> PinCheck:
        """Read the card as `read` does, then try the PIN once; never again by itself, and not at all at
        another card than this one or at one that is not proved genuine. Raises InvalidInput for anything
        but six digits, and the CardErrors."""
        ...

    def close(self) -> None:
        """Let go of the smart-card service."""
        ...


class CardMonitor(Protocol):
    """Watches the readers on a thread of its own and publishes events on it."""

    def start(self, publish: Callable[[CardEvent], None]) -> None:
        """Begin; what is already there is published as events first."""
        ...

    def stop(self) -> None:
        """End, within about a second."""
        ...


@dataclass(frozen=True)
class CardAuthenticationRequest:
    """What the security module needs to judge a card (contracts/card.md, Authentication, step 3)."""

    identification_code: str
    historical_factor: bytes
    algorithm: Algorithm
    factor: bytes
    random: bytes
    response: bytes
    challenge: bytes


@dataclass(frozen=True)
class CardAuthenticationResult:
    """Its judgement; `cryptogram` and `factor` (8 bytes each) open EF06, None for a counterfeit."""

    genuine: bool
    cryptogram: bytes | None = None
    factor: bytes | None = None


class SecurityModule(Protocol):
    """Holds the card keys. One implementation is the platform's HSM, another a PSAM in a reader's slot."""

    def authenticate_card(self, request: CardAuthenticationRequest) -> CardAuthenticationResult:
        """Judge the card. Raises PlatformUnreachable, or PlatformRefused (unsupported_algorithm …)."""
        ...


# --- the national platform ----------------------------------------------------------------------------


@dataclass(frozen=True)
class PlatformHealth:
    """The platform's clock when it answered, and how far ours is ahead of it in seconds."""

    time: datetime
    skew: float


class Platform(SecurityModule, Protocol):
    """The national platform. Inquiries are retried when that can help; instructions are frozen, stored in
    the outbox and delivered with the entry's id as Idempotency-Key. All raise PlatformError."""

    def health(self) -> PlatformHealth:
        """Is it there?"""
        ...

    def physical_card(self, identification_code: str) -> RegisteredCard | None:
        """Its mirror of a card (`version` is the mirrored one), or None."""
        ...

    def find_e_cards(
        self, *, identification_code: str | None = None, id_number: str | None = None
    ) -> tuple[ECard, ...]:
        """By physical card, by holder, or both; revoked ones included."""
        ...

    def e_card(self, sign_no: str) -> ECard:
        """One e-card. Raises UnknownECard."""
        ...

    def claim_code(self, sign_no: str) -> ClaimCode:
        """A fresh one-time code; asking again only makes another one."""
        ...

    def authorizations(self, sign_no: str) -> tuple[Authorization, ...]:
        """Who may use the holder's data."""
        ...

    def services(self, region: str) -> tuple[CityService, ...]:
        """What is open in this city."""
        ...

    def channels(self) -> tuple[Channel, ...]:
        """The channel apps."""
        ...

    def freeze(self, instruction: Instruction) -> FrozenRequest:
        """The exact request for an instruction; pure, sends nothing."""
        ...

    def deliver(self, request: FrozenRequest, key: UUID) -> ECard | RegisteredCard | Authorization:
        """Send a frozen request under its key. Raises PlatformUnreachable when the effect is unknown,
        any other PlatformError (or StaleVersion) when the platform has refused for good."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


# --- the store -----------------------------------------------------------------------------------------


class Cards(Protocol):
    """The city's card register."""

    def get(self, identification_code: str) -> RegisteredCard | None:
        """One card."""
        ...

    def of_holder(self, id_number: str) -> tuple[RegisteredCard, ...]:
        """All cards of a person, newest issue first."""
        ...

    def add(self, card: RegisteredCard) -> None:
        """A new card."""
        ...

    def change_state(
        self, identification_code: str, state: CardState, version: int
    ) -> RegisteredCard:
        """Set the state and raise the version by one, if it still is `version`; else StaleVersion."""
        ...

    def next_serial(self, region: str) -> int:
        """A serial number that no card of the region has had, for one that is to be made."""
        ...

    def to_expire(self, today: date, limit: int) -> tuple[str, ...]:
        """Identification codes of cards whose last day has passed and which can expire, the oldest last day
        first: none with an application that waits for a decision, or with a protection that runs."""
        ...

    def mirrored(self, identification_code: str, version: int) -> None:
        """Remember that the platform has acknowledged this version."""
        ...

    def outbid(self, identification_code: str, version: int) -> RegisteredCard:
        """Raise the version above `version`, which the platform holds, and give the card."""
        ...


class Holders(Protocol):
    """The insured persons."""

    def get(self, id_number: str) -> Holder | None:
        """One person."""
        ...

    def put(self, holder: Holder) -> None:
        """Insert or replace."""
        ...


class ECards(Protocol):
    """What the counter knows of e-cards. One active e-card per card and one card per active e-card are
    constraints of the database: a write against them raises OneToOne."""

    def get(self, sign_no: str) -> ECard | None:
        """One e-card."""
        ...

    def active_of_card(self, identification_code: str) -> ECard | None:
        """The one that is not revoked."""
        ...

    def of_holder(self, id_number: str) -> tuple[ECard, ...]:
        """All of a person, newest first."""
        ...

    def put(self, e_card: ECard) -> None:
        """Insert or update; an older version than the stored one changes nothing."""
        ...


class Consents(Protocol):
    """Consents given; never changed."""

    def add(self, consent: Consent) -> None:
        """Keep one."""
        ...

    def latest(self, identification_code: str) -> Consent | None:
        """The last one given for a card."""
        ...


class Contributions(Protocol):
    """Monthly contributions."""

    def of_person(self, id_number: str, months: MonthRange) -> tuple[Contribution, ...]:
        """Ordered by month, then insurance. Speed matters: ≤ 1.3 × the same query in raw SQL."""
        ...

    def months_on_record(self, id_number: str) -> MonthRange | None:
        """First and last month with anything on record."""
        ...

    def sums(self, id_number: str, months: MonthRange) -> tuple[ContributionSum, ...]:
        """What the months amount to, added up by the database: per insurance that has any, in their order."""
        ...

    def add(self, rows: Iterable[tuple[str, Contribution]]) -> int:
        """Insert or replace (id number, contribution) pairs, streaming; gives their count."""
        ...


class PensionAccounts(Protocol):
    """Yearly pension accounts."""

    def of_person(self, id_number: str) -> tuple[PensionYear, ...]:
        """All years, oldest first."""
        ...

    def sum(self, id_number: str) -> PensionSum:
        """What all years amount to, added up by the database."""
        ...

    def add(self, rows: Iterable[tuple[str, PensionYear]]) -> int:
        """Insert or replace (id number, year) pairs; gives their count."""
        ...


class Statements(Protocol):
    """Documents issued: statements and receipts alike."""

    def next_serial(self, region: str, day: datetime) -> str:
        """`310000-20261123-000042`: the next of the day, unique, never reused."""
        ...

    def add(self, issued: IssuedDocument, pdf: bytes) -> None:
        """Keep one issue and its file, both or neither. Raises UnknownPerson, CopyTaken when another has
        this copy's number, and BrokenPromise for a file that is not the issue's."""
        ...

    def add_all(self, issued: Sequence[tuple[IssuedDocument, bytes]]) -> None:
        """Keep several issues, of people who are known, and their files. Raises CopyTaken, and BrokenPromise
        for a file that is not its issue's."""
        ...

    def by_serial(self, serial: str) -> IssuedDocument | None:
        """By its number."""
        ...

    def by_digest(self, sha256: str) -> IssuedDocument | None:
        """By the SHA-256 of its file, hexadecimal."""
        ...

    def copies(
        self, id_number: str, kind: str, subject: str, language: str
    ) -> tuple[IssuedDocument, ...]:
        """Every issue of the same document, by copy number."""
        ...

    def of_person(self, id_number: str) -> tuple[IssuedDocument, ...]:
        """Every issue about somebody, newest first."""
        ...


class Archive(Protocol):
    """The files of what was issued, by the SHA-256 of their bytes; never changed."""

    def file(self, sha256: str) -> bytes | None:
        """One file; None when it is not kept any more."""
        ...

    def check(self, after: str, size: int) -> tuple[CheckedFile, ...]:
        """Compare the files of the next `size` issues by serial with their digests; none: that was all."""
        ...

    def removable(self, before: datetime) -> int:
        """How many files there are of documents last issued before a moment."""
        ...

    def remove(self, before: datetime, at: datetime) -> None:
        """Let go of those files; issues and digests stay. On PostgreSQL for the owner of the tables only, and
        nowhere for documents of the last year."""
        ...


class VerificationCodes(Protocol):
    """Codes typed from paper. Every try is written down, and committed, before it is answered."""

    def tried(self, code: str, operator_number: str, at: datetime) -> None:
        """Write a try down. Raises TooManyCodes when too many of this operator's led nowhere lately."""
        ...

    def answer(self, code: str, operator_number: str, at: datetime) -> CodeRecord | None:
        """What the code leads to; None for one that was never printed or not tried before. PostgreSQL wants
        the try to be committed."""
        ...


class Batches(Protocol):
    """Statements for many people at once; an item is issued once and for all. Whatever is done in the name
    of a `runner` raises Outdated when the batch has been taken over by another since."""

    def add(self, batch: Batch) -> None:
        """Keep one that was planned; its people follow. Raises QuotaReached."""
        ...

    def add_people(self, batch_id: UUID, id_numbers: Iterable[str]) -> int:
        """Number these people, each once, in their order, whether or not they are known; gives their
        count."""
        ...

    def add_insured(self, batch_id: UUID) -> int:
        """Number all who were insured in the batch's year (at its employer, if it has one); gives their
        count."""
        ...

    def get(self, batch_id: UUID) -> Batch | None:
        """One batch."""
        ...

    def of_hall(self, hall: str) -> tuple[Batch, ...]:
        """All of a hall, newest first."""
        ...

    def take(self, batch_id: UUID, runner: UUID, folder: str) -> Batch:
        """Let this runner have it from now on; what others have claimed and not issued is open again."""
        ...

    def move(
        self, batch_id: UUID, runner: UUID, state: BatchState, manifest_sha256: str | None = None
    ) -> None:
        """Change its state."""
        ...

    def stop(self, batch_id: UUID) -> bool:
        """Whoever runs it is to stop; False when nobody does."""
        ...

    def waiting(self, batch_id: UUID, size: int) -> tuple[BatchItem, ...]:
        """The first planned ones."""
        ...

    def claim(self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem]) -> None:
        """Keep the numbers that planned ones were given."""
        ...

    def settle(self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem]) -> None:
        """Claimed ones are issued (their issue is already kept), have failed, or are planned once more."""
        ...

    def issued(
        self,
        batch_id: UUID,
        size: int,
        *,
        after: BatchItem | None = None,
        by_delivery: bool = False,
    ) -> tuple[BatchItem, ...]:
        """A page of the issued ones by number, or by delivery and then number."""
        ...

    def failed(self, batch_id: UUID, limit: int) -> tuple[BatchItem, ...]:
        """The failed ones, by number."""
        ...

    def of_serials(self, batch_id: UUID, serials: Sequence[str]) -> Mapping[str, str]:
        """Of these serials the ones that were issued in the batch, with the digests of their files."""
        ...

    def last_copies(
        self, batch_id: UUID, id_numbers: Sequence[str], kind: str, subject: str, language: str
    ) -> Mapping[str, int]:
        """By ID number, the last copy of the document of each of these people of the batch; without those
        who have none yet."""
        ...

    def on_record(self, id_numbers: Sequence[str], months: MonthRange) -> Mapping[str, OnRecord]:
        """Everything for the statements of these people, in a handful of queries; those who are not known
        are left out."""
        ...


class Visits(Protocol):
    """Visits, without any data of the citizen."""

    def open(self, visit: Visit) -> None:
        """Keep a visit that begins."""
        ...

    def step(self, visit_id: UUID, step: VisitStep, at: datetime) -> None:
        """One step taken."""
        ...

    def close(self, visit_id: UUID, at: datetime) -> None:
        """It has ended."""
        ...

    def get(self, visit_id: UUID) -> Visit | None:
        """One visit with its steps."""
        ...


class Outbox(Protocol):
    """Instructions to the platform that are written down before they are sent."""

    def add(
        self,
        entry_id: UUID,
        identification_code: str,
        request: FrozenRequest,
        at: datetime,
        asked_by: str,
        order_key: str | None = None,
    ) -> OutboxEntry:
        """Write one down; the store gives its place in the order. Entries with the same `order_key` are
        sent in order; None: behind what is pending about the card, wherever that waits."""
        ...

    def get(self, entry_id: UUID) -> OutboxEntry | None:
        """One entry."""
        ...

    def pending(self, identification_code: str | None = None) -> tuple[OutboxEntry, ...]:
        """Those not settled, oldest first, of one card (with all that go in order with them) or of all."""
        ...

    def last(self, identification_code: str, *kinds: OutboxKind) -> OutboxEntry | None:
        """The newest about the card of these kinds, settled or not: when it was asked for, and at which
        window."""
        ...

    def unanswered(self, entry_id: UUID) -> None:
        """Count one more attempt that has got no answer."""
        ...

    def supersede(self, entry_id: UUID, new_id: UUID, request: FrozenRequest) -> None:
        """Put another request under another key in the place of a pending entry, keeping the order."""
        ...

    def settle(self, entry_id: UUID, state: OutboxState, outcome: str | None = None) -> None:
        """The answer is known. Settling a settled entry the same way changes nothing."""
        ...


class Applications(Protocol):
    """What clerks have filed and supervisors decide. Every change checks the application's version and raises
    Outdated (what was done, when, at which window) when somebody else was first. A second open application
    about a card, and a decision by the one who filed it, are refused by the database."""

    def next_number(self, region: str, day: datetime) -> str:
        """`310000-20261123-000042`: the next of the day, unique, never reused."""
        ...

    def add(self, application: Application) -> None:
        """Keep what was filed."""
        ...

    def get(self, application_id: UUID) -> Application | None:
        """One application."""
        ...

    def open_of_card(self, identification_code: str) -> Application | None:
        """The one about this card that is not completed and not rejected."""
        ...

    def of_holder(self, id_number: str) -> tuple[Application, ...]:
        """All about a person's cards, newest first."""
        ...

    def to_tell(self, filed_by: str) -> tuple[Application, ...]:
        """Those of a clerk that are decided and whose outcome the citizen has not been told, oldest first."""
        ...

    def queue(self, wanted: QueueFilter) -> tuple[QueueEntry, ...]:
        """What the filter lets through, oldest first, with the holders' names."""
        ...

    def counts(self, wanted: QueueFilter) -> Mapping[ApplicationKind, int]:
        """How many of each kind the filter lets through; every kind is there."""
        ...

    def take(
        self, application_id: UUID, version: int, operator_number: str, at: datetime, window: str
    ) -> Application:
        """Assign a filed one to a supervisor."""
        ...

    def put_back(
        self, application_id: UUID, version: int, at: datetime, window: str
    ) -> Application:
        """Leave a filed one to whoever takes it."""
        ...

    def decide(
        self,
        application_id: UUID,
        version: int,
        state: ApplicationState,
        decision: Decision,
        new_identification_code: str | None = None,
    ) -> Application:
        """Keep the decision on a filed one."""
        ...

    def complete(
        self, application_id: UUID, version: int, at: datetime, window: str
    ) -> Application:
        """The replacement of an approved one was handed over."""
        ...

    def told(self, application_id: UUID, version: int, at: datetime, window: str) -> Application:
        """The citizen knows the outcome of a decided one."""
        ...

    def card_outbid(self, identification_code: str, before: int, after: int) -> None:
        """The card's version was raised without a change of its state: what is open about it stays valid."""
        ...


class TemporaryLosses(Protocol):
    """Cards that are protected for a time; one that runs per card at the most."""

    def add(self, loss: TemporaryLoss) -> None:
        """One that begins."""
        ...

    def running(self, identification_code: str) -> TemporaryLoss | None:
        """The one of this card that has not ended."""
        ...

    def due(self, now: datetime) -> tuple[TemporaryLoss, ...]:
        """Those running whose end has come, earliest first."""
        ...

    def set_end(self, identification_code: str, until: datetime | None) -> None:
        """Give the running one another end, or none."""
        ...

    def end(self, identification_code: str, at: datetime) -> bool:
        """End the running one; False when there is none (any more)."""
        ...


class Audit(Protocol):
    """The append-only trail, one hash chain per hall (`domain.audit_chain`)."""

    def append(self, entry: AuditEntry) -> None:
        """Chain one entry on; written at the latest by the commit."""
        ...

    def records(self, query: AuditQuery = EVERYTHING) -> Iterator[AuditRecord]:
        """Hall by hall, from the oldest on, streaming. Raises TrailBroken at a record that is none."""
        ...

    def page(
        self, query: AuditQuery, size: int, before: AuditRecord | None = None
    ) -> tuple[AuditRecord, ...]:
        """The newest `size` records of all halls, or the newest that come before one of them."""
        ...

    def count(self) -> int:
        """How many records there are."""
        ...

    def older_than(self, moment: datetime) -> dict[str, Anchor]:
        """By hall, the records at the beginning of its chain that are all older, as the anchor that would
        stand for them; without halls that have none."""
        ...

    def purge(self, entry: AuditEntry) -> None:
        """Chain an anchor on (action anchor, detail the text of the Anchor), and remove what it stands
        for, in this transaction. On PostgreSQL for the owner of the tables only; StoreUnavailable for
        others, and for an anchor that does not name what is there, or names records of the last year."""
        ...

    def verify(self, progress: Callable[[int], None] | None = None) -> tuple[ChainReport, ...]:
        """Follow the chain of every hall; `progress` gets how many records were looked at."""
        ...

    def first_broken(self) -> BrokenLink | None:
        """The first place where a hall's chain does not hold; None when all hold."""
        ...


class Operators(Protocol):
    """Operator accounts."""

    def get(self, number: str) -> OperatorAccount | None:
        """One account."""
        ...

    def by_card(self, identification_code: str) -> OperatorAccount | None:
        """The account that a card belongs to."""
        ...

    def all(self) -> tuple[OperatorAccount, ...]:
        """Every account, by number."""
        ...

    def put(self, account: OperatorAccount) -> None:
        """Insert or replace, with exactly the roles that it has."""
        ...

    def set_login(self, number: str, password: str) -> None:
        """Let this be the password by which the operator works at the database, where operators have logins
        of their own there; wherever a password is set, this goes with it."""
        ...


class Purposes(Protocol):
    """Why citizens' data are read; never changed. Written by `Store.begin`."""

    def add(self, purpose: Purpose) -> None:
        """Keep one, unless its operator has no account (the command line's has none). Raises QuotaReached."""
        ...


class Shifts(Protocol):
    """Shifts. One open shift per operator is a constraint of the database."""

    def open(self, shift: Shift) -> None:
        """Keep one that begins."""
        ...

    def current(self, operator_number: str) -> Shift | None:
        """The operator's open one."""
        ...

    def close(self, shift_id: UUID, at: datetime, remark: str) -> None:
        """It is signed off. Closing a closed one changes nothing."""
        ...

    def of_day(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Shift, ...]:
        """Those that were open in this time (`until` exclusive), of one operator or of the hall, by their
        beginning."""
        ...


class DayFigures(Protocol):
    """What audit, outbox and applications say about some time (`until` exclusive), of one operator or of the
    whole hall. It names no citizen."""

    def tallies(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Tally, ...]:
        """Counts by kind, outcome, window and hour; the hours are those of the zone of `since`."""
        ...

    def backlog(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> Backlog:
        """What is left, whenever it began; what the platform has refused, of this time only."""
        ...


class Passwords(Protocol):
    """Hashes operators' passwords (Argon2id); slow on purpose, so only on the store lane."""

    def hash(self, password: str) -> str:
        """A self-describing hash string."""
        ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; takes as long for None (an unknown operator) as for a real one."""
        ...


class UnitOfWork(Protocol):
    """One transaction over all repositories. Rolls back on leaving unless `commit` was called; opened,
    used and closed on one thread. Raises StoreUnavailable, StoreLocked, DiskFull, OutcomeUnknown."""

    cards: Cards
    holders: Holders
    e_cards: ECards
    consents: Consents
    contributions: Contributions
    pension_accounts: PensionAccounts
    statements: Statements
    batches: Batches
    archive: Archive
    codes: VerificationCodes
    visits: Visits
    outbox: Outbox
    applications: Applications
    temporary_losses: TemporaryLosses
    audit: Audit
    operators: Operators
    purposes: Purposes
    shifts: Shifts
    day_figures: DayFigures

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None:
        """Make it durable. Where the connection breaks in the middle of it, another one is asked how it
        ended: StoreUnavailable when nothing was kept, OutcomeUnknown when nobody can be asked."""
        ...


class Store(Protocol):
    """The database. `begin(write=False)` promises not to write and takes no write lock."""

    def begin(self, *, write: bool = True, purpose: Purpose | None = None) -> UnitOfWork:
        """A new unit of work, to be used with `with`. `purpose` is why a citizen's data are read in it and
        from then on: where the database itself demands one, it is committed first. Raises QuotaReached."""
        ...

    def enter(self, number: str, password: str | None) -> None:
        """Work as this operator from now on, whose password was found right (None: their card was). Raises
        SignInRefused, and OperatorCardRefused where the database itself takes a password only."""
        ...

    def leave(self) -> None:
        """Nobody has signed in any more."""
        ...

    def unattended(self) -> Store:
        """The same database for what runs by itself, whoever has signed in."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class QueueWatch(Protocol):
    """Tells that applications have been filed, taken or decided, at whichever counter; on a thread and a
    connection of its own, which outlive a restart of the database."""

    def start(self, publish: Callable[[], None]) -> None:
        """Begin. Published on the watch's thread: within two seconds of a change; and once whenever the
        database has been reached, for what may have happened before."""
        ...

    def stop(self) -> None:
        """End, at once; it can be started again."""
        ...


# --- documents and printing -----------------------------------------------------------------------------


class Language(StrEnum):
    """Language of a document or of the window."""

    CHINESE = "zh_CN"
    ENGLISH = "en"
    BOTH = "both"
    """Chinese with English below it, in one document; no window has it."""

    @property
    def tag(self) -> str:
        """BCP 47; that of Chinese where both are in one document."""
        return (Language.CHINESE if self is Language.BOTH else self).replace("_", "-")


@dataclass(frozen=True)
class Document:
    """A finished PDF. `unprintable` lists characters that no font has (drawn as a visible placeholder)."""

    pdf: bytes
    pages: int
    sha256: str
    unprintable: tuple[str, ...] = ()
    template_version: str = ""
    """Of the template that it was drawn with."""


class Documents(Protocol):
    """Draws statements. Pure: the same input gives the same bytes."""

    def statement(
        self,
        content: StatementContent,
        imprint: Imprint,
        language: Language,
        *,
        large_print: bool = False,
    ) -> Document:
        """The statement as an A4 PDF. Raises FontsMissing."""
        ...

    def receipt(self, content: ReceiptContent, imprint: Imprint, language: Language) -> Document:
        """The receipt as an A4 PDF. Raises FontsMissing."""
        ...

    def day_report(
        self, report: DayReport, drawn_by: Operator, at: datetime, language: Language
    ) -> Document:
        """A day's report as an A4 PDF, drawn by somebody at a moment. Raises FontsMissing."""
        ...

    def serial_of(self, pdf: bytes) -> str | None:
        """The statement number that a PDF claims, or None when it is none of ours or unreadable."""
        ...


@dataclass(frozen=True)
class Sheet:
    """One statement that is drawn somewhere else: plain values, with no key and no connection in them."""

    content: StatementContent
    imprint: Imprint
    language: Language


@dataclass(frozen=True)
class Undrawn:
    """What came of a sheet that could not be drawn; `why` is the name of an error, nothing personal."""

    why: str


class Drawn(Protocol):
    """Sheets that are being drawn."""

    def result(self) -> Sequence[Document | Undrawn]:
        """Wait for them; in the order of the sheets. Raises DrawingStopped, FontsMissing."""
        ...


class Drawing(Protocol):
    """Processes that draw statements, of this machine or of several."""

    @property
    def workers(self) -> int:
        """How many draw at once, at the moment."""
        ...

    def submit(self, sheets: Sequence[Sheet]) -> Drawn:
        """Have sheets drawn, one after the other, by one of them. Raises DrawingStopped."""
        ...

    def close(self) -> None:
        """End them, or let go of the cluster; what is being drawn is lost."""
        ...


class Drawings(Protocol):
    """Where processes that draw come from."""

    def open(self, cluster: str | None = None, workers: int | None = None) -> Drawing:
        """As many processes of this machine as it has cores for, or those of a cluster at an address. Raises
        DrawingStopped."""
        ...


class Binder(Protocol):
    """Makes one file of many."""

    def bind(self, parts: Sequence[tuple[str, Path]], file: BinaryIO) -> None:
        """Write the documents one after the other, each under a bookmark of its name."""


Area = tuple[float, float, float, float]
"""Left, bottom, right and top on a page, in points."""


class Signer(Protocol):
    """Signs documents for the hall; lives on the print lane."""

    def sign(self, pdf: bytes, at: datetime, seal: Area | None = None) -> bytes:
        """The file with the hall's signature, as made at a moment, behind its seal on the last page. Raises
        SigningError."""
        ...

    def certificate(self) -> SigningCertificate:
        """What it signs with. Raises SigningKeyUnavailable, SigningSecretWrong."""
        ...


class SignatureChecker(Protocol):
    """Checks signatures of files, whoever made them."""

    def check(self, pdf: bytes) -> SignatureFound:
        """What the file's signature says and whether it holds."""
        ...


class PrintState(StrEnum):
    """Where a print job is. `untracked` is all that can ever be told where a queue has no job states."""

    SENT = "sent"
    UNTRACKED = "untracked"
    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    STOPPED = "stopped"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ENDED = frozenset(
    {PrintState.UNTRACKED, PrintState.PRINTED, PrintState.FAILED, PrintState.CANCELLED}
)


@dataclass(frozen=True)
class PrintJob:
    """A job in a queue; `detail` is the queue's own word for what is wrong, `trouble` what that means."""

    job_id: str
    queue: str
    state: PrintState
    detail: str = ""
    trouble: PrinterTrouble | None = None

    @property
    def ended(self) -> bool:
        """Whether no more will be heard of it."""
        return self.state in _ENDED


class Printer(Protocol):
    """The print queues; lives on the print lane. `printed` is the queue's opinion: a jam has been reported
    as completed, so only the clerk knows what came out."""

    def queues(self) -> Sequence[str]:
        """Names of the queues, the default one first; empty when there is none."""
        ...

    def offer(self, queue: str | None = None) -> PrinterOffer:
        """What the printer behind a queue (None = the default one) can do; empty where it does not tell."""
        ...

    def print(self, pdf: bytes, title: str, choice: PrintChoice = AS_USUAL) -> PrintJob:
        """Hand a PDF to a queue. `title` is seen by anybody on this machine. What the printer does not offer
        is left out. Raises NoPrinter, PrinterRefused, PrintingForbidden, PrintServiceDown."""
        ...

    def job(self, job: PrintJob) -> PrintJob:
        """The job as it is now; where nobody tells, as it was, with the trouble that this is."""
        ...

    def cancel(self, job: PrintJob) -> PrintJob:
        """Take a job out of its queue; the job as it is then, also when it had ended before. Raises
        PrinterRefused, PrintingForbidden, PrintServiceDown."""
        ...
