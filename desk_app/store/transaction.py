"""One transaction on one connection, and the one place where statements are run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, Select, Table
from sqlalchemy.exc import DBAPIError

from desk_app.domain.errors import BrokenPromise, DeskError, OutcomeUnknown, StoreUnavailable
from desk_app.store import outcome
from desk_app.store.faults import translated
from desk_app.store.logins import verifier_of

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    AnyInsert = sqlite.Insert | postgresql.Insert

T = TypeVar("T")
Values = Mapping[str, Any]
AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


class Transaction:
    """Begun, used and ended on one thread. After an error of the database it can only be ended, since what
    the database kept of it is not known; after its commit it is over."""

    def __init__(
        self, engine: Engine, *, writes: bool, explain: Callable[[], None] = lambda: None
    ) -> None:
        """`explain` is called when no connection can be had, and may raise a better reason."""
        self._engine = engine
        self._writes = writes
        self._explain = explain
        self._connection: Connection | None = None
        self._thread = 0
        self._over = False

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the encrypted SQLite; PostgreSQL otherwise."""
        return self._engine.dialect.name == "sqlite"

    @property
    def writes(self) -> bool:
        """Whether it may write."""
        return self._writes

    def begin(self) -> None:
        """Take a connection and begin. Raises StoreUnavailable, StoreLocked."""
        if self._connection is not None or self._over:
            raise BrokenPromise("a unit of work is entered once")
        try:
            connection = self._begun()
        except StoreUnavailable:
            self._explain()
            raise
        self._connection, self._thread = connection, threading.get_ident()

    def _begun(self) -> Connection:
        with translated():
            connection = self._engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        return connection

    def execute(
        self, statement: Executable, values: Values | Sequence[Values] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement (once for each of the values, when they are a sequence)."""
        with self._at_work() as connection:
            return connection.execute(statement, values)

    def one(self, statement: Executable, values: Values | None = None) -> AnyRow | None:
        """The first row, or None."""
        with self._at_work() as connection:
            return connection.execute(statement, values).first()

    def all(self, statement: Executable, values: Values | None = None) -> Sequence[AnyRow]:
        """Every row."""
        with self._at_work() as connection:
            return connection.execute(statement, values).all()

    def bare(self, statement: Executable, values: Values, make: Callable[[Iterable[Any]], T]) -> T:
        """What `make` makes of the driver's bare tuples: for many rows whose columns need no conversion."""
        with self._at_work() as connection:
            cursor: Any = connection.execute(statement, values).cursor
            try:
                return make(cursor)
            except connection.dialect.loaded_dbapi.Error as error:
                raise DBAPIError(None, None, error) from error

    def held(self, query: AnySelect, table: Table) -> AnySelect:
        """The same query, which in a writing transaction keeps the table's rows from other writers until
        the end. SQLite has one writer at a time anyway."""
        return query.with_for_update(of=table, key_share=True) if self._writes else query

    def verifier(self, login: str, password: str) -> str:
        """What PostgreSQL keeps of a login's password (`logins`)."""
        with self._at_work() as connection:
            return verifier_of(connection, login, password)

    def insert(self, table: Table) -> AnyInsert:
        """An INSERT of this database's kind, the two having the same `on_conflict_…`."""
        # Importing the other dialect is a tenth of a start.
        if self.is_sqlite:
            from sqlalchemy.dialects import sqlite

            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)

    def commit(self) -> None:
        """Make it durable, once. When the connection is lost meanwhile, another one is asked how it ended.

        Raises StoreUnavailable("unreachable") when nothing of it was kept, and OutcomeUnknown only when
        nobody can be asked."""
        operation_id = uuid4()
        if self._writes:
            with self._at_work() as connection:
                outcome.note(connection, operation_id)
        try:
            with self._at_work(committing=True) as connection:
                outcome.commit(connection)
        except OutcomeUnknown:
            if not self._writes:
                raise
            self.end()  # else an SQLite file would stay locked
            outcome.resolve(self._engine, operation_id)
        self._over = True

    def end(self) -> None:
        """Roll back what was not committed and give the connection back."""
        connection, self._connection, self._over = self._connection, None, True
        if connection is not None:
            self._assert_thread()
            with translated():
                connection.close()

    @contextmanager
    def _at_work(self, *, committing: bool = False) -> Iterator[Connection]:
        self._assert_thread()
        if self._connection is None or self._over:
            raise BrokenPromise("used outside of its unit of work, or after an error or the commit")
        try:
            with translated(committing=committing):
                yield self._connection
        except DeskError:
            self._over = True
            raise

    def _assert_thread(self) -> None:
        if self._connection is not None and threading.get_ident() != self._thread:
            raise BrokenPromise("a unit of work was used on another thread")
