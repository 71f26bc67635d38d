"""The electronic social security card and what surrounds it on the national platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class ECardState(StrEnum):
    """Values as the platform contract has them. Revoked is final; the others are *active*."""

    ISSUED = "issued"
    CLAIMED = "claimed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class ECard:
    """One electronic card. `sign_no` 签发号 stays the same when it moves to a replacement card."""

    sign_no: str
    sign_seq: int
    sign_level: int
    """签发级别: 1 credential and inquiry, 2 also payment."""
    identification_code: str
    id_number: str
    region: str
    state: ECardState
    claimed_by: str | None
    signed_at: datetime
    valid_until: date
    version: int

    @property
    def is_active(self) -> bool:
        """Whether it still counts for one card ↔ one e-card."""
        return self.state is not ECardState.REVOKED


class ConsentMethod(StrEnum):
    """How the holder agreed."""

    SIGNATURE_PAD = "signature_pad"
    CITIZEN_SCREEN = "citizen_screen"
    PAPER = "paper"


CONSENT_TEXT_VERSION = "2026-1"
"""Version of the consent text that the citizen's screen shows (resources/translations, `consent.*`)."""


@dataclass(frozen=True)
class Consent:
    """The holder's agreement to have the e-card issued; good for one binding within the visit."""

    id: UUID
    identification_code: str
    id_number: str
    text_version: str
    given_at: datetime
    method: ConsentMethod


CLAIM_LIFE = timedelta(seconds=60)
"""How long a claim code lives (contracts, claim-codes POST)."""


@dataclass(frozen=True)
class ClaimCode:
    """A one-time code that the holder scans in an authorised channel app; lives 60 s, works once."""

    claim_url: str
    expires_at: datetime
    channels: tuple[str, ...]


class GranteeKind(StrEnum):
    """Who may hold an authorisation."""

    INDIVIDUAL = "individual"
    DEPARTMENT = "department"
    CHANNEL = "channel"


class AuthorizationState(StrEnum):
    """Only an active authorisation lets its grantee use data."""

    ACTIVE = "active"
    REVOKED = "revoked"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Authorization:
    """Who may use the holder's basic or business data, for what, and until when."""

    id: str
    grantee: str
    kind: GranteeKind
    scope: str
    """basic_information or business_information."""
    purpose: str
    granted_at: datetime
    until: datetime | None
    state: AuthorizationState


class ServiceGroup(StrEnum):
    """Groups of the platform's service catalogue."""

    IDENTIFICATION = "identification"
    RECORD = "record"
    INQUIRY = "inquiry"
    PAYMENT_SETTLEMENT = "payment_settlement"
    CONTRIBUTION = "contribution"
    BENEFIT = "benefit"
    FINANCE = "finance"


@dataclass(frozen=True)
class CityService:
    """One service of the card in a city: open or not, and with which card forms."""

    code: str
    name: str
    name_en: str
    group: ServiceGroup
    open: bool
    physical: bool
    electronic: bool
    opened_on: date | None


class ChannelState(StrEnum):
    """Admission of a channel app; only an authorised one may let holders claim their e-card."""

    APPLIED = "applied"
    FUNCTIONAL_TESTING = "functional_testing"
    SECURITY_TESTING = "security_testing"
    AUTHORISED = "authorised"
    RECTIFYING = "rectifying"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


@dataclass(frozen=True)
class Channel:
    """A channel app 渠道 and where its admission stands."""

    channel_no: str
    name: str
    name_en: str
    state: ChannelState
    functional_test_passed_on: date | None
    security_test_passed_on: date | None
    reason: str | None
