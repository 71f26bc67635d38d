"""Straight into the database, past the product: what an administrator, or a forger, could do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from desk_app.domain.errors import DeskError
from desk_app.store import connections
from desk_app.store.engine import DATABASE_FILE
from desk_app.store.faults import translated
from tests.integration.store.conftest import Place


@contextmanager
def connected(place: Place, *, guarded: bool = True) -> Iterator[Connection]:
    """A transaction of the product's own kind; not `guarded`: one whose SQLite runs no trigger recursively
    and checks no foreign key, as any other program's would."""
    if place.url is None:
        engines = connections.encrypted_sqlite(place.home / DATABASE_FILE)
    else:
        engines = connections.postgresql(place.url)
    try:
        with engines.writing.connect() as connection:
            if place.url is None and not guarded:
                raw: Any = connection.connection.dbapi_connection
                raw.execute("PRAGMA recursive_triggers = OFF")
                raw.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                yield connection
    finally:
        engines.dispose()


def run(place: Place, *statements: str, guarded: bool = True) -> None:
    """Run and commit."""
    with translated(), connected(place, guarded=guarded) as connection:
        for statement in statements:
            connection.execute(text(statement))


def refused(place: Place, statement: str, *, guarded: bool = True) -> bool:
    """Whether the database does not take it."""
    try:
        run(place, statement, guarded=guarded)
    except DeskError:
        return True
    return False
