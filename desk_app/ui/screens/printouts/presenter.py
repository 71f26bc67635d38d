"""Every document on its way from this window to paper, whoever and whatever page is open meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from desk_app.domain.operator import Desk
from desk_app.domain.printing import Mishap
from desk_app.services.ports import PrintJob, PrintState
from desk_app.services.printing import Printing
from desk_app.ui.scene import Notice, Runner, Tone

Again = Callable[[PrintJob, Mishap], None]
"""Print the same document once more."""

_NOT_OUT = frozenset({PrintState.FAILED, PrintState.CANCELLED})


@dataclass(frozen=True)
class Printout:
    """One document at a printer, named by its serial. `here`: its citizen is still at the window, so that it
    can be printed `again`; what is kept beyond that names nobody. `came_out` False: the clerk has said no."""

    serial: str
    job: PrintJob
    asks: bool = True
    again: Again | None = None
    here: bool = True
    busy: bool = False
    came_out: bool | None = None

    @property
    def not_out(self) -> bool:
        """Whether it is known that it did not come out."""
        return self.came_out is False or self.job.state in _NOT_OUT

    @property
    def troubled(self) -> bool:
        """Whether somebody has to do something about it, at the printer or here."""
        left_behind = self.job.ended and not self.here
        return self.not_out or self.job.trouble is not None or left_behind


@dataclass(frozen=True)
class PrintoutsState:
    """Oldest first."""

    items: tuple[Printout, ...] = ()
    notice: Notice | None = None

    @property
    def open(self) -> bool:
        """Whether any job has not ended."""
        return any(not item.job.ended for item in self.items)

    @property
    def troubled(self) -> Printout | None:
        """The first that somebody has to look after."""
        return next((item for item in self.items if item.troubled), None)

    def of(self, serial: str) -> Printout | None:
        """A document's own."""
        return next((item for item in self.items if item.serial == serial), None)


class PrintoutsPresenter:
    """Belongs to the window, not to a visit or an operator: paper comes when it comes."""

    def __init__(self, service: Printing, runner: Runner) -> None:
        self._service = service
        self._runner = runner
        self._desk: Desk | None = None
        self._asking: set[str] = set()
        self._drawers: list[Callable[[PrintoutsState], None]] = []
        self.state = PrintoutsState()

    def serve(self, desk: Desk | None) -> None:
        """Who answers for what is confirmed from now on."""
        self._desk = desk
        kept = tuple(item for item in self.state.items if item.asks or not item.job.ended)
        self._become(PrintoutsState(kept))

    @property
    def serving(self) -> bool:
        """Whether somebody is here who can do something about a document."""
        return self._desk is not None

    def watch(self, draw: Callable[[PrintoutsState], None]) -> None:
        """Draw every state from now on."""
        self._drawers.append(draw)
        draw(self.state)

    def follow(
        self, serial: str, job: PrintJob, again: Again | None = None, *, asks: bool = True
    ) -> None:
        """Something was handed to a queue; a former job of the same document is over. `asks`: whether the
        clerk is to say that it came out."""
        made = Printout(serial, job, asks, again)
        rest = tuple(item for item in self.state.items if item.serial != serial)
        self._become(PrintoutsState((*rest, made)))
        self.check()

    def follow_left(self, serial: str, job: PrintJob) -> None:
        """Something was handed to a queue for a citizen who has gone meanwhile."""
        self.follow(serial, job)
        self._change(serial, here=False)

    def leave(self) -> None:
        """The visit has ended. What came out, or is known not to, is settled; what may still come is kept,
        without the means to print it again."""
        kept = (
            replace(item, here=False, again=None)
            for item in self.state.items
            if not (item.here and item.job.ended)
        )
        self._become(PrintoutsState(tuple(kept)))

    def check(self) -> None:
        """Asked from time to time: where are the open jobs?"""
        for item in self.state.items:
            if not (item.job.ended or item.busy or item.serial in self._asking):
                self._asking.add(item.serial)
                self._ask(item)

    def cancel(self, serial: str) -> None:
        """Take it out of the queue."""
        item = self._mine(serial)
        if item is not None and not item.job.ended:
            self._busy(serial)
            job = self._service.cancel
            self._run(job, serial, item.job, done=lambda now: self._now(item, now), serial=serial)

    def came_out(self, serial: str) -> None:
        """The clerk has looked: it is whole."""
        self._settle(serial, None)

    def did_not(self, serial: str) -> None:
        """The clerk has looked: it is not there, or not whole. What was found is asked next."""
        self._change(serial, came_out=False)

    def again(self, serial: str, found: Mishap) -> None:
        """Print it once more; where the document is not at hand any more, only note what was found."""
        item = self._mine(serial)
        if item is None:
            return
        if item.again is None:
            self._settle(serial, found)
            return
        self._busy(serial)
        item.again(item.job, found)

    def forget(self, serial: str, found: Mishap) -> None:
        """It is not wanted any more: note what was found, and print nothing."""
        self._settle(serial, found)

    def failed(self, serial: str, error: Exception) -> None:
        """It could not be printed again, or cancelled, or noted: it stays as it was."""
        self._change(serial, busy=False)
        self._become(replace(self.state, notice=Notice(Tone.DANGER, error=error)))

    def _settle(self, serial: str, found: Mishap | None) -> None:
        item = self._mine(serial)
        if item is not None:
            self._busy(serial)
            job = self._service.confirm
            self._run(job, serial, found, done=lambda _: self._drop(serial), serial=serial)

    def _ask(self, item: Printout) -> None:
        def answered(now: PrintJob) -> None:
            self._asking.discard(item.serial)
            self._now(item, now)

        def refused(_error: Exception) -> None:
            self._asking.discard(item.serial)

        self._runner.submit(self._service.job, item.job, done=answered, failed=refused)

    def _now(self, asked: Printout, now: PrintJob) -> None:
        """An answer about a job that is not the document's any more is of no interest."""
        there = self.state.of(asked.serial)
        if there is None or there.job.job_id != asked.job.job_id:
            return
        if now.ended and not there.asks and now.state not in _NOT_OUT:
            self._drop(asked.serial)
        else:
            self._change(asked.serial, job=now, busy=False)

    def _mine(self, serial: str) -> Printout | None:
        """A document that something can be done about now."""
        item = self.state.of(serial)
        return item if self._desk is not None and item is not None and not item.busy else None

    def _busy(self, serial: str) -> None:
        self._become(replace(self.state, notice=None))
        self._change(serial, busy=True)

    def _run(
        self,
        job: Callable[..., object],
        *args: object,
        done: Callable[..., None],
        serial: str,
    ) -> None:
        self._runner.submit(
            job, self._desk, *args, done=done, failed=lambda error: self.failed(serial, error)
        )

    def _drop(self, serial: str) -> None:
        rest = tuple(item for item in self.state.items if item.serial != serial)
        self._become(replace(self.state, items=rest))

    def _change(self, serial: str, **changes: object) -> None:
        changed = tuple(
            replace(item, **changes) if item.serial == serial else item  # type: ignore[arg-type]
            for item in self.state.items
        )
        if changed != self.state.items:
            self._become(replace(self.state, items=changed))

    def _become(self, state: PrintoutsState) -> None:
        self.state = state
        for draw in self._drawers:
            draw(state)
