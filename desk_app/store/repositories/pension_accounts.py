"""Yearly pension accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from desk_app.domain.contribution import PensionYear
from desk_app.domain.totals import PensionSum
from desk_app.store.bulk import batches, put_rows
from desk_app.store.repositories.persons import person_key, person_keys
from desk_app.store.tables import pension_year
from desk_app.store.transaction import Transaction

FIELDS = [pension_year.c[name] for name in PensionYear._fields]
_OF_PERSON = (
    select(*FIELDS).where(pension_year.c.person == person_key()).order_by(pension_year.c.year)
)

_y = pension_year.c
SUMMED = (
    func.count(),
    func.coalesce(func.sum(_y.months), 0),
    func.coalesce(func.sum(_y.credited_fen), 0),
    func.coalesce(func.sum(_y.interest_fen), 0),
    func.coalesce(func.sum(_y.closing_fen - _y.opening_fen), 0),
)
"""A PensionSum."""

_SUM = select(*SUMMED).where(_y.person == person_key())


class SqlPensionAccounts:
    """Implements `services.ports.PensionAccounts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of_person(self, id_number: str) -> tuple[PensionYear, ...]:
        """All years, oldest first."""
        rows = self._transaction.all(_OF_PERSON, {"id_number": id_number})
        return tuple(PensionYear._make(row) for row in rows)

    def sum(self, id_number: str) -> PensionSum:
        """What all years amount to, added up by the database."""
        (row,) = self._transaction.all(_SUM, {"id_number": id_number})
        return PensionSum._make(map(int, row))

    def add(self, rows: Iterable[tuple[str, PensionYear]]) -> int:
        """Insert or replace (id number, year) pairs; gives their count.

        Raises UnknownPerson for a person who is not in the store."""
        count = 0
        for batch in batches(rows):
            persons = person_keys(self._transaction, (id_number for id_number, _ in batch))
            keyed = [(persons[number], *year) for number, year in batch]
            put_rows(self._transaction, pension_year, keyed)
            count += len(batch)
        return count
