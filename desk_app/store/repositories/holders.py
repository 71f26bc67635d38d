"""The insured persons."""

from __future__ import annotations

from sqlalchemy import select

from desk_app.domain.holder import Holder
from desk_app.store.tables import holder
from desk_app.store.transaction import Transaction

_FIELDS = [column for column in holder.c if column is not holder.c.id]


class SqlHolders:
    """Implements `services.ports.Holders`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, id_number: str) -> Holder | None:
        """One person."""
        row = self._transaction.one(select(*_FIELDS).where(holder.c.id_number == id_number))
        return Holder(**row._mapping) if row is not None else None

    def put(self, person: Holder) -> None:
        """Insert or replace."""
        insert = self._transaction.insert(holder)
        fields = {name: insert.excluded[name] for name in vars(person) if name != "id_number"}
        self._transaction.execute(
            insert.on_conflict_do_update(index_elements=["id_number"], set_=fields), vars(person)
        )
