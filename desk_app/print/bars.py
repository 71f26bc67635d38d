"""Stacked bars over months or years, told apart by solid, tinted and hatched fills that a monochrome printer
keeps apart too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from desk_app.print import geometry as g
from desk_app.print.flow import fitting
from desk_app.print.geometry import Ink
from desk_app.print.pen import Pen

_HEAD = 15.0
"""Room of the chart's own line with title and key."""
_NAMES = 11.0
"""Room of the names below the bars."""
_LABEL = 9.0
"""Room above the highest bar."""
_BAR_SHARE = 0.66
_WIDEST = 22.0
_SWATCH = 6.0
_HATCH_STEP = 2.6


class Fill(Enum):
    """How a part of a bar is filled."""

    SOLID = "solid"
    TINTED = "tinted"
    HATCHED = "hatched"


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its parts from below, and what stands above it."""

    name: str
    parts: tuple[tuple[Fill, int], ...] = ()
    label: str = ""

    @property
    def whole(self) -> int:
        """All parts together."""
        return sum(amount for _, amount in self.parts)


@dataclass(frozen=True)
class Box:
    """Where a chart stands; y is its lower edge."""

    x: float
    y: float
    width: float
    height: float


def draw_bars(
    pen: Pen, box: Box, title: str, key: Sequence[tuple[Fill, str]], bars: Sequence[Bar]
) -> None:
    """A title with the key of the fills, and below it the bars on their base line."""
    with pen.figure(title, box.x, box.y, box.width, box.height):
        _draw_chart(pen, box, title, key, bars)


def _draw_chart(
    pen: Pen, box: Box, title: str, key: Sequence[tuple[Fill, str]], bars: Sequence[Bar]
) -> None:
    _draw_key(pen, box, title, key)
    base = box.y + _NAMES
    room = box.height - _HEAD - _NAMES - _LABEL
    most = max((bar.whole for bar in bars), default=0) or 1
    step = box.width / max(len(bars), 1)
    width = min(step * _BAR_SHARE, _WIDEST)
    every = _every(pen, bars, step)
    for place, bar in enumerate(bars):
        middle = box.x + step * (place + 0.5)
        y = base
        for fill, amount in bar.parts:
            height = room * amount / most
            _draw_part(pen, fill, Box(middle - width / 2, y, width, height))
            y += height
        if (len(bars) - 1 - place) % every == 0:
            _draw_label(pen, box, middle, box.y + 2, bar.name)
        _draw_label(pen, box, middle, y + 2.5, bar.label)
    pen.rule(box.x, base, box.width, 0.6, Ink.TEXT)


def _every(pen: Pen, bars: Sequence[Bar], step: float) -> int:
    """Every how many bars have room for their name; the last one has it always."""
    widest = max((pen.width(bar.name, g.SMALL) for bar in bars), default=0) + 3
    return next((every for every in (1, 2, 5) if widest <= step * every), 10)


def _draw_label(pen: Pen, box: Box, middle: float, y: float, label: str) -> None:
    """Above or below its bar, moved inwards where it would leave the chart."""
    half = pen.width(label, g.SMALL) / 2
    at = min(max(middle, box.x + half), box.x + box.width - half)
    pen.text_centred(at, y, label, g.SMALL)


def _draw_key(pen: Pen, box: Box, title: str, key: Sequence[tuple[Fill, str]]) -> None:
    y = box.y + box.height - g.LABEL.size
    room = box.width - sum(pen.width(text, g.SMALL) + _SWATCH + 12 for _, text in key)
    pen.text(box.x, y, title, fitting(pen, title, g.LABEL, room))
    x = box.x + box.width
    for fill, text in reversed(key):
        x -= pen.width(text, g.SMALL)
        pen.text(x, y, text, g.SMALL)
        x -= _SWATCH + 3
        _draw_part(pen, fill, Box(x, y - 0.4, _SWATCH, _SWATCH))
        x -= 9


def _draw_part(pen: Pen, fill: Fill, box: Box) -> None:
    if box.height <= 0:
        return
    path = f"{box.x:.2f} {box.y:.2f} {box.width:.2f} {box.height:.2f} re"
    if fill is Fill.SOLID:
        pen.literal(f"{Ink.ACCENT.value} rg {path} f")
        return
    inside = f"{Ink.HAIRLINE.value} rg {path} f"
    if fill is Fill.HATCHED:
        inside = f"q {path} W n {Ink.ACCENT.value} RG 0.4 w {_hatching(box)} S Q"
    outline = Box(box.x + 0.2, box.y + 0.2, box.width - 0.4, max(box.height - 0.4, 0.1))
    edge = f"{outline.x:.2f} {outline.y:.2f} {outline.width:.2f} {outline.height:.2f} re"
    pen.literal(f"{inside} {Ink.ACCENT.value} RG 0.4 w {edge} S")


def _hatching(box: Box) -> str:
    """Lines of 45 degrees over the whole box and a little beyond, to be clipped."""
    strokes, start = [], box.x - box.height
    while start < box.x + box.width:
        strokes.append(
            f"{start:.2f} {box.y:.2f} m {start + box.height:.2f} {box.y + box.height:.2f} l"
        )
        start += _HATCH_STEP
    return " ".join(strokes)
