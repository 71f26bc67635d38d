"""The page of batches: the list, one of them, and the one that runs here. No Qt."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from desk_app.domain.batch import Batch, BatchItem, BatchOrder, BatchProgress, BatchScope
from desk_app.domain.errors import DeskError, InvalidInput
from desk_app.domain.operator import Desk
from desk_app.services.batch_list import listed
from desk_app.services.batches import Batches
from desk_app.ui.desk_presenter import DeskPresenter
from desk_app.ui.scene import Notice, Runner, Tone


@dataclass(frozen=True)
class BatchesState:
    """All that the page shows. `chosen` None: the form for a new one; `running` is the batch that this window
    runs; `failed` are the people of the chosen one who got no statement."""

    operator: str = ""
    batches: tuple[Batch, ...] = ()
    chosen: Batch | None = None
    failed: tuple[BatchItem, ...] = ()
    planning: bool = False
    running: UUID | None = None
    stopping: bool = False
    progress: BatchProgress | None = None
    planned: int = 0
    """How many have been planned here: the form is emptied after each."""
    notice: Notice | None = None

    @property
    def shown(self) -> Batch | None:
        """The chosen one as it is now."""
        return self.now(self.chosen) if self.chosen is not None else None

    def now(self, batch: Batch) -> Batch:
        """A batch as it is now, also while it runs."""
        return self.progress.batch if batch.id == self.running and self.progress else batch

    @property
    def is_own(self) -> bool:
        """Whether the chosen one was ordered by whoever looks."""
        return self.chosen is not None and self.chosen.operator_number == self.operator


class BatchesPresenter(DeskPresenter[BatchesState]):
    """One batch runs at a time; it stops when whoever started it leaves."""

    def __init__(self, service: Batches, runner: Runner) -> None:
        super().__init__(runner, BatchesState())
        self._service = service
        self._stop = threading.Event()

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on; what ran for somebody else comes to its end."""
        self._stop.set()
        self._turn_to(desk, BatchesState(desk.operator.number if desk is not None else ""))

    def refresh(self) -> None:
        """Look at the list again."""
        if self._desk is not None:
            self._run(self._service.all, done=self._listed)

    def choose(self, key: str | None) -> None:
        """Show one of them; None for the form of a new one."""
        found = next((one for one in self.state.batches if str(one.id) == key), None)
        if found is None and key is not None:
            return
        if found != self.state.chosen:
            self._show(chosen=found, failed=(), notice=None)
            self._look_at_failed()

    def plan(self, order: BatchOrder, typed: str = "") -> None:
        """Count the people; `typed` are those of a list, a line each."""
        if self._desk is None or self.state.planning:
            return
        try:
            people = listed(typed.splitlines()) if order.scope is BatchScope.LIST else ()
        except DeskError as error:
            self._show(notice=Notice(Tone.DANGER, error=error))
            return
        self._show(planning=True, notice=None)
        whole = replace(order, id_numbers=people)
        self._run(self._service.plan, whole, done=self._planned)

    def unreadable(self) -> None:
        """A list could not be read from its file."""
        self._show(notice=Notice(Tone.DANGER, error=InvalidInput("file", "unreadable")))

    def run(self, folder: Path) -> None:
        """Issue the chosen one's statements, or go on with them."""
        chosen = self.state.chosen
        if self._desk is None or chosen is None or self.state.running is not None:
            return
        self._stop = threading.Event()
        desk = self._desk

        def report(progress: BatchProgress) -> None:
            if desk is self._desk:
                self._show(progress=progress)

        self._show(running=chosen.id, stopping=False, progress=None, notice=None)
        self._runner.submit(
            self._service.run,
            desk,
            chosen.id,
            folder,
            self._runner.relay(report),
            self._stop,
            done=lambda batch: self._ended(batch) if desk is self._desk else None,
            failed=lambda error: self._broke_off(error) if desk is self._desk else None,
        )

    def stop(self) -> None:
        """End after what is being drawn; one that runs elsewhere ends as well."""
        chosen = self.state.chosen
        if chosen is None:
            return
        if chosen.id == self.state.running:
            self._stop.set()
            self._show(stopping=True)
        else:
            self._run(self._service.stop, chosen.id, done=self._changed)

    def _listed(self, batches: tuple[Batch, ...]) -> None:
        chosen = self.state.chosen
        now = next((one for one in batches if chosen is not None and one.id == chosen.id), None)
        self._show(batches=batches, chosen=now)

    def _planned(self, batch: Batch) -> None:
        batches = (batch, *self.state.batches)
        count = self.state.planned + 1
        self._show(planning=False, batches=batches, chosen=batch, failed=(), planned=count)

    def _ended(self, batch: Batch) -> None:
        self._show(running=None, stopping=False, progress=None)
        self._changed(batch)

    def _changed(self, batch: Batch) -> None:
        batches = tuple(batch if one.id == batch.id else one for one in self.state.batches)
        chosen = self.state.chosen
        again = batch if chosen is not None and chosen.id == batch.id else chosen
        self._show(batches=batches, chosen=again)
        self._look_at_failed()

    def _look_at_failed(self) -> None:
        chosen = self.state.chosen
        if chosen is None or not chosen.counts.failed or not self.state.is_own:
            return

        def found(items: tuple[BatchItem, ...]) -> None:
            if self.state.chosen is not None and self.state.chosen.id == chosen.id:
                self._show(failed=items)

        self._run(self._service.failed, chosen.id, done=found)

    def _broke_off(self, error: Exception) -> None:
        notice = Notice(Tone.DANGER, error=error)
        self._show(running=None, stopping=False, progress=None, notice=notice)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._show(planning=False, notice=Notice(Tone.DANGER, error=error))
