"""Print queues: CUPS, through its own commands `lp`, `lpstat`, `cancel` and `ipptool` (docs/adr/0012).

Where the server is, and who may print there, is CUPS's own configuration (`client.conf`, `CUPS_SERVER`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace

from desk_app.domain.errors import (
    NoPrinter,
    PrinterRefused,
    PrintError,
    PrintingForbidden,
    PrintServiceDown,
)
from desk_app.domain.printing import A4, AS_USUAL, PrintChoice, PrinterOffer, PrinterTrouble
from desk_app.print import ipp
from desk_app.services.ports import PrintJob, PrintState

_PATIENCE = 15
"""Seconds that a command may take."""

_REQUEST_ID = re.compile(r"request id is (\S+-\d+)")
_FORBIDDEN = re.compile(r"forbidden|unauthorized|not authorized|not allowed|password", re.I)
_SILENT = re.compile(r"unable to connect|connection refused|scheduler is not running|is down", re.I)
_SIZE = re.compile(r"_([\d.]+)x([\d.]+)(mm|in)$")
"""The measures at the end of a PWG 5101.1 name."""

_HUNDREDTHS = {"mm": 100, "in": 2540}
"""Of a millimetre, the unit of `media-size`."""


class CupsPrinter:
    """The queues of the local CUPS."""

    def __init__(self, queue: str | None = None) -> None:
        """`queue` is this window's default; otherwise CUPS's own."""
        self._preferred = queue

    def queues(self) -> Sequence[str]:
        """Names of the queues, the default one first; empty when there is none, or no CUPS."""
        try:
            names = _run("lpstat", "-e").stdout.decode().splitlines()
            told = _run("lpstat", "-d").stdout.decode()
        except PrintServiceDown:
            return ()
        default = self._preferred or told.rpartition("destination: ")[2].strip()
        return tuple(sorted(filter(None, names), key=lambda name: name != default))

    def offer(self, queue: str | None = None) -> PrinterOffer:
        """What the printer behind a queue can do; empty where it does not tell."""
        named = queue or self._preferred or next(iter(self.queues()), "")
        try:
            return ipp.offered(_asked(ipp.printer_uri(named), "get-printer-attributes.test"))
        except PrintServiceDown:
            return PrinterOffer()

    def print(self, pdf: bytes, title: str, choice: PrintChoice = AS_USUAL) -> PrintJob:
        """Hand a PDF to a queue, as a PDF. `title` is seen by anybody on this machine.

        Raises NoPrinter, PrinterRefused, PrintingForbidden, PrintServiceDown."""
        wanted = self._destination(choice.queue)
        options = _options(self.offer(wanted).fitting(choice))
        done = _run("lp", "-d", wanted, "-t", title, *options, "--", "-", document=pdf)
        taken = _REQUEST_ID.search(done.stdout.decode())
        if done.returncode != 0 or taken is None:
            raise _refusal(wanted, done)
        return PrintJob(taken[1], wanted, PrintState.SENT)

    def job(self, job: PrintJob) -> PrintJob:
        """The job as it is now; as it was, with the trouble that this is, where nobody tells."""
        if job.ended:
            return job
        if shutil.which("ipptool") is None:
            return replace(job, state=PrintState.UNTRACKED)
        try:
            told = _asked(ipp.job_uri(_number(job)), "get-job-attributes.test")
            now = ipp.judged(job, told)
            if now.state in (PrintState.WAITING, PrintState.CANCELLED):
                queue = _asked(ipp.printer_uri(job.queue), "get-printer-attributes.test")
                now = ipp.held_back(now, queue)
        except PrintServiceDown:
            return replace(job, trouble=PrinterTrouble.NO_SERVICE)
        return now

    def cancel(self, job: PrintJob) -> PrintJob:
        """Take a job out of its queue. Raises PrinterRefused, PrintingForbidden, PrintServiceDown."""
        done = _run("cancel", job.job_id)
        now = self.job(job)
        if done.returncode != 0 and not now.ended:
            raise _refusal(job.queue, done)
        return now

    def _destination(self, asked: str) -> str:
        """The queue to print at, which exists."""
        queues = self.queues()
        wanted = asked or self._preferred or (queues[0] if queues else None)
        if wanted is not None and wanted in queues:
            return wanted
        if not queues and not _is_running():
            raise PrintServiceDown
        raise NoPrinter(queue=wanted)


def _options(choice: PrintChoice) -> list[str]:
    """A choice in the words of `lp`. On its own size a document is not scaled, so that it measures what it
    was drawn to."""
    media = f"media={choice.paper}"
    size = _SIZE.search(choice.paper)
    if choice.tray and size is not None:
        x, y = (round(float(each) * _HUNDREDTHS[size[3]]) for each in (size[1], size[2]))
        measures = f"media-size={{x-dimension={x} y-dimension={y}}}"
        media = f"media-col={{{measures} media-source={choice.tray}}}"
    words = [media, f"print-scaling={'none' if choice.paper == A4 else 'fit'}"]
    words += [f"sides={choice.sides}"] * bool(choice.sides)
    words += [f"print-color-mode={choice.colour}"] * bool(choice.colour)
    return [part for word in words for part in ("-o", word)]


def _refusal(queue: str, done: subprocess.CompletedProcess[bytes]) -> PrintError:
    reason = done.stderr.decode(errors="replace").strip()
    if _FORBIDDEN.search(reason):
        return PrintingForbidden(queue=queue)
    if _SILENT.search(reason):
        return PrintServiceDown()
    return PrinterRefused(reason=reason)


def _is_running() -> bool:
    try:
        return b"scheduler is running" in _run("lpstat", "-r").stdout
    except PrintServiceDown:
        return False


def _number(job: PrintJob) -> str:
    return job.job_id.rpartition("-")[2]


def _asked(uri: str, test: str) -> ipp.Answer:
    """One of the questions that come with CUPS. Raises PrintServiceDown."""
    answer = ipp.Answer.of(_run("ipptool", "-tv", uri, test).stdout.decode(errors="replace"))
    if not answer.status:
        raise PrintServiceDown
    return answer


def _run(*command: str, document: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose words are English whatever the desktop's language is, and which has no terminal
    to ask for a password at. Raises PrintServiceDown when it is not there, or takes too long."""
    try:
        return subprocess.run(
            command,
            input=document,
            stdin=subprocess.DEVNULL if document is None else None,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrintServiceDown from error
