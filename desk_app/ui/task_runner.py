"""Runs jobs of the services on their lanes and brings what they give back to the window's thread."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)


class Submits(Protocol):
    """The lanes, as far as the window needs them."""

    def submit(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a marked job on its own lane."""
        ...


class TaskRunner(QObject):
    """The one bridge between the lanes' threads and the window's. Callbacks run on the window's thread,
    by a queued signal, in the order in which the jobs ended; none runs after `close`."""

    _brought = Signal(object)

    def __init__(self, lanes: Submits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._open = True
        self._brought.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        job: Callable[..., T],
        *args: Any,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run a job on its lane; then `done(result)` or `failed(error)` here."""
        self._lanes.submit(job, *args).add_done_callback(partial(self._bring, done, failed))

    def relay(self, callback: Callable[P, None]) -> Callable[P, None]:
        """A function that may be called on any thread and runs `callback` on the window's."""

        def post(*args: P.args, **kwargs: P.kwargs) -> None:
            self._post(partial(callback, *args, **kwargs))

        return post

    def close(self) -> None:
        """Let nothing through any more: the window is going away."""
        self._open = False

    def _bring(
        self, done: Callable[[T], None], failed: Callable[[Exception], None], future: Future[T]
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._post(partial(done, future.result()))
        elif isinstance(error, Exception):
            note_bug(error)
            self._post(partial(failed, error))

    def _post(self, callback: Callable[[], None]) -> None:
        if self._open:
            self._brought.emit(callback)

    @Slot(object)
    def _call(self, callback: Callable[[], None]) -> None:
        if self._open:
            callback()


def note_bug(error: Exception) -> None:
    """Leave the place of a bug in the log, without its message: that may hold personal data. An expected
    condition leaves nothing."""
    if getattr(error, "code", "internal") == "internal":
        frames = "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s in a job\n%s", type(error).__name__, frames)
