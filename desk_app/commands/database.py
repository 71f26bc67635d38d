"""`desk-app db`: bring the database up to date, fill it for a demonstration, name the first
administrator, import contributions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desk_app import app, seeding
from desk_app.commands import terminal
from desk_app.domain.errors import InvalidInput, NotPermitted
from desk_app.domain.permissions import Permission, Role
from desk_app.services.operators import OperatorDetails
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


def administrator(arguments: argparse.Namespace) -> int:
    """Create the first administrator, who creates everybody else in the window; refused once there is one."""
    with terminal.counter(arguments) as counter:
        desk, submit = terminal.desk(counter), counter.lanes.submit
        operators = counter.services.operators
        there = submit(operators.all, desk).result()
        if any(one.active and one.operator.may(Permission.OPERATORS) for one in there):
            raise NotPermitted(Permission.OPERATORS)
        roles = frozenset({Role.ADMINISTRATOR})
        details = OperatorDetails(arguments.number, arguments.name, roles, desk.hall)
        given = submit(operators.create, desk, details).result()
    number = given.account.operator.number
    print(say("cli.administrator", number=number, password=given.password))
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
