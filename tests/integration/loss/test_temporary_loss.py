"""Temporary loss: at once, with an end of its own, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk_app.domain.application import TemporaryLoss
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import NotPermitted, NotPossible
from desk_app.domain.verbs import Hindrance
from desk_app.domain.visit import VisitStep
from tests.integration.loss.hall import Hall
from tests.integration.store.samples import CODE, NOON

FIVE_DAYS = timedelta(days=5)


def hindrances(refused: pytest.ExceptionInfo[NotPossible]) -> tuple[Hindrance, ...]:
    return refused.value.hindrances


def test_it_protects_card_and_e_card_at_once_and_says_until_when(hall: Hall) -> None:
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())

    assert case.registered == hall.card()
    assert (hall.card().state, hall.card().version) == (CardState.TEMPORARILY_LOST, 2)
    assert case.temporary_loss == TemporaryLoss(CODE, NOON, NOON + FIVE_DAYS, "1001", "3")
    assert case.visit.steps[-1].step is VisitStep.LOSS_REPORTED
    assert hall.mirrored() is CardState.TEMPORARILY_LOST
    assert hall.card().mirrored_version == 2
    assert hall.e_card().state is ECardState.SUSPENDED
    assert ("report_loss", "done", "1001") in hall.trail()


def test_a_second_report_is_refused_and_says_why(hall: Hall) -> None:
    seen_before = hall.without_card("1002")
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    with pytest.raises(NotPossible) as refused:
        hall.loss.report_temporary(hall.desk("1002"), seen_before)
    assert hindrances(refused) == (Hindrance.ALREADY_PROTECTED,)
    assert (refused.value.at, refused.value.window) == (hall.clock.now(), "3")
    assert hall.card().version == 2


def test_a_card_in_the_reader_is_not_lost(hall: Hall) -> None:
    with pytest.raises(NotPossible) as refused:
        hall.loss.report_temporary(hall.desk("1001"), hall.with_card())
    assert hindrances(refused) == (Hindrance.CARD_PRESENT,)


def test_nothing_is_reported_before_the_citizen_is_revealed(hall: Hall) -> None:
    with pytest.raises(NotPossible) as refused:
        hall.loss.report_temporary(hall.desk("1001"), replace(hall.without_card(), revealed=False))
    assert hindrances(refused) == (Hindrance.NOT_REVEALED,)


def test_a_supervisor_reports_nothing(hall: Hall) -> None:
    case = hall.without_card()
    with pytest.raises(NotPermitted):
        hall.loss.report_temporary(hall.desk("2001"), case)
    assert hall.card().state is CardState.NORMAL


def test_it_ends_by_itself_once_at_whichever_counter_looks_first(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    hall.clock.forward(days=5, seconds=-1)
    assert hall.lapses.end_due(hall.desk("1002")) == 0
    assert hall.card().state is CardState.TEMPORARILY_LOST
    hall.clock.forward(days=2)

    assert hall.lapses.end_due(hall.desk("1002")) == 1
    assert hall.lapses.end_due(hall.desk("1001")) == 0

    assert (hall.card().state, hall.card().version) == (CardState.NORMAL, 3)
    assert hall.mirrored() is CardState.NORMAL
    assert hall.e_card().state is ECardState.ISSUED
    assert [entry for entry in hall.trail() if entry[0] == "lapse"] == [("lapse", "done", "1002")]


def test_the_next_case_finds_it_ended_though_nobody_has_looked(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    hall.clock.forward(days=5)

    case = hall.with_card(number="1002")

    assert case.registered is not None
    assert case.registered.state is CardState.NORMAL
    assert case.verdict is not None
    assert case.verdict.usable
    assert case.temporary_loss is None
    assert hall.mirrored() is CardState.NORMAL
    assert hall.lapses.end_due(hall.desk("1001")) == 0


def test_it_is_reported_while_the_platform_is_out_and_reaches_it_later(hall: Hall) -> None:
    hall.platform.down = True
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    assert hall.card().state is CardState.TEMPORARILY_LOST
    assert case.temporary_loss is not None
    assert hall.mirrored() is CardState.NORMAL
    hall.clock.forward(days=6)
    hall.lapses.end_due(hall.desk("1001"))
    hall.platform.down = False

    hall.delivery.deliver_pending()

    assert hall.reports() == [CardState.TEMPORARILY_LOST, CardState.NORMAL]
    assert hall.mirrored() is CardState.NORMAL
    assert hall.e_card().state is ECardState.ISSUED


def test_another_region_has_other_days_and_ends_the_e_card(elsewhere: Hall) -> None:
    hall = elsewhere
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    assert case.temporary_loss is not None
    assert case.temporary_loss.until == NOON + timedelta(days=15)
    assert hall.e_card().state is ECardState.REVOKED
    hall.clock.forward(days=15)
    assert hall.lapses.end_due(hall.desk("1001")) == 1
    assert hall.card().state is CardState.NORMAL
    assert hall.e_card().state is ECardState.REVOKED
