"""Instructions to the platform that are written down before they are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Update, or_, select, update

from desk_app.domain.errors import BrokenPromise
from desk_app.domain.outbox import FrozenRequest, OutboxEntry, OutboxKind, OutboxState
from desk_app.store.tables import card, outbox
from desk_app.store.transaction import AnyRow, Transaction


class SqlOutbox:
    """Implements `services.ports.Outbox`. `seq` grows over the whole store; only its order among the entries
    with the same `order_key` means anything."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(
        self,
        entry_id: UUID,
        identification_code: str,
        request: FrozenRequest,
        at: datetime,
        asked_by: str,
        order_key: str | None = None,
    ) -> OutboxEntry:
        """Write one down; the store gives its place in the order."""
        order_key = order_key or self._order_of(identification_code)
        # Writers about one card take turns, else the later place could be visible, and sent, first.
        in_turn = select(card.c.version).where(card.c.identification_code == order_key)
        self._transaction.one(self._transaction.held(in_turn, card))
        values = {
            **_request_values(entry_id, request),
            "identification_code": identification_code,
            "order_key": order_key,
            "created_at": at,
            "asked_by": asked_by,
        }
        fresh = {"state": OutboxState.PENDING, "attempts": 0}
        placed = outbox.insert().values(**values, **fresh).returning(outbox.c.seq)
        seq = self._transaction.execute(placed).scalar_one()
        return OutboxEntry(
            entry_id, seq, identification_code, order_key, request, at, asked_by=asked_by
        )

    def get(self, entry_id: UUID) -> OutboxEntry | None:
        """One entry."""
        row = self._transaction.one(select(outbox).where(outbox.c.id == entry_id))
        return _entry(row) if row is not None else None

    def pending(self, identification_code: str | None = None) -> tuple[OutboxEntry, ...]:
        """Those not settled, oldest first, of one card (with all that go in order with them) or of all."""
        found = select(outbox).where(_PENDING).order_by(outbox.c.seq)
        if identification_code is not None:
            of_card = outbox.c.identification_code == identification_code
            orders = select(outbox.c.order_key).where(_PENDING, of_card)
            in_order = or_(
                outbox.c.order_key == identification_code, outbox.c.order_key.in_(orders)
            )
            found = found.where(in_order)
        return tuple(_entry(row) for row in self._transaction.all(found))

    def last(self, identification_code: str, *kinds: OutboxKind) -> OutboxEntry | None:
        """The newest about the card of these kinds, settled or not: when it was asked for, and at which
        window."""
        of_card = outbox.c.identification_code == identification_code
        found = select(outbox).where(of_card, outbox.c.kind.in_(kinds))
        row = self._transaction.one(found.order_by(outbox.c.seq.desc()).limit(1))
        return _entry(row) if row is not None else None

    def unanswered(self, entry_id: UUID) -> None:
        """Count one more attempt that has got no answer."""
        more = {"attempts": outbox.c.attempts + 1}
        self._transaction.execute(_of(entry_id).where(_PENDING).values(**more))

    def supersede(self, entry_id: UUID, new_id: UUID, request: FrozenRequest) -> None:
        """Put another request under another key in the place of a pending entry, keeping the order.

        Raises BrokenPromise when the entry is not pending."""
        values = {**_request_values(new_id, request), "attempts": 0}
        if not self._transaction.execute(_of(entry_id).where(_PENDING).values(**values)).rowcount:
            raise BrokenPromise("superseded an outbox entry that is not pending")

    def settle(self, entry_id: UUID, state: OutboxState, outcome: str | None = None) -> None:
        """The answer is known. Settling a settled entry the same way changes nothing.

        Raises BrokenPromise when it is settled another way, or is not there."""
        settled = _of(entry_id).where(_PENDING).values(state=state, outcome=outcome)
        if self._transaction.execute(settled).rowcount:
            return
        entry = self.get(entry_id)
        if entry is None or (entry.state, entry.outcome) != (state, outcome):
            raise BrokenPromise("settled an outbox entry twice, in two ways")

    def _order_of(self, identification_code: str) -> str:
        """The card itself, unless something about it waits in another card's order already."""
        of_card = outbox.c.identification_code == identification_code
        waiting = select(outbox.c.order_key).where(_PENDING, of_card).order_by(outbox.c.seq.desc())
        row = self._transaction.one(waiting.limit(1))
        return row.order_key if row is not None else identification_code


_PENDING: ColumnElement[bool] = outbox.c.state == OutboxState.PENDING


def _of(entry_id: UUID) -> Update:
    return update(outbox).where(outbox.c.id == entry_id)


def _request_values(entry_id: UUID, request: FrozenRequest) -> dict[str, Any]:
    return {"id": entry_id, **vars(request)}


def _entry(row: AnyRow) -> OutboxEntry:
    values = dict(row._mapping)
    request = {name: values.pop(name) for name in ("kind", "method", "path", "body")}
    return OutboxEntry(request=FrozenRequest(**request), **values)
