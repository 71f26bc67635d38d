"""Random walks on both databases never break a rule, and the platform's mirror always converges."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.fixtures.fault_proxy import fault_proxy
from tests.fixtures.platform import Clock, served
from tests.fixtures.postgresql import Cluster
from tests.integration.store.conftest import TEMPLATE, Place, _new_home, _upgraded  # noqa: F401
from tests.stateful.city import Surroundings
from tests.stateful.walk import Walk

WALKS = int(os.environ.get("WALKS", "0"))
"""How many walks on each database, for longer runs: `WALKS=500 --timeout 0 -o faulthandler_timeout=0`.
A walk that fails in one of these is also shrunk, which takes minutes."""

SETTINGS = settings(
    max_examples=WALKS or 10,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=tuple(Phase) if WALKS else (Phase.reuse, Phase.generate),
)


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """One platform for all walks: each has citizens of its own."""
    folder = tmp_path_factory.mktemp("mirror")
    with served(folder, Clock()) as running, fault_proxy(running.url) as proxy:
        yield Surroundings(folder, proxy)


class OnSqlcipher(Walk):
    """Walks in files that are copied from an empty, encrypted one."""


class OnPostgresql(Walk):
    """Walks in databases of one server."""


class TestOnSqlcipher(OnSqlcipher.TestCase):
    settings = SETTINGS

    @pytest.fixture(autouse=True)
    def city(self, surroundings: Surroundings, _new_home: Path, tmp_path: Path) -> None:  # noqa: F811
        numbers = count(1)

        def copied(_: ExitStack) -> Place:
            home = tmp_path / f"walk-{next(numbers)}"
            shutil.copytree(_new_home, home)
            return Place("sqlite", None, home)

        OnSqlcipher.around, OnSqlcipher.database = surroundings, staticmethod(copied)


class TestOnPostgresql(OnPostgresql.TestCase):
    settings = SETTINGS

    @pytest.fixture(autouse=True)
    def city(self, surroundings: Surroundings, postgresql: Cluster, tmp_path: Path) -> None:
        template = postgresql.prepare(TEMPLATE, lambda url: _upgraded(url, tmp_path))

        def copied(stack: ExitStack) -> Place:
            return Place("postgresql", stack.enter_context(postgresql.database(template)), tmp_path)

        OnPostgresql.around, OnPostgresql.database = surroundings, staticmethod(copied)
