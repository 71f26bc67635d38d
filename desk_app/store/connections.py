"""Connections to the two databases, as SQLAlchemy engines with this product's guarantees switched on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from desk_app.domain.errors import DiskFull, InvalidInput, StoreUnavailable
from desk_app.store.key import DatabaseKey, sole_user

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

WAIT = 10
"""Seconds to wait for another's lock, or for a server to answer, before it counts as busy or unreachable."""

_CACHE_KIB = 64 * 1024
"""Page cache per connection; SQLite's 2 MiB default makes SQLCipher decrypt pages again and again. Memory is
taken only for pages that were read."""

_WAL_LIMIT = 64 * 1024 * 1024
"""To what size a log that grew over a large import is cut back."""

_KEEPALIVE = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
"""A connection that only listens for notifications would not notice for hours that the other end has gone
without a word; seconds, by libpq's names."""

_PRAGMAS = (
    "synchronous = FULL",  # an acknowledged commit survives a power cut
    "foreign_keys = ON",
    "recursive_triggers = ON",  # else INSERT OR REPLACE deletes past the triggers
    f"cache_size = -{_CACHE_KIB}",
    f"journal_size_limit = {_WAL_LIMIT}",
)


@dataclass(frozen=True)
class Engines:
    """One database through two doors: transactions that write, and those that only read, all from one moment
    of the database."""

    writing: Engine
    reading: Engine

    def dispose(self) -> None:
        """Close all connections; an SQLite file's log is folded into it by the last one."""
        self.reading.dispose()
        self.writing.dispose()


def encrypted_sqlite(path: Path) -> Engines:
    """SQLCipher in WAL mode at `path`; the file and its key are made when first connected to."""
    keys = DatabaseKey(path.parent)

    def engine(begin: str, *pragmas: str) -> Engine:
        def connect() -> Any:
            _make_if_new(path, keys)
            return _open(path, keys.of_existing(), *_PRAGMAS, *pragmas)

        return _sqlite_engine(connect, begin)

    # A writing transaction takes its lock at once: of two that read first, only one could then write.
    # Reading has connections of its own, because setting query_only anew makes every statement be
    # compiled anew.
    return Engines(engine("BEGIN IMMEDIATE"), engine("BEGIN", "query_only = ON"))


def _sqlite_engine(connect: Callable[[], Any], begin: str) -> Engine:
    from sqlcipher3 import dbapi2

    engine = create_engine(
        "sqlite+pysqlite://",
        module=dbapi2,
        creator=connect,
        poolclass=QueuePool,
        pool_use_lifo=True,  # the connection with the warmest cache
        pool_timeout=WAIT,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgresql(url: str | URL) -> Engines:
    """A PostgreSQL server through psycopg. Raises InvalidInput for any other URL."""
    address = _checked(url)
    writing = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": int(_query(address, "connect_timeout") or WAIT),
            **_KEEPALIVE,
            "options": f"-c lock_timeout={WAIT}s {_query(address, 'options')}".strip(),
        },
        pool_pre_ping=True,  # the server may have been restarted since
        pool_use_lifo=True,
        pool_timeout=WAIT,
        hide_parameters=True,
    )
    event.listen(writing, "connect", _collect_warnings)
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writing, reading)


def _checked(url: str | URL) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise InvalidInput("database.url", "malformed") from error
    if address.get_backend_name() != "postgresql":
        raise InvalidInput("database.url", "unsupported")
    return address


def _query(address: URL, name: str) -> str:
    value = address.query.get(name, "")
    return value if isinstance(value, str) else value[-1]


def _make_if_new(path: Path, keys: DatabaseKey) -> None:
    """An empty encrypted database in WAL mode, unless there is one. One process does it, others wait."""
    if _exists(path):
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sole_user(path.parent):
            if not _exists(path):
                key = keys.of_new()
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
                _open(path, key, "journal_mode = WAL").close()
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise DiskFull() if full else StoreUnavailable("unreachable") from error


def _exists(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _open(path: Path, key: bytes, *pragmas: str) -> Any:
    """A connection with the key; a wrong one is noticed by the first pragma that reads the file."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(
        str(path),
        timeout=WAIT,
        isolation_level=None,  # we say BEGIN ourselves
        check_same_thread=False,  # a connection serves one lane after another, never two at once
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # else a wrong key writes to stderr
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except dbapi2.Error:
        connection.close()
        raise
    return connection


def _collect_warnings(connection: Any, record: Any) -> None:
    """Keep the SQLSTATEs of the server's warnings where `Transaction.commit` looks for them."""
    warnings: list[str] = record.info.setdefault("warnings", [])

    def note(diagnostic: Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING" and diagnostic.sqlstate:
            warnings.append(diagnostic.sqlstate)

    connection.add_notice_handler(note)
