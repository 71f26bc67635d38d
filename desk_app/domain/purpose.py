"""Why an operator reads a citizen's data: written down before anything is read (PIPL art. 6; Social Insurance
Law art. 81, 92)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

GOOD_FOR = timedelta(hours=2)
"""How long a purpose opens the data; longer than any visit, shorter than a shift."""

QUOTA = 200
"""How many purposes an operator may write down within `QUOTA_PERIOD`; far above a busy day's hour."""

QUOTA_PERIOD = timedelta(hours=1)


class PurposeKind(StrEnum):
    """What brings the operator to the data."""

    CARD = "card"
    """The holder's card is in the reader."""
    LOOK_UP = "look_up"
    """An ID number was typed; shown masked."""
    REVEAL = "reveal"
    """Shown unmasked, for the reason given."""
    CASE = "case"
    """A supervisor decides on an application."""


@dataclass(frozen=True)
class Purpose:
    """One purpose. `id_number` or `identification_code` says whose data, as far as known at that moment."""

    id: UUID
    kind: PurposeKind
    operator_number: str
    at: datetime
    id_number: str | None = None
    identification_code: str | None = None
    reason: str = ""
