"""Annual statements for many people: ordered here, run in `batch_run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from desk_app.domain.audit import Action
from desk_app.domain.batch import Batch, BatchItem, BatchOrder, BatchScope
from desk_app.domain.errors import (
    InvalidInput,
    NobodyInBatch,
    NoSuchBatch,
    NothingToState,
    NotPermitted,
    PrintError,
    ReasonRequired,
)
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.region import RegionPolicy
from desk_app.services.batch_manifest import Checked, check
from desk_app.services.batch_run import CHUNK, BatchRun, Report
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Binder, Cancellation, Clock, Drawings, Store, UnitOfWork
from desk_app.services.trail import record

LISTED = 1000
"""Failed people who are named one by one."""

_FIRST_YEAR = 1992
"""Personal pension accounts begin with it at the earliest."""


@dataclass(frozen=True)
class Batches:
    """A batch is one order: planned and counted, then run, stopped and run again until all is issued."""

    store: Store
    drawings: Drawings
    binder: Binder
    clock: Clock
    policy: RegionPolicy
    verify_url: str
    chunk: int = CHUNK

    @on(LaneName.STORE)
    @needs(Permission.BATCH, Action.PLAN_BATCH)
    def plan(self, desk: Desk, order: BatchOrder) -> Batch:
        """Number the people, and give the batch with their count; nothing is issued yet.

        Raises ReasonRequired, InvalidInput, NothingToState for a year to come, NobodyInBatch,
        QuotaReached."""
        planned = self._planned(desk, order)
        with self.store.begin() as uow:
            uow.batches.add(planned)
            if order.scope is BatchScope.LIST:
                count = uow.batches.add_people(planned.id, order.id_numbers)
            else:
                count = uow.batches.add_insured(planned.id)
            if not count:
                raise NobodyInBatch
            detail = f"{planned.short_id} {order.scope} {order.year} {count}"
            action, reason = Action.PLAN_BATCH, planned.reason
            record(uow, self.clock, desk, action, reason=reason, detail=detail)
            found = _known(uow, planned.id)
            uow.commit()
        return found

    @on(LaneName.STORE)
    @needs(Permission.BATCH, Action.READ_BATCHES)
    def all(self, desk: Desk) -> tuple[Batch, ...]:
        """Those of the hall, newest first; they name no citizen."""
        with self.store.begin(write=False) as uow:
            return uow.batches.of_hall(desk.hall)

    @on(LaneName.STORE)
    @needs(Permission.BATCH, Action.READ_BATCHES)
    def called(self, desk: Desk, name: str) -> Batch:
        """The hall's batch whose id begins like this. Raises NoSuchBatch."""
        with self.store.begin(write=False) as uow:
            wanted = name.strip().lower()
            found = [
                one for one in uow.batches.of_hall(desk.hall) if str(one.id).startswith(wanted)
            ]
        if len(found) != 1 or not wanted:
            raise NoSuchBatch(name)
        return found[0]

    @on(LaneName.STORE)
    @needs(Permission.BATCH, Action.READ_BATCHES)
    def failed(self, desk: Desk, batch_id: UUID) -> tuple[BatchItem, ...]:
        """Who got no statement, and why; the first thousand. Only for the operator whose batch it is."""
        with self.store.begin() as uow:
            planned = _own(uow, desk, batch_id)
            found = uow.batches.failed(batch_id, LISTED)
            detail = f"{planned.short_id} {len(found)}"
            record(uow, self.clock, desk, Action.READ_BATCHES, detail=detail)
            uow.commit()
        return found

    @on(LaneName.STORE)
    @needs(Permission.BATCH, Action.STOP_BATCH)
    def stop(self, desk: Desk, batch_id: UUID) -> Batch:
        """Whoever runs it, on whichever machine, ends after what is being drawn. Changes nothing when nobody
        does."""
        with self.store.begin() as uow:
            planned = _own(uow, desk, batch_id)
            if uow.batches.stop(batch_id):
                record(uow, self.clock, desk, Action.STOP_BATCH, detail=planned.short_id)
            stopped = _known(uow, batch_id)
            uow.commit()
        return stopped

    @on(LaneName.BATCH)
    @needs(Permission.BATCH, Action.RUN_BATCH, PrintError)
    def run(
        self,
        desk: Desk,
        batch_id: UUID,
        folder: Path,
        progress: Report | None = None,
        cancel: Cancellation | None = None,
        cluster: str | None = None,
        workers: int | None = None,
    ) -> Batch:
        """Issue what has not been issued, into a folder of its own; the batch as it is after the last
        document, or after `cancel`. May be called again until it is done.

        Raises BatchRuns, FolderTaken, FolderFull, CannotSave, DrawingStopped, FontsMissing."""
        with self.store.begin(write=False) as uow:
            planned = _own(uow, desk, batch_id)
        if not planned.may_run:
            return planned
        return BatchRun(self, desk, planned, folder, progress, cancel).run(cluster, workers)

    @on(LaneName.BATCH)
    @needs(Permission.BATCH, Action.READ_BATCHES)
    def check(self, desk: Desk, batch_id: UUID, folder: Path) -> Checked:
        """Compare a finished batch's folder with its manifest, and that with the store."""
        with self.store.begin(write=False) as uow:
            planned = _own(uow, desk, batch_id)
        return check(folder, planned.manifest_sha256)

    def _planned(self, desk: Desk, order: BatchOrder) -> Batch:
        reason, employer = order.reason.strip(), (order.employer_number or "").strip()
        if not reason:
            raise ReasonRequired
        if order.year > self.clock.now().year:
            raise NothingToState
        if order.year < _FIRST_YEAR:
            raise InvalidInput("year", "not_valid")
        if order.scope is BatchScope.EMPLOYER and not employer:
            raise InvalidInput("employer_number", "empty")
        if order.scope is BatchScope.LIST and not order.id_numbers:
            raise NobodyInBatch
        return Batch(
            uuid4(),
            order.scope,
            order.year,
            order.language,
            order.delivery,
            reason,
            employer if order.scope is BatchScope.EMPLOYER else None,
            desk.operator.number,
            desk.hall,
            desk.window,
            self.clock.now(),
        )


def _known(uow: UnitOfWork, batch_id: UUID) -> Batch:
    found = uow.batches.get(batch_id)
    if found is None:
        raise NoSuchBatch(str(batch_id)[:8])
    return found


def _own(uow: UnitOfWork, desk: Desk, batch_id: UUID) -> Batch:
    """What somebody ordered is run in their own name, for the reason they gave."""
    found = _known(uow, batch_id)
    if found.operator_number != desk.operator.number:
        raise NotPermitted(Permission.BATCH)
    return found
