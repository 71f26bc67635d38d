"""The store: opened by URL or in the home folder, brought up to date, asked how it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from desk_app.domain.errors import (
    OperatorCardRefused,
    OperatorDisabled,
    SignInRefused,
    StoreUnavailable,
)
from desk_app.domain.purpose import Purpose
from desk_app.store import connections, outcome
from desk_app.store.connections import Engines
from desk_app.store.faults import translated
from desk_app.store.logins import secret_of
from desk_app.store.migrations import REVISION
from desk_app.store.repositories.contributions import KnownEmployers
from desk_app.store.transaction import Transaction
from desk_app.store.unit_of_work import SqlUnitOfWork

DATABASE_FILE = "desk.db"


@dataclass(frozen=True)
class StoreFacts:
    """How the database is. `encrypted` means the file for SQLite and the connection for PostgreSQL;
    `revision` is None before the first upgrade; `sound` is what the database's own checks found."""

    kind: str
    version: str
    encrypted: bool
    revision: str | None
    current: bool
    sound: bool
    size: int
    """Bytes."""


def open_store(url: str | None, home: Path) -> SqlStore:
    """The store at a `postgresql+psycopg://` URL, or the encrypted one in `home` when there is none.

    Nothing is connected to yet. Raises InvalidInput for a URL that is neither."""
    if url is None:
        return SqlStore(connections.encrypted_sqlite(home / DATABASE_FILE))
    return SqlStore(connections.postgresql(url))


class SqlStore:
    """Implements `services.ports.Store` on SQLCipher and on PostgreSQL. May be used by several threads; each
    of its units of work by one."""

    def __init__(self, engines: Engines) -> None:
        self._door = engines
        self._engines = engines
        self._number: str | None = None
        self._employers = KnownEmployers()

    def begin(self, *, write: bool = True, purpose: Purpose | None = None) -> SqlUnitOfWork:
        """A new unit of work. One that does not write sees one moment of the database and blocks nobody.

        A purpose is written in the same transaction where that writes anyway and the database is a file; for
        PostgreSQL's row-level security it must have been committed before. Raises QuotaReached then."""
        if purpose is not None and not (write and self._is_sqlite):
            with SqlUnitOfWork(self._transaction(writes=True), KnownEmployers(), purpose) as uow:
                uow.commit()
            purpose = None
        # One that writes may see employers of its own, who are gone again when it is not committed.
        employers = KnownEmployers() if write else self._employers
        return SqlUnitOfWork(self._transaction(writes=write), employers, purpose)

    def unattended(self) -> SqlStore:
        """The same database by the door, whoever has signed in. It lives as long as this store."""
        return self if self._is_sqlite else SqlStore(self._door)

    def enter(self, number: str, password: str | None) -> None:
        """Work as the operator from now on: on PostgreSQL by a login of their own. Where the URL is the
        owner's, an operator who has no login works as the owner.

        Raises SignInRefused when the server does not take the password, OperatorCardRefused when there is
        none to offer it, StoreUnavailable."""
        if self._is_sqlite:
            self._forget_old()
            return
        with translated(), self._door.reading.begin() as connection:
            asked = text("SELECT desk_login(:number), desk_is_owner()")
            login, is_owner = connection.execute(asked, {"number": number}).one()
        if login is None and is_owner:
            return
        if password is None:
            raise OperatorCardRefused("needs_password")
        engines = self._come_in(login, password) if login is not None else None
        if engines is None:
            raise SignInRefused
        self.leave()
        self._engines, self._number = engines, number
        self._forget_old()

    def leave(self) -> None:
        """Nobody has signed in any more; what still runs comes to its end."""
        engines, self._engines, self._number = self._engines, self._door, None
        if engines is not self._door:
            engines.dispose()

    def proves(self, login: str, password: str) -> bool:
        """Whether the server takes it for the password of this login. Raises StoreUnavailable."""
        engines = self._come_in(login, password)
        if engines is not None:
            engines.dispose()
        return engines is not None

    def is_current(self) -> bool:
        """Whether the schema is the one this code was written for. Costs one small query."""
        return self._revision() == REVISION

    def upgrade(self) -> None:
        """Bring the schema up to date: all of it or nothing, safe to call at several counters at once.

        Raises StoreUnavailable("newer") for a schema that a later version of the product has made."""
        # Importing Alembic takes longer than the rest of a start.
        from desk_app.store.migrations.upgrade import upgrade

        with translated():
            upgrade(self._engines.writing)

    def check(self) -> StoreFacts:
        """Look at the whole database; takes time in proportion to its size. Raises what opening raises."""
        revision = self._revision()
        with translated(), self._engines.reading.begin() as connection:

            def ask(question: str) -> Any:
                return connection.execute(text(question)).scalar()

            kind = connection.dialect.name
            facts = _sqlite if kind == "sqlite" else _postgresql
            version, encrypted, sound, size = facts(ask)
        return StoreFacts(kind, version, encrypted, revision, revision == REVISION, sound, size)

    def listening(self) -> Engine:
        """Where a connection comes from that listens and never writes."""
        return self._engines.reading

    def close(self) -> None:
        """Close all connections."""
        self.leave()
        self._door.dispose()

    def _transaction(self, *, writes: bool) -> Transaction:
        engine = self._engines.writing if writes else self._engines.reading
        return Transaction(engine, writes=writes, explain=self._say_if_disabled)

    def _forget_old(self) -> None:
        with translated(), self._engines.writing.begin() as connection:
            outcome.forget_old(connection)

    def _say_if_disabled(self) -> None:
        """An operator whose login is not taken any more was disabled: back to the door, where that can
        still be noted. Raises OperatorDisabled."""
        number = self._number
        if number is None:
            return
        with translated(), self._door.reading.begin() as connection:
            asked = text("SELECT active FROM desk_accounts(:number, NULL, false)")
            active = connection.execute(asked, {"number": number}).scalar()
        if not active:
            self.leave()
            raise OperatorDisabled

    @property
    def _is_sqlite(self) -> bool:
        return self._door.reading.dialect.name == "sqlite"

    def _come_in(self, login: str, password: str) -> Engines | None:
        """Connections as a login; None when the server refuses it, which libpq tells in words only: so a
        server that answers the door at the same time counts as having refused."""
        secret = secret_of(login, password)
        engines = connections.postgresql(
            self._door.writing.url.set(username=login, password=secret)
        )
        try:
            with translated(), engines.reading.connect():
                return engines
        except StoreUnavailable:
            engines.dispose()
            with translated(), self._door.reading.connect():
                return None

    def _revision(self) -> str | None:
        try:
            with translated(), self._engines.reading.begin() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version"))
                revision: str | None = found.scalar()
                return revision
        except StoreUnavailable as error:
            if error.reason != "schema":
                raise
            return None


_Ask = Callable[[str], Any]


def _sqlite(ask: _Ask) -> tuple[str, bool, bool, int]:
    """Version, encryption, soundness and size. The cipher's check compares every page with its HMAC."""
    cipher = ask("PRAGMA cipher_version")
    sound = (
        ask("PRAGMA cipher_integrity_check") is None
        and ask("PRAGMA integrity_check") == "ok"
        and ask("PRAGMA foreign_key_check") is None
    )
    size = int(ask("PRAGMA page_count")) * int(ask("PRAGMA page_size"))
    return f"{ask('SELECT sqlite_version()')}, SQLCipher {cipher}", bool(cipher), sound, size


def _postgresql(ask: _Ask) -> tuple[str, bool, bool, int]:
    """Version, encryption and size; a server that answers looks after its own soundness."""
    encrypted = ask("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    size = ask("SELECT pg_database_size(current_database())")
    return ask("SHOW server_version"), bool(encrypted), True, size
