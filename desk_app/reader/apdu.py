"""Commands to a card and its answers (ISO/IEC 7816-4), with T=0's two detours taken in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar

T = TypeVar("T")

MAX_ANSWER = 256
"""Le of a short command that takes whatever there is; on the wire it is 00."""

_MAX_GET_RESPONSE = 32
"""A card that always has more to fetch is broken; 8 kB is far beyond any answer of this application."""


class Transport(IntEnum):
    """The transmission protocols of ISO/IEC 7816-3."""

    T0 = 0
    T1 = 1


class Instruction(IntEnum):
    """The INS bytes that the application uses."""

    VERIFY = 0x20
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0


class StatusWord(IntEnum):
    """SW1-SW2 with one meaning each; the words with a count in them are properties of `Response`."""

    SUCCESS = 0x9000
    END_OF_FILE = 0x6282
    FILE_DEACTIVATED = 0x6283
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    REFERENCE_NOT_FOUND = 0x6A88


@dataclass(frozen=True)
class Command:
    """A short command; `le` is the length expected back (1 to 256), None where none is."""

    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    def encode(self, transport: Transport) -> bytes:
        """The command's bytes, of class 00.

        T=0 has one length byte only: with data it is Lc, and what comes back is fetched afterwards
        (ISO/IEC 7816-3, 12.2). Without either the byte is 00."""
        header = bytes((0x00, self.ins, self.p1, self.p2))
        le = bytes(((self.le or 0) % MAX_ANSWER,))
        if not self.data:
            return header + le
        body = header + bytes((len(self.data),)) + self.data
        return body + le if self.le is not None and transport is Transport.T1 else body


class Response(NamedTuple):
    """What came back: data and SW1-SW2."""

    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        """Success, or all of a file that is shorter than was asked for."""
        return self.status in (StatusWord.SUCCESS, StatusWord.END_OF_FILE)

    @property
    def tries_left(self) -> int | None:
        """x of `63Cx`, 0 for a blocked reference, None for any other word."""
        if self.status == StatusWord.BLOCKED:
            return 0
        return self.status & 0x0F if self.status & 0xFFF0 == 0x63C0 else None

    @property
    def more(self) -> int | None:
        """How many bytes wait to be fetched: `61xx`."""
        return (self.status & 0xFF) or MAX_ANSWER if self.status >> 8 == 0x61 else None

    @property
    def right_length(self) -> int | None:
        """The Le that the card wants instead: `6Cxx`."""
        return (self.status & 0xFF) or MAX_ANSWER if self.status >> 8 == 0x6C else None


class Channel(Protocol):
    """Carries bytes to one card and back; raises the CardErrors."""

    @property
    def reader(self) -> str:
        """Name of the reader that the card is in."""
        ...

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        ...

    @property
    def transport(self) -> Transport:
        """The transmission protocol in use."""
        ...

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command, give the answer's bytes (at least SW1-SW2)."""
        ...

    def aside(self, call: Callable[[], T]) -> T:
        """Make a call that is not the card's, such as to a server; raises Cancelled without waiting for
        its end."""
        ...


def exchange(channel: Channel, command: Command) -> Response:
    """Send a command and give its whole answer: `6Cxx` sends it again, `61xx` fetches what waits."""
    response = _send(channel, command)
    for _ in range(_MAX_GET_RESPONSE):
        if response.more is None:
            break
        rest = _send(channel, Command(Instruction.GET_RESPONSE, 0, 0, le=response.more))
        response = Response(response.data + rest.data, rest.status)
    return response


def _send(channel: Channel, command: Command) -> Response:
    response = _transmit(channel, command)
    if response.right_length is None:
        return response
    return _transmit(channel, replace(command, le=response.right_length))


def _transmit(channel: Channel, command: Command) -> Response:
    answer = channel.transmit(command.encode(channel.transport))
    return Response(answer[:-2], int.from_bytes(answer[-2:]))
