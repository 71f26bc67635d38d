"""How the card writes values: packed BCD (cn), padded text (an), dates, and names in GB 18030."""

from __future__ import annotations

from datetime import date

from desk_app.domain.card import Problem

_PADDING = b"\x00 \xff"
"""00 by the notice; spaces and FF occur. None of them can end a character of GB 18030."""

_ASSIGNED_SINCE = {
    0xE7C7: 0x1E3F,
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE831: 0x215D7,
    0xE832: 0x9FB8,
    0xE83B: 0x2298F,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE855: 0x241FE,
    0xE864: 0x9FBB,
}
"""Letters whose two-byte codes meant a private-use character in GB 18030-2000, which is what Python's
codec implements; Unicode has since given them code points, which registers and fonts use."""


class Undecodable(ValueError):
    """A value that is not what its item should be; `problem` is blank or malformed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def digits(value: bytes, count: int | None = None) -> str:
    """Packed BCD, F-padded on the right: its decimal digits, `count` of them when given."""
    if len(value) != 1 or value in (
        b"\x00",
        b"\xff",
    ):  # one 20 is a number, the Lisu of GB 3304; four are blanks
        _refuse_blank(value)
    text = value.hex().rstrip("f")
    if not text.isdecimal() or count not in (None, len(text)):
        raise Undecodable(Problem.MALFORMED)
    return text


def hexadecimal(value: bytes, length: int) -> str:
    """Exactly `length` bytes as upper-case hexadecimal digits."""
    _refuse_blank(value)
    if len(value) != length:
        raise Undecodable(Problem.MALFORMED)
    return value.hex().upper()


def day(value: bytes) -> date:
    """YYYYMMDD in packed BCD."""
    text = digits(value, 8)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise Undecodable(Problem.MALFORMED) from error


def text(value: bytes) -> str:
    """Printable ASCII, padded on the right with 00 or spaces."""
    _refuse_blank(value)
    try:
        decoded = value.rstrip(_PADDING).decode("ascii")
    except UnicodeDecodeError as error:
        raise Undecodable(Problem.MALFORMED) from error
    return _printable(decoded)


def name(first: bytes, rest: bytes = b"") -> str:
    """A name in GB 18030, of which `rest` (姓名扩展) is the continuation.

    The bytes are joined before they are decoded, for a character may be split between the two."""
    _refuse_blank(first + rest)
    head = first.partition(b"\x00")[0].rstrip(b"\xff")
    tail = rest.partition(b"\x00")[0].rstrip(_PADDING)
    body = head.rstrip(b" ")
    if body == head or not tail:
        return _decode(body + tail)
    before, after = _decode(body), _decode(tail)
    # Between two Latin words the space is the name's own; next to a Chinese character it is padding.
    gap = " " if before and (before[-1] + after[0]).isascii() else ""
    return before + gap + after


def _decode(value: bytes) -> str:
    try:
        decoded = value.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Undecodable(Problem.MALFORMED) from error
    if not decoded:  # something stands behind the end of an empty name
        raise Undecodable(Problem.MALFORMED)
    return _printable(decoded.translate(_ASSIGNED_SINCE))


def _printable(decoded: str) -> str:
    if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in decoded):
        raise Undecodable(Problem.MALFORMED)
    return decoded


def _refuse_blank(value: bytes) -> None:
    if not value.strip(_PADDING):
        raise Undecodable(Problem.BLANK)
