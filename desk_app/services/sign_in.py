"""Operators come and go: by number and password, with a pause after too many wrong ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.errors import OperatorLocked, SignInRefused
from desk_app.domain.operator import Desk, Operator, OperatorAccount
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import Clock, Passwords, Store, UnitOfWork
from desk_app.services.trail import audited, record

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
"""After five wrong passwords in a row an account rests for a quarter of an hour."""


@dataclass(frozen=True)
class SignIn:
    """Every attempt is in the audit, the refused ones too."""

    store: Store
    passwords: Passwords
    clock: Clock
    hall: str
    """Where this counter stands."""

    @on(LaneName.STORE)
    @audited(Action.SIGN_IN)
    def sign_in(self, number: str, password: str, window: str) -> Operator:
        """The operator, if the password is right. Raises SignInRefused (never saying whether the number
        or the password was wrong) and OperatorLocked."""
        number = number.strip()
        now = self.clock.now()
        with self.store.begin() as uow:
            account = uow.operators.get(number)
            if account is not None and account.locked_until and account.locked_until > now:
                self._note(uow, number, window, Outcome.REFUSED)
                uow.commit()
                raise OperatorLocked(account.locked_until)
            known = account is not None and account.active
            hashed = account.password_hash if account is not None and known else None
            if not self.passwords.verify(hashed, password) or account is None:
                self._count_failure(uow, account)
                self._note(uow, number, window, Outcome.REFUSED)
                uow.commit()
                raise SignInRefused
            if account.failures or account.locked_until:
                uow.operators.put(replace(account, failures=0, locked_until=None))
            self._note(uow, number, window, Outcome.DONE)
            uow.commit()
        return account.operator

    @on(LaneName.STORE)
    @audited(Action.SIGN_OUT)
    def sign_out(self, desk: Desk) -> None:
        """The operator leaves."""
        with self.store.begin() as uow:
            record(uow, self.clock, desk, Action.SIGN_OUT)
            uow.commit()

    def _count_failure(self, uow: UnitOfWork, account: OperatorAccount | None) -> None:
        if account is None or not account.active:
            return
        failures = account.failures + 1
        if failures >= MAX_FAILURES:
            until = self.clock.now() + LOCKED_FOR
            uow.operators.put(replace(account, failures=0, locked_until=until))
        else:
            uow.operators.put(replace(account, failures=failures))

    def _note(self, uow: UnitOfWork, number: str, window: str, outcome: Outcome) -> None:
        at = self.clock.now()
        uow.audit.append(AuditEntry(at, Action.SIGN_IN, outcome, number, window, self.hall))
