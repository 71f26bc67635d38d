"""`desk-app statement` and `desk-app verify`: documents without the window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desk_app.commands import archive, terminal
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import CopyReason, Verdict
from desk_app.domain.errors import InvalidInput
from desk_app.domain.signature import SignatureFound
from desk_app.domain.statement import ALL_MONTHS, StatementKind, StatementRequest
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
        number = case.holder.id_number
        kind, language = StatementKind(arguments.kind), Language(arguments.document_language)
        overview = None
        if kind is StatementKind.OVERVIEW:
            case = submit(services.identification.refresh_e_card, case).result()
            overview = submit(services.statements.overview, desk, case).result()
        large_print = arguments.large_print
        why = CopyReason(arguments.reason) if arguments.reason else None
        request = StatementRequest(
            kind,
            number,
            months,
            large_print=large_print,
            reason=why,
            remark=arguments.remark,
        )
        prepared = submit(
            services.statements.prepare, desk, case, request, language, overview
        ).result()
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
    """Say whether a PDF is one of ours, unaltered (exit status 0), or not (1), and what its signature says,
    which has no exit status of its own; or the same for a code."""
    if (arguments.file is None) is (arguments.code is None):
        raise InvalidInput("file", "file_or_code")
    if arguments.code is not None:
        return archive.code(arguments)
    try:
        pdf = Path(arguments.file).read_bytes()
    except OSError as error:
        raise InvalidInput("file", "unreadable") from error
    with terminal.counter(arguments) as counter:
        found = counter.lanes.submit(
            counter.services.statements.verify, terminal.desk(counter), pdf
        ).result()
        signature = counter.lanes.submit(counter.services.signatures.check, pdf).result()
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
        terminal.print_json({**told, "signature": _machine_readable(signature)})
    else:
        issued_at = current().moment(issued.issued_at) if issued else None
        print(say(f"cli.verdict.{found.verdict}", **{**told, "issued_at": issued_at}))
        _tell_signature(signature)
    return 0 if found.verdict is Verdict.UNALTERED else 1


def _tell_signature(found: SignatureFound) -> None:
    signed_at = current().moment(found.signed_at)
    print(say(f"signature_state.{found.state}", signer=found.signer, signed_at=signed_at))
    if found.stamped_at is not None:
        print(say("cli.signature.stamped", stamped_at=current().moment(found.stamped_at)))


def _machine_readable(found: SignatureFound) -> dict[str, str | None]:
    return {
        "state": str(found.state),
        "signer": found.signer,
        "signed_at": found.signed_at.isoformat() if found.signed_at else None,
        "stamped_at": found.stamped_at.isoformat() if found.stamped_at else None,
    }


def _months(arguments: argparse.Namespace) -> MonthRange:
    if StatementKind(arguments.kind).period == "all":
        return ALL_MONTHS
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
