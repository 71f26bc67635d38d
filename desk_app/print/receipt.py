"""Draws a receipt: who, what was done, what it means, and where to sign."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.domain.document import Imprint
from desk_app.domain.receipt import ReceiptContent
from desk_app.print import geometry as g
from desk_app.print.flow import Flow, fitting, lines_of, parts, strip
from desk_app.print.fonts import DocumentFonts
from desk_app.print.frame import draw_frame
from desk_app.print.geometry import Ink, Sheet, Style, Weight
from desk_app.print.pen import Pen
from desk_app.print.qr import qr_path
from desk_app.print.receipt_template import ReceiptTemplate
from desk_app.print.receipt_wording import ReceiptWording
from desk_app.print.template import filled, in_one_line
from desk_app.print.wording import Wording

Lines = Sequence[tuple[str, Style]]

_HEADLINE = Style(Weight.SEMIBOLD, 12, Ink.ACCENT)
_FACT = Style(Weight.REGULAR, 10)
_FACT_LABEL = Style(Weight.REGULAR, 9, Ink.QUIET)
_NOTE = Style(Weight.REGULAR, 9.2)
_LABEL_WIDTH = 178.0
_ROW_PADDING = 4.2
_BOX_PADDING = 9.0
_INDENT = 12.0
_CLAIM_SIZE = 104.0
"""Edge of the claim code: it must be read off paper by an old telephone too."""
_LINE = 1.36
"""Distance of two lines, in multiples of the type size."""


class ReceiptDrawing:
    """One receipt being drawn: first `draw`, then its `frame` and `pages`."""

    def __init__(
        self,
        content: ReceiptContent,
        imprint: Imprint,
        template: ReceiptTemplate,
        fonts: DocumentFonts,
        sheet: Sheet = g.A4,
    ) -> None:
        self._content = content
        self._template = template
        self._wording = Wording(template.sheet)
        said = ReceiptWording(content, template, imprint.printed_at.tzinfo)
        self._fields, self._holder = said.fields(), said.holder()
        strips = self._wording.imprint(imprint, content.data_as_of)
        subtitle = template.sheet.subtitle
        self._frame = draw_frame(subtitle, imprint, strips, self._wording, fonts, sheet)
        self._sheet = sheet
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
        """The title, without anything personal."""
        return in_one_line(self._template.sheet.title)

    def draw(self) -> None:
        """Draw everything."""
        self._draw_holder()
        self._draw_headline()
        self._draw_facts()
        self._draw_claim()
        self._draw_notes()
        self._flow.note_unprintable(self._wording.say)
        self._draw_signature()
        self._frame.number(self.pages, self._wording)

    def _draw_holder(self) -> None:
        flow, columns = self._flow, self._template.sheet.columns["holder"]
        styles = {"name": g.NAME}
        flow.y = strip(flow.pen, flow.y, columns, self._holder, g.VALUE, self._sheet, styles)

    def _draw_headline(self) -> None:
        """The one sentence to take home, on a tint with a bar at its left."""
        flow, pen = self._flow, self._flow.pen
        text = self._said(self._template.headline_of(self._content.circumstance))
        lines = lines_of(pen, text, _HEADLINE, self._sheet.width - 2 * _BOX_PADDING - 4)
        height = _height(lines) + 2 * _BOX_PADDING - 2
        flow.y -= g.SECTION_GAP - 4
        pen.tint(self._sheet.left, flow.y - height, self._sheet.width, height)
        pen.literal(
            f"{Ink.ACCENT.value} rg {self._sheet.left:.2f} {flow.y - height:.2f} 3 {height:.2f} re f"
        )
        _set(pen, self._sheet.left + _BOX_PADDING + 4, flow.y - _BOX_PADDING + 1, lines)
        flow.y -= height

    def _draw_facts(self) -> None:
        """One row per field: its name, and its value at full length."""
        facts = self._template.facts_of(self._content.circumstance)
        self._heading("facts", 3 * g.ROW_HEIGHT)
        self._flow.pen.rule(self._sheet.left, self._flow.y, self._sheet.width, 0.8, Ink.TEXT)
        for field in facts:
            self._row(in_one_line(self._template.labels[field]), in_one_line(self._fields[field]))
        self._flow.pen.rule(self._sheet.left, self._flow.y, self._sheet.width, 0.8, Ink.TEXT)

    def _row(self, label: str, value: str) -> None:
        flow, pen = self._flow, self._flow.pen
        names = lines_of(pen, label, _FACT_LABEL, _LABEL_WIDTH - 10)
        values = lines_of(pen, value, _FACT, self._sheet.width - _LABEL_WIDTH - g.CELL_PADDING)
        height = max(_height(names), _height(values)) + _ROW_PADDING
        flow.need(height)
        pen, top = flow.pen, flow.y - _ROW_PADDING / 2
        _set(pen, self._sheet.left + g.CELL_PADDING, top - 0.8, names)
        _set(pen, self._sheet.left + _LABEL_WIDTH, top, values)
        flow.y -= height
        pen.rule(self._sheet.left, flow.y, self._sheet.width, 0.3, Ink.HAIRLINE)

    def _draw_claim(self) -> None:
        """The code for the holder's phone, with how long it lives and how to get another one."""
        claim = self._content.claim
        if claim is None or self._content.circumstance != "code":
            return
        self._heading("claim", _CLAIM_SIZE)
        flow, pen = self._flow, self._flow.pen
        left = self._sheet.left + _CLAIM_SIZE + 18
        top = flow.y - 4
        pen.literal(qr_path(claim.claim_url, self._sheet.left, top - _CLAIM_SIZE, _CLAIM_SIZE))
        until = self._said(self._wording.say("claim_until", **self._fields))
        lines = lines_of(pen, until, g.NOTICE, self._sheet.right - left)
        how = lines_of(pen, self._wording.say("claim_how"), _NOTE, self._sheet.right - left)
        _set(pen, left, top - 2, lines)
        _set(pen, left, top - 8 - _height(lines), how)
        flow.y = top - max(_CLAIM_SIZE, _height(lines) + _height(how) + 8)

    def _draw_notes(self) -> None:
        notes = self._template.notes_of(self._content.circumstance)
        self._heading("notes", 2 * _NOTE.size * _LINE)
        for note in notes:
            lines = lines_of(self._flow.pen, self._said(note), _NOTE, self._sheet.width - _INDENT)
            self._flow.need(_height(lines) + 3)
            pen, top = self._flow.pen, self._flow.y - 1
            _set(pen, self._sheet.left + 1, top, [("·", g.NOTICE)])
            _set(pen, self._sheet.left + _INDENT, top, lines)
            self._flow.y = top - _height(lines) - 2

    def _draw_signature(self) -> None:
        """Where the citizen signs, where a signature is wanted."""
        signature = self._template.signature
        if signature is None:
            return
        self._flow.need(_SIGNATURE)
        pen, y = self._flow.pen, self._flow.y - _SIGNATURE + 14
        for left, width, text in (
            (self._sheet.left, 190.0, signature),
            (self._sheet.left + 210, 90.0, self._wording.say("date")),
        ):
            pen.rule(left, y, width, 0.6, Ink.TEXT)
            text = in_one_line(text)
            pen.text(left, y - 10, text, fitting(pen, text, g.LABEL, width))
        self._flow.y -= _SIGNATURE

    def _heading(self, word: str, below: float) -> None:
        """A part's heading, kept with what is below it."""
        flow = self._flow
        flow.need(g.SECTION_GAP + g.SECTION.size + 6 + below)
        flow.y -= g.SECTION_GAP + g.SECTION.size - 2
        x = self._sheet.left
        for text, style in parts(self._wording.say(word), g.SECTION):
            flow.pen.text(x, flow.y, text, style)
            x += flow.pen.width(text, style) + 6
        flow.y -= 6

    def _begin_page(self, pen: Pen, number: int) -> float:
        return self._frame.begin_page(pen, number, self._holder, self._wording)

    def _said(self, sentence: str) -> str:
        return filled(sentence, self._fields)


_SIGNATURE = 48.0
"""Room for a signature and what is written below its line."""


def _height(lines: Lines) -> float:
    return sum(style.size * _LINE for _, style in lines)


def _set(pen: Pen, x: float, top: float, lines: Lines) -> None:
    """Lines below each other; the first one's top is at `top`."""
    y = top
    for line, style in lines:
        y -= style.size * _LINE
        pen.text(x, y + style.size * (_LINE - 1), line, style)
