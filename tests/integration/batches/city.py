"""A few invented people with a year of contributions, and a batch of all of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from desk_app.domain.batch import Batch, BatchOrder, BatchScope, Delivery
from desk_app.domain.contribution import Contribution, ContributionState, Insurance
from desk_app.domain.document import IssuedDocument
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.print.binding import PdfBinder
from desk_app.regions import policy_of
from desk_app.services.batch_manifest import MANIFEST
from desk_app.services.batches import Batches
from desk_app.services.ports import Drawings, Store

YEAR = 2025
DESK = Desk(
    "示例服务大厅", "07", "310000", Operator("2001", "郑国栋", frozenset({Role.SUPERVISOR}))
)
REASON = "年度寄送"


class Now:
    """A clock that runs."""

    def now(self) -> datetime:
        return datetime.now(timezone(timedelta(hours=8)))


def number(place: int) -> str:
    return f"31010119900101{place:04d}"


def people(count: int) -> list[str]:
    return [number(place) for place in range(count)]


def settled(store: Store, count: int, employers: int = 3, months: int = 1) -> None:
    """Put so many people in, who work in turn for so many employers."""
    with store.begin() as uow:
        for id_number in people(count):
            uow.holders.put(Holder(id_number, f"某{id_number[-3:]}"))
        uow.contributions.add(_contributions(count, employers, months))
        uow.commit()


def _contributions(count: int, employers: int, months: int) -> Iterator[tuple[str, Contribution]]:
    for place, id_number in enumerate(people(count)):
        employer = f"E{place % employers:03d}"
        for month in range(1, months + 1):
            yield (
                id_number,
                Contribution(
                    YEAR * 100 + month,
                    Insurance.PENSION,
                    employer,
                    f"{employer} 有限公司",
                    746000,
                    119360,
                    59680,
                    ContributionState.PAID,
                ),
            )


def service(store: Store, drawings: Drawings, chunk: int = 5) -> Batches:
    policy = policy_of("310000")
    return Batches(store, drawings, PdfBinder(), Now(), policy, "https://v.example", chunk)


def order(
    *listed: str, delivery: Delivery = Delivery.PERSON, employer: str | None = None
) -> BatchOrder:
    """A list, all of an employer, or the city."""
    scope = BatchScope.LIST if listed else BatchScope.EMPLOYER if employer else BatchScope.CITY
    return BatchOrder(scope, YEAR, "zh_CN", delivery, REASON, employer, listed)


def issues_of(store: Store, count: int) -> dict[str, IssuedDocument]:
    """Everything that was issued to the people, by serial."""
    found: dict[str, IssuedDocument] = {}
    subject = f"{YEAR}01-{YEAR}12"
    with store.begin(write=False) as uow:
        for id_number in people(count):
            for issued in uow.statements.copies(id_number, "annual", subject, "zh_CN"):
                found[issued.serial] = issued
    return found


def manifest_of(folder: Path) -> list[dict[str, str]]:
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def reread(store: Store, batch: Batch) -> Batch:
    with store.begin(write=False) as uow:
        found = uow.batches.get(batch.id)
    assert found is not None
    return found
