"""The sums of a person's record, as the store adds them up: what a document's figures are checked against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from desk_app.domain.contribution import Contribution, Insurance, PensionYear


class ContributionSum(NamedTuple):
    """One insurance over some months: how many rows, and what they amount to, in fen."""

    insurance: Insurance
    rows: int
    employer_fen: int
    personal_fen: int


class PensionSum(NamedTuple):
    """A pension account over some years, in fen."""

    years: int
    months: int
    credited_fen: int
    interest_fen: int
    growth_fen: int
    """Closing less opening balance, year by year."""


def contribution_sums(rows: Iterable[Contribution]) -> tuple[ContributionSum, ...]:
    """Per insurance that has any row, in the insurances' order."""
    sums: dict[Insurance, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        found = sums[row.insurance]
        found[0] += 1
        found[1] += row.employer_fen
        found[2] += row.personal_fen
    return tuple(ContributionSum(insurance, *sums[insurance]) for insurance in sorted(sums))


def pension_sum(years: Iterable[PensionYear]) -> PensionSum:
    """Over all the years."""
    listed = tuple(years)
    return PensionSum(
        len(listed),
        sum(year.months for year in listed),
        sum(year.credited_fen for year in listed),
        sum(year.interest_fen for year in listed),
        sum(year.closing_fen - year.opening_fen for year in listed),
    )


def contributions_agree(rows: Iterable[Contribution], sums: Sequence[ContributionSum]) -> bool:
    """Whether the rows amount to what the store has added up."""
    return contribution_sums(rows) == tuple(sums)


def account_agrees(years: Sequence[PensionYear], total: PensionSum) -> bool:
    """Whether every year adds up, and all of them amount to what the store has added up."""
    return adds_up(years) and pension_sum(years) == total


def adds_up(years: Iterable[PensionYear]) -> bool:
    """Whether every year's closing balance is its opening balance with what was credited."""
    return all(
        year.closing_fen == year.opening_fen + year.credited_fen + year.interest_fen
        for year in years
    )
