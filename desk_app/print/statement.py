"""Draws a statement: which parts stand in which order on its pages."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent
from desk_app.print import certificate_parts, contribution_parts, overview_parts
from desk_app.print import geometry as g
from desk_app.print.body import Body
from desk_app.print.figures import figures_of
from desk_app.print.flow import Flow, fitting
from desk_app.print.fonts import DocumentFonts
from desk_app.print.frame import draw_frame
from desk_app.print.geometry import Sheet, Style
from desk_app.print.pen import Pen
from desk_app.print.seal import draw_closing
from desk_app.print.template import Section, Template, in_one_line
from desk_app.print.wording import Wording
from desk_app.services.ports import Area

_NAME_ROOM = 150.0
"""Widest name that is set large, in points."""


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
        subtitle = self._wording.about(template.subtitle, content)
        self._frame = draw_frame(subtitle, imprint, fields, self._wording, fonts, sheet)
        self._flow = Flow(fonts, self._begin_page, sheet, self._frame.body_bottom)
        self._body = Body(self._flow, self._wording)
        self._imprint = imprint
        self.seal: Area | None = None
        """Where the hall's seal is on the last page."""

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
        return in_one_line(f"{self._template.title} {self._period}")

    def draw(self) -> None:
        """Draw everything."""
        body, content, figures = self._body, self._content, self._figures
        draws: dict[Section, Callable[[], None]] = {
            Section.HOLDER: lambda: body.strip("holder", self._holder, name=self._name_style),
            Section.SUMMARY: lambda: contribution_parts.draw_summary(body, figures),
            Section.CHART: lambda: contribution_parts.draw_chart(body, figures, content),
            Section.ACCOUNT: lambda: contribution_parts.draw_account(body, content),
            Section.MONTHS: lambda: contribution_parts.draw_months(
                body, figures, content, self._period
            ),
            Section.GROWTH: lambda: contribution_parts.draw_growth(body, content),
            Section.ALL_YEARS: lambda: contribution_parts.draw_all_years(body, content),
            Section.CERTIFIED: lambda: certificate_parts.draw_certified(body, content),
            Section.EMPLOYER: lambda: certificate_parts.draw_employer(body, content),
            Section.SERVICES: lambda: overview_parts.draw_services(body, content.overview),
            Section.AUTHORIZATIONS: lambda: overview_parts.draw_authorizations(
                body, content.overview
            ),
            Section.CHANNELS: lambda: overview_parts.draw_channels(body, content.overview),
        }
        for section in self._template.sections:
            draws[section]()
        self._draw_unprintable()
        self.seal = draw_closing(self._flow, self._wording, self._imprint)
        self._frame.number(self.pages, self._wording)

    @property
    def _period(self) -> str:
        return self._wording.about(self._template.period, self._content)

    @property
    def _name_style(self) -> Style:
        """Large, unless the name then has more than one line."""
        wide = self._flow.pen.width(self._holder["name"], g.NAME) > _NAME_ROOM
        return g.LONG_NAME if wide else g.NAME

    def _begin_page(self, pen: Pen, number: int) -> float:
        """Later pages repeat whose they are."""
        top, sheet = self._frame.body_top, self._frame.sheet
        if number == 1:
            return top
        continued = self._wording.say_in_one_line("continued")
        whose = f"{self._holder['name']}　{self._holder['id_number']}{continued}"
        pen.text(sheet.left, top - g.LABEL.size, whose, fitting(pen, whose, g.LABEL, sheet.width))
        return top - 16

    def _draw_unprintable(self) -> None:
        characters = tuple(self._flow.fonts.unprintable)
        if characters:
            points = "、".join(f"U+{ord(character):04X}" for character in characters)
            self._flow.need(30)
            self._body.note(self._wording.say("unprintable", characters=points))
