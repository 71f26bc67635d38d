"""Visits, outbox, audit, operators and the unit of work itself: what every store promises."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from desk_app.domain.errors import BrokenPromise, OneToOne, StoreUnavailable
from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.domain.outbox import OutboxKind, OutboxState
from desk_app.domain.visit import StepTaken, Visit, VisitStep
from desk_app.services.ports import Store, UnitOfWork
from tests.integration.store.samples import (
    CODE,
    NOON,
    OUYANG,
    SECOND_CODE,
    card,
    e_card,
    entry,
    outbox_id,
    registered,
    request,
)


@pytest.fixture
def city(any_store: Store) -> Store:
    return registered(any_store)


def test_a_visit_is_kept_with_its_steps_in_order(city: Store) -> None:
    visit = Visit(uuid4(), NOON, "1001", "07", (StepTaken(VisitStep.IDENTIFIED, NOON),))
    later, end = NOON + timedelta(seconds=2), NOON + timedelta(minutes=3)
    with city.begin() as uow:
        uow.visits.open(visit)
        uow.visits.step(visit.id, VisitStep.VERIFIED, later)
        uow.visits.step(visit.id, VisitStep.VERIFIED, later)
        uow.visits.close(visit.id, end)
        uow.visits.close(visit.id, end + timedelta(hours=1))
        uow.commit()
    verified = StepTaken(VisitStep.VERIFIED, later)
    with city.begin(write=False) as uow:
        kept = replace(visit, steps=(*visit.steps, verified, verified), closed_at=end)
        assert uow.visits.get(visit.id) == kept
        assert uow.visits.get(uuid4()) is None


def test_instructions_are_pending_in_the_order_in_which_they_were_written(city: Store) -> None:
    with city.begin() as uow:
        for number, code in enumerate((CODE, SECOND_CODE, CODE)):
            uow.outbox.add(outbox_id(number), code, request(f"{number}"), NOON, "1001/07")
        uow.commit()
    with city.begin(write=False) as uow:
        assert [entry.id.int for entry in uow.outbox.pending()] == [0, 1, 2]
        of_card = uow.outbox.pending(CODE)
        assert [entry.id.int for entry in of_card] == [0, 2]
        assert of_card[0] == uow.outbox.get(outbox_id(0))
        assert (of_card[0].request, of_card[0].asked_by) == (request("0"), "1001/07")
        assert (of_card[0].created_at, of_card[0].attempts) == (NOON, 0)
        assert uow.outbox.get(outbox_id(9)) is None


def test_instructions_about_two_cards_wait_in_one_order(city: Store) -> None:
    with city.begin() as uow:
        uow.outbox.add(outbox_id(0), CODE, request("0"), NOON, "1001/07")
        uow.outbox.add(outbox_id(1), SECOND_CODE, request("1"), NOON, "1001/07", CODE)
        uow.outbox.add(outbox_id(2), CODE, request("2"), NOON, "1001/07", CODE)
        behind = uow.outbox.add(outbox_id(3), SECOND_CODE, request("3"), NOON, "1001/07")
        assert (behind.identification_code, behind.order_key) == (SECOND_CODE, CODE)
        uow.commit()
    with city.begin() as uow:
        in_order = [0, 1, 2, 3]
        assert [entry.id.int for entry in uow.outbox.pending(CODE)] == in_order
        assert [entry.id.int for entry in uow.outbox.pending(SECOND_CODE)] == in_order
        for number in in_order:
            uow.outbox.settle(outbox_id(number), OutboxState.DELIVERED)
        alone = uow.outbox.add(outbox_id(4), SECOND_CODE, request("4"), NOON, "1001/07")
        assert alone.order_key == SECOND_CODE
        assert uow.outbox.pending(CODE) == ()


def test_the_last_instruction_about_a_card_says_when_and_where_it_was_given(city: Store) -> None:
    report = replace(request(), kind=OutboxKind.REPORT_CARD)
    with city.begin() as uow:
        uow.outbox.add(outbox_id(0), CODE, report, NOON, "1001/07")
        uow.outbox.add(outbox_id(1), CODE, report, NOON + timedelta(1), "1002/08")
        uow.outbox.add(outbox_id(2), CODE, request(), NOON + timedelta(2), "1003/09")
        uow.outbox.settle(outbox_id(1), OutboxState.DELIVERED)
        last = uow.outbox.last(CODE, OutboxKind.REPORT_CARD)
        assert last is not None
        assert (last.created_at, last.asked_by) == (NOON + timedelta(1), "1002/08")
        newest = uow.outbox.last(CODE, OutboxKind.REPORT_CARD, request().kind)
        assert newest is not None
        assert newest.id == outbox_id(2)
        assert uow.outbox.last(CODE, OutboxKind.REVOKE_E_CARD) is None
        assert uow.outbox.last(SECOND_CODE, OutboxKind.REPORT_CARD) is None


def test_an_instruction_is_settled_once(city: Store) -> None:
    with city.begin() as uow:
        uow.outbox.add(outbox_id(1), CODE, request(), NOON, "1001/07")
        uow.outbox.unanswered(outbox_id(1))
        uow.outbox.settle(outbox_id(1), OutboxState.REFUSED, "risk_hold")
        uow.outbox.settle(outbox_id(1), OutboxState.REFUSED, "risk_hold")
        uow.outbox.unanswered(outbox_id(1))  # by a counter that has not heard of it
        settled = uow.outbox.get(outbox_id(1))
        assert settled is not None
        assert (settled.state, settled.outcome) == (OutboxState.REFUSED, "risk_hold")
        assert settled.attempts == 1
        assert uow.outbox.pending() == ()
        with pytest.raises(BrokenPromise):
            uow.outbox.settle(outbox_id(1), OutboxState.DELIVERED)
        with pytest.raises(BrokenPromise):
            uow.outbox.settle(outbox_id(2), OutboxState.DELIVERED)


def test_a_superseded_instruction_keeps_its_place_under_a_new_key(city: Store) -> None:
    with city.begin() as uow:
        for number in (1, 2):
            uow.outbox.add(outbox_id(number), CODE, request(f"{number}"), NOON, "1001/07")
        uow.outbox.unanswered(outbox_id(1))
        uow.outbox.supersede(outbox_id(1), outbox_id(3), request("again"))
        first, second = uow.outbox.pending(CODE)
        assert (first.id.int, first.request, first.attempts) == (3, request("again"), 0)
        assert second.id.int == 2
        assert uow.outbox.get(outbox_id(1)) is None
        uow.outbox.settle(outbox_id(3), OutboxState.DELIVERED)
        with pytest.raises(BrokenPromise):
            uow.outbox.supersede(outbox_id(3), outbox_id(4), request())


def test_the_audit_chains_entries_and_names_no_citizen(city: Store) -> None:
    with city.begin() as uow:
        uow.audit.append(entry(0))
        uow.audit.append(entry(1))
        uow.commit()
    with city.begin() as uow:
        uow.audit.append(entry(2, subject=None))
        assert [record.seq for record in uow.audit.records()] == [1, 2, 3]
        uow.commit()
    with city.begin(write=False) as uow:
        first, second, third = uow.audit.records()
        assert uow.audit.first_broken() is None
    assert first.previous == "0" * 64
    assert (second.previous, third.previous) == (first.digest, second.digest)
    assert first.subject_reference == second.subject_reference
    assert OUYANG.id_number not in repr((first, second, third))
    assert third.subject_reference is None
    assert (first.at, first.action, first.outcome) == (entry().at, entry().action, entry().outcome)
    assert (first.operator_number, first.window, first.detail) == ("1001", "07", "genuine")


def test_an_audit_entry_goes_with_the_work_that_it_is_about(city: Store) -> None:
    with city.begin() as uow:
        uow.audit.append(entry())
    with city.begin(write=False) as uow:
        assert list(uow.audit.records()) == []


def test_an_operators_account(city: Store) -> None:
    account = OperatorAccount(Operator("1001", "林晓", frozenset({Role.CLERK})), "$argon2id$…")
    locked = replace(account, active=False, failures=3, locked_until=NOON)
    with city.begin() as uow:
        uow.operators.put(account)
        assert uow.operators.get("1001") == account
        uow.operators.put(locked)
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.operators.get("1001") == locked
        assert uow.operators.get("1002") is None
        assert uow.operators.all() == (locked,)


def test_a_card_belongs_to_one_operator(city: Store) -> None:
    clerk = Operator("1001", "林晓", frozenset({Role.CLERK}))
    own = OperatorAccount(clerk, "$argon2id$…", card=CODE)
    with city.begin() as uow:
        uow.operators.put(own)
        uow.operators.put(own)
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.operators.by_card(CODE) == own
        assert uow.operators.by_card(SECOND_CODE) is None
    with city.begin() as uow, pytest.raises(StoreUnavailable):
        uow.operators.put(replace(own, operator=replace(clerk, number="1002")))


def test_what_was_not_committed_never_was(city: Store) -> None:
    with city.begin() as uow:
        uow.cards.add(card(SECOND_CODE))
        uow.outbox.add(outbox_id(1), CODE, request(), NOON, "1001/07")
    with suppress(ZeroDivisionError), city.begin() as uow:
        uow.e_cards.put(e_card())
        raise ZeroDivisionError
    with city.begin(write=False) as uow:
        assert uow.cards.get(SECOND_CODE) is None
        assert uow.outbox.pending() == ()
        assert uow.e_cards.get("S-1") is None


WRITES: list[Callable[[UnitOfWork], object]] = [
    lambda uow: uow.holders.put(OUYANG),
    lambda uow: uow.e_cards.put(e_card()),
    lambda uow: uow.outbox.add(outbox_id(1), CODE, request(), NOON, "1001/07"),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_reading_unit_of_work_does_not_write(
    city: Store, write: Callable[[UnitOfWork], object]
) -> None:
    with city.begin(write=False) as uow, pytest.raises(BrokenPromise):
        write(uow)


def test_a_unit_of_work_sees_one_moment(city: Store) -> None:
    with city.begin(write=False) as early:
        assert early.e_cards.get("S-1") is None
        with city.begin() as uow:
            uow.e_cards.put(e_card())
            uow.commit()
        assert early.e_cards.get("S-1") is None
    with city.begin(write=False) as late:
        assert late.e_cards.get("S-1") == e_card()


def test_nothing_is_done_in_a_unit_of_work_after_its_commit(city: Store) -> None:
    with city.begin() as uow:
        uow.commit()
        with pytest.raises(BrokenPromise):
            uow.holders.get(OUYANG.id_number)
        with pytest.raises(BrokenPromise):
            uow.commit()


def test_after_a_refusal_by_the_database_nothing_can_be_committed(city: Store) -> None:
    with city.begin() as uow:
        uow.e_cards.put(e_card())
        with pytest.raises(OneToOne):
            uow.e_cards.put(e_card("S-2"))
        with pytest.raises(BrokenPromise):
            uow.commit()
    with city.begin(write=False) as uow:
        assert uow.e_cards.get("S-1") is None


def test_a_unit_of_work_outside_its_block_does_nothing(city: Store) -> None:
    with pytest.raises(BrokenPromise):
        city.begin().holders.get(OUYANG.id_number)
    with city.begin(write=False) as uow:
        pass
    with pytest.raises(BrokenPromise):
        uow.holders.get(OUYANG.id_number)


def test_a_unit_of_work_stays_on_its_thread(city: Store) -> None:
    seen: list[BaseException] = []

    def elsewhere() -> None:
        try:
            uow.holders.get(OUYANG.id_number)
        except BrokenPromise as error:
            seen.append(error)

    with city.begin(write=False) as uow:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert uow.holders.get(OUYANG.id_number) == OUYANG
    assert len(seen) == 1
