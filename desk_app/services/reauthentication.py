"""Somebody who is signed in proves once more who they are, before what counts."""

from __future__ import annotations

from dataclasses import replace

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.errors import OperatorLocked, SignInRefused
from desk_app.domain.operator import OperatorAccount
from desk_app.services.ports import Clock, Passwords, UnitOfWork
from desk_app.services.sign_in import LOCKED_FOR, MAX_FAILURES


def authenticate(
    uow: UnitOfWork,
    passwords: Passwords,
    clock: Clock,
    number: str,
    password: str,
    hall: str,
    window: str,
    action: Action,
) -> OperatorAccount:
    """The account whose password this is; a refusal is counted, audited and committed before it is raised.

    Raises SignInRefused and OperatorLocked."""
    account, now = uow.operators.get(number), clock.now()
    if account is not None and account.locked_until and account.locked_until > now:
        _refuse(uow, clock, number, hall, window, action)
        raise OperatorLocked(account.locked_until)
    known = account if account is not None and account.active else None
    if passwords.verify(known.password_hash if known else None, password) and known is not None:
        return known
    if known is not None:
        failures = known.failures + 1
        locked = failures >= MAX_FAILURES
        until = now + LOCKED_FOR if locked else None
        uow.operators.put(replace(known, failures=0 if locked else failures, locked_until=until))
    _refuse(uow, clock, number, hall, window, action)
    raise SignInRefused


def _refuse(
    uow: UnitOfWork, clock: Clock, number: str, hall: str, window: str, action: Action
) -> None:
    uow.audit.append(AuditEntry(clock.now(), action, Outcome.REFUSED, number, window, hall))
    uow.commit()
