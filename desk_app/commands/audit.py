"""`desk-app audit`: verify the trail, export from it, remove what is older than the policy keeps."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from desk_app.commands import terminal
from desk_app.domain.audit import Action, AuditQuery
from desk_app.domain.audit_chain import ChainReport
from desk_app.domain.errors import InvalidInput
from desk_app.services.audit_export import ExportFormat
from desk_app.ui.words import current, say


def verify(arguments: argparse.Namespace) -> int:
    """A sentence per hall; exit status 0 when every chain holds, 1 when one is broken."""
    with terminal.counter(arguments) as counter:
        desk = terminal.desk(counter)
        reports = counter.lanes.submit(counter.services.auditing.verify, desk).result()
    for report in reports:
        print(_sentence(report))
    if not reports:
        print(say("cli.audit_empty"))
    return 0 if all(report.broken is None for report in reports) else 1


def export(arguments: argparse.Namespace) -> int:
    """Write the records that fit into a file. `--citizen -` reads the number from standard input."""
    citizen = sys.stdin.readline().strip().upper() if arguments.citizen else None
    query = AuditQuery(
        citizen=citizen,
        operator_number=arguments.operator,
        action=_action(arguments.action),
        since=_start(arguments.first),
        until=_start(arguments.last, days_later=1),
    )
    path, form = Path(arguments.output).absolute(), ExportFormat(arguments.format)
    with terminal.counter(arguments) as counter:
        desk, job = terminal.desk(counter), counter.services.auditing.export
        count = counter.lanes.submit(job, desk, query, form, path).result()
    print(say("cli.audit_exported", records=count, path=path))
    return 0


def purge(arguments: argparse.Namespace) -> int:
    """Remove what is older than a day, after writing it to a file."""
    before, path = _day(arguments.before), Path(arguments.output).absolute()
    with terminal.counter(arguments) as counter:
        desk, job = terminal.desk(counter), counter.services.auditing.purge
        purged = counter.lanes.submit(job, desk, before, path).result()
    for each in purged:
        anchor = each.anchor
        print(
            say(
                "cli.audit_purged",
                hall=each.hall,
                first=anchor.first,
                last=anchor.last,
                path=path,
            )
        )
    if not purged:
        print(say("cli.audit_nothing_old"))
    return 0


def _sentence(report: ChainReport) -> str:
    if report.broken is not None:
        at = current().moment(report.broken.at) or say("cli.audit_no_time")
        return say("cli.audit_broken", hall=report.hall, seq=report.broken.seq, at=at)
    return say(
        "cli.audit_whole",
        hall=report.hall,
        first=report.first,
        last=report.last,
        digest=report.digest,
    )


def _action(text: str | None) -> Action | None:
    try:
        return Action(text) if text is not None else None
    except ValueError as error:
        raise InvalidInput("action", "not_valid") from error


def _start(text: str | None, *, days_later: int = 0) -> datetime | None:
    """When a day begins in this computer's zone."""
    if text is None:
        return None
    return datetime.combine(_day(text) + timedelta(days=days_later), time.min).astimezone()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("date", "not_a_day") from error
