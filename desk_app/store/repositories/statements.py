"""Statements issued; an issue is never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from desk_app.domain.contribution import MonthRange
from desk_app.domain.statement import IssuedStatement
from desk_app.store.repositories.persons import person_keys
from desk_app.store.repositories.running_numbers import running_number
from desk_app.store.tables import statement, statement_counter
from desk_app.store.transaction import Transaction


class SqlStatements:
    """Implements `services.ports.Statements`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next_serial(self, region: str, day: datetime) -> str:
        """`310000-20261123-000042`: the next of the day, unique, never reused."""
        return running_number(self._transaction, statement_counter, region, day)

    def add(self, issued: IssuedStatement) -> None:
        """Keep one issue. Raises UnknownPerson when its holder is not in the store."""
        person_keys(self._transaction, [issued.id_number])
        values = {**vars(issued), "first_month": issued.months.first}
        values["last_month"] = values.pop("months").last
        self._transaction.execute(statement.insert(), values)

    def by_serial(self, serial: str) -> IssuedStatement | None:
        """By its number."""
        return self._one(statement.c.serial == serial)

    def by_digest(self, sha256: str) -> IssuedStatement | None:
        """By the SHA-256 of its file, hexadecimal."""
        return self._one(statement.c.sha256 == sha256)

    def copies(self, id_number: str, kind: str, months: MonthRange) -> int:
        """How many times the same statement has been issued."""
        issued = select(func.count()).where(
            statement.c.id_number == id_number,
            statement.c.kind == kind,
            statement.c.first_month == months.first,
            statement.c.last_month == months.last,
        )
        count: int = self._transaction.execute(issued).scalar_one()
        return count

    def _one(self, condition: ColumnElement[bool]) -> IssuedStatement | None:
        row = self._transaction.one(select(statement).where(condition))
        if row is None:
            return None
        values: dict[str, Any] = dict(row._mapping)
        months = MonthRange(values.pop("first_month"), values.pop("last_month"))
        return IssuedStatement(months=months, **values)
