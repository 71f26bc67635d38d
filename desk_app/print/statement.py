"""Draws a statement: which parts stand in which order on its pages."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent
from desk_app.print import certificate_parts, contribution_parts, overview_parts
from desk_app.print import geometry as g
from desk_app.print.drawing import Drawing
from desk_app.print.figures import figures_of
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import Sheet, Style
from desk_app.print.seal import closing_height
from desk_app.print.template import Section, Template, in_one_line
from desk_app.print.wording import Wording

_NAME_ROOM = 150.0
"""Widest name that is set large, in points."""


class StatementDrawing(Drawing):
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
        wording = Wording(template)
        self._figures = figures_of(content.contributions)
        subtitle = wording.about(template.subtitle, content)
        holder = wording.holder(content)
        as_of = content.data_as_of
        super().__init__(subtitle, imprint, as_of, wording, holder, fonts, sheet)

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
        *first, last = self._template.sections
        for section in first:
            draws[section]()
        body.closing = closing_height(self._wording, self._flow.sheet)
        draws[last]()
        self._close()

    @property
    def _period(self) -> str:
        return self._wording.about(self._template.period, self._content)

    @property
    def _name_style(self) -> Style:
        """Large, unless the name then has more than one line."""
        wide = self._flow.pen.width(self._holder["name"], g.NAME) > _NAME_ROOM
        return g.LONG_NAME if wide else g.NAME
