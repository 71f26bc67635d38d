"""What a rights-and-interests statement says: data only, no layout (that is `desk_app.print`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desk_app.domain.contribution import Contribution, MonthRange, PensionYear
from desk_app.domain.holder import Holder


class StatementKind(StrEnum):
    """ANNUAL 个人权益记录单 (one year), CONTRIBUTIONS 缴费明细 (a range of months)."""

    ANNUAL = "annual"
    CONTRIBUTIONS = "contributions"


class Recipient(StrEnum):
    """Into whose hand it was given (Handling Regulations 2023 art. 38: record the handling)."""

    HOLDER = "holder"
    AGENT = "agent"


@dataclass(frozen=True)
class StatementRequest:
    """What is asked for. An annual statement's `months` are January to December of its year."""

    kind: StatementKind
    id_number: str
    months: MonthRange
    recipient: Recipient = Recipient.HOLDER


@dataclass(frozen=True)
class StatementContent:
    """Everything the store knows that belongs on the document."""

    kind: StatementKind
    holder: Holder
    months: MonthRange
    contributions: tuple[Contribution, ...]
    """Ordered by month, then insurance."""
    pension_years: tuple[PensionYear, ...]
    """The account of the statement's years; ordered by year."""
    data_as_of: date
    card_number: str | None = None
    account_history: tuple[PensionYear, ...] = ()
    """The account of all years up to the statement's last one; ordered by year."""


@dataclass(frozen=True)
class Imprint:
    """What identifies one printed document."""

    serial: str
    """Statement number, unique over the whole store: hall region, date, running number."""
    verification_code: str
    """16 characters without look-alikes, in groups of four; valid 30 days (region setting)."""
    verify_url: str
    """What the QR code leads to."""
    copy_number: int
    printed_at: datetime
    hall: str
    window: str
    operator_number: str


@dataclass(frozen=True)
class IssuedStatement:
    """One issue as the store keeps it: who got what, and the digest by which a file is known again."""

    serial: str
    verification_code: str
    kind: StatementKind
    id_number: str
    months: MonthRange
    recipient: Recipient
    copy_number: int
    issued_at: datetime
    hall: str
    window: str
    operator_number: str
    sha256: str
    pages: int


class Verdict(StrEnum):
    """Whether a PDF is one of ours."""

    UNALTERED = "unaltered"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verification:
    """What `desk-app verify` found; `issued` is None when the file is not one of ours."""

    verdict: Verdict
    issued: IssuedStatement | None
