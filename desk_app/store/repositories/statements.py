"""Documents issued; an issue is never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from desk_app.domain.document import Agent, IssuedDocument
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

    def add(self, issued: IssuedDocument) -> None:
        """Keep one issue. Raises UnknownPerson when its holder is not in the store."""
        person_keys(self._transaction, [issued.id_number])
        self._transaction.execute(statement.insert(), _row(issued))

    def add_all(self, issued: Sequence[IssuedDocument]) -> None:
        """Keep several issues of people who are known."""
        if issued:
            self._transaction.execute(statement.insert(), [_row(one) for one in issued])

    def by_serial(self, serial: str) -> IssuedDocument | None:
        """By its number."""
        return self._one(statement.c.serial == serial)

    def by_digest(self, sha256: str) -> IssuedDocument | None:
        """By the SHA-256 of its file, hexadecimal."""
        return self._one(statement.c.sha256 == sha256)

    def copies(
        self, id_number: str, kind: str, subject: str, language: str
    ) -> tuple[IssuedDocument, ...]:
        """Every issue of the same document, by copy number."""
        same = select(statement).where(
            statement.c.id_number == id_number,
            statement.c.kind == kind,
            statement.c.subject == subject,
            statement.c.language == language,
        )
        rows = self._transaction.all(same.order_by(statement.c.copy_number, statement.c.serial))
        return tuple(_issued(row._mapping) for row in rows)

    def _one(self, condition: ColumnElement[bool]) -> IssuedDocument | None:
        row = self._transaction.one(select(statement).where(condition))
        return None if row is None else _issued(row._mapping)


def _row(issued: IssuedDocument) -> dict[str, Any]:
    values = dict(vars(issued))
    agent: Agent | None = values.pop("agent")
    values["agent_name"] = agent.name if agent else None
    values["agent_id_number"] = agent.id_number if agent else None
    return values


def _issued(row: Mapping[Any, Any]) -> IssuedDocument:
    values = dict(row)
    name, id_number = values.pop("agent_name"), values.pop("agent_id_number")
    return IssuedDocument(**values, agent=None if name is None else Agent(name, id_number))
