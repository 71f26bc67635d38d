"""What every verb leaves behind in its own transaction: an audit entry, and a step of the visit."""

from __future__ import annotations

from uuid import uuid4

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.operator import Desk
from desk_app.domain.purpose import Purpose, PurposeKind
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
