"""The pages of one document: a head and foot that all share, and a place where the next part goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

from desk_app.print import geometry as g
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import Style
from desk_app.print.pen import Pen
from desk_app.print.tags import Tag
from desk_app.print.template import Column
from desk_app.print.wrap import wrapped


class Flow:
    """Pages that fill from top to bottom. `y` is where the next part begins on the page at hand."""

    def __init__(self, fonts: DocumentFonts, begin_page: Callable[[Pen, int], float]) -> None:
        """`begin_page` draws what a page begins with and says where its body begins."""
        self.fonts = fonts
        self.pages: list[Pen] = []
        self._begin_page = begin_page
        self.new_page()

    @property
    def pen(self) -> Pen:
        """Draws on the page at hand."""
        return self.pages[-1]

    def new_page(self) -> None:
        """Go on at the top of a fresh page."""
        self.pages.append(Pen(self.fonts))
        number = len(self.pages)
        with self.pen.artifact() if number > 1 else nullcontext():  # it repeats the first page
            self.y = self._begin_page(self.pen, number)

    def need(self, height: float) -> None:
        """Go on at the top of a fresh page unless this one has that much room left."""
        if self.y - height < g.BODY_BOTTOM:
            self.new_page()

    def paragraph(self, text: str, style: Style) -> None:
        """Running text over the full width."""
        self.y = paragraph(self.pen, self.y, text, style)


def paragraph(pen: Pen, y: float, text: str, style: Style, width: float = g.WIDTH) -> float:
    """Running text whose first line's top is at y; gives where its last line's bottom is."""
    with pen.tag(style.tag):
        for line in wrapped(text, width, lambda part: pen.width(part, style)):
            y -= style.size * g.LINE_HEIGHT
            pen.text(g.LEFT, y + style.size * (g.LINE_HEIGHT - 1), line, style)
    return y


def fitting(pen: Pen, text: str, style: Style, width: float) -> Style:
    """The style, smaller where the text would be wider than `width`."""
    actual = pen.width(text, style)
    return style if actual <= width else replace(style, size=style.size * width / actual)


def strip(
    pen: Pen, y: float, columns: Sequence[Column], fields: Mapping[str, str], value: Style
) -> float:
    """Labels with their values below, side by side over the full width; gives where the strip ends."""
    lowest = y
    for (left, right), column in zip(spans(columns, g.LEFT, g.WIDTH), columns, strict=True):
        room, at = right - left - 8, y - g.LABEL.size - 3
        with pen.tag(Tag.PARAGRAPH):
            label = fitting(pen, column.head, g.LABEL, room)
            pen.text(left, y - g.LABEL.size, column.head, label)
            for line in wrapped(fields[column.field], room, lambda t: pen.width(t, value)):
                at -= value.size * 1.2
                pen.text(left, at, line, value)
        lowest = min(lowest, at)
    return lowest - value.size * 0.3


def spans(columns: Sequence[Column], left: float, width: float) -> list[tuple[float, float]]:
    """Left and right edge of each column."""
    whole = sum(column.share for column in columns)
    edges: list[tuple[float, float]] = []
    for column in columns:
        right = left + width * column.share / whole
        edges.append((left, right))
        left = right
    return edges
