"""What the pages say, as a tree for those who have a document read to them (ISO 32000-1, 14.7 and 14.8).

A page's stream is cut into marked pieces; each piece belongs to one element, an element may have pieces on
several pages. What belongs to none is an artifact: rules, tints, heads and feet that repeat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Tag(StrEnum):
    """Standard structure types (ISO 32000-1, 14.8.4)."""

    SECTION = "Sect"
    TITLE = "H1"
    HEADING = "H2"
    PARAGRAPH = "P"
    LIST = "L"
    ITEM = "LI"
    ITEM_BODY = "LBody"
    TABLE = "Table"
    FIGURE = "Figure"


HEADINGS = {Tag.HEADING: 1}
"""Tags of what begins a part, and how deep its bookmark is; the title's would be the whole document."""


class Marks:
    """What one page says: its elements in reading order, how many pieces it has, and where parts begin."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.closing: list[Element] = []
        """What is read after all pages: a foot that is content of the first page."""
        self.pieces = 0
        self.bookmarks: list[Bookmark] = []

    def piece(self) -> int:
        """The number of a new piece (MCID)."""
        self.pieces += 1
        return self.pieces - 1


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a part begins: `depth` counts from 1, `top` is in points from the lower edge."""

    depth: int
    title: str
    top: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What a figure tells in words, and where it is: left, bottom, right, top."""

    alternative: str
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class Element:
    """An element that holds others, or pieces of pages (by their page and number)."""

    tag: Tag
    picture: Picture | None = None
    kids: list[Element | TableRow | tuple[Marks, int]] = field(default_factory=list)
    placed: bool = False
    """Whether another element, or a page, holds it."""


@dataclass(slots=True)
class TableRow:
    """A row of a table: on one page, and each cell one piece. Long tables have thousands of cells."""

    marks: Marks
    cells: list[tuple[str, int | None]] = field(default_factory=list)
    """What each cell is (below), and its piece; None for an empty cell."""


DATA = "TD"
"""A plain cell: its tag, behind which attributes may follow."""


def head(*, columns: int = 1, rows: int = 1, scope: str = "Column") -> str:
    """A cell that heads others: those below (`Column`) or beside it (`Row`)."""
    return f"TH/O/Table/Scope/{scope}{_spans(columns, rows)}"


def data(*, columns: int = 1) -> str:
    """A cell that may run on over the columns at its right."""
    return f"TD/O/Table{_spans(columns, 1)}" if columns > 1 else DATA


def _spans(columns: int, rows: int) -> str:
    over = f"/ColSpan {columns}" if columns > 1 else ""
    return over + (f"/RowSpan {rows}" if rows > 1 else "")


def literal(text: str) -> str:
    """A text as a string object within a content stream. Half of a pair of UTF-16 becomes U+FFFD."""
    from reportlab.pdfbase.pdfdoc import (
        DummyDoc,
        PDFString,
    )  # only here: slow, and few pages have one

    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return PDFString(whole).format(DummyDoc()).decode("ascii")
