"""Writes a PDF content stream: one path for all rules of a weight, then one text object for all texts.

ReportLab's canvas spends most of its time per call; a statement has thousands of cells.
"""

from __future__ import annotations

from collections.abc import Iterator

from desk_app.print.fonts import DocumentFonts, Encoded, Run
from desk_app.print.geometry import Ink, Style

_BOX_DIGITS = 0.28
"""Type size of a code point inside its placeholder, as a share of the text's."""


class Pen:
    """Draws on one page (or form); positions in points from the lower left corner."""

    def __init__(self, fonts: DocumentFonts) -> None:
        self._fonts = fonts
        self._tints: list[str] = []
        self._rules: dict[tuple[Ink, float], list[str]] = {}
        self._forms: list[str] = []
        self._texts: list[str] = []
        self._font: tuple[str, float] | None = None
        self._ink: Ink | None = None

    def width(self, text: str, style: Style) -> float:
        """How wide the text is."""
        return self._fonts.advance(text, style.weight) * style.size / 1000

    def encode(self, text: str, style: Style) -> Encoded:
        """The text ready for `show`."""
        return self._fonts.encode(text, style.weight)

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Text that begins at x, on the baseline y."""
        self.show(x, y, self.encode(text, style), style)

    def text_right(self, x: float, y: float, text: str, style: Style) -> None:
        """Text that ends at x."""
        encoded = self.encode(text, style)
        self.show(x - encoded.advance * style.size / 1000, y, encoded, style)

    def text_centred(self, x: float, y: float, text: str, style: Style) -> None:
        """Text whose middle is at x."""
        encoded = self.encode(text, style)
        self.show(x - encoded.advance * style.size / 2000, y, encoded, style)

    def show(self, x: float, y: float, encoded: Encoded, style: Style) -> None:
        """Encoded text that begins at x, on the baseline y."""
        if self._ink is not style.ink:
            self._ink = style.ink
            self._texts.append(f"{style.ink.value} rg")
        for run in encoded.runs:
            if run.resource is None:
                self._placeholder(x, y, run, style)
            else:
                self._use(run.resource, style.size)
                self._texts.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm <{run.codes}> Tj")
            x += run.advance * style.size / 1000

    def rule(self, x: float, y: float, length: float, weight: float, ink: Ink = Ink.RULE) -> None:
        """A horizontal rule."""
        path = self._rules.setdefault((ink, weight), [])
        path.append(f"{x:.2f} {y:.2f} m {x + length:.2f} {y:.2f} l")

    def tint(self, x: float, y: float, width: float, height: float) -> None:
        """A lightly tinted area behind the texts."""
        self._tints.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re")

    def literal(self, operators: str) -> None:
        """PDF operators of somebody else, between areas and texts."""
        self._forms.append(operators)

    def content(self) -> bytes:
        """The finished stream."""
        return "\n".join(self._parts()).encode("ascii")

    def _parts(self) -> Iterator[str]:
        if self._tints:
            yield f"{Ink.TINT.value} rg"
            yield from self._tints
            yield "f"
        for (ink, weight), path in self._rules.items():
            yield f"{ink.value} RG {weight:g} w"
            yield from path
            yield "S"
        yield from self._forms
        if self._texts:
            yield "BT"
            yield from self._texts
            yield "ET"

    def _use(self, resource: str, size: float) -> None:
        if self._font != (resource, size):
            self._font = resource, size
            self._texts.append(f"/{resource} {size:g} Tf")

    def _placeholder(self, x: float, y: float, run: Run, style: Style) -> None:
        """A box with the code point in it; copying it out of the PDF gives the character itself."""
        size, edge = style.size, style.size * 0.86
        box = f"{x + size * 0.07:.2f} {y - size * 0.08:.2f} {edge:.2f} {edge:.2f} re"
        self._rules.setdefault((style.ink, round(size * 0.05, 2)), []).append(box)
        digits = f"{ord(run.text):04X}"
        small = Style(style.weight, size * _BOX_DIGITS, style.ink)
        half = (len(digits) + 1) // 2
        self._texts.append(f"/Span <</ActualText <FEFF{_utf16(run.text)}>>> BDC")
        self.text_centred(x + size / 2, y + size * 0.40, digits[:half], small)
        self.text_centred(x + size / 2, y + size * 0.06, digits[half:], small)
        self._texts.append("EMC")


def _utf16(text: str) -> str:
    return text.encode("utf-16-be", "surrogatepass").hex().upper()
