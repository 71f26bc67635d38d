"""Writes a PDF content stream: one path for all rules of a weight, then one text object for all texts.

ReportLab's canvas spends most of its time per call; a statement has thousands of cells. Whatever is drawn
is tagged on the way: a text that stands alone is a paragraph, or the heading that its style says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from desk_app.print import tags
from desk_app.print.fonts import DocumentFonts, Encoded, Run
from desk_app.print.geometry import Ink, Style
from desk_app.print.tags import HEADINGS, Bookmark, Element, Marks, Picture, TableRow, Tag

_BOX_DIGITS = 0.28
"""Type size of a code point inside its placeholder, as a share of the text's."""

_GRAIN = 100
"""Texts begin at multiples of a hundredth of a point."""

_ARTIFACT = "/Artifact BMC"
_END = "EMC"


@dataclass(frozen=True)
class Content:
    """What a pen has written: its operators line by line, and what they say."""

    lines: tuple[str, ...]
    marks: Marks

    def tagged(self, first: int = 0) -> bytes:
        """The stream; its pieces are numbered from `first` on."""
        if not first:
            return _stream(self.lines)
        return _stream(_renumbered(line, first) for line in self.lines)

    def untagged(self) -> bytes:
        """The stream without any marks, for where the whole is an artifact."""
        return _stream(
            line for line in self.lines if line != _END and not line.endswith(("BDC", "BMC"))
        )


class Pen:
    """Draws on one page (or form); positions in points from the lower left corner of the sheet."""

    def __init__(self, fonts: DocumentFonts, scale: float = 1.0) -> None:
        """`scale` is how much the finished page is larger than the sheet that is drawn on."""
        self._fonts = fonts
        self._scale = scale
        self._tints: list[str] = []
        self._rules: dict[tuple[Ink, float], list[str]] = {}
        self._forms: list[str] = []
        self._texts: list[str] = []
        self._font: tuple[str, float] | None = None
        self._ink: Ink | None = None
        self._across = self._up = 0
        """Where the last text began. Steps from there, not places, are written: rows have them in common,
        so that a long table takes a third less."""
        self.marks = Marks()
        self._into = self.marks.elements
        self._element: Element | None = None
        self._marked = False
        """Whether a piece has begun among the texts, and so on."""
        self._marked_forms = False
        self._muted = False
        """Whether all is an artifact."""

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
        if not self._marked:
            if self._element is None:
                self._paragraph(x, y, encoded, style)
                return
            self._texts.append(self._piece(self._element))
            self._marked = True
        if self._ink is not style.ink:
            self._ink = style.ink
            self._texts.append(f"{style.ink.value} rg")
        for run in encoded.runs:
            if run.resource is None:
                self._placeholder(x, y, run, style)
            else:
                self._use(run.resource, style.size)
                across, up = round(x * _GRAIN), round(y * _GRAIN)
                right, above = (across - self._across) / _GRAIN, (up - self._up) / _GRAIN
                self._across, self._up = across, up
                if run.language:
                    self._texts.append(f"/Span<</Lang({run.language})>>BDC")
                self._texts.append(f"{right:g} {above:g} Td<{run.codes}>Tj")
                if run.language:
                    self._texts.append(_END)
            x += run.advance * style.size / 1000

    def rule(self, x: float, y: float, length: float, weight: float, ink: Ink = Ink.RULE) -> None:
        """A horizontal rule."""
        path = self._rules.setdefault((ink, weight), [])
        path.append(f"{x:.2f} {y:.2f} m {x + length:.2f} {y:.2f} l")

    def tint(self, x: float, y: float, width: float, height: float) -> None:
        """A lightly tinted area behind the texts."""
        self._tints.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re")

    def literal(self, operators: str) -> None:
        """PDF operators of somebody else, between areas and texts: within `figure` they are part of the
        picture, else an ornament."""
        if self._element is None:
            self._forms += (_ARTIFACT, operators, _END)
            return
        if not self._marked_forms:
            self._forms.append(self._piece(self._element))
            self._marked_forms = True
        self._forms.append(operators)

    def content(self) -> Content:
        """The finished stream."""
        if self._scale == 1:
            return Content(tuple(self._parts()), self.marks)
        enlarged = f"q {self._scale:.4f} 0 0 {self._scale:.4f} 0 0 cm"
        return Content((enlarged, *self._parts(), "Q"), self.marks)

    # --- what is drawn says -----------------------------------------------------------------------------

    @contextmanager
    def tag(self, tag: Tag) -> Iterator[Element]:
        """What is drawn in here is one element, or what it holds."""
        with self.within(Element(tag)) as element:
            yield element

    @contextmanager
    def figure(
        self, alternative: str, x: float, y: float, width: float, height: float
    ) -> Iterator[None]:
        """What is drawn in here is one picture, which `alternative` tells in words."""
        left, bottom, right, top = (edge * self._scale for edge in (x, y, x + width, y + height))
        picture = Picture(alternative, (left, bottom, right, top))
        with self.within(Element(Tag.FIGURE, picture)):
            yield

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Texts in here are not read out: page numbers, heads that repeat."""
        if self._muted:
            yield
            return
        self._end()
        before, self._element = self._element, None
        self._texts.append(_ARTIFACT)
        self._marked = self._muted = True
        yield
        self._texts.append(_END)
        self._marked = self._muted = False
        self._element = before

    @contextmanager
    def closing(self) -> Iterator[None]:
        """What is drawn in here is read after all pages."""
        before, self._into = self._into, self.marks.closing
        yield
        self._into = before

    @contextmanager
    def within(self, element: Element) -> Iterator[Element]:
        """As `tag`, with an element that may have begun on another page."""
        if self._muted:
            yield element
            return
        self._end()
        self.place(element)
        before, self._element = self._element, element
        yield element
        self._end()
        self._element = before

    def row(self, table: Element) -> TableRow:
        """The table's next row."""
        row = TableRow(self.marks)
        if not self._muted:
            table.kids.append(row)
        return row

    @contextmanager
    def cell(self, row: TableRow, cell: str) -> Iterator[None]:
        """Texts in here are this cell of the row (`tags.DATA`, `tags.head`, `tags.data`)."""
        self.begin_cell(row, cell)
        yield
        self.end_cell()

    def place(self, element: Element) -> None:
        """The element comes next in reading order, unless it has its place."""
        if not element.placed:
            element.placed = True
            (self._into if self._element is None else self._element.kids).append(element)

    def bookmark(self, depth: int, title: str, top: float) -> None:
        """A part begins here; long documents list it."""
        self.marks.bookmarks.append(Bookmark(depth, title, top * self._scale))

    def begin_cell(self, row: TableRow, cell: str) -> None:
        """As `cell`, for the thousands of cells of a long table."""
        if self._muted:
            return
        piece = self.marks.piece()
        row.cells.append((cell, piece))
        self._texts.append(f"/{cell[:2]}<</MCID {piece}>>BDC")
        self._marked = True

    def end_cell(self) -> None:
        """The cell is complete."""
        if self._muted:
            return
        self._texts.append(_END)
        self._marked = False

    def _paragraph(self, x: float, y: float, encoded: Encoded, style: Style) -> None:
        """A text that stands alone."""
        if (depth := HEADINGS.get(style.tag)) is not None:
            self.bookmark(depth, "".join(run.text for run in encoded.runs), y + style.size)
        with self.tag(style.tag):
            self.show(x, y, encoded, style)

    def _piece(self, element: Element) -> str:
        """Begin a new piece of the element."""
        piece = self.marks.piece()
        element.kids.append((self.marks, piece))
        return f"/{element.tag}<</MCID {piece}>>BDC"

    def _end(self) -> None:
        """End the pieces that have begun."""
        if self._marked:
            self._texts.append(_END)
        if self._marked_forms:
            self._forms.append(_END)
        self._marked = self._marked_forms = False

    # --- operators --------------------------------------------------------------------------------------

    def _parts(self) -> Iterator[str]:
        if self._tints or self._rules:
            yield _ARTIFACT
            if self._tints:
                yield f"{Ink.TINT.value} rg"
                yield from self._tints
                yield "f"
            for (ink, weight), path in self._rules.items():
                yield f"{ink.value} RG {weight:g} w"
                yield from path
                yield "S"
            yield _END
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
        digits = f"{ord(run.text[0]):04X}"
        small = Style(style.weight, size * _BOX_DIGITS, style.ink)
        half = (len(digits) + 1) // 2
        self._texts.append(f"/Span<</ActualText{tags.literal(run.text)}>>BDC")
        self.text_centred(x + size / 2, y + size * 0.40, digits[:half], small)
        self.text_centred(x + size / 2, y + size * 0.06, digits[half:], small)
        self._texts.append(_END)


def _stream(lines: Iterator[str] | tuple[str, ...]) -> bytes:
    return "\n".join(lines).encode("latin-1")


def _renumbered(line: str, first: int) -> str:
    """The same mark with its number moved up."""
    if not line.endswith(">>BDC"):
        return line
    tag, found, number = line[:-5].partition("<</MCID ")
    return f"{tag}{found}{int(number) + first}>>BDC" if found else line
