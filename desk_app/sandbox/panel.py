"""The hands that put emulated cards into the virtual reader: for the panel and the demonstration."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from desk_app.domain.errors import DeskError
from desk_app.sandbox.catalogue import CATALOGUE, Variant, card
from desk_app.sandbox.factory import CHINESE, ENGLISH, ORDERED, ordered_card
from desk_app.sandbox.vpcd import VirtualSlot

_log = logging.getLogger(__name__)


class VirtualHands:
    """Inserts and removes on a thread of its own, since the virtual reader takes its time to notice."""

    def __init__(self, platform: Path | None = None) -> None:
        """`platform` is the sandbox platform's folder, where it says which card was ordered last."""
        self._platform = platform
        self._slot = VirtualSlot()
        self._worker = ThreadPoolExecutor(1, "virtual-hands")
        self._current: str | None = None

    def variants(self) -> Sequence[tuple[str, str, str]]:
        """(id, Chinese label, English label) of every card."""
        every = [(str(v), entry.chinese, entry.english) for v, entry in CATALOGUE.items()]
        return every if self._platform is None else [*every, (ORDERED, CHINESE, ENGLISH)]

    def insert(self, variant: str) -> None:
        """Plug a card; one that is in goes first."""
        self._current = variant
        self._worker.submit(self._swap, variant).add_done_callback(self._note)

    def remove(self) -> None:
        """Pull the card, if one is in."""
        self._current = None
        self._worker.submit(self._slot.remove).add_done_callback(self._note)

    def current(self) -> str | None:
        """Id of the card that is in, or None."""
        return self._current

    def close(self) -> None:
        """Pull the card and end."""
        self.remove()
        self._worker.shutdown()

    def _swap(self, variant: str) -> None:
        self._slot.remove()
        if variant == ORDERED and self._platform is not None:
            self._slot.insert(ordered_card(self._platform))
        else:
            self._slot.insert(card(Variant(variant)))

    def _note(self, done: Future[None]) -> None:
        error = done.exception()
        if error is None:
            return
        self._current = None
        code = error.code if isinstance(error, DeskError) else type(error).__name__
        _log.info("the virtual reader did not take the card: %s", code)
