"""Commands and status words of the emulated card (ISO/IEC 7816-4, short form only)."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Ins(IntEnum):
    """Instructions that the card knows (ISO/IEC 7816-4)."""

    VERIFY = 0x20
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0


class Status(IntEnum):
    """Status words (ISO/IEC 7816-4)."""

    DONE = 0x9000
    TRIES_LEFT = 0x63C0
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    LOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    WRONG_LE = 0x6C00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00


class Refused(Exception):
    """The command ends with this status word."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class Command(NamedTuple):
    """A short command; `le` is None where none is given and 0 for everything there is."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int | None


def parse(apdu: bytes) -> Command:
    """Take a command apart. Five bytes are a header with Le. Raises Refused(WRONG_LENGTH)."""
    if len(apdu) < 4:
        raise Refused(Status.WRONG_LENGTH)
    cla, ins, p1, p2, *_ = apdu
    body = apdu[4:]
    if len(body) < 2:
        return Command(cla, ins, p1, p2, b"", body[0] if body else None)
    data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
    if not body[0] or len(data) < body[0] or len(rest) > 1:
        raise Refused(Status.WRONG_LENGTH)
    return Command(cla, ins, p1, p2, data, rest[0] if rest else None)
