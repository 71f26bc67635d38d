"""Shifts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from desk_app.domain.shift import Shift
from desk_app.store.tables import shift
from desk_app.store.transaction import Transaction

_OPEN = shift.c.closed_at.is_(None)


class SqlShifts:
    """Implements `services.ports.Shifts`. One open per operator is a partial unique index."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def open(self, new: Shift) -> None:
        """Keep one that begins."""
        self._transaction.execute(shift.insert(), vars(new))

    def current(self, operator_number: str) -> Shift | None:
        """The operator's open one."""
        own = select(shift).where(shift.c.operator_number == operator_number, _OPEN)
        row = self._transaction.one(own)
        return Shift(**row._mapping) if row is not None else None

    def close(self, shift_id: UUID, at: datetime, remark: str) -> None:
        """It is signed off; the first time counts."""
        running = update(shift).where(shift.c.id == shift_id, _OPEN)
        self._transaction.execute(running.values(closed_at=at, remark=remark))

    def of_day(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Shift, ...]:
        """Those that were open in this time, by their beginning."""
        found = select(shift).where(
            shift.c.hall == hall,
            shift.c.opened_at < until,
            or_(_OPEN, shift.c.closed_at >= since),
        )
        if operator_number is not None:
            found = found.where(shift.c.operator_number == operator_number)
        ordered = found.order_by(shift.c.opened_at, shift.c.operator_number)
        return tuple(Shift(**row._mapping) for row in self._transaction.all(ordered))
