"""What stands where on the pages of a statement, found once by our own layout and kept in a file.

Nothing of the product is imported here: those who are compared with it load only what they need.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pathlib import Path

Colour = tuple[float, float, float]
"""Red, green and blue, up to one."""


@dataclass(frozen=True)
class Text:
    """A text whose baseline begins at (x, y), in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float
    weight: str
    ink: Colour


@dataclass(frozen=True)
class Area:
    """A filled rectangle; x and y are of its lower left corner."""

    x: float
    y: float
    width: float
    height: float
    ink: Colour


@dataclass
class Page:
    """All that is on one page, but for charts and the seal, which are written in the language of PDF."""

    texts: list[Text] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


def keep(case: str, pages: list[Page]) -> None:
    """Write the pages of a statement down."""
    _path(case).write_bytes(pickle.dumps(pages))


def pages_of(case: str) -> list[Page]:
    """Read them."""
    pages: list[Page] = pickle.loads(_path(case).read_bytes())
    return pages


def _path(case: str) -> Path:
    return Path(f"build/bench-{case}.pickle")
