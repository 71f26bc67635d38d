"""Statements drawn by many processes: of this machine, or of a cluster (Dask distributed).

Both run the same job, `draw`: sheets in, documents out. A worker needs this package and its fonts, and has no
way to the store. Processes of this machine sign what they draw; a cluster's workers get no key, and what they
have drawn is signed by the coordinator.
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
from typing import Any, Protocol

from desk_app import __version__
from desk_app.domain.document import Imprint
from desk_app.domain.errors import DrawingStopped, FontsMissing, SigningError
from desk_app.domain.statement import StatementContent
from desk_app.print.unsigned import Unsigned
from desk_app.services.ports import Document, Drawing, Language, Sheet, Signer, Undrawn

Result = Document | Unsigned | Undrawn


class Draws(Protocol):
    """What draws in a worker."""

    def statement(
        self, content: StatementContent, imprint: Imprint, language: Language
    ) -> Document | Unsigned:
        """One statement."""
        ...


Recipe = Callable[[], Draws]
"""Makes what draws, in a worker; anything that can be pickled."""

_PATIENCE = 3
"""How often the same sheets are given to fresh processes after theirs have died."""

_turn = Lock()
"""A worker of a cluster may have several threads; fonts and layout are not made for that."""


def draw(recipe: bytes, sheets: Sequence[Sheet]) -> list[Result]:
    """The job: draw sheets one after the other. A sheet that cannot be drawn stops no other.

    Raises FontsMissing and SigningError, which are about all of them."""
    with _turn:
        documents = _documents(recipe)
        return [_drawn(documents, sheet) for sheet in sheets]


def _drawn(documents: Draws, sheet: Sheet) -> Result:
    try:
        return documents.statement(sheet.content, sheet.imprint, sheet.language)
    except (FontsMissing, SigningError):
        raise
    except Exception as error:  # whatever it is, it is about this person only
        logging.getLogger(__name__).info("a sheet could not be drawn: %s", type(error).__name__)
        return Undrawn(type(error).__name__)


@lru_cache(2)
def _documents(recipe: bytes) -> Draws:
    """What draws, kept with its opened fonts for as long as the worker lives."""
    version, make = pickle.loads(recipe)
    if version != __version__:
        raise DrawingStopped(f"desk-app {__version__}")
    documents: Draws = make()
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
    unsigned: Recipe | None = None
    signer: Signer | None = None
    """Where documents are signed: what a cluster draws, and who signs that here."""

    def open(self, cluster: str | None = None, workers: int | None = None) -> Drawing:
        """Processes of this machine, one per core, or those of a cluster at an address."""
        if cluster is None:
            processes = workers or len(os.sched_getaffinity(0))
            return LocalDrawing(_pickled(self.make), processes)
        from desk_app.print.cluster import ClusterDrawing

        return ClusterDrawing(cluster, _pickled(self.unsigned or self.make), self.signer)


def _pickled(recipe: Recipe) -> bytes:
    return pickle.dumps((__version__, recipe))


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
