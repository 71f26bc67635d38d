"""The parts of statements that are about money: summary, months, and the pension account."""

from __future__ import annotations

from desk_app.domain.statement import StatementContent
from desk_app.print import geometry as g
from desk_app.print import statement_charts as charts
from desk_app.print.body import Body
from desk_app.print.figures import Figures
from desk_app.print.rows import account_rows, account_total, month_rows, summary_rows


def draw_summary(body: Body, figures: Figures) -> None:
    """Months and amounts per insurance."""
    if figures.years:
        rows = summary_rows(figures, body.wording)
        body.headed_table("summary", rows, body.wording.say("currency"))


def draw_chart(body: Body, figures: Figures, content: StatementContent) -> None:
    """The year's months, and the account beside them."""
    if figures.years:
        body.heading("chart", charts.HEIGHT, body.wording.say("currency"))
        charts.draw_overview(
            body.flow, figures, content.months, content.account_history, body.wording
        )


def draw_account(body: Body, content: StatementContent) -> None:
    """The pension account of the statement's years."""
    years = range(content.months.first // 100, content.months.last // 100 + 1)
    rows = account_rows(years, content.pension_years, body.wording)
    body.headed_table("account", rows, body.wording.say("account_rule"))


def draw_growth(body: Body, content: StatementContent) -> None:
    """How the account has grown, as a chart."""
    if content.account_history:
        body.heading("growth", charts.GROWTH_HEIGHT, body.wording.say("currency"))
        charts.draw_growth(body.flow, content.account_history, body.wording)


def draw_all_years(body: Body, content: StatementContent) -> None:
    """The pension account of every year there is, and their sum."""
    history, wording = content.account_history, body.wording
    if not history:
        body.heading("account", 60 + body.closing)
        body.notice("nothing_account")
        _say_more(body, content)
        return
    years = range(history[0].year, history[-1].year + 1)
    rows = [*account_rows(years, history, wording), account_total(history, wording)]
    body.headed_table("account", rows, wording.say("account_rule"))


def draw_months(body: Body, figures: Figures, content: StatementContent, period: str) -> None:
    """Every month; or in so many words that there is nothing on record."""
    wording = body.wording
    if not figures.years:
        body.heading("months", 80 + body.closing)
        body.notice("nothing", period=period)
        _say_more(body, content)
        return
    stacked = any(column.field == "payer" for column in wording.template.columns["months"])
    rows = month_rows(figures, wording, stacked=stacked)
    legend = wording.say("legend")
    body.headed_table("months", rows, wording.say("currency"), body.note_height(legend))
    body.note(legend)


def _say_more(body: Body, content: StatementContent) -> None:
    as_of = body.wording.date(content.data_as_of)
    body.flow.y -= 3
    body.flow.paragraph(body.wording.say("nothing_more", date=as_of), g.BODY)
