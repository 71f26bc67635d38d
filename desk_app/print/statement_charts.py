"""The charts of a statement: contributions month by month, and how the pension account has grown."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.domain.contribution import ContributionState, MonthRange, PensionYear
from desk_app.print.bars import Bar, Box, Fill, draw_bars
from desk_app.print.figures import Amounts, Figures
from desk_app.print.flow import Flow
from desk_app.print.wording import Wording

HEIGHT = 104.0
"""Of a chart, in points."""
_TALL = 118.0
_MONTHS_SHARE = 0.6
_GAP = 26.0
_YEARS_BESIDE = 8
"""As many years of the account as have room beside the months."""


def draw_overview(
    flow: Flow,
    figures: Figures,
    months: MonthRange,
    history: Sequence[PensionYear],
    wording: Wording,
) -> None:
    """The months of a year and the account's last years side by side."""
    sheet, bottom = flow.sheet, flow.y - HEIGHT
    width = sheet.width * _MONTHS_SHARE - _GAP / 2
    _draw_months(flow, Box(sheet.left, bottom, width, HEIGHT), figures, months, wording)
    left = sheet.left + width + _GAP
    years = history[-_YEARS_BESIDE:]
    bars = [
        Bar(str(year.year), ((Fill.SOLID, year.closing_fen),), _end_label(place, years, wording))
        for place, year in enumerate(years)
    ]
    title = wording.say_in_one_line("chart_account")
    draw_bars(flow.pen, Box(left, bottom, sheet.right - left, HEIGHT), title, (), bars)
    flow.y = bottom


def draw_growth(flow: Flow, history: Sequence[PensionYear], wording: Wording) -> None:
    """What was paid in and what interest has added, year by year, over the full width."""
    sheet, bottom = flow.sheet, flow.y - _TALL
    bars, interest = [], 0
    for place, year in enumerate(history):
        interest += year.interest_fen
        parts = (Fill.TINTED, year.closing_fen - interest), (Fill.SOLID, interest)
        bars.append(Bar(str(year.year), parts, _end_label(place, history, wording)))
    key = [
        (Fill.TINTED, wording.say_in_one_line("paid_in")),
        (Fill.SOLID, wording.say_in_one_line("interest")),
    ]
    title = wording.say_in_one_line("chart_account")
    draw_bars(flow.pen, Box(sheet.left, bottom, sheet.width, _TALL), title, key, bars)
    flow.y = bottom


GROWTH_HEIGHT = _TALL


def _draw_months(
    flow: Flow, box: Box, figures: Figures, months: MonthRange, wording: Wording
) -> None:
    paid, owed = _by_month(figures)
    bars = [
        Bar(
            str(month % 100),
            (
                (Fill.TINTED, paid[month].employer if month in paid else 0),
                (Fill.SOLID, (paid[month].personal or 0) if month in paid else 0),
                (Fill.HATCHED, owed[month].all if month in owed else 0),
            ),
        )
        for month in range(months.first, months.last + 1)
        if 1 <= month % 100 <= 12
    ]
    key = [
        (Fill.TINTED, wording.say_in_one_line("employer")),
        (Fill.SOLID, wording.say_in_one_line("personal")),
    ]
    if owed:
        key.append((Fill.HATCHED, wording.say_in_one_line("owed")))
    highest = max(range(len(bars)), key=lambda place: bars[place].whole)
    bars[highest] = Bar(bars[highest].name, bars[highest].parts, wording.money(bars[highest].whole))
    draw_bars(flow.pen, box, wording.say_in_one_line("chart_months"), key, bars)


def _by_month(figures: Figures) -> tuple[dict[int, Amounts], dict[int, Amounts]]:
    """What was paid (or transferred in) and what is owed of each month, all insurances together."""
    paid: dict[int, Amounts] = {}
    owed: dict[int, Amounts] = {}
    for year in figures.years.values():
        for employment in year.employments.values():
            for line in employment.lines:
                found = owed if line.state is ContributionState.OWED else paid
                sums = found.setdefault(line.month, Amounts(0, 0))
                for amounts in line.amounts.values():
                    sums.employer += amounts.employer
                    sums.personal = (sums.personal or 0) + (amounts.personal or 0)
    return paid, owed


def _end_label(place: int, years: Sequence[PensionYear], wording: Wording) -> str:
    """The balance above the last year's bar."""
    return wording.money(years[place].closing_fen) if place == len(years) - 1 else ""
