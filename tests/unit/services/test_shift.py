"""A shift goes on until it is signed off, and what it leaves behind is not signed off in silence."""

from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.errors import InvalidInput, NotPermitted, Outdated
from desk_app.domain.outbox import FrozenRequest, OutboxKind
from desk_app.domain.shift import Backlog, DayReport
from desk_app.services.ports import Document, Language, PrintJob, PrintState
from desk_app.services.shift import ShiftService
from tests.fakes import cases
from tests.fakes.operators import (
    CLERK,
    SUPERVISOR,
    WINDOW,
    MovingClock,
    account,
    desk_of,
    store_with,
    trail,
)

CHINA = timezone(timedelta(hours=8))
DESK = desk_of()


class Paper:
    """Documents and printer in one."""

    def day_report(self, report: DayReport, *_: Any) -> Document:
        return Document(repr(report).encode(), 1, "0" * 64)

    def print(self, pdf: bytes, title: str, choice: object = None) -> PrintJob:
        return PrintJob(title, "hall", PrintState.SENT)


class Hall:
    def __init__(self) -> None:
        self.store = store_with(account(), account(SUPERVISOR))
        self.clock = MovingClock(cases.NOW.astimezone(CHINA))
        paper: Any = Paper()
        self.shifts = ShiftService(self.store, paper, paper, self.clock)

    def audit(self, outcome: Outcome = Outcome.DONE, number: str = "1001") -> None:
        with self.store.begin() as uow:
            at, action = self.clock.now(), Action.PRINT_STATEMENT
            uow.audit.append(AuditEntry(at, action, outcome, number, WINDOW, "hall"))
            uow.commit()

    def ask_platform(self) -> None:
        body = FrozenRequest(OutboxKind.ISSUE_E_CARD, "POST", "/v1/e-cards", "{}")
        with self.store.begin() as uow:
            uow.outbox.add(cases.case().visit.id, cases.CODE, body, self.clock.now(), "1001/3/hall")
            uow.commit()


def test_a_shift_opens_at_signing_in_and_goes_on_at_the_next() -> None:
    hall = Hall()
    first = hall.shifts.begin(DESK)
    assert (first.operator_number, first.window, first.closed_at) == ("1001", WINDOW, None)
    hall.clock.forward(hours=2)
    assert hall.shifts.begin(DESK) == first
    assert trail(hall.store) == [(Action.OPEN_SHIFT, Outcome.DONE, "1001", None)]


def test_after_signing_off_a_new_one_opens() -> None:
    hall = Hall()
    first = hall.shifts.begin(DESK)
    hall.clock.forward(hours=8)
    report = hall.shifts.close(DESK, "")
    (closed,) = report.shifts
    assert (closed.id, closed.closed_at) == (first.id, hall.clock.now())
    assert hall.shifts.begin(DESK).id != first.id


def test_ones_own_day_and_the_halls() -> None:
    hall = Hall()
    hall.audit()
    hall.audit(Outcome.REFUSED)
    hall.audit(number="1002")
    own = hall.shifts.own_day(DESK)
    assert (own.operator_number, own.total(), own.printed) == ("1001", 2, 1)
    assert own.total("refused") == 1
    whole = hall.shifts.day_of_hall(desk_of(SUPERVISOR))
    assert whole.operator_number is None
    assert whole.printed == 2
    assert whole.by(lambda tally: tally.hour)[9].total() == whole.total()


def test_a_clerk_does_not_see_the_halls_day() -> None:
    with pytest.raises(NotPermitted):
        Hall().shifts.day_of_hall(DESK)


def test_yesterday_is_not_today() -> None:
    hall = Hall()
    hall.audit()
    hall.clock.forward(days=1)
    assert hall.shifts.own_day(DESK).total(kind="print_statement") == 0


def test_what_has_to_be_looked_after_is_not_signed_off_without_a_remark() -> None:
    hall = Hall()
    hall.shifts.begin(DESK)
    hall.ask_platform()
    hall.audit(Outcome.FAILED)
    with pytest.raises(InvalidInput) as refused:
        hall.shifts.close(DESK, "  ")
    assert (refused.value.field, refused.value.problem) == ("remark", "empty")
    with pytest.raises(InvalidInput):
        hall.shifts.close(DESK, "x" * 501)
    report = hall.shifts.close(DESK, " printer jammed, one issue pending ")
    assert report.backlog == Backlog(undelivered=1)
    assert report.shifts[0].remark == "printer jammed, one issue pending"
    *_, signed = hall.store.records.audit.values()
    assert signed.action is Action.CLOSE_SHIFT
    assert signed.reason == "printer jammed, one issue pending"
    assert signed.detail == ("failed 1 undelivered 1 refused 0 filed 0 to_hand_over 0 printed 0")


def test_a_shift_that_is_closed_elsewhere_is_not_closed_again() -> None:
    hall = Hall()
    hall.shifts.begin(DESK)
    hall.shifts.close(DESK, "")
    with pytest.raises(Outdated):
        hall.shifts.close(DESK, "")


def test_a_report_is_drawn_printed_and_saved_and_that_is_audited(tmp_path: Path) -> None:
    hall = Hall()
    report = hall.shifts.own_day(DESK)
    document = hall.shifts.document(DESK, report, Language.ENGLISH)
    assert b"1001" in document.pdf
    assert hall.shifts.print(DESK, document, "day").state is PrintState.SENT
    path = tmp_path / "day.pdf"
    hall.shifts.save(DESK, document, path)
    assert path.read_bytes() == document.pdf
    assert path.stat().st_mode & 0o077 == 0
    assert [entry[3] for entry in trail(hall.store)] == ["own", "printed", "saved"]


def test_the_supervisor_has_a_shift_too() -> None:
    assert Hall().shifts.begin(desk_of(SUPERVISOR)).operator_number == SUPERVISOR.number
    assert CLERK.number != SUPERVISOR.number
