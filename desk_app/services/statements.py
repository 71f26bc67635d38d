"""Statements: composed from the store, previewed exactly as they print, issued when they leave the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.contribution import MonthRange, month_of
from desk_app.domain.document import Imprint, IssuedDocument, Verdict, Verification
from desk_app.domain.errors import (
    BrokenPromise,
    CannotSave,
    NothingToState,
    PlatformError,
    PrintError,
    UnknownPerson,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.printing import AS_USUAL, Mishap, PrintChoice
from desk_app.domain.region import RegionPolicy
from desk_app.domain.statement import Overview, StatementRequest
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.codes import link_to, new_code
from desk_app.services.copies import checked, need_reason
from desk_app.services.files import written_whole
from desk_app.services.issuing import Request, copies, issue_of
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import (
    Clock,
    Document,
    Documents,
    Language,
    Platform,
    Printer,
    PrintJob,
    PrintState,
    Store,
    UnitOfWork,
)
from desk_app.services.statement_content import composed
from desk_app.services.trail import record, step

T = TypeVar("T")


@dataclass(frozen=True)
class Prepared:
    """A statement that is drawn but not issued: what the preview shows is what will print."""

    document: Document
    issued: IssuedDocument


@dataclass(frozen=True)
class StatementService:
    """Social Insurance Law art. 4 and 74: the insured may check their records, free of charge."""

    store: Store
    documents: Documents
    printer: Printer
    platform: Platform
    clock: Clock
    policy: RegionPolicy
    verify_url: str
    """Where the QR code leads; serial and verification code are appended as a query."""

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.READ_RECORDS)
    def months_on_record(self, desk: Desk, case: Case) -> MonthRange | None:
        """First and last month with contributions, or None."""
        require(case, Verb.STATEMENT)
        with self.store.begin() as uow:
            months = uow.contributions.months_on_record(_holder(case).id_number)
            record(uow, self.clock, desk, Action.READ_RECORDS, case=case)
            uow.commit()
        return months

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.READ_AUTHORIZATIONS)
    def overview(self, desk: Desk, case: Case) -> Overview:
        """What the platform knows that belongs on an overview; what it does not tell now is left out. Raises
        NotPossible."""
        require(case, Verb.STATEMENT)
        e_card = case.e_card if case.e_card is not None and case.e_card.is_active else None
        found = Overview(
            _told(lambda: self.platform.services(desk.region)),
            _told(self.platform.channels),
            _told(lambda: self.platform.authorizations(e_card.sign_no)) if e_card else (),
            e_card is not None,
        )
        with self.store.begin() as uow:
            record(uow, self.clock, desk, Action.READ_AUTHORIZATIONS, case=case)
            uow.commit()
        return found

    @on(LaneName.PRINT)
    @needs(Permission.SERVE, Action.PREVIEW_STATEMENT, PrintError)
    def prepare(
        self,
        desk: Desk,
        case: Case,
        request: StatementRequest,
        language: Language,
        overview: Overview | None = None,
    ) -> Prepared:
        """Draw the statement under a number of its own; `overview` is what an overview tells. Raises
        NotPossible, FontsMissing, TotalsDiffer, NothingToState for months that are all yet to come,
        AlreadyIssued where another copy lacks a reason, and InvalidInput for an agent without papers."""
        require(case, Verb.STATEMENT)
        if request.months.first > month_of(self.clock.now().date()):
            raise NothingToState
        holder = _holder(case)
        if request.id_number != holder.id_number:
            raise BrokenPromise("a statement about somebody else than the citizen of the case")
        request = checked(request, holder)
        with self.store.begin() as uow:
            earlier = copies(uow, request, language)
            need_reason(request, earlier)
            content = composed(uow, self.clock.now().date(), case, request, overview)
            imprint = self.imprint(uow, desk, request, earlier)
            detail = f"{request.kind} {imprint.serial}"
            record(
                uow,
                self.clock,
                desk,
                Action.PREVIEW_STATEMENT,
                case=case,
                detail=detail,
            )
            uow.commit()
        document = self.documents.statement(
            content, imprint, language, large_print=request.large_print
        )
        issued = self.issue(request, imprint, document, language)
        return Prepared(document, issued)

    @on(LaneName.PRINT)
    @needs(Permission.SERVE, Action.PRINT_STATEMENT)
    def print(
        self, desk: Desk, case: Case, prepared: Prepared, choice: PrintChoice = AS_USUAL
    ) -> tuple[Case, PrintJob]:
        """Issue the statement and hand it to a print queue; may be repeated when no queue took it, and
        stays the same copy. Raises the PrintErrors of `Printer.print`."""
        self._issue_once(desk, case, prepared)
        try:
            job = self.printer.print(prepared.document.pdf, prepared.issued.serial, choice)
        except PrintError as error:
            self._note_failure(desk, case, Action.PRINT_STATEMENT, prepared, error)
            raise
        taken = VisitStep.STATEMENT_PRINTED
        return self._note(desk, case, Action.PRINT_STATEMENT, prepared, taken), job

    @on(LaneName.PRINT)
    @needs(Permission.SERVE, Action.PRINT_AGAIN, PrintError)
    def print_again(
        self,
        desk: Desk,
        prepared: Prepared,
        former: PrintJob,
        found: Mishap,
        choice: PrintChoice = AS_USUAL,
    ) -> PrintJob:
        """The same document, number and copy once more, since the former job did not bring it. A former job
        that has not ended is cancelled first; where it turns out to have printed meanwhile, it is given back
        and nothing is printed. Raises the PrintErrors of `Printer.cancel` and `Printer.print`."""
        job, serial = former, prepared.issued.serial
        if not former.ended:
            job = self.printer.cancel(former)
        if former.ended or job.state is not PrintState.PRINTED:
            job = self.printer.print(prepared.document.pdf, serial, choice)
        with self.store.begin() as uow:
            outcome = Outcome.REFUSED if job.state is PrintState.PRINTED else Outcome.DONE
            record(
                uow,
                self.clock,
                desk,
                Action.PRINT_AGAIN,
                subject=prepared.issued.id_number,
                outcome=outcome,
                reason=str(found),
                detail=serial,
            )
            uow.commit()
        return job

    @on(LaneName.PRINT)
    @needs(Permission.SERVE, Action.SAVE_STATEMENT)
    def save(self, desk: Desk, case: Case, prepared: Prepared, path: Path) -> Case:
        """Issue the statement and write it to a file that only this user can read; whole or not at all.
        Raises CannotSave."""
        self._issue_once(desk, case, prepared)
        try:
            with written_whole(path) as file:
                file.write(prepared.document.pdf)
        except CannotSave as error:
            self._note_failure(desk, case, Action.SAVE_STATEMENT, prepared, error)
            raise
        return self._note(desk, case, Action.SAVE_STATEMENT, prepared, VisitStep.STATEMENT_SAVED)

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.VERIFY_STATEMENT)
    def verify(self, desk: Desk, pdf: bytes) -> Verification:
        """Whether a PDF is one of ours, and unaltered: known again by the digest of its bytes."""
        with self.store.begin() as uow:
            found = self._verification(uow, pdf)
            subject, detail = None, str(found.verdict)
            if found.issued is not None:
                subject, detail = found.issued.id_number, f"{detail} {found.issued.serial}"
            action = Action.VERIFY_STATEMENT
            record(uow, self.clock, desk, action, subject=subject, detail=detail)
            uow.commit()
        return found

    def _verification(self, uow: UnitOfWork, pdf: bytes) -> Verification:
        issued = uow.statements.by_digest(sha256(pdf).hexdigest())
        if issued is not None:
            return Verification(Verdict.UNALTERED, issued)
        serial = self.documents.serial_of(pdf)
        claimed = uow.statements.by_serial(serial) if serial is not None else None
        return Verification(Verdict.UNKNOWN if claimed is None else Verdict.ALTERED, claimed)

    def imprint(
        self, uow: UnitOfWork, desk: Desk, request: Request, earlier: Sequence[IssuedDocument]
    ) -> Imprint:
        """Number, code and copy number for a document that is about to be drawn; `earlier` are its copies so
        far."""
        now, code = self.clock.now(), new_code()
        serial = uow.statements.next_serial(desk.region, now)
        return Imprint(
            serial,
            code,
            link_to(self.verify_url, serial, code),
            max((one.copy_number for one in earlier), default=0) + 1,
            now,
            desk.hall,
            desk.window,
            desk.operator.number,
            request.reason,
            request.remark,
        )

    def issue(
        self, request: Request, imprint: Imprint, document: Document, language: Language
    ) -> IssuedDocument:
        """The record of its issue, to be kept when it leaves the desk."""
        return issue_of(request, imprint, document, language, self.policy)

    def _issue_once(self, desk: Desk, case: Case, prepared: Prepared) -> None:
        """Record the issue before the document leaves; a repeat is the same copy."""
        serial = prepared.issued.serial
        with self.store.begin() as uow:
            if uow.statements.by_serial(serial) is None:
                uow.statements.add(prepared.issued, prepared.document.pdf)
                record(
                    uow,
                    self.clock,
                    desk,
                    Action.ISSUE_STATEMENT,
                    case=case,
                    detail=serial,
                )
                uow.commit()

    def _note(
        self,
        desk: Desk,
        case: Case,
        action: Action,
        prepared: Prepared,
        taken: VisitStep,
    ) -> Case:
        with self.store.begin() as uow:
            record(uow, self.clock, desk, action, case=case, detail=prepared.issued.serial)
            case = step(uow, self.clock, case, taken)
            uow.commit()
        return case

    def _note_failure(
        self,
        desk: Desk,
        case: Case,
        action: Action,
        prepared: Prepared,
        error: PrintError,
    ) -> None:
        detail = f"{prepared.issued.serial} {error.code}"
        with self.store.begin() as uow:
            failed = Outcome.FAILED
            record(uow, self.clock, desk, action, case=case, outcome=failed, detail=detail)
            uow.commit()


def _holder(case: Case) -> Holder:
    if case.holder is None:
        raise UnknownPerson
    return case.holder


def _told(ask: Callable[[], T]) -> T | None:
    """What the platform answers; None when it does not."""
    try:
        return ask()
    except PlatformError:
        return None
