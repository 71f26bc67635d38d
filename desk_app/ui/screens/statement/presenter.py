"""Statements for the citizen of the visit: asked for, previewed, printed or saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Recipient
from desk_app.domain.errors import InvalidInput
from desk_app.domain.operator import Desk
from desk_app.domain.statement import (
    ALL_MONTHS,
    Overview,
    StatementKind,
    StatementRequest,
)
from desk_app.domain.verbs import Verb
from desk_app.domain.visit import Case
from desk_app.services.ports import Language, PrintJob, PrintState
from desk_app.services.statements import Prepared, StatementService
from desk_app.ui.scene import CurrentVisit, Notice, Panel, Scene, Tone

T = TypeVar("T")

_UNDER_WAY = frozenset({PrintState.WAITING, PrintState.PRINTING, PrintState.STOPPED})


class Work(StrEnum):
    """What is under way."""

    LOADING = "loading"
    PREPARING = "preparing"
    PRINTING = "printing"
    SAVING = "saving"


@dataclass(frozen=True)
class Order:
    """What the clerk has chosen. `year` is for the annual statement, `first` and `last` (YYYYMM) are for
    contribution details; the other kinds are about all there is."""

    kind: StatementKind = StatementKind.ANNUAL
    year: int = 0
    first: int = 0
    last: int = 0
    language: Language = Language.CHINESE
    recipient: Recipient = Recipient.HOLDER
    large_print: bool = False


@dataclass(frozen=True)
class StatementState:
    """`record` is None while loading and when there is nothing on record."""

    open: bool = False
    work: Work | None = None
    record: MonthRange | None = None
    order: Order = Order()
    queues: tuple[str, ...] = ()
    prepared: Prepared | None = None
    job: PrintJob | None = None
    notice: Notice | None = None


class StatementPresenter:
    """Works while the statement panel of the scene is open, and forgets everything when it closes."""

    panel = Panel.STATEMENT
    closed = StatementState()

    def __init__(self, service: StatementService, visit: CurrentVisit) -> None:
        self._service = service
        self._visit = visit
        self._desk: Desk | None = None
        self._draw: Callable[[StatementState], None] = lambda _state: None
        self.state = self.closed
        visit.watch(self._follow)

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on. What carries another's number is drawn anew."""
        self._desk = desk
        prepared = self.state.prepared
        if prepared is not None and not self._is_own(prepared):
            self._show(prepared=None, job=None)

    def watch(self, draw: Callable[[StatementState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def choose(self, **changes: object) -> None:
        """The clerk chooses something else: a preview of the former choice goes."""
        order = replace(self.state.order, **changes)  # type: ignore[arg-type]
        if order != self.state.order:
            self._show(order=order, prepared=None, job=None, notice=None)

    def prepare(self) -> None:
        """Draw the statement."""
        case = self._visit.scene.case
        if case is None or case.holder is None or self.state.work is not None:
            return
        order = self.state.order
        months = self._months(order)
        if months is None:
            error = InvalidInput("months", "range_reversed")
            self._show(notice=Notice(Tone.DANGER, error=error))
            return
        request = StatementRequest(
            order.kind, case.holder.id_number, months, order.recipient, order.large_print
        )
        self._show(prepared=None, job=None)
        self._begin(Work.PREPARING)
        if order.kind is StatementKind.OVERVIEW:
            draw = partial(self._draw_it, case, request, order.language)
            self._run(self._service.overview, self._desk, case, done=draw)
        else:
            self._draw_it(case, request, order.language)

    def _draw_it(
        self,
        case: Case,
        request: StatementRequest,
        language: Language,
        overview: Overview | None = None,
    ) -> None:
        job, done = self._service.prepare, self._has_prepared
        self._run(job, self._desk, case, request, language, overview, done=done)

    def print(self, queue: str | None) -> None:
        """Hand what is previewed to a printer; also once more."""
        case, prepared = self._visit.scene.case, self.state.prepared
        if case is None or prepared is None or self.state.work is not None:
            return
        self._begin(Work.PRINTING)
        self._run(self._service.print, self._desk, case, prepared, queue, done=self._has_printed)

    def save(self, path: Path) -> None:
        """Write what is previewed to a file."""
        case, prepared = self._visit.scene.case, self.state.prepared
        if case is None or prepared is None or self.state.work is not None:
            return
        self._begin(Work.SAVING)
        self._run(self._service.save, self._desk, case, prepared, path, done=self._has_saved)

    def check_job(self) -> None:
        """Asked from time to time: where is the print job?"""
        job = self.state.job
        if job is not None and job.state in _UNDER_WAY:
            self._visit.run(
                self._service.job,
                job,
                done=lambda now: self._show(job=now),
                failed=lambda error: self._show(notice=Notice(Tone.WARNING, error=error)),
            )

    def back(self) -> None:
        """Back to the counter."""
        if self.state.work in (None, Work.LOADING):
            self._visit.change(panel=Panel.NONE, busy=None)

    def _follow(self, scene: Scene) -> None:
        is_open = scene.panel is self.panel and scene.case is not None
        if is_open and not self.state.open and scene.case is not None:
            self._open(scene.case)
        elif not is_open and self.state.open:
            self.state = self.closed
            self._draw(self.state)

    def _open(self, case: Case) -> None:
        self._show(open=True, work=Work.LOADING)
        self._visit.run(
            self._service.months_on_record,
            self._desk,
            case,
            done=self._has_record,
            failed=self._failed,
        )
        self._ask_for_queues()

    def _ask_for_queues(self) -> None:
        self._visit.run(
            self._service.queues,
            done=lambda queues: self._show(queues=queues),
            failed=lambda _error: None,
        )

    def _has_record(self, record: MonthRange | None) -> None:
        order = self.state.order
        if record is not None:
            order = replace(
                order,
                year=_last_whole_year(record),
                first=max(record.first, _a_year_before(record.last)),
                last=record.last,
            )
        self._show(work=None, record=record, order=order)

    def _has_prepared(self, prepared: Prepared) -> None:
        self._end(prepared=prepared if self._is_own(prepared) else None)

    def _is_own(self, prepared: Prepared) -> bool:
        desk = self._desk
        return desk is not None and desk.operator.number == prepared.issued.operator_number

    def _has_printed(self, answer: tuple[Case, PrintJob]) -> None:
        case, job = answer
        self._visit.change(case=case)
        self._end(job=job, notice=Notice(Tone.INFO, "statement.ask_paper"))

    def _has_saved(self, case: Case) -> None:
        self._visit.change(case=case)
        self._end(notice=Notice(Tone.GOOD, "statement.saved"))

    def _begin(self, work: Work) -> None:
        self._visit.change(busy=Verb.STATEMENT)
        self._show(work=work, notice=None)

    def _end(self, **changes: object) -> None:
        self._visit.change(busy=None)
        self._show(work=None, **changes)

    def _run(self, job: Callable[..., T], *args: object, done: Callable[[T], None]) -> None:
        self._visit.run(job, *args, done=done, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._end(notice=Notice(Tone.DANGER, error=error))

    def _show(self, **changes: object) -> None:
        if not (self.state.open or "open" in changes):
            return  # closed meanwhile
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self._draw(self.state)

    @staticmethod
    def _months(order: Order) -> MonthRange | None:
        if order.kind.period == "all":
            return ALL_MONTHS
        if order.kind.period == "year":
            return MonthRange.year(order.year)
        return MonthRange(order.first, order.last) if order.first <= order.last else None


def _last_whole_year(record: MonthRange) -> int:
    """The last year of the record that is complete; the last one when none is."""
    last = record.last // 100
    whole = last if record.last % 100 == 12 else last - 1
    return whole if whole >= record.first // 100 else last


def _a_year_before(month: int) -> int:
    """The month eleven months earlier: twelve months with `month` itself."""
    year, number = divmod(month, 100)
    return month - 11 if number == 12 else (year - 1) * 100 + number + 1
