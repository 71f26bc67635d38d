"""Administrators look after operators: who there is, what they may do, and how they get in again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import (
    BrokenPromise,
    InvalidInput,
    LastAdministrator,
    OperatorExists,
)
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.password import problem_of
from desk_app.domain.permissions import Permission
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Passwords, Store, UnitOfWork
from desk_app.services.trail import record

_NUMBER = re.compile(r"[0-9][0-9A-Za-z]{0,31}")
"""Begins with a digit, as no operator of the program itself does (`cli`), and is part of a login's name."""

_CARD = re.compile(r"[0-9A-F]{32}")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be mistaken for each other when read out."""

_MAX_NAME = 64


@dataclass(frozen=True)
class OperatorDetails:
    """What an administrator says of an operator; `card` is the identification code of their own card."""

    number: str
    name: str
    roles: frozenset[Role]
    hall: str
    card: str | None = None

    def checked(self) -> OperatorDetails:
        """The same without stray spaces. Raises InvalidInput."""
        number, name, hall = self.number.strip(), self.name.strip(), self.hall.strip()
        card = (self.card or "").strip().upper() or None
        if not _NUMBER.fullmatch(number):
            raise InvalidInput("operator_number", "not_a_number_of_operators")
        for field, value in (("operator_name", name), ("hall", hall)):
            if not value:
                raise InvalidInput(field, "empty")
            if len(value) > _MAX_NAME:
                raise InvalidInput(field, "too_long")
        if not self.roles:
            raise InvalidInput("roles", "empty")
        if card is not None and not _CARD.fullmatch(card):
            raise InvalidInput("operator_card", "not_a_card_code")
        return OperatorDetails(number, name, self.roles, hall, card)


@dataclass(frozen=True)
class Given:
    """An account with the password that was given to it, which is told once and kept nowhere."""

    account: OperatorAccount
    password: str


@dataclass(frozen=True)
class OperatorService:
    """Accounts are disabled, never deleted: what an operator did stays theirs. What is given out holds no
    password hash."""

    store: Store
    passwords: Passwords
    clock: Clock

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.LIST_OPERATORS)
    def all(self, desk: Desk) -> tuple[OperatorAccount, ...]:
        """Every account, by number."""
        with self.store.begin() as uow:
            accounts = uow.operators.all()
            record(uow, self.clock, desk, Action.LIST_OPERATORS, detail=str(len(accounts)))
            uow.commit()
        return tuple(_shown(account) for account in accounts)

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.CREATE_OPERATOR)
    def create(self, desk: Desk, details: OperatorDetails, password: str = "") -> Given:
        """A new operator, with a given password or one that is made up; it has to be changed at the first
        sign-in. Raises InvalidInput and OperatorExists."""
        details = details.checked()
        operator = Operator(details.number, details.name, details.roles)
        given = _given(password, operator)

        def create(uow: UnitOfWork) -> OperatorAccount:
            if uow.operators.get(details.number) is not None:
                raise OperatorExists
            _own_card(uow, details)
            hashed = self.passwords.hash(given)
            return OperatorAccount(operator, hashed, hall=details.hall, card=details.card)

        detail = _about(details)
        return Given(self._put(desk, Action.CREATE_OPERATOR, create, detail, given), given)

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.CHANGE_OPERATOR)
    def change(self, desk: Desk, details: OperatorDetails) -> OperatorAccount:
        """Another name, other roles, another hall or card; the number stays. Raises InvalidInput and
        LastAdministrator."""
        details = details.checked()

        def change(uow: UnitOfWork) -> OperatorAccount:
            account = _existing(uow, details.number)
            _own_card(uow, details)
            operator = Operator(details.number, details.name, details.roles)
            return replace(account, operator=operator, hall=details.hall, card=details.card)

        return self._put(desk, Action.CHANGE_OPERATOR, change, _about(details))

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.DISABLE_OPERATOR)
    def disable(self, desk: Desk, number: str) -> OperatorAccount:
        """Not let an operator do anything more, from their next act on. Raises LastAdministrator."""
        return self._put(
            desk,
            Action.DISABLE_OPERATOR,
            lambda uow: replace(_existing(uow, number), active=False),
            number,
        )

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.ENABLE_OPERATOR)
    def enable(self, desk: Desk, number: str) -> OperatorAccount:
        """Let a disabled operator work again."""
        return self._put(
            desk,
            Action.ENABLE_OPERATOR,
            lambda uow: replace(_existing(uow, number), active=True),
            number,
        )

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.UNLOCK_OPERATOR)
    def unlock(self, desk: Desk, number: str) -> OperatorAccount:
        """End the pause after too many wrong passwords."""
        return self._put(
            desk,
            Action.UNLOCK_OPERATOR,
            lambda uow: replace(_existing(uow, number), failures=0, locked_until=None),
            number,
        )

    @on(LaneName.STORE)
    @needs(Permission.OPERATORS, Action.RESET_PASSWORD)
    def reset_password(self, desk: Desk, number: str, password: str = "") -> Given:
        """Give another password, or one that is made up; it has to be changed at the next sign-in, which is
        possible at once. Raises InvalidInput."""
        with self.store.begin(write=False) as uow:
            given = _given(password, _existing(uow, number).operator)

        def reset(uow: UnitOfWork) -> OperatorAccount:
            return replace(
                _existing(uow, number),
                password_hash=self.passwords.hash(given),
                password_set_at=None,
                failures=0,
                locked_until=None,
            )

        return Given(self._put(desk, Action.RESET_PASSWORD, reset, number, given), given)

    def _put(
        self,
        desk: Desk,
        action: Action,
        make: Callable[[UnitOfWork], OperatorAccount],
        detail: str,
        password: str | None = None,
    ) -> OperatorAccount:
        """Put what `make` gives, with its password where that is another one, unless nobody would be left to
        look after operators; a refusal is audited like a success."""
        try:
            with self.store.begin() as uow:
                account = make(uow)
                _keep_an_administrator(uow, account)
                uow.operators.put(account)
                if password is not None:
                    uow.operators.set_login(account.operator.number, password)
                record(uow, self.clock, desk, action, detail=detail)
                uow.commit()
        except (InvalidInput, LastAdministrator, OperatorExists) as error:
            self._note_refusal(desk, action, f"{detail} {error.code}")
            raise
        return _shown(account)

    def _note_refusal(self, desk: Desk, action: Action, detail: str) -> None:
        with self.store.begin() as uow:
            record(uow, self.clock, desk, action, outcome=Outcome.REFUSED, detail=detail)
            uow.commit()


def _existing(uow: UnitOfWork, number: str) -> OperatorAccount:
    account = uow.operators.get(number)
    if account is None:
        raise BrokenPromise("an operator that was listed is not there")
    return account


def _keep_an_administrator(uow: UnitOfWork, changed: OperatorAccount) -> None:
    """Raise LastAdministrator if with this change nobody could look after operators any more."""
    others = {account.operator.number: account for account in uow.operators.all()}
    had = any(_administers(account) for account in others.values())
    others[changed.operator.number] = changed
    if had and not any(_administers(account) for account in others.values()):
        raise LastAdministrator


def _administers(account: OperatorAccount) -> bool:
    return account.active and account.operator.may(Permission.OPERATORS)


def _own_card(uow: UnitOfWork, details: OperatorDetails) -> None:
    """Raise InvalidInput if the card is somebody else's."""
    owner = uow.operators.by_card(details.card) if details.card is not None else None
    if owner is not None and owner.operator.number != details.number:
        raise InvalidInput("operator_card", "used_twice")


def _given(password: str, operator: Operator) -> str:
    """The password to give; twelve letters and digits in groups of four if none is wanted."""
    if not password:
        letters = [secrets.choice(_ALPHABET) for _ in range(12)]
        return "-".join("".join(letters[at : at + 4]) for at in range(0, 12, 4))
    problem = problem_of(password, operator)
    if problem is not None:
        raise InvalidInput("new_password", problem)
    return password


def _about(details: OperatorDetails) -> str:
    return f"{details.number} {','.join(sorted(details.roles))}"


def _shown(account: OperatorAccount) -> OperatorAccount:
    return replace(account, password_hash="")
