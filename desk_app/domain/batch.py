"""Annual statements for many people at once: what was ordered, who is in it, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from desk_app.domain.contribution import Contribution, PensionYear
from desk_app.domain.holder import Holder
from desk_app.domain.totals import (
    ContributionSum,
    PensionSum,
    account_agrees,
    contributions_agree,
)

BATCH_QUOTA = 20
"""How many batches an operator may plan within `BATCH_QUOTA_PERIOD`: a batch opens the data of many."""

BATCH_QUOTA_PERIOD = timedelta(days=1)


class BatchScope(StrEnum):
    """Whose statements: people who are listed, all insured at an employer in the year, all of the city."""

    LIST = "list"
    EMPLOYER = "employer"
    CITY = "city"


class Delivery(StrEnum):
    """One file per person, or all of one employer together, in the order in which they are handed out."""

    PERSON = "person"
    EMPLOYER = "employer"


class BatchState(StrEnum):
    """STOPPED was ended by somebody, by a full disk, by a fault; it goes on where it was."""

    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class ItemState(StrEnum):
    """CLAIMED has its number and is being drawn; ISSUED and FAILED are final."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    ISSUED = "issued"
    FAILED = "failed"


class ItemFault(StrEnum):
    """Why somebody gets no statement: not in the register, nothing of that year, amounts that do not add
    up, could not be drawn."""

    UNKNOWN_PERSON = "unknown_person"
    NOTHING_TO_STATE = "nothing_to_state"
    TOTALS_DIFFER = "totals_differ"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True)
class BatchOrder:
    """What is asked for. `reason` is why so many citizens' data are read; it is in the trail."""

    scope: BatchScope
    year: int
    language: str
    """The code of a document language (`services.ports.Language`)."""
    delivery: Delivery
    reason: str
    employer_number: str | None = None
    """Of BatchScope.EMPLOYER."""
    id_numbers: tuple[str, ...] = ()
    """Of BatchScope.LIST, in the order in which they are numbered; each once."""


@dataclass(frozen=True)
class Counts:
    """How many people are in each state."""

    planned: int = 0
    claimed: int = 0
    issued: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All who are in the batch."""
        return self.open + self.issued + self.failed

    @property
    def open(self) -> int:
        """Those whose statement is still to come."""
        return self.planned + self.claimed


@dataclass(frozen=True)
class Batch:
    """A batch as the store keeps it."""

    id: UUID
    scope: BatchScope
    year: int
    language: str
    delivery: Delivery
    reason: str
    employer_number: str | None
    operator_number: str
    hall: str
    window: str
    planned_at: datetime
    state: BatchState = BatchState.PLANNED
    runner: UUID | None = None
    """Who runs it: whoever has another one than this has lost it to somebody."""
    folder: str | None = None
    """Where its files go, once it was started."""
    manifest_sha256: str | None = None
    """Of the finished manifest, hexadecimal."""
    counts: Counts = Counts()

    @property
    def short_id(self) -> str:
        """What people call it by: the first eight characters."""
        return str(self.id)[:8]

    @property
    def may_run(self) -> bool:
        """Whether anything is left to do: people who wait, or files that are not in their place."""
        return self.state is not BatchState.DONE


@dataclass(frozen=True)
class BatchItem:
    """One person of a batch; `number` counts from 1. Fields are None until they are known."""

    number: int
    id_number: str
    state: ItemState = ItemState.PLANNED
    serial: str | None = None
    verification_code: str | None = None
    copy_number: int | None = None
    claimed_at: datetime | None = None
    """What the document says it was printed at."""
    sha256: str | None = None
    pages: int | None = None
    size: int | None = None
    """Bytes of the document."""
    deliver_to: str | None = None
    """Number of the employer of the year's last month; None where nobody employed the person."""
    fault: ItemFault | None = None


@dataclass(frozen=True)
class OnRecord:
    """What the store has about one person for a statement of some months, and what it adds up to there."""

    holder: Holder
    contributions: tuple[Contribution, ...]
    """Ordered by month, then insurance."""
    account: tuple[PensionYear, ...]
    """All years, ordered."""
    sums: tuple[ContributionSum, ...]
    """Of the contributions, per insurance, added up by the database."""
    total: PensionSum
    """Of the account, added up by the database."""
    card_number: str | None = None

    def has_anything(self, year: int) -> bool:
        """Whether there is anything to state about a year."""
        return bool(self.contributions) or any(one.year == year for one in self.account)

    @property
    def adds_up(self) -> bool:
        """Whether what is listed is what the database adds up."""
        return contributions_agree(self.contributions, self.sums) and account_agrees(
            self.account, self.total
        )

    @property
    def last_employer(self) -> str | None:
        """Number of the employer of the last month that has one."""
        named = (row.employer_number for row in reversed(self.contributions) if row.employer_number)
        return next(named, None)


@dataclass(frozen=True)
class BatchProgress:
    """How far a running batch is."""

    batch: Batch
    done_now: int = 0
    """Issued or failed since it was started this time."""
    seconds: float = 0.0
    """Since it was started this time."""
    merging: bool = False
    """All are issued; the files are being put together."""

    @property
    def rate(self) -> float | None:
        """Documents per second; None before the first."""
        return self.done_now / self.seconds if self.done_now and self.seconds > 0 else None

    @property
    def remaining(self) -> float | None:
        """Seconds to go at this rate; None while nothing can be said."""
        return self.batch.counts.open / self.rate if self.rate else None
