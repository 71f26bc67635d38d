"""Verification codes that are typed from paper: counted, then answered."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import select, text, update

from desk_app.domain.document import CodeRecord
from desk_app.store.tables import code_try, document_file, statement
from desk_app.store.transaction import AnySelect, Transaction


class SqlVerificationCodes:
    """Implements `services.ports.VerificationCodes`. On PostgreSQL the database answers by a function, since
    nobody may read an issue without a purpose; on both the quota is a trigger."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def tried(self, code: str, operator_number: str, at: datetime) -> None:
        """Write a try down. Raises TooManyCodes."""
        row = {
            "id": uuid4(),
            "operator_number": operator_number,
            "at": at,
            "digest": _digest(code),
            "answered": False,
        }
        self._transaction.execute(code_try.insert(), row)

    def answer(self, code: str, operator_number: str, at: datetime) -> CodeRecord | None:
        """What the code leads to; None for one that was never printed, or was not tried before."""
        if not self._transaction.is_sqlite:
            query = text("SELECT serial, issued_at, hall, valid_until, pdf FROM desk_code(:code)")
            answered = self._transaction.one(query, {"code": code})
            return None if answered is None else CodeRecord(*answered)
        of_code = code_try.c.digest == _digest(code)
        tried = code_try.c.operator_number == operator_number
        row = self._transaction.one(_record(code).where(select(1).where(of_code, tried).exists()))
        if row is None:
            return None
        self._transaction.execute(update(code_try).where(of_code, tried).values(answered=True))
        pdf = row.pdf if at.date() <= row.valid_until else None
        return CodeRecord(row.serial, row.issued_at, row.hall, row.valid_until, pdf)


def _record(code: str) -> AnySelect:
    kept = document_file.c.sha256 == statement.c.sha256
    columns = (statement.c.serial, statement.c.issued_at, statement.c.hall, statement.c.valid_until)
    query = select(*columns, document_file.c.pdf).outerjoin(document_file, kept)
    return query.where(statement.c.verification_code == code)


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
