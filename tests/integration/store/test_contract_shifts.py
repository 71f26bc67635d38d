"""Shifts, and the figures of a day: the same from every store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from desk_app.domain.application import HOLDER, Application, ApplicationKind
from desk_app.domain.audit import Action, Outcome
from desk_app.domain.card import CardState
from desk_app.domain.errors import StoreUnavailable
from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.domain.outbox import OutboxState
from desk_app.domain.shift import Backlog, Shift, Tally
from desk_app.services.ports import Store
from tests.integration.store.samples import (
    CODE,
    HALL,
    NOON,
    OTHER_HALL,
    OUYANG,
    entry,
    outbox_id,
    registered,
    request,
)

MIDNIGHT = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
DAY = (MIDNIGHT, MIDNIGHT + timedelta(days=1))


@pytest.fixture
def hall(any_store: Store) -> Store:
    """A hall with two clerks."""
    registered(any_store)
    with any_store.begin() as uow:
        for number in ("1001", "1002"):
            clerk = Operator(number, "某人", frozenset({Role.CLERK}))
            uow.operators.put(OperatorAccount(clerk, "$argon2id$…", hall=HALL))
        uow.commit()
    return any_store


def shift(number: str = "1001", opened_at: datetime = NOON, hall: str = HALL) -> Shift:
    return Shift(uuid4(), number, hall, "07", opened_at)


def open_shifts(store: Store, *shifts: Shift) -> None:
    with store.begin() as uow:
        for each in shifts:
            uow.shifts.open(each)
        uow.commit()


def test_a_shift_opens_and_closes_once(hall: Store) -> None:
    first = shift()
    open_shifts(hall, first)
    end = NOON + timedelta(hours=5)
    with hall.begin() as uow:
        assert uow.shifts.current("1001") == first
        assert uow.shifts.current("1002") is None
        uow.shifts.close(first.id, end, "all done")
        uow.shifts.close(first.id, end + timedelta(hours=1), "again")
        uow.commit()
    with hall.begin(write=False) as uow:
        assert uow.shifts.current("1001") is None
        assert uow.shifts.of_day(HALL, *DAY) == (replace(first, closed_at=end, remark="all done"),)


def test_an_operator_has_one_open_shift(hall: Store) -> None:
    open_shifts(hall, shift())
    with pytest.raises(StoreUnavailable):
        open_shifts(hall, shift())
    open_shifts(hall, shift("1002"))


def test_a_shift_belongs_to_somebody_who_is_known(hall: Store) -> None:
    with pytest.raises(StoreUnavailable):
        open_shifts(hall, shift("4711"))


def test_the_shifts_of_a_day_are_those_that_were_open_in_it(hall: Store) -> None:
    yesterday = replace(
        shift("1002", NOON - timedelta(days=1)), closed_at=NOON - timedelta(hours=20)
    )
    over_night = shift("1001", NOON - timedelta(days=1))
    today, elsewhere = shift("1002"), replace(shift("1002", hall=OTHER_HALL), closed_at=NOON)
    tomorrow = replace(shift("1002", NOON + timedelta(days=1)), closed_at=NOON + timedelta(days=2))
    open_shifts(hall, yesterday, over_night, elsewhere, tomorrow, today)
    with hall.begin(write=False) as uow:
        assert uow.shifts.of_day(HALL, *DAY) == (over_night, today)
        assert uow.shifts.of_day(HALL, *DAY, "1002") == (today,)


def audited(store: Store, **changes: object) -> None:
    with store.begin() as uow:
        uow.audit.append(entry(**changes))  # type: ignore[arg-type]
        uow.commit()


def test_tallies_are_by_kind_outcome_window_and_hour_of_the_hall(hall: Store) -> None:
    audited(hall)
    audited(hall, minute=59)
    audited(hall, minute=60)
    audited(hall, action=Action.PRINT_STATEMENT, outcome=Outcome.FAILED)
    audited(hall, window="08", operator_number="1002")
    audited(hall, hall=OTHER_HALL)
    audited(hall, at=DAY[0])
    audited(hall, at=DAY[0] - timedelta(microseconds=1))
    audited(hall, at=DAY[1])
    with hall.begin(write=False) as uow:
        assert uow.day_figures.tallies(HALL, *DAY) == (
            Tally("identify", "done", "07", 0, 1),
            Tally("identify", "done", "07", 12, 2),
            Tally("identify", "done", "07", 13, 1),
            Tally("identify", "done", "08", 12, 1),
            Tally("print_statement", "failed", "07", 12, 1),
        )
        assert uow.day_figures.tallies(HALL, *DAY, "1002") == (
            Tally("identify", "done", "08", 12, 1),
        )
        assert uow.day_figures.tallies("nowhere", *DAY) == ()


def test_tallies_count_what_waits_in_the_same_unit_of_work(hall: Store) -> None:
    with hall.begin() as uow:
        uow.audit.append(entry())
        (tally,) = uow.day_figures.tallies(HALL, *DAY)
        assert tally.count == 1


Ask = Callable[..., None]


def asked(store: Store, number: int, by: str, at: datetime = NOON) -> UUID:
    with store.begin() as uow:
        uow.outbox.add(outbox_id(number), CODE, request(), at, by)
        uow.commit()
    return outbox_id(number)


def test_what_is_left_of_the_outbox(hall: Store) -> None:
    mine, long_ago = f"1001/07/{HALL}", NOON - timedelta(days=9)
    asked(hall, 1, mine, long_ago)
    asked(hall, 2, mine)
    asked(hall, 3, f"1002/08/{HALL}")
    asked(hall, 4, f"1001/07/{OTHER_HALL}")
    asked(hall, 8, f"11001/07/{HALL}")
    with hall.begin() as uow:
        for number, at in ((5, NOON), (6, long_ago)):
            uow.outbox.add(outbox_id(number), CODE, request(), at, mine)
            uow.outbox.settle(outbox_id(number), OutboxState.REFUSED, "risk_hold")
        uow.outbox.add(outbox_id(7), CODE, request(), NOON, mine)
        uow.outbox.settle(outbox_id(7), OutboxState.DELIVERED)
        uow.commit()
    with hall.begin(write=False) as uow:
        assert uow.day_figures.backlog(HALL, *DAY, "1001") == Backlog(2, 1)
        assert uow.day_figures.backlog(HALL, *DAY) == Backlog(4, 1)
        assert uow.day_figures.backlog(OTHER_HALL, *DAY) == Backlog(1)


def test_what_is_left_of_the_applications(hall: Store) -> None:
    filed = Application(
        uuid4(),
        "310000-20261123-000001",
        ApplicationKind.FORMAL_LOSS,
        CODE,
        OUYANG.id_number,
        "310000",
        CardState.NORMAL,
        1,
        HOLDER,
        "lost",
        "1001",
        NOON - timedelta(days=3),
        HALL,
        "07",
    )
    with hall.begin() as uow:
        uow.applications.add(filed)
        uow.commit()
    with hall.begin(write=False) as uow:
        assert uow.day_figures.backlog(HALL, *DAY) == Backlog(filed=1)
        assert uow.day_figures.backlog(HALL, *DAY, "1001") == Backlog(filed=1)
        assert uow.day_figures.backlog(HALL, *DAY, "1002") == Backlog()
        assert uow.day_figures.backlog(OTHER_HALL, *DAY) == Backlog()
