"""`desk-app db`: bring the database up to date, fill it for a demonstration, import contributions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desk_app import app, seeding
from desk_app.commands import terminal
from desk_app.domain.errors import InvalidInput
from desk_app.ui.words import say


def upgrade(arguments: argparse.Namespace) -> int:
    """Bring the database to this version's shape; says nothing changed when it has it."""
    app.open_migrated_store(*terminal.prepared(arguments)).close()
    print(say("cli.db_current"))
    return 0


def seed(arguments: argparse.Namespace) -> int:
    """Fill an empty database with the demonstration's synthetic people and operators."""
    with terminal.counter(arguments) as counter:
        people = seeding.seed(counter.store, arguments.people, counter.settings.hall.name)
    print(say("cli.db_seeded", people=people) if people else say("cli.db_seeded_before"))
    return 0


def import_contributions(arguments: argparse.Namespace) -> int:
    """Import contributions from a CSV file, all or nothing, with a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    path = Path(arguments.file)
    if not path.is_file():
        raise InvalidInput("file", "unreadable")
    bar = Progress(
        BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(file=sys.stderr)
    )
    with terminal.counter(arguments) as counter, bar:
        task = bar.add_task("", total=path.stat().st_size)
        job = counter.services.imports.run
        desk = terminal.desk(counter)
        count = counter.lanes.submit(
            job, desk, path, lambda done, total: bar.update(task, completed=done, total=total)
        ).result()
    print(say("cli.db_imported", rows=count))
    return 0
