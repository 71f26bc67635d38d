"""The same job on a cluster of real processes, one of which dies; and on processes of this machine, too."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from desk_app.domain.batch import BatchProgress, BatchState, Counts, Delivery
from desk_app.domain.errors import BrokenPromise, DrawingStopped, FontsMissing
from desk_app.print.cluster import ClusterDrawing
from desk_app.print.documents import StatementDocuments
from desk_app.print.signing import PadesSigner
from desk_app.print.signing_keys import CertificateFile, Secret
from desk_app.print.unsigned import UnsignedDocuments
from desk_app.print.workers import ProcessDrawings
from desk_app.sandbox.signing import make_identity
from desk_app.services.ports import Document, Language, Sheet, Undrawn
from desk_app.store.engine import open_store
from tests.fakes import statements
from tests.fakes.drawing import InlineDrawings, quick, slow, subject_of
from tests.fixtures.ports import free_port
from tests.integration.batches.city import DESK, order, service, settled
from tests.integration.batches.test_kills import everything_is_there_once

PEOPLE = 80
_SHEET = Sheet(statements.annual("good", 2025), statements.IMPRINT, Language.CHINESE)
_BAD = Sheet(statements.annual("good", 2025, name="坏"), statements.IMPRINT, Language.CHINESE)


@contextmanager
def _process(*arguments: str, ready: str) -> Iterator[subprocess.Popen[str]]:
    """One of Dask's own programs on loopback, until it says that it is ready."""
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    env = os.environ | {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as process:
        assert process.stderr is not None
        try:
            assert any(ready in line for line in process.stderr), f"no {ready}"
            yield process
        finally:
            process.kill()
            process.stderr.read()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and two workers of one thread each: its address, and the workers."""
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = ("dask_scheduler", "--host", address, "--no-dashboard", "--no-jupyter")
    with ExitStack() as stack:
        stack.enter_context(_process(*scheduler, ready="Scheduler at"))
        workers = [
            stack.enter_context(
                _process(
                    "dask_worker",
                    address,
                    "--nthreads=1",
                    "--no-nanny",
                    "--no-dashboard",
                    f"--local-directory={tmp_path / name}",
                    "--death-timeout=60",
                    ready="Registered to",
                )
            )
            for name in ("one", "two")
        ]
        yield address, workers


def test_a_batch_on_a_cluster_outlives_a_worker(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    address, workers = cluster
    store = open_store(None, tmp_path / "home")
    store.upgrade()
    settled(store, PEOPLE)
    batches = service(store, ProcessDrawings(slow))
    batch = batches.plan(DESK, order())
    seen: list[int] = []

    def report(progress: BatchProgress) -> None:
        seen.append(progress.batch.counts.issued)
        if progress.batch.counts.issued >= 10 and workers[0].poll() is None:
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()

    ended = batches.run(DESK, batch.id, tmp_path / "out", report, cluster=address)
    assert (ended.state, ended.counts) == (BatchState.DONE, Counts(issued=PEOPLE))
    assert workers[0].returncode == -signal.SIGKILL
    assert workers[1].poll() is None
    assert len(seen) > PEOPLE // 10  # it went on chunk by chunk
    everything_is_there_once(store, batch, tmp_path / "out", Delivery.PERSON, PEOPLE)
    store.close()


def test_what_a_cluster_draws_is_signed_here(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    make_identity(tmp_path / "hall", "大厅")
    signer = PadesSigner(CertificateFile(tmp_path / "hall" / "hall.pem", None, Secret(None)))
    here = StatementDocuments(signer=signer)
    drawings = ProcessDrawings(StatementDocuments, UnsignedDocuments, signer)
    now = replace(_SHEET.imprint, printed_at=datetime.now(UTC))  # the certificate is a new one
    drawing = drawings.open(cluster=cluster[0])
    try:
        assert drawing.workers == 2
        (drawn,) = drawing.submit([replace(_SHEET, imprint=now)]).result()
    finally:
        drawing.close()
    assert drawn == here.statement(_SHEET.content, now, _SHEET.language)
    with pytest.raises(BrokenPromise):
        UnsignedDocuments().certificate()


def test_a_cluster_that_is_not_there_is_said_to_be_so() -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(DrawingStopped) as stopped:
        ClusterDrawing(address, b"", connect_seconds=1)
    assert stopped.value.where == address


def test_processes_draw_the_very_bytes_that_this_one_draws() -> None:
    drawing = ProcessDrawings(StatementDocuments).open(workers=1)
    try:
        (drawn,) = drawing.submit([_SHEET]).result()
    finally:
        drawing.close()
    here = StatementDocuments().statement(_SHEET.content, _SHEET.imprint, _SHEET.language)
    assert isinstance(drawn, Document)
    assert drawn == here


def test_one_bad_sheet_stops_no_other() -> None:
    drawing = ProcessDrawings(quick).open(workers=1)
    try:
        drawn = drawing.submit([_BAD, _SHEET]).result()
    finally:
        drawing.close()
    assert drawn[0] == Undrawn("ZeroDivisionError")
    assert isinstance(drawn[1], Document)
    assert subject_of(drawn[1].pdf) == statements.SERIAL


def test_missing_fonts_stop_everything(tmp_path: Path) -> None:
    drawing = ProcessDrawings(partial(StatementDocuments, tmp_path)).open(workers=1)
    try:
        with pytest.raises(FontsMissing):
            drawing.submit([_SHEET]).result()
    finally:
        drawing.close()


def _dies() -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def _dies_once(mark: Path) -> object:
    if not mark.exists():
        mark.touch()
        _dies()
    return quick()


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    recipe = partial(_dies_once, tmp_path / "mark")
    drawing = ProcessDrawings(recipe).open(workers=1)  # type: ignore[arg-type]
    try:
        waiting = [drawing.submit([_SHEET]) for _ in range(3)]
        assert all(isinstance(one.result()[0], Document) for one in waiting)
        assert drawing.workers == 1
    finally:
        drawing.close()


def test_processes_that_die_of_every_sheet_are_given_up() -> None:
    drawing = ProcessDrawings(_dies).open(workers=1)  # type: ignore[arg-type]
    try:
        with pytest.raises(DrawingStopped):
            drawing.submit([_SHEET]).result()
    finally:
        drawing.close()


def test_a_batch_is_planned_where_nothing_can_be_drawn(tmp_path: Path) -> None:
    """Neither the cluster's library nor the fonts are needed before something is drawn."""
    code = (
        "import sys, desk_app.app, desk_app.print.workers;"
        " sys.exit('distributed' in sys.modules or 'reportlab' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    assert InlineDrawings().opened == []
