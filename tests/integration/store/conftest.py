"""The same tests on SQLCipher and on PostgreSQL; contract tests on the fake as well."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk_app.services.ports import Store
from desk_app.store.engine import SqlStore, open_store
from tests.fakes.store import FakeStore
from tests.fixtures.postgresql import Cluster

TEMPLATE = "store"
"""The PostgreSQL database that is copied for every test."""


@dataclass(frozen=True)
class Place:
    """Where a database is, so that a second counter, or a later start, can open it too."""

    kind: str
    url: str | None
    home: Path

    def open(self) -> SqlStore:
        return open_store(self.url, self.home)


def _upgraded(url: str | None, home: Path) -> None:
    store = open_store(url, home)
    store.upgrade()
    store.close()


@pytest.fixture(scope="session")
def _new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("new-home")
    _upgraded(None, home)
    return home


@pytest.fixture
def sqlcipher(_new_home: Path, tmp_path: Path) -> Place:
    """A migrated, empty, encrypted database."""
    home = tmp_path / "home"
    shutil.copytree(_new_home, home)
    return Place("sqlite", None, home)


@pytest.fixture
def postgres(postgresql: Cluster, tmp_path: Path) -> Iterator[Place]:
    """A migrated, empty database of the test cluster."""
    template = postgresql.prepare(TEMPLATE, lambda url: _upgraded(url, tmp_path))
    with postgresql.database(template) as url:
        yield Place("postgresql", url, tmp_path)


@pytest.fixture(params=["sqlcipher", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    """Either database."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def opened() -> Iterator[Callable[[Place], SqlStore]]:
    """Opens stores that are closed at the end of the test."""
    with ExitStack() as stack:

        def open_one(place: Place) -> SqlStore:
            store = place.open()
            stack.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def store(place: Place, opened: Callable[[Place], SqlStore]) -> SqlStore:
    """The real store on either database."""
    return opened(place)


@pytest.fixture(params=["fake", "sqlcipher", "postgres"])
def any_store(request: pytest.FixtureRequest, opened: Callable[[Place], SqlStore]) -> Store:
    """The real store on either database, or the one that stands in for it."""
    if request.param == "fake":
        return FakeStore()
    return opened(request.getfixturevalue(request.param))
