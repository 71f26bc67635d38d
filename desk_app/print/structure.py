"""Writes the tree of elements into a file: structure, which element a piece belongs to, bookmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desk_app.print.objects import File
from desk_app.print.tags import Bookmark, Element, Marks, TableRow, literal

_REFERENCE = 10
"""Bytes of a reference in a list of many: up to five digits, and a space behind it."""


@dataclass(frozen=True)
class Sheet:
    """One page: its object's number, and its parts in reading order. Pieces are numbered from the last part
    on: it has the most, and keeps its own numbers."""

    number: int
    parts: Sequence[Marks]


def structure(file: File, language: str, sheets: Sequence[Sheet]) -> int:
    """Write the tree; gives the number of its root."""
    return _Tree(file, sheets).write(language)


class _Tree:
    """Elements come in reading order; the cells of tables, by far the most, have numbers in one run."""

    def __init__(self, file: File, sheets: Sequence[Sheet]) -> None:
        self._file = file
        self._elements = [element for marks in _parts(sheets) for element in marks.elements]
        self._elements += [element for marks in _parts(sheets) for element in marks.closing]
        self._parents = [_Parents(file.reserve(), sheet) for sheet in sheets]
        self._places = {marks: place for place in self._parents for marks in place.sheet.parts}
        self._cell = self._first_cell = file.reserve(sum(map(_cells, self._elements)))
        self._cells: list[str] = []
        self._classes: dict[str, str] = {}
        self._rows: list[tuple[int, str]] = []

    def write(self, language: str) -> int:
        file = self._file
        root, document = file.reserve(), file.reserve()
        kids = [self._write(element, document) for element in self._elements]
        file.put(document, f"<</S/Document/P {root} 0 R/Lang({language})/K{_references(kids)}>>")
        self._write_tables()
        keys = " ".join(f"{key} {of.number} 0 R" for key, of in enumerate(self._parents))
        classes = "".join(f"/{name}<<{what}>>" for what, name in self._classes.items())
        tree = f"/ClassMap<<{classes}>>/ParentTree<</Nums[{keys}]>>/ParentTreeNextKey {len(self._parents)}"
        file.put(root, f"<</Type/StructTreeRoot/K {document} 0 R{tree}>>")
        return root

    def _write_tables(self) -> None:
        """Cells, rows and the parents of the pieces: in each of the three one is nearly as the one before."""
        file = self._file
        numbers = range(self._first_cell, self._cell)
        file.put_rows(numbers, [(body,) for body in self._cells], _width(self._cells))
        rows = sorted(self._rows, key=lambda row: len(row[1]))
        bodies = [body for _, body in rows]
        file.put_rows([number for number, _ in rows], [(body,) for body in bodies], _width(bodies))
        lists = [["[", *map(_reference, of.of_piece), "]"] for of in self._parents]
        file.put_rows([of.number for of in self._parents], lists, _REFERENCE)

    def _write(self, element: Element, parent: int) -> int:
        number = self._file.reserve()
        pieces = [kid for kid in element.kids if isinstance(kid, tuple)]
        page = self._places[pieces[0][0]] if pieces else None
        kids = [self._kid(kid, number, page) for kid in element.kids]
        at = "" if page is None else f"/Pg {page.sheet.number} 0 R"
        self._file.put(
            number,
            f"<</S/{element.tag}/P {parent} 0 R{element.attributes}{at}/K[{' '.join(kids)}]>>",
        )
        return number

    def _kid(
        self, kid: Element | TableRow | tuple[Marks, int], parent: int, page: _Parents | None
    ) -> str:
        if isinstance(kid, tuple):
            return self._piece(kid, parent, page)
        written = self._row(kid, parent) if isinstance(kid, TableRow) else self._write(kid, parent)
        return f"{written} 0 R"

    def _piece(self, kid: tuple[Marks, int], parent: int, page: _Parents | None) -> str:
        place = self._places[kid[0]]
        number = place.first[kid[0]] + kid[1]
        place.of_piece[number] = parent
        if place is page:
            return str(number)
        return f"<</Type/MCR/Pg {place.sheet.number} 0 R/MCID {number}>>"

    def _class(self, attributes: str) -> str:
        """The name of attributes that many cells have."""
        return self._classes.setdefault(attributes, f"C{len(self._classes)}")

    def _row(self, row: TableRow, parent: int) -> int:
        place, number = self._places[row.marks], self._file.reserve()
        first, self._cell = self._cell, self._cell + len(row.cells)
        whose = f"/P {number} 0 R/Pg {place.sheet.number} 0 R"
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

    def __init__(self, number: int, sheet: Sheet) -> None:
        self.number = number
        self.sheet = sheet
        self.first: dict[Marks, int] = {}
        pieces = 0
        for marks in reversed(sheet.parts):
            self.first[marks] = pieces
            pieces += marks.pieces
        self.of_piece = [0] * pieces


def outline(file: File, sheets: Sequence[Sheet]) -> int | None:
    """Write the bookmarks; gives the number of their root, None when there are none."""
    entries = [
        (bookmark, sheet.number)
        for sheet in sheets
        for marks in sheet.parts
        for bookmark in marks.bookmarks
    ]
    if not entries:
        return None
    root = file.reserve()
    file.put(root, f"<</Type/Outlines{_level(file, root, entries, 1)}>>")
    return root


def _level(file: File, parent: int, entries: Sequence[tuple[Bookmark, int]], depth: int) -> str:
    """Write the entries of one depth with those below them; gives what their parent says of them."""
    branches: list[list[tuple[Bookmark, int]]] = []
    for entry in entries:
        if entry[0].depth <= depth or not branches:
            branches.append([])
        branches[-1].append(entry)
    first = file.reserve(len(branches))
    for number, ((bookmark, page), *below) in enumerate(branches, start=first):
        before = f"/Prev {number - 1} 0 R" if number > first else ""
        after = f"/Next {number + 1} 0 R" if number < first + len(branches) - 1 else ""
        inner = _level(file, number, below, depth + 1) if below else ""
        place = f"/Dest[{page} 0 R/XYZ null {bookmark.top:.2f} null]"
        file.put(
            number,
            f"<</Title{literal(bookmark.title)}/Parent {parent} 0 R{before}{after}{place}{inner}>>",
        )
    sign = "" if depth == 1 else "-"  # what is below is folded away at first
    return f"/First {first} 0 R/Last {first + len(branches) - 1} 0 R/Count {sign}{len(branches)}"


def _references(numbers: Sequence[int]) -> str:
    return f"[{' '.join([f'{number} 0 R' for number in numbers])}]"


def _reference(number: int) -> str:
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
