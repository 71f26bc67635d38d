"""Monthly contributions: the one big table, read by person and month, filled by the million."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from sqlalchemy import bindparam, func, select, tuple_

from desk_app.domain.contribution import Contribution, ContributionState, Insurance, MonthRange
from desk_app.domain.totals import ContributionSum
from desk_app.store.bulk import batches, put_rows
from desk_app.store.repositories.persons import person_key, person_keys
from desk_app.store.tables import contribution, employer
from desk_app.store.transaction import Transaction

_STATES = (
    None,
    ContributionState.PAID,
    ContributionState.OWED,
    ContributionState.TRANSFERRED_IN,
)
"""A month's standing by the code that is stored."""

_STATE_CODES = {state: code for code, state in enumerate(_STATES)}
_INSURANCES = (None, *Insurance)

_c = contribution.c
FIELDS = (
    _c.month,
    _c.insurance,
    _c.employer,
    _c.base_fen,
    _c.employer_fen,
    _c.personal_fen,
    _c.state,
)
"""What `contributions_of` makes a contribution of."""

SUMMED = (_c.insurance, func.count(), func.sum(_c.employer_fen), func.sum(_c.personal_fen))
"""A ContributionSum, by insurance."""

IN_MONTHS = _c.month.between(bindparam("first"), bindparam("last"))

_OF_PERSON = (
    select(*FIELDS).where(_c.person == person_key(), IN_MONTHS).order_by(_c.month, _c.insurance)
)
_NAMED = select(employer.c.id, employer.c.number, employer.c.name)
_MONTHS = select(func.min(_c.month), func.max(_c.month)).where(_c.person == person_key())

_SUMS = (
    select(*SUMMED)
    .where(_c.person == person_key(), IN_MONTHS)
    .group_by(_c.insurance)
    .order_by(_c.insurance)
)

_Employer = tuple[str, str]


class KnownEmployers:
    """Employers that were seen, by key. Their rows are append-only (migration 0002), so that what was once
    committed under a key stays true: all reading units of work of a store share one of these."""

    def __init__(self) -> None:
        self.numbers: dict[int, str] = {}
        self.names: dict[int, str] = {}

    def learn(self, transaction: Transaction, keys: set[int]) -> None:
        """Read those that are not known yet."""
        unknown = sorted(keys - self.names.keys())
        for key, number, name in transaction.all(_NAMED.where(employer.c.id.in_(unknown))):
            self.numbers[key], self.names[key] = number, name


class SqlContributions:
    """Implements `services.ports.Contributions`."""

    def __init__(self, transaction: Transaction, employers: KnownEmployers) -> None:
        self._transaction = transaction
        self._employers = employers

    def of_person(self, id_number: str, months: MonthRange) -> tuple[Contribution, ...]:
        """Ordered by month, then insurance."""
        asked = {"id_number": id_number, "first": months.first, "last": months.last}
        make = partial(contributions_of, employers=self._employers)
        try:
            return self._transaction.bare(_OF_PERSON, asked, make)
        except KeyError:  # an employer who is new here
            rows = self._transaction.all(_OF_PERSON, asked)
            self._employers.learn(self._transaction, {row.employer for row in rows})
            return make(rows)

    def months_on_record(self, id_number: str) -> MonthRange | None:
        """First and last month with anything on record."""
        row = self._transaction.one(_MONTHS, {"id_number": id_number})
        return MonthRange(row[0], row[1]) if row is not None and row[0] is not None else None

    def sums(self, id_number: str, months: MonthRange) -> tuple[ContributionSum, ...]:
        """Per insurance, added up by the database."""
        asked = {"id_number": id_number, "first": months.first, "last": months.last}
        return tuple(
            ContributionSum(Insurance(kind), rows, int(employers), int(own))
            for kind, rows, employers, own in self._transaction.all(_SUMS, asked)
        )

    def add(self, rows: Iterable[tuple[str, Contribution]]) -> int:
        """Insert or replace (id number, contribution) pairs, streaming; gives their count.

        Raises UnknownPerson for a person who is not in the store."""
        count = 0
        employers: dict[_Employer, int] = {}
        for batch in batches(rows):
            persons = person_keys(self._transaction, (id_number for id_number, _ in batch))
            self._add_employers({row[2:4] for _, row in batch}, employers)
            keyed = [_row(persons[number], employers[row[2:4]], row) for number, row in batch]
            put_rows(self._transaction, contribution, keyed)
            count += len(batch)
        return count

    def _add_employers(self, asked: set[_Employer], known: dict[_Employer, int]) -> None:
        """Put into `known` the keys of the employers asked for, those new to the store included."""
        new = sorted(asked - known.keys())
        if not new:
            return
        self._transaction.execute(
            self._transaction.insert(employer).on_conflict_do_nothing(),
            [{"number": number, "name": name} for number, name in new],
        )
        named = _NAMED.where(tuple_(employer.c.number, employer.c.name).in_(new))
        for key, number, name in self._transaction.all(named):
            known[number, name] = key


def contributions_of(rows: Iterable[Any], employers: KnownEmployers) -> tuple[Contribution, ...]:
    """The values of rows of month, insurance, employer, three amounts and state.

    Hundreds at a time: no employer is joined to every row, and the named tuple is made without its
    Python-level constructor (benchmarks/load_contributions.py)."""
    new, kinds, states = tuple.__new__, _INSURANCES, _STATES
    numbers, names = employers.numbers, employers.names
    return tuple(
        [
            new(
                Contribution,
                (month, kinds[kind], numbers[by], names[by], base, theirs, own, states[state]),
            )
            for month, kind, by, base, theirs, own, state in rows
        ]
    )


def _row(person: int, by: int, row: Contribution) -> tuple[int, ...]:
    money = row.base_fen, row.employer_fen, row.personal_fen
    return (person, row.month, int(row.insurance), by, *money, _STATE_CODES[row.state])
