"""Breaking text into lines: between words, and between any two Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_NEVER_FIRST = "·，。、；：！？）》」』】”’—…"
_MARKS = r"\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""What belongs to the character before it: combining marks and variation selectors."""

_PIECE = re.compile(
    rf"\s*(?:[!-~\u00c0-\u024f\u1e00-\u1eff{_MARKS}]+|.)[{_NEVER_FIRST}{_MARKS}]*", re.DOTALL
)
"""What stays together: a word of Latin script or one other character, and the marks that close it."""


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text's lines, none wider than `width` by `measure`; one line at least."""
    if measure(text) <= width:
        return [text]
    lines, line, used = [], "", 0.0
    for piece in _pieces(text, width, measure):
        advance = measure(piece)
        if line and used + advance > width:
            lines.append(line)
            piece = piece.lstrip()
            line, used, advance = "", 0.0, measure(piece)
        line += piece
        used += advance
    return [*lines, line]


def pieces_of(text: str) -> list[str]:
    """What a line may be broken between."""
    return [piece.strip() for piece in _PIECE.findall(text)]


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Pieces that must not be broken; one that alone is wider than a line breaks anywhere."""
    for piece in _PIECE.findall(text):
        if measure(piece) <= width:
            yield piece
        else:
            yield from piece
