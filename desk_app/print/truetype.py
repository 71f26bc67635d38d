"""TrueType files: which glyph a character has, how wide it is, and a file with only some of the glyphs.

Offsets and formats are those of the OpenType specification. A file is mapped, not read: of ten megabytes
a document touches a few pages.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from desk_app.domain.errors import BrokenPromise

_MORE_COMPONENTS = 0x0020
_WORD_ARGUMENTS = 0x0001
_SCALE, _XY_SCALE, _TWO_BY_TWO = 0x0008, 0x0040, 0x0080
_CHECKSUM_MAGIC = 0xB1B0AFBA
_FULL_UNICODE = (3, 10)
"""Platform and encoding of a character map that reaches beyond U+FFFF."""

_SEQUENCES = (0, 5)
"""Platform and encoding of the map of variation sequences."""


class TrueTypeFile:
    """One font file. All lengths are in thousandths of an em."""

    def __init__(self, path: Path) -> None:
        """Map `path`. Raises OSError, and BrokenPromise when it is no TrueType font that we can use."""
        self.name = path.stem
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._tables: dict[bytes, tuple[int, int]] = {
            tag: (offset, length)
            for tag, _, offset, length in self._records(12, ">4sIII", self._u16(4))
        }
        if b"glyf" not in self._tables:
            raise BrokenPromise(f"{path.name} has no TrueType outlines")
        self._em = self._u16(self._at(b"head") + 18)
        self._long_offsets = self._u16(self._at(b"head") + 50) == 1
        self._advances = self._u16(self._at(b"hhea") + 34)
        self._outline = cache(self._read_outline)  # documents share most of their words
        self._starts, self._ends, self._first_glyphs = self._character_map()
        self.variant = cache(self._variant)
        self.advance = cache(self._advance)

    def glyph(self, character: str) -> int:
        """The character's glyph, 0 when the font has none."""
        code = ord(character)
        group = bisect_right(self._starts, code) - 1
        if group < 0 or code > self._ends[group]:
            return 0
        return self._first_glyphs[group] + code - self._starts[group]

    def _variant(self, character: str, selector: str) -> int:
        """The glyph of a character with a variation selector; 0 when the font has none of its own for it."""
        cmap, wanted = self._at(b"cmap"), ord(character)
        for platform, encoding, offset in self._records(cmap + 4, ">HHI", self._u16(cmap + 2)):
            if (platform, encoding) != _SEQUENCES:
                continue
            at = cmap + offset
            for high, low, _, own in self._records(at + 10, ">BHII", self._u32(at + 6)):
                if (high << 16 | low) == ord(selector) and own:
                    for high, low, glyph in self._records(
                        at + own + 4, ">BHH", self._u32(at + own)
                    ):
                        if (high << 16 | low) == wanted:
                            return int(glyph)
        return 0

    def _advance(self, glyph: int) -> int:
        """How far the pen moves on after the glyph."""
        units = self._u16(self._at(b"hmtx") + 4 * min(glyph, self._advances - 1))
        return round(units * 1000 / self._em)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, bottom, right, top over all glyphs."""
        left, bottom, right, top = struct.unpack_from(">4h", self._data, self._at(b"head") + 36)
        return self._mille(left), self._mille(bottom), self._mille(right), self._mille(top)

    @property
    def ascent(self) -> int:
        """Typographic ascender."""
        return self._mille(self._i16(self._at(b"OS/2") + 68))

    @property
    def descent(self) -> int:
        """Typographic descender, negative."""
        return self._mille(self._i16(self._at(b"OS/2") + 70))

    @property
    def weight(self) -> int:
        """Weight class, 400 regular, 600 semi-bold."""
        return self._u16(self._at(b"OS/2") + 4)

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A font file whose glyphs 0, 1, 2 … are `.notdef` and then `glyphs` in their order.

        It has what a PDF needs and no more: no names, character map or hints. Parts of composite
        glyphs follow at the end."""
        kept = [0, *glyphs]
        place = {glyph: index for index, glyph in reversed(list(enumerate(kept)))}
        outlines: list[bytes] = []
        for glyph in kept:  # grows while it runs: parts are appended
            outline = self._outline(glyph)
            for part in _components(outline):
                if part not in place:
                    place[part] = len(kept)
                    kept.append(part)
            outlines.append(_renumbered(outline, place))
        return self._assemble(kept, outlines)

    def _assemble(self, kept: Sequence[int], outlines: Sequence[bytes]) -> bytes:
        offsets = [0, *accumulate(map(len, outlines))]
        head, hhea, maxp = (bytearray(self._table(tag)) for tag in (b"head", b"hhea", b"maxp"))
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">H", head, 50, 1)
        struct.pack_into(">H", hhea, 34, len(kept))
        struct.pack_into(">H", maxp, 4, len(kept))
        return _font_file(
            {
                b"glyf": b"".join(outlines),
                b"head": bytes(head),
                b"hhea": bytes(hhea),
                b"hmtx": b"".join(map(self._metric, kept)),
                b"loca": struct.pack(f">{len(offsets)}I", *offsets),
                b"maxp": bytes(maxp),
            }
        )

    def _read_outline(self, glyph: int) -> bytes:
        at, end = self._outline_span(glyph)
        outline = self._data[self._at(b"glyf") + at : self._at(b"glyf") + end]
        return outline + bytes(-len(outline) % 4)

    def _outline_span(self, glyph: int) -> tuple[int, int]:
        loca = self._at(b"loca")
        if self._long_offsets:
            at, end = struct.unpack_from(">II", self._data, loca + 4 * glyph)
            return at, end
        at, end = struct.unpack_from(">HH", self._data, loca + 2 * glyph)
        return 2 * at, 2 * end

    def _metric(self, glyph: int) -> bytes:
        hmtx = self._at(b"hmtx")
        if glyph < self._advances:
            return self._data[hmtx + 4 * glyph : hmtx + 4 * glyph + 4]
        last = hmtx + 4 * (self._advances - 1)
        bearing = hmtx + 4 * self._advances + 2 * (glyph - self._advances)
        return self._data[last : last + 2] + self._data[bearing : bearing + 2]

    def _character_map(self) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """First and last character and first glyph of every run, in order of characters."""
        cmap = self._at(b"cmap")
        for platform, encoding, offset in self._records(cmap + 4, ">HHI", self._u16(cmap + 2)):
            if (platform, encoding) == _FULL_UNICODE and self._u16(cmap + offset) == 12:
                at = cmap + offset + 16
                (count,) = struct.unpack_from(">I", self._data, at - 4)
                groups = struct.unpack_from(f">{3 * count}I", self._data, at)
                return groups[0::3], groups[1::3], groups[2::3]
        raise BrokenPromise(f"{self.name} has no character map for all of Unicode")

    def _records(self, at: int, layout: str, count: int) -> Iterator[tuple[Any, ...]]:
        size = struct.calcsize(layout)
        return struct.iter_unpack(layout, self._data[at : at + size * count])

    def _at(self, tag: bytes) -> int:
        return self._tables[tag][0]

    def _table(self, tag: bytes) -> bytes:
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]

    def _u16(self, at: int) -> int:
        value: int = struct.unpack_from(">H", self._data, at)[0]
        return value

    def _u32(self, at: int) -> int:
        value: int = struct.unpack_from(">I", self._data, at)[0]
        return value

    def _i16(self, at: int) -> int:
        value: int = struct.unpack_from(">h", self._data, at)[0]
        return value

    def _mille(self, units: int) -> int:
        return round(units * 1000 / self._em)


def _component_places(outline: bytes) -> Iterator[int]:
    """Where a composite glyph names its parts; nowhere for a simple one."""
    if len(outline) < 10 or outline[0] < 0x80:  # the number of contours is negative for a composite
        return
    at, flags = 10, _MORE_COMPONENTS
    while flags & _MORE_COMPONENTS:
        (flags,) = struct.unpack_from(">H", outline, at)
        yield at + 2
        at += 8 if flags & _WORD_ARGUMENTS else 6
        at += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _TWO_BY_TWO else 0


def _components(outline: bytes) -> Iterator[int]:
    for at in _component_places(outline):
        yield struct.unpack_from(">H", outline, at)[0]


def _renumbered(outline: bytes, place: dict[int, int]) -> bytes:
    places = list(_component_places(outline))
    if not places:
        return outline
    changed = bytearray(outline)
    for at in places:
        struct.pack_into(">H", changed, at, place[struct.unpack_from(">H", outline, at)[0]])
    return bytes(changed)


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    """Put tables together behind a directory, with all checksums right."""
    at = 12 + 16 * len(tables)
    power = len(tables).bit_length() - 1
    directory = bytearray(
        struct.pack(
            ">IHHHH", 0x00010000, len(tables), 16 << power, power, 16 * (len(tables) - (1 << power))
        )
    )
    body, sums = bytearray(), 0
    for tag, table in tables.items():
        padded = table + bytes(-len(table) % 4)
        checksum = _checksum(padded)
        directory += struct.pack(">4sIII", tag, checksum, at + len(body), len(table))
        if tag == b"head":
            head = at + len(body)
        sums += checksum
        body += padded
    font = directory + body
    sums += _checksum(directory)
    struct.pack_into(">I", font, head + 8, (_CHECKSUM_MAGIC - sums) & 0xFFFFFFFF)
    return bytes(font)


def _checksum(padded: bytes | bytearray) -> int:
    words = array("I", padded)
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
