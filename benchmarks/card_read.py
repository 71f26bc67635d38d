"""Reading a card beside the same commands sent in a bare loop of `SCardTransmit`.

Needs the smart-card service with an empty first virtual slot. The emulated card answers from a process of
its own, so that neither side waits for the other's interpreter; the security module is a function call.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median

from smartcard import scard

from benchmarks import Measure
from desk_app.reader.apdu import MAX_ANSWER, Command, Instruction, exchange
from desk_app.reader.authentication import HsmAuthentication
from desk_app.reader.connection import Connection
from desk_app.reader.conversation import Watch
from desk_app.reader.pcsc import Context
from desk_app.reader.reader import PcscCardReader
from desk_app.sandbox import crypto
from desk_app.services.ports import CardAuthenticationRequest, CardAuthenticationResult

READER = "Virtual PCD 00 00"
ROUNDS = 60
COMMANDS = 20
"""Commands in one round of the comparison per command."""

SELECT = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
READ_CARD = Command(Instruction.READ_RECORD, 0x01, 0x2D, le=MAX_ANSWER)
DIVERSIFIER = slice(-8, None)
FACTOR = bytes(8)


class Keys:
    """The sandbox's security module without a network; takes every card for a genuine one. It works on a
    thread that lasts, for a new one costs a millisecond in the cryptographic library."""

    def __init__(self) -> None:
        self._module = ThreadPoolExecutor(1)

    def authenticate_card(self, request: CardAuthenticationRequest) -> CardAuthenticationResult:
        """Only the cryptogram that opens the card."""
        cryptogram = self._module.submit(
            crypto.external_cryptogram, request.historical_factor, FACTOR, request.challenge
        ).result()
        return CardAuthenticationResult(True, cryptogram, FACTOR)


def measure() -> list[Measure]:
    """A whole reading, and one command."""
    with _card_in():
        reader = PcscCardReader(HsmAuthentication(Keys()))
        read, bare = _side_by_side(lambda: reader.read(READER), bare_read)
        command, transmit = _commands()
    own = f"{(read - bare):.2f} ms of our own (aim: 3 ms)"
    return [
        Measure("card read, connect to disconnect", "ms", read, bare, own),
        Measure("one command to the card", "ms", command, transmit, "aim: 1.1"),
    ]


@contextmanager
def _card_in() -> Iterator[None]:
    code = "from desk_app.sandbox.commands import plug; raise SystemExit(plug('good'))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as card:
        assert card.stdout is not None
        if not card.stdout.readline():
            raise SystemExit("benchmarks.card_read needs pcscd with an empty first virtual slot")
        try:
            time.sleep(1)  # the service has seen the card, and powered it down again
            yield
        finally:
            card.terminate()


def _side_by_side(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """Median milliseconds of each, taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, taken in zip((ours, floor), times, strict=True):
            begun = time.perf_counter()
            call()
            taken.append((time.perf_counter() - begun) * 1000)
    return median(times[0]), median(times[1])


def bare_read() -> None:
    """The seven commands of a reading, with nothing around them."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _, card, _ = scard.SCardConnect(
        context, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0
    )
    _, _, _, _, atr = scard.SCardStatus(card)
    _send(card, SELECT)
    _send(card, "00B2012D00")
    _send(card, "0088000010" + "00" * 16)
    challenge = _send(card, "0084000008")[:8]
    cryptogram = crypto.external_cryptogram(bytes(atr)[DIVERSIFIER], FACTOR, challenge)
    _send(card, f"0082000A10{cryptogram.hex()}{FACTOR.hex()}")
    _send(card, "00B2013500")
    _send(card, "0020000000")
    scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)


def _send(card: int, apdu: str) -> bytes:
    _, answer = scard.SCardTransmit(card, scard.SCARD_PCI_T0, list(bytes.fromhex(apdu)))
    return bytes(answer)


def _commands() -> tuple[float, float]:
    """Median milliseconds of one command by the product's channel, and by SCardTransmit alone."""
    with Context() as context, Connection(context, READER, Watch(None)) as connection:
        _, card, _ = scard.SCardConnect(
            context.handle, READER, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0
        )
        _send(card, SELECT)
        apdu = list(READ_CARD.encode(connection.transport))

        def ours() -> None:
            for _ in range(COMMANDS):
                exchange(connection, READ_CARD)

        def floor() -> None:
            for _ in range(COMMANDS):
                scard.SCardTransmit(card, scard.SCARD_PCI_T0, apdu)

        product, bare = _side_by_side(ours, floor)
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    return product / COMMANDS, bare / COMMANDS
