"""The command line: parse and call; every command is a function in `desk_app.commands`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from desk_app import __version__
from desk_app.domain.errors import DeskError
from desk_app.ui.words import LANGUAGES, set_language


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 a condition with a next step, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    set_language(arguments.language or LANGUAGES[0])
    try:
        return _command(arguments.command)(arguments)
    except DeskError as error:
        from desk_app.commands.terminal import tell

        tell(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function behind `module.function`; only the module of the command that runs is imported."""
    module, function = name.split(".")
    command: Callable[[argparse.Namespace], int] = getattr(
        import_module(f"desk_app.commands.{module}"), function
    )
    return command


def _everywhere(**defaults: object) -> argparse.ArgumentParser:
    """Options that may stand before or after the command; after it, they win."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings (TOML); else DESK_APP_CONFIG, else desk-app.toml in DESK_APP_HOME",
    )
    options.add_argument(
        "--language", choices=LANGUAGES, help="language of messages and of the window"
    )
    options.set_defaults(**defaults)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desk-app",
        description="The counter of a social-insurance service hall.",
        parents=[_everywhere(config=None, language=None)],
    )
    parser.add_argument("--version", action="version", version=f"desk-app {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(group: object, name: str, target: str, text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = group.add_parser(  # type: ignore[attr-defined]
            name, parents=[_everywhere()], help=text, description=text
        )
        added.set_defaults(command=target)
        return added

    run = command(commands, "run", "run.run", "open the counter")
    run.add_argument(
        "--demonstration",
        type=Path,
        metavar="FOLDER",
        help="play the main job by itself and leave its pictures and the statement in FOLDER",
    )

    run.add_argument(
        "--card",
        metavar="VARIANT",
        help="with the sandbox and no real reader: have this emulated card in the virtual one",
    )

    card = command(commands, "card", "card.run", "read the card in the reader, once")
    card.add_argument("--json", action="store_true", help="print one JSON object")
    card.add_argument("--reader", metavar="NAME", help="PC/SC name of the reader, or a part of it")
    card.add_argument(
        "--wait",
        type=float,
        default=1.0,
        metavar="SECONDS",
        help="how long to wait for a card that is just being put in (1)",
    )

    doctor = command(commands, "doctor", "doctor.run", "check everything the counter needs")
    doctor.add_argument("--json", action="store_true", help="print one JSON object")

    statement = command(commands, "statement", "statement.issue", "issue a statement into a file")
    statement.add_argument(
        "--id", required=True, metavar="NUMBER", help="ID number; - reads it from standard input"
    )
    statement.add_argument(
        "--kind",
        required=True,
        choices=("annual", "contributions", "insured", "pension_account", "overview"),
    )
    statement.add_argument("--year", type=int, help="year of an annual statement")
    statement.add_argument("--from", dest="first", type=_month, metavar="YYYYMM")
    statement.add_argument("--to", dest="last", type=_month, metavar="YYYYMM")
    statement.add_argument(
        "--document-language", choices=(*LANGUAGES, "both"), default=LANGUAGES[0]
    )
    statement.add_argument("--large-print", action="store_true", help="in large type")
    statement.add_argument(
        "--reason",
        choices=("lost", "printer_jam", "holders_wish", "other"),
        help="why once more, where the same statement was issued before",
    )
    statement.add_argument("--remark", default="", metavar="TEXT", help="another reason in words")
    statement.add_argument("-o", "--output", required=True, metavar="FILE")

    verify = command(commands, "verify", "statement.verify", "is this PDF one of ours, unaltered?")
    verify.add_argument("file", metavar="FILE", nargs="?")
    verify.add_argument("--code", metavar="CODE", help="verification code on paper, for FILE")
    verify.add_argument("--serial", metavar="NUMBER", help="with --code: the document's number")
    verify.add_argument(
        "--thumbnail", metavar="FILE.png", help="with --code: where page 1 goes, too small to read"
    )
    verify.add_argument("--json", action="store_true", help="print one JSON object")

    database = commands.add_parser("db", help="the counter's database")
    actions = database.add_subparsers(required=True, metavar="ACTION")
    command(actions, "upgrade", "database.upgrade", "bring it to this version's shape")
    seed = command(actions, "seed", "database.seed", "fill an empty one for a demonstration")
    seed.add_argument(
        "--people", type=int, default=0, metavar="N", help="this many synthetic people more"
    )
    first = command(
        actions, "administrator", "database.administrator", "create the first administrator"
    )
    first.add_argument("--number", required=True, metavar="NUMBER", help="operator number")
    first.add_argument("--name", required=True, metavar="NAME")
    imports = command(
        actions, "import", "database.import_contributions", "import contributions from a CSV file"
    )
    imports.add_argument("file", metavar="FILE.csv")

    _audit(commands, command)
    _batch(commands, command)
    archive = commands.add_parser("archive", help="the files of what was issued")
    actions = archive.add_subparsers(required=True, metavar="ACTION")
    command(actions, "verify", "archive.verify", "are all files there as they were issued?")
    purge = command(actions, "purge", "archive.purge", "remove what the policy no longer keeps")
    purge.add_argument("--before", required=True, metavar="YYYY-MM-DD")

    sandbox = commands.add_parser("sandbox", help="stand-ins for the outside world")
    parts = sandbox.add_subparsers(required=True, metavar="PART")
    emulated = command(parts, "card", "sandbox.card", "plug an emulated card in, until ended")
    emulated.add_argument("variant", metavar="VARIANT")
    emulated.add_argument("--slot", type=int, choices=(1, 2), default=1)
    platform = command(parts, "platform", "sandbox.platform", "serve the sandbox platform")
    platform.add_argument("--port", type=int, help="instead of the port of the settings (8465)")
    platform.add_argument("--attached", action="store_true", help="end when standard input closes")
    return parser


def _audit(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """`audit verify|export|purge`."""
    group = commands.add_parser("audit", help="the trail of who did what")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    command(actions, "verify", "audit.verify", "does the chain of every hall hold?")
    export = command(actions, "export", "audit.export", "write records into a file")
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    export.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help="first day")
    export.add_argument("--to", dest="last", metavar="YYYY-MM-DD", help="last day")
    export.add_argument("--operator", metavar="NUMBER")
    export.add_argument("--action", metavar="ACTION", help="as the trail calls it: bind, reveal …")
    export.add_argument(
        "--citizen", choices=("-",), help="- reads the ID number from standard input"
    )
    export.add_argument("-o", "--output", required=True, metavar="FILE")
    purge = command(actions, "purge", "audit.purge", "remove what the policy no longer keeps")
    purge.add_argument("--before", required=True, metavar="YYYY-MM-DD")
    purge.add_argument(
        "-o", "--output", required=True, metavar="FILE.jsonl", help="where the removed records go"
    )


def _batch(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """`batch run|resume|status|cancel|verify`."""
    group = commands.add_parser("batch", help="annual statements of many people")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    run = command(actions, "run", "batch.run", "count the people, ask, and issue their statements")
    whose = run.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--list", metavar="FILE", help="ID numbers (CSV); - reads them from standard input"
    )
    whose.add_argument("--employer", metavar="NUMBER", help="all who were insured there")
    whose.add_argument("--city", action="store_true", help="all who were insured")
    run.add_argument("--year", type=int, required=True)
    run.add_argument("--reason", required=True, metavar="TEXT", help="why; it is on record")
    run.add_argument("--document-language", choices=(*LANGUAGES, "both"), default=LANGUAGES[0])
    run.add_argument(
        "--by-employer", action="store_true", help="one file per employer, not one per person"
    )
    run.add_argument(
        "-o", "--output", required=True, metavar="FOLDER", help="new or empty; for this batch only"
    )
    run.add_argument("--yes", action="store_true", help="do not ask")
    resume = command(actions, "resume", "batch.resume", "go on with one that was interrupted")
    for each in (run, resume):
        each.add_argument("--processes", type=int, metavar="N", help="instead of one per core")
        each.add_argument(
            "--cluster", metavar="ADDRESS", help="draw on a Dask cluster: tcp://… or tls://…"
        )
    status = command(actions, "status", "batch.status", "how far batches are, and who is missing")
    status.add_argument("id", nargs="?", metavar="ID")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    cancel = command(actions, "cancel", "batch.cancel", "let one that runs end; it can be resumed")
    verify = command(actions, "verify", "batch.verify", "are all files there, as they were issued?")
    for each in (resume, cancel, verify):
        each.add_argument("id", metavar="ID", help="as status shows it")


def _month(text: str) -> int:
    """YYYYMM or YYYY-MM."""
    return int(text.replace("-", "", 1))
