"""`desk-app batch`: annual statements of a list of people, of an employer, of the whole city."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from desk_app import app
from desk_app.commands import terminal
from desk_app.domain.batch import (
    Batch,
    BatchOrder,
    BatchProgress,
    BatchScope,
    BatchState,
    Delivery,
)
from desk_app.domain.errors import InvalidInput
from desk_app.domain.masking import mask_id_number
from desk_app.domain.operator import Desk, Role
from desk_app.services.batch_list import listed, listed_in
from desk_app.ui.pace import pace
from desk_app.ui.words import current, say


def run(arguments: argparse.Namespace) -> int:
    """Count, ask, issue. Ctrl-C ends it after what is being drawn; `resume` goes on."""
    order = _order(arguments)
    folder = Path(arguments.output).absolute()
    with terminal.counter(arguments) as counter:
        desk = _desk(counter)
        planned = counter.lanes.submit(counter.services.batches.plan, desk, order).result()
        question = say("cli.batch_ask", people=planned.counts.total, folder=folder)
        if not arguments.yes and not _agreed(question):
            print(say("cli.batch_waits", id=planned.short_id))
            return 1
        return _run(counter, desk, planned, folder, arguments)


def resume(arguments: argparse.Namespace) -> int:
    """Go on with one that was interrupted, in its folder."""
    with terminal.counter(arguments) as counter:
        desk = _desk(counter)
        found = _called(counter, desk, arguments.id)
        if found.folder is None:
            raise InvalidInput("folder", "missing")
        return _run(counter, desk, found, Path(found.folder), arguments)


def status(arguments: argparse.Namespace) -> int:
    """A line per batch, or one batch with whoever got no statement."""
    with terminal.counter(arguments) as counter:
        desk, batches = _desk(counter), counter.services.batches
        if arguments.id is None:
            found = counter.lanes.submit(batches.all, desk).result()
        else:
            found = (_called(counter, desk, arguments.id),)
        if arguments.json:
            terminal.print_json({"batches": [_facts(one) for one in found]})
            return 0
        for one in found:
            print(_line(one))
        if arguments.id is not None:
            _list_failed(counter, desk, found[0])
        elif not found:
            print(say("cli.batch_none"))
    return 0


def cancel(arguments: argparse.Namespace) -> int:
    """Let one that runs, here or elsewhere, end after what is being drawn."""
    with terminal.counter(arguments) as counter:
        desk = _desk(counter)
        found = _called(counter, desk, arguments.id)
        stopped = counter.lanes.submit(counter.services.batches.stop, desk, found.id).result()
    print(_line(stopped))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Compare the files with the manifest, and that with the store; exit status 1 when anything differs."""
    with terminal.counter(arguments) as counter:
        desk = _desk(counter)
        found = _called(counter, desk, arguments.id)
        folder = Path(found.folder or ".")
        job = counter.services.batches.check
        checked = counter.lanes.submit(job, desk, found.id, folder).result()
    if not checked.manifest_is_ours:
        print(say("cli.batch_manifest_altered"))
    for name in checked.damaged:
        print(say("cli.batch_file_damaged", file=name))
    if checked.sound:
        print(say("cli.batch_sound", documents=checked.documents, files=checked.files))
    return 0 if checked.sound else 1


def _desk(counter: app.Counter) -> Desk:
    return terminal.desk(counter, Role.SUPERVISOR)


def _order(arguments: argparse.Namespace) -> BatchOrder:
    people: tuple[str, ...] = ()
    scope = BatchScope.CITY if arguments.city else BatchScope.EMPLOYER
    if arguments.list is not None:
        scope = BatchScope.LIST
        people = listed(sys.stdin) if arguments.list == "-" else listed_in(Path(arguments.list))
    delivery = Delivery.EMPLOYER if arguments.by_employer else Delivery.PERSON
    language = arguments.document_language
    reason, employer = arguments.reason, arguments.employer
    return BatchOrder(scope, arguments.year, language, delivery, reason, employer, people)


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "是")
    except EOFError:
        return False


def _called(counter: app.Counter, desk: Desk, name: str) -> Batch:
    return counter.lanes.submit(counter.services.batches.called, desk, name).result()


def _run(
    counter: app.Counter, desk: Desk, batch: Batch, folder: Path, arguments: argparse.Namespace
) -> int:
    job, cancelled = counter.services.batches.run, threading.Event()
    with _interrupted_by(cancelled), _Bar() as bar:
        ended = counter.lanes.submit(
            job,
            desk,
            batch.id,
            folder,
            bar.show,
            cancelled,
            arguments.cluster,
            arguments.processes,
        ).result()
    print(_line(ended))
    _list_failed(counter, desk, ended)
    if ended.state is not BatchState.DONE:
        print(say("cli.batch_resume", id=ended.short_id))
        return 1
    print(say("cli.batch_files", folder=ended.folder))
    return 0


@contextmanager
def _interrupted_by(cancelled: threading.Event) -> Iterator[None]:
    """Ctrl-C, or the end of the session, lets what is being drawn come to its end."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        cancelled.set()

    kept = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


class _Bar:
    """Progress with rate and remaining time, on a terminal's standard error."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(file=sys.stderr)
        columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")
        self._bar = Progress(*columns, console=console)
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, progress: BatchProgress) -> None:
        counts = progress.batch.counts
        done = counts.issued + counts.failed
        words = pace(progress, current())
        self._bar.update(self._task, completed=done, total=counts.total, description=words)


def _line(batch: Batch) -> str:
    words, counts = current(), batch.counts
    return say(
        "cli.batch_line",
        id=batch.short_id,
        state=words.of(batch.state),
        at=words.moment(batch.planned_at),
        scope=words.of(batch.scope),
        year=batch.year,
        total=counts.total,
        issued=counts.issued,
        failed=counts.failed,
    )


def _list_failed(counter: app.Counter, desk: Desk, batch: Batch) -> None:
    if not batch.counts.failed:
        return
    failed = counter.lanes.submit(counter.services.batches.failed, desk, batch.id).result()
    for item in failed:
        who, why = mask_id_number(item.id_number), say(f"item_fault.{item.fault}")
        print(say("cli.batch_failed", number=item.number, who=who, why=why), file=sys.stderr)


def _facts(batch: Batch) -> dict[str, object]:
    counts = batch.counts
    return {
        "id": str(batch.id),
        "state": str(batch.state),
        "scope": str(batch.scope),
        "year": batch.year,
        "delivery": str(batch.delivery),
        "planned_at": batch.planned_at.isoformat(),
        "total": counts.total,
        "issued": counts.issued,
        "failed": counts.failed,
        "folder": batch.folder,
        "manifest_sha256": batch.manifest_sha256,
    }
