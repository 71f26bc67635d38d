"""Draws a statement: which parts stand in which order on its pages."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent
from desk_app.print import geometry as g
from desk_app.print.figures import figures_of
from desk_app.print.flow import Flow, fitting, paragraph, strip
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import Ink
from desk_app.print.pen import Pen
from desk_app.print.qr import qr_path
from desk_app.print.rows import account_rows, month_rows, summary_rows
from desk_app.print.table import Table
from desk_app.print.template import Section, Template
from desk_app.print.wording import Wording


class StatementDrawing:
    """One statement being drawn: first `draw`, then its `frame` and `pages`."""

    def __init__(
        self, content: StatementContent, imprint: Imprint, template: Template, fonts: DocumentFonts
    ) -> None:
        self._content = content
        self._template = template
        self._wording = Wording(template)
        self._imprint = imprint
        self._holder = self._wording.holder(content)
        self._figures = figures_of(content.contributions)
        self.frame = Pen(fonts)
        """What all pages share."""
        self._flow = Flow(fonts, self._begin_page)

    @property
    def pages(self) -> list[Pen]:
        """The pages."""
        return self._flow.pages

    @property
    def title(self) -> str:
        """Title and period, without anything personal."""
        return f"{self._template.title} {self._about(self._template.period)}"

    def draw(self) -> None:
        """Draw everything."""
        self._draw_frame()
        parts: dict[Section, Callable[[], None]] = {
            Section.HOLDER: self._draw_holder,
            Section.SUMMARY: self._draw_summary,
            Section.ACCOUNT: self._draw_account,
            Section.MONTHS: self._draw_months,
        }
        for section in self._template.sections:
            parts[section]()
        self._draw_unprintable()
        self._number_pages()

    # --- what every page has ----------------------------------------------------------------------------

    def _draw_frame(self) -> None:
        pen = self.frame
        room = g.WIDTH - g.QR_SIZE - 24
        subtitle = self._about(self._template.subtitle)
        pen.text(
            g.LEFT, g.TOP - 8, self._imprint.hall, fitting(pen, self._imprint.hall, g.HALL, room)
        )
        pen.text(
            g.LEFT,
            g.TOP - 37,
            self._template.title,
            fitting(pen, self._template.title, g.TITLE, room),
        )
        pen.text(g.LEFT, g.TOP - 56, subtitle, fitting(pen, subtitle, g.SUBTITLE, room))
        pen.literal(
            qr_path(self._imprint.verify_url, g.RIGHT - g.QR_SIZE, g.TOP - g.QR_SIZE, g.QR_SIZE)
        )
        pen.text_right(
            g.RIGHT - g.QR_SIZE - 8, g.TOP - g.QR_SIZE, self._wording.say("scan"), g.SMALL
        )
        pen.rule(g.LEFT, g.TOP - g.QR_SIZE - 9, g.WIDTH, 1.2, Ink.ACCENT)
        fields = self._wording.imprint(self._imprint, self._content.data_as_of)
        columns = self._template.columns
        strip(pen, g.TOP - g.QR_SIZE - 13, columns["imprint"], fields, g.SMALL_VALUE)
        pen.rule(g.LEFT, g.BODY_BOTTOM - 8, g.WIDTH, 0.5)
        y = strip(pen, g.BODY_BOTTOM - 11, columns["desk"], fields, g.SMALL_VALUE) - 3
        for word in ("law", "verify"):
            y = paragraph(pen, y, self._wording.say(word), g.SMALL)

    def _begin_page(self, pen: Pen, number: int) -> float:
        """Later pages repeat whose they are."""
        if number == 1:
            return g.BODY_TOP
        whose = (
            f"{self._holder['name']}　{self._holder['id_number']}{self._wording.say('continued')}"
        )
        pen.text(g.LEFT, g.BODY_TOP - g.LABEL.size, whose, fitting(pen, whose, g.LABEL, g.WIDTH))
        return g.BODY_TOP - 16

    def _number_pages(self) -> None:
        pages = len(self.pages)
        for number, pen in enumerate(self.pages, start=1):
            text = self._wording.say("page", page=number, pages=pages)
            pen.text_right(g.RIGHT, g.BODY_BOTTOM - 11 - g.LABEL.size, text, g.SMALL_VALUE)

    # --- the parts --------------------------------------------------------------------------------------

    def _draw_holder(self) -> None:
        flow, pen, columns = self._flow, self._flow.pen, self._template.columns
        flow.y = strip(pen, flow.y, columns["name"], self._holder, g.NAME)
        flow.y = strip(pen, flow.y - 5, columns["holder"], self._holder, g.VALUE)

    def _draw_summary(self) -> None:
        if self._figures.years:
            table = self._table("summary")
            self._heading(Section.SUMMARY, table.min_height, self._wording.say("currency"))
            table.draw(summary_rows(self._figures, self._wording))

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
        self._heading(Section.MONTHS, table.min_height, self._wording.say("currency"))
        table.draw(month_rows(self._figures, self._wording), room_below=16)
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

    def _draw_unprintable(self) -> None:
        characters = tuple(self._flow.fonts.unprintable)
        if characters:
            points = "、".join(f"U+{ord(character):04X}" for character in characters)
            self._flow.need(30)
            self._note(self._wording.say("unprintable", characters=points))

    def _heading(self, section: Section, below: float, note: str) -> None:
        """A part's heading, kept with what is below it; a note at the right."""
        flow = self._flow
        flow.need(g.SECTION_GAP + g.SECTION.size + 6 + below)
        flow.y -= g.SECTION_GAP + g.SECTION.size
        flow.pen.text(g.LEFT, flow.y, self._template.headings[section.value], g.SECTION)
        flow.pen.text_right(g.RIGHT, flow.y, note, g.SMALL)
        flow.y -= 6

    def _note(self, text: str) -> None:
        self._flow.y -= 3
        self._flow.paragraph(text, g.SMALL)

    def _table(self, name: str) -> Table:
        columns = self._template.columns[name]
        return Table(columns, self._flow, self._wording.say("continued"))

    def _about(self, sentence: str) -> str:
        months: MonthRange = self._content.months
        return self._wording.about_period(sentence, months)
