"""Random walks on both databases never break a rule, and the platform's mirror always converges."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.stateful.city import Surroundings
from tests.stateful.conftest import Database
from tests.stateful.walk import Walk

WALKS = int(os.environ.get("WALKS", "0"))
"""How many walks on each database, for longer runs: `WALKS=500`, and `--timeout 0 -o faulthandler_timeout=0`.
A walk that fails in one of these is also shrunk, which takes minutes."""

SETTINGS = settings(
    max_examples=WALKS or 15,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=tuple(Phase) if WALKS else (Phase.reuse, Phase.generate),
)


class OnSqlcipher(Walk):
    """Walks in encrypted files."""


class OnPostgresql(Walk):
    """Walks in databases of one server."""


class TestOnSqlcipher(OnSqlcipher.TestCase):
    settings = SETTINGS

    @pytest.fixture(autouse=True)
    def city(self, surroundings: Surroundings, sqlcipher_each: Database) -> None:
        OnSqlcipher.around, OnSqlcipher.database = surroundings, staticmethod(sqlcipher_each)


class TestOnPostgresql(OnPostgresql.TestCase):
    settings = SETTINGS

    @pytest.fixture(autouse=True)
    def city(self, surroundings: Surroundings, postgresql_each: Database) -> None:
        OnPostgresql.around, OnPostgresql.database = surroundings, staticmethod(postgresql_each)
