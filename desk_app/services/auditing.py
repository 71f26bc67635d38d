"""The auditor's side: search, verify and export the trail, and remove what the policy no longer keeps.

Every search is an act of its own in the trail, written before anything is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import takewhile
from pathlib import Path

from desk_app.domain.audit import Action, AuditEntry, AuditQuery, AuditRecord, Outcome
from desk_app.domain.audit_chain import Anchor, ChainReport
from desk_app.domain.errors import (
    Cancelled,
    CannotSave,
    TooYoungToPurge,
    TrailBroken,
)
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.services.audit_export import ExportFormat, write
from desk_app.services.calendar import years_before
from desk_app.services.files import written_whole
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Cancellation, Clock, Store
from desk_app.services.trail import record

Looked = Callable[[int, int], None]
"""Gets how many records were looked at, and how many there are."""

_PROGRESS_EVERY = 500


@dataclass(frozen=True)
class Purged:
    """What was removed from one hall's trail."""

    hall: str
    anchor: Anchor


@dataclass(frozen=True)
class Auditing:
    """For those who may read the trail; `keep_years` is the policy."""

    store: Store
    clock: Clock
    keep_years: int

    @on(LaneName.STORE)
    @needs(Permission.READ_AUDIT, Action.SEARCH_AUDIT, TrailBroken)
    def search(
        self, desk: Desk, query: AuditQuery, size: int, before: AuditRecord | None = None
    ) -> tuple[AuditRecord, ...]:
        """The newest records that fit, or the newest before one of them. Raises TrailBroken where a record
        is none."""
        detail = _told(query) if before is None else f"{_told(query)} before {before.seq}".strip()
        self._record(desk, Action.SEARCH_AUDIT, query.citizen, detail)
        with self.store.begin(write=False) as uow:
            return uow.audit.page(query, size, before)

    @on(LaneName.STORE)
    @needs(Permission.READ_AUDIT, Action.VERIFY_AUDIT, Cancelled)
    def verify(
        self, desk: Desk, progress: Looked | None = None, cancel: Cancellation | None = None
    ) -> tuple[ChainReport, ...]:
        """Follow the chain of every hall; takes time in proportion to the trail. Raises Cancelled."""
        with self.store.begin(write=False) as uow:
            total = uow.audit.count()

            def looked(done: int) -> None:
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                if progress is not None and (done % _PROGRESS_EVERY == 0 or done == total):
                    progress(done, total)

            reports = uow.audit.verify(looked)
        broken = next((r.broken for r in reports if r.broken is not None), None)
        outcome = Outcome.DONE if broken is None else Outcome.FAILED
        detail = f"{total}" if broken is None else f"{broken.hall} {broken.seq}"
        self._record(desk, Action.VERIFY_AUDIT, None, detail, outcome)
        return reports

    @on(LaneName.STORE)
    @needs(Permission.READ_AUDIT, Action.EXPORT_AUDIT, CannotSave, TrailBroken)
    def export(self, desk: Desk, query: AuditQuery, form: ExportFormat, path: Path) -> int:
        """Write what fits into a file that only this user can read, whole or not at all, and give the number
        of records. Raises CannotSave, and TrailBroken where a record is none."""
        with written_whole(path) as file:
            with self.store.begin(write=False) as uow:
                count = write(file, uow.audit.records(query), form)
            detail = f"{form} {count} {_told(query)}".strip()
            self._record(desk, Action.EXPORT_AUDIT, query.citizen, detail)
        return count

    @on(LaneName.STORE)
    @needs(Permission.PURGE_AUDIT, Action.PURGE, CannotSave, TooYoungToPurge, TrailBroken)
    def purge(self, desk: Desk, before: date, path: Path) -> tuple[Purged, ...]:
        """Remove what is older than a day from the beginning of each hall's trail, after writing it to a file
        (JSON lines), and leave anchors that the rest hangs on; nothing, when there is nothing so old.

        Raises TooYoungToPurge for a day that the policy still keeps, TrailBroken for a trail that does not
        hold, CannotSave. On PostgreSQL only the owner of the tables can."""
        now = self.clock.now()
        if before > (latest := years_before(now.date(), self.keep_years)):
            raise TooYoungToPurge(self.keep_years, latest)
        with self.store.begin(write=False) as uow:
            broken = uow.audit.first_broken()
        if broken is not None:
            raise TrailBroken(broken.hall, broken.seq, broken.at)
        day = datetime.combine(before, time.min, now.tzinfo)
        number, window = desk.operator.number, desk.window
        with self.store.begin() as uow:
            old = [Purged(hall, anchor) for hall, anchor in uow.audit.older_than(day).items()]
            if not old:
                return ()
            with written_whole(path) as file:
                write(file, self._removed(uow.audit.records, old), ExportFormat.JSONL)
            for each in old:
                uow.audit.purge(
                    AuditEntry(
                        now,
                        Action.ANCHOR,
                        Outcome.DONE,
                        number,
                        window,
                        each.hall,
                        reason=f"before {before.isoformat()}",
                        detail=str(each.anchor),
                    )
                )
            removed = sum(each.anchor.count for each in old)
            record(uow, self.clock, desk, Action.PURGE, detail=f"before {before} {removed}")
            uow.commit()
        return tuple(old)

    def _removed(
        self, records: Callable[[AuditQuery], Iterator[AuditRecord]], old: list[Purged]
    ) -> Iterator[AuditRecord]:
        for each in old:
            last = each.anchor.last
            of_hall = records(AuditQuery(hall=each.hall))
            yield from takewhile(lambda found, last=last: found.seq <= last, of_hall)  # type: ignore[misc]

    def _record(
        self,
        desk: Desk,
        action: Action,
        citizen: str | None,
        detail: str,
        outcome: Outcome = Outcome.DONE,
    ) -> None:
        with self.store.begin() as uow:
            told = detail or None
            record(uow, self.clock, desk, action, subject=citizen, outcome=outcome, detail=told)
            uow.commit()


def _told(query: AuditQuery) -> str:
    """What was looked for, in the trail's terms; the citizen is the entry's subject."""
    asked = {
        "operator": query.operator_number,
        "action": query.action,
        "outcome": query.outcome,
        "hall": query.hall,
        "since": query.since and query.since.isoformat(timespec="minutes"),
        "until": query.until and query.until.isoformat(timespec="minutes"),
    }
    return " ".join(f"{name}={value}" for name, value in asked.items() if value is not None)
