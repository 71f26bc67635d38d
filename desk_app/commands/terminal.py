"""What commands share: the wired counter, the operator behind the command line, and how errors are told."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desk_app import app, paths, settings
from desk_app.domain.errors import BadSettings, DeskError
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.log import start_log
from desk_app.ui.words import current


def prepared(arguments: argparse.Namespace) -> tuple[settings.Settings, Path]:
    """The settings and the home folder, which is made if it is missing; the log is started. Raises
    BadSettings."""
    home = paths.home()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSettings("DESK_APP_HOME", "no_folder", str(home)) from error
    start_log(home)
    return settings.load(home, arguments.config), home


@contextmanager
def counter(arguments: argparse.Namespace) -> Iterator[app.Counter]:
    """A wired counter for one command."""
    with app.opened(*prepared(arguments)) as opened:
        yield opened


def desk(opened: app.Counter, *more: Role) -> Desk:
    """The desk with whoever is logged in to this computer behind it; documents and audit say `cli`. Whoever
    can open the database here may serve, import contributions, and read the audit; `more` for a command that
    needs it."""
    roles = frozenset({Role.CLERK, Role.ADMINISTRATOR, Role.AUDITOR, *more})
    return opened.desk(Operator("cli", getpass.getuser(), roles))


def tell(error: DeskError) -> None:
    """An error in words, on standard error."""
    words = current()
    said = words.explain(error)
    for line in filter(None, (said.message, said.detail, said.next_step)):
        print(line, file=sys.stderr)
    for row in error.facts.get("rows", ()):
        column, problem = words.field(row.column), words.problem(row.problem)
        print(
            words.say("cli.bad_row", line=row.line, column=column, problem=problem), file=sys.stderr
        )


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
