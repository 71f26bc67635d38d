"""What the drawing of every document for a citizen has in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desk_app.domain.document import Imprint
from desk_app.print.body import Body
from desk_app.print.flow import Flow
from desk_app.print.fonts import DocumentFonts
from desk_app.print.frame import draw_frame
from desk_app.print.geometry import Sheet
from desk_app.print.pen import Pen
from desk_app.print.seal import draw_closing
from desk_app.print.wording import Wording
from desk_app.services.ports import Area


class Drawing:
    """A document being drawn: its frame is there from the beginning, its pages fill as it is drawn."""

    def __init__(
        self,
        subtitle: str,
        imprint: Imprint,
        data_as_of: date,
        wording: Wording,
        holder: Mapping[str, str],
        fonts: DocumentFonts,
        sheet: Sheet,
    ) -> None:
        """`holder` are the fields of the insured person, whom later pages name."""
        self._imprint = imprint
        self._wording = wording
        self._holder = holder
        fields = wording.imprint(imprint, data_as_of)
        self._frame = draw_frame(subtitle, imprint, fields, wording, fonts, sheet)
        self._flow = Flow(fonts, self._begin_page, sheet, self._frame.body_bottom)
        self._body = Body(self._flow, wording)
        self.fonts = fonts
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

    def _begin_page(self, pen: Pen, number: int) -> float:
        return self._frame.begin_page(pen, number, self._holder, self._wording)

    def _close(self) -> None:
        """End it with what could not be printed, the seal and the pages' numbers."""
        self._flow.note_unprintable(self._wording.say)
        self.seal = draw_closing(self._flow, self._wording, self._imprint)
        self._frame.number(self.pages, self._wording)
