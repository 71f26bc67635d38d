"""Watches the readers: cards and readers that come and go, and the smart-card service itself.

Written on the service's own calls because pyscard's monitor ends for good when the service restarts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from desk_app.domain.card import CardEvent, CardEventKind
from desk_app.domain.errors import BrokenPromise, CardError, ReaderLost
from desk_app.reader.pcsc import READER_LIST, Context, ReaderState

_log = logging.getLogger(__name__)

_WAIT = 0.5
"""Seconds in one wait for a change, and between two attempts to reach a service that is down."""

_AGAIN = 0.02
_END = 3.0


@dataclass(frozen=True)
class _Seen:
    """What was last told of a reader; `insertion` is that of the card in it."""

    state: ReaderState
    insertion: int


class PcscMonitor:
    """`ports.CardMonitor` on the smart-card service, on a thread and a context of its own.

    While the service is down nobody knows whether a card stays in: all cards and readers count as gone,
    and come back as new ones."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._publish: Callable[[CardEvent], None]
        self._up: bool | None = None
        self._seen: dict[str, _Seen] = {}
        self._insertions = 0

    def start(self, publish: Callable[[CardEvent], None]) -> None:
        """See CardMonitor."""
        if self._thread is not None:
            raise BrokenPromise("the monitor was started twice")
        self._publish = publish
        self._thread = threading.Thread(target=self._run, name="card-monitor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """See CardMonitor."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_END)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with Context() as context:
                    self._service_is(True)
                    self._watch(context)
            except CardError:
                self._service_is(False)
                self._stopping.wait(_WAIT)

    def _watch(self, context: Context) -> None:
        while not self._stopping.is_set():
            names = context.readers()
            for name in [name for name in self._seen if name not in names]:
                self._reader_left(name)
            for name in [name for name in names if name not in self._seen]:
                self._reader_came(name)
            known = [seen.state.known for seen in self._seen.values()]
            try:
                _, *states = context.wait([(READER_LIST, 0), *known], _WAIT)
            except ReaderLost:  # between the list and the wait
                self._stopping.wait(_AGAIN)
                continue
            for state in states:
                self._look(state)

    def _look(self, state: ReaderState) -> None:
        """Tell what has become of the card, which may have been swapped since the last look."""
        before = self._seen[state.reader]
        insertion = before.insertion
        if _card(state) != _card(before.state):
            if before.state.present:
                self._tell(CardEventKind.CARD_REMOVED, state.reader, insertion)
            if state.present:
                self._insertions = insertion = self._insertions + 1
                kind = CardEventKind.CARD_MUTE if state.mute else CardEventKind.CARD_INSERTED
                self._tell(kind, state.reader, insertion, state.atr or None)
        self._seen[state.reader] = _Seen(state, insertion)

    def _service_is(self, up: bool) -> None:
        if up is self._up:
            return
        self._up = up
        for name in list(self._seen):
            self._reader_left(name)
        self._tell(CardEventKind.SERVICE_UP if up else CardEventKind.SERVICE_DOWN)

    def _reader_came(self, name: str) -> None:
        self._seen[name] = _Seen(ReaderState(name, flags=0, counter=0, atr=b""), insertion=0)
        self._tell(CardEventKind.READER_ADDED, name)

    def _reader_left(self, name: str) -> None:
        seen = self._seen.pop(name)
        if seen.state.present:
            self._tell(CardEventKind.CARD_REMOVED, name, seen.insertion)
        self._tell(CardEventKind.READER_REMOVED, name)

    def _tell(
        self,
        kind: CardEventKind,
        reader: str | None = None,
        insertion: int = 0,
        atr: bytes | None = None,
    ) -> None:
        try:
            self._publish(CardEvent(kind, reader, atr, insertion))
        except Exception:  # a listener's mistake must not end the watch
            _log.exception("a listener failed at %s", kind)


def _card(state: ReaderState) -> tuple[bool, bool, int]:
    """What identifies the card in a reader: another one has another counter."""
    return state.present, state.mute, state.counter if state.present else 0
