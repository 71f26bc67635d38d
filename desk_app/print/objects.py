"""A PDF file's objects: numbered, gathered in compressed object streams, found through a compressed table.

ReportLab writes neither object streams nor structure; a tagged table of thirty years has four thousand
small objects, which cost a tenth of their plain size here (ISO 32000-1, 7.5.7 and 7.5.8).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256

_HEADER = b"%PDF-1.7\n%\xe5\x85\xab\xe7\x89\x88\n"
"""Four bytes above 127 tell programs that the file is binary (ISO 19005-2, 6.1.2)."""

STRIDE = 100
"""Bytes from one small object to the next. An object's place is then its number with two noughts, and the
list of numbers and places, else the largest part of the stream, shrinks to nearly nothing."""

_LEVEL = 9
_WHOLE, _PACKED = 1, 2
"""Kinds of entries in the cross-reference stream."""


class File:
    """One file being put together. The same calls give the same bytes."""

    def __init__(self) -> None:
        self._next = 1
        self._packed: dict[int, str] = {}
        self._small: list[tuple[int, Sequence[str]]] = []
        self._out = bytearray(_HEADER)
        self._entries: list[bytes] = []
        """What the cross-reference stream says of each object, in order of their numbers."""
        self._places: dict[int, bytes] = {}

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

    def add_small(self, first: int, bodies: Sequence[str]) -> None:
        """Many objects shorter than `STRIDE`, under reserved numbers from `first` on."""
        self._small.append((first, bodies))

    def add_whole(self, body: str) -> int:
        """A new object outside all object streams, for those who search the file's bytes."""
        number = self.reserve()
        self._write(number, body.encode("ascii"))
        return number

    def stream(self, entries: str, data: bytes, *, compress: bool = True) -> int:
        """A new stream."""
        number = self.reserve()
        self._stream(number, entries, data, compress=compress)
        return number

    def finish(self, root: int, info: int) -> bytes:
        """The complete file. Its identifier is made from all that is in it."""
        for first, bodies in self._small:
            self._pack_small(first, bodies)
        self._pack(list(self._packed), list(self._packed.values()))
        table, start = self.reserve(), len(self._out)
        self._places[table] = _whole(start)
        name = sha256(self._out).hexdigest()[:32]
        entries = (
            f"/Type/XRef/Size {self._next}/W[1 3 2]/Root {root} 0 R/Info {info} 0 R/ID[<{name}><{name}>]"
            "/DecodeParms<</Predictor 12/Columns 6>>"
        )
        self._stream(table, entries, b"".join(self._table()))
        self._out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(self._out)

    def _write(self, number: int, body: bytes) -> None:
        self._places[number] = _whole(len(self._out))
        self._out += b"%d 0 obj\n%b\nendobj\n" % (number, body)

    def _stream(self, number: int, entries: str, data: bytes, *, compress: bool = True) -> None:
        if compress:
            data, entries = zlib.compress(data, _LEVEL), f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(data)}>>\nstream\n"
        self._write(number, head.encode("ascii") + data + b"\nendstream")

    def _pack(self, numbers: Sequence[int], bodies: Sequence[str]) -> None:
        places, at = [], 0
        for number, body in zip(numbers, bodies, strict=True):
            places.append(f"{number} {at}")
            at += len(body) + 1
        self._object_stream(numbers, " ".join(places), "\n".join(bodies))

    def _pack_small(self, first: int, bodies: Sequence[str]) -> None:
        """Another object goes before them: some programs insist on one at the stream's beginning."""
        filler = next(iter(self._packed))
        numbers = range(first, first + len(bodies))
        places = " ".join([f"{filler} 0", *[f"{number} {number * STRIDE}" for number in numbers]])
        spread = [self._packed.pop(filler).ljust(first * STRIDE)]
        spread += [body.ljust(STRIDE) for body in bodies]
        self._object_stream([filler, *numbers], places, "".join(spread))

    def _object_stream(self, numbers: Sequence[int], places: str, bodies: str) -> None:
        holder = self.reserve()
        entries = f"/Type/ObjStm/N {len(numbers)}/First {len(places) + 1}"
        self._stream(holder, entries, f"{places}\n{bodies}".encode("ascii"))
        kind = _PACKED.to_bytes() + holder.to_bytes(3)
        for index, number in enumerate(numbers):
            self._places[number] = kind + index.to_bytes(2)

    def _table(self) -> Iterator[bytes]:
        """Each entry as its difference from the one before."""
        before = bytes(6)
        free = bytes(4) + b"\xff\xff"
        for number in range(self._next):
            entry = self._places.get(number, free)
            yield b"\x02" + bytes([(a - b) & 255 for a, b in zip(entry, before, strict=True)])
            before = entry


def _whole(at: int) -> bytes:
    return _WHOLE.to_bytes() + at.to_bytes(3) + bytes(2)
