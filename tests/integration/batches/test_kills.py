"""The coordinator is killed at random points: no document is lost, none is issued twice."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader

from desk_app.domain.batch import Batch, BatchState, Delivery
from desk_app.services.ports import Store
from desk_app.store.engine import open_store
from tests.fakes.drawing import InlineDrawings, subject_of
from tests.fixtures.postgresql import Cluster
from tests.integration.batches.city import (
    DESK,
    issues_of,
    manifest_of,
    order,
    reread,
    service,
    settled,
)

PEOPLE = 60
KILLS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str | None, Path]]:
    """A database with every safety on: its address, and the home folder."""
    if request.param == "sqlite":
        yield None, tmp_path / "home"
        return
    durable: Cluster = request.getfixturevalue("durable_postgresql")
    with durable.database() as url:
        yield url, tmp_path


@pytest.mark.parametrize("delivery", Delivery)
def test_a_batch_survives_kills(
    where: tuple[str | None, Path], tmp_path: Path, delivery: Delivery
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # shown with a failure
    chance = random.Random(seed)
    url, home = where
    folder = tmp_path / "out"
    store = open_store(url, home)
    store.upgrade()
    settled(store, PEOPLE)
    batch = service(store, InlineDrawings()).plan(DESK, order(delivery=delivery))
    starts = 0
    while reread(store, batch).state is not BatchState.DONE:
        starts += 1
        _run(url, home, batch, folder, chance.uniform(0, 0.5) if starts <= KILLS else None)
    assert starts > 1
    everything_is_there_once(store, batch, folder, delivery)
    store.close()


def _run(url: str | None, home: Path, batch: Batch, folder: Path, lives: float | None) -> None:
    """Run it as a process, killed so long after it has begun to issue; None: to its end."""
    module = [sys.executable, "-m", "tests.integration.batches.worker"]
    arguments = [url or "-", str(home), str(batch.id), str(folder)]
    with subprocess.Popen([*module, *arguments], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        if lives is not None:
            time.sleep(lives)  # a point at random, which is what is tried here
            run.kill()
        run.stdout.read()
    assert lives is not None or run.returncode == 0


def everything_is_there_once(
    store: Store, batch: Batch, folder: Path, delivery: Delivery, count: int = PEOPLE
) -> None:
    """Record, manifest and files tell the same."""
    issued = issues_of(store, count)
    assert len(issued) == count
    assert {one.copy_number for one in issued.values()} == {1}
    rows = manifest_of(folder)
    assert {row["serial"]: row["sha256"] for row in rows} == {
        serial: one.sha256 for serial, one in issued.items()
    }
    files = {row["file"] for row in rows}
    assert {path.name for path in folder.glob("*.pdf")} == files
    for row in rows:
        path = folder / row["file"]
        assert sha256(path.read_bytes()).hexdigest() == row["file_sha256"]
        if delivery is Delivery.PERSON:
            assert subject_of(path.read_bytes()) == row["serial"]
            assert row["sha256"] == row["file_sha256"]
        else:
            names = [str(one["/Title"]) for one in PdfReader(path).outline]  # type: ignore[index]
            assert names[int(row["first_page"]) - 1] == row["serial"]
    assert not [path for path in folder.iterdir() if path.is_dir() or ".desk-app-" in path.stem[1:]]
    assert service(store, InlineDrawings()).check(DESK, batch.id, folder).sound
    with store.begin(write=False) as uow:
        assert uow.audit.first_broken() is None
        details = [str(r.detail) for r in uow.audit.records() if r.action == "issue_statement"]
    assert sorted(detail.split()[0] for detail in details) == sorted(issued)
