"""One citizen at the counter, from the card going in (or an ID number typed) to the card coming out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from desk_app.domain.activation import ActivationVerdict
from desk_app.domain.application import Application, TemporaryLoss
from desk_app.domain.card import CardReading, RegisteredCard
from desk_app.domain.e_card import Authorization, Consent, ECard
from desk_app.domain.holder import Holder
from desk_app.domain.region import RegionPolicy


class VisitStep(StrEnum):
    """What a visit can go through; the window's timeline shows them in order of time."""

    IDENTIFIED = "identified"
    VERIFIED = "verified"
    ACTIVATED = "activated"
    CONSENTED = "consented"
    BOUND = "bound"
    BINDING_PENDING = "binding_pending"
    CLAIM_SHOWN = "claim_shown"
    UNBOUND = "unbound"
    AUTHORIZATION_REVOKED = "authorization_revoked"
    STATEMENT_PRINTED = "statement_printed"
    STATEMENT_SAVED = "statement_saved"
    LOSS_REPORTED = "loss_reported"
    APPLICATION_FILED = "application_filed"
    HANDED_OVER = "handed_over"
    ENDED = "ended"


@dataclass(frozen=True)
class StepTaken:
    """A step and when it was taken."""

    step: VisitStep
    at: datetime


@dataclass(frozen=True)
class Visit:
    """A visit as the store keeps it. It holds no name and no number of the citizen."""

    id: UUID
    opened_at: datetime
    operator_number: str
    window: str
    steps: tuple[StepTaken, ...] = ()
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Case:
    """All that is known in the current visit: what the window shows and the verbs work on.

    `reading` is None when the person was looked up by number; `revealed` then says whether a reason was
    given for showing the data unmasked (a card in the reader is reason enough)."""

    visit: Visit
    reading: CardReading | None = None
    registered: RegisteredCard | None = None
    holder: Holder | None = None
    verdict: ActivationVerdict | None = None
    consent: Consent | None = None
    e_card: ECard | None = None
    binding_pending: bool = False
    platform_known: bool = True
    """False when the platform did not answer, so that `e_card` is only what the store remembers."""
    revealed: bool = True
    temporary_loss: TemporaryLoss | None = None
    """The one that runs for the card; without an end while a formal loss waits for its decision."""
    application: Application | None = None
    """The open one about this card, or the one that this card was made for."""
    outcome: Application | None = None
    """A decided one of which the citizen has not been told yet."""
    withdrawn: tuple[Authorization, ...] = ()
    """What was withdrawn in this visit, in the order of its steps."""
    policy: RegionPolicy | None = None
    """The rules in force here."""

    def stepped(self, step: VisitStep, at: datetime) -> Case:
        """The same case with one more step taken."""
        steps = (*self.visit.steps, StepTaken(step, at))
        return replace(self, visit=replace(self.visit, steps=steps))
