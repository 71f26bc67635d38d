"""The hall's seal, drawn as vector: a ring, its name around the rim, a star, and what the seal is for.

It has a place of its own at the end of the document, beside what it stands for: nothing is printed under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, pi, sin

from desk_app.domain.document import Imprint
from desk_app.print import geometry as g
from desk_app.print.flow import Flow, fitting, lines_of
from desk_app.print.fonts import Run
from desk_app.print.geometry import Ink, Sheet, Style, Weight
from desk_app.print.pen import Pen
from desk_app.print.tags import literal
from desk_app.print.template import SealTemplate
from desk_app.print.wording import Wording
from desk_app.services.ports import Area

_MILLIMETRE = 72 / 25.4
# Shares of the seal's radius, from seals as they are cut: 42 mm across, ring 1.2 mm, star 14 mm.
_RING = 0.055
_STAR = 0.31
_RIM_TOP = 0.885
_RIM_SIZE = 0.29
_LINE_SIZE, _LINE_Y, _LINE_ROOM = 0.175, -0.60, 1.02
_RIM_ARC = 1.36 * pi
"""The name stays clear of the line below the star."""
_NARROWEST = 0.5
"""How much a letter of the rim is condensed before all of them become smaller."""
_WIDEST_GAP = 1.0
"""Between the letters of a short name, in multiples of the type size."""
_ASCENT, _DESCENT = 0.86, 0.10
"""How far the ink of a Chinese character reaches above and below the baseline, in multiples of the size."""
_BOLDER = 0.035
"""Letters are stroked this wide, in multiples of the type size: heavier without embedding another font."""
_GAP = 12.0
_HALL = Style(Weight.REGULAR, 11)
_ISSUED_BELOW = 17.0


def draw_closing(flow: Flow, wording: Wording, imprint: Imprint) -> Area:
    """End a document: who answers for it and how it is secured, at the left; the seal at the right, on the
    same page. Gives the seal's place on that page, the last one, as it is printed."""
    template, sheet = wording.template.seal, flow.sheet
    flow.need(closing_height(wording, sheet))
    size = closing_height(wording, sheet) - _GAP
    top = flow.y - _GAP
    left, bottom = sheet.right - size, top - size
    room = left - sheet.left - 2 * _GAP
    secured = wording.say("signed" if imprint.signed else "unsigned")
    issued = wording.say_in_one_line("issued", date=wording.date(imprint.printed_at.date()))
    pen = flow.pen
    lines = lines_of(pen, secured, g.SMALL, room)
    height = _HALL.size + _ISSUED_BELOW + 4 + sum(each.size * g.LINE_HEIGHT for _, each in lines)
    y = top - max(0, size - height) / 2 - _HALL.size  # the words' middle is the seal's
    pen.text(sheet.left, y, imprint.hall, fitting(pen, imprint.hall, _HALL, room))
    y -= _ISSUED_BELOW
    pen.text(sheet.left, y, issued, fitting(pen, issued, g.VALUE, room))
    y -= 4
    with pen.tag(g.SMALL.tag):
        for line, style in lines:
            y -= style.size * g.LINE_HEIGHT
            pen.text(sheet.left, y, line, style)
    draw_seal(pen, left + size / 2, bottom + size / 2, size / 2, imprint.hall, template)
    flow.y = bottom
    scale = sheet.scale
    return left * scale, bottom * scale, (left + size) * scale, top * scale


def closing_height(wording: Wording, sheet: Sheet = g.A4) -> float:
    """What the end of a document takes on its last page. A seal is as large in large print as ever."""
    return wording.template.seal.diameter * _MILLIMETRE / sheet.scale + _GAP


def draw_seal(
    pen: Pen, x: float, y: float, radius: float, name: str, template: SealTemplate
) -> None:
    """The seal around a point. It is one figure, read out as its words."""
    rim = _rim(pen, name, radius)
    line = Style(Weight.REGULAR, radius * _LINE_SIZE)
    line = fitting(pen, template.line, line, radius * _LINE_ROOM)
    said = f"{name} {template.line}".strip()
    operators = [
        f"q 1 0 0 1 {x:.2f} {y:.2f} cm {Ink.SEAL.value} rg {Ink.SEAL.value} RG",
        f"/Span<</ActualText{literal(said)}>>BDC",  # who copies it gets words, not letters
        f"{radius * _RING:.2f} w {_circle(radius * (1 - _RING / 2))} S",
        f"{_star(radius * _STAR)} f",
        "BT 2 Tr",
        *_around(_letters(pen, name, rim.style), rim),
        *_straight(_letters(pen, template.line, line), line, radius * _LINE_Y),
        "ET EMC Q",
    ]
    with pen.figure(said, x - radius, y - radius, 2 * radius, 2 * radius):
        pen.literal("\n".join(operators))


@dataclass(frozen=True)
class _Rim:
    """How the name runs around: the circle of the baselines, letters condensed to `squeeze`, `gap` points
    between them."""

    style: Style
    radius: float
    squeeze: float
    gap: float


def _rim(pen: Pen, name: str, radius: float) -> _Rim:
    """As large as the arc lets it be: first condensed, then smaller, down to any length."""
    style = Style(Weight.REGULAR, radius * _RIM_SIZE)
    while True:
        baseline = radius * _RIM_TOP - style.size * _ASCENT
        # Letters are nearest to each other at their feet, on the inner side.
        room, width = _RIM_ARC * (baseline - style.size * _DESCENT), pen.width(name, style)
        squeeze = min(1.0, room / width) if width else 1.0
        if squeeze >= _NARROWEST:
            break
        style = replace(style, size=style.size * 0.97)
    gaps = max(len(name) - 1, 1)
    gap = min((room - width * squeeze) / gaps, style.size * _WIDEST_GAP)
    return _Rim(style, baseline, squeeze, gap)


def _around(letters: list[Run], rim: _Rim) -> Iterator[str]:
    """Each letter upright on the circle, the name's middle at the top."""
    scale = rim.style.size * rim.squeeze / 1000
    whole = sum(letter.advance for letter in letters) * scale + rim.gap * (len(letters) - 1)
    feet = rim.radius - rim.style.size * _DESCENT
    along = -whole / 2
    yield f"{rim.style.size * rim.squeeze * _BOLDER:.2f} w"
    for letter in letters:
        width = letter.advance * scale
        turn = (along + width / 2) / feet  # clockwise from the top
        along += width + rim.gap
        c, s = cos(turn), sin(turn)
        x = rim.radius * s - c * width / 2
        y = rim.radius * c + s * width / 2
        matrix = f"{c * rim.squeeze:.3f} {-s * rim.squeeze:.3f} {s:.3f} {c:.3f} {x:.1f} {y:.1f}"
        yield from _shown(letter, rim.style, matrix)


def _straight(letters: list[Run], style: Style, y: float) -> Iterator[str]:
    """A line of text whose middle is below the centre."""
    x = -sum(letter.advance for letter in letters) * style.size / 2000
    yield f"{style.size * _BOLDER:.2f} w"
    for letter in letters:
        yield from _shown(letter, style, f"1 0 0 1 {x:.2f} {y:.2f}")
        x += letter.advance * style.size / 1000


def _letters(pen: Pen, text: str, style: Style) -> list[Run]:
    """Each letter by itself."""
    return [run for letter in text for run in pen.encode(letter, style).runs]


def _shown(letter: Run, style: Style, matrix: str) -> Iterator[str]:
    """One letter; where no font has it, the seal leaves its room free (the document says which it is)."""
    if letter.resource is not None:
        yield f"/{letter.resource} {style.size:.2f} Tf {matrix} Tm <{letter.codes}> Tj"


def _star(radius: float) -> str:
    """A five-pointed star around the origin, one point up."""
    inner = radius * sin(pi / 10) / sin(7 * pi / 10)
    corners = []
    for number in range(10):
        reach, turn = (inner if number % 2 else radius), number * pi / 5
        corners.append(f"{reach * sin(turn):.2f} {reach * cos(turn):.2f}")
    return f"{corners[0]} m {' '.join(f'{corner} l' for corner in corners[1:])} h"


def _circle(radius: float) -> str:
    """A circle around the origin, of four Bézier curves."""
    r, k = radius, radius * 0.5523
    return (
        f"{r:.2f} 0 m {r:.2f} {k:.2f} {k:.2f} {r:.2f} 0 {r:.2f} c"
        f" {-k:.2f} {r:.2f} {-r:.2f} {k:.2f} {-r:.2f} 0 c"
        f" {-r:.2f} {-k:.2f} {-k:.2f} {-r:.2f} 0 {-r:.2f} c"
        f" {k:.2f} {-r:.2f} {r:.2f} {-k:.2f} {r:.2f} 0 c h"
    )
