"""Nothing on a card proves activation: the register decides, on five conditions."""

from datetime import date, timedelta

import pytest

from desk_app.domain.activation import Condition, renewal_open, verify
from desk_app.domain.card import Authenticity, CardState
from tests.unit.domain.cases import TODAY, reading, registered


def test_a_genuine_registered_activated_card_in_date_is_usable() -> None:
    assert verify(reading(), registered(), TODAY).usable


@pytest.mark.parametrize(
    ("authenticity", "holds"),
    [(Authenticity.COUNTERFEIT, False), (Authenticity.UNVERIFIED, None)],
)
def test_a_card_not_proved_genuine_is_not_usable(
    authenticity: Authenticity, holds: bool | None
) -> None:
    verdict = verify(reading(authenticity), registered(), TODAY)

    assert verdict.holds(Condition.GENUINE) is holds
    assert not verdict.usable


def test_a_card_that_the_register_does_not_know_leaves_the_rest_open() -> None:
    verdict = verify(reading(), None, TODAY)

    assert verdict.holds(Condition.REGISTERED) is False
    assert verdict.holds(Condition.IDENTITY) is None
    assert verdict.holds(Condition.STATE) is None
    assert not verdict.usable


@pytest.mark.parametrize("values", [{"name": "别人"}, {"id_number": "000000199001010000"}])
def test_another_name_or_number_in_the_register_is_another_person(values: dict[str, str]) -> None:
    verdict = verify(reading(), registered(**values), TODAY)

    assert verdict.holds(Condition.IDENTITY) is False
    assert not verdict.usable


def test_a_holder_that_was_not_read_cannot_be_compared() -> None:
    closed = reading(Authenticity.UNVERIFIED, id_number=None, name=None)

    assert verify(closed, registered(), TODAY).holds(Condition.IDENTITY) is None


@pytest.mark.parametrize("state", [s for s in CardState if s is not CardState.NORMAL])
def test_every_state_but_normal_is_not_usable(state: CardState) -> None:
    assert not verify(reading(), registered(state), TODAY).usable


def test_a_card_is_valid_through_its_last_day() -> None:
    last = registered(valid_until=TODAY)

    assert verify(reading(), last, TODAY).usable
    assert not verify(reading(), last, TODAY + timedelta(days=1)).usable


def test_renewal_opens_as_long_before_expiry_as_the_region_says() -> None:
    card = registered(valid_until=date(2027, 3, 1))

    assert renewal_open(card, date(2026, 12, 31), timedelta(days=60))
    assert not renewal_open(card, date(2026, 12, 30), timedelta(days=60))
    assert renewal_open(card, date(2026, 12, 30), timedelta(days=90))
