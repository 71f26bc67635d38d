"""A shift at one window: opened by an operator, signed off at its end with what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Shift:
    """`closed_at` is None while it runs. One operator has one open shift at the most."""

    id: UUID
    operator_number: str
    hall: str
    window: str
    opened_at: datetime
    closed_at: datetime | None = None
    remark: str = ""
    """What the operator noted when signing off what is pending, failed or undelivered."""


@dataclass(frozen=True)
class Tally:
    """How often one kind of work ended in one way, at one window in one hour (0 to 23) of the day."""

    kind: str
    """An audit action."""
    outcome: str
    """An audit outcome."""
    window: str
    hour: int
    count: int


@dataclass(frozen=True)
class DayReport:
    """What one day (of one operator, or of the whole hall when `operator_number` is None) amounted to."""

    hall: str
    day: date
    operator_number: str | None
    tallies: tuple[Tally, ...]
    undelivered: int
    """Instructions to the platform that wait for an answer."""
    refused: int
    """Instructions that the platform has refused today."""
    filed: int
    """Applications that wait for a decision."""
    to_hand_over: int
    """Replacements that wait for their holder."""
