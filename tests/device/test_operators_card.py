"""An operator's own card and its PIN, at the real smart-card service."""

import pytest

from desk_app.domain.audit import Outcome
from desk_app.domain.errors import CardError, Counterfeit, OperatorCardRefused, WrongPin
from desk_app.reader.authentication import HsmAuthentication
from desk_app.reader.reader import PcscCardReader
from desk_app.sandbox import catalogue
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.image import PIN, PIN_TRIES
from desk_app.sandbox.people import person
from desk_app.sandbox.vpcd import VirtualSlot
from desk_app.services.card_sign_in import CardSignIn
from tests.device.conftest import FIRST, SECOND, holds_card, until
from tests.fakes.operators import CLERK, WINDOW, MovingClock, account, store_with, trail
from tests.fakes.security_module import SandboxKeys
from tests.fakes.store import FakeStore

OWN = person(Variant.GOOD).cards[0]
WRONG = "135791"


@pytest.fixture
def store() -> FakeStore:
    """The clerk's account names the card."""
    return store_with(account(card=OWN.identification_code))


@pytest.fixture
def sign_in(store: FakeStore) -> CardSignIn:
    reader = PcscCardReader(HsmAuthentication(SandboxKeys()))
    return CardSignIn(reader, store, MovingClock(), "hall")  # type: ignore[arg-type]


def refused(store: FakeStore) -> list[str | None]:
    return [detail for _, outcome, _, detail in trail(store) if outcome is Outcome.REFUSED]


def test_card_and_pin_open_the_window(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    shown = sign_in.look(WINDOW)
    assert (shown.reader, shown.tries_left) == (FIRST, PIN_TRIES)
    assert sign_in.sign_in(shown, PIN, WINDOW) == CLERK
    assert store.entered == CLERK.number
    assert [entry[1:] for entry in trail(store)] == [(Outcome.DONE, CLERK.number, "card")]
    assert PIN not in repr(store.records)


def test_the_card_counts_wrong_pins_and_the_right_one_gives_them_back(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    shown = sign_in.look(WINDOW)
    with pytest.raises(WrongPin) as wrong:
        sign_in.sign_in(shown, WRONG, WINDOW)
    assert wrong.value.tries_left == PIN_TRIES - 1
    assert sign_in.look(WINDOW).tries_left == PIN_TRIES - 1
    assert sign_in.sign_in(shown, PIN, WINDOW) == CLERK
    assert sign_in.look(WINDOW).tries_left == PIN_TRIES


def test_after_the_last_try_the_right_pin_opens_nothing(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    shown = sign_in.look(WINDOW)
    for _ in range(PIN_TRIES - 1):
        with pytest.raises(WrongPin):
            sign_in.sign_in(shown, WRONG, WINDOW)
    for pin in (WRONG, PIN):
        with pytest.raises(OperatorCardRefused) as locked:
            sign_in.sign_in(shown, pin, WINDOW)
        assert locked.value.problem == "pin_locked"
    with pytest.raises(OperatorCardRefused):
        sign_in.look(WINDOW)
    assert store.entered is None


def test_a_card_that_is_changed_before_the_pin_is_typed_gets_no_pin(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    shown = sign_in.look(WINDOW)
    first.insert(catalogue.card(Variant.BOUND))
    until(lambda: holds_card(FIRST))
    with pytest.raises(OperatorCardRefused) as refusal:
        sign_in.sign_in(shown, WRONG, WINDOW)
    assert refusal.value.problem == "other_card"
    first.remove()
    first.insert(catalogue.card(Variant.GOOD))
    assert sign_in.look(WINDOW).tries_left == PIN_TRIES


def test_a_card_that_is_pulled_out_signs_nobody_in(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    shown = sign_in.look(WINDOW)
    first.remove()
    until(lambda: not holds_card(FIRST))
    with pytest.raises(CardError):
        sign_in.sign_in(shown, PIN, WINDOW)
    assert store.entered is None


def test_a_card_of_no_operator_signs_nobody_in(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.BOUND))
    with pytest.raises(OperatorCardRefused) as refusal:
        sign_in.look(WINDOW)
    assert refusal.value.problem == "no_operator"
    assert refused(store) == ["card no_operator"]


def test_a_counterfeit_signs_nobody_in(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.COUNTERFEIT))
    with pytest.raises(Counterfeit):
        sign_in.look(WINDOW)
    assert store.entered is None


def test_the_pin_goes_to_the_card_that_was_shown_whichever_reader_comes_first(
    sign_in: CardSignIn, store: FakeStore, first: VirtualSlot, second: VirtualSlot
) -> None:
    second.insert(catalogue.card(Variant.GOOD))
    shown = sign_in.look(WINDOW)
    assert shown.reader == SECOND
    first.insert(catalogue.card(Variant.BOUND))
    assert sign_in.sign_in(shown, PIN, WINDOW) == CLERK
