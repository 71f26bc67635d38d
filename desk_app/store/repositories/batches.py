"""Batches and the people in them; whose statements they are is in `batch_people`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, bindparam, func, select, text, update

from desk_app.domain.batch import (
    Batch,
    BatchItem,
    BatchScope,
    BatchState,
    Counts,
    ItemState,
    OnRecord,
)
from desk_app.domain.contribution import MonthRange
from desk_app.domain.errors import BrokenPromise, Outdated
from desk_app.store.bulk import batches as chunks
from desk_app.store.repositories.batch_people import on_record
from desk_app.store.repositories.contributions import KnownEmployers
from desk_app.store.tables import batch, batch_item, contribution, employer, holder, statement
from desk_app.store.transaction import AnyRow, Transaction

_FIELDS = [batch_item.c[name] for name in BatchItem.__dataclass_fields__]
_CHANGING = [field.name for field in _FIELDS if field.name not in ("number", "id_number")]
_OPEN = (ItemState.PLANNED, ItemState.CLAIMED)

_s = statement.c
_LAST_COPIES = (
    select(_s.id_number, func.max(_s.copy_number))
    .where(
        _s.id_number.in_(bindparam("people", expanding=True)),
        _s.kind == bindparam("kind"),
        _s.subject == bindparam("subject"),
        _s.language == bindparam("language"),
    )
    .group_by(_s.id_number)
)
_LAST_COPIES_BY_SERVER = text(
    "SELECT * FROM desk_last_copies(:batch, :people, :kind, :subject, :language)"
)
_PLAN_BY_SERVER = text("SELECT desk_plan_batch(:batch)")
_PATIENCE = text("SET LOCAL statement_timeout = '30min'")
"""A whole city is numbered in one statement; operators' logins else have a minute for one."""


class SqlBatches:
    """Implements `services.ports.Batches`. On PostgreSQL operators see the data of those whom they have
    claimed, in a transaction of before (migration 0006)."""

    def __init__(self, transaction: Transaction, employers: KnownEmployers) -> None:
        self._transaction = transaction
        self._employers = employers

    def add(self, new: Batch) -> None:
        """Keep one that was planned. Raises QuotaReached."""
        values = {name: value for name, value in vars(new).items() if name != "counts"}
        self._transaction.execute(batch.insert(), values)

    def add_people(self, batch_id: UUID, id_numbers: Iterable[str]) -> int:
        """Number these people, each once."""
        count = 0
        for some in chunks(dict.fromkeys(id_numbers)):
            rows = [
                {"batch": batch_id, "number": number, "id_number": one, "state": ItemState.PLANNED}
                for number, one in enumerate(some, start=count + 1)
            ]
            self._transaction.execute(batch_item.insert(), rows)
            count += len(rows)
        return count

    def add_insured(self, batch_id: UUID) -> int:
        """Number all who were insured in the batch's year; on PostgreSQL by a function, since operators see
        nobody whom they have not claimed."""
        planned = self._known(batch_id)
        if not self._transaction.is_sqlite:
            self._transaction.execute(_PATIENCE)
            count: int = self._transaction.execute(
                _PLAN_BY_SERVER, {"batch": batch_id}
            ).scalar_one()
            return count
        return self._transaction.execute(_insured(planned)).rowcount

    def get(self, batch_id: UUID) -> Batch | None:
        """One batch."""
        row = self._transaction.one(select(batch).where(batch.c.id == batch_id))
        return self._values([row])[0] if row is not None else None

    def of_hall(self, hall: str) -> tuple[Batch, ...]:
        """All of a hall, newest first."""
        found = select(batch).where(batch.c.hall == hall).order_by(batch.c.planned_at.desc())
        return self._values(self._transaction.all(found))

    def take(self, batch_id: UUID, runner: UUID, folder: str) -> Batch:
        """Let this runner have it; what others have claimed and not issued is open again."""
        self._known(batch_id)
        taken = {"runner": runner, "folder": folder, "state": BatchState.RUNNING}
        self._transaction.execute(update(batch).where(batch.c.id == batch_id).values(taken))
        fresh = dict.fromkeys(_CHANGING) | {"state": ItemState.PLANNED}
        claimed = batch_item.c.batch == batch_id, batch_item.c.state == ItemState.CLAIMED
        self._transaction.execute(update(batch_item).where(*claimed).values(fresh))
        return self._known(batch_id)

    def move(
        self, batch_id: UUID, runner: UUID, state: BatchState, manifest_sha256: str | None = None
    ) -> None:
        """Change its state. Raises Outdated for a runner who has lost it."""
        values: dict[str, Any] = {"state": state}
        if manifest_sha256 is not None:
            values["manifest_sha256"] = manifest_sha256
        self._changed(self._of_runner(batch_id, runner).values(values), 1)

    def stop(self, batch_id: UUID) -> bool:
        """Whoever runs it is to stop: it finds out by having lost it."""
        running = batch.c.id == batch_id, batch.c.state == BatchState.RUNNING
        values = {"state": BatchState.STOPPED, "runner": None}
        return self._transaction.execute(update(batch).where(*running).values(values)).rowcount > 0

    def waiting(self, batch_id: UUID, size: int) -> tuple[BatchItem, ...]:
        """The first planned ones."""
        return self._items(_of(batch_id, ItemState.PLANNED).limit(size))

    def claim(self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem]) -> None:
        """Keep the numbers that planned ones were given."""
        self._rewrite(batch_id, runner, items, ItemState.PLANNED)

    def settle(self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem]) -> None:
        """Claimed ones are issued, have failed, or are planned once more."""
        self._rewrite(batch_id, runner, items, ItemState.CLAIMED)

    def issued(
        self,
        batch_id: UUID,
        size: int,
        *,
        after: BatchItem | None = None,
        by_delivery: bool = False,
    ) -> tuple[BatchItem, ...]:
        """A page of the issued ones; it begins behind `after`, so that no page costs more than the first."""
        number, address = batch_item.c.number, func.coalesce(batch_item.c.deliver_to, "")
        page = select(*_FIELDS).where(
            batch_item.c.batch == batch_id, batch_item.c.state == ItemState.ISSUED
        )
        if after is not None and by_delivery:
            here = after.deliver_to or ""
            page = page.where((address > here) | ((address == here) & (number > after.number)))
        elif after is not None:
            page = page.where(number > after.number)
        order = [address, number] if by_delivery else [number]
        return self._items(page.order_by(*order).limit(size))

    def failed(self, batch_id: UUID, limit: int) -> tuple[BatchItem, ...]:
        """The failed ones, by number."""
        return self._items(_of(batch_id, ItemState.FAILED).limit(limit))

    def of_serials(self, batch_id: UUID, serials: Sequence[str]) -> Mapping[str, str]:
        """Of these serials the ones that were issued in the batch, with their digests."""
        found = select(batch_item.c.serial, batch_item.c.sha256).where(
            batch_item.c.batch == batch_id,
            batch_item.c.state == ItemState.ISSUED,
            batch_item.c.serial.in_(serials),
        )
        return {row.serial: row.sha256 for row in self._transaction.all(found)}

    def last_copies(
        self, batch_id: UUID, id_numbers: Sequence[str], kind: str, subject: str, language: str
    ) -> Mapping[str, int]:
        """By ID number, the last copy of each one's document; on PostgreSQL by a function, since those who
        are not claimed yet are closed."""
        asked = {"batch": batch_id, "people": list(id_numbers)}
        document = {"kind": kind, "subject": subject, "language": language}
        found = _LAST_COPIES if self._transaction.is_sqlite else _LAST_COPIES_BY_SERVER
        rows = self._transaction.all(found, asked | document)
        return {id_number: copy for id_number, copy in rows}

    def on_record(self, id_numbers: Sequence[str], months: MonthRange) -> Mapping[str, OnRecord]:
        """Everything for the statements of these people."""
        return on_record(self._transaction, self._employers, id_numbers, months)

    def _rewrite(
        self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem], before: ItemState
    ) -> None:
        # Touching the batch holds off whoever wants to take it over until this is committed.
        self._changed(self._of_runner(batch_id, runner).values(runner=runner), 1)
        if not items:
            return
        changed = (
            update(batch_item)
            .where(
                batch_item.c.batch == bindparam("of"),
                batch_item.c.number == bindparam("at"),
                batch_item.c.state == before,
            )
            .values({name: bindparam(f"new_{name}") for name in _CHANGING})
        )
        rows = [
            {"of": batch_id, "at": item.number}
            | {f"new_{name}": getattr(item, name) for name in _CHANGING}
            for item in items
        ]
        self._changed(changed, len(rows), rows)

    def _of_runner(self, batch_id: UUID, runner: UUID) -> Update:
        return update(batch).where(batch.c.id == batch_id, batch.c.runner == runner)

    def _changed(
        self, change: Update, wanted: int, values: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        if self._transaction.execute(change, values).rowcount != wanted:
            raise Outdated("batch")

    def _known(self, batch_id: UUID) -> Batch:
        known = self.get(batch_id)
        if known is None:
            raise BrokenPromise("a batch that is not in the store")
        return known

    def _items(self, query: Select[Any]) -> tuple[BatchItem, ...]:
        return tuple(BatchItem(*row) for row in self._transaction.all(query))

    def _values(self, rows: Sequence[AnyRow]) -> tuple[Batch, ...]:
        counted = (
            select(batch_item.c.batch, batch_item.c.state, func.count())
            .where(batch_item.c.batch.in_([row.id for row in rows]))
            .group_by(batch_item.c.batch, batch_item.c.state)
        )
        counts: dict[UUID, dict[str, int]] = {}
        for batch_id, state, count in self._transaction.all(counted):
            counts.setdefault(batch_id, {})[str(state)] = count
        return tuple(Batch(**row._mapping, counts=Counts(**counts.get(row.id, {}))) for row in rows)


def _of(batch_id: UUID, state: ItemState) -> Select[Any]:
    return (
        select(*_FIELDS)
        .where(batch_item.c.batch == batch_id, batch_item.c.state == state)
        .order_by(batch_item.c.number)
    )


def _insured(planned: Batch) -> Any:
    """Numbers the insured by their ID numbers; the same as `desk_plan_batch` on PostgreSQL."""
    months = MonthRange.year(planned.year)
    insured = select(contribution.c.person).where(
        contribution.c.month.between(months.first, months.last)
    )
    if planned.scope is BatchScope.EMPLOYER:
        named = select(employer.c.id).where(employer.c.number == planned.employer_number)
        insured = insured.where(contribution.c.employer.in_(named))
    numbered = select(
        bindparam("of", planned.id, type_=batch_item.c.batch.type),
        func.row_number().over(order_by=holder.c.id_number),
        holder.c.id_number,
        bindparam("fresh", ItemState.PLANNED, type_=batch_item.c.state.type),
    ).where(holder.c.id.in_(insured))
    columns = ["batch", "number", "id_number", "state"]
    return batch_item.insert().from_select(columns, numbered)
