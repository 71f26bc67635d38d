"""What a clerk files and a supervisor decides: formal loss, release, replacement, cancellation.

The reporter and the approver are never the same person: a rule here, and a constraint of the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from desk_app.domain.card import CardState


class ApplicationKind(StrEnum):
    """What is applied for."""

    FORMAL_LOSS = "formal_loss"
    RELEASE = "release"
    REPLACEMENT = "replacement"
    CANCELLATION = "cancellation"


class ApplicationState(StrEnum):
    """Filed ones wait in the queue. An approved replacement waits for the new card to be handed over; every
    other approval is completed in the moment of the decision."""

    FILED = "filed"
    APPROVED = "approved"
    COMPLETED = "completed"
    REJECTED = "rejected"


class ApplicantKind(StrEnum):
    """Who stands at the counter: the holder with an ID document, an agent with both IDs and a signed
    authorisation, or the guardian of a minor."""

    HOLDER = "holder"
    AGENT = "agent"
    GUARDIAN = "guardian"


class ReplacementReason(StrEnum):
    """补卡 for a lost card; 换卡 for one that is damaged or about to expire."""

    LOST = "lost"
    DAMAGED = "damaged"
    EXPIRING = "expiring"


@dataclass(frozen=True)
class Applicant:
    """Who applies. `name`, `id_number` and `authorisation` (its number, date and signatory as typed, or a
    scan's SHA-256) are None for the holder; a guardian's `authorisation` says what proves it."""

    kind: ApplicantKind
    name: str | None = None
    id_number: str | None = None
    authorisation: str | None = None


HOLDER = Applicant(ApplicantKind.HOLDER)


@dataclass(frozen=True)
class Decision:
    """What a supervisor has decided; `reason` is mandatory for a rejection."""

    approved: bool
    operator_number: str
    window: str
    at: datetime
    reason: str = ""
    lift_protection: bool = False
    """After a rejected formal loss: whether the holder wants the card to work again."""


@dataclass(frozen=True)
class Application:
    """One application. `version` grows with every change of it; `card_version` is that of the card when it
    was filed, after the protection of a formal loss."""

    id: UUID
    number: str
    """受理编号, for the receipt: region, date, running number."""
    kind: ApplicationKind
    identification_code: str
    id_number: str
    region: str
    card_state: CardState
    """The card's state before it was filed."""
    card_version: int
    applicant: Applicant
    reason: str
    """What the citizen said, as the clerk typed it; for a replacement its ReplacementReason."""
    filed_by: str
    filed_at: datetime
    hall: str
    window: str
    state: ApplicationState = ApplicationState.FILED
    version: int = 1
    assigned_to: str | None = None
    """Number of the supervisor who has taken it."""
    decision: Decision | None = None
    new_identification_code: str | None = None
    """The replacement card, once the application was approved."""
    told_at: datetime | None = None
    """When the citizen was told the outcome."""

    def escalated(self, after: timedelta, now: datetime) -> bool:
        """Whether it has waited too long for its decision."""
        return self.state is ApplicationState.FILED and now - self.filed_at >= after


@dataclass(frozen=True)
class TemporaryLoss:
    """A card that is protected until `until`, or, while a formal loss waits for its decision, without an end
    (None). `ended_at` is when it came to an end, by itself or otherwise."""

    identification_code: str
    started_at: datetime
    until: datetime | None
    reported_by: str
    window: str
    ended_at: datetime | None = None


@dataclass(frozen=True)
class QueueFilter:
    """What a supervisor wants to see; None for whatever."""

    states: frozenset[ApplicationState] = frozenset({ApplicationState.FILED})
    kind: ApplicationKind | None = None
    assigned_to: str | None = None
    hall: str | None = None
    text: str = ""
    """Part of the application's number, or a whole ID number."""
    filed_until: datetime | None = None
    """Only those that were filed then or before: what waits too long."""


@dataclass(frozen=True)
class QueueEntry:
    """One application in the queue, with its holder's name."""

    application: Application
    holder_name: str
