"""The social security application (SSSE) on a card: selecting it and reading its two files.

Its commands rely on what is selected, so a channel must be held against other programs for as long as
one application object is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from desk_app.domain.card import Algorithm
from desk_app.domain.errors import UnsupportedCard
from desk_app.reader.apdu import (
    MAX_ANSWER,
    Channel,
    Command,
    Instruction,
    Response,
    StatusWord,
    exchange,
)
from desk_app.reader.tlv import Values, find, parse_records

NAME = "sx1.sh.社会保障".encode("gbk")
"""The application's DF name."""

_ALGORITHM_PATH = (0x6F, 0xA5, 0x9F0C, 0x86)
_ALGORITHMS = {b"\x01": Algorithm.DES, b"\x02": Algorithm.SSF33, b"\x03": Algorithm.SM4}

# P1 and P2 of SELECT and READ RECORD (ISO/IEC 7816-4, 7.1.1 and 7.3.3)
_BY_NAME = 0x04
_EF_UNDER_CURRENT_DF = 0x02
_FIRST = 0x01
_ALL_FROM_P1 = 0x05
_BY_IDENTIFIER = 0x00


@dataclass(frozen=True)
class RecordFile:
    """A file of records: its identifier, and the length of each item's value by tag."""

    identifier: int
    lengths: Mapping[int, int]

    @property
    def reference(self) -> int:
        """The short identifier, shifted to where P2 of READ RECORD has it."""
        return (self.identifier & 0x1F) << 3


CARD_FILE = RecordFile(0xEF05, {1: 16, 2: 1, 3: 4, 4: 12, 5: 4, 6: 4, 7: 9})
HOLDER_FILE = RecordFile(0xEF06, {8: 18, 9: 30, 0x4E: 20, 0xA: 1, 0xB: 1, 0xC: 3, 0xD: 4})

_ABSENT = (StatusWord.RECORD_NOT_FOUND, StatusWord.REFERENCE_NOT_FOUND)


class _Way(Enum):
    """How a card lets its records be read; each falls back on the next."""

    RANGE = auto()
    ONE_BY_ONE = auto()
    ONE_BY_ONE_AFTER_SELECT = auto()


class CardApplication:
    """The application on one card, selected."""

    def __init__(self, channel: Channel) -> None:
        """Select it. Raises UnsupportedCard for a card that has none."""
        self._channel = channel
        self._way = _Way.RANGE
        self._selected: RecordFile | None = None
        response = self._send(Instruction.SELECT, _BY_NAME, 0x00, NAME)
        if not response.ok and response.status != StatusWord.FILE_DEACTIVATED:
            raise UnsupportedCard
        self._algorithm_code = find(response.data, *_ALGORITHM_PATH)

    @property
    def algorithm(self) -> Algorithm | None:
        """What the card authenticates with; None on first and second generation cards."""
        return _ALGORITHMS.get(self._algorithm_code or b"")

    @property
    def has_unknown_algorithm(self) -> bool:
        """Whether it names one that the notice does not know."""
        return self._algorithm_code is not None and self.algorithm is None

    def read(self, file: RecordFile) -> Values | None:
        """All records of a file, by tag; None while the card keeps it closed."""
        if self._way is not _Way.RANGE:
            return self._read_one_by_one(file, {})
        response = self._read_record(_FIRST, file.reference | _ALL_FROM_P1, MAX_ANSWER)
        if response.status == StatusWord.SECURITY_NOT_SATISFIED:
            return None
        if not response.ok:
            self._way = _Way.ONE_BY_ONE
            return self._read_one_by_one(file, {})
        values = parse_records(response.data)
        is_whole = bool(values) and None not in values.values()
        return values if is_whole else self._read_one_by_one(file, values)

    def _read_one_by_one(self, file: RecordFile, known: Values) -> Values | None:
        values = dict(known)
        for tag in (tag for tag in file.lengths if values.get(tag) is None):
            response = self._read_item(file, tag)
            if response.ok:
                values.update(parse_records(response.data))
            elif response.status == StatusWord.SECURITY_NOT_SATISFIED and not values:
                return None
        return values

    def _read_item(self, file: RecordFile, tag: int) -> Response:
        if self._way is not _Way.ONE_BY_ONE_AFTER_SELECT:
            response = self._read_length(file, tag, file.reference | _BY_IDENTIFIER)
            if response.ok or response.status in (*_ABSENT, StatusWord.SECURITY_NOT_SATISFIED):
                return response
            self._way = _Way.ONE_BY_ONE_AFTER_SELECT
        if self._selected is not file:
            identifier = file.identifier.to_bytes(2)
            self._send(Instruction.SELECT, _EF_UNDER_CURRENT_DF, 0x00, identifier)
            self._selected = file
        return self._read_length(file, tag, _BY_IDENTIFIER)

    def _read_length(self, file: RecordFile, tag: int, p2: int) -> Response:
        """Ask for the record's length by the notice, which spares a T=0 card a second round."""
        response = self._read_record(tag, p2, 2 + file.lengths[tag])
        cut_short = response.ok and None in parse_records(response.data).values()
        if cut_short or response.status == StatusWord.WRONG_LENGTH:
            return self._read_record(tag, p2, MAX_ANSWER)
        return response

    def _read_record(self, p1: int, p2: int, le: int) -> Response:
        return exchange(self._channel, Command(Instruction.READ_RECORD, p1, p2, le=le))

    def _send(self, ins: int, p1: int, p2: int, data: bytes) -> Response:
        return exchange(self._channel, Command(ins, p1, p2, data, le=MAX_ANSWER))
