"""The rows of a statement's tables: figures turned into words, field by field, before any layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from desk_app.domain.contribution import ContributionState, Insurance, PensionYear
from desk_app.print.figures import Account, Amounts, Employment, Figures, Line, Totals, Year
from desk_app.print.wording import Wording


class Kind(Enum):
    """What a row is, which decides how it looks and where a page may break."""

    LINE = auto()
    UPPER = auto()
    """The upper part of an entry that has two rows."""
    BAND = auto()
    """A heading across all columns; it stays with the row below it."""
    SUBTOTAL = auto()
    TOTAL = auto()
    PART = auto()
    """A part of the sum above it."""
    MORE = auto()
    """The lower part of a sum that has two rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by field. A field without a cell stays empty."""

    kind: Kind
    cells: Mapping[str, str]


def band(left: str, main: str, right: str) -> Row:
    """A heading across all columns: a short word, the main text (which may wrap), a note at the right."""
    return Row(Kind.BAND, {"left": left, "main": main, "right": right})


def month_rows(figures: Figures, wording: Wording, *, stacked: bool = False) -> Iterator[Row]:
    """Monthly contributions by year and employer, sums of years where there are several, and the sum. Where
    they are stacked, every month has two rows, the employer's amounts and below them the person's."""
    rows = _month_rows(figures, wording)
    if not stacked:
        yield from rows
        return
    for row in rows:
        yield from [row] if row.kind is Kind.BAND else _stacked(row, wording)


def _stacked(row: Row, wording: Wording) -> Iterator[Row]:
    """The row as two: `pension.employer` and `pension.personal` become `pension` of each."""
    upper, lower = (
        {"payer": wording.say_in_one_line(payer)}
        | {
            insurance.name.lower(): row.cells[fields[place]]
            for insurance, fields in _SHARE_FIELDS.items()
        }
        for place, payer in enumerate(("employer", "personal"))
    )
    own = {field: row.cells[field] for field in ("month", "base", "state") if field in row.cells}
    if row.kind is Kind.LINE:
        yield Row(Kind.UPPER, own | upper)
        yield Row(Kind.LINE, lower)
    else:
        yield Row(row.kind, own | upper)
        yield Row(Kind.MORE, lower)


def _month_rows(figures: Figures, wording: Wording) -> Iterator[Row]:
    several = len(figures.years) > 1
    for year in figures.years.values():
        for employment in year.employments.values():
            yield _employer_band(year, employment, wording)
            for line in employment.lines:
                yield Row(Kind.LINE, _line_cells(line, wording))
        if several:
            title = wording.say_in_one_line("subtotal", year=year.year)
            yield from _sums(year.account, Kind.SUBTOTAL, title, wording)
    yield from _sums(figures.account, Kind.TOTAL, wording.say_in_one_line("total"), wording)


def summary_rows(figures: Figures, wording: Wording) -> Iterator[Row]:
    """Months and amounts per insurance, and their sum; by state where states differ."""
    for insurance in Insurance:
        amounts = figures.account.total.amounts.get(insurance)
        name = wording.template.insurances[insurance.name.lower()]
        yield Row(
            Kind.LINE,
            {"insurance": name}
            | {state.value: _count(figures, insurance, state) for state in ContributionState}
            | _amount_cells(amounts, wording),
        )
    total = {"insurance": wording.say("total")}
    yield Row(Kind.TOTAL, total | _amount_cells(figures.account.total.together, wording))
    for state, totals in figures.account.parts.items():
        title = wording.say("of_which", state=wording.template.states[state.value])
        yield Row(Kind.PART, {"insurance": title} | _amount_cells(totals.together, wording))


def account_rows(
    years: Sequence[int], accounts: Sequence[PensionYear], wording: Wording
) -> Iterator[Row]:
    """The pension account of each year; dashes for a year that has none."""
    known = {account.year: account for account in accounts}
    for year in years:
        account = known.get(year)
        cells = _account_cells(account, wording) if account is not None else {}
        blank = dict.fromkeys(
            ("opening", "months", "credited", "interest", "closing", "months_total"),
            wording.missing,
        )
        yield Row(Kind.LINE, blank | cells | {"year": str(year)})


def account_total(accounts: Sequence[PensionYear], wording: Wording) -> Row:
    """What all years together come to: the balance and the months are those of the last one."""
    last = accounts[-1]
    return Row(
        Kind.TOTAL,
        {
            "year": wording.say_in_one_line("total"),
            "opening": wording.missing,
            "months": str(sum(account.months for account in accounts)),
            "credited": wording.money(sum(account.credited_fen for account in accounts)),
            "interest": wording.money(sum(account.interest_fen for account in accounts)),
            "closing": wording.money(last.closing_fen),
            "months_total": str(last.months_total),
        },
    )


def _employer_band(year: Year, employment: Employment, wording: Wording) -> Row:
    number = wording.say_in_one_line("employer_number", number=wording.text(employment.number))
    return band(str(year.year), wording.text(employment.name), number)


def _line_cells(line: Line, wording: Wording) -> dict[str, str]:
    return _share_cells(line.amounts, wording) | {
        "month": wording.month(line.month),
        "base": wording.money(line.base),
        "state": wording.template.marks[line.state.value],
    }


def _sums(account: Account, kind: Kind, title: str, wording: Wording) -> Iterator[Row]:
    """A sum and, where states differ, its parts."""
    yield Row(kind, _totals_cells(account.total, title, wording))
    for state, totals in account.parts.items():
        state_name = wording.template.states[state.value]
        part = wording.say_in_one_line("of_which", state=state_name)
        yield Row(Kind.PART, _totals_cells(totals, part, wording))


def _totals_cells(totals: Totals, title: str, wording: Wording) -> dict[str, str]:
    return _share_cells(totals.amounts, wording) | {"month": title}


def _share_cells(amounts: Mapping[Insurance, Amounts], wording: Wording) -> dict[str, str]:
    cells: dict[str, str] = {}
    for insurance, (employer, personal) in _SHARE_FIELDS.items():
        share = amounts.get(insurance)
        cells[employer] = wording.money(None if share is None else share.employer)
        cells[personal] = wording.money(None if share is None else share.personal)
    return cells


_SHARE_FIELDS = {
    insurance: (f"{insurance.name.lower()}.employer", f"{insurance.name.lower()}.personal")
    for insurance in Insurance
}


def _amount_cells(amounts: Amounts | None, wording: Wording) -> dict[str, str]:
    if amounts is None:
        return dict.fromkeys(("employer", "personal", "all"), wording.missing)
    return {
        "employer": wording.money(amounts.employer),
        "personal": wording.money(amounts.personal),
        "all": wording.money(amounts.all),
    }


def _count(figures: Figures, insurance: Insurance, state: ContributionState) -> str:
    months = figures.months.get((insurance, state))
    return str(len(months)) if months else "0"


def _account_cells(account: PensionYear, wording: Wording) -> dict[str, str]:
    return {
        "opening": wording.money(account.opening_fen),
        "months": str(account.months),
        "credited": wording.money(account.credited_fen),
        "interest": wording.money(account.interest_fen),
        "closing": wording.money(account.closing_fen),
        "months_total": str(account.months_total),
    }
