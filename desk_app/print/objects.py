"""A ReportLab document whose objects are gathered in compressed object streams.

Objects, references and streams are ReportLab's; it writes neither object streams nor the table that finds
what is in them. A tagged table of thirty years has four thousand small objects; they are laid out in rows
of one width and each row is written as its difference from the one above (ISO 32000-1, 7.4.4.4), which
leaves two or three bytes of each.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from reportlab.pdfbase.pdfdoc import (
    BasicFonts,
    PDFArray,
    PDFCatalog,
    PDFDictionary,
    PDFDocument,
    PDFFile,
    PDFIndirectObject,
    PDFName,
    PDFObject,
    PDFObjectReference,
    PDFPages,
    PDFStream,
    PDFText,
)
from reportlab.pdfbase.pdfdoc import format as formatted

_UP = 2
"""The filter that stands before each row: what follows is the difference from the row above."""

_WHOLE, _PACKED = 1, 2
"""Kinds of entries in the cross-reference stream."""

_ENTRY = 6
"""Bytes of one: its kind, where it is (3), and its index there (2)."""


class Entries(PDFDictionary):
    """ReportLab's dictionary without its spaces and line ends, and names are encoded once: half the time."""

    def format(self, document: PDFDocument, IND: bytes = b"") -> bytes:
        """As bytes."""
        written = [
            _name(key)
            + (value.encode("ascii") if isinstance(value, str) else formatted(value, document))
            for key, value in self.dict.items()
        ]
        return b"<<%b>>" % b"".join(written)


@cache
def _name(key: str) -> bytes:
    return PDFName(key).encode("ascii") + b" "


class Stream(PDFStream):
    """A compressed stream. ReportLab's would be none for PDF/A: a line ends before `endstream` (ISO 19005-2,
    6.1.7.1)."""

    def __init__(self, data: bytes, *, compress: bool = True, **entries: object) -> None:
        if compress:
            data, entries["Filter"] = zlib.compress(data), "/FlateDecode"
        super().__init__(Entries(entries | {"Length": len(data)}), data)

    def format(self, document: PDFDocument) -> bytes:
        """As bytes."""
        return b"%b\nstream\n%b\nendstream" % (self.dictionary.format(document), self.content)


class File(PDFDocument):
    """One file being put together. The same calls give the same bytes."""

    Catalog: PDFCatalog
    Pages: PDFPages

    def __init__(self, language: str) -> None:
        super().__init__(invariant=1, pdfVersion=(1, 7), lang=language)
        self.fonts: PDFDictionary = self.idToObject[BasicFonts]  # type: ignore[assignment]
        self._out = PDFFile((1, 7))
        self._places: dict[int, bytes] = {}
        """What the cross-reference stream says of each object."""

    def reserve(self, count: int = 1) -> int:
        """The first of as many new numbers, for objects in rows."""
        first = self.objectcounter + 1
        self.objectcounter += count
        return first

    def number(self, element: PDFObject) -> int:
        """The object's number, as rows name it."""
        return self.idToObjectNumberAndVersion[self.reference(element).name][0]

    def reference(self, element: PDFObject) -> PDFObjectReference:
        """Make it an object of its own."""
        reference: PDFObjectReference = self.Reference(element)
        return reference

    def put_rows(self, numbers: Sequence[int], bodies: Sequence[Sequence[str]], width: int) -> None:
        """Say what many objects much like each other are: each in rows no wider than `width`."""
        if not bodies:
            return
        rows, at = [], 0
        for number, body in zip(numbers, bodies, strict=True):
            place = f"{number} {at} "
            rows += [place[start : start + width] for start in range(0, len(place), width)]
            at += len(body) * width
        first = len(rows) * width
        rows += [row for body in bodies for row in body]
        text = "\0".join(["", *[row.ljust(width) for row in rows]])
        self._hold(numbers, first, _rows(text.encode("ascii"), width))

    def format(self) -> bytes:
        """The complete file. What it says about itself can be read in its bytes; its identifier is made from
        all that is in it."""
        packed: dict[int, bytes] = {}
        number, information = 0, self.number(self.info)
        self.Reference(self.Catalog)
        while number < self.objectcounter:  # what is written may name what is new
            number += 1
            if (name := self.numberToId.get(number)) is None:
                continue  # it is in rows
            element = self.idToObject[name]
            if isinstance(element, PDFStream) or number == information:
                self._write(number)
            else:
                packed[number] = formatted(element, self, toplevel=1)
        self._write(self._pack(packed))
        start = self._out.offset
        self._write(self._table())
        self._out.add(b"startxref\n%d\n%%%%EOF\n" % start)
        return self._out.format(self)

    def _write(self, number: int) -> None:
        name = self.numberToId[number]
        self._places[number] = self._here()
        self._out.add(PDFIndirectObject(name, self.idToObject[name]).format(self))

    def _here(self) -> bytes:
        return _WHOLE.to_bytes() + self._out.offset.to_bytes(3) + bytes(2)

    def _pack(self, objects: dict[int, bytes]) -> int:
        places, at = [], 0
        for number, body in objects.items():
            places.append(b"%d %d " % (number, at))
            at += len(body) + 1
        table, bodies = b"".join(places), b"\n".join(objects.values())
        return self._hold(list(objects), len(table), Stream(table + bodies))

    def _hold(self, numbers: Sequence[int], first: int, stream: Stream) -> int:
        """Make the stream one of objects; gives its own number."""
        stream.dictionary.dict |= {"Type": "/ObjStm", "N": len(numbers), "First": first}
        holder = self.number(stream)
        kind = _PACKED.to_bytes() + holder.to_bytes(3)
        for index, number in enumerate(numbers):
            self._places[number] = kind + index.to_bytes(2)
        return holder

    def _table(self) -> int:
        """The cross-reference stream, which comes last and finds itself too; gives its number."""
        size, free = self.objectcounter + 2, bytes(4) + b"\xff\xff"
        places = [self._places.get(number, free) for number in range(size - 1)]
        table = _rows(b"\0".join([b"", *places, self._here()]), _ENTRY)
        name = PDFText(sha256(self._out.format(self)).digest()[:16])
        table.dictionary.dict |= {
            "Type": "/XRef",
            "Size": size,
            "W": PDFArray([1, 3, 2]),
            "Root": self.Reference(self.Catalog),
            "Info": self.Reference(self.info),
            "ID": PDFArray([name, name]),
        }
        return self.number(table)


def _rows(rows: bytes, width: int) -> Stream:
    """A stream of rows of `width` bytes, a zero before each."""
    parameters = Entries({"Predictor": 12, "Columns": width})
    return Stream(_differences(rows, width), DecodeParms=parameters)


def _differences(rows: bytes, width: int) -> bytes:
    """The rows as differences from the row above, byte by byte modulo 256, behind the filter's number. All at
    once, as a large number whose digits are the bytes."""
    length = len(rows)
    this = int.from_bytes(rows)
    above = this >> 8 * (width + 1)
    high, low = int.from_bytes(b"\x80" * length), int.from_bytes(b"\x7f" * length)
    difference = ((this | high) - (above & low)) ^ ((this ^ above ^ high) & high)
    filters = (_UP.to_bytes() + bytes(width)) * (length // (width + 1))
    return (difference | int.from_bytes(filters)).to_bytes(length)
