"""Every method of every service, with the audit entry that it leaves, or why it leaves none."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast, get_type_hints

import pytest

from desk_app.domain.application import HOLDER, ApplicationKind
from desk_app.domain.audit import Action, AuditEntry, AuditQuery, AuditRecord, Outcome
from desk_app.domain.card import CardState
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import IssuedDocument
from desk_app.domain.e_card import ConsentMethod
from desk_app.domain.errors import (
    DeskError,
    FourEyes,
    ImportRejected,
    NotPermitted,
    NotPossible,
    PlatformUnreachable,
    StateForbids,
    TotalsDiffer,
)
from desk_app.domain.holder import Holder
from desk_app.domain.lifecycle import Change
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.permissions import Permission
from desk_app.domain.printing import Mishap
from desk_app.domain.receipt import Occasion, ReceiptKind
from desk_app.domain.statement import StatementKind, StatementRequest
from desk_app.domain.visit import Case
from desk_app.regions import policy_of
from desk_app.services.activation import Activation
from desk_app.services.archive import Archiving
from desk_app.services.audit_export import ExportFormat
from desk_app.services.auditing import Auditing
from desk_app.services.authorizations import Authorizations
from desk_app.services.batches import Batches
from desk_app.services.card_sign_in import CardSignIn
from desk_app.services.catalogue import Services
from desk_app.services.city import City
from desk_app.services.contribution_import import COLUMNS, ContributionImport
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.e_cards import ECardService
from desk_app.services.identification import Identification
from desk_app.services.lanes import LaneName, on
from desk_app.services.lapses import Lapses
from desk_app.services.loss import Loss
from desk_app.services.operators import OperatorService
from desk_app.services.ports import (
    CardReader,
    Document,
    Language,
    PrintJob,
    PrintState,
    SignatureChecker,
)
from desk_app.services.printing import Printing
from desk_app.services.receipts import Receipts
from desk_app.services.replacement import Replacement
from desk_app.services.shift import ShiftService
from desk_app.services.sign_in import SignIn
from desk_app.services.signatures import Signatures
from desk_app.services.statements import StatementService
from desk_app.services.trail import audited
from tests.fakes.drawing import InlineDrawings
from tests.fakes.platform import FakePlatform
from tests.fakes.printer import FakePrinter
from tests.fakes.store import FakeContributions, FakeStore
from tests.unit.domain.cases import NOW, NUMBER, case, consent, e_card, reading, registered

HALL = "示例服务大厅"
DESK = Desk(HALL, "07", "310000", Operator("1001", "林晓", frozenset(Role)))
SCREEN = ConsentMethod.CITIZEN_SCREEN

LEAVES: dict[str, Action] = {
    "identification.open_case": Action.IDENTIFY,
    "identification.known_of": Action.IDENTIFY,
    "identification.look_up": Action.LOOK_UP,
    "identification.reveal": Action.REVEAL,
    "activation.activate": Action.ACTIVATE,
    "e_cards.consent": Action.CONSENT,
    "e_cards.bind": Action.BIND,
    "e_cards.claim_code": Action.CLAIM_CODE,
    "e_cards.unbind": Action.UNBIND,
    "authorizations.of": Action.READ_AUTHORIZATIONS,
    "authorizations.revoke": Action.REVOKE_AUTHORIZATION,
    "statements.months_on_record": Action.READ_RECORDS,
    "statements.overview": Action.READ_AUTHORIZATIONS,
    "statements.prepare": Action.PREVIEW_STATEMENT,
    "receipts.prepare": Action.PREVIEW_STATEMENT,
    "statements.print": Action.PRINT_STATEMENT,
    "statements.save": Action.SAVE_STATEMENT,
    "statements.verify": Action.VERIFY_STATEMENT,
    "statements.print_again": Action.PRINT_AGAIN,
    "printing.cancel": Action.CANCEL_PRINT,
    "printing.confirm": Action.CONFIRM_PRINT,
    "sign_in.sign_in": Action.SIGN_IN,
    "sign_in.sign_out": Action.SIGN_OUT,
    "imports.run": Action.IMPORT,
    "sign_in.change_password": Action.CHANGE_PASSWORD,
    "sign_in.lock": Action.LOCK,
    "sign_in.unlock": Action.UNLOCK,
    "sign_in.confirm": Action.CONFIRM,
    "sign_in.take_over": Action.TAKE_OVER,
    "card_sign_in.look": Action.SIGN_IN,
    "card_sign_in.sign_in": Action.SIGN_IN,
    "lapses.end_due": Action.LAPSE,
    "lapses.expire_due": Action.EXPIRE,
    "loss.report_temporary": Action.REPORT_LOSS,
    "loss.file": Action.FILE_APPLICATION,
    "replacement.hand_over": Action.HAND_OVER,
    "decisions.open": Action.OPEN_APPLICATION,
    "decisions.take": Action.TAKE_APPLICATION,
    "decisions.put_back": Action.PUT_BACK_APPLICATION,
    "decisions.decide": Action.APPROVE,
    "decisions.decide_several": Action.APPROVE,
    "decisions.told": Action.TELL_OUTCOME,
    "operators.all": Action.LIST_OPERATORS,
    "operators.create": Action.CREATE_OPERATOR,
    "operators.change": Action.CHANGE_OPERATOR,
    "operators.disable": Action.DISABLE_OPERATOR,
    "operators.enable": Action.ENABLE_OPERATOR,
    "operators.unlock": Action.UNLOCK_OPERATOR,
    "operators.reset_password": Action.RESET_PASSWORD,
    "shifts.begin": Action.OPEN_SHIFT,
    "shifts.own_day": Action.DAY_REPORT,
    "shifts.day_of_hall": Action.DAY_REPORT,
    "shifts.close": Action.CLOSE_SHIFT,
    "shifts.print": Action.DAY_REPORT,
    "shifts.save": Action.DAY_REPORT,
    "batches.plan": Action.PLAN_BATCH,
    "batches.run": Action.RUN_BATCH,
    "batches.stop": Action.STOP_BATCH,
    "batches.failed": Action.READ_BATCHES,
    "auditing.search": Action.SEARCH_AUDIT,
    "auditing.verify": Action.VERIFY_AUDIT,
    "auditing.export": Action.EXPORT_AUDIT,
    "auditing.purge": Action.PURGE,
    "archive.issued_to": Action.LIST_DOCUMENTS,
    "archive.open": Action.OPEN_DOCUMENT,
    "archive.answer": Action.VERIFY_CODE,
    "archive.verify": Action.VERIFY_ARCHIVE,
    "archive.purge": Action.PURGE_ARCHIVE,
}
LEAVES_NONE: dict[str, str] = {
    "identification.read_card": "open_case records what was read, a counterfeit too",
    "identification.refresh_e_card": "completes the case whose opening was recorded",
    "identification.end_visit": "the visit itself is kept, with its end",
    "lapses.look_at": "within the transaction of what opens the case; it records itself",
    "lapses.end_if_due": "one of the two that look_at does",
    "lapses.expire_if_due": "the other one",
    "decisions.queue": "read again at every change; what is opened of it is recorded",
    "decisions.outcomes": "an operator's own applications",
    "shifts.document": "draws a report that was recorded when it was made",
    "statements.imprint": "within the transaction of what draws a document; it records itself",
    "statements.issue": "the record of an issue that is kept, and recorded, by what issues it",
    "printing.default": "no citizen's data",
    "printing.queues": "no citizen's data",
    "printing.offer": "no citizen's data",
    "printing.job": "no citizen's data",
    "batches.all": "names no citizen",
    "batches.called": "names no citizen",
    "batches.check": "compares files with their digests; the manifest names no citizen",
    "signatures.certificate": "no citizen's data",
    "signatures.check": "looks at a file that somebody brought; whose it is says statements.verify",
    "city.services": "no citizen's data",
    "city.channels": "no citizen's data",
    "city.health": "no citizen's data",
    "delivery.deliver_pending": "each instruction that is settled leaves an action of its own",
    "delivery.settle": "delivers",
    "delivery.write_down": "within the transaction of a verb that records itself",
}


class _Clock:
    def now(self) -> datetime:
        return NOW


class _Documents:
    def statement(self, *_: object, large_print: bool = False) -> Document:
        return Document(b"pdf", 1, sha256(b"pdf").hexdigest())

    receipt = statement

    def serial_of(self, pdf: bytes) -> str | None:
        return None


class _Passwords:
    def hash(self, password: str) -> str:
        return password

    def verify(self, password_hash: str | None, password: str) -> bool:
        return password_hash == password


@dataclass
class Counter:
    """The services over a store and a platform in memory, and one citizen."""

    store: FakeStore
    platform: FakePlatform
    services: Services
    folder: Path

    def trail(self) -> list[AuditRecord]:
        with self.store.begin(write=False) as uow:
            return list(uow.audit.records())


@pytest.fixture
def city(tmp_path: Path) -> Counter:
    return _city(tmp_path)


def _city(folder: Path, state: CardState = CardState.NORMAL, *, bound: bool = False) -> Counter:
    store, clock = FakeStore(), _Clock()
    card = registered(state)
    platform = FakePlatform.knowing([card], [e_card()] if bound else [])
    with store.begin() as uow:
        uow.holders.put(Holder(NUMBER, "测试人"))
        uow.cards.add(card)
        if bound:
            uow.e_cards.put(e_card())
        uow.operators.put(OperatorAccount(DESK.operator, "right", password_set_at=NOW))
        uow.commit()
    policy = policy_of("310000")
    delivery = Delivery(store, platform, clock, policy)
    lapses = Lapses(store, delivery, clock, policy)
    documents = cast(Any, _Documents())
    statements = StatementService(
        store, documents, FakePrinter(), platform, clock, policy, "https://v"
    )
    services = Services(
        identification=Identification(
            cast(CardReader, None), store, platform, delivery, clock, lapses
        ),
        activation=Activation(store, delivery, clock),
        e_cards=ECardService(store, platform, delivery, clock),
        authorizations=Authorizations(store, platform, delivery, clock),
        city=City(platform),
        statements=statements,
        printing=Printing(store, FakePrinter(), clock),
        receipts=Receipts(store, documents, clock, statements),
        sign_in=SignIn(store, _Passwords(), clock, HALL),
        card_sign_in=CardSignIn(cast(CardReader, None), store, clock, HALL),
        decisions=Decisions(store, delivery, _Passwords(), clock, policy),
        lapses=lapses,
        loss=Loss(store, delivery, clock, policy),
        replacement=Replacement(store, platform, delivery, clock, policy),
        operators=OperatorService(store, _Passwords(), clock),
        shifts=ShiftService(store, documents, FakePrinter(), clock),
        delivery=delivery,
        imports=ContributionImport(store, clock),
        auditing=Auditing(store, clock, keep_years=10),
        batches=Batches(store, InlineDrawings(), cast(Any, None), clock, policy, "https://v"),
        archive=Archiving(store, clock, keep_years=10),
        signatures=Signatures(cast(SignatureChecker, None)),
    )
    return Counter(store, platform, services, folder)


def _jobs(services: type[Services]) -> set[str]:
    """Every public method of every service, `service.method`."""
    return {
        f"{field}.{name}"
        for field, service in get_type_hints(services).items()
        for name, _ in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_")
    }


def test_the_list_is_whole() -> None:
    assert not LEAVES.keys() & LEAVES_NONE.keys()
    assert _jobs(Services) == LEAVES.keys() | LEAVES_NONE.keys()


def test_what_leaves_an_action_is_marked_with_it() -> None:
    hints = get_type_hints(Services)
    marked = {job: getattr(_method(hints, job), "audited", None) for job in LEAVES}
    assert marked == LEAVES


def _method(hints: dict[str, Any], job: str) -> object:
    service, name = job.split(".")
    return getattr(hints[service], name)


A_LOSS = ApplicationKind.FORMAL_LOSS
AN_ACTIVATION = Occasion(ReceiptKind.ACTIVATION, NOW)
A_STATEMENT = StatementRequest(StatementKind.ANNUAL, NUMBER, MonthRange.year(2025))


def _prepared(city: Counter) -> Any:
    return city.services.statements.prepare(DESK, case(), A_STATEMENT, Language.CHINESE)


def _issued(city: Counter) -> IssuedDocument:
    prepared = _prepared(city)
    city.services.statements.save(DESK, _opened(city), prepared, city.folder / "statement.pdf")
    issued: IssuedDocument = prepared.issued
    return issued


def _import(city: Counter, text: str = "") -> int:
    path = city.folder / "import.csv"
    path.write_text(",".join(COLUMNS) + "\n" + text, encoding="utf-8")
    return city.services.imports.run(DESK, path)


def _purge(city: Counter) -> object:
    long_ago = NOW - timedelta(days=4000)
    with city.store.begin() as uow:
        uow.audit.append(
            AuditEntry(long_ago, Action.IDENTIFY, Outcome.DONE, "1001", "07", HALL, NUMBER)
        )
        uow.commit()
    return city.services.auditing.purge(DESK, date(2016, 11, 23), city.folder / "old.jsonl")


DO: dict[str, Callable[[Counter], object]] = {
    "identification.open_case": lambda c: c.services.identification.open_case(DESK, reading()),
    "identification.known_of": lambda c: c.services.identification.known_of(DESK, reading()),
    "identification.look_up": lambda c: c.services.identification.look_up(DESK, NUMBER),
    "identification.reveal": lambda c: c.services.identification.reveal(DESK, case(), "自己来查"),
    "activation.activate": lambda c: c.services.activation.activate(
        DESK, _opened(c, registered=registered(CardState.NOT_ACTIVATED))
    ),
    "e_cards.consent": lambda c: c.services.e_cards.consent(DESK, _opened(c), SCREEN),
    "e_cards.bind": lambda c: c.services.e_cards.bind(DESK, _opened(c, consent=consent())),
    "e_cards.claim_code": lambda c: c.services.e_cards.claim_code(
        DESK, _opened(c, e_card=e_card())
    ),
    "e_cards.unbind": lambda c: c.services.e_cards.unbind(
        DESK, _opened(c, e_card=e_card()), "持卡人要求"
    ),
    "authorizations.of": lambda c: c.services.authorizations.of(DESK, case(e_card=e_card())),
    "statements.months_on_record": lambda c: c.services.statements.months_on_record(DESK, case()),
    "statements.overview": lambda c: c.services.statements.overview(DESK, case()),
    "statements.prepare": _prepared,
    "receipts.prepare": lambda c: c.services.receipts.prepare(
        DESK, case(), AN_ACTIVATION, Language.CHINESE
    ),
    "statements.print": lambda c: c.services.statements.print(DESK, _opened(c), _prepared(c)),
    "statements.print_again": lambda c: c.services.statements.print_again(
        DESK, _prepared(c), PrintJob("window7-1", "window7", PrintState.FAILED), Mishap.JAMMED
    ),
    "printing.cancel": lambda c: c.services.printing.cancel(
        DESK, "310000-1", PrintJob("window7-1", "window7", PrintState.WAITING)
    ),
    "printing.confirm": lambda c: c.services.printing.confirm(DESK, "310000-1"),
    "statements.save": lambda c: c.services.statements.save(
        DESK, _opened(c), _prepared(c), c.folder / "statement.pdf"
    ),
    "statements.verify": lambda c: c.services.statements.verify(DESK, b"pdf"),
    "sign_in.sign_in": lambda c: c.services.sign_in.sign_in("1001", "right", "07"),
    "sign_in.sign_out": lambda c: c.services.sign_in.sign_out(DESK),
    "imports.run": _import,
    "auditing.search": lambda c: c.services.auditing.search(DESK, AuditQuery(citizen=NUMBER), 50),
    "auditing.verify": lambda c: c.services.auditing.verify(DESK),
    "auditing.export": lambda c: c.services.auditing.export(
        DESK, AuditQuery(citizen=NUMBER), ExportFormat.CSV, c.folder / "audit.csv"
    ),
    "auditing.purge": lambda c: _purge(c),
    "archive.issued_to": lambda c: c.services.archive.issued_to(DESK, case()),
    "archive.open": lambda c: c.services.archive.open(DESK, case(), _issued(c)),
    "archive.answer": lambda c: c.services.archive.answer(DESK, _issued(c).verification_code),
    "archive.verify": lambda c: c.services.archive.verify(DESK),
    "archive.purge": lambda c: c.services.archive.purge(DESK, date(2016, 11, 23)),
}
NEEDS_E_CARD = {"e_cards.claim_code", "e_cards.unbind", "authorizations.of"}
ABOUT_NOBODY = {
    "printing.cancel",
    "printing.confirm",
    "statements.verify",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "imports.run",
    "auditing.verify",
    "auditing.purge",
    "archive.answer",
    "archive.verify",
    "archive.purge",
}
_ELSEWHERE = (
    "batches.",
    "card_sign_in.",
    "decisions.",
    "lapses.",
    "loss.",
    "operators.",
    "replacement.",
    "shifts.",
    "sign_in.",
)
ELSEWHERE = {job for job in LEAVES if job.startswith(_ELSEWHERE)} - DO.keys()
ELSEWHERE |= {"authorizations.revoke"}
"""Tried by tests of their own: in this folder, and where the platform is a real one."""


def _opened(city: Counter, **values: Any) -> Case:
    """The citizen's case, with a visit that the store knows."""
    visit = city.services.identification.open_case(DESK, reading()).visit
    return case(visit=visit, **values)


def test_every_action_is_tried() -> None:
    assert DO.keys() | ELSEWHERE == LEAVES.keys()


@pytest.mark.parametrize("job", DO)
def test_what_was_done_is_in_the_trail(tmp_path: Path, job: str) -> None:
    state = CardState.NOT_ACTIVATED if job == "activation.activate" else CardState.NORMAL
    city = _city(tmp_path, state, bound=job in NEEDS_E_CARD)
    DO[job](city)
    found = [r for r in city.trail() if r.action == LEAVES[job]]
    assert found
    assert {(r.hall, r.window, r.operator_number) for r in found} == {(HALL, "07", "1001")}
    assert all((r.subject_reference is None) is (job in ABOUT_NOBODY) for r in found)
    assert found[-1].outcome is Outcome.DONE


REFUSED: dict[str, Callable[[Counter], object]] = {
    "activation.activate": lambda c: c.services.activation.activate(DESK, case()),
    "e_cards.consent": lambda c: c.services.e_cards.consent(DESK, case(e_card=e_card()), SCREEN),
    "e_cards.bind": lambda c: c.services.e_cards.bind(DESK, case()),
    "e_cards.claim_code": lambda c: c.services.e_cards.claim_code(DESK, case()),
    "e_cards.unbind": lambda c: c.services.e_cards.unbind(DESK, case(), "reason"),
    "authorizations.of": lambda c: c.services.authorizations.of(DESK, case()),
    "loss.report_temporary": lambda c: c.services.loss.report_temporary(DESK, case()),
    "loss.file": lambda c: c.services.loss.file(DESK, case(), A_LOSS, HOLDER, "遗失"),
    "replacement.hand_over": lambda c: c.services.replacement.hand_over(DESK, case()),
    "authorizations.revoke": lambda c: c.services.authorizations.revoke(DESK, case(), "A1"),
    "archive.issued_to": lambda c: c.services.archive.issued_to(
        DESK, case(reading=None, revealed=False)
    ),
    "statements.months_on_record": lambda c: c.services.statements.months_on_record(
        DESK, case(reading=None, revealed=False)
    ),
    "statements.overview": lambda c: c.services.statements.overview(DESK, case(revealed=False)),
    "receipts.prepare": lambda c: c.services.receipts.prepare(
        DESK, case(reading=None, revealed=False), AN_ACTIVATION, Language.CHINESE
    ),
    "statements.prepare": lambda c: c.services.statements.prepare(
        DESK, case(reading=None, revealed=False), A_STATEMENT, Language.CHINESE
    ),
}


@pytest.mark.parametrize("job", REFUSED)
def test_what_was_refused_is_in_the_trail_with_the_reason_and_the_citizen(
    city: Counter, job: str
) -> None:
    with pytest.raises(NotPossible) as refusal:
        REFUSED[job](city)
    (found,) = city.trail()
    assert (found.action, found.outcome) == (LEAVES[job], Outcome.REFUSED)
    assert found.detail == " ".join(["not_possible", *refusal.value.hindrances])
    assert (found.hall, found.window, found.operator_number) == (HALL, "07", "1001")
    assert found.subject_reference is not None


def test_what_the_platform_did_not_answer_is_in_the_trail(tmp_path: Path) -> None:
    city = _city(tmp_path, bound=True)
    city.platform.down = True
    with pytest.raises(PlatformUnreachable):
        city.services.authorizations.of(DESK, case(e_card=e_card()))
    (found,) = city.trail()
    assert (found.action, found.outcome, found.detail) == (
        Action.READ_AUTHORIZATIONS,
        Outcome.FAILED,
        "platform_unreachable",
    )


@pytest.mark.parametrize("down", [False, True])
def test_an_overview_says_what_the_platform_tells_and_leaves_out_the_rest(
    tmp_path: Path, down: bool
) -> None:
    city = _city(tmp_path, bound=True)
    city.platform.down = down
    found = city.services.statements.overview(DESK, case(e_card=e_card()))
    told = (found.services, found.channels, found.authorizations)
    assert all(part is None for part in told) is down
    assert any(part is None for part in told) is down
    assert found.has_e_card


def test_without_an_e_card_there_are_no_authorisations_to_ask_for(city: Counter) -> None:
    found = city.services.statements.overview(DESK, case())
    assert found.authorizations == ()
    assert not found.has_e_card


def test_a_statement_whose_sums_differ_is_in_the_trail(
    city: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeContributions, "sums", lambda *_: ("not the sums",))
    with pytest.raises(TotalsDiffer):
        _prepared(city)
    (found,) = city.trail()
    assert (found.action, found.outcome, found.detail) == (
        Action.PREVIEW_STATEMENT,
        Outcome.FAILED,
        "totals_differ",
    )


def test_a_rejected_import_is_in_the_trail(city: Counter) -> None:
    with pytest.raises(ImportRejected):
        _import(city, "nobody" + "," * (len(COLUMNS) - 1) + "\n")
    (found,) = city.trail()
    assert (found.action, found.outcome) == (Action.IMPORT, Outcome.FAILED)


def test_a_wrong_password_is_in_the_trail(city: Counter) -> None:
    with pytest.raises(DeskError):
        city.services.sign_in.sign_in("1001", "wrong", "07")
    (found,) = city.trail()
    assert (found.hall, found.action, found.outcome) == (HALL, Action.SIGN_IN, Outcome.REFUSED)


@dataclass(frozen=True)
class _Refusing:
    store: FakeStore
    clock: _Clock
    error: DeskError

    @on(LaneName.STORE)
    @audited(Action.REVEAL)
    def verb(self, desk: Desk, number: str, reason: str = "") -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (NotPermitted(Permission.SERVE), "not_permitted"),
        (FourEyes(), "four_eyes"),
        (StateForbids(Change.RELEASE, CardState.CANCELLED), "state_forbids release cancelled"),
    ],
)
def test_every_refusal_by_the_rules_is_noted(error: DeskError, detail: str) -> None:
    store = FakeStore()
    service = _Refusing(store, _Clock(), error)
    with pytest.raises(type(error)):
        service.verb(DESK, f" {NUMBER.lower()} ", reason="typed by a clerk")
    with store.begin(write=False) as uow:
        (found,) = uow.audit.records()
    assert (found.outcome, found.detail, found.reason) == (Outcome.REFUSED, detail, None)
    assert found.subject_reference is not None


def test_another_error_is_no_refusal() -> None:
    store = FakeStore()
    with pytest.raises(ZeroDivisionError):
        _Refusing(store, _Clock(), cast(Any, ZeroDivisionError())).verb(DESK, NUMBER)
    assert store.records.audit == {}
