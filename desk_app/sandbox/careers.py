"""Working lives and what they leave on record: monthly contributions and the yearly pension account.

Floor and ceiling of the contribution base, and the rates, are those that the city published for 2023 to
2026 and are taken for calendar years; what lies before is extrapolated (10 % less for each year back) and
synthetic, like the rate of work injury insurance and the account's yearly interest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from desk_app.domain.contribution import Contribution, ContributionState, Insurance, PensionYear
from desk_app.sandbox import employers
from desk_app.sandbox.employers import Employer

LAST_MONTH = 202610
"""The last month on record, for everybody."""

FIRST_MONTH = 199611
"""Nobody's record is longer than thirty years."""

_BASES = {2023: (7310, 36549), 2024: (7384, 36921), 2025: (7460, 37302), 2026: (7546, 37731)}
"""Floor and ceiling of the monthly base in yuan; the ceiling is three times the average wage."""

_RATES = (
    (Insurance.PENSION, 1600, 800),
    (Insurance.MEDICAL, 900, 200),
    (Insurance.UNEMPLOYMENT, 50, 50),
    (Insurance.WORK_INJURY, 26, 0),
)
"""Employer's and personal share in hundredths of a percent. Work injury: a sandbox figure."""


@dataclass(frozen=True)
class Spell:
    """Months at one employer, `first` to `last` as YYYYMM, inclusive."""

    employer: Employer
    first: int
    last: int
    level: int
    """Wage in percent of the city's average; floor and ceiling cut it off."""
    transferred: bool = False
    """Whether these months were transferred in from another city."""


@dataclass(frozen=True)
class Career:
    """Spells in order of time that do not overlap, and the months that the employer still owes."""

    spells: tuple[Spell, ...] = ()
    owed: frozenset[int] = frozenset()


def months(first: int, last: int) -> Iterator[int]:
    """YYYYMM from `first` to `last` inclusive; nothing when `last` is earlier."""
    for count in range(_ordinal(first), _ordinal(last) + 1):
        yield count // 12 * 100 + count % 12 + 1


def after(month: int, count: int) -> int:
    """The month that is `count` months later (earlier when negative)."""
    ordinal = _ordinal(month) + count
    return ordinal // 12 * 100 + ordinal % 12 + 1


def contributions(career: Career) -> Iterator[Contribution]:
    """Everything on record, ordered by month, then insurance."""
    for spell in career.spells:
        number, name = spell.employer.number, spell.employer.name
        settled = ContributionState.TRANSFERRED_IN if spell.transferred else ContributionState.PAID
        for month in months(spell.first, spell.last):
            state = ContributionState.OWED if month in career.owed else settled
            for insurance, base, employer, personal in _amounts(month // 100, spell.level):
                yield Contribution(month, insurance, number, name, base, employer, personal, state)


def pension_years(career: Career) -> Iterator[PensionYear]:
    """The pension account from the first year with a contribution to the last year on record.

    What the person paid (or transferred in) is credited, what is owed is not. Interest comes at the end of
    a year, on the opening balance in full and on the year's credits by half; the running year has none yet.
    """
    credited: dict[int, list[int]] = {}
    for row in contributions(career):
        if row.insurance is Insurance.PENSION and row.state is not ContributionState.OWED:
            credited.setdefault(row.month // 100, []).append(row.personal_fen)
    balance = total = 0
    for year in range(min(credited, default=9999), LAST_MONTH // 100 + 1):
        sums = credited.get(year, [])
        interest = _round((2 * balance + sum(sums)) * _interest(year), 20_000)
        closing = balance + sum(sums) + interest
        total += len(sums)
        yield PensionYear(year, balance, len(sums), sum(sums), interest, closing, total)
        balance = closing


def any_career(rng: Random, born: int) -> Career:
    """A plausible working life of somebody born in that year, with changes, gaps and owed months."""
    cursor = max(FIRST_MONTH, (born + rng.randint(18, 25)) * 100 + rng.randint(1, 12))
    end = min(LAST_MONTH, (born + 58) * 100 + 12)
    level = rng.randint(45, 130)
    spells: list[Spell] = []
    owed: set[int] = set()
    while cursor <= end:
        last = min(end, after(cursor, rng.randint(5, 119)))
        transferred = not spells and rng.random() < 0.15
        employer = rng.choice(employers.ELSEWHERE if transferred else employers.LOCAL)
        spells.append(Spell(employer, cursor, last, level, transferred))
        if not transferred and rng.random() < 0.08:
            owed.update(months(max(cursor, after(last, -rng.randint(0, 3))), last))
        level = min(level + rng.randint(-5, 45), 400)
        cursor = after(last, 1 + (rng.randint(1, 14) if rng.random() < 0.3 else 0))
    return Career(tuple(spells), frozenset(owed))


def base_bounds(year: int) -> tuple[int, int]:
    """Floor and ceiling of the monthly base of a year, whole yuan."""
    known = min(max(year, min(_BASES)), max(_BASES))
    back = max(min(_BASES) - year, 0)
    floor, ceiling = _BASES[known]
    return floor * 10**back // 11**back, ceiling * 10**back // 11**back


@cache
def _amounts(year: int, level: int) -> tuple[tuple[Insurance, int, int, int], ...]:
    """For each insurance: base, employer's and personal amount of one month, in fen."""
    floor, ceiling = base_bounds(year)
    base = min(max(ceiling * level // 300, floor), ceiling) * 100
    return tuple(
        (insurance, base, _round(base * employer, 10_000), _round(base * personal, 10_000))
        for insurance, employer, personal in _RATES
    )


def _interest(year: int) -> int:
    """The account's yearly interest in hundredths of a percent; synthetic."""
    if year >= LAST_MONTH // 100:
        return 0
    return 250 if year < 2016 else 600 if year < 2023 else 300


def _round(amount: int, divisor: int) -> int:
    """`amount / divisor`, half up."""
    return (2 * amount + divisor) // (2 * divisor)


def _ordinal(month: int) -> int:
    return month // 100 * 12 + month % 100 - 1
