"""A city's logo: the shapes of an SVG file, filled in the documents' one colour, as PDF operators.

One colour on purpose: it prints on a monochrome printer as it looks on the screen. Gradients, strokes and
texts of the file are not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desk_app.domain.errors import BadSettings
from desk_app.print.geometry import Ink

_PLACES = 5
"""Decimals of a coordinate where the logo is one unit high."""


@dataclass(frozen=True)
class Logo:
    """Shapes within a box of height 1 and some width, its lower left corner at the origin."""

    operators: str
    width: float

    def drawn(self, x: float, y: float, height: float) -> str:
        """PDF operators that fill it at a place and a height, in points."""
        return (
            f"q {height:.3f} 0 0 {height:.3f} {x:.2f} {y:.2f} cm"
            f" {Ink.ACCENT.value} rg {self.operators} f* Q"
        )


@cache
def logo_of(path: Path) -> Logo:
    """Read a logo. Raises BadSettings for a file that is not there, not SVG, or without any shape."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.svgLib import SVGPath

    shapes: Any = RecordingPen()
    try:
        SVGPath(str(path)).draw(shapes)
    except OSError as error:
        raise BadSettings("logo", "file_unreadable", path.name) from error
    except Exception as error:  # the parser raises what it meets
        raise BadSettings("logo", "not_a_drawing", path.name) from error
    bounds: Any = BoundsPen(None)
    shapes.replay(bounds)
    if bounds.bounds is None or bounds.bounds[3] <= bounds.bounds[1]:
        raise BadSettings("logo", "not_a_drawing", path.name)
    left, top, right, bottom = bounds.bounds
    scale = 1 / (bottom - top)
    place = _Place(left, bottom, scale)
    return Logo(" ".join(place.operators(shapes.value)), (right - left) * scale)


@dataclass(frozen=True)
class _Place:
    """From SVG's coordinates (down) to those of a box one unit high (up)."""

    left: float
    bottom: float
    scale: float

    def operators(self, shapes: Any) -> list[str]:
        drawn: list[str] = []
        last = (0.0, 0.0)
        for verb, points in shapes:
            if verb == "moveTo":
                drawn.append(self._said(points, "m"))
            elif verb == "lineTo":
                drawn.append(self._said(points, "l"))
            elif verb == "curveTo":
                drawn.append(self._said(points, "c"))
            elif verb == "qCurveTo":
                drawn += self._quadratic(last, points)
            elif verb == "closePath":
                drawn.append("h")
            if points:
                last = points[-1]
        return drawn

    def _quadratic(self, start: tuple[float, float], points: Any) -> list[str]:
        """A quadratic curve as the cubic one that is the same."""
        control, end = points[-2], points[-1]
        first, second = (
            tuple(
                edge + (middle - edge) * 2 / 3 for edge, middle in zip(point, control, strict=True)
            )
            for point in (start, end)
        )
        return [self._said((first, second, end), "c")]

    def _said(self, points: Any, operator: str) -> str:
        said = []
        for x, y in points:
            said.append(f"{(x - self.left) * self.scale:.{_PLACES}f}")
            said.append(f"{(self.bottom - y) * self.scale:.{_PLACES}f}")
        return f"{' '.join(said)} {operator}"
