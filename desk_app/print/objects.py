"""A PDF file's objects: numbered, gathered in compressed object streams, found through a compressed table.

ReportLab writes neither object streams nor structure. A tagged table of thirty years has four thousand
small objects; they are laid out in rows of one width and each row is written as its difference from the
one above (ISO 32000-1, 7.4.4.4), which leaves two or three bytes of each.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from hashlib import sha256

_HEADER = b"%PDF-1.7\n%\xe5\x85\xab\xe7\x89\x88\n"
"""Four bytes above 127 tell programs that the file is binary (ISO 19005-2, 6.1.2)."""

_LEVEL = 6
_UP = 2
"""The filter that stands before each row: what follows is the difference from the row above."""

_WHOLE, _PACKED = 1, 2
"""Kinds of entries in the cross-reference stream."""

_ENTRY = 6
"""Bytes of one: its kind, where it is (3), and its index there (2)."""


class File:
    """One file being put together. The same calls give the same bytes."""

    def __init__(self) -> None:
        self._next = 1
        self._packed: dict[int, str] = {}
        self._out = bytearray(_HEADER)
        self._places: dict[int, bytes] = {}
        """What the cross-reference stream says of each object."""

    def reserve(self, count: int = 1) -> int:
        """The first of as many new numbers."""
        first = self._next
        self._next += count
        return first

    def put(self, number: int, body: str) -> None:
        """Say what the object of a reserved number is."""
        self._packed[number] = body

    def add(self, body: str) -> int:
        """A new object; gives its number."""
        number = self.reserve()
        self.put(number, body)
        return number

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
        packed = zlib.compress(_differences(text.encode("ascii"), width), _LEVEL)
        entries = f"/DecodeParms<</Predictor 12/Columns {width}>>"
        self._object_stream(numbers, first, entries, packed)

    def add_whole(self, body: str) -> int:
        """A new object outside all object streams, for those who search the file's bytes."""
        number = self.reserve()
        self._write(number, body.encode("ascii"))
        return number

    def stream(self, entries: str, data: bytes, *, compress: bool = True) -> int:
        """A new stream."""
        number = self.reserve()
        if compress:
            data, entries = zlib.compress(data, _LEVEL), f"{entries}/Filter/FlateDecode"
        self._stream(number, entries, data)
        return number

    def finish(self, root: int, info: int) -> bytes:
        """The complete file. Its identifier is made from all that is in it."""
        self._pack(self._packed)
        table, start = self.reserve(), len(self._out)
        self._places[table] = _whole(start)
        name = sha256(self._out).hexdigest()[:32]
        free = bytes(4) + b"\xff\xff"
        places = [b"", *[self._places.get(number, free) for number in range(self._next)]]
        entries = (
            f"/Type/XRef/Size {self._next}/W[1 3 2]/Root {root} 0 R/Info {info} 0 R/ID[<{name}><{name}>]"
            f"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns {_ENTRY}>>"
        )
        self._stream(
            table, entries, zlib.compress(_differences(b"\0".join(places), _ENTRY), _LEVEL)
        )
        self._out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(self._out)

    def _write(self, number: int, body: bytes) -> None:
        self._places[number] = _whole(len(self._out))
        self._out += b"%d 0 obj\n%b\nendobj\n" % (number, body)

    def _stream(self, number: int, entries: str, data: bytes) -> None:
        head = f"<<{entries}/Length {len(data)}>>\nstream\n"
        self._write(number, head.encode("ascii") + data + b"\nendstream")

    def _pack(self, objects: dict[int, str]) -> None:
        places, at = [], 0
        for number, body in objects.items():
            places.append(f"{number} {at} ")
            at += len(body) + 1
        table, bodies = "".join(places), "\n".join(objects.values())
        packed = zlib.compress((table + bodies).encode("ascii"), _LEVEL)
        self._object_stream(list(objects), len(table), "", packed)

    def _object_stream(
        self, numbers: Sequence[int], first: int, entries: str, packed: bytes
    ) -> None:
        holder = self.reserve()
        what = f"/Type/ObjStm/N {len(numbers)}/First {first}{entries}/Filter/FlateDecode"
        self._stream(holder, what, packed)
        kind = _PACKED.to_bytes() + holder.to_bytes(3)
        for index, number in enumerate(numbers):
            self._places[number] = kind + index.to_bytes(2)


def _whole(at: int) -> bytes:
    return _WHOLE.to_bytes() + at.to_bytes(3) + bytes(2)


def _differences(rows: bytes, width: int) -> bytes:
    """Rows of `width` bytes, a zero before each, as differences from the row above, byte by byte modulo 256,
    behind the filter's number. All at once, as a large number whose digits are the bytes."""
    length = len(rows)
    this = int.from_bytes(rows)
    above = this >> 8 * (width + 1)
    high, low = int.from_bytes(b"\x80" * length), int.from_bytes(b"\x7f" * length)
    difference = ((this | high) - (above & low)) ^ ((this ^ above ^ high) & high)
    filters = (_UP.to_bytes() + bytes(width)) * (length // (width + 1))
    return (difference | int.from_bytes(filters)).to_bytes(length)
