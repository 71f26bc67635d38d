"""The figures of a statement: contributions as lines of months, sums of years, and grand totals.

Whole fen throughout; every sum is over exactly the lines that are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from desk_app.domain.contribution import (
    NO_PERSONAL_SHARE,
    Contribution,
    ContributionState,
    Insurance,
)


@dataclass(slots=True)
class Amounts:
    """What employer and person pay, in fen; `personal` is None where the person has no share."""

    employer: int = 0
    personal: int | None = None

    @property
    def all(self) -> int:
        """Both together."""
        return self.employer + (self.personal or 0)


@dataclass(slots=True)
class Line:
    """What one employer has reported for one month on one base, all in the same state."""

    month: int
    base: int
    state: ContributionState
    amounts: dict[Insurance, Amounts] = field(default_factory=dict)


@dataclass(slots=True)
class Employment:
    """The lines of one employer within one year."""

    number: str
    name: str
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Totals:
    """Sums per insurance."""

    amounts: dict[Insurance, Amounts] = field(default_factory=dict)

    def add(self, insurance: Insurance, amounts: Amounts) -> None:
        """Count amounts in."""
        own = self.amounts.setdefault(insurance, Amounts())
        own.employer += amounts.employer
        if amounts.personal is not None:
            own.personal = (own.personal or 0) + amounts.personal

    @property
    def together(self) -> Amounts:
        """Over all insurances."""
        return Amounts(
            sum(amounts.employer for amounts in self.amounts.values()),
            sum(amounts.personal or 0 for amounts in self.amounts.values()),
        )


@dataclass(slots=True)
class Account:
    """Sums of a period, together and by state."""

    total: Totals = field(default_factory=Totals)
    by_state: dict[ContributionState, Totals] = field(default_factory=dict)

    def add(self, state: ContributionState, amounts: Mapping[Insurance, Amounts]) -> None:
        """Count amounts of one state in."""
        part = self.by_state.setdefault(state, Totals())
        for insurance, share in amounts.items():
            self.total.add(insurance, share)
            part.add(insurance, share)

    @property
    def parts(self) -> Mapping[ContributionState, Totals]:
        """The sums by state in a fixed order, when there is more than one state to tell apart."""
        if len(self.by_state) < 2:
            return {}
        return {
            state: self.by_state[state] for state in ContributionState if state in self.by_state
        }


@dataclass(slots=True)
class Year:
    """One calendar year of the statement."""

    year: int
    employments: dict[tuple[str, str], Employment] = field(default_factory=dict)
    account: Account = field(default_factory=Account)


@dataclass(slots=True)
class Figures:
    """Everything that a statement counts."""

    years: dict[int, Year] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    months: dict[tuple[Insurance, ContributionState], set[int]] = field(default_factory=dict)
    """Months per insurance and state: a month with two employers is one month."""


def figures_of(contributions: Iterable[Contribution]) -> Figures:
    """Count contributions that are ordered by month, then insurance."""
    figures = Figures()
    for row in contributions:
        number = row.month // 100
        year = figures.years.get(number)
        if year is None:
            year = figures.years[number] = Year(number)
        employer = row.employer_number, row.employer_name
        employment = year.employments.get(employer)
        if employment is None:
            employment = year.employments[employer] = Employment(*employer)
        _line(employment.lines, row).amounts[row.insurance] = _amounts(row)
    for year in figures.years.values():
        for employment in year.employments.values():
            for line in employment.lines:
                year.account.add(line.state, line.amounts)
                for insurance in line.amounts:
                    figures.months.setdefault((insurance, line.state), set()).add(line.month)
        for state, totals in year.account.by_state.items():
            figures.account.add(state, totals.amounts)
    return figures


def _amounts(row: Contribution) -> Amounts:
    if row.insurance in NO_PERSONAL_SHARE and not row.personal_fen:
        return Amounts(row.employer_fen)
    return Amounts(row.employer_fen, row.personal_fen)


def _line(lines: list[Line], row: Contribution) -> Line:
    """The line that the contribution belongs on; a new one where none has room for it."""
    for line in reversed(lines):
        if line.month != row.month:
            break
        same = line.base == row.base_fen and line.state is row.state
        if same and row.insurance not in line.amounts:
            return line
    lines.append(Line(row.month, row.base_fen, row.state))
    return lines[-1]
