"""A shift: it opens when an operator signs in, and what it leaves behind is signed off at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from desk_app.domain.audit import Action
from desk_app.domain.errors import InvalidInput, Outdated
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.printing import AS_USUAL, PrintChoice
from desk_app.domain.shift import DayReport, Shift
from desk_app.services.files import written_whole
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import (
    Clock,
    Document,
    Documents,
    Language,
    Printer,
    PrintJob,
    Store,
    UnitOfWork,
)
from desk_app.services.trail import record

MAX_REMARK = 500


@dataclass(frozen=True)
class ShiftService:
    """Days are those of the hall's clock."""

    store: Store
    documents: Documents
    printer: Printer
    clock: Clock

    @on(LaneName.STORE)
    @needs(Permission.WORK_SHIFT, Action.OPEN_SHIFT)
    def begin(self, desk: Desk) -> Shift:
        """The operator's open shift, which goes on at this window, or a new one."""
        number = desk.operator.number
        with self.store.begin() as uow:
            running = uow.shifts.current(number)
            if running is not None:
                return running
            shift = Shift(uuid4(), number, desk.hall, desk.window, self.clock.now())
            uow.shifts.open(shift)
            record(uow, self.clock, desk, Action.OPEN_SHIFT)
            uow.commit()
        return shift

    @on(LaneName.STORE)
    @needs(Permission.WORK_SHIFT, Action.DAY_REPORT)
    def own_day(self, desk: Desk) -> DayReport:
        """What the operator's own day amounts to so far."""
        return self._report(desk, desk.operator.number)

    @on(LaneName.STORE)
    @needs(Permission.HALL_REPORT, Action.DAY_REPORT)
    def day_of_hall(self, desk: Desk) -> DayReport:
        """What the hall's day amounts to so far."""
        return self._report(desk, None)

    @on(LaneName.STORE)
    @needs(Permission.WORK_SHIFT, Action.CLOSE_SHIFT)
    def close(self, desk: Desk, remark: str) -> DayReport:
        """Sign the day off: the operator has seen what is pending, failed, printed or undelivered.

        Raises InvalidInput for a missing remark where something has to be looked after, and Outdated when
        the shift was closed at another window."""
        remark = remark.strip()
        number = desk.operator.number
        with self.store.begin() as uow:
            running = uow.shifts.current(number)
            if running is None:
                raise Outdated("shift")
            report = self._figures(uow, desk, number)
            if report.open_ends and not remark:
                raise InvalidInput("remark", "empty")
            if len(remark) > MAX_REMARK:
                raise InvalidInput("remark", "too_long")
            uow.shifts.close(running.id, self.clock.now(), remark)
            detail = _left_behind(report)
            record(uow, self.clock, desk, Action.CLOSE_SHIFT, reason=remark or None, detail=detail)
            uow.commit()
        with self.store.begin(write=False) as uow:
            return self._figures(uow, desk, number)

    @on(LaneName.PRINT)
    @needs(Permission.WORK_SHIFT, Action.DAY_REPORT)
    def document(self, desk: Desk, report: DayReport, language: Language) -> Document:
        """A report as a PDF. Raises FontsMissing."""
        return self.documents.day_report(report, desk.operator, self.clock.now(), language)

    @on(LaneName.PRINT)
    @needs(Permission.WORK_SHIFT, Action.DAY_REPORT)
    def print(
        self, desk: Desk, document: Document, title: str, choice: PrintChoice = AS_USUAL
    ) -> PrintJob:
        """Hand a report to a print queue. Raises the PrintErrors of `Printer.print`."""
        job = self.printer.print(document.pdf, title, choice)
        self._note(desk, "printed")
        return job

    @on(LaneName.PRINT)
    @needs(Permission.WORK_SHIFT, Action.DAY_REPORT)
    def save(self, desk: Desk, document: Document, path: Path) -> None:
        """Write a report to a file that only this user can read. Raises CannotSave."""
        with written_whole(path) as file:
            file.write(document.pdf)
        self._note(desk, "saved")

    def _report(self, desk: Desk, operator_number: str | None) -> DayReport:
        with self.store.begin() as uow:
            report = self._figures(uow, desk, operator_number)
            detail = "own" if operator_number is not None else "hall"
            record(uow, self.clock, desk, Action.DAY_REPORT, detail=detail)
            uow.commit()
        return report

    def _note(self, desk: Desk, detail: str) -> None:
        with self.store.begin() as uow:
            record(uow, self.clock, desk, Action.DAY_REPORT, detail=detail)
            uow.commit()

    def _figures(self, uow: UnitOfWork, desk: Desk, operator_number: str | None) -> DayReport:
        since = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        of = (desk.hall, since, since + timedelta(days=1), operator_number)
        return DayReport(
            desk.hall,
            since.date(),
            operator_number,
            uow.day_figures.tallies(*of),
            uow.day_figures.backlog(*of),
            uow.shifts.of_day(*of),
        )


def _left_behind(report: DayReport) -> str:
    left = report.backlog
    return (
        f"failed {report.total('failed')} undelivered {left.undelivered} refused {left.refused}"
        f" filed {left.filed} to_hand_over {left.to_hand_over} printed {report.printed}"
    )
