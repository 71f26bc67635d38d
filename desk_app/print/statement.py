"""Draws a statement: which parts stand in which order on its pages."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent
from desk_app.print import geometry as g
from desk_app.print import overview
from desk_app.print.figures import figures_of
from desk_app.print.flow import Flow, fitting, parts, strip
from desk_app.print.fonts import DocumentFonts
from desk_app.print.frame import draw_frame
from desk_app.print.geometry import Sheet
from desk_app.print.pen import Pen
from desk_app.print.rows import account_rows, month_rows, summary_rows
from desk_app.print.table import Table
from desk_app.print.template import Section, Template, in_one_line
from desk_app.print.wording import Wording

_HEADING = g.SECTION_GAP + g.SECTION.size + 6
"""Height of a part's heading."""
_LEGEND = 12.0
"""Room of the legend below the months."""


class StatementDrawing:
    """One statement being drawn: first `draw`, then its `frame` and `pages`."""

    def __init__(
        self,
        content: StatementContent,
        imprint: Imprint,
        template: Template,
        fonts: DocumentFonts,
        sheet: Sheet = g.A4,
    ) -> None:
        self._content = content
        self._template = template
        self._wording = Wording(template)
        self._holder = self._wording.holder(content)
        self._figures = figures_of(content.contributions)
        fields = self._wording.imprint(imprint, content.data_as_of)
        subtitle = self._about(template.subtitle)
        self._frame = draw_frame(subtitle, imprint, fields, self._wording, fonts, sheet)
        self._flow = Flow(fonts, self._begin_page, sheet, self._frame.body_bottom)

    @property
    def frame(self) -> Pen:
        """What all pages share."""
        return self._frame.pen

    @property
    def pages(self) -> list[Pen]:
        """The pages."""
        return self._flow.pages

    @property
    def title(self) -> str:
        """Title and period, without anything personal."""
        return in_one_line(f"{self._template.title} {self._about(self._template.period)}")

    def draw(self) -> None:
        """Draw everything."""
        draws: dict[Section, Callable[[], None]] = {
            Section.HOLDER: self._draw_holder,
            Section.SUMMARY: self._draw_summary,
            Section.CHART: self._draw_chart,
            Section.ACCOUNT: self._draw_account,
            Section.MONTHS: self._draw_months,
        }
        for section in self._template.sections:
            draws[section]()
        self._flow.note_unprintable(self._wording.say)
        self._frame.number(self.pages, self._wording)

    def _begin_page(self, pen: Pen, number: int) -> float:
        return self._frame.begin_page(pen, number, self._holder, self._wording)

    # --- the parts --------------------------------------------------------------------------------------

    def _draw_holder(self) -> None:
        flow, pen, columns = self._flow, self._flow.pen, self._template.columns
        fields, sheet = self._holder, flow.sheet
        flow.y = strip(pen, flow.y, columns["holder"], fields, g.VALUE, sheet, {"name": g.NAME})

    def _draw_summary(self) -> None:
        if self._figures.years:
            table = self._table("summary")
            self._heading(Section.SUMMARY, table.min_height, self._wording.say("currency"))
            table.draw(summary_rows(self._figures, self._wording))

    def _draw_chart(self) -> None:
        if self._figures.years:
            content = self._content
            self._heading(Section.CHART, overview.HEIGHT, self._wording.say("currency"))
            history = content.account_history or content.pension_years
            overview.draw_overview(
                self._flow, self._figures, content.months, history, self._wording
            )

    def _draw_account(self) -> None:
        months = self._content.months
        years = range(months.first // 100, months.last // 100 + 1)
        table = self._table("account")
        self._heading(Section.ACCOUNT, table.min_height, self._wording.say("account_rule"))
        table.draw(account_rows(years, self._content.pension_years, self._wording))

    def _draw_months(self) -> None:
        if not self._figures.years:
            self._draw_nothing()
            return
        table = self._table("months")
        rows = list(month_rows(self._figures, self._wording))
        self._flow.keep_whole(_HEADING + table.height(rows) + _LEGEND)
        self._heading(Section.MONTHS, table.min_height, self._wording.say("currency"))
        table.draw(rows, room_below=_LEGEND)
        self._note(self._wording.say("legend"))

    def _draw_nothing(self) -> None:
        """Says in so many words that there is nothing on record."""
        self._heading(Section.MONTHS, 80, "")
        flow, wording = self._flow, self._wording
        flow.y -= 4
        flow.paragraph(wording.say("nothing", period=self._about(self._template.period)), g.NOTICE)
        flow.y -= 3
        as_of = wording.date(self._content.data_as_of)
        flow.paragraph(wording.say("nothing_more", date=as_of), g.BODY)

    def _heading(self, section: Section, below: float, note: str) -> None:
        """A part's heading, kept with what is below it; a note at the right."""
        flow = self._flow
        flow.need(_HEADING + below)
        flow.y -= g.SECTION_GAP + g.SECTION.size
        x = flow.sheet.left
        for text, style in parts(self._template.headings[section.value], g.SECTION):
            flow.pen.text(x, flow.y, text, style)
            x += flow.pen.width(text, style) + 6
        self._draw_heading_note(in_one_line(note), x)
        flow.y -= 6

    def _draw_heading_note(self, note: str, left: float) -> None:
        """At the right of a heading that ends at `left`, or below it where there is no room beside it."""
        flow, right = self._flow, self._flow.sheet.right
        if flow.pen.width(note, g.SMALL) > right - left:
            flow.y -= g.SMALL.size * g.LINE_HEIGHT
        style = fitting(flow.pen, note, g.SMALL, flow.sheet.width)
        flow.pen.text_right(right, flow.y, note, style)

    def _note(self, text: str) -> None:
        self._flow.y -= 3
        self._flow.paragraph(text, g.SMALL)

    def _table(self, name: str) -> Table:
        columns = self._template.columns[name]
        return Table(columns, self._flow, self._wording.say_in_one_line("continued"))

    def _about(self, sentence: str) -> str:
        months: MonthRange = self._content.months
        return self._wording.about_period(sentence, months)
