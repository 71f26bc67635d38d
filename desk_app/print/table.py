"""Tables that run over pages: repeated heads, headings that stay with what they head, no orphaned sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from desk_app.print import geometry as g
from desk_app.print import tags
from desk_app.print.flow import Flow, lines_of, spans
from desk_app.print.geometry import Ink, Style
from desk_app.print.pen import Pen
from desk_app.print.rows import Kind, Row
from desk_app.print.tags import Element, TableRow, Tag
from desk_app.print.template import Align, Column, in_one_line
from desk_app.print.wrap import wrapped

_STYLES = {
    Kind.UPPER: g.CELL,
    Kind.LINE: g.CELL,
    Kind.SUBTOTAL: g.STRONG_CELL,
    Kind.TOTAL: g.STRONG_CELL,
    Kind.PART: g.QUIET_CELL,
    Kind.MORE: g.STRONG_CELL,
}
_LAST_ROWS = 4
_REPEATED = 45.0
"""Room of a heading of up to three lines that is repeated on the next page."""
_KEPT_WITH_NEXT = (Kind.BAND, Kind.UPPER)
_SUMS = (Kind.SUBTOTAL, Kind.TOTAL, Kind.PART, Kind.MORE)
_TITLED = (Kind.SUBTOTAL, Kind.TOTAL, Kind.PART)
"""Rows whose first cell is a title that may run on to the right."""
_Cell = tuple[str, Align, float, float]
"""A column's field and where its texts are: how aligned, left and right edge."""

_BASELINE = 4.1
"""Of a row's text, above the row's lower edge."""
_NEXT_LINE = g.CELL.size * 1.3
"""From one line of a row to the next."""


class Table:
    """One table in one document."""

    def __init__(self, columns: Sequence[Column], flow: Flow, continued: str) -> None:
        """`continued` is added to a heading that is repeated on the next page."""
        self._columns = columns
        self._flow = flow
        self._continued = continued
        sheet = flow.sheet
        self._left, self._right, self._width = sheet.left, sheet.right, sheet.width
        self._spans = spans(columns, sheet.left, sheet.width)
        self._cells: list[_Cell] = [
            (column.field, column.align, left + g.CELL_PADDING, right - g.CELL_PADDING)
            for column, (left, right) in zip(columns, self._spans, strict=True)
        ]
        self._wrapping = {column.field for column in columns if column.wrap}
        self._heads = list(self._wrapped_heads())
        self._head_lines = max(map(len, self._heads))
        self._element = Element(Tag.TABLE)
        self._year = ""

    def draw(self, rows: Iterable[Row], room_below: float = 0) -> None:
        """Draw head and rows from where the flow is; the last row has `room_below` on its page."""
        blocks = self._well_ended(list(_blocks(rows)), room_below)
        heights = [sum(map(self._height, block)) for block in blocks]
        heights[-1] += room_below
        self._flow.need(self._head_height + heights[0])
        self._flow.pen.place(self._element)
        self._head()
        heading: Row | None = None
        for block, height in zip(blocks, heights, strict=True):
            if self._flow.y - height < self._flow.body_bottom:
                self._flow.new_page()
                with self._flow.pen.artifact():
                    self._head()
                    if heading is not None and block[0].kind in (Kind.LINE, Kind.UPPER):
                        self._band(heading, self._continued)
            for row in block:
                if row.kind is Kind.BAND:
                    heading = row
                    self._bookmark(row.cells["left"])
                self._row(row)
        self._flow.pen.rule(self._left, self._flow.y, self._width, 0.8, Ink.TEXT)

    def _well_ended(self, blocks: list[list[Row]], room_below: float) -> list[list[Row]]:
        """The last rows as one: what follows them is on their page, and so are they, not the very last alone;
        fewer where all that has no room on one page."""
        page = self._flow.fresh - self._flow.body_bottom - self._head_height - _REPEATED
        for kept in range(min(_LAST_ROWS, len(blocks)), 1, -1):
            last = [row for block in blocks[-kept:] for row in block]
            if sum(map(self._height, last)) + room_below <= page:
                return [*blocks[:-kept], last]
        return blocks

    def height(self, rows: Iterable[Row]) -> float:
        """What head and rows take on one page."""
        return self._head_height + sum(map(self._height, rows))

    def _bookmark(self, year: str) -> None:
        """The first heading of a year is found in the list of a long document's parts."""
        if year and year != self._year:
            self._year = year
            self._flow.pen.bookmark(2, year, self._flow.y)

    @property
    def min_height(self) -> float:
        """What a heading above the table must have below it: the head and three rows."""
        return self._head_height + 3 * g.ROW_HEIGHT

    # --- the head ---------------------------------------------------------------------------------------

    @property
    def _grouped(self) -> bool:
        return any(column.group for column in self._columns)

    @property
    def _head_height(self) -> float:
        return 4 + g.HEAD_ROW_HEIGHT * self._grouped + g.HEAD.size * 1.25 * self._head_lines + 3

    def _wrapped_heads(self) -> Iterator[list[tuple[str, Style]]]:
        for column, (_, _, left, right) in zip(self._columns, self._cells, strict=True):
            yield lines_of(self._flow.pen, column.head, g.HEAD, right - left)

    def _head(self) -> None:
        flow = self._flow
        top = flow.y
        flow.pen.rule(self._left, top, self._width, 0.8, Ink.TEXT)
        flow.y -= self._head_height
        upper = self._tagged_row()
        lower = self._tagged_row() if self._grouped else upper
        edges = list(zip(self._columns, self._heads, self._cells, strict=True))
        for group, members in groupby(edges, key=lambda edge: edge[0].group):
            below = list(members)
            if group is not None:
                columns = [cells for _, _, cells in below]
                self._group_head(upper, in_one_line(group), columns, top - 4 - g.HEAD.size)
            for column, lines, (_, _, left, right) in below:
                row, rows = (upper, 1 + self._grouped) if group is None else (lower, 1)
                with flow.pen.cell(row, tags.head(rows=rows)):
                    self._head_cell(column, lines, left, right)
        flow.pen.rule(self._left, flow.y, self._width, 0.5, Ink.TEXT)

    def _head_cell(
        self, column: Column, lines: Sequence[tuple[str, Style]], left: float, right: float
    ) -> None:
        y = self._flow.y + 4.5 + g.HEAD.size * 1.25 * (len(lines) - 1)
        for line, style in lines:
            _place(self._flow.pen, column.align, left, right, y, line, style)
            y -= g.HEAD.size * 1.25

    def _group_head(
        self, row: TableRow, group: str, cells: Sequence[_Cell], baseline: float
    ) -> None:
        """A head over several columns, with a rule that says which ones."""
        pen, left, right = self._flow.pen, cells[0][2], cells[-1][3]
        with pen.cell(row, tags.head(columns=len(cells))):
            _place(pen, Align.CENTRE, left, right, baseline, group, g.HEAD)
        pen.rule(left, baseline - 3.6, right - left, 0.4)

    def _tagged_row(self) -> TableRow:
        """The next row as a reader is told of it."""
        return self._flow.pen.row(self._element)

    # --- rows -------------------------------------------------------------------------------------------

    def _height(self, row: Row) -> float:
        if row.kind is Kind.BAND:
            lines = len(self._band_lines(row.cells["main"]))
        elif self._wrapping:
            lines = max(len(lines) for *_, lines in self._laid_out(row))
        else:
            lines = 1
        return g.ROW_HEIGHT + (lines - 1) * _NEXT_LINE

    def _row(self, row: Row) -> None:
        if row.kind is Kind.BAND:
            self._band(row)
            return
        flow, pen = self._flow, self._flow.pen
        top, first = flow.y, flow.y - g.ROW_HEIGHT + _BASELINE
        flow.y -= self._height(row)
        if row.kind in (Kind.SUBTOTAL, Kind.TOTAL):
            weight = 0.5 if row.kind is Kind.SUBTOTAL else 0.8
            pen.rule(self._left, top, self._width, weight, Ink.TEXT)
        elif row.kind is Kind.LINE:
            pen.rule(self._left, flow.y, self._width, 0.3, Ink.HAIRLINE)
        self._row_cells(row, first)

    def _row_cells(self, row: Row, first: float) -> None:
        pen, tagged, scope = self._flow.pen, self._tagged_row(), "Row"
        for columns, align, left, right, lines in self._laid_out(row):
            if not lines:
                tagged.cells.append((tags.DATA, None))
                continue
            pen.begin_cell(tagged, tags.head(columns=columns, scope=scope) if scope else tags.DATA)
            y, scope = first, ""
            for text, style in lines:
                _place(pen, align, left, right, y, text, style)
                y -= _NEXT_LINE
            pen.end_cell()

    def _laid_out(
        self, row: Row
    ) -> Iterator[tuple[int, Align, float, float, Sequence[tuple[str, Style]]]]:
        """The row's cells: how many columns each takes, alignment, edges, and lines with their style; none
        where it is empty."""
        style, cells, titled = _STYLES[row.kind], iter(self._cells), row.kind in _TITLED
        for field, align, left, right in cells:
            text = row.cells.get(field)
            if text is None:
                yield 1, align, left, right, ()
                continue
            columns = self._title_columns(row) if titled and field == self._cells[0][0] else 1
            for _ in range(columns - 1):
                right = next(cells)[3]
            if field in self._wrapping:
                lines: Sequence[tuple[str, Style]] = lines_of(
                    self._flow.pen, text, style, right - left
                )
            else:
                lines = ((text, style),)
            yield columns, align, left, right, lines

    def _title_columns(self, row: Row) -> int:
        """The title of a sum may run on over the empty cells to its right."""
        columns = 1
        while columns < len(self._cells) and self._cells[columns][0] not in row.cells:
            columns += 1
        return columns

    def _band(self, row: Row, suffix: str = "") -> None:
        flow, cells = self._flow, row.cells
        lines = self._band_lines(cells["main"] + suffix)
        height = g.ROW_HEIGHT + (len(lines) - 1) * _NEXT_LINE
        flow.y -= height
        pen, y = flow.pen, flow.y + height - g.ROW_HEIGHT + _BASELINE
        pen.tint(self._left, flow.y, self._width, height)
        indent = max(_BAND_INDENT, pen.width(cells["left"], g.STRONG_CELL) + 2 * g.CELL_PADDING)
        with pen.cell(self._tagged_row(), tags.head(columns=len(self._cells))):
            pen.text(self._left + g.CELL_PADDING, y, cells["left"], g.STRONG_CELL)
            for place, line in enumerate(lines):
                pen.text(self._left + indent, y - place * _NEXT_LINE, line, g.CELL)
            pen.text_right(self._right - g.CELL_PADDING, y, cells["right"], g.QUIET_CELL)

    def _band_lines(self, text: str) -> list[str]:
        pen = self._flow.pen
        room = self._width - _BAND_INDENT - _BAND_NUMBER
        return wrapped(text, room, lambda part: pen.width(part, g.CELL))


_BAND_INDENT = 34.0
_BAND_NUMBER = 110.0
"""Room of the employer's number at the right of its name."""


def _place(
    pen: Pen, align: Align, left: float, right: float, y: float, text: str, style: Style
) -> None:
    """Text within its cell, smaller where it would leave it."""
    encoded = pen.encode(text, style)
    width, room = encoded.advance * style.size / 1000, right - left
    if width > room:
        style = replace(style, size=style.size * room / width)
        width = room
    if align is Align.RIGHT:
        left = right - width
    elif align is Align.CENTRE:
        left = (left + right - width) / 2
    pen.show(left, y, encoded, style)


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that must be on one page: a heading with its first line, sums with the line above them."""
    block: list[Row] = []
    for row in rows:
        if block and row.kind not in _SUMS and block[-1].kind not in _KEPT_WITH_NEXT:
            yield block
            block = []
        block.append(row)
    if block:
        yield block
