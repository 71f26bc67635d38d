"""The pages of one document: a head and foot that all share, and a place where the next part goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

from desk_app.print import geometry as g
from desk_app.print.fonts import DocumentFonts
from desk_app.print.geometry import A4, Sheet, Style
from desk_app.print.pen import Pen
from desk_app.print.tags import Tag
from desk_app.print.template import BELOW, Column
from desk_app.print.wrap import pieces_of, wrapped

NO_STYLES: Mapping[str, Style] = {}
"""No field of a strip looks different."""


_MOST = 0.75
"""Of a page: what is higher than that may begin on the page before."""


class Flow:
    """Pages that fill from top to bottom. `y` is where the next part begins on this page, `fresh` where
    its first part began."""

    def __init__(
        self,
        fonts: DocumentFonts,
        begin_page: Callable[[Pen, int], float],
        sheet: Sheet = A4,
        body_bottom: float = g.BODY_BOTTOM,
    ) -> None:
        """`begin_page` draws what a page begins with and says where its body begins; `body_bottom` is where
        it ends."""
        self.fonts = fonts
        self.sheet = sheet
        self.body_bottom = body_bottom
        self.pages: list[Pen] = []
        self._begin_page = begin_page
        self.new_page()

    @property
    def pen(self) -> Pen:
        """Draws on the page at hand."""
        return self.pages[-1]

    def new_page(self) -> None:
        """Go on at the top of a fresh page."""
        self.pages.append(Pen(self.fonts, self.sheet.scale))
        number = len(self.pages)
        with self.pen.artifact() if number > 1 else nullcontext():  # it repeats the first page
            self.y = self.fresh = self._begin_page(self.pen, number)

    def need(self, height: float) -> None:
        """Go on at the top of a fresh page unless this one has that much room left."""
        if self.y - height < self.body_bottom:
            self.new_page()

    def keep_whole(self, height: float) -> None:
        """Go on at the top of a fresh page with what fits there but not here, unless it would fill most of
        that page and half of it fits here."""
        room, page = self.y - self.body_bottom, self.fresh - self.body_bottom
        if room < height <= page and (2 * room < height or height <= _MOST * page):
            self.new_page()

    def paragraph(self, text: str, style: Style) -> None:
        """Running text over the full width."""
        self.y = paragraph(self.pen, self.y, text, style, self.sheet)

    def note_unprintable(self, say: Callable[..., str]) -> None:
        """Name the characters that no font has, if the document has any."""
        characters = tuple(self.fonts.unprintable)
        if characters:
            points = "、".join(f"U+{ord(character):04X}" for character in characters)
            self.need(30)
            self.y -= 3
            self.paragraph(say("unprintable", characters=points), g.SMALL)


def parts(text: str, style: Style) -> Iterator[tuple[str, Style]]:
    """The text's languages, each with its style: what stands below is smaller and quieter."""
    first, *others = text.split(BELOW)
    yield first, style
    for other in others:
        yield other, g.below(style)


def lines_of(pen: Pen, text: str, style: Style, width: float) -> list[tuple[str, Style]]:
    """The text's lines within a width, language by language."""
    return [
        (line, each)
        for part, each in parts(text, style)
        for line in wrapped(part, width, lambda piece, each=each: pen.width(piece, each))  # type: ignore[misc]
    ]


def paragraph(pen: Pen, y: float, text: str, style: Style, sheet: Sheet = A4) -> float:
    """Running text over the sheet's width whose first line's top is at y; gives where its last line's bottom
    is."""
    with pen.tag(style.tag):
        for line, each in lines_of(pen, text, style, sheet.width):
            y -= each.size * g.LINE_HEIGHT
            pen.text(sheet.left, y + each.size * (g.LINE_HEIGHT - 1), line, each)
    return y


def fitting(pen: Pen, text: str, style: Style, width: float) -> Style:
    """The style, smaller where the text would be wider than `width`."""
    actual = pen.width(text, style)
    return style if actual <= width else replace(style, size=style.size * width / actual)


def strip(
    pen: Pen,
    y: float,
    columns: Sequence[Column],
    fields: Mapping[str, str],
    value: Style,
    sheet: Sheet = A4,
    styles: Mapping[str, Style] = NO_STYLES,
) -> float:
    """Labels with their values below, side by side over the full width; in two strips below each other where
    a value would have to be broken within a word. `styles` are those of fields that look different. Gives
    where it ends."""
    places = spans(columns, sheet.left, sheet.width)
    looks = [styles.get(column.field, value) for column in columns]
    if len(columns) > 1 and not all(
        _unbroken(pen, fields[column.field], style, right - left - _GUTTER)
        for (left, right), column, style in zip(places, columns, looks, strict=True)
    ):
        half = (len(columns) + 1) // 2
        y = strip(pen, y, columns[:half], fields, value, sheet, styles) - _GUTTER / 2
        return strip(pen, y, columns[half:], fields, value, sheet, styles)
    labels = [list(parts(column.head, g.LABEL)) for column in columns]
    first = y - max(sum(style.size + 1 for _, style in label) for label in labels) - 2
    first -= max(style.size for style in looks) * 1.2
    lowest = first
    for (left, right), column, label, look in zip(places, columns, labels, looks, strict=True):
        room, at = right - left - _GUTTER, y
        with pen.tag(Tag.PARAGRAPH):
            for part, style in label:
                at -= style.size + (at < y)
                pen.text(left, at, part, fitting(pen, part, style, room))
            at = first
            for place, (line, style) in enumerate(lines_of(pen, fields[column.field], look, room)):
                at -= style.size * 1.2 if place else 0
                pen.text(left, at, line, style)
        lowest = min(lowest, at)
    return lowest - value.size * 0.3


_GUTTER = 8.0
"""Between two fields of a strip."""


def _unbroken(pen: Pen, text: str, style: Style, width: float) -> bool:
    """Whether the text can be set within a width without breaking a word."""
    return all(
        pen.width(piece, each) <= width
        for part, each in parts(text, style)
        for piece in pieces_of(part)
    )


def spans(columns: Sequence[Column], left: float, width: float) -> list[tuple[float, float]]:
    """Left and right edge of each column."""
    whole = sum(column.share for column in columns)
    edges: list[tuple[float, float]] = []
    for column in columns:
        right = left + width * column.share / whole
        edges.append((left, right))
        left = right
    return edges
