"""Monthly contributions and the pension account. Money is whole fen (`int`), never a float."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Insurance(IntEnum):
    """The insurances of the statement; medical includes maternity (生育保险与职工基本医疗保险合并实施)."""

    PENSION = 1
    MEDICAL = 2
    UNEMPLOYMENT = 3
    WORK_INJURY = 4


NO_PERSONAL_SHARE = frozenset({Insurance.WORK_INJURY})
"""Insurances paid by the employer alone: the personal column prints a dash."""


class ContributionState(StrEnum):
    """How a month stands: ● paid, △ owed, ○ transferred in from another city."""

    PAID = "paid"
    OWED = "owed"
    TRANSFERRED_IN = "transferred_in"


class Contribution(NamedTuple):
    """One insurance of one month of one person. A named tuple: statements carry hundreds of them."""

    month: int
    """费款所属期 as YYYYMM."""
    insurance: Insurance
    employer_number: str
    employer_name: str
    base_fen: int
    employer_fen: int
    personal_fen: int
    state: ContributionState


class PensionYear(NamedTuple):
    """One year of the personal pension account. closing = opening + credited + interest."""

    year: int
    opening_fen: int
    months: int
    credited_fen: int
    interest_fen: int
    closing_fen: int
    months_total: int


@dataclass(frozen=True)
class MonthRange:
    """Months from `first` to `last` inclusive, as YYYYMM."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not (is_month(self.first) and is_month(self.last)) or self.first > self.last:
            raise ValueError(f"not a range of months: {self.first}–{self.last}")

    @classmethod
    def year(cls, year: int) -> MonthRange:
        """January to December of `year`."""
        return cls(year * 100 + 1, year * 100 + 12)


def month_of(day: date) -> int:
    """The month of a day, as YYYYMM."""
    return day.year * 100 + day.month


def is_month(value: int) -> bool:
    """Whether `value` is YYYYMM with a month from 1 to 12 and a plausible year."""
    return 190001 <= value <= 299912 and 1 <= value % 100 <= 12


def yuan(fen: int) -> Decimal:
    """Whole fen as yuan with two decimals, exactly."""
    return Decimal(fen).scaleb(-2)
