"""How cards other than an ordinary one behave in a slot. Each wraps or stands in for an emulated card."""

from __future__ import annotations

import time
from typing import Protocol

from desk_app.sandbox.apdu import Ins, Status


class VirtualCard(Protocol):
    """What a virtual slot needs of a card."""

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        ...

    def reset(self) -> None:
        """Power up, or reset."""
        ...

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to one command. Raises TornOut when the card leaves the slot instead."""
        ...


class TornOut(Exception):
    """The card was pulled out of the slot before it could answer."""


class T0:
    """A card that announces its answers: `61xx`, then GET RESPONSE; `6Cxx`, then the same command again."""

    _OUTGOING = frozenset({Ins.READ_RECORD, Ins.GET_CHALLENGE})

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._announced = b""

    @property
    def atr(self) -> bytes:
        """That of the card."""
        return self._card.atr

    def reset(self) -> None:
        """Power up, or reset."""
        self._announced = b""
        self._card.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """The answer to one command, in T=0 style."""
        announced, self._announced = self._announced, b""
        if apdu[:2] == bytes((0x00, Ins.GET_RESPONSE)):
            return self._get_response(apdu, announced)
        if apdu[1:2] and apdu[1] in self._OUTGOING:
            return self._outgoing(apdu)
        answer = self._card.transmit(apdu)
        if len(answer) == 2:
            return answer
        self._announced = answer[:-2]
        return bytes((0x61, len(self._announced)))

    def _get_response(self, apdu: bytes, announced: bytes) -> bytes:
        if apdu[2:4] != b"\0\0":
            return _word(Status.WRONG_P1_P2)
        if not announced:
            return _word(Status.CONDITIONS_NOT_SATISFIED)
        if len(apdu) != 5 or apdu[4] != len(announced):
            self._announced = announced
            return _word(Status.WRONG_LE | len(announced))
        return announced + _word(Status.DONE)

    def _outgoing(self, apdu: bytes) -> bytes:
        """A T=0 card knows no open Le: a zero is 256, which is never how long an answer here is."""
        if len(apdu) == 4:
            apdu += b"\0"
        answer = self._card.transmit(apdu)
        if len(answer) > 2 and apdu[4] != len(answer) - 2:
            return _word(Status.WRONG_LE | len(answer) - 2)
        return answer


class Slow:
    """A card that takes its time over each command."""

    def __init__(self, card: VirtualCard, seconds: float = 0.7) -> None:
        self._card = card
        self._seconds = seconds

    @property
    def atr(self) -> bytes:
        """That of the card."""
        return self._card.atr

    def reset(self) -> None:
        """Power up, or reset."""
        self._card.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """The card's answer, late."""
        time.sleep(self._seconds)
        return self._card.transmit(apdu)


class TornOutMidRead:
    """A card that is pulled out during the third command: selected, EF05 read, and gone."""

    def __init__(self, card: VirtualCard, commands: int = 2) -> None:
        self._card = card
        self._left = commands

    @property
    def atr(self) -> bytes:
        """That of the card."""
        return self._card.atr

    def reset(self) -> None:
        """Power up, or reset."""
        self._card.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """The card's answer while it lasts; then TornOut."""
        if not self._left:
            raise TornOut
        self._left -= 1
        return self._card.transmit(apdu)


class ForeignCard:
    """Some other card: it has applications, but not ours."""

    atr = bytes.fromhex("3B680000") + b"FOREIGN "

    def reset(self) -> None:
        """Power up, or reset: nothing to forget."""

    def transmit(self, apdu: bytes) -> bytes:
        """No file is found; nothing else is known."""
        return _word(Status.FILE_NOT_FOUND if apdu[1:2] == b"\xa4" else Status.UNKNOWN_INS)


class MuteCard:
    """A card that does not answer to power: upside down, dirty or dead.

    The virtual reader asks a card for its ATR also to see whether it is there, so it cannot stay silent. An
    ATR longer than the 33 bytes that any can have keeps it present while powering it up fails.
    """

    atr = bytes(34)

    def reset(self) -> None:
        """Nothing happens."""

    def transmit(self, apdu: bytes) -> bytes:
        """Never asked: a mute card cannot be connected to."""
        raise TornOut


def _word(status: int) -> bytes:
    return status.to_bytes(2)
