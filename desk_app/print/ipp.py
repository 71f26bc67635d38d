"""What CUPS answers to an IPP question, and what that means; it is `spool` that asks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict
from urllib.parse import quote

from desk_app.domain.printing import PrinterOffer, PrinterTrouble
from desk_app.services.ports import PrintJob, PrintState

_JOB_STATES = {
    "pending": PrintState.WAITING,
    "pending-held": PrintState.WAITING,
    "processing": PrintState.PRINTING,
    "processing-stopped": PrintState.STOPPED,
    "canceled": PrintState.CANCELLED,
    "aborted": PrintState.FAILED,
    "completed": PrintState.PRINTED,
}
"""RFC 8011, 5.3.7."""

_TROUBLES = {
    PrinterTrouble.JAM: re.compile("media-jam"),
    PrinterTrouble.NO_PAPER: re.compile("media-(empty|needed)"),
    PrinterTrouble.COVER_OPEN: re.compile("(cover|door|interlock)-open"),
    PrinterTrouble.NO_INK: re.compile("toner-empty|marker-supply-empty|marker-waste-full"),
    PrinterTrouble.NO_TRAY: re.compile("input-tray-missing"),
    PrinterTrouble.OUTPUT_FULL: re.compile("output-(area|tray)-(full|missing)"),
    PrinterTrouble.OFFLINE: re.compile("offline|shutdown|timed-out|connecting-to-device"),
    PrinterTrouble.PAUSED: re.compile("paused|(?<!processing-to-)stopped"),
}
"""Reasons (RFC 8011, 5.4.12) for which paper stops coming though the job counts as waiting or printing; the
first that holds is the one to be told."""

_CONNECTING = "connecting-to-device"
"""Every job begins with it: trouble only where it was there at the last look already."""

_UNREACHED = re.compile(
    "may not exist|not responding|unavailable|unable to (connect|contact|locate)"
    "|不存在|不可用|没有响应",
    re.IGNORECASE,
)
"""The IPP backend tells of a printer that is switched off in its message only, in its own language."""

_QUIET = re.compile(
    r"none|job-printing|job-completed-successfully|processing-to-stop-point|cups-.*"
)
_STATUS = re.compile(r"^\s+status-code = (\S+)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^\s+([a-z-]+) \([^)]*\) = (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """Its status code ("" when nobody answered), and its attributes as `ipptool` writes them."""

    status: str
    attributes: Mapping[str, str]

    @classmethod
    def of(cls, told: str) -> Answer:
        """Read what `ipptool -tv` has written. Attributes of the question come first and are overwritten."""
        status = _STATUS.search(told)
        return cls(status[1] if status else "", dict(_ATTRIBUTE.findall(told)))

    @property
    def missing(self) -> bool:
        """Whether there is no such job or queue."""
        return self.status == "client-error-not-found"

    def values(self, name: str) -> tuple[str, ...]:
        """The values of an attribute, in their order."""
        return tuple(filter(None, self.attributes.get(name, "").split(",")))


def printer_uri(queue: str) -> str:
    """A queue's address; its name may be in any script."""
    return f"ipp://{_server()}/printers/{quote(queue, safe='')}"


def job_uri(number: str) -> str:
    """A job's address."""
    return f"ipp://{_server()}/jobs/{number}"


def offered(answer: Answer) -> PrinterOffer:
    """What a printer says that it can do."""
    return PrinterOffer(
        answer.values("media-supported"),
        answer.values("sides-supported"),
        answer.values("media-source-supported"),
        answer.values("print-color-mode-supported"),
    )


def judged(job: PrintJob, answer: Answer) -> PrintJob:
    """What the attributes of a job say about where it is. What they say of the printer is of today only while
    the job is at it; for one that waits, ask its queue (`held_back`)."""
    if answer.missing:
        return replace(job, state=PrintState.FAILED, trouble=PrinterTrouble.GONE, detail="")
    state = _JOB_STATES.get(answer.attributes.get("job-state", ""), job.state)
    if state is PrintState.WAITING:
        return replace(job, state=state, trouble=None, detail="")
    names = ("job-printer-state-reasons", "job-state-reasons")
    reasons = [reason for name in names for reason in _telling(answer.values(name))]
    message = answer.attributes.get("job-printer-state-message", "")
    if state is PrintState.PRINTING and reasons == [_CONNECTING] != [job.detail]:
        return replace(job, state=state, trouble=None, detail=_CONNECTING)
    trouble = _trouble(reasons)
    if state is PrintState.PRINTING and trouble is None and _UNREACHED.search(message):
        trouble, reasons = PrinterTrouble.OFFLINE, [message]
    if trouble is not None and state is PrintState.PRINTING:
        state = PrintState.STOPPED
    if state in (PrintState.STOPPED, PrintState.FAILED):
        return replace(job, state=state, **_told(trouble or PrinterTrouble.OTHER, reasons, message))
    suspicion = trouble if state is PrintState.PRINTED and trouble is PrinterTrouble.JAM else None
    return replace(job, state=state, trouble=suspicion, detail="")


def held_back(job: PrintJob, queue: Answer) -> PrintJob:
    """The same job, as its queue explains it: a waiting job's own attributes do not say that the queue is
    stopped or stuck, nor a cancelled one's that the queue is gone."""
    if queue.missing:
        return replace(job, state=PrintState.FAILED, trouble=PrinterTrouble.GONE, detail="")
    at = queue.attributes.get("printer-state", "")
    reasons = list(_telling(queue.values("printer-state-reasons")))
    trouble = _trouble(reasons) or (PrinterTrouble.PAUSED if at == "stopped" else None)
    if job.state is not PrintState.WAITING or at == "idle" or trouble is None:
        return job
    message = queue.attributes.get("printer-state-message", "")
    return replace(job, state=PrintState.STOPPED, **_told(trouble, reasons, message))


class _Told(TypedDict):
    trouble: PrinterTrouble
    detail: str


def _told(trouble: PrinterTrouble, reasons: list[str], message: str) -> _Told:
    """The trouble in the queue's own words. Why it was paused, or failed, is in its message."""
    said = ", ".join(reasons)
    if trouble in (PrinterTrouble.PAUSED, PrinterTrouble.OTHER):
        said = message or said
    return _Told(trouble=trouble, detail=said)


def _telling(reasons: tuple[str, ...]) -> Iterator[str]:
    return (reason for reason in reasons if not _QUIET.fullmatch(reason))


def _trouble(reasons: list[str]) -> PrinterTrouble | None:
    found = (each for each, sign in _TROUBLES.items() if any(map(sign.search, reasons)))
    return next(found, None)


def _server() -> str:
    """Where CUPS listens for IPP; a socket's path stands for this machine."""
    server = os.environ.get("CUPS_SERVER", "")
    return "localhost" if not server or server.startswith("/") else server.partition("/")[0]
