"""The PIN: tries shown before it is asked for, tried once, never again by itself."""

import pytest

from desk_app.domain.errors import InvalidInput
from desk_app.reader import pin
from desk_app.reader.pin import PinStatus
from tests.fakes.scripted_card import ScriptedCard


@pytest.mark.parametrize(
    ("answer", "tries"), [("63C3", 3), ("63C1", 1), ("6983", 0), ("9000", None), ("6D00", None)]
)
def test_the_tries_are_told_without_costing_one(answer: str, tries: int | None) -> None:
    with ScriptedCard(("0020000000", answer)) as card:
        assert pin.probe(card) == PinStatus(verified=False, tries_left=tries)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("9000", PinStatus(verified=True, tries_left=None)),
        ("63C2", PinStatus(verified=False, tries_left=2)),
        ("63C0", PinStatus(verified=False, tries_left=0)),
        ("6983", PinStatus(verified=False, tries_left=0)),
    ],
)
def test_a_pin_is_tried_exactly_once(answer: str, status: PinStatus) -> None:
    with ScriptedCard(("0020000003 123456", answer)) as card:
        assert pin.verify(card, "123456") == status


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", " 12345"])
def test_what_cannot_be_a_pin_costs_no_try(typed: str) -> None:
    with ScriptedCard() as card, pytest.raises(InvalidInput) as refused:
        pin.verify(card, typed)
    assert typed not in repr(refused.value.facts) or not typed
