"""Why citizens' data are read."""

from __future__ import annotations

from desk_app.domain.purpose import Purpose
from desk_app.services.ports import Operators
from desk_app.store.tables import purpose
from desk_app.store.transaction import Transaction


class SqlPurposes:
    """Implements `services.ports.Purposes`. On PostgreSQL operator and time are the session's and the
    server's, whatever is said here; the quota is a trigger on both."""

    def __init__(self, transaction: Transaction, operators: Operators) -> None:
        self._transaction = transaction
        self._operators = operators

    def add(self, new: Purpose) -> None:
        """Keep one, unless its operator has no account. Raises QuotaReached."""
        if self._operators.get(new.operator_number) is not None:
            self._transaction.execute(purpose.insert(), vars(new))
