"""The shift's page: today's figures, one's own or the hall's, the report of them, and the sign-off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.printing import PrintKind
from desk_app.domain.shift import DayReport, Shift
from desk_app.services.ports import Document, Language, PrintJob
from desk_app.services.shift import ShiftService
from desk_app.ui.desk_presenter import DeskPresenter
from desk_app.ui.print_choices import PrintChoices
from desk_app.ui.scene import Notice, Runner, Tone


@dataclass(frozen=True)
class ShiftState:
    """`whole_hall` is whose figures are wanted; `report` what has been counted; `may_see_hall` whether both
    can be chosen. `running` is the operator's open shift, as far as known."""

    may_see_hall: bool = False
    whole_hall: bool = False
    loading: bool = False
    busy: bool = False
    running: Shift | None = None
    report: DayReport | None = None
    notice: Notice | None = None


class ShiftPresenter(DeskPresenter[ShiftState]):
    """Opens the shift when somebody signs in who works shifts; forgets everything when they leave."""

    def __init__(
        self,
        service: ShiftService,
        runner: Runner,
        choices: PrintChoices,
        follow: Callable[..., None],
    ) -> None:
        """`follow` is told of every report that goes to a printer."""
        super().__init__(runner, ShiftState())
        self._service = service
        self._choices = choices
        self._follow = follow

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on; their shift opens, or goes on."""
        sees_hall = desk is not None and desk.operator.may(Permission.HALL_REPORT)
        self._turn_to(desk, ShiftState(may_see_hall=sees_hall))
        if desk is not None:
            self._run(self._service.begin, done=lambda shift: self._show(running=shift))

    def refresh(self) -> None:
        """Count again."""
        if self._desk is None or self.state.busy:
            return
        job = self._service.day_of_hall if self.state.whole_hall else self._service.own_day
        self._show(loading=True)
        self._run(job, done=lambda report: self._show(report=report, loading=False))

    def look_at(self, *, whole_hall: bool) -> None:
        """One's own figures, or the hall's."""
        if whole_hall != self.state.whole_hall and not self.state.busy:
            self._show(whole_hall=whole_hall, report=None, notice=None)
            self.refresh()

    def begin(self) -> None:
        """Open another shift after one was signed off."""
        if self.state.running is None and not self.state.busy:
            self._show(busy=True, notice=None)
            self._run(self._service.begin, done=self._begun)

    def close(self, remark: str) -> None:
        """Sign off what the day leaves behind."""
        if self.state.running is None or self.state.busy:
            return
        self._show(busy=True, notice=None)
        self._run(self._service.close, remark, done=self._closed)

    def save(self, path: Path, language: Language) -> None:
        """Write the report that is shown to a file."""

        def drawn(document: Document) -> None:
            self._run(self._service.save, document, path, done=lambda _: self._told("saved"))

        self._draw_report(language, drawn)

    def print(self, language: Language) -> None:
        """Print the report that is shown."""
        report = self.state.report

        def drawn(document: Document) -> None:
            title = f"{report.day:%Y%m%d}" if report is not None else ""

            def printed(job: PrintJob) -> None:
                self._follow(title, job, asks=False)
                self._told("printed")

            choice = self._choices.of(PrintKind.DAY_REPORT)
            self._run(self._service.print, document, title, choice, done=printed)

        self._draw_report(language, drawn)

    def _draw_report(self, language: Language, drawn: Callable[[Document], None]) -> None:
        report = self.state.report
        if report is not None and not self.state.busy:
            self._show(busy=True, notice=None)
            self._run(self._service.document, report, language, done=drawn)

    def _begun(self, shift: Shift) -> None:
        self._show(running=shift, busy=False)
        self.refresh()

    def _closed(self, report: DayReport) -> None:
        own = None if self.state.whole_hall else report
        notice = Notice(Tone.GOOD, "shift.closed_done")
        self._show(running=None, busy=False, report=own or self.state.report, notice=notice)

    def _told(self, what: str) -> None:
        self._show(busy=False, notice=Notice(Tone.GOOD, f"shift.{what}"))

    def _failed(self, error: Exception) -> None:
        self._show(loading=False, busy=False, notice=Notice(Tone.DANGER, error=error))
