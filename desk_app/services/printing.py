"""Printouts after they were handed to a queue: followed, cancelled, and seen by the clerk's own eyes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import PrintError
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.printing import Mishap, PrintChoice, PrinterOffer, PrintKind
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Printer, PrintJob, Store
from desk_app.services.trail import record


@dataclass(frozen=True)
class Printing:
    """Whatever was printed is named by its serial: no citizen's data are needed, or kept, to follow it."""

    store: Store
    printer: Printer
    clock: Clock
    defaults: Mapping[PrintKind, PrintChoice] = field(default_factory=dict)
    """Printer and paper of this window by kind of document, as the settings say."""

    def default(self, kind: PrintKind) -> PrintChoice:
        """Printer and paper of a kind of document."""
        return self.defaults.get(kind, PrintChoice())

    @on(LaneName.PRINT)
    def queues(self) -> tuple[str, ...]:
        """The print queues, the default one first."""
        return tuple(self.printer.queues())

    @on(LaneName.PRINT)
    def offer(self, queue: str) -> PrinterOffer:
        """What the printer behind a queue ("" = the default one) can do."""
        return self.printer.offer(queue or None)

    @on(LaneName.PRINT)
    def job(self, job: PrintJob) -> PrintJob:
        """The job as it is now."""
        return self.printer.job(job)

    @on(LaneName.PRINT)
    @needs(Permission.SERVE, Action.CANCEL_PRINT, PrintError)
    def cancel(self, desk: Desk, serial: str, job: PrintJob) -> PrintJob:
        """Take a job out of its queue. Raises PrinterRefused, PrintingForbidden, PrintServiceDown."""
        now = self.printer.cancel(job)
        with self.store.begin() as uow:
            detail = f"{serial} {now.state}"
            record(uow, self.clock, desk, Action.CANCEL_PRINT, detail=detail)
            uow.commit()
        return now

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.CONFIRM_PRINT)
    def confirm(self, desk: Desk, serial: str, found: Mishap | None = None) -> None:
        """The clerk has looked: it came out, or this was found."""
        with self.store.begin() as uow:
            record(
                uow,
                self.clock,
                desk,
                Action.CONFIRM_PRINT,
                outcome=Outcome.DONE if found is None else Outcome.FAILED,
                reason=None if found is None else str(found),
                detail=serial,
            )
            uow.commit()
