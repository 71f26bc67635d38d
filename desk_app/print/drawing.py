"""Statements drawn by many processes: of this machine, or of a cluster (Dask distributed).

Both run the same job, `draw`: sheets in, documents out. A worker needs this package and its fonts; it gets no
key and no way to the store.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context, parent_process
from threading import Lock, Thread
from typing import Any

from desk_app import __version__
from desk_app.domain.errors import DrawingStopped, FontsMissing
from desk_app.services.ports import Document, Documents, Drawing, Sheet, Undrawn

Recipe = Callable[[], Documents]
"""Makes what draws, in a worker; anything that can be pickled."""

_PATIENCE = 3
"""How often the same sheets are given to fresh processes after theirs have died."""

_turn = Lock()
"""A worker of a cluster may have several threads; fonts and layout are not made for that."""


def draw(recipe: bytes, sheets: Sequence[Sheet]) -> list[Document | Undrawn]:
    """The job: draw sheets one after the other. A sheet that cannot be drawn stops no other.

    Raises FontsMissing, which no sheet could be drawn without."""
    with _turn:
        documents = _documents(recipe)
        return [_drawn(documents, sheet) for sheet in sheets]


def _drawn(documents: Documents, sheet: Sheet) -> Document | Undrawn:
    try:
        return documents.statement(sheet.content, sheet.imprint, sheet.language)
    except FontsMissing:
        raise
    except Exception as error:  # whatever it is, it is about this person only
        logging.getLogger(__name__).info("a sheet could not be drawn: %s", type(error).__name__)
        return Undrawn(type(error).__name__)


@lru_cache(2)
def _documents(recipe: bytes) -> Documents:
    """What draws, kept with its opened fonts for as long as the worker lives."""
    version, make = pickle.loads(recipe)
    if version != __version__:
        raise DrawingStopped(f"desk-app {__version__}")
    documents: Documents = make()
    return documents


def _die_with_parent() -> None:
    """A worker whose parent was killed would wait for ever: nobody else holds the other end of its queue
    open, but it does so itself."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
    # Ctrl-C is for the coordinator, which lets what is being drawn come to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass(frozen=True)
class ProcessDrawings:
    """Implements `services.ports.Drawings`."""

    make: Recipe

    def open(self, cluster: str | None = None, workers: int | None = None) -> Drawing:
        """Processes of this machine, one per core, or those of a cluster at an address."""
        recipe = pickle.dumps((__version__, self.make))
        if cluster is None:
            return LocalDrawing(recipe, workers or len(os.sched_getaffinity(0)))
        from desk_app.print.cluster import ClusterDrawing

        return ClusterDrawing(cluster, recipe)


class LocalDrawing:
    """Processes of this machine, made afresh (nothing of the parent is in them)."""

    def __init__(self, recipe: bytes, workers: int) -> None:
        self._recipe = recipe
        self._workers = workers
        self._pool = self._made()

    @property
    def workers(self) -> int:
        """How many draw at once."""
        return self._workers

    def submit(self, sheets: Sequence[Sheet]) -> _Local:
        """Have sheets drawn."""
        return _Local(self, sheets)

    def close(self) -> None:
        """End them."""
        self._pool.shutdown(cancel_futures=True)

    def hand_over(self, sheets: Sequence[Sheet]) -> tuple[ProcessPoolExecutor, Future[Any]]:
        """To whichever processes there are now."""
        try:
            return self._pool, self._pool.submit(draw, self._recipe, sheets)
        except BrokenProcessPool:
            self.replace(self._pool)
            return self._pool, self._pool.submit(draw, self._recipe, sheets)

    def replace(self, broken: ProcessPoolExecutor) -> None:
        """One process that dies takes the pool with it: have another one, once."""
        if self._pool is broken:
            broken.shutdown(wait=False)
            self._pool = self._made()

    def _made(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=_die_with_parent
        )


class _Local:
    """Sheets with a process of this machine; handed to another one when that has died."""

    def __init__(self, drawing: LocalDrawing, sheets: Sequence[Sheet]) -> None:
        self._drawing = drawing
        self._sheets = sheets
        self._pool, self._future = drawing.hand_over(sheets)

    def result(self) -> Sequence[Document | Undrawn]:
        """Wait for them. Raises DrawingStopped when processes die again and again, FontsMissing."""
        for _ in range(_PATIENCE):
            try:
                drawn: Sequence[Document | Undrawn] = self._future.result()
                return drawn
            except BrokenProcessPool:
                self._drawing.replace(self._pool)
                self._pool, self._future = self._drawing.hand_over(self._sheets)
        raise DrawingStopped
