"""Charts of counts: upright bars over the hours of a day, lying ones beside their names."""

from __future__ import annotations

from collections.abc import Sequence

from desk_app.print import geometry as g
from desk_app.print.flow import Flow, fitting
from desk_app.print.geometry import Ink
from desk_app.print.pen import Pen

_CHART_HEIGHT = 96.0
_UPRIGHT_SHARE = 0.62
_ROW = 15.0
_BAR = 8.0
_NAME_WIDTH = 130.0
_COUNT_ROOM = 34.0

Bars = Sequence[tuple[str, int]]
"""Names and counts, in the order in which they are drawn."""


def upright(flow: Flow, bars: Bars) -> None:
    """Bars side by side, each with its count above and its name below."""
    flow.need(_CHART_HEIGHT)
    top, step = flow.y, g.WIDTH / len(bars)
    base = top - _CHART_HEIGHT + g.LABEL.size + 6
    room = top - base - g.SMALL_VALUE.size - 6
    most = max(count for _, count in bars) or 1
    pen = flow.pen
    with pen.figure(_told(bars), g.LEFT, top - _CHART_HEIGHT, g.WIDTH, _CHART_HEIGHT):
        for at, (name, count) in enumerate(bars):
            middle = g.LEFT + step * (at + 0.5)
            height = room * count / most
            width = step * _UPRIGHT_SHARE
            if count:
                _fill(pen, middle - width / 2, base, width, height)
                pen.text_centred(middle, base + height + 3, str(count), g.SMALL_VALUE)
            style = fitting(pen, name, g.LABEL, step - 1)
            pen.text_centred(middle, base - g.LABEL.size - 3, name, style)
    pen.rule(g.LEFT, base, g.WIDTH, 0.6, Ink.RULE)
    flow.y = top - _CHART_HEIGHT


def lying(flow: Flow, bars: Bars) -> None:
    """Bars below each other, each between its name and its count."""
    most = max(count for _, count in bars) or 1
    room = g.WIDTH - _NAME_WIDTH - _COUNT_ROOM
    for name, count in bars:
        flow.need(_ROW)
        flow.y -= _ROW
        pen, y = flow.pen, flow.y + (_ROW - _BAR) / 2
        with pen.figure(_told([(name, count)]), g.LEFT, flow.y, g.WIDTH, _ROW):
            pen.text(g.LEFT, y + 1, name, fitting(pen, name, g.CELL, _NAME_WIDTH - 8))
            width = max(room * count / most, 0.8)
            _fill(pen, g.LEFT + _NAME_WIDTH, y, width, _BAR)
            pen.text(g.LEFT + _NAME_WIDTH + width + 5, y + 1, str(count), g.CELL)
    flow.y -= 3


def height_of(bars: Bars) -> float:
    """What lying bars take."""
    return _ROW * len(bars) + 3


def _told(bars: Bars) -> str:
    """The same in words, for those who cannot see it."""
    return "; ".join(f"{name} {count}" for name, count in bars)


def _fill(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    pen.literal(f"{Ink.ACCENT.value} rg {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")
