"""An open, shared channel to the card in one reader, and how to hold it against other programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from smartcard import scard

from desk_app.domain.errors import CardBusy, CardRemoved, MuteCard, NoCard, ReaderLost
from desk_app.reader.apdu import Transport
from desk_app.reader.conversation import Activity, Watch
from desk_app.reader.pcsc import CardFault, CardReset, Context, HeldExclusively, check
from desk_app.reader.programs import card_programs

T = TypeVar("T")

_ATTEMPTS = 3
"""How often a talk starts over after a reset or a fault."""

_ASK_AGAIN = 0.02
_MISMATCHES = 25
"""Just after another client has left, a few connects can fail with a protocol mismatch."""

_NOTICE = 0.7
"""The service polls some readers for their card only every 0.4 s, so it may learn late that one went."""

_PCI = {Transport.T0: scard.SCARD_PCI_T0, Transport.T1: scard.SCARD_PCI_T1}
_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1


class Connection:
    """A channel to one card (`apdu.Channel`), shared with other programs; used on its context's thread."""

    def __init__(self, context: Context, reader: str, watch: Watch) -> None:
        """Connect; waits while another program has the card for itself or in a transaction.

        Raises NoCard, MuteCard, ReaderLost, ServiceUnavailable, Cancelled."""
        self.reader = reader
        self._context = context
        self._watch = watch
        (self._before,) = context.states((reader,))
        self._handle, protocol = self._insist(
            lambda: scard.SCardConnect(context.handle, reader, scard.SCARD_SHARE_SHARED, _PROTOCOLS)
        )
        self.transport = _transport(protocol)
        result, _, _, _, atr = scard.SCardStatus(self._handle)
        check(result)
        self.atr = bytes(atr)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Power the card down, which closes again what authentication has opened, unless another program
        is at the card too: that one's work is not to be undone."""
        shared = self._before.in_use
        scard.SCardDisconnect(
            self._handle, scard.SCARD_LEAVE_CARD if shared else scard.SCARD_UNPOWER_CARD
        )

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command (see Channel). Raises CardReset and CardFault for `hold` to deal with."""
        self._watch.begin(Activity.ANSWER)
        result, answer = scard.SCardTransmit(self._handle, _PCI[self.transport], list(apdu))
        self._watch.end()
        check(result)
        if len(answer) < 2:  # what a virtual reader gives when its card is pulled out meanwhile
            raise CardFault
        return bytes(answer)

    def aside(self, call: Callable[[], T]) -> T:
        """Make a call that is not the card's (see Channel)."""
        return self._watch.aside(call)

    def check(self) -> None:
        """Raise Cancelled when nobody wants the talk any more."""
        self._watch.check()

    def hold(self, talk: Callable[[Self], T]) -> T:
        """Let `talk` have the card for itself; from the start again where another program has reset it
        or an answer got lost with the card still in.

        Raises CardBusy when others keep resetting it, MuteCard when it keeps failing, CardRemoved."""
        for _ in range(_ATTEMPTS):
            try:
                with self._transaction():
                    return talk(self)
            except CardReset:
                trouble: type[CardBusy | MuteCard] = CardBusy
                self._reconnect(scard.SCARD_LEAVE_CARD)
            except CardFault:
                trouble = MuteCard
                self._refuse_absence()
                self._reconnect(scard.SCARD_RESET_CARD)
            except NoCard as error:
                raise CardRemoved from error
        raise CardBusy(programs=card_programs()) if trouble is CardBusy else MuteCard

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._watch.begin(Activity.HOLD)
        result = scard.SCardBeginTransaction(self._handle)
        self._watch.end()
        check(result)
        try:
            yield
        finally:
            scard.SCardEndTransaction(self._handle, scard.SCARD_LEAVE_CARD)

    def _reconnect(self, disposition: int) -> None:
        (protocol,) = self._insist(
            lambda: scard.SCardReconnect(
                self._handle, scard.SCARD_SHARE_SHARED, _PROTOCOLS, disposition
            )
        )
        self.transport = _transport(protocol)

    def _insist(self, attempt: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """What `attempt` gives after its result code, repeated while waiting can help."""
        mismatches = 0
        self._watch.begin(Activity.HOLD)
        while True:
            try:
                result, *values = attempt()
                check(result)
            except HeldExclusively:
                pass
            except CardFault as error:
                mismatches += 1
                if mismatches > _MISMATCHES:
                    raise MuteCard from error
            else:
                self._watch.end()
                return tuple(values)
            time.sleep(_ASK_AGAIN)
            self._watch.check()

    def _refuse_absence(self) -> None:
        """Raise CardRemoved or ReaderLost if that is why a command failed."""
        known = self._before.known
        deadline = time.monotonic() + _NOTICE
        while (left := deadline - time.monotonic()) > 0:
            (state,) = self._context.wait([known], left)
            if state.lost:
                raise ReaderLost
            if not state.present or state.counter != self._before.counter:
                raise CardRemoved
            self._watch.check()
            known = state.known


def _transport(protocol: int) -> Transport:
    return Transport.T1 if protocol == scard.SCARD_PROTOCOL_T1 else Transport.T0
