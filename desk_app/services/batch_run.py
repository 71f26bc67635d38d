"""One run of a batch, from wherever it is to its end.

Per chunk one transaction: the issues of what was drawn, the states of its items, the trail, and the numbers
of the next chunk. Between two transactions people's data are read, and drawn elsewhere; only the coordinator,
this, touches the store and the folder.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.batch import (
    Batch,
    BatchItem,
    BatchProgress,
    BatchState,
    Counts,
    Delivery,
    ItemFault,
    ItemState,
    OnRecord,
)
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import CopyReason, Imprint, IssuedDocument
from desk_app.domain.errors import Outdated, StoreError
from desk_app.domain.operator import Desk
from desk_app.domain.region import RegionPolicy
from desk_app.domain.statement import (
    StatementContent,
    StatementKind,
    StatementRequest,
    subject_of,
)
from desk_app.services import batch_manifest as manifest
from desk_app.services.batch_folder import BatchFolder
from desk_app.services.codes import link_to, new_code
from desk_app.services.files import written_whole
from desk_app.services.issuing import issue_of
from desk_app.services.ports import (
    Binder,
    Cancellation,
    Clock,
    Document,
    Drawing,
    Drawings,
    Drawn,
    Language,
    Sheet,
    Store,
    Undrawn,
    UnitOfWork,
)
from desk_app.services.trail import record

CHUNK = 64
"""Documents that are drawn by one process in one go and recorded in one transaction."""

_PAGE = 1000

Report = Callable[[BatchProgress], None]


class Runs(Protocol):
    """What a run needs of the service that starts it."""

    @property
    def store(self) -> Store:
        """Where it is recorded."""
        ...

    @property
    def drawings(self) -> Drawings:
        """Who draws."""
        ...

    @property
    def binder(self) -> Binder:
        """Who merges."""
        ...

    @property
    def clock(self) -> Clock:
        """When it was."""
        ...

    @property
    def policy(self) -> RegionPolicy:
        """How long a verification code is answered."""
        ...

    @property
    def verify_url(self) -> str:
        """Where a QR code leads."""
        ...

    @property
    def chunk(self) -> int:
        """Documents per transaction."""
        ...


@dataclass(frozen=True)
class _Chunk:
    """Items on their way; those without a sheet have nothing that could be drawn."""

    items: tuple[BatchItem, ...]
    people: Mapping[str, OnRecord]
    sheets: tuple[Sheet, ...]
    drawn: Drawn | None

    def documents(self) -> dict[str, Document | Undrawn]:
        """By serial, once they are drawn."""
        results = self.drawn.result() if self.drawn is not None else ()
        return {
            sheet.imprint.serial: result for sheet, result in zip(self.sheets, results, strict=True)
        }


class BatchRun:
    """Drawn chunk by chunk, so that it needs as much memory for a city as for a family."""

    def __init__(
        self,
        of: Runs,
        desk: Desk,
        batch: Batch,
        folder: Path,
        report: Report | None,
        cancel: Cancellation | None,
    ) -> None:
        self._of = of
        self._desk = desk
        self._batch = batch
        self._runner = uuid4()
        self._folder = BatchFolder(folder, batch.id)
        self._report = report
        self._cancel = cancel
        self._months = MonthRange.year(batch.year)
        self._language = Language(batch.language)
        self._merged = batch.delivery is Delivery.EMPLOYER
        self._began = 0.0
        self._done_now = 0

    def run(self, cluster: str | None, workers: int | None) -> Batch:
        """Go on until all is done, or stopped; gives the batch as it is then."""
        with self._folder.held():
            waiting = self._batch.counts
            self._folder.require_room(waiting.open, merged=self._merged)
            self._take()
            try:
                self._folder.recover(self._on_record, merged=self._merged)
                self._began = time.monotonic()
                self._tell()
                if self._batch.counts.open:
                    self._draw(cluster, workers)
                if not self._stopping():
                    self._finish()
            except Outdated:
                pass  # stopped, or taken over, by somebody else: what was claimed is theirs
            except BaseException:
                with suppress(StoreError, Outdated):
                    self._move(BatchState.STOPPED, Outcome.FAILED)
                raise
        with self._of.store.begin(write=False) as uow:
            return uow.batches.get(self._batch.id) or self._batch

    # --- drawing --------------------------------------------------------------------------------------

    def _take(self) -> None:
        with self._of.store.begin() as uow:
            self._batch = uow.batches.take(self._batch.id, self._runner, str(self._folder.path))
            detail = f"{self._batch.short_id} {self._batch.counts.open}"
            reason = self._batch.reason
            record(uow, self._of.clock, self._desk, Action.RUN_BATCH, reason=reason, detail=detail)
            uow.commit()

    def _draw(self, cluster: str | None, workers: int | None) -> None:
        drawing = self._of.drawings.open(cluster, workers)
        try:
            under_way: deque[_Chunk] = deque()
            self._fill(under_way, drawing)
            while under_way:
                claimed = self._settle(under_way.popleft())
                if claimed:
                    under_way.append(self._handed_out(claimed, drawing))
                    self._fill(under_way, drawing)
                self._tell()
        finally:
            drawing.close()
        if self._stopping():
            self._move(BatchState.STOPPED, Outcome.DONE)

    def _fill(self, under_way: deque[_Chunk], drawing: Drawing) -> None:
        """One chunk for every process, and one that waits for the first to be free."""
        while len(under_way) <= drawing.workers:
            with self._of.store.begin() as uow:
                claimed = self._claimed(uow)
                uow.commit()
            if not claimed:
                return
            under_way.append(self._handed_out(claimed, drawing))

    def _claimed(self, uow: UnitOfWork) -> tuple[BatchItem, ...]:
        """Number the next ones; none when it is to stop."""
        waiting = () if self._stopping() else uow.batches.waiting(self._batch.id, self._of.chunk)
        if not waiting:
            return ()
        now = self._of.clock.now()
        last = self._last_copies(uow, waiting)
        claimed = tuple(
            replace(
                item,
                state=ItemState.CLAIMED,
                serial=uow.statements.next_serial(self._desk.region, now),
                verification_code=new_code(),
                copy_number=last.get(item.id_number, 0) + 1,
                claimed_at=now,
            )
            for item in waiting
        )
        uow.batches.claim(self._batch.id, self._runner, claimed)
        return claimed

    def _last_copies(self, uow: UnitOfWork, items: Sequence[BatchItem]) -> Mapping[str, int]:
        people = [item.id_number for item in items]
        kind = StatementKind.ANNUAL
        subject, language = subject_of(kind, self._months), self._language
        return uow.batches.last_copies(self._batch.id, people, kind, subject, language)

    def _handed_out(self, claimed: tuple[BatchItem, ...], drawing: Drawing) -> _Chunk:
        with self._of.store.begin(write=False) as uow:
            numbers = [item.id_number for item in claimed]
            people = uow.batches.on_record(numbers, self._months)
        sheets = tuple(
            self._sheet(item, found)
            for item in claimed
            if (found := people.get(item.id_number)) is not None and self._fault(found) is None
        )
        return _Chunk(claimed, people, sheets, drawing.submit(sheets) if sheets else None)

    def _sheet(self, item: BatchItem, found: OnRecord) -> Sheet:
        assert item.claimed_at is not None
        content = StatementContent.of_record(
            StatementKind.ANNUAL,
            found.holder,
            self._months,
            found.contributions,
            found.account,
            item.claimed_at.date(),
            found.card_number,
        )
        return Sheet(content, self._imprint(item), self._language)

    def _imprint(self, item: BatchItem) -> Imprint:
        assert item.serial is not None
        assert item.verification_code is not None
        assert item.copy_number is not None
        assert item.claimed_at is not None
        again = item.copy_number > 1
        return Imprint(
            item.serial,
            item.verification_code,
            link_to(self._of.verify_url, item.serial, item.verification_code),
            item.copy_number,
            item.claimed_at,
            self._desk.hall,
            self._desk.window,
            self._desk.operator.number,
            CopyReason.OTHER if again else None,
            self._batch.reason if again else "",
        )

    # --- recording ------------------------------------------------------------------------------------

    def _settle(self, chunk: _Chunk) -> tuple[BatchItem, ...]:
        """Make the files durable, record their issues, put them in their places; gives the next ones."""
        documents = chunk.documents()
        self._folder.stage(
            (serial, one.pdf) for serial, one in documents.items() if isinstance(one, Document)
        )
        with self._of.store.begin() as uow:
            taken = self._last_copies(uow, chunk.items)
            settled = [self._settled(item, chunk.people, documents, taken) for item in chunk.items]
            issued = [item for item in settled if item.state is ItemState.ISSUED]
            uow.statements.add_all([self._issue(item, documents) for item in issued])
            uow.batches.settle(self._batch.id, self._runner, settled)
            for item in issued:
                self._record_issue(uow, item)
            claimed = self._claimed(uow)
            uow.commit()
        if not self._merged:
            self._folder.publish(issued)
        self._folder.discard(documents.keys() - {item.serial for item in issued})
        self._count(settled)
        return claimed

    def _settled(
        self,
        item: BatchItem,
        people: Mapping[str, OnRecord],
        documents: Mapping[str, Document | Undrawn],
        taken: Mapping[str, int],
    ) -> BatchItem:
        """How an item ends; planned once more when a counter has issued this very copy meanwhile."""
        found = people.get(item.id_number)
        document = documents.get(item.serial or "")
        fresh = BatchItem(item.number, item.id_number)
        if found is None or not isinstance(document, Document):
            fault = self._fault(found) or ItemFault.NOT_DRAWN
            return replace(fresh, state=ItemState.FAILED, fault=fault)
        if taken.get(item.id_number, 0) >= (item.copy_number or 1):
            return fresh
        return replace(
            item,
            state=ItemState.ISSUED,
            sha256=document.sha256,
            pages=document.pages,
            size=len(document.pdf),
            deliver_to=found.last_employer,
        )

    def _fault(self, found: OnRecord | None) -> ItemFault | None:
        """Why nothing is drawn for somebody; None when there is something to draw."""
        if found is None:
            return ItemFault.UNKNOWN_PERSON
        if not found.has_anything(self._batch.year):
            return ItemFault.NOTHING_TO_STATE
        return None if found.adds_up else ItemFault.TOTALS_DIFFER

    def _issue(
        self, item: BatchItem, documents: Mapping[str, Document | Undrawn]
    ) -> tuple[IssuedDocument, bytes]:
        imprint, document = self._imprint(item), documents[item.serial or ""]
        assert isinstance(document, Document)
        request = StatementRequest(
            StatementKind.ANNUAL,
            item.id_number,
            self._months,
            reason=imprint.reason,
            remark=imprint.remark,
        )
        issued = issue_of(request, imprint, document, self._language, self._of.policy)
        return issued, document.pdf

    def _record_issue(self, uow: UnitOfWork, item: BatchItem) -> None:
        record(
            uow,
            self._of.clock,
            self._desk,
            Action.ISSUE_STATEMENT,
            subject=item.id_number,
            detail=f"{item.serial} {self._batch.short_id}",
        )

    def _count(self, settled: Sequence[BatchItem]) -> None:
        ended = {state: sum(one.state is state for one in settled) for state in ItemState}
        before = self._batch.counts
        done = ended[ItemState.ISSUED] + ended[ItemState.FAILED]
        counts = Counts(
            before.planned - done,
            0,
            before.issued + ended[ItemState.ISSUED],
            before.failed + ended[ItemState.FAILED],
        )
        self._batch = replace(self._batch, counts=counts)
        self._done_now += done

    # --- the end --------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Merge, write the manifest, and close the batch."""
        if self._merged:
            self._tell(merging=True)
            for name, documents in groupby(self._layout(), lambda one: one.file):
                self._merge(name, [one.item for one in documents])
                if self._stopping():
                    self._move(BatchState.STOPPED, Outcome.DONE)
                    return
        self._folder.close_parts()
        digest_of = lru_cache(1)(self._digest_of) if self._merged else None
        digest = manifest.write(self._folder.path, self._layout(), digest_of)
        self._move(BatchState.DONE, Outcome.DONE, digest)
        self._tell()

    def _merge(self, name: str, items: Sequence[BatchItem]) -> None:
        target = self._folder.path / name
        serials = [str(item.serial) for item in items]
        if not target.exists():
            with written_whole(target) as file:
                parts = [(serial, self._folder.part(serial)) for serial in serials]
                self._of.binder.bind(parts, file)
        self._folder.discard(serials)

    def _digest_of(self, name: str) -> str:
        return manifest.digest_of_file(self._folder.path / name)

    def _layout(self) -> Iterator[manifest.Placed]:
        return manifest.layout(self._issued(), self._batch.year, merged=self._merged)

    def _issued(self) -> Iterator[BatchItem]:
        """Page by page, so that no transaction stays open while files are made."""
        last: BatchItem | None = None
        while True:
            with self._of.store.begin(write=False) as uow:
                page = uow.batches.issued(
                    self._batch.id, _PAGE, after=last, by_delivery=self._merged
                )
            yield from page
            if len(page) < _PAGE:
                return
            last = page[-1]

    def _on_record(self, serials: Sequence[str]) -> Mapping[str, str]:
        with self._of.store.begin(write=False) as uow:
            return uow.batches.of_serials(self._batch.id, serials)

    def _move(self, state: BatchState, outcome: Outcome, digest: str | None = None) -> None:
        action = Action.RUN_BATCH if state is BatchState.DONE else Action.STOP_BATCH
        with self._of.store.begin() as uow:
            uow.batches.move(self._batch.id, self._runner, state, digest)
            counts = self._batch.counts
            detail = (
                f"{self._batch.short_id} {counts.issued} {counts.failed} {digest or ''}".strip()
            )
            record(uow, self._of.clock, self._desk, action, outcome=outcome, detail=detail)
            uow.commit()
        self._batch = replace(self._batch, state=state)

    def _stopping(self) -> bool:
        return self._cancel is not None and self._cancel.is_set()

    def _tell(self, *, merging: bool = False) -> None:
        if self._report is not None:
            seconds = time.monotonic() - self._began
            self._report(BatchProgress(self._batch, self._done_now, seconds, merging))
