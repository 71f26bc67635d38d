"""Records and chains in words. No Qt."""

from __future__ import annotations

from desk_app.domain.audit import AuditRecord, Outcome
from desk_app.domain.audit_chain import ChainReport
from desk_app.ui.scene import Tone
from desk_app.ui.words import Words

TONES = {
    Outcome.DONE: Tone.GOOD,
    Outcome.PENDING: Tone.INFO,
    Outcome.REFUSED: Tone.WARNING,
    Outcome.FAILED: Tone.DANGER,
}


def reference(record: AuditRecord) -> str:
    """The citizen, as short as two can be told from each other."""
    return "" if record.subject_reference is None else f"…{record.subject_reference[-8:]}"


def rows(record: AuditRecord, words: Words) -> list[tuple[str, str]]:
    """Everything that a record says; what it does not say is left out."""
    said = {
        "time": words.moment(record.at),
        "operator": record.operator_number,
        "action": words.of(record.action),
        "outcome": words.of(record.outcome),
        "hall": record.hall,
        "window": record.window,
        "reason": record.reason or "",
        "detail": record.detail or "",
        "reference": _grouped(record.subject_reference or ""),
        "number": str(record.seq),
        "digest": _grouped(record.digest),
    }
    return [(words.say(f"audit.{name}"), text) for name, text in said.items() if text]


def told(reports: tuple[ChainReport, ...], words: Words) -> tuple[Tone, str, str, str]:
    """Tone, message, next step and a line per hall of what verifying gave."""
    lines = [_chain(report, words) for report in reports]
    if any(report.broken is not None for report in reports):
        message, advice = (words.say(f"error.trail_broken.{s}") for s in ("message", "next_step"))
        return Tone.DANGER, message, advice, "\n".join(lines)
    return Tone.GOOD, words.say("audit.whole"), words.say("audit.note"), "\n".join(lines)


def _chain(report: ChainReport, words: Words) -> str:
    if report.broken is not None:
        at = words.moment(report.broken.at) or words.say("cli.audit_no_time")
        return words.say("cli.audit_broken", hall=report.hall, seq=report.broken.seq, at=at)
    return words.say(
        "cli.audit_whole",
        hall=report.hall,
        first=report.first,
        last=report.last,
        digest=_grouped(report.digest),
    )


def _grouped(digest: str) -> str:
    """In groups of eight, so that it can be compared by eye, and broken into lines."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
