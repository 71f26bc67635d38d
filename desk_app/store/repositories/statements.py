"""Documents issued; an issue is never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, select

from desk_app.domain.document import Agent, IssuedDocument
from desk_app.domain.errors import BrokenPromise
from desk_app.store.repositories.persons import person_keys
from desk_app.store.repositories.running_numbers import running_number
from desk_app.store.tables import document_file, statement, statement_counter
from desk_app.store.transaction import AnySelect, Transaction


class SqlStatements:
    """Implements `services.ports.Statements`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next_serial(self, region: str, day: datetime) -> str:
        """`310000-20261123-000042`: the next of the day, unique, never reused."""
        return running_number(self._transaction, statement_counter, region, day)

    def add(self, issued: IssuedDocument, pdf: bytes) -> None:
        """Keep one issue and its file, both or neither. Raises UnknownPerson when its holder is not in the
        store, CopyTaken, and BrokenPromise for a file that is not the issue's."""
        if sha256(pdf).hexdigest() != issued.sha256:
            raise BrokenPromise("a file that is not the one that was issued")
        person_keys(self._transaction, [issued.id_number])
        self._keep([(issued, pdf)])

    def add_all(self, issued: Sequence[tuple[IssuedDocument, bytes]]) -> None:
        """Keep several issues and their files. Raises CopyTaken, and BrokenPromise for a file that is not
        its issue's."""
        if any(sha256(pdf).hexdigest() != one.sha256 for one, pdf in issued):
            raise BrokenPromise("a file that is not the one that was issued")
        if issued:
            self._keep(issued)

    def _keep(self, issued: Sequence[tuple[IssuedDocument, bytes]]) -> None:
        self._transaction.execute(statement.insert(), [_row(one) for one, _ in issued])
        kept = [
            {"sha256": one.sha256, "size": len(pdf), "kept_at": one.issued_at, "pdf": pdf}
            for one, pdf in issued
        ]
        # Without a target: naming one, PostgreSQL would ask whether the operator may read the new row.
        add = self._transaction.insert(document_file).on_conflict_do_nothing()
        self._transaction.execute(add, kept)

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
        return self._all(same.order_by(statement.c.copy_number, statement.c.serial))

    def of_person(self, id_number: str) -> tuple[IssuedDocument, ...]:
        """Every issue about somebody, newest first."""
        about = select(statement).where(statement.c.id_number == id_number)
        newest = statement.c.issued_at.desc(), statement.c.serial.desc()
        return self._all(about.order_by(*newest))

    def _all(self, query: AnySelect) -> tuple[IssuedDocument, ...]:
        return tuple(_issued(row._mapping) for row in self._transaction.all(query))

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
