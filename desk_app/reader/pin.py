"""The holder's PIN: how many tries are left, and one verification at a time.

Nothing here repeats a verification by itself, and no PIN is kept, logged or part of an error.
"""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.errors import InvalidInput
from desk_app.reader.apdu import Channel, Command, Instruction, exchange

LENGTH = 6
"""Digits of a PIN."""

_PIN_REFERENCE = 0x00


@dataclass(frozen=True)
class PinStatus:
    """`tries_left`: 0 = locked, None = not known (or, after a probe, none set)."""

    verified: bool
    tries_left: int | None


def probe(channel: Channel) -> PinStatus:
    """How many tries are left; costs none. Shown before a PIN is asked for."""
    response = exchange(channel, Command(Instruction.VERIFY, 0x00, _PIN_REFERENCE))
    return PinStatus(verified=False, tries_left=response.tries_left)


def check(pin: str) -> None:
    """Raise InvalidInput for anything but six digits."""
    if len(pin) != LENGTH or not (pin.isascii() and pin.isdecimal()):
        raise InvalidInput(field="pin", problem="not_six_digits")


def verify(channel: Channel, pin: str) -> PinStatus:
    """Try a PIN once. Raises InvalidInput, without asking the card, for anything but six digits."""
    check(pin)
    command = Command(Instruction.VERIFY, 0x00, _PIN_REFERENCE, bytes.fromhex(pin))
    response = exchange(channel, command)
    return PinStatus(verified=response.ok, tries_left=response.tries_left)
