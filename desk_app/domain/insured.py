"""What somebody is insured in, and how it stands: the content of an insured certificate 参保证明."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.contribution import Contribution, ContributionState, Insurance

BOOKED_WITHIN = 2
"""Months after which a month's contribution is on record at the latest: whoever has one within them is
insured now. Halls book a month in the following one; the second is for employers that pay late."""


class Standing(StrEnum):
    """How an insurance stands: paid up to now, owed for the last month, ended, or never begun."""

    INSURED = "insured"
    OWING = "owing"
    STOPPED = "stopped"
    NEVER = "never"


@dataclass(frozen=True)
class Insured:
    """One insurance of one person. `first` and `last` are months (YYYYMM) with anything on record, None when
    there is none; `months` are those that count: paid or transferred in."""

    insurance: Insurance
    standing: Standing
    first: int | None
    last: int | None
    months: int


@dataclass(frozen=True)
class EmployerNow:
    """Who reports the person now, and since which month without a gap in between."""

    number: str
    name: str
    since: int


def insured(contributions: Sequence[Contribution], now: int) -> tuple[Insured, ...]:
    """Every insurance as it stands in the month `now` (YYYYMM)."""
    return tuple(
        _insured(insurance, [row for row in contributions if row.insurance is insurance], now)
        for insurance in Insurance
    )


def employer_now(contributions: Iterable[Contribution], now: int) -> EmployerNow | None:
    """The employer of the last month on record; None when nobody reports the person now."""
    by_month = {row.month: row for row in contributions}
    if not by_month or _months_between(max(by_month), now) > BOOKED_WITHIN:
        return None
    month = max(by_month)
    last = by_month[month]
    while (before := by_month.get(_before(month))) is not None:
        if before.employer_number != last.employer_number:
            break
        month = before.month
    return EmployerNow(last.employer_number, last.employer_name, month)


def _insured(insurance: Insurance, rows: Sequence[Contribution], now: int) -> Insured:
    if not rows:
        return Insured(insurance, Standing.NEVER, None, None, 0)
    last = max(rows, key=lambda row: row.month)
    standing = Standing.STOPPED
    if _months_between(last.month, now) <= BOOKED_WITHIN:
        owes = last.state is ContributionState.OWED
        standing = Standing.OWING if owes else Standing.INSURED
    counted = {row.month for row in rows if row.state is not ContributionState.OWED}
    return Insured(insurance, standing, min(row.month for row in rows), last.month, len(counted))


def _before(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89


def _months_between(first: int, last: int) -> int:
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100
