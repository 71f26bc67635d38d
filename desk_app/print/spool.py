"""Print queues: CUPS, through its own commands `lp`, `lpstat` and `ipptool`.

Where the server is, and who may print there, is CUPS's own configuration (`client.conf`, `CUPS_SERVER`).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace

from desk_app.domain.errors import NoPrinter, PrinterRefused
from desk_app.services.ports import PrintJob, PrintState

_PATIENCE = 15
"""Seconds that a command may take."""

_JOB_STATES = {
    "pending": PrintState.WAITING,
    "pending-held": PrintState.WAITING,
    "processing": PrintState.PRINTING,
    "processing-stopped": PrintState.STOPPED,
    "canceled": PrintState.FAILED,
    "aborted": PrintState.FAILED,
    "completed": PrintState.PRINTED,
}
"""RFC 8011, 5.3.7."""

_STANDSTILL = re.compile(
    r"media-(empty|jam|needed)|(cover|door|interlock)-open|toner-empty|marker-supply-empty"
    r"|input-tray-missing|output-area-full|offline|paused|stopped|shutdown|timed-out|connecting-to-device"
)
"""Reasons (RFC 8011, 5.4.12) for which paper stops coming though the job counts as waiting or printing."""

_REQUEST_ID = re.compile(r"request id is (\S+-\d+)")
_ATTRIBUTE = re.compile(r"^\s+(job-[a-z-]+) \([^)]*\) = (.*)$", re.MULTILINE)
_QUIET_REASONS = frozenset({"none", "job-printing", "job-completed-successfully"})


class CupsPrinter:
    """The queues of the local CUPS."""

    def __init__(self, queue: str | None = None) -> None:
        """`queue` is this window's default; otherwise CUPS's own."""
        self._preferred = queue

    def queues(self) -> Sequence[str]:
        """Names of the queues, the default one first; empty when there is none, or no CUPS."""
        try:
            names = _run("lpstat", "-e").stdout.decode().split()
            told = _run("lpstat", "-d").stdout.decode()
        except (OSError, subprocess.TimeoutExpired):
            return ()
        default = self._preferred or told.rpartition("destination: ")[2].strip()
        return tuple(sorted(names, key=lambda name: name != default))

    def print(self, pdf: bytes, title: str, queue: str | None = None) -> PrintJob:
        """Hand a PDF to a queue (None = the default one). `title` is seen by anybody on this machine.

        Raises NoPrinter, PrinterRefused."""
        queues = self.queues()
        wanted = queue or self._preferred or (queues[0] if queues else None)
        if wanted is None or wanted not in queues:
            raise NoPrinter(queue=wanted)
        options = ("-o", "media=A4", "-o", "print-scaling=none")
        try:
            done = _run("lp", "-d", wanted, "-t", title, *options, "--", "-", document=pdf)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrinterRefused(reason=type(error).__name__) from error
        taken = _REQUEST_ID.search(done.stdout.decode())
        if done.returncode != 0 or taken is None:
            raise PrinterRefused(reason=done.stderr.decode().strip())
        return PrintJob(taken[1], wanted, PrintState.SENT)

    def job(self, job: PrintJob) -> PrintJob:
        """The job as it is now; as it was where the queue does not tell."""
        number = job.job_id.rpartition("-")[2]
        uri = f"ipp://{_server()}/jobs/{number}"
        try:
            done = _run("ipptool", "-tv", uri, "get-job-attributes.test")
            now = _judged(job, dict(_ATTRIBUTE.findall(done.stdout.decode())))
            return _held_back(now) if now.state is PrintState.WAITING else now
        except (OSError, subprocess.TimeoutExpired):
            return job


def _judged(job: PrintJob, attributes: Mapping[str, str]) -> PrintJob:
    """What the attributes of a job say about where it is."""
    state = _JOB_STATES.get(attributes.get("job-state", ""), job.state)
    reasons = [
        reason
        for name in ("job-printer-state-reasons", "job-state-reasons")
        for reason in attributes.get(name, "").split(",")
        if reason and reason not in _QUIET_REASONS
    ]
    standstill = any(_STANDSTILL.search(reason) for reason in reasons)
    if standstill and state in (PrintState.WAITING, PrintState.PRINTING):
        state = PrintState.STOPPED
    if state not in (PrintState.STOPPED, PrintState.FAILED):
        return replace(job, state=state, detail="")
    message = attributes.get("job-printer-state-message", "")
    return replace(job, state=state, detail=message or ", ".join(reasons))


def _held_back(job: PrintJob) -> PrintJob:
    """The same job, stopped if its queue is: a waiting job's own attributes do not say so."""
    told = _run("lpstat", "-p", job.queue).stdout.decode()
    _, disabled, since = told.partition(" disabled since ")
    if not disabled:
        return job
    message = since.partition("\n")[2].strip()
    return replace(job, state=PrintState.STOPPED, detail=message)


def _server() -> str:
    """Where CUPS listens for IPP; a socket's path stands for this machine."""
    server = os.environ.get("CUPS_SERVER", "")
    return "localhost" if not server or server.startswith("/") else server.partition("/")[0]


def _run(*command: str, document: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose words are English whatever the desktop's language is."""
    return subprocess.run(
        command,
        input=document,
        stdin=subprocess.DEVNULL if document is None else None,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
        env=os.environ | {"LC_ALL": "C"},
    )
