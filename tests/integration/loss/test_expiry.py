"""Cards expire after their last day: by the calendar alone, at whichever counter looks first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk_app.domain.application import ApplicationKind
from desk_app.domain.card import CardState
from desk_app.domain.decision import Verdict
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import NotPossible
from desk_app.domain.verbs import Hindrance
from desk_app.services import lapses
from desk_app.services.ports import Store
from tests.integration.loss.hall import SHANGHAI, SUZHOU, Hall, normal
from tests.integration.store.samples import CODE, NOON, SECOND_CODE

LAST_DAY = NOON.date()
EXPIRED = ("expire", "done", "1002")


@pytest.fixture
def hall(any_store: Store) -> Hall:
    """The citizen's card is valid until today."""
    hall = Hall(any_store, SHANGHAI)
    hall.settle_in(normal(valid_until=LAST_DAY))
    return hall


def look(hall: Hall, number: str = "1002") -> int:
    """As the window does: what has come to its end first."""
    desk = hall.desk(number)
    return hall.lapses.end_due(desk) + hall.lapses.expire_due(desk)


def test_it_expires_once_after_its_last_day_at_whichever_counter_looks_first(hall: Hall) -> None:
    assert look(hall) == 0
    assert hall.card().state is CardState.NORMAL
    hall.clock.forward(days=1)

    assert look(hall) == 1
    assert look(hall, "1001") == 0

    assert (hall.card().state, hall.card().version) == (CardState.EXPIRED, 2)
    assert hall.card().mirrored_version == 2
    assert hall.mirrored() is CardState.EXPIRED
    assert hall.e_card().state is ECardState.SUSPENDED
    assert [entry for entry in hall.trail() if entry[0] == "expire"] == [EXPIRED]


def test_the_next_case_finds_it_expired_though_nobody_has_looked(hall: Hall) -> None:
    hall.clock.forward(days=40)
    case = hall.with_card()
    assert case.registered is not None
    assert case.registered.state is CardState.EXPIRED
    assert case.verdict is not None
    assert not case.verdict.usable
    assert hall.mirrored() is CardState.EXPIRED
    assert look(hall) == 0


def test_it_expires_while_the_platform_is_out_and_reaches_it_in_order(hall: Hall) -> None:
    hall.platform.down = True
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    hall.clock.forward(days=9)
    assert look(hall) == 1
    hall.platform.down = False
    hall.delivery.deliver_pending()
    assert hall.reports() == [CardState.TEMPORARILY_LOST, CardState.EXPIRED]
    assert (hall.mirrored(), hall.card().version) == (CardState.EXPIRED, 3)


def test_another_region_ends_the_e_card_with_it(any_store: Store) -> None:
    hall = Hall(any_store, SUZHOU)
    hall.settle_in(normal(valid_until=LAST_DAY))
    hall.clock.forward(days=1)
    assert look(hall) == 1
    assert hall.e_card().state is ECardState.REVOKED


def test_a_protection_comes_to_its_own_end_and_then_the_card_does_not_come_back(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    hall.clock.forward(days=2)
    assert look(hall) == 0
    assert hall.card().state is CardState.TEMPORARILY_LOST
    hall.clock.forward(days=3)

    assert look(hall) == 1

    assert hall.reports() == [CardState.TEMPORARILY_LOST, CardState.EXPIRED]
    ended = [entry[0] for entry in hall.trail() if entry[0] in ("lapse", "expire")]
    assert ended == ["lapse", "expire"]


def test_what_was_filed_is_decided_on_the_card_as_it_was(hall: Hall) -> None:
    filed = hall.file(ApplicationKind.FORMAL_LOSS)
    hall.clock.forward(days=30)
    assert look(hall) == 0
    assert hall.without_card().registered == hall.card()
    assert hall.card().state is CardState.TEMPORARILY_LOST
    hall.decide(filed, Verdict(False, "材料不全", lift_protection=True))
    assert hall.card().state is CardState.NORMAL
    assert look(hall) == 1
    assert hall.card().state is CardState.EXPIRED


def test_a_formally_lost_card_stays_what_it_is(hall: Hall) -> None:
    hall.decide(hall.file(ApplicationKind.FORMAL_LOSS))
    hall.clock.forward(days=1)
    assert look(hall) == 0
    assert hall.card().state is CardState.LOST


def test_one_whose_replacement_is_being_made_expires_and_is_replaced(hall: Hall) -> None:
    filed = hall.file(ApplicationKind.REPLACEMENT, hall.with_card(), reason="expiring")
    new = hall.decide(filed).new_identification_code
    assert new is not None
    hall.clock.forward(days=3)
    assert look(hall) == 1
    assert hall.e_card().state is ECardState.SUSPENDED

    hall.replacement.hand_over(hall.desk("1001"), hall.with_card(new))

    assert (hall.card().state, hall.card(new).state) == (CardState.CANCELLED, CardState.NORMAL)
    assert hall.reports() == [CardState.EXPIRED, CardState.CANCELLED]
    assert (hall.e_card().state, hall.e_card().identification_code) == (ECardState.ISSUED, new)


def test_what_takes_a_valid_card_is_refused_and_a_new_one_is_offered(hall: Hall) -> None:
    seen_before = hall.with_card()
    hall.clock.forward(days=1)
    look(hall)
    with pytest.raises(NotPossible) as refused:
        hall.loss.report_temporary(hall.desk("1001"), replace(seen_before, reading=None))
    assert refused.value.hindrances == (Hindrance.OUT_OF_DATE,)
    assert hall.file(ApplicationKind.REPLACEMENT, hall.with_card(), reason="expiring").version == 1


def test_after_a_long_time_the_looks_share_the_work(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lapses, "AT_ONCE", 1)
    hall = Hall(any_store, SHANGHAI)
    long_ago = LAST_DAY - timedelta(days=900)
    hall.settle_in(normal(valid_until=long_ago), normal(SECOND_CODE, valid_until=LAST_DAY))
    hall.clock.forward(days=1)
    assert hall.lapses.expire_due(hall.desk("1001")) == 1
    assert (hall.mirrored(), hall.mirrored(SECOND_CODE)) == (CardState.EXPIRED, CardState.NORMAL)
    assert hall.lapses.expire_due(hall.desk("1002")) == 1
    assert hall.lapses.expire_due(hall.desk("1001")) == 0
    assert hall.mirrored(SECOND_CODE) is CardState.EXPIRED
    assert hall.card(CODE).version == hall.card(SECOND_CODE).version == 2
