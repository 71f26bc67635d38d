"""A virtual slot of the smart-card service: the client side of its vpcd driver.

The driver listens on one loopback port per slot. To connect is to insert a card, to close is to pull it out.
A message is its length (two bytes, big-endian) and its bytes. One byte alone is a control: power, reset, or
ATR, the only one that is answered. Anything longer is a command.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import ClassVar, Self

from desk_app.domain.errors import Condition
from desk_app.sandbox.behaviours import TornOut, VirtualCard

PORTS = (35963, 35964)
"""TCP ports of slots 1 and 2 on loopback."""

_NOTICED_WITHIN = 3.0
"""Seconds in which the service, which looks every 0.4 s, has asked a new card for its ATR."""
_RETRY = 0.1
"""Seconds between attempts to go back in after the service has gone away."""


class _Control(IntEnum):
    OFF = 0
    ON = 1
    RESET = 2
    ATR = 4


@dataclass(eq=False)
class VirtualReaderMissing(Condition):
    """Nothing listens on `port`: the smart-card service or its vpcd driver is not there."""

    code: ClassVar[str] = "virtual_reader_missing"
    port: int = 0


@dataclass(eq=False)
class VirtualSlotTaken(Condition):
    """The slot at `port` has a card in it that another program put there."""

    code: ClassVar[str] = "virtual_slot_taken"
    port: int = 0


class VirtualSlot:
    """One slot. A card that is in answers on a thread of its own, and goes back in when the smart-card
    service is restarted. `insert` and `remove` are called from one thread."""

    def __init__(self, port: int = PORTS[0]) -> None:
        self._port = port
        self._contact: _Contact | None = None

    def insert(self, card: VirtualCard) -> None:
        """Put a card in, in place of one that is in; returns once the service has noticed it.

        Raises VirtualReaderMissing and VirtualSlotTaken."""
        self.remove()
        contact = _Contact(card, self._port)
        contact.start()
        if not contact.noticed.wait(_NOTICED_WITHIN):
            contact.end()
            raise VirtualSlotTaken(self._port)
        self._contact = contact

    def remove(self) -> None:
        """Pull the card out; does nothing when there is none."""
        contact, self._contact = self._contact, None
        if contact is not None:
            contact.end()

    @property
    def has_card(self) -> bool:
        """Whether a card is in: inserted, and neither removed nor torn out."""
        return self._contact is not None and self._contact.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()


class _Contact(threading.Thread):
    """One card in one slot, from insertion to removal."""

    def __init__(self, card: VirtualCard, port: int) -> None:
        super().__init__(name=f"virtual-slot-{port}", daemon=True)
        self.noticed = threading.Event()
        self._card = card
        self._port = port
        self._ending = threading.Event()
        self._line = _connect(port)

    def end(self) -> None:
        """Leave the slot; the thread has ended afterwards."""
        self._ending.set()
        _hang_up(self._line)
        self.join()

    def run(self) -> None:
        """Answer until the card is pulled out, going back in whenever the service hangs up."""
        try:
            while not self._ending.is_set():
                self._card.reset()
                self._serve()
                self._line.close()
                self._go_back_in()
        except TornOut:
            pass
        finally:
            self._line.close()

    def _serve(self) -> None:
        """Answer messages until the line is cut from either end."""
        try:
            while (message := self._receive()) is not None:
                answer = self._answer(message)
                if answer is not None:
                    self._line.sendall(len(answer).to_bytes(2) + answer)
        except OSError:
            return

    def _answer(self, message: bytes) -> bytes | None:
        if len(message) > 1:
            return self._card.transmit(message)
        if message == bytes((_Control.ATR,)):
            self.noticed.set()
            return self._card.atr
        self._card.reset()
        return None

    def _receive(self) -> bytes | None:
        """The next message; None at the end."""
        head = self._read(2)
        return self._read(int.from_bytes(head)) if head else None

    def _read(self, size: int) -> bytes | None:
        data = b""
        while len(data) < size:
            part = self._line.recv(size - len(data))
            # The driver waits for the acknowledgement of what it sent: delayed, it costs 40 ms a command.
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            if not part:
                return None
            data += part
        return data

    def _go_back_in(self) -> None:
        while not self._ending.wait(_RETRY):
            try:
                self._line = _connect(self._port)
            except (VirtualReaderMissing, VirtualSlotTaken):
                continue
            if self._ending.is_set():
                _hang_up(self._line)
            return


def _connect(port: int) -> socket.socket:
    """A line to the driver. Raises VirtualReaderMissing and VirtualSlotTaken."""
    try:
        line = socket.create_connection(("127.0.0.1", port), timeout=_NOTICED_WITHIN)
    except TimeoutError as error:  # the driver serves one card and lets one more wait
        raise VirtualSlotTaken(port) from error
    except OSError as error:
        raise VirtualReaderMissing(port) from error
    # With nobody listening, a socket that happens to get the same port as its own connects to itself.
    if line.getsockname() == line.getpeername():
        line.close()
        raise VirtualReaderMissing(port)
    line.settimeout(None)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    return line


def _hang_up(line: socket.socket) -> None:
    """Cut the line under a thread that may be waiting on it."""
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:  # cut from the other end already, or closed
        return
