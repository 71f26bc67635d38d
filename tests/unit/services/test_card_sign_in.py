"""Signing in by card and PIN: tries told first, one try at a time, and only at a card that proved itself."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.card import Authenticity, CardReading
from desk_app.domain.errors import OperatorCardRefused, OperatorLocked, WrongPin
from desk_app.domain.operator import OperatorAccount
from desk_app.services.card_sign_in import CardPresented, CardSignIn
from desk_app.services.ports import PinCheck
from tests.fakes import cases
from tests.fakes.operators import CLERK, WINDOW, MovingClock, account, store_with, trail

PIN = "246802"
OWN = account(card=cases.CODE)
SHOWN = CardPresented("Reader A", cases.CODE, 3)


@dataclass
class Reader:
    """A reader with one card in it."""

    reading: CardReading
    verified: bool = True
    left: int | None = 3
    tried: list[str] = field(default_factory=list)

    def read(self, *_: Any, **__: Any) -> CardReading:
        return self.reading

    def verify_pin(self, pin: str, identification_code: str, reader: str) -> PinCheck:
        self.tried.append(pin)
        return PinCheck(self.reading, self.verified, self.left)


def door(
    reader: Reader | None = None, *accounts: OperatorAccount
) -> tuple[CardSignIn, Reader, Any]:
    reader = reader or Reader(cases.reading())
    store = store_with(*(accounts or (OWN,)))
    return CardSignIn(reader, store, MovingClock(), "hall"), reader, store  # type: ignore[arg-type]


def test_the_tries_are_told_before_the_pin_is_asked_for() -> None:
    service, reader, store = door()
    assert service.look(WINDOW) == SHOWN
    assert reader.tried == []
    assert trail(store) == []


def test_card_and_pin_sign_in() -> None:
    service, reader, store = door(None, replace(OWN, failures=2))
    assert service.sign_in(SHOWN, PIN, WINDOW) == CLERK
    assert reader.tried == [PIN]
    assert trail(store) == [(Action.SIGN_IN, Outcome.DONE, "1001", "card")]
    assert store.records.operators["1001"].failures == 0
    assert PIN not in repr(store.records)


def test_a_wrong_pin_is_tried_once_and_the_rest_told() -> None:
    service, reader, store = door(Reader(cases.reading(), verified=False, left=2))
    with pytest.raises(WrongPin) as wrong:
        service.sign_in(SHOWN, PIN, WINDOW)
    assert wrong.value.tries_left == 2
    assert reader.tried == [PIN]
    assert trail(store) == [(Action.SIGN_IN, Outcome.REFUSED, "1001", "card wrong_pin")]


def test_the_last_wrong_pin_says_that_the_card_is_locked() -> None:
    service, _, _ = door(Reader(cases.reading(), verified=False, left=0))
    with pytest.raises(OperatorCardRefused) as refused:
        service.sign_in(SHOWN, PIN, WINDOW)
    assert refused.value.problem == "pin_locked"


READINGS = [
    (cases.reading(authenticity=Authenticity.UNVERIFIED), OWN, "not_proven"),
    (replace(cases.reading(), pin_tries_left=0), OWN, "pin_locked"),
    (replace(cases.reading(), pin_tries_left=None), OWN, "no_pin"),
    (cases.reading(), account(card="F" * 32), "no_operator"),
    (cases.reading(), replace(OWN, active=False), "no_operator"),
]


@pytest.mark.parametrize(("reading", "who", "problem"), READINGS)
def test_a_card_that_cannot_sign_in_is_refused_before_a_pin_is_typed(
    reading: CardReading, who: OperatorAccount, problem: str
) -> None:
    service, _, store = door(Reader(reading), who)
    with pytest.raises(OperatorCardRefused) as refused:
        service.look(WINDOW)
    assert refused.value.problem == problem
    ((action, outcome, _, detail),) = trail(store)
    assert (action, outcome, detail) == (Action.SIGN_IN, Outcome.REFUSED, f"card {problem}")


@pytest.mark.parametrize(("reading", "who", "problem"), [READINGS[0], *READINGS[3:]])
def test_a_yes_of_a_card_that_proves_nothing_is_worth_nothing(
    reading: CardReading, who: OperatorAccount, problem: str
) -> None:
    service, _, _ = door(Reader(reading, verified=True), who)
    with pytest.raises(OperatorCardRefused) as refused:
        service.sign_in(SHOWN, PIN, WINDOW)
    assert refused.value.problem == problem


def test_another_card_than_the_one_that_was_shown_does_not_sign_in() -> None:
    service, _, _ = door()
    with pytest.raises(OperatorCardRefused) as refused:
        service.sign_in(replace(SHOWN, identification_code="F" * 32), PIN, WINDOW)
    assert refused.value.problem == "other_card"


def test_a_locked_number_stays_locked_for_its_card_too() -> None:
    clock = MovingClock()
    clock.forward(minutes=5)
    service, _, _ = door(None, replace(OWN, locked_until=clock.now()))
    with pytest.raises(OperatorLocked):
        service.sign_in(SHOWN, PIN, WINDOW)
