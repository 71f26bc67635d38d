"""A shift at one window: opened by an operator, signed off at its end with what it leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

K = TypeVar("K", bound=Any)


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
class Backlog:
    """What a day leaves behind."""

    undelivered: int = 0
    """Instructions to the platform that wait for an answer."""
    refused: int = 0
    """Instructions that the platform has refused today."""
    filed: int = 0
    """Applications that wait for a decision."""
    to_hand_over: int = 0
    """Replacements that wait for their holder."""


@dataclass(frozen=True)
class DayReport:
    """What one day (of one operator, or of the whole hall when `operator_number` is None) amounted to."""

    hall: str
    day: date
    operator_number: str | None
    tallies: tuple[Tally, ...]
    backlog: Backlog = Backlog()
    shifts: tuple[Shift, ...] = ()

    def total(self, outcome: str | None = None, kind: str | None = None) -> int:
        """How often anything, or this kind of work, ended at all, or in this way."""
        return sum(
            tally.count
            for tally in self.tallies
            if outcome in (None, tally.outcome) and kind in (None, tally.kind)
        )

    def by(self, key: Callable[[Tally], K]) -> dict[K, Counter[str]]:
        """Counts by outcome for each kind, window or hour, in the order of these."""
        counts: dict[K, Counter[str]] = {}
        for tally in sorted(self.tallies, key=key):
            counts.setdefault(key(tally), Counter())[tally.outcome] += tally.count
        return counts

    @property
    def printed(self) -> int:
        """Statements handed to a printer."""
        return self.total("done", "print_statement")

    @property
    def open_ends(self) -> int:
        """What somebody will have to look after; it is not signed off without a remark."""
        left = self.backlog
        return self.total("failed") + left.undelivered + left.refused
