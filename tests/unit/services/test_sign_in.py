"""Signing in and what goes with it: the policy for passwords, locking, confirming, changing places."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desk_app.domain import password
from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import (
    DeskError,
    InvalidInput,
    NotPermitted,
    OperatorDisabled,
    OperatorLocked,
    PasswordDue,
    SignInRefused,
)
from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.services.sign_in import LOCKED_FOR, MAX_FAILURES, SignIn
from tests.fakes import cases
from tests.fakes.operators import (
    CLERK,
    PASSWORD,
    SUPERVISOR,
    WINDOW,
    MovingClock,
    PlainPasswords,
    account,
    desk_of,
    store_with,
    trail,
)
from tests.fakes.store import FakeStore

DONE, REFUSED = Outcome.DONE, Outcome.REFUSED
NEW = "quite another password"


class Door:
    """A sign-in over accounts in memory."""

    def __init__(self, *accounts: OperatorAccount) -> None:
        self.store: FakeStore = store_with(*(accounts or (account(), account(SUPERVISOR))))
        self.clock = MovingClock()
        self.passwords = PlainPasswords()
        self.service = SignIn(self.store, self.passwords, self.clock, "hall")

    def try_in(self, typed: str = PASSWORD, number: str = "1001") -> Operator:
        return self.service.sign_in(number, typed, WINDOW)

    def account(self, number: str = "1001") -> OperatorAccount:
        return self.store.records.operators[number]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("short", "too_short"),
        ("123456789", "too_short"),
        ("         a ", "too_short"),
        ("the 1001 of all", "contains_number"),
        ("林晓的密码就是这一个", "contains_name"),
        ("1234567890", None),
        ("一个谁也猜不到的密码", None),
    ],
)
def test_what_a_password_must_be_like(typed: str, problem: str | None) -> None:
    assert password.problem_of(typed, CLERK) == problem


def test_the_right_password_signs_in_and_is_noted() -> None:
    door = Door()
    assert door.try_in(number=" 1001 ") == CLERK
    assert trail(door.store) == [(Action.SIGN_IN, DONE, "1001", None)]


@pytest.mark.parametrize("number", ["1001", "4711"])
def test_a_wrong_password_and_an_unknown_number_are_refused_alike(number: str) -> None:
    door = Door()
    with pytest.raises(SignInRefused):
        door.try_in("wrong", number)
    assert len(door.passwords.verified) == 1  # as slow for nobody as for somebody
    assert trail(door.store) == [(Action.SIGN_IN, REFUSED, number, None)]


def test_five_wrong_ones_lock_for_a_quarter_of_an_hour() -> None:
    door = Door()
    for _ in range(MAX_FAILURES):
        with pytest.raises(SignInRefused):
            door.try_in("wrong")
    with pytest.raises(OperatorLocked) as locked:
        door.try_in()
    assert locked.value.until == door.clock.now() + LOCKED_FOR
    door.clock.moment += LOCKED_FOR
    assert door.try_in() == CLERK
    assert door.account() == account()


def test_a_right_one_forgets_the_wrong_ones_before_it() -> None:
    door = Door()
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            with pytest.raises(SignInRefused):
                door.try_in("wrong")
        door.try_in()
    assert door.account().failures == 0


@pytest.mark.parametrize("age", [None, timedelta(days=90), timedelta(days=400)])
def test_a_given_or_an_old_password_must_be_changed_first(age: timedelta | None) -> None:
    set_at = cases.NOW - age if age is not None else None
    door = Door(account(password_set_at=set_at))
    with pytest.raises(PasswordDue):
        door.try_in()
    assert trail(door.store) == [(Action.SIGN_IN, REFUSED, "1001", "password_due")]
    assert door.service.change_password("1001", PASSWORD, NEW, WINDOW) == CLERK
    assert door.try_in(NEW) == CLERK
    with pytest.raises(SignInRefused):
        door.try_in()


def test_a_password_of_yesterday_is_not_due() -> None:
    door = Door(account(password_set_at=cases.NOW - timedelta(days=89)))
    assert door.try_in() == CLERK


@pytest.mark.parametrize(
    ("new", "problem"),
    [(PASSWORD, "same_as_last"), ("short", "too_short"), ("password of 1001", "contains_number")],
)
def test_a_new_password_that_will_not_do_changes_nothing(new: str, problem: str) -> None:
    door = Door()
    with pytest.raises(InvalidInput) as refused:
        door.service.change_password("1001", PASSWORD, new, WINDOW)
    assert (refused.value.field, refused.value.problem) == ("new_password", problem)
    assert door.account() == account()
    assert trail(door.store) == [(Action.CHANGE_PASSWORD, REFUSED, "1001", problem)]


def test_a_password_is_changed_by_whoever_knows_the_present_one() -> None:
    door = Door()
    for _ in range(MAX_FAILURES):
        with pytest.raises(SignInRefused):
            door.service.change_password("1001", "wrong", NEW, WINDOW)
    with pytest.raises(OperatorLocked):
        door.service.change_password("1001", PASSWORD, NEW, WINDOW)


def test_nothing_that_was_typed_is_in_the_audit() -> None:
    door = Door()
    with pytest.raises(SignInRefused):
        door.try_in("my secret password")
    door.service.change_password("1001", PASSWORD, NEW, WINDOW)
    written = repr(door.store.records.audit)
    assert not [typed for typed in ("my secret password", PASSWORD, NEW) if typed in written]


Again = Callable[[SignIn, str], None]


@pytest.mark.parametrize(
    ("again", "action"),
    [
        (lambda service, typed: service.confirm(desk_of(), typed), Action.CONFIRM),
        (lambda service, typed: service.unlock(desk_of(), typed), Action.UNLOCK),
    ],
)
def test_a_signed_in_operator_is_asked_once_more(again: Again, action: Action) -> None:
    door = Door()
    again(door.service, PASSWORD)
    for _ in range(MAX_FAILURES):
        with pytest.raises(SignInRefused):
            again(door.service, "wrong")
    with pytest.raises(OperatorLocked):
        again(door.service, PASSWORD)
    assert trail(door.store)[0] == (action, DONE, "1001", None)
    assert {entry[:2] for entry in trail(door.store)[1:]} == {(action, REFUSED)}


def test_a_disabled_operator_does_not_get_back_to_the_window() -> None:
    door = Door(account(active=False))
    with pytest.raises(OperatorDisabled):
        door.service.unlock(desk_of(), PASSWORD)
    with pytest.raises(SignInRefused):
        door.try_in()
    assert [entry[1] for entry in trail(door.store)] == [REFUSED, REFUSED]


def test_another_operator_takes_over_with_the_case() -> None:
    other = replace(CLERK, number="1002", name="周敏")
    door = Door(account(), account(other))
    assert door.service.take_over(desk_of(), "1002", PASSWORD, cases.case()) == other
    assert trail(door.store) == [
        (Action.SIGN_OUT, DONE, "1001", "to 1002"),
        (Action.TAKE_OVER, DONE, "1002", "from 1001"),
    ]
    assert door.store.records.audit["hall", 2].subject_reference is not None
    *_, taken = door.store.records.audit.values()
    assert taken.subject_reference is not None
    assert list(door.store.records.audit.values())[-1].subject_reference is not None


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (account(SUPERVISOR), NotPermitted),
        (account(SUPERVISOR, password_set_at=None), PasswordDue),
        (account(SUPERVISOR, active=False), SignInRefused),
    ],
)
def test_nobody_takes_over_who_may_not_go_on(
    who: OperatorAccount, refusal: type[DeskError]
) -> None:
    door = Door(account(), who)
    with pytest.raises(refusal):
        door.service.take_over(desk_of(), "2001", PASSWORD, cases.case())
    ((action, outcome, number, _),) = trail(door.store)
    assert (action, outcome, number) == (Action.TAKE_OVER, REFUSED, "2001")


def test_without_a_citizen_anybody_takes_over() -> None:
    assert Door().service.take_over(desk_of(), "2001", PASSWORD) == SUPERVISOR
