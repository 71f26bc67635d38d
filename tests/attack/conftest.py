"""A hall's database as a server is set up for it: an owner who is no superuser, and a login per operator.

The sessions below are what a modified client has: psycopg over TCP, signed in by SCRAM, plain SQL.
Everything is tried in a transaction that is rolled back, after all deferred rules were made to speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from desk_app.store.engine import SqlStore, open_store
from desk_app.store.logins import secret_of
from tests.attack.city import PASSWORD, fill
from tests.fixtures.postgresql import Cluster

DATABASE = "hall"
OWNER, OWNER_PASSWORD, DOOR_PASSWORD = "hall_owner", "owner-of-the-hall", "door-of-the-hall"


@dataclass(frozen=True)
class Hall:
    """Where the database is, and how to come in."""

    cluster: Cluster

    def store(self, user: str = OWNER, password: str = OWNER_PASSWORD) -> SqlStore:
        address = f"{user}:{password}@127.0.0.1:{self.cluster.port}/{DATABASE}"
        return open_store(f"postgresql+psycopg://{address}", Path())

    def connect(self, who: str) -> psycopg.Connection:
        """A session of the owner, the superuser, the door, or of an operator by number."""
        return psycopg.connect(
            host="127.0.0.1", port=self.cluster.port, dbname=DATABASE, **self._identity(who)
        )

    def _identity(self, who: str) -> dict[str, str]:
        if who == "root":
            return {"user": "postgres"}
        if who == "owner":
            return {"user": OWNER, "password": OWNER_PASSWORD}
        if who == "door":
            return {"user": f"{DATABASE}_door", "password": DOOR_PASSWORD}
        login = f"{DATABASE}_{who}"
        return {"user": login, "password": secret_of(login, PASSWORD)}


def _set_up(cluster: Cluster) -> Hall:
    """What docs/security.md tells an administrator to do."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as root:
        root.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{OWNER_PASSWORD}'")
        root.execute(f"GRANT pg_signal_backend TO {OWNER}")
        root.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")
    hall = Hall(cluster)
    store = hall.store()
    try:
        store.upgrade()
        fill(store)
    finally:
        store.close()
    with hall.connect("owner") as owner:
        owner.execute(f"ALTER ROLE {DATABASE}_door LOGIN PASSWORD '{DOOR_PASSWORD}'")
    return hall


@pytest.fixture(scope="session")
def hall(durable_postgresql: Cluster) -> Hall:
    """A hall where work goes on: tests commit in it."""
    return _set_up(durable_postgresql)


@pytest.fixture(scope="session")
def besieged(postgresql: Cluster) -> Hall:
    """A hall, on a server of its own, where all that is tried is rolled back: it stays as it was filled."""
    return _set_up(postgresql)


Session = Callable[[str], psycopg.Connection]


@pytest.fixture(scope="session")
def sessions(hall: Hall) -> Iterator[Session]:
    """Sessions where work goes on."""
    yield from _sessions(hall)


@pytest.fixture(scope="session")
def besiegers(besieged: Hall) -> Iterator[Session]:
    """Sessions of those who try what they must not."""
    yield from _sessions(besieged)


def _sessions(hall: Hall) -> Iterator[Session]:
    """One open session each, made when it is first asked for; operators have stated their purposes before."""
    open_ones: dict[str, psycopg.Connection] = {}

    def of(who: str) -> psycopg.Connection:
        if who not in open_ones or open_ones[who].closed:
            open_ones[who] = hall.connect(who)
        return open_ones[who]

    yield of
    for connection in open_ones.values():
        connection.close()


@contextmanager
def rolled_back(connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A transaction that leaves nothing behind."""
    connection.rollback()
    try:
        yield connection
    finally:
        connection.rollback()


def rows(connection: psycopg.Connection, *statements: str) -> int:
    """Run them, then every rule that waits for the end of the transaction; gives how many rows the last one
    has changed or found."""
    count = 0
    for statement in statements:
        done = connection.execute(statement.encode())
        count = done.rowcount
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return count
