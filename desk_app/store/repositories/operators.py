"""Operator accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, column, delete, select, text

from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.domain.permissions import Role
from desk_app.store.tables import operator, operator_role
from desk_app.store.transaction import AnyRow, Transaction

_ACCOUNTS = text("SELECT * FROM desk_accounts(:number, :card, :hold)").columns(
    *operator.c, column("roles", ARRAY(Text))
)
_PUT = text(
    "SELECT desk_put_operator(:number, :name, :hall, :password_hash, :active, :failures, :locked_until,"
    " :password_set_at, :card, :roles)"
).bindparams(bindparam("roles", type_=ARRAY(Text)))
_NAME = text("SELECT current_database() || '_' || :number")
_SET_LOGIN = text("SELECT desk_set_login(:number, :verifier)")


class SqlOperators:
    """Implements `services.ports.Operators`. On PostgreSQL by functions, which decide who may what: nobody
    has a right on the tables themselves."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, number: str) -> OperatorAccount | None:
        """One account. In a unit of work that writes, nobody else changes it until that ends: wrong
        passwords tried at several windows at once are all counted."""
        return self._one(operator.c.number == number, number=number)

    def by_card(self, identification_code: str) -> OperatorAccount | None:
        """The account that a card belongs to; held as by `get`."""
        return self._one(operator.c.card == identification_code, card=identification_code)

    def all(self) -> tuple[OperatorAccount, ...]:
        """Every account, by number."""
        if not self._transaction.is_sqlite:
            everybody = {"number": None, "card": None, "hold": False}
            return tuple(map(_given, self._transaction.all(_ACCOUNTS, everybody)))
        rows = self._transaction.all(select(operator).order_by(operator.c.number))
        return tuple(self._account(row) for row in rows)

    def put(self, account: OperatorAccount) -> None:
        """Insert or replace, with exactly the roles that it has. Raises NotPermitted, on PostgreSQL."""
        if not self._transaction.is_sqlite:
            values = {**vars(account), **vars(account.operator)}
            values["roles"] = sorted(values["roles"])
            del values["operator"]
            self._transaction.execute(_PUT, values)
            return
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

    def set_login(self, number: str, password: str) -> None:
        """Let this be the password by which the operator works at the server; nothing to do on SQLite. Raises
        NotPermitted."""
        if self._transaction.is_sqlite:
            return
        login: str = self._transaction.execute(_NAME, {"number": number}).scalar_one()
        verifier = self._transaction.verifier(login, password)
        self._transaction.execute(_SET_LOGIN, {"number": number, "verifier": verifier})

    def _one(
        self, condition: ColumnElement[bool], number: str | None = None, card: str | None = None
    ) -> OperatorAccount | None:
        if not self._transaction.is_sqlite:
            asked = {"number": number, "card": card, "hold": self._transaction.writes}
            row = self._transaction.one(_ACCOUNTS, asked)
            return _given(row) if row is not None else None
        found = select(operator).where(condition)
        row = self._transaction.one(self._transaction.held(found, operator))
        return self._account(row) if row is not None else None

    def _account(self, row: AnyRow) -> OperatorAccount:
        values = dict(row._mapping)
        number, name = values.pop("number"), values.pop("name")
        granted = select(operator_role.c.role).where(operator_role.c.number == number)
        roles = frozenset(role for (role,) in self._transaction.all(granted))
        return OperatorAccount(Operator(number, name, roles), **values)


def _given(row: AnyRow) -> OperatorAccount:
    """An account as the server's function gives it."""
    values: dict[str, Any] = dict(row._mapping)
    roles = frozenset(Role(role) for role in values.pop("roles"))
    return OperatorAccount(Operator(values.pop("number"), values.pop("name"), roles), **values)
