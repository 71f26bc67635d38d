"""The smart-card service (PC/SC): a context, the readers' states, and what its result codes mean.

Every code becomes a typed error. Three become signals to this package alone, which knows what to do
about them: `CardReset`, `CardFault` and `HeldExclusively`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import NamedTuple, Self

from smartcard import scard

from desk_app.domain.errors import (
    BrokenPromise,
    CardError,
    CardRemoved,
    CardTimeout,
    MuteCard,
    NoCard,
    ReaderLost,
    ServiceUnavailable,
)

_log = logging.getLogger(__name__)

READER_LIST = "\\\\?PnP?\\Notification"
"""The pseudo-reader whose state changes when a reader comes or goes."""


class CardReset(Exception):
    """Another program has reset the card: what was selected and proved is gone."""


class CardFault(Exception):
    """A command did not reach the card or no answer came back; the reader's state tells why."""


class HeldExclusively(Exception):
    """Another program has the card for itself."""


_MEANINGS: Mapping[int, type[CardError | CardReset | CardFault | HeldExclusively]] = {
    scard.SCARD_E_NO_SMARTCARD: NoCard,
    scard.SCARD_W_REMOVED_CARD: CardRemoved,
    scard.SCARD_W_UNRESPONSIVE_CARD: MuteCard,
    scard.SCARD_W_UNPOWERED_CARD: MuteCard,
    scard.SCARD_W_UNSUPPORTED_CARD: MuteCard,
    scard.SCARD_E_READER_UNAVAILABLE: ReaderLost,
    scard.SCARD_E_UNKNOWN_READER: ReaderLost,
    scard.SCARD_E_TIMEOUT: CardTimeout,
    scard.SCARD_W_RESET_CARD: CardReset,
    scard.SCARD_E_NOT_TRANSACTED: CardFault,
    scard.SCARD_E_COMM_DATA_LOST: CardFault,
    scard.SCARD_E_PROTO_MISMATCH: CardFault,
    scard.SCARD_E_SHARING_VIOLATION: HeldExclusively,
}
"""What is not here (SCARD_E_NO_SERVICE, SCARD_F_COMM_ERROR, a handle of a service that was restarted …)
means that the service is not to be had."""


def check(result: int) -> None:
    """Raise what a result code of the service means, unless it is success."""
    if result == scard.SCARD_S_SUCCESS:
        return
    meaning = _MEANINGS.get(result, ServiceUnavailable)
    if meaning is not HeldExclusively:  # asked for again and again until the other program lets go
        _log.info("smart-card service: 0x%08X", result & 0xFFFFFFFF)
    raise meaning


class ReaderState(NamedTuple):
    """One reader: SCARD_STATE flags, and a counter of cards that came and went."""

    reader: str
    flags: int
    counter: int
    atr: bytes

    @property
    def known(self) -> tuple[str, int]:
        """This state as one that `Context.wait` compares with."""
        return self.reader, self.counter << 16 | self.flags & ~scard.SCARD_STATE_CHANGED

    @property
    def present(self) -> bool:
        """Whether a card is in, mute or not."""
        return bool(self.flags & scard.SCARD_STATE_PRESENT)

    @property
    def mute(self) -> bool:
        """Whether the card that is in did not answer to power."""
        return bool(self.flags & scard.SCARD_STATE_MUTE)

    @property
    def in_use(self) -> bool:
        """Whether a program is connected to the card."""
        return bool(self.flags & (scard.SCARD_STATE_INUSE | scard.SCARD_STATE_EXCLUSIVE))

    @property
    def lost(self) -> bool:
        """Whether the reader is gone."""
        return bool(self.flags & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE))


class Context:
    """A connection to the service. It is made, used and closed on one thread."""

    def __init__(self) -> None:
        """Raises ServiceUnavailable."""
        self._thread = threading.get_ident()
        result, self._handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        check(result)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        scard.SCardReleaseContext(self.handle)

    @property
    def handle(self) -> int:
        """The service's handle. Raises BrokenPromise on any thread but the context's own."""
        if threading.get_ident() != self._thread:
            raise BrokenPromise("a smart-card context was used on another thread")
        handle: int = self._handle
        return handle

    def readers(self) -> tuple[str, ...]:
        """Names of the readers, in the service's order; empty when there is none."""
        result, names = scard.SCardListReaders(self.handle, [])
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        check(result)
        return tuple(names)

    def states(self, readers: Iterable[str]) -> tuple[ReaderState, ...]:
        """How the readers are now. Raises ReaderLost when one of them went meanwhile."""
        asked = [(reader, scard.SCARD_STATE_UNAWARE) for reader in readers]
        return self.wait(asked, 0) if asked else ()

    def wait(self, known: Iterable[tuple[str, int]], seconds: float) -> tuple[ReaderState, ...]:
        """How the readers are as soon as one differs from what is known, or when the time is over.

        0 as known state differs at once, except with READER_LIST."""
        result, states = scard.SCardGetStatusChange(self.handle, int(seconds * 1000), list(known))
        if result != scard.SCARD_E_TIMEOUT:
            check(result)
        return tuple(
            ReaderState(name, state & 0xFFFF, state >> 16 & 0xFFFF, bytes(atr))
            for name, state, atr in states
        )
