"""The files of what was issued, kept beside their records in the same database."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Row, exists, func, select, text, update

from desk_app.domain.document import CheckedFile, FileState
from desk_app.store.tables import document_file, statement
from desk_app.store.transaction import Transaction


class SqlArchive:
    """Implements `services.ports.Archive`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def file(self, sha256: str) -> bytes | None:
        """One file; None when it is not kept any more."""
        query = select(document_file.c.pdf).where(document_file.c.sha256 == sha256)
        row = self._transaction.one(query)
        return None if row is None or row[0] is None else bytes(row[0])

    def check(self, after: str, size: int) -> tuple[CheckedFile, ...]:
        """Compare the files of the next `size` issues by serial with their digests; PostgreSQL does so
        itself, so that auditors need not read them."""
        asked = {"after": after, "size": size}
        if not self._transaction.is_sqlite:
            query = text("SELECT serial, state FROM desk_check_files(:after, :size)")
            found = self._transaction.all(query, asked)
            return tuple(CheckedFile(serial, FileState(state)) for serial, state in found)
        columns = (statement.c.serial, statement.c.sha256, document_file.c.removed_at)
        page = (
            select(*columns, document_file.c.pdf)
            .outerjoin(document_file, document_file.c.sha256 == statement.c.sha256)
            .where(statement.c.serial > after)
            .order_by(statement.c.serial)
            .limit(size)
        )
        return tuple(_checked(row) for row in self._transaction.all(page))

    def removable(self, before: datetime) -> int:
        """How many files there are of documents last issued before a moment."""
        query = select(func.count()).where(_older_than(before))
        count: int = self._transaction.execute(query).scalar_one()
        return count

    def remove(self, before: datetime, at: datetime) -> None:
        """Let go of those files; issues and digests stay."""
        gone = update(document_file).where(_older_than(before))
        self._transaction.execute(gone.values(pdf=None, removed_at=at))


def _older_than(before: datetime) -> ColumnElement[bool]:
    same = statement.c.sha256 == document_file.c.sha256
    younger = exists().where(same, statement.c.issued_at >= before)
    return document_file.c.removed_at.is_(None) & ~younger


def _checked(row: Row[*tuple[object, ...]]) -> CheckedFile:
    if row.removed_at is not None:
        state = FileState.REMOVED
    elif row.pdf is None:
        state = FileState.MISSING
    else:
        same = sha256(row.pdf).hexdigest() == row.sha256
        state = FileState.SOUND if same else FileState.ALTERED
    return CheckedFile(row.serial, state)
