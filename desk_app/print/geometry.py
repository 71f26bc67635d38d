"""The visual system of the documents: page, grid, type scale and inks. All lengths are points.

Inks are greys and one dark blue that a monochrome laser printer turns into near-black; the seal's red becomes
a dark grey.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from desk_app.print.tags import Tag

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
"""A4 upright (ISO 216: 210 mm × 297 mm)."""

LEFT, RIGHT = 45.0, PAGE_WIDTH - 45.0
WIDTH = RIGHT - LEFT
TOP, BOTTOM = PAGE_HEIGHT - 40.0, 36.0
BODY_TOP, BODY_BOTTOM = TOP - 108.0, BOTTOM + 56.0
"""Between the page's head and foot."""

LARGE = 1.4
"""How much larger everything is in large print."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page that is drawn on. In large print the type is as ever and the sheet smaller: the finished page
    is enlarged to A4."""

    scale: float = 1.0

    @property
    def left(self) -> float:
        """Left edge of what is printed."""
        return LEFT / self.scale

    @property
    def right(self) -> float:
        """Right edge of what is printed."""
        return RIGHT / self.scale

    @property
    def width(self) -> float:
        """Between the two."""
        return WIDTH / self.scale

    @property
    def top(self) -> float:
        """Upper edge of what is printed."""
        return TOP / self.scale

    @property
    def bottom(self) -> float:
        """Lower edge of what is printed."""
        return BOTTOM / self.scale


A4 = Sheet()
A4_LARGE = Sheet(LARGE)

QR_SIZE = 66.0
"""Edge of the QR code without its quiet zone: modules of 0.5 mm and more, which any telephone reads."""

SECTION_GAP = 14.0
CELL_PADDING = 3.0
ROW_HEIGHT = 14.0
HEAD_ROW_HEIGHT = 13.5
LINE_HEIGHT = 1.45
"""Distance of two lines of running text, in multiples of the type size."""


class Weight(Enum):
    """Weights of the face."""

    REGULAR = "Regular"
    SEMIBOLD = "SemiBold"


class Ink(Enum):
    """PDF colour operands (DeviceRGB, red green blue)."""

    TEXT = "0.11 0.12 0.14"
    QUIET = "0.36 0.39 0.43"
    ACCENT = "0.05 0.24 0.38"
    RULE = "0.62 0.65 0.69"
    HAIRLINE = "0.84 0.86 0.88"
    TINT = "0.945 0.953 0.961"
    SEAL = "0.76 0.07 0.10"


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text looks."""

    weight: Weight
    size: float
    ink: Ink = Ink.TEXT
    tag: Tag = Tag.PARAGRAPH
    """What a text in this style is where nothing else is said."""


_BELOW_SHARE = 0.84


@cache
def below(style: Style) -> Style:
    """Of the English words below the Chinese ones, in a document in both languages."""
    return replace(
        style, weight=Weight.REGULAR, size=round(style.size * _BELOW_SHARE, 2), ink=Ink.QUIET
    )


TITLE = Style(Weight.SEMIBOLD, 19, Ink.ACCENT, Tag.TITLE)
SUBTITLE = Style(Weight.REGULAR, 10.5, Ink.QUIET)
HALL = Style(Weight.REGULAR, 8.6, Ink.QUIET)
NAME = Style(Weight.REGULAR, 15)
LONG_NAME = Style(Weight.REGULAR, 11.5)
SECTION = Style(Weight.SEMIBOLD, 10.5, Ink.ACCENT, Tag.HEADING)
BODY = Style(Weight.REGULAR, 9.2)
NOTICE = Style(Weight.SEMIBOLD, 11)
LABEL = Style(Weight.REGULAR, 7.4, Ink.QUIET)
VALUE = Style(Weight.REGULAR, 9.2)
HEAD = Style(Weight.REGULAR, 7.6, Ink.QUIET)
CELL = Style(Weight.REGULAR, 8)
STRONG_CELL = Style(Weight.SEMIBOLD, 8)
QUIET_CELL = Style(Weight.REGULAR, 8, Ink.QUIET)
SMALL = Style(Weight.REGULAR, 7, Ink.QUIET)
SMALL_VALUE = Style(Weight.REGULAR, 7.6)
