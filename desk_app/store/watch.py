"""Hears that an application was filed, taken or decided, at whichever counter, without asking for it again
and again.

On PostgreSQL a trigger sends a NOTIFY without any content, for which a connection of its own listens. On
SQLite one statement a second asks whether any other connection has written, and only when one has, a second
whether it wrote an application.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from desk_app.domain.errors import BrokenPromise, DeskError

_log = logging.getLogger(__name__)

CHANNEL = "desk_application"
"""On which migration 0003 sends its NOTIFY."""

_LOOK = 1.0
"""Seconds between two looks at an SQLite file."""

_CALM = 0.3
"""Seconds of rest after each publication: a hundred changes at once are told as one or two."""

_AGAIN = 1.0
"""Seconds between two attempts to reach a database that is down."""

_END = 2.0

_Rest = Callable[[int | None, float | None], None]
"""Sleeps until there is something to read from a socket, time is over, or the watch is stopped."""


class SqlQueueWatch:
    """Implements `services.ports.QueueWatch`. `engine` is asked for anew, on the watch's own thread, for each
    connection."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._run: _Run | None = None

    def start(self, publish: Callable[[], None]) -> None:
        """See QueueWatch."""
        if self._run is not None:
            raise BrokenPromise("the queue is watched already")
        self._run = _Run(self._engine, publish)

    def stop(self) -> None:
        """See QueueWatch."""
        run, self._run = self._run, None
        if run is not None:
            run.stop()


class _Run:
    """One thread, from a start to its stop."""

    def __init__(self, engine: Callable[[], Engine], publish: Callable[[], None]) -> None:
        self._engine = engine
        self._publish = publish
        self._stopping = threading.Event()
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._watch, name="queue-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; nothing is published any more."""
        self._wake.send(b".")  # before the event: after it the thread may close the pair
        self._stopping.set()
        self._thread.join(_END)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen(self._engine())
            except (DeskError, SQLAlchemyError, OSError):
                self._rest(None, _AGAIN)
        self._wake.close()
        self._woken.close()

    def _listen(self, engine: Engine) -> None:
        try:
            listener = _listener(engine)
            try:
                self._tell()  # what happened while nobody was listening
                while not self._stopping.is_set():
                    if listener.changed(self._rest):
                        self._tell()
            finally:
                listener.close()
        except engine.dialect.loaded_dbapi.Error:
            self._rest(None, _AGAIN)

    def _rest(self, also: int | None, seconds: float | None) -> None:
        sources: list[Any] = [self._woken] if also is None else [self._woken, also]
        select.select(sources, [], [], seconds)

    def _tell(self) -> None:
        if self._stopping.is_set():
            return
        try:
            self._publish()
        except Exception:  # a listener's mistake must not end the watch
            _log.exception("a listener failed at a change of the queue")
        self._rest(None, _CALM)


class _Listener(Protocol):
    """A connection that hears of changes."""

    def changed(self, rest: _Rest) -> bool:
        """Rest for a while, then say whether an application has changed. Raises the driver's errors."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


def _listener(engine: Engine) -> _Listener:
    return _Looking(engine) if engine.dialect.name == "sqlite" else _Notified(engine)


class _Notified:
    """LISTEN on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._pooled, self._connection = _of_its_own(engine)
        try:
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            self.close()
            raise

    def changed(self, rest: _Rest) -> bool:
        """Wait for a notification, however long that takes."""
        server = self._connection.pgconn
        rest(server.socket, None)
        server.consume_input()
        heard = False
        while server.notifies() is not None:
            heard = True
        return heard

    def close(self) -> None:
        """Let go."""
        self._pooled.close()


class _Looking:
    """A light look at SQLite, once a second."""

    def __init__(self, engine: Engine) -> None:
        self._pooled, self._connection = _of_its_own(engine)
        self._version = self._ask("PRAGMA data_version")
        self._applications = self._look()

    def changed(self, rest: _Rest) -> bool:
        """Rest, then look. The version of an application grows with every change of it."""
        rest(None, _LOOK)
        before, self._version = self._version, self._ask("PRAGMA data_version")
        if self._version == before:
            return False
        known, self._applications = self._applications, self._look()
        return bool(self._applications != known)

    def close(self) -> None:
        """Let go."""
        self._pooled.close()

    def _look(self) -> Any:
        return self._ask("SELECT count(*), sum(version) FROM application")

    def _ask(self, question: str) -> Any:
        return self._connection.execute(question).fetchone()


def _of_its_own(engine: Engine) -> tuple[Any, Any]:
    """A connection that the pool no longer counts, as it gave it and as the driver's own."""
    pooled = engine.raw_connection()
    pooled.detach()
    return pooled, pooled.dbapi_connection
