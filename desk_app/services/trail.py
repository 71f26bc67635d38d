"""What every verb leaves behind in its own transaction: an audit entry, and a step of the visit."""

from __future__ import annotations

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.operator import Desk
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.ports import Clock, UnitOfWork


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


def step(uow: UnitOfWork, clock: Clock, case: Case, taken: VisitStep) -> Case:
    """Keep a step of the visit in the store, and give the case that has taken it."""
    at = clock.now()
    uow.visits.step(case.visit.id, taken, at)
    return case.stepped(taken, at)
