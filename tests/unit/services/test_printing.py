"""What did not come out is printed again: once, as the same copy, and everybody can see why."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from desk_app.domain.audit import Action, AuditRecord, Outcome
from desk_app.domain.contribution import MonthRange
from desk_app.domain.errors import NotPermitted, PrinterRefused, PrintServiceDown
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Operator, Role
from desk_app.domain.printing import Mishap, PrintChoice, PrinterOffer, PrintKind
from desk_app.domain.statement import StatementKind, StatementRequest
from desk_app.regions import policy_of
from desk_app.services.ports import Language, PrintJob, PrintState
from desk_app.services.printing import Printing
from desk_app.services.statements import Prepared, StatementService
from tests.fakes.platform import FakePlatform
from tests.fakes.printer import FakePrinter
from tests.fakes.store import FakeStore
from tests.unit.domain.cases import NUMBER, case
from tests.unit.services.test_trail import DESK, _Clock, _Documents

A_YEAR = StatementRequest(StatementKind.ANNUAL, NUMBER, MonthRange.year(2025))


@dataclass
class Desk:
    """A statement that was printed once."""

    printer: FakePrinter
    store: FakeStore
    statements: StatementService
    printing: Printing

    def __post_init__(self) -> None:
        a_case = case()
        with self.store.begin() as uow:
            uow.holders.put(Holder(NUMBER, "测试人"))
            uow.visits.open(a_case.visit)
            uow.commit()
        self.prepared: Prepared = self.statements.prepare(DESK, a_case, A_YEAR, Language.CHINESE)
        _, self.job = self.statements.print(DESK, a_case, self.prepared)

    def again(self, job: PrintJob, found: Mishap = Mishap.JAMMED, queue: str = "") -> PrintJob:
        choice = PrintChoice(queue)
        return self.statements.print_again(DESK, self.prepared, job, found, choice)

    def trail(self, action: Action) -> list[AuditRecord]:
        with self.store.begin(write=False) as uow:
            return [each for each in uow.audit.records() if each.action is action]


@pytest.fixture
def desk() -> Desk:
    store, printer, clock = FakeStore(), FakePrinter(state=PrintState.PRINTING), _Clock()
    documents: Any = _Documents()
    platform, policy = FakePlatform(), policy_of("310000")
    statements = StatementService(store, documents, printer, platform, clock, policy, "https://v")
    defaults = {PrintKind.RECEIPT: PrintChoice("window8")}
    return Desk(printer, store, statements, Printing(store, printer, clock, defaults))


def test_it_stays_the_same_copy_and_the_reason_is_kept(desk: Desk) -> None:
    failed = replace(desk.job, state=PrintState.FAILED)
    job = desk.again(failed, Mishap.UNREADABLE, "window8")
    assert (job.job_id, job.queue) == ("window8-2", "window8")
    assert desk.printer.sheets["window8-2"] == desk.printer.sheets["window7-1"]
    assert desk.printer.cancelled == []
    (noted,) = desk.trail(Action.PRINT_AGAIN)
    serial = desk.prepared.issued.serial
    assert (noted.outcome, noted.reason, noted.detail) == (Outcome.DONE, "unreadable", serial)
    assert len(desk.trail(Action.ISSUE_STATEMENT)) == 1
    with desk.store.begin(write=False) as uow:
        assert [one.copy_number for one in uow.statements.of_person(NUMBER)] == [1]


def test_what_still_waits_is_cancelled_first(desk: Desk) -> None:
    job = desk.again(desk.job)
    assert desk.printer.cancelled == ["window7-1"]
    assert job.job_id == "window7-2"


def test_what_came_out_meanwhile_is_not_printed_twice(desk: Desk) -> None:
    desk.printer.state = PrintState.PRINTED
    job = desk.again(desk.job)
    assert (job.job_id, job.state) == ("window7-1", PrintState.PRINTED)
    assert list(desk.printer.sheets) == ["window7-1"]
    assert desk.trail(Action.PRINT_AGAIN)[0].outcome is Outcome.REFUSED


def test_what_cannot_be_cancelled_is_not_printed_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_job: PrintJob) -> PrintJob:
        raise PrintServiceDown

    monkeypatch.setattr(desk.printer, "cancel", down)
    with pytest.raises(PrintServiceDown):
        desk.again(desk.job)
    assert list(desk.printer.sheets) == ["window7-1"]
    assert len(desk.trail(Action.PRINT_AGAIN)) == 1


def test_a_queue_that_refuses_again_is_noted(desk: Desk) -> None:
    desk.printer.refuses = "not accepting jobs"
    with pytest.raises(PrinterRefused):
        desk.again(replace(desk.job, state=PrintState.CANCELLED))
    (noted,) = desk.trail(Action.PRINT_AGAIN)
    assert noted.outcome is not Outcome.DONE


def test_the_clerks_word_is_kept(desk: Desk) -> None:
    desk.printing.confirm(DESK, "310000-1")
    desk.printing.confirm(DESK, "310000-2", Mishap.NOTHING)
    told = [(each.outcome, each.reason, each.detail) for each in desk.trail(Action.CONFIRM_PRINT)]
    assert told == [
        (Outcome.DONE, None, "310000-1"),
        (Outcome.FAILED, "nothing", "310000-2"),
    ]


def test_a_cancelled_job_is_noted_with_how_it_ended(desk: Desk) -> None:
    assert desk.printing.cancel(DESK, "310000-1", desk.job).state is PrintState.CANCELLED
    (noted,) = desk.trail(Action.CANCEL_PRINT)
    assert (noted.outcome, noted.detail) == (Outcome.DONE, "310000-1 cancelled")


def test_only_who_serves_can_cancel(desk: Desk) -> None:
    auditor = replace(DESK, operator=Operator("4001", "许诺", frozenset({Role.AUDITOR})))
    with pytest.raises(NotPermitted):
        desk.printing.cancel(auditor, "310000-1", desk.job)
    assert desk.printer.cancelled == []


def test_what_the_printers_are(desk: Desk) -> None:
    assert desk.printing.queues() == ("window7", "window8")
    assert desk.printing.offer("window9") == PrinterOffer()
    assert desk.printing.offer("").trays == ("auto", "main")
    assert desk.printing.job(desk.job).state is PrintState.PRINTING
    assert desk.printing.default(PrintKind.RECEIPT).queue == "window8"
    assert desk.printing.default(PrintKind.STATEMENT) == PrintChoice()
