"""Writes the tree of elements into a file: structure, which element a piece belongs to, bookmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDestinationXYZ,
    PDFnull,
    PDFObject,
    PDFOutlines,
    PDFPage,
    PDFString,
)

from desk_app.print.objects import Entries, File
from desk_app.print.tags import Element, Marks, Picture, TableRow

_REFERENCE = 10
"""Bytes of a reference in a list of many: up to five digits, and a space behind it."""


@dataclass(frozen=True)
class Sheet:
    """One page: its object, and its parts in reading order. Pieces are numbered from the last part on: it has
    the most, and keeps its own numbers."""

    page: PDFPage
    parts: Sequence[Marks]


def structure(file: File, language: str, sheets: Sequence[Sheet]) -> Entries:
    """Write the tree; gives its root."""
    return _Tree(file, sheets).write(language)


class _Tree:
    """Elements come in reading order; the cells of tables, by far the most, have numbers in one run."""

    def __init__(self, file: File, sheets: Sequence[Sheet]) -> None:
        self._file = file
        self._elements = [element for marks in _parts(sheets) for element in marks.elements]
        self._elements += [element for marks in _parts(sheets) for element in marks.closing]
        self._parents = [_Parents(file, sheet) for sheet in sheets]
        self._places = {marks: place for place in self._parents for marks in place.sheet.parts}
        self._cell = self._first_cell = file.reserve(sum(map(_cells, self._elements)))
        self._cells: list[str] = []
        self._classes: dict[str, str] = {}
        self._rows: list[tuple[int, str]] = []

    def write(self, language: str) -> Entries:
        root = Entries({"Type": "/StructTreeRoot"})
        above, said = _reference(self._file.number(root)), PDFString(language)
        document = Entries({"S": "/Document", "P": above, "Lang": said})
        root["K"] = whole = _reference(self._file.number(document))
        document["K"] = PDFArray([self._write(element, whole) for element in self._elements])
        self._write_tables()
        root["ClassMap"] = Entries({name: f"<<{what}>>" for what, name in self._classes.items()})
        keys = enumerate(self._parents)
        parents = [item for key, of in keys for item in (key, _reference(of.number))]
        root["ParentTree"] = Entries({"Nums": PDFArray(parents)})
        root["ParentTreeNextKey"] = len(self._parents)
        return root

    def _write_tables(self) -> None:
        """Cells, rows and the parents of the pieces: in each of the three one is nearly as the one before."""
        file = self._file
        numbers = range(self._first_cell, self._cell)
        file.put_rows(numbers, [(body,) for body in self._cells], _width(self._cells))
        rows = sorted(self._rows, key=lambda row: len(row[1]))
        bodies = [body for _, body in rows]
        file.put_rows([number for number, _ in rows], [(body,) for body in bodies], _width(bodies))
        lists = [["[", *map(_padded, of.of_piece), "]"] for of in self._parents]
        file.put_rows([of.number for of in self._parents], lists, _REFERENCE)

    def _write(self, element: Element, parent: bytes) -> bytes:
        written = Entries({"S": f"/{element.tag}", "P": parent})
        number = self._file.number(written)
        reference = _reference(number)
        pieces = [kid for kid in element.kids if isinstance(kid, tuple)]
        page = self._places[pieces[0][0]] if pieces else None
        if page is not None:
            written["Pg"] = _reference(page.page)
        if element.picture is not None:
            written.dict |= _figure(element.picture)
        kids: list[object] = []
        for kid in element.kids:
            if isinstance(kid, tuple):
                kids.append(self._piece(kid, number, page))
            elif isinstance(kid, TableRow):
                kids.append(_reference(self._row(kid, number)))
            else:
                kids.append(self._write(kid, reference))
        written["K"] = kids[0] if len(kids) == 1 else PDFArray(kids)
        return reference

    def _piece(self, kid: tuple[Marks, int], parent: int, page: _Parents | None) -> bytes | Entries:
        place = self._places[kid[0]]
        number = place.first[kid[0]] + kid[1]
        place.of_piece[number] = parent
        if place is page:
            return b"%d" % number
        return Entries({"Type": "/MCR", "Pg": _reference(place.page), "MCID": number})

    def _class(self, attributes: str) -> str:
        """The name of attributes that many cells have."""
        return self._classes.setdefault(attributes, f"C{len(self._classes)}")

    def _row(self, row: TableRow, parent: int) -> int:
        place, number = self._places[row.marks], self._file.reserve()
        first, self._cell = self._cell, self._cell + len(row.cells)
        whose = f"/P {number} 0 R/Pg {place.page} 0 R"
        offset, of_piece = place.first[row.marks], place.of_piece
        for cell, (kind, piece) in enumerate(row.cells, start=first):
            tag, attributes = kind[:2], kind[2:]
            what = f"/C/{self._class(attributes)}" if attributes else ""
            if piece is None:
                self._cells.append(f"<</S/{tag}{whose}{what}>>")
            else:
                piece += offset
                of_piece[piece] = cell
                self._cells.append(f"<</S/{tag}{whose}/K {piece:4}{what}>>")
        cells = "".join([f"{cell:5} 0 R" for cell in range(first, self._cell)])
        self._rows.append((number, f"<</S/TR/P {parent} 0 R/K[{cells}]>>"))
        return number


class _Parents:
    """Which element each piece of a page belongs to."""

    def __init__(self, file: File, sheet: Sheet) -> None:
        self.number = file.reserve()
        self.sheet = sheet
        self.page = file.number(sheet.page)
        self.first: dict[Marks, int] = {}
        pieces = 0
        for marks in reversed(sheet.parts):
            self.first[marks] = pieces
            pieces += marks.pieces
        self.of_piece = [0] * pieces


def _figure(picture: Picture) -> dict[str, PDFObject]:
    box = PDFArray([round(edge, 2) for edge in picture.box])
    layout = Entries({"O": "/Layout", "Placement": "/Block", "BBox": box})
    return {"Alt": PDFString(picture.alternative), "A": layout}


def outline(file: File, sheets: Sequence[Sheet]) -> bool:
    """Write the bookmarks; tells whether there are any. What is below is folded away at first."""
    outlines, places = PDFOutlines(), dict[str, PDFDestinationXYZ]()
    file.Outlines = outlines
    for sheet in sheets:
        for bookmark in (mark for marks in sheet.parts for mark in marks.bookmarks):
            name = str(len(places))
            place = PDFDestinationXYZ(sheet.page, PDFnull, round(bookmark.top, 2), PDFnull)
            places[name] = place
            level = min(bookmark.depth - 1, outlines.currentlevel + 1)
            outlines.addOutlineEntry(name, level, bookmark.title, closed=1)
    outlines.prepare(file, SimpleNamespace(_bookmarkReference=places.__getitem__))
    outlines.count = len(outlines.mydestinations or ())  # ReportLab adds branches that are folded
    return bool(places)


def _reference(number: int) -> bytes:
    """A reference as ReportLab writes its own; there are many, and some are to what is in rows."""
    return b"%d 0 R" % number


def _padded(number: int) -> str:
    return f"{number} 0 R".ljust(_REFERENCE)


def _width(bodies: Sequence[str]) -> int:
    """Of rows that hold one each: rounded, so that few digits differ in their places."""
    return -(-max(map(len, bodies), default=1) // 50) * 50


def _parts(sheets: Sequence[Sheet]) -> Iterator[Marks]:
    for sheet in sheets:
        yield from sheet.parts


def _cells(element: Element) -> int:
    """How many cells the tables within the element have."""
    return sum(
        len(kid.cells) if isinstance(kid, TableRow) else _cells(kid)
        for kid in element.kids
        if not isinstance(kid, tuple)
    )
