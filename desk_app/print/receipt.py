"""Draws a receipt: who, what was done, what it means, and where to sign."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.domain.document import Imprint
from desk_app.domain.receipt import ReceiptContent
from desk_app.print import geometry as g
from desk_app.print import tags
from desk_app.print.drawing import Drawing
from desk_app.print.flow import fitting, lines_of
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import Ink, Sheet, Style, Weight
from desk_app.print.pen import Pen
from desk_app.print.qr import qr_path
from desk_app.print.receipt_template import ReceiptTemplate
from desk_app.print.receipt_wording import ReceiptWording
from desk_app.print.seal import closing_height
from desk_app.print.tags import Element, Tag
from desk_app.print.template import filled, in_one_line
from desk_app.print.wording import Wording

Lines = Sequence[tuple[str, Style]]

_HEADLINE = Style(Weight.SEMIBOLD, 12, Ink.ACCENT)
_FACT = Style(Weight.REGULAR, 10)
_FACT_LABEL = Style(Weight.REGULAR, 9, Ink.QUIET)
_NOTE = Style(Weight.REGULAR, 9.2)
_LABEL_SHARE = 0.35
"""Of the width."""
_ROW_PADDING = 3.4
_ROW_LINES = 12
"""Lines of a value that stay on one page."""
_BOX_PADDING = 9.0
_INDENT = 12.0
_CLAIM_SIZE = 88.0
"""Edge of the claim code: modules of 0.8 mm, which an old telephone reads off paper too."""
_LINE = 1.36
"""Distance of two lines, in multiples of the type size."""
_SIGNATURE = 40.0
"""Room for a signature and what is written below its line; it stands beside the upper part of the seal."""
_BELOW_SIGNATURE = 14.0
"""Clear of it below, where the page has room for that."""


class ReceiptDrawing(Drawing):
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
        said = ReceiptWording(content, template, imprint.printed_at.tzinfo)
        self._fields, holder = said.fields(), said.holder()
        subtitle, wording = template.sheet.subtitle, Wording(template.sheet)
        self._sheet = sheet
        super().__init__(subtitle, imprint, content.data_as_of, wording, holder, fonts, sheet)

    @property
    def title(self) -> str:
        """The title, without anything personal."""
        return in_one_line(self._template.sheet.title)

    def draw(self) -> None:
        """Draw everything."""
        self._body.strip("holder", self._holder, name=g.NAME)
        self._draw_headline()
        self._draw_facts()
        self._draw_claim()
        self._draw_notes()
        self._draw_signature()
        self._close()

    def _draw_headline(self) -> None:
        """The one sentence to take home, on a tint with a bar at its left."""
        flow, pen, sheet = self._flow, self._flow.pen, self._sheet
        text = self._said(self._template.headline_of(self._content.circumstance))
        lines = lines_of(pen, text, _HEADLINE, sheet.width - 2 * _BOX_PADDING - 4)
        height = _height(lines) + 2 * _BOX_PADDING - 2
        flow.y -= g.SECTION_GAP - 4
        pen.tint(sheet.left, flow.y - height, sheet.width, height)
        bar = f"{sheet.left:.2f} {flow.y - height:.2f} 3 {height:.2f} re f"
        pen.literal(f"{Ink.ACCENT.value} rg {bar}")
        _set(pen, sheet.left + _BOX_PADDING + 4, flow.y - _BOX_PADDING + 1, lines)
        flow.y -= height

    def _draw_facts(self) -> None:
        """One row per field: its name, and its value at full length."""
        facts = self._template.facts_of(self._content.circumstance)
        self._body.heading("facts", 3 * g.ROW_HEIGHT)
        self._rule(0.8, Ink.TEXT)
        table = Element(Tag.TABLE)
        self._flow.pen.place(table)
        for field in facts:
            label, value = self._template.labels[field], self._fields[field]
            self._row(table, in_one_line(label), in_one_line(value))
        self._rule(0.8, Ink.TEXT)

    def _row(self, table: Element, label: str, value: str) -> None:
        flow, sheet = self._flow, self._sheet
        edge = sheet.width * _LABEL_SHARE
        names = lines_of(flow.pen, label, _FACT_LABEL, edge - 10)
        values = lines_of(flow.pen, value, _FACT, sheet.width - edge - g.CELL_PADDING)
        for first in range(0, len(values), _ROW_LINES):
            self._part_of_row(table, names, values[first : first + _ROW_LINES])
            names = []
        self._rule(0.3, Ink.HAIRLINE)

    def _part_of_row(self, table: Element, names: Lines, values: Lines) -> None:
        """As much of a row as is kept together."""
        flow, sheet = self._flow, self._sheet
        height = max(_height(names), _height(values)) + _ROW_PADDING
        flow.need(height)
        pen, top = flow.pen, flow.y - _ROW_PADDING / 2
        row = pen.row(table)
        with pen.cell(row, tags.head(scope="Row")):
            _place(pen, sheet.left + g.CELL_PADDING, top - 0.8, names)
        with pen.cell(row, tags.DATA):
            _place(pen, sheet.left + sheet.width * _LABEL_SHARE, top, values)
        flow.y -= height

    def _draw_claim(self) -> None:
        """The code for the holder's phone, with how long it lives and how to get another one."""
        claim = self._content.claim
        if claim is None or self._content.circumstance != "code":
            return
        self._body.heading("claim", _CLAIM_SIZE)
        flow, pen, sheet = self._flow, self._flow.pen, self._sheet
        left, room = sheet.left + _CLAIM_SIZE + 18, sheet.width - _CLAIM_SIZE - 18
        top = flow.y - 4
        name, bottom = self._wording.say_in_one_line("claim_code"), top - _CLAIM_SIZE
        with pen.figure(name, sheet.left, bottom, _CLAIM_SIZE, _CLAIM_SIZE):
            pen.literal(qr_path(claim.claim_url, sheet.left, bottom, _CLAIM_SIZE))
        until = lines_of(pen, self._wording.say("claim_until", **self._fields), g.NOTICE, room)
        how = lines_of(pen, self._wording.say("claim_how"), _NOTE, room)
        _set(pen, left, top - 2, until)
        _set(pen, left, top - 8 - _height(until), how)
        flow.y = top - max(_CLAIM_SIZE, _height(until) + _height(how) + 8)

    def _draw_notes(self) -> None:
        notes = self._template.notes_of(self._content.circumstance)
        self._body.heading("notes", 2 * _NOTE.size * _LINE)
        flow, sheet = self._flow, self._sheet
        for note in notes:
            lines = lines_of(flow.pen, self._said(note), _NOTE, sheet.width - _INDENT)
            flow.need(_height(lines) + 3)
            top = flow.y - 1
            with flow.pen.tag(_NOTE.tag):
                _place(flow.pen, sheet.left + 1, top, [("·", g.NOTICE)])
                _place(flow.pen, sheet.left + _INDENT, top, lines)
            flow.y = top - _height(lines) - 2

    def _draw_signature(self) -> None:
        """Where the citizen signs, where a signature is wanted: at the left of the seal, on its page."""
        signature = self._template.signature
        if not signature:
            return
        flow, left = self._flow, self._sheet.left
        flow.need(closing_height(self._wording))
        spare = flow.y - closing_height(self._wording) - flow.body_bottom
        y = flow.y - _SIGNATURE + 14
        line = self._sheet.width * 0.36
        for x, width, text in (
            (left, line, signature),
            (left + line + 16, line * 0.46, self._wording.say("date")),
        ):
            flow.pen.rule(x, y, width, 0.6, Ink.TEXT)
            text = in_one_line(text)
            flow.pen.text(x, y - 10, text, fitting(flow.pen, text, g.LABEL, width))
        flow.y -= min(_BELOW_SIGNATURE, spare)

    def _rule(self, weight: float, ink: Ink) -> None:
        self._flow.pen.rule(self._sheet.left, self._flow.y, self._sheet.width, weight, ink)

    def _said(self, sentence: str) -> str:
        return filled(sentence, self._fields)


def _height(lines: Lines) -> float:
    return sum(style.size * _LINE for _, style in lines)


def _set(pen: Pen, x: float, top: float, lines: Lines) -> None:
    """Lines below each other, as one paragraph; the first one's top is at `top`."""
    with pen.tag(lines[0][1].tag):
        _place(pen, x, top, lines)


def _place(pen: Pen, x: float, top: float, lines: Lines) -> None:
    y = top
    for line, style in lines:
        y -= style.size * _LINE
        pen.text(x, y + style.size * (_LINE - 1), line, style)
