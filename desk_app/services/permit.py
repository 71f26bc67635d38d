"""Who may: the operator behind a verb is looked at before anything else, and a refusal is audited."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import NotPermitted, OperatorDisabled
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission, permitted
from desk_app.domain.visit import Case
from desk_app.services.ports import Clock, Store, UnitOfWork
from desk_app.services.trail import record


class Works(Protocol):
    """A service that has a store and a clock."""

    @property
    def store(self) -> Store:
        """Where accounts and the audit are."""
        ...

    @property
    def clock(self) -> Clock:
        """When it is."""
        ...


S = TypeVar("S", bound=Works)
P = ParamSpec("P")
T = TypeVar("T")

Job = Callable[Concatenate[S, Desk, P], T]


def needs(permission: Permission, action: Action) -> Callable[[Job[S, P, T]], Job[S, P, T]]:
    """Let a service's method `(self, desk, …)` be used only by those who are permitted to.

    Whoever is not gets NotPermitted, whoever was disabled since they signed in OperatorDisabled; either is
    in the audit as a refused `action`, about the citizen of the case if one is given."""

    def guard(job: Job[S, P, T]) -> Job[S, P, T]:
        @wraps(job)
        def guarded(self: S, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
            try:
                with self.store.begin(write=False) as uow:
                    require(uow, desk, permission)
            except (NotPermitted, OperatorDisabled) as refusal:
                case = next((each for each in args if isinstance(each, Case)), None)
                note_refusal(self, desk, action, refusal.code, case)
                raise
            return job(self, desk, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

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


def note_refusal(
    service: Works, desk: Desk, action: Action, why: str, case: Case | None = None
) -> None:
    """Put a refused act into the audit, in a transaction of its own."""
    with service.store.begin() as uow:
        refused = Outcome.REFUSED
        record(uow, service.clock, desk, action, case=case, outcome=refused, detail=why)
        uow.commit()
