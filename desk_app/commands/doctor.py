"""`desk-app doctor`: is everything there that the counter needs, and what to do where it is not?"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from desk_app import paths
from desk_app.app import Counter
from desk_app.commands import terminal
from desk_app.domain.errors import (
    BadSettings,
    CertificateUnfit,
    DeskError,
    NoCard,
    NoReader,
    PlatformRefused,
    StoreUnavailable,
)
from desk_app.services.lanes import LaneName
from desk_app.ui.words import current, explain, say

MAX_SKEW = 60.0
"""Seconds that the clocks may differ before it is worth a warning; the platform refuses at 300."""

MIN_FREE = 500 * 1024 * 1024
"""Bytes that should be free for the database, its journal and statements."""


class Health(StrEnum):
    """How a check came out; a warning does not stop the counter's work."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One check: what was found, and what to do about it when it is not ok."""

    check: str
    state: Health
    detail: str
    next_step: str = ""


def run(arguments: argparse.Namespace) -> int:
    """Check everything, each on its own; exit status 1 when something failed."""
    try:
        with terminal.counter(arguments) as counter:
            findings = [_finding(name, check, counter) for name, check in _CHECKS.items()]
    except BadSettings as error:
        if not arguments.json:
            raise
        findings = [_told("settings", Health.FAILED, error)]
    ok = all(finding.state is not Health.FAILED for finding in findings)
    if arguments.json:
        terminal.print_json({"ok": ok, "checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            _print(finding)
    return 0 if ok else 1


def _finding(name: str, check: Callable[[Counter], Finding], counter: Counter) -> Finding:
    try:
        return check(counter)
    except DeskError as error:
        return _told(name, Health.WARNING if name in _OPTIONAL else Health.FAILED, error)


def _told(name: str, state: Health, error: DeskError) -> Finding:
    """An error as a finding, with all that is known about it."""
    said = explain(error)
    return Finding(name, state, " ".join(filter(None, (said.message, said.detail))), said.next_step)


def _print(finding: Finding) -> None:
    mark = {Health.OK: "✓", Health.WARNING: "!", Health.FAILED: "✗"}[finding.state]
    print(f"{mark} {say(f'doctor.{finding.check}')}: {finding.detail}")
    if finding.next_step:
        print(f"    → {finding.next_step}")


def _service(counter: Counter) -> Finding:
    counter.lanes[LaneName.CARD].call(counter.reader.readers)
    return Finding("smart_card_service", Health.OK, say("doctor.answers"))


def _readers(counter: Counter) -> Finding:
    names = counter.lanes[LaneName.CARD].call(counter.reader.readers)
    if not names:
        raise NoReader
    return Finding("readers", Health.OK, ", ".join(names))


def _card(counter: Counter) -> Finding:
    try:
        reading = counter.lanes.submit(counter.services.identification.read_card).result()
    except NoCard as error:
        said = explain(error)
        return Finding("card", Health.OK, said.message)
    return Finding("card", Health.OK, say(f"authenticity.{reading.authenticity}"))


def _database(counter: Counter) -> Finding:
    facts = counter.lanes[LaneName.STORE].call(counter.check_store)
    detail = f"{facts.kind} {facts.version}, {facts.size // 2**20} MiB"
    if not facts.sound:
        raise StoreUnavailable("corrupt")
    return Finding("database", Health.OK, detail)


def _platform(counter: Counter) -> Finding:
    counter.lanes.submit(counter.services.city.health).result()
    return Finding("platform", Health.OK, counter.settings.platform.url)


def _clock(counter: Counter) -> Finding:
    try:
        health = counter.lanes.submit(counter.services.city.health).result()
    except PlatformRefused as error:
        if error.problem != "stale_timestamp":
            raise
        step = say("doctor.clock_step")
        return Finding("clock", Health.FAILED, explain(error).message, step)
    detail = say("doctor.skew", seconds=f"{health.skew:+.1f}")
    if abs(health.skew) > MAX_SKEW:
        return Finding("clock", Health.WARNING, detail, say("doctor.clock_step"))
    return Finding("clock", Health.OK, detail)


def _region(counter: Counter) -> Finding:
    policy = counter.policy
    if policy.source == "default.toml":
        detail = say("doctor.region_default", code=policy.code)
        return Finding("region", Health.WARNING, detail, say("doctor.region_step"))
    name = policy.names[current().language]
    return Finding("region", Health.OK, f"{policy.code} {name}, {policy.source}")


def _printer(counter: Counter) -> Finding:
    queues = counter.lanes.submit(counter.services.printing.queues).result()
    wanted = counter.settings.printer.queue
    if not queues or (wanted and wanted not in queues):
        step = say("doctor.printer_step")
        return Finding("printer", Health.WARNING, say("doctor.no_printer"), step)
    return Finding("printer", Health.OK, wanted or queues[0])


def _signature(counter: Counter) -> Finding:
    certificate = counter.lanes.submit(counter.services.signatures.certificate).result()
    if certificate is None:
        return Finding("signature", Health.OK, say("doctor.unsigned"))
    now = datetime.now().astimezone()
    until = current().moment(certificate.valid_until)
    if problem := certificate.problem(now):
        raise CertificateUnfit(problem, certificate.valid_until)
    if certificate.is_ending(now):
        ending = say("doctor.signature_ending", subject=certificate.subject, valid_until=until)
        return Finding("signature", Health.WARNING, ending, say("doctor.signature_ending_step"))
    detail = say("doctor.signs", subject=certificate.subject, valid_until=until)
    return Finding("signature", Health.OK, detail)


def _fonts(counter: Counter) -> Finding:
    folder = paths.fonts()
    found = sorted(file.name for file in folder.glob("*.ttf"))
    if not found:
        return Finding("fonts", Health.FAILED, str(folder), say("doctor.fonts_step"))
    return Finding("fonts", Health.OK, ", ".join(found))


def _disk(counter: Counter) -> Finding:
    free = shutil.disk_usage(counter.home).free
    detail = say("doctor.free", mebibytes=free // 2**20, folder=counter.home)
    if not os.access(counter.home, os.W_OK):
        return Finding("disk", Health.FAILED, detail, say("doctor.disk_step"))
    if free < MIN_FREE:
        return Finding("disk", Health.WARNING, detail, say("doctor.disk_step"))
    return Finding("disk", Health.OK, detail)


_CHECKS: dict[str, Callable[[Counter], Finding]] = {
    "smart_card_service": _service,
    "readers": _readers,
    "card": _card,
    "database": _database,
    "platform": _platform,
    "region": _region,
    "printer": _printer,
    "fonts": _fonts,
    "signature": _signature,
    "clock": _clock,
    "disk": _disk,
}

_OPTIONAL = frozenset({"card", "printer", "clock"})
"""Checks whose failure leaves the counter able to work; the clock's shows with the platform's."""
