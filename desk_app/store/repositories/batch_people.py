"""What the statements of many people need, in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from desk_app.domain.batch import OnRecord
from desk_app.domain.card import CardState
from desk_app.domain.contribution import Contribution, Insurance, MonthRange, PensionYear
from desk_app.domain.holder import Holder
from desk_app.domain.totals import ContributionSum, PensionSum, pension_sum
from desk_app.store.repositories import contributions, pension_accounts
from desk_app.store.repositories.contributions import KnownEmployers, contributions_of
from desk_app.store.tables import card, contribution, holder, pension_year
from desk_app.store.transaction import Transaction

_PEOPLE = select(holder).where(holder.c.id_number.in_(bindparam("id_numbers", expanding=True)))
_KEYS: BindParameter[Any] = bindparam("persons", expanding=True)
_c = contribution.c
_CONTRIBUTIONS = (
    select(*contributions.FIELDS, _c.person)
    .where(_c.person.in_(_KEYS), contributions.IN_MONTHS)
    .order_by(_c.person, _c.month, _c.insurance)
)
_SUMS = (
    select(_c.person, *contributions.SUMMED)
    .where(_c.person.in_(_KEYS), contributions.IN_MONTHS)
    .group_by(_c.person, _c.insurance)
    .order_by(_c.person, _c.insurance)
)
_y = pension_year.c
_YEARS = (
    select(_y.person, *pension_accounts.FIELDS)
    .where(_y.person.in_(_KEYS))
    .order_by(_y.person, _y.year)
)
_TOTALS = (
    select(_y.person, *pension_accounts.SUMMED).where(_y.person.in_(_KEYS)).group_by(_y.person)
)
_CARDS = (
    select(card.c.id_number, card.c.card_number)
    .where(
        card.c.id_number.in_(bindparam("id_numbers", expanding=True)),
        card.c.state.not_in([CardState.IN_PRODUCTION, CardState.CANCELLED]),
    )
    .order_by(card.c.issued_on.nulls_first(), card.c.identification_code)
)


def on_record(
    transaction: Transaction,
    employers: KnownEmployers,
    id_numbers: Sequence[str],
    months: MonthRange,
) -> Mapping[str, OnRecord]:
    """By ID number; those who are not known are left out. No entity, no query per person."""
    people = transaction.all(_PEOPLE, {"id_numbers": id_numbers})
    keys = {row.id: row.id_number for row in people}
    if not keys:
        return {}
    asked: dict[str, Any] = {"persons": list(keys), "first": months.first, "last": months.last}
    paid = _contributions(transaction, employers, asked)
    sums: dict[int, list[ContributionSum]] = {}
    for person, kind, *amounts in transaction.all(_SUMS, asked):
        sums.setdefault(person, []).append(ContributionSum(Insurance(kind), *map(int, amounts)))
    years: dict[int, list[PensionYear]] = {}
    for person, *year in transaction.all(_YEARS, asked):
        years.setdefault(person, []).append(PensionYear._make(year))
    totals = {
        row[0]: PensionSum._make(map(int, row[1:])) for row in transaction.all(_TOTALS, asked)
    }
    cards = transaction.all(_CARDS, {"id_numbers": id_numbers})
    newest = {row.id_number: row.card_number for row in cards}
    return {
        row.id_number: OnRecord(
            Holder(**{name: value for name, value in row._mapping.items() if name != "id"}),
            tuple(paid.get(row.id, ())),
            tuple(years.get(row.id, ())),
            tuple(sums.get(row.id, ())),
            totals.get(row.id, pension_sum(())),
            newest.get(row.id_number),
        )
        for row in people
    }


def _contributions(
    transaction: Transaction, employers: KnownEmployers, asked: dict[str, Any]
) -> dict[int, list[Contribution]]:
    rows = transaction.bare(_CONTRIBUTIONS, asked, list)
    employers.learn(transaction, {row[2] for row in rows})
    found: dict[int, list[Contribution]] = {}
    values = contributions_of([row[:-1] for row in rows], employers)
    for row, value in zip(rows, values, strict=True):
        found.setdefault(row[-1], []).append(value)
    return found
