"""One platform for all walks, and a database of its own for each."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.fixtures.fault_proxy import fault_proxy
from tests.fixtures.platform import Clock, served
from tests.fixtures.postgresql import Cluster
from tests.integration.store.conftest import TEMPLATE, Place, _new_home, _upgraded  # noqa: F401
from tests.stateful.city import Surroundings

Database = Callable[[ExitStack], Place]


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """Each walk has citizens of its own there."""
    folder = tmp_path_factory.mktemp("mirror")
    with served(folder, Clock()) as running, fault_proxy(running.url) as proxy:
        yield Surroundings(folder, proxy)


@pytest.fixture
def sqlcipher_each(_new_home: Path, tmp_path: Path) -> Database:  # noqa: F811
    """A copy of an empty, encrypted file."""
    numbers = count(1)

    def copied(_: ExitStack) -> Place:
        home = tmp_path / f"walk-{next(numbers)}"
        shutil.copytree(_new_home, home)
        return Place("sqlite", None, home)

    return copied


@pytest.fixture
def postgresql_each(postgresql: Cluster, tmp_path: Path) -> Database:
    """A copy of an empty database, dropped when the walk has ended."""
    template = postgresql.prepare(TEMPLATE, lambda url: _upgraded(url, tmp_path))

    def copied(stack: ExitStack) -> Place:
        return Place("postgresql", stack.enter_context(postgresql.database(template)), tmp_path)

    return copied
