"""What a rights-and-interests statement says: data only, no layout (that is `desk_app.print`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desk_app.domain.contribution import Contribution, MonthRange, PensionYear
from desk_app.domain.document import Recipient
from desk_app.domain.holder import Holder


class StatementKind(StrEnum):
    """ANNUAL 个人权益记录单 (one year), CONTRIBUTIONS 缴费明细 (a range of months)."""

    ANNUAL = "annual"
    CONTRIBUTIONS = "contributions"


@dataclass(frozen=True)
class StatementRequest:
    """What is asked for. An annual statement's `months` are January to December of its year."""

    kind: StatementKind
    id_number: str
    months: MonthRange
    recipient: Recipient = Recipient.HOLDER

    @property
    def subject(self) -> str:
        """What the document is about, as its issue records it: `202401-202412`."""
        return f"{self.months.first}-{self.months.last}"


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
