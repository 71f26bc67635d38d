"""A batch takes no more memory for many than for few."""

import tracemalloc
from pathlib import Path

import pytest

from desk_app.domain.batch import BatchProgress
from desk_app.services import batch_run
from desk_app.store.engine import SqlStore, open_store
from tests.fakes.drawing import InlineDrawings
from tests.integration.batches.city import DESK, order, people, service, settled

FEW, MANY = 60, 300


def test_memory_does_not_grow_with_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_run, "_PAGE", 20)  # as small against few as it is against a city
    store = open_store(None, tmp_path / "home")
    store.upgrade()
    settled(store, MANY, months=6)
    _most(store, tmp_path / "warm", MANY)
    few, many = (
        min(_most(store, tmp_path / f"{count}-{again}", count) for again in range(2))
        for count in (FEW, MANY)
    )
    store.close()
    assert many < few * 2, f"{few} bytes for {FEW}, {many} for {MANY}, five times as many"


def _most(store: SqlStore, folder: Path, count: int) -> int:
    """The most bytes that were in use at once while so many are issued."""
    batches = service(store, InlineDrawings(), chunk=20)
    batch = batches.plan(DESK, order(*people(count)))
    tracemalloc.start()
    try:
        ended = batches.run(DESK, batch.id, folder, _nothing)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert ended.counts.issued == count


def _nothing(_: BatchProgress) -> None:
    pass
