"""Replacement and hand-over: the new card works, the e-card moves, the old card ends, once."""

from dataclasses import replace
from uuid import UUID

import pytest

from desk_app.domain.application import Application, ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import NotPermitted, NotPossible, PlatformUnreachable
from desk_app.domain.numbers import is_valid_card_number
from desk_app.domain.outbox import FrozenRequest, IssueECard
from desk_app.domain.verbs import Hindrance
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.delivery import Answer
from tests.integration.loss.hall import SIGN_NO, Hall
from tests.integration.store.samples import CODE, SECOND_CODE, consent, e_card

LOSS, REPLACEMENT = ApplicationKind.FORMAL_LOSS, ApplicationKind.REPLACEMENT


def approved(hall: Hall) -> Application:
    """A lost card whose replacement a supervisor has approved."""
    hall.decide(hall.file(LOSS))
    return hall.decide(hall.file(REPLACEMENT, reason="lost"))


def new_card_in_reader(hall: Hall, number: str = "1001") -> Case:
    with hall.store.begin(write=False) as uow:
        application = uow.applications.open_of_card(CODE)
    assert application is not None
    assert application.new_identification_code is not None
    return hall.with_card(application.new_identification_code, number)


def hand_over(hall: Hall, case: Case | None = None) -> Case:
    return hall.replacement.hand_over(hall.desk("1001"), case or new_card_in_reader(hall))


def test_approval_orders_a_new_card_with_codes_of_its_own(hall: Hall) -> None:
    application = approved(hall)

    assert application.state is ApplicationState.APPROVED
    code = application.new_identification_code
    assert code is not None
    new = hall.card(code)
    assert (new.state, new.replaces, new.version) == (CardState.IN_PRODUCTION, CODE, 1)
    assert code.startswith("310000D156000005A0000000")
    assert len(code) == 32
    assert code != CODE
    assert is_valid_card_number(new.card_number)
    assert new.card_number != hall.card().card_number
    assert (str(new.issued_on), str(new.valid_until)) == ("2026-11-23", "2036-11-22")
    assert hall.mirrored(code) is CardState.IN_PRODUCTION
    assert hall.card().state is CardState.LOST
    assert hall.without_card().application == application


def test_handing_over_moves_the_e_card_and_ends_the_old_card(hall: Hall) -> None:
    application = approved(hall)
    hall.platform.delivered.clear()

    case = hand_over(hall)

    code = application.new_identification_code
    assert code is not None
    assert case.registered == hall.card(code)
    assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
    assert (hall.card(code).version, hall.card().version) == (2, 4)
    moved = hall.e_card()
    assert (moved.sign_no, moved.identification_code) == (SIGN_NO, code)
    assert moved.state is ECardState.ISSUED
    assert case.e_card == moved
    kinds = [(str(r.kind), code in r.path) for r, _ in hall.platform.delivered]
    assert kinds == [("report_card", True), ("rebind_e_card", False), ("report_card", False)]
    assert case.visit.steps[-1].step is VisitStep.HANDED_OVER
    assert case.application is None
    with hall.store.begin(write=False) as uow:
        done = uow.applications.get(application.id)
        assert done is not None
        assert done.state is ApplicationState.COMPLETED
    assert ("hand_over", "done", "1001") in hall.trail()
    # The next visit reads the new card, and finds a card like any other.
    again = hall.with_card(code)
    assert again.verdict is not None
    assert again.verdict.usable


def test_it_is_handed_over_during_an_outage_and_completed_in_order_afterwards(hall: Hall) -> None:
    application = approved(hall)
    code = application.new_identification_code
    assert code is not None
    case = new_card_in_reader(hall)
    hall.platform.down = True
    hand_over(hall, case)
    assert hall.card(code).state is CardState.NORMAL
    assert hall.platform.e_cards[SIGN_NO].identification_code == CODE
    # The new card is lost at once, while nothing has reached the platform yet.
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())

    hall.platform.down = False
    hall.platform.answers_to_lose = 3
    while hall.delivery.deliver_pending().left:
        pass

    moved = hall.e_card()
    assert (moved.identification_code, moved.state) == (code, ECardState.SUSPENDED)
    assert (hall.mirrored(code), hall.mirrored()) == (
        CardState.TEMPORARILY_LOST,
        CardState.CANCELLED,
    )


@pytest.mark.parametrize("lost", range(4))
def test_a_lost_answer_at_any_step_changes_nothing_in_the_end(hall: Hall, lost: int) -> None:
    application = approved(hall)
    case = new_card_in_reader(hall)
    hall.platform.answers_to_lose = lost
    hand_over(hall, case)
    while hall.delivery.deliver_pending().left:
        pass
    code = application.new_identification_code
    assert code is not None
    assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
    assert (hall.e_card().identification_code, hall.e_card().state) == (code, ECardState.ISSUED)


def test_a_repeat_with_the_case_of_before_changes_nothing(hall: Hall) -> None:
    approved(hall)
    case = new_card_in_reader(hall)
    first = hand_over(hall, case)
    second = hand_over(hall, case)
    assert second.registered == first.registered
    assert second.e_card == first.e_card
    assert [entry[0] for entry in hall.trail()].count("hand_over") == 1


def test_an_e_card_that_only_the_platform_knows_moves_too(hall: Hall) -> None:
    application = approved(hall)
    code = application.new_identification_code
    case = new_card_in_reader(hall)
    with hall.store.begin() as uow:  # as if this counter had never seen it
        uow.e_cards.put(e_card(SIGN_NO, CODE, version=9, state=ECardState.REVOKED))
        uow.commit()
    hall.platform.e_cards[SIGN_NO] = e_card(SIGN_NO, CODE, version=10, state=ECardState.SUSPENDED)
    hall.platform.down = True
    with pytest.raises(PlatformUnreachable):
        hand_over(hall, case)
    hall.platform.down = False
    assert hall.card().state is CardState.LOST

    hand_over(hall, case)

    assert hall.e_card().identification_code == code


def test_a_binding_that_still_waits_is_settled_first(hall: Hall) -> None:
    approved(hall)
    case = new_card_in_reader(hall)
    hall.platform.e_cards.clear()
    with hall.store.begin() as uow:
        uow.e_cards.put(e_card(SIGN_NO, CODE, version=9, state=ECardState.REVOKED))
        agreed = consent()
        uow.consents.add(agreed)
        hall.delivery.write_down(uow, hall.desk("1001"), IssueECard(hall.card(), agreed))
        uow.commit()
    hall.platform.down = True
    with pytest.raises(Exception, match="instruction_pending"):
        hand_over(hall, case)


def test_elsewhere_there_is_no_e_card_left_to_move(elsewhere: Hall) -> None:
    hall = elsewhere
    application = approved(hall)
    code = application.new_identification_code
    assert code is not None
    case = hand_over(hall)
    assert case.e_card is None
    assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
    assert hall.e_card().state is ECardState.REVOKED


def test_only_an_approved_replacement_is_handed_over(hall: Hall) -> None:
    hall.decide(hall.file(LOSS))
    with pytest.raises(NotPossible) as refused:
        hand_over(hall, hall.with_card())
    assert refused.value.hindrances == (Hindrance.NO_REPLACEMENT,)
    application = hall.decide(hall.file(REPLACEMENT, reason="lost"))
    case = new_card_in_reader(hall)
    with pytest.raises(NotPossible) as refused:
        hand_over(hall, replace(case, application=None))
    assert refused.value.hindrances == (Hindrance.NOT_APPROVED,)
    with pytest.raises(NotPossible) as refused:
        hand_over(hall, replace(case, reading=None, verdict=None))
    assert refused.value.hindrances == (Hindrance.CARD_NEEDED,)
    with pytest.raises(NotPermitted):
        hall.replacement.hand_over(hall.desk("2001"), case)
    assert application.new_identification_code != SECOND_CODE


def test_a_damaged_card_works_until_its_replacement_is_handed_over(hall: Hall) -> None:
    filed = hall.file(REPLACEMENT, hall.with_card(), reason="damaged")
    application = hall.decide(filed)
    assert hall.card().state is CardState.NORMAL
    assert hall.e_card().state is ECardState.ISSUED
    # By ID number, it is the card in use that is found.
    assert hall.without_card().registered == hall.card()
    hand_over(hall)
    assert hall.e_card().identification_code == application.new_identification_code
    assert hall.mirrored() is CardState.CANCELLED


def test_a_card_that_is_lost_while_its_replacement_is_made_is_still_replaced(hall: Hall) -> None:
    application = hall.decide(hall.file(REPLACEMENT, hall.with_card(), reason="damaged"))
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    hand_over(hall)
    assert (hall.e_card().state, hall.e_card().identification_code) == (
        ECardState.ISSUED,
        application.new_identification_code,
    )
    hall.clock.forward(days=6)
    assert hall.lapses.end_due(hall.desk("1001")) == 0
    assert hall.card().state is CardState.CANCELLED


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("call", range(3))
@pytest.mark.parametrize("arrived", [False, True])
def test_a_kill_at_any_instruction_ends_after_a_restart_as_if_nothing_had_been(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, call: int, *, arrived: bool
) -> None:
    application = approved(hall)
    code = application.new_identification_code
    assert code is not None
    case, deliver, calls = new_card_in_reader(hall), hall.platform.deliver, iter(range(9))

    def killed(request: FrozenRequest, key: UUID) -> Answer:
        last = next(calls) == call
        if last and not arrived:
            raise Killed
        answer = deliver(request, key)
        if last:
            raise Killed
        return answer

    monkeypatch.setattr(hall.platform, "deliver", killed)
    with pytest.raises(Killed):
        hand_over(hall, case)
    monkeypatch.undo()

    restarted = Hall(hall.store, hall.policy, hall.clock, hall.platform)
    while restarted.delivery.deliver_pending().left:
        pass

    assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
    assert (hall.e_card().identification_code, hall.e_card().state) == (code, ECardState.ISSUED)
    assert (hall.card(code).version, hall.card().version) == (2, 4)
    assert hand_over(restarted, case).registered == hall.card(code)
