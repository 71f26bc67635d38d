"""Visits, without any data of the citizen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from desk_app.domain.visit import StepTaken, Visit, VisitStep
from desk_app.store.tables import visit, visit_step
from desk_app.store.transaction import Transaction


class SqlVisits:
    """Implements `services.ports.Visits`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def open(self, new: Visit) -> None:
        """Keep a visit that begins, with the steps it may have taken."""
        values = {name: value for name, value in vars(new).items() if name != "steps"}
        self._transaction.execute(visit.insert(), values)
        for taken in new.steps:
            self.step(new.id, taken.step, taken.at)

    def step(self, visit_id: UUID, step: VisitStep, at: datetime) -> None:
        """One step taken."""
        taken = select(func.coalesce(func.max(visit_step.c.place), 0) + 1)
        place = taken.where(visit_step.c.visit == visit_id).scalar_subquery()
        self._transaction.execute(
            visit_step.insert().values(visit=visit_id, place=place, step=step, at=at)
        )

    def close(self, visit_id: UUID, at: datetime) -> None:
        """It has ended; the first end counts."""
        unended = update(visit).where(visit.c.id == visit_id, visit.c.closed_at.is_(None))
        self._transaction.execute(unended.values(closed_at=at))

    def get(self, visit_id: UUID) -> Visit | None:
        """One visit with its steps."""
        row = self._transaction.one(select(visit).where(visit.c.id == visit_id))
        if row is None:
            return None
        taken = select(visit_step.c.step, visit_step.c.at).where(visit_step.c.visit == visit_id)
        steps = self._transaction.all(taken.order_by(visit_step.c.place))
        return Visit(**row._mapping, steps=tuple(StepTaken(step, at) for step, at in steps))
