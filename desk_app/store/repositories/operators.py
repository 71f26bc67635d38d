"""Operator accounts."""

from __future__ import annotations

from sqlalchemy import select

from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.store.tables import operator
from desk_app.store.transaction import Transaction


class SqlOperators:
    """Implements `services.ports.Operators`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, number: str) -> OperatorAccount | None:
        """One account. In a unit of work that writes, nobody else changes it until that ends: wrong
        passwords tried at several windows at once are all counted."""
        found = select(operator).where(operator.c.number == number)
        row = self._transaction.one(self._transaction.held(found, operator))
        if row is None:
            return None
        return OperatorAccount(
            Operator(row.number, row.name, row.role),
            row.password_hash,
            row.active,
            row.failures,
            row.locked_until,
        )

    def put(self, account: OperatorAccount) -> None:
        """Insert or replace."""
        insert = self._transaction.insert(operator)
        values = {**vars(account.operator), **vars(account)}
        del values["operator"]
        fields = {name: insert.excluded[name] for name in values if name != "number"}
        self._transaction.execute(
            insert.on_conflict_do_update(index_elements=["number"], set_=fields), values
        )
