"""What a rights-and-interests statement says: data only, no layout (that is `desk_app.print`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from desk_app.domain.contribution import Contribution, MonthRange, PensionYear
from desk_app.domain.document import Agent, CopyReason, Recipient
from desk_app.domain.e_card import Authorization, Channel, CityService
from desk_app.domain.holder import Holder

Period = Literal["year", "months", "all"]
"""Which time a kind of statement is about: one year, a range of months, or all there is."""


class StatementKind(StrEnum):
    """ANNUAL 个人权益记录单 (one year), CONTRIBUTIONS 缴费明细 (a range of months), INSURED 参保证明,
    PENSION_ACCOUNT 养老个人账户 (all years), OVERVIEW 服务与授权清单."""

    ANNUAL = "annual"
    CONTRIBUTIONS = "contributions"
    INSURED = "insured"
    PENSION_ACCOUNT = "pension_account"
    OVERVIEW = "overview"

    @property
    def period(self) -> Period:
        """Which time it is about."""
        return _PERIODS.get(self, "all")


_PERIODS: dict[StatementKind, Period] = {
    StatementKind.ANNUAL: "year",
    StatementKind.CONTRIBUTIONS: "months",
}

ALL_MONTHS = MonthRange(190001, 299912)
"""The months of a statement about all there is."""


@dataclass(frozen=True)
class StatementRequest:
    """What is asked for. An annual statement's `months` are January to December of its year, those of a kind
    that is about all there is are ALL_MONTHS."""

    kind: StatementKind
    id_number: str
    months: MonthRange
    recipient: Recipient = Recipient.HOLDER
    large_print: bool = False
    """For people who cannot read small type."""
    agent: Agent | None = field(default=None, kw_only=True)
    """Who takes it, where the recipient is an agent."""
    reason: CopyReason | None = field(default=None, kw_only=True)
    """Why once more, where the same document was issued before."""
    remark: str = field(default="", kw_only=True)
    """The reason in words; needed for another than the usual ones."""

    @property
    def subject(self) -> str:
        """What the document is about, as its issue records it."""
        return subject_of(self.kind, self.months)


def subject_of(kind: StatementKind, months: MonthRange) -> str:
    """What a statement is about: `202401-202412`, or `all`."""
    return "all" if kind.period == "all" else f"{months.first}-{months.last}"


@dataclass(frozen=True)
class Overview:
    """What the platform knows that concerns the holder; None for what could not be asked for."""

    services: tuple[CityService, ...] | None
    """Of the city's card, open or not."""
    channels: tuple[Channel, ...] | None
    authorizations: tuple[Authorization, ...] | None
    has_e_card: bool
    """Without an e-card there are no authorisations."""


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
    overview: Overview | None = None
    """Of an overview only."""

    @classmethod
    def of_record(
        cls,
        kind: StatementKind,
        holder: Holder,
        months: MonthRange,
        contributions: tuple[Contribution, ...],
        account: tuple[PensionYear, ...],
        data_as_of: date,
        card_number: str | None,
        overview: Overview | None = None,
    ) -> StatementContent:
        """What belongs on it of a person's record, of which `account` has every year."""
        first, last = months.first // 100, months.last // 100
        return cls(
            kind,
            holder,
            months,
            contributions,
            tuple(year for year in account if first <= year.year <= last),
            data_as_of,
            card_number,
            tuple(year for year in account if year.year <= last),
            overview,
        )
