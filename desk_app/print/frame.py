"""What every page of an issued document has: its head with hall, title, QR code and numbers, and its foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desk_app.domain.document import Imprint
from desk_app.print import geometry as g
from desk_app.print.flow import fitting, paragraph, parts, strip
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import Ink, Sheet, Style
from desk_app.print.pen import Pen
from desk_app.print.qr import qr_path
from desk_app.print.template import Template, in_one_line
from desk_app.print.wording import Wording

_LOGO_HEIGHT, _LOGO_WIDTH = 52.0, 90.0
"""At the most, in points."""
_FOOT_WORDS = ("law", "verify")


@dataclass(frozen=True)
class Frame:
    """The frame of a document, drawn once: between `body_top` and `body_bottom` is room for the rest."""

    pen: Pen
    sheet: Sheet
    body_top: float
    body_bottom: float
    """Where the body ends: the foot's rule is a little below."""

    def begin_page(
        self, pen: Pen, number: int, holder: Mapping[str, str], wording: Wording
    ) -> float:
        """Later pages repeat whose they are; gives where a page's body begins."""
        top, sheet = self.body_top, self.sheet
        if number == 1:
            return top
        continued = wording.say_in_one_line("continued")
        whose = f"{holder['name']}　{holder['id_number']}{continued}"
        pen.text(sheet.left, top - g.LABEL.size, whose, fitting(pen, whose, g.LABEL, sheet.width))
        return top - 16

    def number(self, pages: list[Pen], wording: Wording) -> None:
        """Write on each page which one of how many it is."""
        y = self.body_bottom - 11 - g.LABEL.size
        for number, pen in enumerate(pages, start=1):
            text = wording.say("page", page=number, pages=len(pages))
            with pen.artifact():
                for below, (part, style) in enumerate(parts(text, g.SMALL_VALUE)):
                    pen.text_right(self.sheet.right, y - 9 * below, part, style)


def draw_frame(
    subtitle: str,
    imprint: Imprint,
    fields: Mapping[str, str],
    wording: Wording,
    fonts: DocumentFonts,
    sheet: Sheet,
) -> Frame:
    """Draw head and foot; `fields` are those of the strips `imprint` and `desk`."""
    pen, template = Pen(fonts, sheet.scale), wording.template
    _draw_title(pen, sheet, imprint.hall, template, subtitle)
    edge = g.QR_SIZE
    left, bottom = sheet.right - edge, sheet.top - edge
    scan = wording.say_in_one_line("scan")
    with pen.figure(scan, left, bottom, edge, edge):
        pen.literal(qr_path(imprint.verify_url, left, bottom, edge))
    pen.text_right(left - 8, bottom, scan, g.SMALL)
    pen.rule(sheet.left, bottom - 9, sheet.width, 1.2, Ink.ACCENT)
    end = strip(pen, bottom - 13, template.columns["imprint"], fields, g.SMALL_VALUE, sheet)
    foot = _draw_foot(Pen(fonts), 0, fields, wording, sheet)
    body_bottom = sheet.bottom - foot + 8
    with pen.closing():
        _draw_foot(pen, body_bottom - 8, fields, wording, sheet)
    return Frame(pen, sheet, end - 8, body_bottom)


def _draw_title(pen: Pen, sheet: Sheet, hall: str, template: Template, subtitle: str) -> None:
    left = sheet.left + _draw_logo(pen, sheet, template)
    room = sheet.right - left - g.QR_SIZE - 24
    title, *others = parts(template.title, g.TITLE)
    lines: list[tuple[float, str, Style]] = [(8, hall, g.HALL)]
    if others:
        lines += [(33, *title), (46, others[0][0], g.SECTION), (60, in_one_line(subtitle), g.BODY)]
    else:
        lines += [(37, *title), (56, subtitle, g.SUBTITLE)]
    for below, text, style in lines:
        pen.text(left, sheet.top - below, text, fitting(pen, text, style, room))


def _draw_logo(pen: Pen, sheet: Sheet, template: Template) -> float:
    """The city's logo at the left of the title; gives the room that it takes."""
    logo = template.logo
    if logo is None:
        return 0
    height = min(_LOGO_HEIGHT, _LOGO_WIDTH / logo.width)
    top = sheet.top - (g.QR_SIZE - height) / 2
    pen.literal(logo.drawn(sheet.left, top - height, height))
    return height * logo.width + 14


def _draw_foot(
    pen: Pen, y: float, fields: Mapping[str, str], wording: Wording, sheet: Sheet
) -> float:
    """Draw the foot below its rule at y; gives where it ends."""
    pen.rule(sheet.left, y, sheet.width, 0.5)
    columns = wording.template.columns["desk"]
    y = strip(pen, y - 3, columns, fields, g.SMALL_VALUE, sheet) - 3
    for word in _FOOT_WORDS:
        y = paragraph(pen, y, wording.say(word), g.SMALL, sheet)
    return y
