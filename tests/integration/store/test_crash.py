"""The program is killed while it commits: whatever it had acknowledged is there, and nothing half."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from desk_app.domain.document import FileState
from desk_app.store.engine import SqlStore, open_store
from tests.fixtures.postgresql import Cluster
from tests.integration.store.conftest import Place
from tests.integration.store.samples import NOON, registered

KILLS = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database with every safety on."""
    if request.param == "sqlite":
        yield Place("sqlite", None, tmp_path / "home")
        return
    durable: Cluster = request.getfixturevalue("durable_postgresql")
    with durable.database() as url:
        yield Place("postgresql", url, tmp_path)


def test_every_acknowledged_commit_survives_kills(
    lasting: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(lasting)
    store.upgrade()
    registered(store)
    acknowledged: set[int] = set()
    for _ in range(KILLS):
        acknowledged |= _served_until_killed(lasting, random.uniform(0.05, 0.5))
    assert len(acknowledged) > KILLS
    store.close()
    again = open_store(lasting.url, lasting.home)
    with again.begin(write=False) as uow:
        kept = {entry.id.int for entry in uow.outbox.pending()}
        assert acknowledged <= kept
        assert len(kept) <= len(acknowledged) + KILLS  # of each killed one the last may have held
        assert all(uow.visits.get(UUID(int=number)) is not None for number in kept)
        assert sum(1 for _ in uow.audit.records()) == len(kept)
        assert uow.audit.first_broken() is None
        files = [one.state for one in uow.archive.check("", len(kept) + 1)]
        assert files == [FileState.SOUND] * len(kept)
        assert uow.archive.removable(NOON + timedelta(days=1)) == len(kept)
    with again.begin() as uow:
        assert uow.statements.next_serial("310000", NOON).endswith(f"-{len(kept) + 1:06d}")
    assert again.check().sound
    again.close()


def _served_until_killed(place: Place, seconds: float) -> set[int]:
    """The visits that a counter had acknowledged when it was killed, so long after its first one."""
    module = [sys.executable, "-m", "tests.integration.store.worker"]
    arguments = ["serve", place.url or "-", str(place.home), "1000000"]
    with subprocess.Popen([*module, *arguments], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        first = worker.stdout.readline()
        time.sleep(seconds)
        worker.kill()
        lines = [first, *worker.stdout]
    return {int(line.split()[0]) for line in lines if line.endswith("\n")}
