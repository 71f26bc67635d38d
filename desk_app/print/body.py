"""The body of a document: headings, notes and tables, one part below the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desk_app.print import geometry as g
from desk_app.print.flow import Flow, fitting, lines_of, parts, strip
from desk_app.print.geometry import Style
from desk_app.print.rows import Row
from desk_app.print.table import Table
from desk_app.print.template import in_one_line
from desk_app.print.wording import Wording

HEADING = g.SECTION_GAP + g.SECTION.size + 6
"""Height of a part's heading."""
_NOTE_GAP = 3.0


class Body:
    """Writes a document's parts into its flow, in the words of its template."""

    def __init__(self, flow: Flow, wording: Wording) -> None:
        self.flow = flow
        self.wording = wording
        self.closing = 0.0
        """Room for the document's end below its last part: it must not stand on a page by itself."""

    def heading(self, name: str, below: float, note: str = "") -> None:
        """A part's heading, kept with what is below it; a note at the right."""
        flow, heading = self.flow, self.wording.template.headings[name]
        flow.need(HEADING + below)
        flow.y -= g.SECTION_GAP + g.SECTION.size
        pen, x = flow.pen, flow.sheet.left
        pen.bookmark(1, in_one_line(heading), flow.y + g.SECTION.size)
        with pen.tag(g.SECTION.tag):
            for text, style in parts(heading, g.SECTION):
                pen.text(x, flow.y, text, style)
                x += pen.width(text, style) + 6
        self._heading_note(in_one_line(note), x)
        flow.y -= 6

    def note(self, text: str) -> None:
        """A remark below a part."""
        self.flow.y -= _NOTE_GAP
        self.flow.paragraph(text, g.SMALL)

    def note_height(self, text: str) -> float:
        """What a remark takes."""
        lines = lines_of(self.flow.pen, text, g.SMALL, self.flow.sheet.width)
        return _NOTE_GAP + sum(style.size * g.LINE_HEIGHT for _, style in lines)

    def notice(self, word: str, **values: object) -> None:
        """What stands where there is nothing."""
        self.flow.y -= 4
        self.flow.paragraph(self.wording.say(word, **values), g.NOTICE)

    def strip(
        self, name: str, /, fields: Mapping[str, str], value: Style = g.VALUE, **styles: Style
    ) -> None:
        """A template's columns as labels with their values; `styles` are those of single fields."""
        flow = self.flow
        columns = self.wording.template.columns[name]
        flow.y = strip(flow.pen, flow.y, columns, fields, value, flow.sheet, styles)

    def table(self, name: str) -> Table:
        """A table with a template's columns."""
        continued = self.wording.say_in_one_line("continued")
        return Table(self.wording.template.columns[name], self.flow, continued)

    def headed_table(
        self, name: str, rows: Iterable[Row], note: str = "", below: float = 0
    ) -> None:
        """A heading and its table of the same name, on one page where they would hardly begin on this one;
        `below` is the room kept for what belongs to the last row."""
        table, listed = self.table(name), list(rows)
        below += self.closing
        self.flow.keep_whole(HEADING + table.height(listed) + below)
        self.heading(name, min(table.min_height, table.height(listed)), note)
        table.draw(listed, room_below=below)

    def _heading_note(self, note: str, left: float) -> None:
        """At the right of a heading that ends at `left`, or below it where there is no room beside it."""
        flow, right = self.flow, self.flow.sheet.right
        if flow.pen.width(note, g.SMALL) > right - left:
            flow.y -= g.SMALL.size * g.LINE_HEIGHT
        style = fitting(flow.pen, note, g.SMALL, flow.sheet.width)
        flow.pen.text_right(right, flow.y, note, style)
