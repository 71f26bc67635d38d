"""The auditor's page: what was looked for, a page of records, one of them in full, and the chains' state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from desk_app.domain.audit import EVERYTHING, Action, AuditQuery, AuditRecord, Outcome
from desk_app.domain.audit_chain import ChainReport
from desk_app.domain.errors import Cancelled, InvalidInput
from desk_app.domain.operator import Desk
from desk_app.services.audit_export import ExportFormat
from desk_app.services.auditing import Auditing
from desk_app.ui.scene import Notice, Runner, Tone

SIZE = 50
"""Records on one page."""


class Work(StrEnum):
    """What is being waited for."""

    SEARCHING = "searching"
    VERIFYING = "verifying"
    EXPORTING = "exporting"


@dataclass(frozen=True)
class Asked:
    """The form as it was filled in; days as YYYY-MM-DD, the last one inclusive."""

    citizen: str = ""
    operator: str = ""
    action: Action | None = None
    outcome: Outcome | None = None
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class AuditState:
    """All that the page shows. `before` are the records that the pages up to this one begin after, None for
    the first; `exported` is how many records a file has got."""

    query: AuditQuery = EVERYTHING
    records: tuple[AuditRecord, ...] = ()
    before: tuple[AuditRecord | None, ...] = ()
    more: bool = False
    chosen: AuditRecord | None = None
    work: Work | None = None
    done: int = 0
    total: int = 0
    reports: tuple[ChainReport, ...] | None = None
    exported: int | None = None
    notice: Notice | None = None
    operator: str = ""
    """Number of whoever looks, "" for nobody."""

    @property
    def page(self) -> int:
        """Which page it is, from 1; 0 before the first search."""
        return len(self.before)


class AuditPresenter:
    """Asks the service one thing at a time; what comes back after the auditor has gone is dropped."""

    def __init__(self, service: Auditing, runner: Runner) -> None:
        self._service = service
        self._runner = runner
        self._desk: Desk | None = None
        self._token = object()
        self._stop = threading.Event()
        self._draw: Callable[[AuditState], None] = lambda _state: None
        self.state = AuditState()

    def serve(self, desk: Desk | None) -> None:
        """Who looks from now on; what was found for somebody else goes."""
        self._stop.set()
        self._desk, self._token = desk, object()
        self._become(AuditState(operator=desk.operator.number if desk is not None else ""))

    def watch(self, draw: Callable[[AuditState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def search(self, asked: Asked) -> None:
        """Show the newest records that fit."""
        try:
            query = _query(asked)
        except InvalidInput as error:
            self._show(notice=Notice(Tone.DANGER, error=error))
            return
        self._load(query, (None,))

    def next(self) -> None:
        """The page with older records."""
        if self.state.more:
            self._load(self.state.query, (*self.state.before, self.state.records[-1]))

    def back(self) -> None:
        """The page with newer records."""
        if self.state.page > 1:
            self._load(self.state.query, self.state.before[:-1])

    def choose(self, key: str | None) -> None:
        """Show one of the records in full."""
        chosen = next((found for found in self.state.records if key_of(found) == key), None)
        if chosen != self.state.chosen:
            self._show(chosen=chosen)

    def verify(self) -> None:
        """Follow the chain of every hall."""
        if not self._begin(Work.VERIFYING, done=0, total=0):
            return
        self._stop = threading.Event()
        token = self._token
        looked = self._runner.relay(lambda *far: self._looked(token, *far))
        job = self._service.verify
        self._run(job, self._desk, looked, self._stop, done=self._verified)

    def stop(self) -> None:
        """Verify no further."""
        self._stop.set()

    def export(self, path: Path) -> None:
        """Write everything that was looked for, not only this page; a table unless the name says .jsonl."""
        table = path.suffix.lower() != ".jsonl"
        form = ExportFormat.CSV if table else ExportFormat.JSONL
        if self._begin(Work.EXPORTING):
            job = self._service.export
            self._run(job, self._desk, self.state.query, form, path, done=self._exported)

    def _load(self, query: AuditQuery, before: tuple[AuditRecord | None, ...]) -> None:
        if not self._begin(Work.SEARCHING):
            return

        def found(records: tuple[AuditRecord, ...]) -> None:
            self._show(
                query=query,
                before=before,
                records=records[:SIZE],
                more=len(records) > SIZE,
                chosen=None,
                work=None,
            )

        self._run(self._service.search, self._desk, query, SIZE + 1, before[-1], done=found)

    def _begin(self, work: Work, **changes: Any) -> bool:
        if self._desk is None or self.state.work is not None:
            return False
        self._show(work=work, notice=None, reports=None, exported=None, **changes)
        return True

    def _looked(self, token: object, done: int, total: int) -> None:
        if token is self._token and self.state.work is Work.VERIFYING:
            self._show(done=done, total=total)

    def _verified(self, reports: tuple[ChainReport, ...]) -> None:
        self._show(work=None, reports=reports)

    def _exported(self, count: int) -> None:
        self._show(work=None, exported=count)

    def _failed(self, error: Exception) -> None:
        tone = Tone.INFO if isinstance(error, Cancelled) else Tone.DANGER
        self._show(work=None, notice=Notice(tone, error=error))

    def _run(self, job: Callable[..., Any], *args: object, done: Callable[[Any], None]) -> None:
        token = self._token
        self._runner.submit(
            job,
            *args,
            done=lambda result: done(result) if token is self._token else None,
            failed=lambda error: self._failed(error) if token is self._token else None,
        )

    def _show(self, **changes: Any) -> None:
        self._become(replace(self.state, **changes))

    def _become(self, state: AuditState) -> None:
        self.state = state
        self._draw(state)


def key_of(record: AuditRecord) -> str:
    """By what a record on the page is known."""
    return f"{record.hall} {record.seq}"


def _query(asked: Asked) -> AuditQuery:
    """The form as a query. Raises InvalidInput."""
    citizen = "".join(asked.citizen.split()).upper()
    if citizen and not (len(citizen) == 18 and citizen.isascii() and citizen.isalnum()):
        raise InvalidInput("id_number", "not_18_characters")
    since, last = _day(asked.first), _day(asked.last)
    if since is not None and last is not None and last < since:
        raise InvalidInput("date", "range_reversed")
    return AuditQuery(
        citizen=citizen or None,
        operator_number=asked.operator.strip() or None,
        action=asked.action,
        outcome=asked.outcome,
        since=_start(since),
        until=_start(last + timedelta(days=1)) if last is not None else None,
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput("date", "not_a_day") from error


def _start(day: date | None) -> datetime | None:
    """When a day begins in this computer's zone."""
    return datetime.combine(day, time.min).astimezone() if day is not None else None
