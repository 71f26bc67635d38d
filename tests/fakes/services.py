"""Scripted services for tests of the window: they answer at once, refuse, or wait, as a test says."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from desk_app.domain.activation import verify
from desk_app.domain.application import Applicant, ApplicationKind
from desk_app.domain.audit import AuditQuery, AuditRecord
from desk_app.domain.batch import Batch, BatchItem, BatchOrder, BatchProgress, BatchState, Counts
from desk_app.domain.card import CardReading, CardState, ReadStep
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import (
    Agent,
    CodeAnswer,
    CodeVerdict,
    CopyReason,
    IssuedDocument,
    Recipient,
)
from desk_app.domain.e_card import (
    CONSENT_TEXT_VERSION,
    Authorization,
    AuthorizationState,
    ClaimCode,
    Consent,
    ConsentMethod,
    ECardState,
)
from desk_app.domain.errors import Cancelled, SignInRefused
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.printing import A4, AS_USUAL, Mishap, PrintChoice, PrinterOffer, PrintKind
from desk_app.domain.receipt import Occasion
from desk_app.domain.shift import Backlog, DayReport, Shift, Tally
from desk_app.domain.statement import Overview, StatementRequest
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.audit_export import ExportFormat
from desk_app.services.card_sign_in import CardPresented
from desk_app.services.catalogue import Services
from desk_app.services.delivery import Delivered
from desk_app.services.lanes import LaneName, on
from desk_app.services.operators import Given, OperatorDetails
from desk_app.services.ports import (
    Cancellation,
    Document,
    Language,
    PlatformHealth,
    PrintJob,
    PrintState,
    Progress,
)
from desk_app.services.statements import Prepared
from tests.fakes import cases
from tests.fakes.decisions import FakeDecisions, Hall

PASSWORD = "correct horse"
OPERATOR = Operator("1001", "王敏", frozenset({Role.CLERK}))
COLLEAGUE = Operator("1002", "周敏", frozenset({Role.CLERK}))
ADMINISTRATOR = Operator("9001", "许文静", frozenset({Role.ADMINISTRATOR}))
AUDITOR = Operator("4001", "许诺", frozenset({Role.AUDITOR}))
_LIMIT = 10


class Script:
    """What a test wants of the services: `answers[job]` is a result, an exception, or a function of the
    job's arguments; `hold(job)` lets it wait until `release(job)`."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.calls: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.hall = Hall()
        self._gates: dict[str, threading.Event] = {}

    def hold(self, job: str) -> None:
        self._gates[job] = threading.Event()

    def release(self, job: str) -> None:
        self._gates.pop(job).set()

    def run(self, job: str, default: Callable[[], Any], *args: Any) -> Any:
        self.calls[job].append(args)
        gate = self._gates.get(job)
        if gate is not None and not gate.wait(_LIMIT):
            raise TimeoutError(job)
        answer = self.answers.get(job, default)
        if isinstance(answer, Exception):
            raise answer
        if not callable(answer):
            return answer
        return answer() if answer is default else answer(*args)


@dataclass
class _Part:
    script: Script


class FakeIdentification(_Part):
    @on(LaneName.CARD)
    def read_card(
        self,
        reader: str | None = None,
        progress: Progress | None = None,
        cancel: Cancellation | None = None,
    ) -> CardReading:
        def read() -> CardReading:
            for step in ReadStep:
                if progress is not None:
                    progress(step)
            if cancel is not None and cancel.is_set():
                raise Cancelled
            return cases.reading(reader or "")

        return self.script.run("read_card", read, reader, progress, cancel)

    @on(LaneName.STORE)
    def open_case(self, desk: Desk, reading: CardReading) -> Case:
        return self.script.run("open_case", lambda: cases.case(read=reading), desk, reading)

    @on(LaneName.PLATFORM)
    def refresh_e_card(self, case: Case) -> Case:
        return self.script.run("refresh_e_card", lambda: case, case)

    @on(LaneName.STORE)
    def look_up(self, desk: Desk, id_number: str) -> Case:
        return self.script.run("look_up", cases.looked_up, desk, id_number)

    @on(LaneName.STORE)
    def reveal(self, desk: Desk, case: Case, reason: str) -> Case:
        return self.script.run("reveal", lambda: replace(case, revealed=True), desk, case, reason)

    @on(LaneName.STORE)
    def end_visit(self, desk: Desk, case: Case) -> None:
        self.script.run("end_visit", lambda: None, desk, case)


class FakeActivation(_Part):
    @on(LaneName.PLATFORM)
    def activate(self, desk: Desk, case: Case) -> Case:
        def activated() -> Case:
            require(case, Verb.ACTIVATE)
            assert case.reading is not None
            card = cases.registered(CardState.NORMAL)
            done = replace(case, registered=card, verdict=verify(case.reading, card, cases.TODAY))
            return _stepped(done, VisitStep.ACTIVATED)

        return self.script.run("activate", activated, desk, case)


class FakeECards(_Part):
    @on(LaneName.STORE)
    def consent(self, desk: Desk, case: Case, method: ConsentMethod) -> Case:
        def consented() -> Case:
            require(case, Verb.CONSENT)
            consent = Consent(
                uuid4(), cases.CODE, cases.ID_NUMBER, CONSENT_TEXT_VERSION, _now(), method
            )
            return _stepped(replace(case, consent=consent), VisitStep.CONSENTED)

        return self.script.run("consent", consented, desk, case, method)

    @on(LaneName.PLATFORM)
    def bind(self, desk: Desk, case: Case) -> Case:
        def bound() -> Case:
            require(case, Verb.BIND)
            return _stepped(replace(case, e_card=cases.e_card()), VisitStep.BOUND)

        return self.script.run("bind", bound, desk, case)

    @on(LaneName.PLATFORM)
    def claim_code(self, desk: Desk, case: Case) -> tuple[Case, ClaimCode]:
        def shown() -> tuple[Case, ClaimCode]:
            require(case, Verb.CLAIM)
            url = f"https://claim.example/{uuid4()}"
            code = ClaimCode(url, _now() + timedelta(seconds=60), ("CH0001", "CH0002"))
            return _stepped(case, VisitStep.CLAIM_SHOWN), code

        return self.script.run("claim_code", shown, desk, case)

    @on(LaneName.PLATFORM)
    def unbind(self, desk: Desk, case: Case, reason: str) -> Case:
        def unbound() -> Case:
            require(case, Verb.UNBIND)
            ended = cases.e_card(ECardState.REVOKED)
            return _stepped(replace(case, e_card=ended, consent=None), VisitStep.UNBOUND)

        return self.script.run("unbind", unbound, desk, case, reason)


class FakeAuthorizations(_Part):
    @on(LaneName.PLATFORM)
    def of(self, desk: Desk, case: Case) -> tuple[Authorization, ...]:
        return self.script.run("authorizations", cases.authorizations, desk, case)

    @on(LaneName.PLATFORM)
    def revoke(
        self, desk: Desk, case: Case, authorization_id: str
    ) -> tuple[Case, tuple[Authorization, ...]]:
        def revoked() -> tuple[Case, tuple[Authorization, ...]]:
            items = tuple(
                replace(item, state=AuthorizationState.REVOKED)
                if item.id == authorization_id
                else item
                for item in cases.authorizations()
            )
            withdrawn = tuple(item for item in items if item.id == authorization_id)
            case_now = replace(case, withdrawn=(*case.withdrawn, *withdrawn))
            return _stepped(case_now, VisitStep.AUTHORIZATION_REVOKED), items

        return self.script.run("revoke", revoked, desk, case, authorization_id)


class FakeCity(_Part):
    @on(LaneName.PLATFORM)
    def services(self, region: str) -> Any:
        return self.script.run("services", cases.city_services, region)

    @on(LaneName.PLATFORM)
    def channels(self) -> Any:
        return self.script.run("channels", cases.channels)

    @on(LaneName.PLATFORM)
    def health(self) -> PlatformHealth:
        return self.script.run("health", lambda: PlatformHealth(_now(), 0.0))


class FakeStatements(_Part):
    @on(LaneName.STORE)
    def months_on_record(self, desk: Desk, case: Case) -> MonthRange | None:
        return self.script.run("months_on_record", lambda: MonthRange(201809, 202610), desk, case)

    @on(LaneName.PLATFORM)
    def overview(self, desk: Desk, case: Case) -> Overview:
        def told() -> Overview:
            return Overview(cases.city_services(), cases.channels(), cases.authorizations(), True)

        return self.script.run("overview", told, desk, case)

    @on(LaneName.PRINT)
    def prepare(
        self,
        desk: Desk,
        case: Case,
        request: StatementRequest,
        language: Language,
        overview: Overview | None = None,
    ) -> Prepared:
        def prepared() -> Prepared:
            kind, number = str(request.kind), request.id_number
            return _prepared(desk, kind, number, request.subject, request.recipient, language)

        return self.script.run("prepare", prepared, desk, case, request, language, overview)

    @on(LaneName.PRINT)
    def print(
        self, desk: Desk, case: Case, prepared: Prepared, choice: PrintChoice = AS_USUAL
    ) -> tuple[Case, PrintJob]:
        def printed() -> tuple[Case, PrintJob]:
            job = PrintJob("17", choice.queue or "hall", PrintState.SENT)
            return _stepped(case, VisitStep.STATEMENT_PRINTED), job

        return self.script.run("print", printed, desk, case, prepared, choice)

    @on(LaneName.PRINT)
    def print_again(
        self,
        desk: Desk,
        prepared: Prepared,
        former: PrintJob,
        found: Mishap,
        choice: PrintChoice = AS_USUAL,
    ) -> PrintJob:
        job = PrintJob("18", choice.queue or "hall", PrintState.SENT)
        return self.script.run("print_again", lambda: job, desk, prepared, former, found, choice)

    @on(LaneName.PRINT)
    def save(self, desk: Desk, case: Case, prepared: Prepared, path: Path) -> Case:
        def saved() -> Case:
            path.write_bytes(prepared.document.pdf)
            return _stepped(case, VisitStep.STATEMENT_SAVED)

        return self.script.run("save", saved, desk, case, prepared, path)


class FakePrinting(_Part):
    def default(self, kind: PrintKind) -> PrintChoice:
        return PrintChoice()

    @on(LaneName.PRINT)
    def queues(self) -> tuple[str, ...]:
        return self.script.run("queues", lambda: ("hall", "back-office"))

    @on(LaneName.PRINT)
    def offer(self, queue: str) -> PrinterOffer:
        def offered() -> PrinterOffer:
            both = ("one-sided", "two-sided-long-edge")
            trays = ("auto", "main") if queue == "back-office" else ()
            return PrinterOffer((A4,), both, trays, ("monochrome", "color"))

        return self.script.run("offer", offered, queue)

    @on(LaneName.PRINT)
    def job(self, job: PrintJob) -> PrintJob:
        return self.script.run("job", lambda: replace(job, state=PrintState.PRINTING), job)

    @on(LaneName.PRINT)
    def cancel(self, desk: Desk, serial: str, job: PrintJob) -> PrintJob:
        now = replace(job, state=PrintState.CANCELLED, trouble=None, detail="")
        return self.script.run("cancel", lambda: now, desk, serial, job)

    @on(LaneName.STORE)
    def confirm(self, desk: Desk, serial: str, found: Mishap | None = None) -> None:
        self.script.run("confirm", lambda: None, desk, serial, found)


def issued_documents() -> tuple[IssuedDocument, ...]:
    """What a citizen was given: a certificate by an agent today, a statement twice before."""
    pdf = one_page_pdf()
    first = IssuedDocument(
        "990101-20260302-000007",
        "ABCD-EFGH-JKLM-NPQR",
        "annual",
        cases.ID_NUMBER,
        "202501-202512",
        Recipient.HOLDER,
        1,
        _now() - timedelta(days=240),
        _now().date() - timedelta(days=210),
        "示范社会保险服务大厅",
        "3",
        OPERATOR.number,
        sha256(pdf).hexdigest(),
        2,
        "zh_CN",
        "1",
    )
    second = replace(
        first,
        serial="990101-20261120-000031",
        copy_number=2,
        issued_at=_now() - timedelta(days=3),
        reason=CopyReason.LOST,
    )
    agent = Agent("王代办", "310101197001010019")
    third = replace(
        first,
        serial="990101-20261123-000004",
        kind="insured",
        subject="all",
        recipient=Recipient.AGENT,
        agent=agent,
        issued_at=_now(),
    )
    return third, second, first


class FakeArchive(_Part):
    @on(LaneName.STORE)
    def issued_to(self, desk: Desk, case: Case) -> tuple[IssuedDocument, ...]:
        return self.script.run("issued_to", issued_documents, desk, case)

    @on(LaneName.STORE)
    def open(self, desk: Desk, case: Case, issued: IssuedDocument) -> bytes:
        return self.script.run("open_document", one_page_pdf, desk, case, issued)

    @on(LaneName.STORE)
    def answer(self, desk: Desk, typed: str, serial: str | None = None) -> CodeAnswer:
        def answered() -> CodeAnswer:
            issued, serial = CodeVerdict.ISSUED, "990101-20261123-000004"
            return CodeAnswer(issued, serial, _now(), "示范社会保险服务大厅", one_page_pdf())

        return self.script.run("answer", answered, desk, typed, serial)


class FakeBatches(_Part):
    def _made(self, desk: Desk, order: BatchOrder) -> Batch:
        return Batch(
            uuid4(),
            order.scope,
            order.year,
            order.language,
            order.delivery,
            order.reason,
            order.employer_number,
            desk.operator.number,
            desk.hall,
            desk.window,
            _now(),
            counts=Counts(planned=len(order.id_numbers) or 3200),
        )

    @on(LaneName.STORE)
    def plan(self, desk: Desk, order: BatchOrder) -> Batch:
        return self.script.run("plan_batch", lambda: self._made(desk, order), desk, order)

    @on(LaneName.STORE)
    def all(self, desk: Desk) -> tuple[Batch, ...]:
        return self.script.run("batches", cases.batches, desk)

    @on(LaneName.STORE)
    def failed(self, desk: Desk, batch_id: UUID) -> tuple[BatchItem, ...]:
        return self.script.run("failed_of_batch", cases.failed_items, desk, batch_id)

    @on(LaneName.STORE)
    def stop(self, desk: Desk, batch_id: UUID) -> Batch:
        def stopped() -> Batch:
            found = next(one for one in cases.batches() if one.id == batch_id)
            return replace(found, state=BatchState.STOPPED)

        return self.script.run("stop_batch", stopped, desk, batch_id)

    @on(LaneName.BATCH)
    def run(
        self,
        desk: Desk,
        batch_id: UUID,
        folder: Path,
        progress: Callable[[BatchProgress], None],
        cancel: Cancellation,
    ) -> Batch:
        def ran() -> Batch:
            found = next(one for one in cases.batches() if one.id == batch_id)
            done = replace(found, state=BatchState.DONE, folder=str(folder))
            return replace(done, counts=Counts(issued=found.counts.total))

        return self.script.run("run_batch", ran, desk, batch_id, folder, progress, cancel)


class FakeReceipts(_Part):
    @on(LaneName.PRINT)
    def prepare(
        self,
        desk: Desk,
        case: Case,
        occasion: Occasion,
        language: Language,
        recipient: Recipient = Recipient.HOLDER,
        claim: ClaimCode | None = None,
    ) -> Prepared:
        def prepared() -> Prepared:
            kind = str(occasion.kind)
            return _prepared(desk, kind, cases.ID_NUMBER, cases.CODE, recipient, language)

        args = desk, case, occasion, language, recipient, claim
        return self.script.run("prepare_receipt", prepared, *args)


class FakeSignIn(_Part):
    @on(LaneName.STORE)
    def sign_in(self, number: str, password: str, window: str) -> Operator:
        def signed_in() -> Operator:
            if (number, password) != (OPERATOR.number, PASSWORD):
                raise SignInRefused
            return OPERATOR

        return self.script.run("sign_in", signed_in, number, password, window)

    @on(LaneName.STORE)
    def change_password(self, number: str, password: str, new: str, window: str) -> Operator:
        args = number, password, new, window
        return self.script.run("change_password", lambda: OPERATOR, *args)

    @on(LaneName.STORE)
    def lock(self, desk: Desk, reason: str) -> None:
        self.script.run("lock", lambda: None, desk, reason)

    @on(LaneName.STORE)
    def unlock(self, desk: Desk, password: str) -> None:
        def unlocked() -> None:
            if password != PASSWORD:
                raise SignInRefused

        self.script.run("unlock", unlocked, desk, password)

    @on(LaneName.STORE)
    def take_over(
        self, desk: Desk, number: str, password: str, case: Case | None = None
    ) -> Operator:
        args = desk, number, password, case
        return self.script.run("take_over", lambda: COLLEAGUE, *args)

    @on(LaneName.STORE)
    def sign_out(self, desk: Desk) -> None:
        self.script.run("sign_out", lambda: None, desk)


def accounts() -> tuple[OperatorAccount, ...]:
    """The hall's operators: one at work, one disabled, one with a given password, one locked."""
    now = _now()
    supervisor = Operator("2001", "郑国栋", frozenset({Role.SUPERVISOR, Role.AUDITOR}))
    return (
        OperatorAccount(OPERATOR, "", password_set_at=now, hall="hall", card=cases.CODE),
        OperatorAccount(COLLEAGUE, "", active=False, password_set_at=now, hall="hall"),
        OperatorAccount(
            supervisor,
            "",
            locked_until=now + timedelta(minutes=9),
            password_set_at=now,
            hall="hall",
        ),
        OperatorAccount(ADMINISTRATOR, "", hall="hall"),
    )


class FakeOperators(_Part):
    def _account(self, number: str, **changes: Any) -> OperatorAccount:
        found = next(one for one in accounts() if one.operator.number == number)
        return replace(found, **changes)

    @on(LaneName.STORE)
    def all(self, desk: Desk) -> tuple[OperatorAccount, ...]:
        return self.script.run("operators", accounts, desk)

    @on(LaneName.STORE)
    def create(self, desk: Desk, details: OperatorDetails, password: str = "") -> Given:
        def created() -> Given:
            operator = Operator(details.number, details.name, details.roles)
            account = OperatorAccount(operator, "", hall=details.hall, card=details.card)
            return Given(account, password or "abcd-efgh-jkmn")

        return self.script.run("create", created, desk, details, password)

    @on(LaneName.STORE)
    def change(self, desk: Desk, details: OperatorDetails) -> OperatorAccount:
        def changed() -> OperatorAccount:
            operator = Operator(details.number, details.name, details.roles)
            return self._account(details.number, operator=operator, hall=details.hall)

        return self.script.run("change", changed, desk, details)

    @on(LaneName.STORE)
    def disable(self, desk: Desk, number: str) -> OperatorAccount:
        return self.script.run("disable", lambda: self._account(number, active=False), desk, number)

    @on(LaneName.STORE)
    def enable(self, desk: Desk, number: str) -> OperatorAccount:
        return self.script.run("enable", lambda: self._account(number, active=True), desk, number)

    @on(LaneName.STORE)
    def unlock(self, desk: Desk, number: str) -> OperatorAccount:
        return self.script.run(
            "unlock_operator", lambda: self._account(number, locked_until=None), desk, number
        )

    @on(LaneName.STORE)
    def reset_password(self, desk: Desk, number: str, password: str = "") -> Given:
        def reset() -> Given:
            return Given(self._account(number, password_set_at=None), "abcd-efgh-jkmn")

        return self.script.run("reset_password", reset, desk, number, password)


def day_report(operator_number: str | None = OPERATOR.number) -> DayReport:
    """A day on which something was left behind."""
    tallies = (
        Tally("identify", "done", "3", 9, 41),
        Tally("identify", "refused", "3", 9, 2),
        Tally("bind", "pending", "3", 14, 5),
        Tally("print_statement", "done", "3", 16, 30),
        Tally("print_statement", "failed", "3", 16, 7),
    )
    return DayReport("hall", cases.TODAY, operator_number, tallies, Backlog(2, 0, 4, 1))


class FakeShifts(_Part):
    @on(LaneName.STORE)
    def begin(self, desk: Desk) -> Shift:
        shift = Shift(uuid4(), desk.operator.number, desk.hall, desk.window, _now())
        return self.script.run("begin_shift", lambda: shift, desk)

    @on(LaneName.STORE)
    def own_day(self, desk: Desk) -> DayReport:
        return self.script.run("own_day", day_report, desk)

    @on(LaneName.STORE)
    def day_of_hall(self, desk: Desk) -> DayReport:
        return self.script.run("day_of_hall", lambda: day_report(None), desk)

    @on(LaneName.STORE)
    def close(self, desk: Desk, remark: str) -> DayReport:
        return self.script.run("close_shift", day_report, desk, remark)

    @on(LaneName.PRINT)
    def document(self, desk: Desk, report: DayReport, language: Language) -> Document:
        document = Document(one_page_pdf(), 1, "0" * 64)
        return self.script.run("day_document", lambda: document, desk, report, language)

    @on(LaneName.PRINT)
    def print(
        self, desk: Desk, document: Document, title: str, choice: PrintChoice = AS_USUAL
    ) -> PrintJob:
        job = PrintJob("18", "hall", PrintState.SENT)
        return self.script.run("print_day", lambda: job, desk, document, title, choice)

    @on(LaneName.PRINT)
    def save(self, desk: Desk, document: Document, path: Path) -> None:
        def saved() -> None:
            path.write_bytes(document.pdf)

        self.script.run("save_day", saved, desk, document, path)


class FakeCardSignIn(_Part):
    @on(LaneName.CARD)
    def look(self, window: str) -> CardPresented:
        presented = CardPresented("Reader A", cases.CODE, 3)
        return self.script.run("look", lambda: presented, window)

    @on(LaneName.CARD)
    def sign_in(self, presented: CardPresented, pin: str, window: str) -> Operator:
        return self.script.run("card_sign_in", lambda: OPERATOR, presented, pin, window)


class FakeAuditing(_Part):
    @on(LaneName.STORE)
    def search(
        self, desk: Desk, query: AuditQuery, size: int, before: AuditRecord | None = None
    ) -> tuple[AuditRecord, ...]:
        def found() -> tuple[AuditRecord, ...]:
            last = before.seq - 1 if before is not None else 60
            return tuple(cases.audit_record(seq) for seq in range(last, max(last - size, 0), -1))

        return self.script.run("search", found, desk, query, size, before)

    @on(LaneName.STORE)
    def verify(self, desk: Desk, progress: Any = None, cancel: Any = None) -> Any:
        progress(500, 60_000)
        return self.script.run("verify", cases.chain_reports, desk, progress, cancel)

    @on(LaneName.STORE)
    def export(self, desk: Desk, query: AuditQuery, form: ExportFormat, path: Path) -> int:
        return self.script.run("export", lambda: 60, desk, query, form, path)


class FakeLapses(_Part):
    @on(LaneName.PLATFORM)
    def end_due(self, desk: Desk) -> int:
        return self.script.run("end_due", lambda: 0, desk)

    @on(LaneName.PLATFORM)
    def expire_due(self, desk: Desk) -> int:
        return self.script.run("expire_due", lambda: 0, desk)


class FakeLoss(_Part):
    @on(LaneName.PLATFORM)
    def report_temporary(self, desk: Desk, case: Case) -> Case:
        def reported() -> Case:
            require(case, Verb.REPORT_LOSS)
            return _stepped(cases.protected(case), VisitStep.LOSS_REPORTED)

        return self.script.run("report_temporary", reported, desk, case)

    @on(LaneName.PLATFORM)
    def file(
        self, desk: Desk, case: Case, kind: ApplicationKind, applicant: Applicant, reason: str
    ) -> Case:
        def filed() -> Case:
            application = cases.application(kind, applicant=applicant, reason=reason)
            return _stepped(replace(case, application=application), VisitStep.APPLICATION_FILED)

        return self.script.run("file", filed, desk, case, kind, applicant, reason)


class FakeReplacement(_Part):
    @on(LaneName.PLATFORM)
    def hand_over(self, desk: Desk, case: Case) -> Case:
        def handed_over() -> Case:
            require(case, Verb.HAND_OVER)
            assert case.registered is not None
            card = replace(case.registered, state=CardState.NORMAL, version=2)
            done = replace(case, registered=card, application=None, e_card=cases.e_card())
            return _stepped(done, VisitStep.HANDED_OVER)

        return self.script.run("hand_over", handed_over, desk, case)


class FakeDelivery(_Part):
    @on(LaneName.PLATFORM)
    def deliver_pending(self, identification_code: str | None = None) -> Delivered:
        return self.script.run(
            "deliver_pending", lambda: Delivered(0, 0, 0, {}), identification_code
        )


def fake_services(script: Script) -> Services:
    """All of them over one script."""
    return cast(
        Services,
        _FakeServices(
            FakeIdentification(script),
            FakeActivation(script),
            FakeECards(script),
            FakeAuthorizations(script),
            FakeCity(script),
            FakeStatements(script),
            FakePrinting(script),
            FakeReceipts(script),
            FakeSignIn(script),
            FakeCardSignIn(script),
            FakeOperators(script),
            FakeShifts(script),
            FakeLapses(script),
            FakeLoss(script),
            FakeReplacement(script),
            FakeDecisions(script),
            FakeDelivery(script),
            FakeAuditing(script),
            FakeArchive(script),
            FakeBatches(script),
        ),
    )


@dataclass(frozen=True)
class _FakeServices:
    identification: FakeIdentification
    activation: FakeActivation
    e_cards: FakeECards
    authorizations: FakeAuthorizations
    city: FakeCity
    statements: FakeStatements
    printing: FakePrinting
    receipts: FakeReceipts
    sign_in: FakeSignIn
    card_sign_in: FakeCardSignIn
    operators: FakeOperators
    shifts: FakeShifts
    lapses: FakeLapses
    loss: FakeLoss
    replacement: FakeReplacement
    decisions: FakeDecisions
    delivery: FakeDelivery
    auditing: FakeAuditing
    archive: FakeArchive
    batches: FakeBatches


def _prepared(
    desk: Desk, kind: str, id_number: str, subject: str, recipient: Recipient, language: Language
) -> Prepared:
    pdf, now = one_page_pdf(), _now()
    document = Document(pdf, 1, sha256(pdf).hexdigest())
    issued = IssuedDocument(
        "990101-20261123-000042",
        "ABCD-EFGH-JKLM-NPQR",
        kind,
        id_number,
        subject,
        recipient,
        1,
        now,
        now.date() + timedelta(days=30),
        desk.hall,
        desk.window,
        desk.operator.number,
        document.sha256,
        1,
        language,
        "1",
    )
    return Prepared(document, issued)


def one_page_pdf() -> bytes:
    """A valid PDF of one A4 page with a line of text."""
    text = b"BT /F1 24 Tf 72 700 Td (Statement) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    pdf, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        starts.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(pdf)
    pdf += b"xref\n0 6\n0000000000 65535 f \n"
    pdf += b"".join(b"%010d 00000 n \n" % start for start in starts)
    return pdf + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


def _stepped(case: Case, taken: VisitStep) -> Case:
    return case.stepped(taken, _now())


def _now() -> datetime:
    return datetime.now(UTC)
