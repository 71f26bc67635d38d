"""What every verb leaves behind: an audit entry and a step of the visit in its own transaction, or, where it
is refused, an audit entry that says so.

`@audited` stands on every service method that concerns a citizen's data; `tests/unit/services/test_trail.py`
lists them all, with the action that each leaves, and those that leave none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar
from uuid import uuid4

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.card import CardReading
from desk_app.domain.errors import (
    AlreadyIssued,
    CopyTaken,
    DeskError,
    FourEyes,
    NotPermitted,
    NotPossible,
    OperatorDisabled,
    Outdated,
    QuotaReached,
    StateForbids,
    TooManyCodes,
)
from desk_app.domain.operator import Desk
from desk_app.domain.purpose import Purpose, PurposeKind
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.ports import Clock, Store, UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")

REFUSALS = (
    NotPermitted,
    OperatorDisabled,
    NotPossible,
    StateForbids,
    FourEyes,
    Outdated,
    QuotaReached,
    AlreadyIssued,
    CopyTaken,
    TooManyCodes,
)
"""What the rules say no with; a service that is refused by them has done nothing."""

_ID_NUMBER = re.compile(r"\s*[0-9]{17}[0-9Xx]\s*")


class Audits(Protocol):
    """A service, as far as its refusals need it."""

    @property
    def store(self) -> Store:
        """Where the trail is."""
        ...

    @property
    def clock(self) -> Clock:
        """When it was."""
        ...


def audited(
    action: Action, *failures: type[DeskError]
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a service's method leave this action. The method itself records what it has done; a
    refusal by the rules is recorded here, and so are these `failures` of what it depends on."""

    noted: tuple[type[DeskError], ...] = (*REFUSALS, *failures)

    def mark(verb: Callable[P, T]) -> Callable[P, T]:
        @wraps(verb)
        def watched(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return verb(*args, **kwargs)
            except noted as error:
                given = (*args, *kwargs.values())
                desk = next((each for each in given if isinstance(each, Desk)), None)
                if desk is not None:
                    subject = next(filter(None, map(_subject_in, given)), None)
                    note(args[0], desk, action, error, subject)  # type: ignore[arg-type]
                raise

        return leaves(action)(watched)

    return mark


def subject_of(case: Case) -> str | None:
    """The ID number of the citizen whose data the case is about, as far as known."""
    if case.holder is not None:
        return case.holder.id_number
    return case.registered.id_number if case.registered is not None else None


def record(
    uow: UnitOfWork,
    clock: Clock,
    desk: Desk,
    action: Action,
    *,
    case: Case | None = None,
    subject: str | None = None,
    outcome: Outcome = Outcome.DONE,
    reason: str | None = None,
    detail: str | None = None,
) -> None:
    """Append an audit entry; its subject is `subject`, or the citizen of `case`."""
    if subject is None and case is not None:
        subject = subject_of(case)
    at, number = clock.now(), desk.operator.number
    uow.audit.append(
        AuditEntry(at, action, outcome, number, desk.window, desk.hall, subject, reason, detail)
    )


def purpose_of(
    clock: Clock,
    desk: Desk,
    kind: PurposeKind,
    id_number: str | None,
    identification_code: str | None = None,
    reason: str = "",
) -> Purpose | None:
    """Why this operator reads somebody's data, for `Store.begin`; None when it is not known whose."""
    if id_number is None and identification_code is None:
        return None
    number, now = desk.operator.number, clock.now()
    return Purpose(uuid4(), kind, number, now, id_number, identification_code, reason)


def step(uow: UnitOfWork, clock: Clock, case: Case, taken: VisitStep) -> Case:
    """Keep a step of the visit in the store, and give the case that has taken it."""
    at = clock.now()
    uow.visits.step(case.visit.id, taken, at)
    return case.stepped(taken, at)


def leaves(action: Action) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a service's method that records everything by itself, what it refuses as well."""

    def mark(verb: Callable[P, T]) -> Callable[P, T]:
        verb.audited = action  # type: ignore[attr-defined]
        return verb

    return mark


def note(
    service: Audits, desk: Desk, action: Action, error: DeskError, subject: str | None
) -> None:
    """Record, in a transaction of its own, that something was refused or has failed; once per error."""
    if getattr(error, "noted", False):
        return
    outcome = Outcome.REFUSED if isinstance(error, REFUSALS) else Outcome.FAILED
    detail = " ".join((error.code, *_codes(error)))
    with service.store.begin() as uow:
        record(uow, service.clock, desk, action, subject=subject, outcome=outcome, detail=detail)
        uow.commit()
    error.noted = True  # type: ignore[attr-defined]


def _subject_in(argument: object) -> str | None:
    """The ID number of the citizen whom an argument is about."""
    match argument:
        case Case():
            return subject_of(argument)
        case CardReading():
            return argument.holder.id_number
        case str() if _ID_NUMBER.fullmatch(argument):
            return argument.strip().upper()
        case _:
            return None


def _codes(error: DeskError) -> Iterable[str]:
    """What an error may add to the trail: codes of ours, nothing that was typed."""
    match error:
        case NotPossible():
            return (str(hindrance) for hindrance in error.hindrances)
        case StateForbids():
            return (str(code) for code in (error.change, error.state) if code is not None)
        case _:
            return ()
