"""Who may: the operator behind a verb is looked at before anything else, and a refusal is audited."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from desk_app.domain.audit import Action
from desk_app.domain.errors import DeskError, NotPermitted, OperatorDisabled
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission, permitted
from desk_app.services.ports import UnitOfWork
from desk_app.services.trail import Audits, audited

S = TypeVar("S", bound=Audits)
P = ParamSpec("P")
T = TypeVar("T")

Job = Callable[Concatenate[S, Desk, P], T]


def needs(
    permission: Permission, action: Action, *failures: type[DeskError]
) -> Callable[[Job[S, P, T]], Job[S, P, T]]:
    """Let a service's method `(self, desk, …)` be used only by those who are permitted to.

    Whoever is not gets NotPermitted, whoever was disabled since they signed in OperatorDisabled. The method
    is `audited` as well: all that refuses it is in the trail as a refused `action`."""

    def guard(job: Job[S, P, T]) -> Job[S, P, T]:
        @wraps(job)
        def guarded(self: S, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
            with self.store.begin(write=False) as uow:
                require(uow, desk, permission)
            return job(self, desk, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return audited(action, *failures)(guarded)

    return guard


def require(uow: UnitOfWork, desk: Desk, permission: Permission) -> None:
    """Raise NotPermitted or OperatorDisabled as things are now: an administrator may have changed the
    account since the operator signed in. The command line's operator has none."""
    desk.operator.require(permission)
    account = uow.operators.get(desk.operator.number)
    if account is None:
        return
    if not account.active:
        raise OperatorDisabled
    if permission not in permitted(account.operator.roles):
        raise NotPermitted(permission)
