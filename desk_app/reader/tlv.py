"""Tag-length-value: the card's records, and the BER objects of a file's control information."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Values = Mapping[int, bytes | None]
"""Values of records by tag; None for a record that is cut short."""

_FILLERS = (0x00, 0xFF)


def parse_records(data: bytes) -> Values:
    """The values of concatenated records `tag(1) len(1) value(len)`.

    Nothing can be told after a record that is cut short. Of two with the same tag the first counts;
    filler bytes (00, FF) between records are skipped."""
    values: dict[int, bytes | None] = {}
    at = 0
    while at < len(data):
        tag = data[at]
        if tag in _FILLERS:
            at += 1
            continue
        end = at + 2 + data[at + 1] if at + 1 < len(data) else len(data) + 1
        values.setdefault(tag, data[at + 2 : end] if end <= len(data) else None)
        at = end
    return values


def find(data: bytes, *path: int) -> bytes | None:
    """The value at a path of BER tags, each inside the one before; None where it is not there."""
    for tag in path:
        value = next((v for t, v in _objects(data) if t == tag), None)
        if value is None:
            return None
        data = value
    return data


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each whole object, up to the first that does not fit."""
    at = 0
    while at < len(data):
        tag_end = at + (2 if data[at] & 0x1F == 0x1F else 1)
        start, length = _length(data, tag_end)
        if length is None or start + length > len(data):
            return
        yield int.from_bytes(data[at:tag_end]), data[start : start + length]
        at = start + length


def _length(data: bytes, at: int) -> tuple[int, int | None]:
    """Where the value starts and its length (ISO/IEC 7816-4, 5.2.2.2); None for an invalid length."""
    if at >= len(data):
        return at, None
    first = data[at]
    if first < 0x80:
        return at + 1, first
    count = first & 0x7F
    if count not in (1, 2) or at + 1 + count > len(data):
        return at, None
    return at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count])
