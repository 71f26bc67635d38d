"""Operator accounts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select

from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.store.tables import operator, operator_role
from desk_app.store.transaction import AnyRow, Transaction


class SqlOperators:
    """Implements `services.ports.Operators`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, number: str) -> OperatorAccount | None:
        """One account. In a unit of work that writes, nobody else changes it until that ends: wrong
        passwords tried at several windows at once are all counted."""
        return self._one(operator.c.number == number)

    def by_card(self, identification_code: str) -> OperatorAccount | None:
        """The account that a card belongs to; held as by `get`."""
        return self._one(operator.c.card == identification_code)

    def all(self) -> tuple[OperatorAccount, ...]:
        """Every account, by number."""
        rows = self._transaction.all(select(operator).order_by(operator.c.number))
        return tuple(self._account(row) for row in rows)

    def put(self, account: OperatorAccount) -> None:
        """Insert or replace, with exactly the roles that it has."""
        insert = self._transaction.insert(operator)
        values = {**vars(account), "number": account.operator.number, "name": account.operator.name}
        del values["operator"]
        fields = {name: insert.excluded[name] for name in values if name != "number"}
        self._transaction.execute(
            insert.on_conflict_do_update(index_elements=["number"], set_=fields), values
        )
        number = account.operator.number
        self._transaction.execute(delete(operator_role).where(operator_role.c.number == number))
        roles = [{"number": number, "role": role} for role in sorted(account.operator.roles)]
        self._transaction.execute(operator_role.insert(), roles)

    def _one(self, condition: ColumnElement[bool]) -> OperatorAccount | None:
        found = select(operator).where(condition)
        row = self._transaction.one(self._transaction.held(found, operator))
        return self._account(row) if row is not None else None

    def _account(self, row: AnyRow) -> OperatorAccount:
        values = dict(row._mapping)
        number, name = values.pop("number"), values.pop("name")
        granted = select(operator_role.c.role).where(operator_role.c.number == number)
        roles = frozenset(role for (role,) in self._transaction.all(granted))
        return OperatorAccount(Operator(number, name, roles), **values)
