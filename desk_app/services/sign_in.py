"""Operators come and go: by number and password, with a pause after too many wrong ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.errors import (
    InvalidInput,
    NotPermitted,
    OperatorDisabled,
    OperatorLocked,
    PasswordDue,
    SignInRefused,
)
from desk_app.domain.operator import Desk, Operator, OperatorAccount
from desk_app.domain.password import is_due, problem_of
from desk_app.domain.permissions import Permission
from desk_app.domain.visit import Case
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import Clock, Passwords, Store, UnitOfWork
from desk_app.services.trail import leaves, record

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
"""After five wrong passwords in a row an account rests for a quarter of an hour."""


def authenticate(
    uow: UnitOfWork,
    passwords: Passwords,
    clock: Clock,
    number: str,
    password: str,
    hall: str,
    window: str,
    action: Action = Action.SIGN_IN,
) -> OperatorAccount:
    """The account whose password this is. To be the first thing in a unit of work that writes: a refusal
    is counted, put into the audit as a refused `action` and committed before it is raised, whereas a
    success is the caller's to note and to commit.

    Raises SignInRefused (never saying whether the number or the password was wrong) and OperatorLocked."""
    number, now = number.strip(), clock.now()
    account = uow.operators.get(number)
    if account is not None and account.locked_until and account.locked_until > now:
        refuse(uow, clock, number, hall, window, action, OperatorLocked.code)
        raise OperatorLocked(account.locked_until)
    known = account is not None and account.active
    hashed = account.password_hash if account is not None and known else None
    if not passwords.verify(hashed, password) or account is None:
        if account is not None and known:
            _count_failure(uow, clock, account)
        refuse(uow, clock, number, hall, window, action)
        raise SignInRefused
    if account.failures or account.locked_until:
        account = replace(account, failures=0, locked_until=None)
        uow.operators.put(account)
    return account


def refuse(
    uow: UnitOfWork,
    clock: Clock,
    number: str,
    hall: str,
    window: str,
    action: Action,
    why: str | None = None,
) -> None:
    """Note that somebody was refused, and commit."""
    refused, now = Outcome.REFUSED, clock.now()
    uow.audit.append(AuditEntry(now, action, refused, number, window, hall, detail=why))
    uow.commit()


def _count_failure(uow: UnitOfWork, clock: Clock, account: OperatorAccount) -> None:
    failures = account.failures + 1
    if failures >= MAX_FAILURES:
        until = clock.now() + LOCKED_FOR
        uow.operators.put(replace(account, failures=0, locked_until=until))
    else:
        uow.operators.put(replace(account, failures=failures))


@dataclass(frozen=True)
class SignIn:
    """Every attempt is in the audit, the refused ones too."""

    store: Store
    passwords: Passwords
    clock: Clock
    hall: str
    """Where this counter stands."""

    @on(LaneName.STORE)
    @leaves(Action.SIGN_IN)
    def sign_in(self, number: str, password: str, window: str) -> Operator:
        """The operator, if the password is right. Raises SignInRefused, OperatorLocked, and PasswordDue
        when it is right but has to be changed first."""
        with self.store.begin() as uow:
            account = self._authenticate(uow, number, password, window, Action.SIGN_IN)
            if is_due(account, self.clock.now()):
                code = PasswordDue.code
                self._refuse(uow, account.operator.number, window, Action.SIGN_IN, code)
                raise PasswordDue
            self._note(uow, account.operator, window, Action.SIGN_IN)
            uow.commit()
        self.store.enter(account.operator.number, password)
        return account.operator

    @on(LaneName.STORE)
    @leaves(Action.CHANGE_PASSWORD)
    def change_password(self, number: str, password: str, new: str, window: str) -> Operator:
        """Set another password, if the present one is right, and sign in with it. Raises SignInRefused,
        OperatorLocked, and InvalidInput for a new one that will not do."""
        action = Action.CHANGE_PASSWORD
        with self.store.begin() as uow:
            account = self._authenticate(uow, number, password, window, action)
            problem = problem_of(new, account.operator)
            if problem is None and self.passwords.verify(account.password_hash, new):
                problem = "same_as_last"
            if problem is not None:
                self._refuse(uow, account.operator.number, window, action, problem)
                raise InvalidInput("new_password", problem)
            uow.commit()
        number = account.operator.number
        self.store.enter(number, password)  # a password is its owner's to change
        try:
            with self.store.begin() as uow:
                hashed, now = self.passwords.hash(new), self.clock.now()
                uow.operators.put(replace(account, password_hash=hashed, password_set_at=now))
                uow.operators.set_login(number, new)
                self._note(uow, account.operator, window, action)
                self._note(uow, account.operator, window, Action.SIGN_IN)
                uow.commit()
            self.store.enter(number, new)
        except BaseException:
            self.store.leave()
            raise
        return account.operator

    @on(LaneName.STORE)
    @leaves(Action.SIGN_OUT)
    def sign_out(self, desk: Desk) -> None:
        """The operator leaves."""
        try:
            with self.store.begin() as uow:
                record(uow, self.clock, desk, Action.SIGN_OUT)
                uow.commit()
        finally:
            self.store.leave()

    @on(LaneName.STORE)
    @leaves(Action.LOCK)
    def lock(self, desk: Desk, reason: str) -> None:
        """The window was covered: `reason` is idle or operator."""
        with self.store.begin() as uow:
            record(uow, self.clock, desk, Action.LOCK, detail=reason)
            uow.commit()

    @on(LaneName.STORE)
    @leaves(Action.UNLOCK)
    def unlock(self, desk: Desk, password: str) -> None:
        """The operator is back at the window. Raises as `confirm` does."""
        self._again(desk, password, Action.UNLOCK)

    @on(LaneName.STORE)
    @leaves(Action.CONFIRM)
    def confirm(self, desk: Desk, password: str) -> None:
        """Make sure that it is the operator who acts, before something that must not happen by anybody
        else's hand. Raises SignInRefused, OperatorLocked, OperatorDisabled."""
        self._again(desk, password, Action.CONFIRM)

    @on(LaneName.STORE)
    @leaves(Action.TAKE_OVER)
    def take_over(
        self, desk: Desk, number: str, password: str, case: Case | None = None
    ) -> Operator:
        """Another operator goes on at this window; a case that is open stays open, for somebody who may
        serve. Raises SignInRefused, OperatorLocked, PasswordDue, NotPermitted."""
        action, window = Action.TAKE_OVER, desk.window
        with self.store.begin() as uow:
            account = self._authenticate(uow, number, password, window, action)
            operator = account.operator
            if is_due(account, self.clock.now()):
                self._refuse(uow, operator.number, window, action, PasswordDue.code)
                raise PasswordDue
            if case is not None and not operator.may(Permission.SERVE):
                self._refuse(uow, operator.number, window, action, NotPermitted.code)
                raise NotPermitted(Permission.SERVE)
            after = replace(desk, operator=operator)
            record(uow, self.clock, desk, Action.SIGN_OUT, detail=f"to {operator.number}")
            record(
                uow,
                self.clock,
                after,
                action,
                case=case,
                detail=f"from {desk.operator.number}",
            )
            uow.commit()
        self.store.enter(operator.number, password)
        return operator

    def _again(self, desk: Desk, password: str, action: Action) -> None:
        number = desk.operator.number
        with self.store.begin() as uow:
            account = uow.operators.get(number)
            if account is not None and not account.active:
                self._refuse(uow, number, desk.window, action, OperatorDisabled.code)
                raise OperatorDisabled
            self._authenticate(uow, number, password, desk.window, action)
            record(uow, self.clock, desk, action)
            uow.commit()

    def _authenticate(
        self, uow: UnitOfWork, number: str, password: str, window: str, action: Action
    ) -> OperatorAccount:
        return authenticate(
            uow, self.passwords, self.clock, number, password, self.hall, window, action
        )

    def _refuse(self, uow: UnitOfWork, number: str, window: str, action: Action, why: str) -> None:
        refuse(uow, self.clock, number, self.hall, window, action, why)

    def _note(self, uow: UnitOfWork, operator: Operator, window: str, action: Action) -> None:
        done, now = Outcome.DONE, self.clock.now()
        uow.audit.append(AuditEntry(now, action, done, operator.number, window, self.hall))
