"""What an administrator does to accounts, and what even an administrator cannot."""

from dataclasses import replace
from typing import Any

import pytest

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import (
    InvalidInput,
    LastAdministrator,
    OperatorExists,
    OperatorLocked,
    PasswordDue,
    SignInRefused,
)
from desk_app.domain.operator import OperatorAccount, Role
from desk_app.services.operators import OperatorDetails, OperatorService
from desk_app.services.sign_in import SignIn
from tests.fakes import cases
from tests.fakes.operators import (
    ADMINISTRATOR,
    CLERK,
    PASSWORD,
    WINDOW,
    MovingClock,
    PlainPasswords,
    account,
    desk_of,
    store_with,
    trail,
)

DESK = desk_of(ADMINISTRATOR)
NEW = OperatorDetails("1002", "周敏", frozenset({Role.CLERK}), "hall")
CARD = "0" * 31 + "A"


class Office:
    def __init__(self, *accounts: OperatorAccount) -> None:
        self.store = store_with(*(accounts or (account(), account(ADMINISTRATOR))))
        self.clock = MovingClock()
        self.passwords = PlainPasswords()
        self.service = OperatorService(self.store, self.passwords, self.clock)
        self.door = SignIn(self.store, self.passwords, self.clock, "hall")

    def account(self, number: str) -> OperatorAccount:
        return self.store.records.operators[number]


def test_the_list_has_everybody_and_no_hash() -> None:
    office = Office()
    listed = office.service.all(DESK)
    assert [each.operator for each in listed] == [CLERK, ADMINISTRATOR]
    assert {each.password_hash for each in listed} == {""}
    assert trail(office.store) == [(Action.LIST_OPERATORS, Outcome.DONE, "9001", "2")]


def test_a_new_operator_gets_a_password_to_be_changed_at_the_first_sign_in() -> None:
    office = Office()
    given = office.service.create(DESK, NEW)
    assert len(given.password) >= 10
    with pytest.raises(PasswordDue):
        office.door.sign_in("1002", given.password, WINDOW)
    operator = office.door.change_password("1002", given.password, "quite another one", WINDOW)
    assert operator.roles == NEW.roles
    assert trail(office.store)[0] == (
        Action.CREATE_OPERATOR,
        Outcome.DONE,
        "9001",
        "1002 clerk",
    )
    assert given.password not in repr(office.store.records.audit)


def test_two_passwords_that_are_made_up_differ() -> None:
    office = Office()
    first = office.service.create(DESK, NEW)
    second = office.service.create(DESK, replace(NEW, number="1003"))
    assert first.password != second.password


def test_a_password_can_be_chosen_for_somebody_but_not_a_weak_one() -> None:
    office = Office()
    assert office.service.create(DESK, NEW, PASSWORD).password == PASSWORD
    with pytest.raises(InvalidInput) as refused:
        office.service.reset_password(DESK, "1002", "pass of 1002")
    assert refused.value.problem == "contains_number"


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"number": ""}, "operator_number", "not_a_number_of_operators"),
        ({"number": "10 02"}, "operator_number", "not_a_number_of_operators"),
        ({"number": "1/2"}, "operator_number", "not_a_number_of_operators"),
        ({"number": "cli"}, "operator_number", "not_a_number_of_operators"),
        ({"name": "  "}, "operator_name", "empty"),
        ({"name": "长" * 65}, "operator_name", "too_long"),
        ({"hall": ""}, "hall", "empty"),
        ({"roles": frozenset()}, "roles", "empty"),
        ({"card": "123"}, "operator_card", "not_a_card_code"),
    ],
)
def test_what_will_not_do_is_named(changes: dict[str, Any], field: str, problem: str) -> None:
    office = Office()
    with pytest.raises(InvalidInput) as refused:
        office.service.create(DESK, replace(NEW, **changes))
    assert (refused.value.field, refused.value.problem) == (field, problem)
    assert set(office.store.records.operators) == {"1001", "9001"}


def test_a_number_is_never_given_twice() -> None:
    office = Office(account(active=False), account(ADMINISTRATOR))
    with pytest.raises(OperatorExists):
        office.service.create(DESK, replace(NEW, number="1001"))
    assert office.account("1001").operator == CLERK
    ((action, outcome, _, detail),) = trail(office.store)
    assert (action, outcome) == (Action.CREATE_OPERATOR, Outcome.REFUSED)
    assert detail == "1001 clerk operator_exists"


def test_name_roles_hall_and_card_are_changed_and_nothing_else() -> None:
    office = Office()
    roles = frozenset({Role.CLERK, Role.SUPERVISOR})
    changed = OperatorDetails("1001", " 林小晓 ", roles, "东厅", CARD.lower())
    office.service.change(DESK, changed)
    expected = replace(CLERK, name="林小晓", roles=roles)
    assert office.account("1001") == account(expected, hall="东厅", card=CARD)


def test_a_card_belongs_to_one_operator() -> None:
    office = Office(account(card=CARD), account(ADMINISTRATOR))
    with pytest.raises(InvalidInput) as refused:
        office.service.create(DESK, replace(NEW, card=CARD))
    assert refused.value.problem == "used_twice"
    office.service.change(DESK, OperatorDetails("1001", "林晓", CLERK.roles, "hall", CARD))


def test_disabling_and_enabling() -> None:
    office = Office()
    assert not office.service.disable(DESK, "1001").active
    with pytest.raises(SignInRefused):
        office.door.sign_in("1001", PASSWORD, WINDOW)
    assert office.service.enable(DESK, "1001").active
    assert office.door.sign_in("1001", PASSWORD, WINDOW) == CLERK


def test_unlocking() -> None:
    clock = MovingClock()
    clock.forward(minutes=9)
    office = Office(account(locked_until=clock.now()), account(ADMINISTRATOR))
    with pytest.raises(OperatorLocked):
        office.door.sign_in("1001", PASSWORD, WINDOW)
    office.service.unlock(DESK, "1001")
    assert office.door.sign_in("1001", PASSWORD, WINDOW) == CLERK


def test_a_reset_password_replaces_the_old_one_and_is_to_be_changed() -> None:
    office = Office(account(failures=4), account(ADMINISTRATOR))
    given = office.service.reset_password(DESK, "1001")
    with pytest.raises(SignInRefused):
        office.door.sign_in("1001", PASSWORD, WINDOW)
    with pytest.raises(PasswordDue):
        office.door.sign_in("1001", given.password, WINDOW)


def details_of(one: OperatorAccount, *roles: Role) -> OperatorDetails:
    return OperatorDetails(one.operator.number, one.operator.name, frozenset(roles), "hall")


def test_the_last_administrator_stays_one() -> None:
    office = Office(account(), account(ADMINISTRATOR))
    with pytest.raises(LastAdministrator):
        office.service.disable(DESK, "9001")
    with pytest.raises(LastAdministrator):
        office.service.change(DESK, details_of(account(ADMINISTRATOR), Role.AUDITOR))
    assert office.account("9001") == account(ADMINISTRATOR)
    assert {entry[1] for entry in trail(office.store)} == {Outcome.REFUSED}


def test_a_disabled_administrator_does_not_count() -> None:
    second = replace(ADMINISTRATOR, number="9002")
    office = Office(account(ADMINISTRATOR), account(second, active=False))
    with pytest.raises(LastAdministrator):
        office.service.disable(DESK, "9001")
    office.service.enable(DESK, "9002")
    office.service.disable(DESK, "9001")
    assert not office.account("9001").active


def test_nothing_is_lost_of_an_account_that_was_disabled() -> None:
    office = Office(account(card=CARD, password_set_at=cases.NOW), account(ADMINISTRATOR))
    office.service.disable(DESK, "1001")
    assert office.account("1001") == account(card=CARD, active=False)
