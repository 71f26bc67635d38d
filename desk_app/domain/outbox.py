"""Instructions to the platform: written down before they are sent, settled once the answer is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import Consent


@dataclass(frozen=True)
class ReportCard:
    """Tell the platform the physical card's state, as the city's register has it."""

    card: RegisteredCard

    @property
    def identification_code(self) -> str:
        """The card whose instructions go in order with this one."""
        return self.card.identification_code


@dataclass(frozen=True)
class IssueECard:
    """Issue (bind) the one e-card of `card`."""

    card: RegisteredCard
    consent: Consent
    sign_level: int = 1

    @property
    def identification_code(self) -> str:
        """The card whose instructions go in order with this one."""
        return self.card.identification_code


@dataclass(frozen=True)
class SuspendECard:
    """Stop the e-card."""

    sign_no: str
    identification_code: str
    reason: str


@dataclass(frozen=True)
class ResumeECard:
    """Let it work again."""

    sign_no: str
    identification_code: str


@dataclass(frozen=True)
class RevokeECard:
    """End it for good."""

    sign_no: str
    identification_code: str
    reason: str


@dataclass(frozen=True)
class RebindECard:
    """Move it from the old physical card to its replacement."""

    sign_no: str
    identification_code: str
    new_identification_code: str


@dataclass(frozen=True)
class RevokeAuthorization:
    """The holder withdraws an authorisation."""

    sign_no: str
    identification_code: str
    authorization_id: str


Instruction = (
    ReportCard
    | IssueECard
    | SuspendECard
    | ResumeECard
    | RevokeECard
    | RebindECard
    | RevokeAuthorization
)


class OutboxKind(StrEnum):
    """The kinds of instruction, as stored."""

    REPORT_CARD = "report_card"
    ISSUE_E_CARD = "issue_e_card"
    SUSPEND_E_CARD = "suspend_e_card"
    RESUME_E_CARD = "resume_e_card"
    REVOKE_E_CARD = "revoke_e_card"
    REBIND_E_CARD = "rebind_e_card"
    REVOKE_AUTHORIZATION = "revoke_authorization"


@dataclass(frozen=True)
class FrozenRequest:
    """An instruction as the bytes that go over the wire. Frozen when written down, so that a repeat after
    a crash, or after an update of the app, is the same request to the letter."""

    kind: OutboxKind
    method: str
    path: str
    body: str


class OutboxState(StrEnum):
    """Pending entries are sent, per card in order, until they are settled."""

    PENDING = "pending"
    DELIVERED = "delivered"
    REFUSED = "refused"


class Asker(NamedTuple):
    """Who has asked for an instruction, at which window of which hall."""

    number: str
    window: str = ""
    hall: str = ""

    def __str__(self) -> str:
        return "/".join(self)


@dataclass(frozen=True)
class OutboxEntry:
    """`id` is the Idempotency-Key of every attempt. Entries with the same `order_key` go in order: that is
    the code of the card that they are about, or, while a card takes another's place, of the one that goes.
    `attempts` are those that got no answer; `outcome` is the code of a refusal."""

    id: UUID
    seq: int
    identification_code: str
    order_key: str
    request: FrozenRequest
    created_at: datetime
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    outcome: str | None = None
    asked_by: str = ""
    """For the audit of the outcome: the text of an Asker."""

    @property
    def asker(self) -> Asker:
        """Who has asked for it."""
        return Asker(*self.asked_by.split("/", 2))
