"""`desk-app statement` and `desk-app verify`: documents without the window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desk_app.commands import terminal
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Verdict
from desk_app.domain.errors import InvalidInput
from desk_app.domain.statement import StatementKind, StatementRequest
from desk_app.services.ports import Language
from desk_app.ui.words import current, say


def issue(arguments: argparse.Namespace) -> int:
    """Issue a statement into a file. `--id -` reads the number from standard input, where no list of
    processes shows it."""
    months = _months(arguments)
    typed = sys.stdin.readline() if arguments.id == "-" else arguments.id
    with terminal.counter(arguments) as counter:
        desk, submit, services = terminal.desk(counter), counter.lanes.submit, counter.services
        case = submit(services.identification.look_up, desk, typed).result()
        reason = say("cli.statement_reason")
        case = submit(services.identification.reveal, desk, case, reason).result()
        assert case.holder is not None
        request = StatementRequest(StatementKind(arguments.kind), case.holder.id_number, months)
        language = Language(arguments.document_language)
        prepared = submit(services.statements.prepare, desk, case, request, language).result()
        path = Path(arguments.output).absolute()
        submit(services.statements.save, desk, case, prepared, path).result()
        submit(services.identification.end_visit, desk, case).result()
    if prepared.document.unprintable:
        missing = " ".join(prepared.document.unprintable)
        print(say("cli.unprintable", characters=missing), file=sys.stderr)
    pages, serial = prepared.document.pages, prepared.issued.serial
    print(say("cli.statement_saved", path=path, serial=serial, pages=pages))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Say whether a PDF is one of ours, unaltered (exit status 0), or not (1)."""
    try:
        pdf = Path(arguments.file).read_bytes()
    except OSError as error:
        raise InvalidInput("file", "unreadable") from error
    with terminal.counter(arguments) as counter:
        found = counter.lanes.submit(
            counter.services.statements.verify, terminal.desk(counter), pdf
        ).result()
    issued = found.issued
    told = {
        "verdict": str(found.verdict),
        "serial": issued.serial if issued else None,
        "kind": str(issued.kind) if issued else None,
        "issued_at": issued.issued_at.isoformat() if issued else None,
        "hall": issued.hall if issued else None,
        "window": issued.window if issued else None,
        "copy_number": issued.copy_number if issued else None,
    }
    if arguments.json:
        terminal.print_json(told)
    else:
        issued_at = current().moment(issued.issued_at) if issued else None
        print(say(f"cli.verdict.{found.verdict}", **{**told, "issued_at": issued_at}))
    return 0 if found.verdict is Verdict.UNALTERED else 1


def _months(arguments: argparse.Namespace) -> MonthRange:
    try:
        if arguments.year is not None:
            return MonthRange.year(arguments.year)
        if arguments.kind == StatementKind.ANNUAL:
            raise InvalidInput("year", "missing")
        if arguments.first is None or arguments.last is None:
            raise InvalidInput("months", "missing")
        return MonthRange(arguments.first, arguments.last)
    except ValueError as error:
        raise InvalidInput("months", "not_valid") from error
