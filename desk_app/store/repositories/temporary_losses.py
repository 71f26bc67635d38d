"""Cards that are protected for a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from desk_app.domain.application import TemporaryLoss
from desk_app.store.tables import temporary_loss
from desk_app.store.transaction import Transaction

_RUNNING = temporary_loss.c.ended_at.is_(None)


class SqlTemporaryLosses:
    """Implements `services.ports.TemporaryLosses`. One running per card is a partial unique index."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, loss: TemporaryLoss) -> None:
        """One that begins."""
        self._transaction.execute(temporary_loss.insert(), vars(loss))

    def running(self, identification_code: str) -> TemporaryLoss | None:
        """The one of this card that has not ended. In a unit of work that writes, nobody else ends it."""
        of_card = temporary_loss.c.identification_code == identification_code
        found = select(temporary_loss).where(of_card, _RUNNING)
        row = self._transaction.one(self._transaction.held(found, temporary_loss))
        return TemporaryLoss(**row._mapping) if row is not None else None

    def due(self, now: datetime) -> tuple[TemporaryLoss, ...]:
        """Those running whose end has come, earliest first."""
        come = temporary_loss.c.until <= now
        found = select(temporary_loss).where(_RUNNING, come).order_by(temporary_loss.c.until)
        return tuple(TemporaryLoss(**row._mapping) for row in self._transaction.all(found))

    def set_end(self, identification_code: str, until: datetime | None) -> None:
        """Give the running one another end, or none."""
        self._of(identification_code, until=until)

    def end(self, identification_code: str, at: datetime) -> bool:
        """End the running one; False when there is none (any more)."""
        return self._of(identification_code, ended_at=at)

    def _of(self, identification_code: str, **values: datetime | None) -> bool:
        of_card = temporary_loss.c.identification_code == identification_code
        changed = update(temporary_loss).where(of_card, _RUNNING).values(**values)
        return self._transaction.execute(changed).rowcount > 0
