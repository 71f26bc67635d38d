"""`desk-app archive` and `desk-app verify --code`: what was issued, without the window."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from desk_app.commands import terminal
from desk_app.domain.document import CodeAnswer, CodeVerdict, FileState
from desk_app.domain.errors import InvalidInput
from desk_app.services.files import written_whole
from desk_app.ui.words import current, say


def code(arguments: argparse.Namespace) -> int:
    """Say whether, when and by which hall a document with this code was issued: exit status 0 when it was and
    the code has not expired, 1 otherwise. `--thumbnail` writes page 1, too small to be read."""
    with terminal.counter(arguments) as counter:
        desk, job = terminal.desk(counter), counter.services.archive.answer
        answer = counter.lanes.submit(job, desk, arguments.code, arguments.serial).result()
    path = _thumbnail(answer, arguments.thumbnail)
    if arguments.json:
        terminal.print_json(
            {
                "verdict": str(answer.verdict),
                "serial": answer.serial,
                "issued_at": answer.issued_at.isoformat() if answer.issued_at else None,
                "hall": answer.hall,
                "thumbnail": str(path) if path else None,
            }
        )
    else:
        told = {"serial": answer.serial, "hall": answer.hall}
        issued_at = current().moment(answer.issued_at)
        print(say(f"cli.code.{answer.verdict}", issued_at=issued_at, **told))
        if path is not None:
            print(say("cli.thumbnail", path=path))
    return 0 if answer.verdict is CodeVerdict.ISSUED else 1


def verify(arguments: argparse.Namespace) -> int:
    """Compare every file with its digest, and name those that are altered or missing; exit status 1 then."""
    with terminal.counter(arguments) as counter:
        desk, job = terminal.desk(counter), counter.services.archive.verify
        report = counter.lanes.submit(job, desk).result()
    for fault in report.faults:
        print(say("cli.archive_fault", serial=fault.serial, state=current().of(fault.state)))
    counts = {str(state): report.counts.get(state, 0) for state in FileState}
    print(say("cli.archive_checked", **counts))
    return 1 if report.faults else 0


def purge(arguments: argparse.Namespace) -> int:
    """Let go of the files of documents that were last issued before a day."""
    try:
        before = date.fromisoformat(arguments.before)
    except ValueError as error:
        raise InvalidInput("date", "not_a_day") from error
    with terminal.counter(arguments) as counter:
        desk, job = terminal.desk(counter), counter.services.archive.purge
        count = counter.lanes.submit(job, desk, before).result()
    print(say("cli.archive_purged", count=count, day=current().day(before)))
    return 0


def _thumbnail(answer: CodeAnswer, wanted: str | None) -> Path | None:
    if wanted is None or answer.pdf is None:
        return None
    from desk_app.ui.thumbnail import png, thumbnail

    image = thumbnail(answer.pdf)
    if image is None:
        return None
    path = Path(wanted).absolute()
    with written_whole(path) as file:
        file.write(png(image))
    return path
