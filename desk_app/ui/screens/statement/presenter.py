"""Statements for the citizen of the visit: asked for, previewed, printed or saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Agent, CopyReason, IssuedDocument, Recipient
from desk_app.domain.errors import AlreadyIssued, InvalidInput
from desk_app.domain.operator import Desk
from desk_app.domain.printing import (
    AS_USUAL,
    NO_OFFER,
    Mishap,
    PrintChoice,
    PrinterOffer,
    PrintKind,
)
from desk_app.domain.statement import (
    ALL_MONTHS,
    Overview,
    StatementKind,
    StatementRequest,
)
from desk_app.domain.verbs import Verb
from desk_app.domain.visit import Case
from desk_app.services.ports import Language, PrintJob
from desk_app.services.printing import Printing
from desk_app.services.statements import Prepared, StatementService
from desk_app.ui.print_choices import PrintChoices
from desk_app.ui.scene import CurrentVisit, Notice, Panel, Scene, Tone
from desk_app.ui.screens.printouts.presenter import PrintoutsPresenter

T = TypeVar("T")


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
    agent_name: str = ""
    agent_id_number: str = ""
    reason: CopyReason | None = None
    remark: str = ""


_ABOUT_HAND_OVER = frozenset({"recipient", "agent_name", "agent_id_number", "reason", "remark"})
"""What may change while the document stays the same one."""


@dataclass(frozen=True)
class StatementState:
    """`record` is None while loading and when there is nothing on record. `queues` is None until they have
    been asked for; `handed` whether what is previewed went to a printer: it cannot go twice by itself."""

    open: bool = False
    work: Work | None = None
    record: MonthRange | None = None
    order: Order = Order()
    queues: tuple[str, ...] | None = None
    choice: PrintChoice = AS_USUAL
    offer: PrinterOffer = NO_OFFER
    earlier: AlreadyIssued | None = None
    """The same document was issued before: another copy needs a reason."""
    prepared: Prepared | None = None
    handed: bool = False
    notice: Notice | None = None


@dataclass(frozen=True)
class Paper:
    """The way to paper at this window: the queues, what was chosen there, and who follows a document."""

    printing: Printing
    choices: PrintChoices
    printouts: PrintoutsPresenter


class StatementPresenter:
    """Works while the statement panel of the scene is open, and forgets everything when it closes."""

    panel = Panel.STATEMENT
    closed = StatementState()
    kind = PrintKind.STATEMENT

    def __init__(self, service: StatementService, visit: CurrentVisit, paper: Paper) -> None:
        self._service = service
        self._visit = visit
        self._printing = paper.printing
        self._choices = paper.choices
        self._printouts = paper.printouts
        self._desk: Desk | None = None
        self._draw: Callable[[StatementState], None] = lambda _state: None
        self._again: IssuedDocument | None = None
        self.state = self.closed
        visit.watch(self._follow)

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on. What carries another's number is drawn anew."""
        self._desk = desk
        prepared = self.state.prepared
        if prepared is not None and not self._is_own(prepared):
            self._show(prepared=None, handed=False)

    def watch(self, draw: Callable[[StatementState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def choose(self, **changes: object) -> None:
        """The clerk chooses something else: a preview of the former choice goes."""
        order = replace(self.state.order, **changes)  # type: ignore[arg-type]
        if order != self.state.order and not changes.keys() <= _ABOUT_HAND_OVER:
            order = replace(order, reason=None, remark="")
            self._show(earlier=None)
        if order != self.state.order:
            self._show(order=order, prepared=None, handed=False, notice=None)

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
            order.kind,
            case.holder.id_number,
            months,
            order.recipient,
            order.large_print,
            agent=Agent(order.agent_name, order.agent_id_number),
            reason=order.reason,
            remark=order.remark,
        )
        self._show(prepared=None, handed=False)
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

    def print(self) -> None:
        """Hand what is previewed to a printer, once: again only when it did not come out."""
        case, state = self._visit.scene.case, self.state
        if case is None or state.prepared is None or state.handed or state.work is not None:
            return
        self._begin(Work.PRINTING)
        prepared, job = state.prepared, self._service.print
        self._run(
            job,
            self._desk,
            case,
            prepared,
            state.choice,
            done=lambda answer: self._has_printed(prepared, *answer),
        )

    def choose_printer(self, **changes: str) -> None:
        """Another printer or paper, from now on at this window."""
        choice = replace(self.state.choice, **changes)
        if choice == self.state.choice:
            return
        self._choices.keep(self.kind, choice)
        self._show(choice=choice)
        if "queue" in changes:
            self._ask_offer()

    def look_for_printers(self) -> None:
        """Asked from time to time while the page is open: printers come and go."""
        if self.state.open and self.state.work is None:
            self._visit.run(self._printing.queues, done=self._has_queues, failed=self._no_queues)

    def save(self, path: Path) -> None:
        """Write what is previewed to a file."""
        case, prepared = self._visit.scene.case, self.state.prepared
        if case is None or prepared is None or self.state.work is not None:
            return
        self._begin(Work.SAVING)
        self._run(self._service.save, self._desk, case, prepared, path, done=self._has_saved)

    def list_issued(self) -> None:
        """To the list of what the citizen was given so far."""
        if self.state.work in (None, Work.LOADING):
            self._visit.change(panel=Panel.ISSUED, busy=None)

    def again(self, issued: IssuedDocument) -> None:
        """The next copy of what was issued: the page asks why."""
        self._again = issued
        self._visit.change(panel=Panel.STATEMENT)

    def back(self) -> None:
        """Back to the counter."""
        if self.state.work in (None, Work.LOADING):
            self._visit.change(panel=Panel.NONE, busy=None)

    def _follow(self, scene: Scene) -> None:
        is_open = scene.panel is self.panel and scene.case is not None
        if is_open and not self.state.open and scene.case is not None:
            self._open(scene.case)
        elif not is_open and self.state.open:
            self.state, self._again = self.closed, None
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
        self._show(choice=self._choices.of(self.kind))
        self._visit.run(self._printing.queues, done=self._has_queues, failed=self._no_queues)

    def _has_record(self, record: MonthRange | None) -> None:
        issued, self._again = self._again, None
        if issued is not None:
            self._show(work=None, record=record, order=_order_of(issued))
            self.prepare()
            return
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
        self._end(prepared=prepared if self._is_own(prepared) else None, **self._no_reason())

    def _is_own(self, prepared: Prepared) -> bool:
        desk = self._desk
        return desk is not None and desk.operator.number == prepared.issued.operator_number

    def _has_printed(self, prepared: Prepared, case: Case, job: PrintJob) -> None:
        self._visit.change(case=case)
        self._end(handed=True)
        self._printouts.follow(prepared.issued.serial, job, partial(self._print_again, prepared))

    def _print_again(self, prepared: Prepared, former: PrintJob, found: Mishap) -> None:
        """To the printer that is chosen now: the former one may be what is wrong."""
        serial, choice = prepared.issued.serial, self._choices.of(self.kind)
        again = partial(self._print_again, prepared)
        self._visit.run(
            self._service.print_again,
            self._desk,
            prepared,
            former,
            found,
            choice,
            done=lambda job: self._printouts.follow(serial, job, again),
            failed=lambda error: self._printouts.failed(serial, error),
            late=lambda job: self._printouts.follow_left(serial, job),
        )

    def _has_queues(self, queues: tuple[str, ...]) -> None:
        before, choice = self.state.queues, self.state.choice
        if queues == before:
            return
        if (
            choice.queue and choice.queue not in queues
        ):  # for now: it is remembered, and may come back
            choice = PrintChoice()
        self._show(queues=queues, choice=choice)
        self._ask_offer()

    def _no_queues(self, _error: Exception) -> None:
        self._show(queues=())

    def _ask_offer(self) -> None:
        queue = self.state.choice.queue

        def has_offer(offer: PrinterOffer) -> None:
            if self.state.choice.queue == queue:
                self._show(offer=offer)

        self._visit.run(self._printing.offer, queue, done=has_offer, failed=lambda _error: None)

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
        if isinstance(error, AlreadyIssued):
            self._end(earlier=error)
            return
        self._end(notice=Notice(Tone.DANGER, error=error))

    def _no_reason(self) -> dict[str, object]:
        """The reason was for the copy that is drawn now; the next one needs its own."""
        return {"order": replace(self.state.order, reason=None, remark=""), "earlier": None}

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


def _order_of(issued: IssuedDocument) -> Order:
    """What was chosen when it was issued; who takes the copy is asked anew."""
    order = Order(StatementKind(issued.kind), language=Language(issued.language))
    first, _, last = issued.subject.partition("-")
    if not last:
        return order
    return replace(order, year=int(first) // 100, first=int(first), last=int(last))


def _last_whole_year(record: MonthRange) -> int:
    """The last year of the record that is complete; the last one when none is."""
    last = record.last // 100
    whole = last if record.last % 100 == 12 else last - 1
    return whole if whole >= record.first // 100 else last


def _a_year_before(month: int) -> int:
    """The month eleven months earlier: twelve months with `month` itself."""
    year, number = divmod(month, 100)
    return month - 11 if number == 12 else (year - 1) * 100 + number + 1
