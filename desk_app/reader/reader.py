"""The card reader as the services know it: which reader to take, and one reading at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from desk_app.domain.card import CardReading, ReadStep
from desk_app.domain.errors import (
    Cancelled,
    CardBusy,
    CardError,
    CardTimeout,
    MuteCard,
    NoCard,
    NoReader,
    UnsupportedCard,
)
from desk_app.reader.authentication import CardAuthentication
from desk_app.reader.connection import Connection
from desk_app.reader.conversation import Activity, Conversation, Limits, Overdue, Watch
from desk_app.reader.pcsc import READER_LIST, Context
from desk_app.reader.programs import card_programs
from desk_app.reader.reading import read_card, verify_pin
from desk_app.services.ports import Cancellation, PinCheck, Progress

T = TypeVar("T")

_ARRIVAL = 0.6
"""Seconds that a card which is not in yet is waited for: the service polls some readers every 0.4 s."""

_PASSED_OVER = (MuteCard, CardBusy, UnsupportedCard)
"""Cards that are passed over for one in another reader; the first of these is told when there is none."""


class PcscCardReader:
    """`ports.CardReader` on the smart-card service.

    A reading runs on a thread of its own (see `conversation`), on which `progress` is called; the security
    module is asked on yet another, so that neither keeps a cancelled reading. The card is held against
    other programs from the first command to the last: what is selected and proved belongs to the card,
    not to a program, and the security module is asked between the challenge and its use. Nothing stays
    open between readings."""

    def __init__(
        self,
        authentication: CardAuthentication,
        *,
        prefer: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        """`prefer` is a reader's name, or a part of it."""
        self._authentication = authentication
        self._prefer = prefer
        self._limits = limits or Limits()
        self._left: dict[str, tuple[Conversation[Any], Overdue]] = {}

    def readers(self) -> tuple[str, ...]:
        """See CardReader."""
        with Context() as context:
            return context.readers()

    def read(
        self,
        reader: str | None = None,
        *,
        progress: Progress | None = None,
        cancel: Cancellation | None = None,
    ) -> CardReading:
        """See CardReader. `reader` is a name, or a part of it.

        Without one the preferred reader is taken if a card is in it, otherwise the only one with a
        card. Where several have cards, the first one in the service's order that holds a social
        security card is taken: security keys with a chip of their own stay plugged in all day."""
        tell = progress or _tell_nobody
        tell(ReadStep.CONNECTING)
        troubles: list[CardError] = []
        for name in self._choose(reader):
            try:
                reading = self._read_in(name, tell, cancel)
            except _PASSED_OVER as trouble:
                troubles.append(trouble)
            else:
                tell(ReadStep.DONE)
                return reading
        raise min(troubles, key=lambda trouble: _PASSED_OVER.index(type(trouble)))

    def verify_pin(self, pin: str, identification_code: str, reader: str) -> PinCheck:
        """See CardReader."""
        tried = False

        def once(card: Connection) -> PinCheck:
            # A talk starts over when another program has reset the card: a PIN must not be tried again.
            nonlocal tried
            if tried:
                raise CardBusy(programs=card_programs())
            tried = True
            return verify_pin(card, self._authentication, pin, identification_code)

        (name, *_) = self._choose(reader)
        return self._talk_in(name, once, None)

    def close(self) -> None:
        """See CardReader: nothing is open between readings."""

    def _choose(self, asked: str | None) -> list[str]:
        """Readers with a card in, in the order in which to try them."""
        deadline = time.monotonic() + _ARRIVAL
        with Context() as context:
            while True:
                names = _matching(context.readers(), asked)
                states = context.states(names)
                inserted = [state.reader for state in states if state.present]
                if inserted:
                    return self._preferred(inserted) or inserted
                left = deadline - time.monotonic()
                if left <= 0:
                    raise NoCard(asked) if names else NoReader(asked)
                context.wait([(READER_LIST, 0), *(state.known for state in states)], left)

    def _preferred(self, inserted: list[str]) -> list[str]:
        return _matching(inserted, self._prefer)[:1] if self._prefer else []

    def _read_in(self, name: str, tell: Progress, cancel: Cancellation | None) -> CardReading:
        def read(card: Connection) -> CardReading:
            def step(step: ReadStep) -> None:
                card.check()
                tell(step)

            return read_card(card, self._authentication, step)

        return self._talk_in(name, read, cancel)

    def _talk_in(
        self, name: str, about: Callable[[Connection], T], cancel: Cancellation | None
    ) -> T:
        """Hold the card in a reader while talking to it, with all that can keep it from answering."""
        self._wait_for_left(name, cancel)

        def talk(watch: Watch) -> T:
            with Context() as context, Connection(context, name, watch) as connection:
                return connection.hold(about)

        conversation = Conversation(talk, cancel)
        try:
            return conversation.result(self._limits)
        except Overdue as overdue:
            self._left[name] = conversation, overdue
            raise self._explain(name, overdue) from overdue
        except Cancelled:
            self._left[name] = conversation, Overdue(Activity.ANSWER, self._limits.answer)
            raise
        except CardError as error:
            error.reader = name
            raise

    def _wait_for_left(self, name: str, cancel: Cancellation | None) -> None:
        """A reading that was given up may still keep the card: let it end first."""
        if name not in self._left:
            return
        conversation, overdue = self._left[name]
        if not Watch(cancel).aside(lambda: conversation.ends_within(overdue.seconds)):
            raise self._explain(name, overdue) from overdue
        del self._left[name]

    @staticmethod
    def _explain(name: str, overdue: Overdue) -> CardError:
        """Somebody else keeps the card, or the card itself does not answer."""
        with Context() as context:
            (state,) = context.states((name,))
        if overdue.activity is Activity.HOLD and state.in_use:
            return CardBusy(name, programs=card_programs())
        return CardTimeout(name, seconds=overdue.seconds)


def _matching(names: Iterable[str], wanted: str | None) -> list[str]:
    """Those that bear the wanted name or, where none does, contain it; all of them for None."""
    names = list(names)
    if wanted is None:
        return names
    if wanted in names:
        return [wanted]
    return [name for name in names if wanted.casefold() in name.casefold()]


def _tell_nobody(step: ReadStep) -> None:
    """Progress that nobody follows."""
