"""Decisions on what this clerk has filed, as long as the citizen has not been told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from desk_app.domain.application import Application
from desk_app.domain.operator import Desk
from desk_app.services.decisions import Decisions
from desk_app.ui.scene import Runner

Arrived = Callable[[tuple[Application, ...]], None]


@dataclass(frozen=True)
class OutcomesState:
    """All that the screen and the header show."""

    items: tuple[Application, ...] = ()
    unseen: frozenset[UUID] = frozenset()
    """Those that came since the clerk looked at the page."""
    error: Exception | None = None


class OutcomesPresenter:
    """Asks when a change was heard, never by itself. `arrived` is told of those that are new."""

    def __init__(self, decisions: Decisions, runner: Runner, arrived: Arrived) -> None:
        self._decisions = decisions
        self._runner = runner
        self._arrived = arrived
        self._desk: Desk | None = None
        self._token = object()
        self._looking = False
        self._asking = False
        self._again = False
        self._drawers: list[Callable[[OutcomesState], None]] = []
        self.state = OutcomesState()

    def serve(self, desk: Desk | None) -> None:
        """Whose applications from now on."""
        self._desk, self._token = desk, object()
        self._looking = self._asking = self._again = False
        self._become(OutcomesState())

    def watch(self, draw: Callable[[OutcomesState], None]) -> None:
        """Draw every state from now on."""
        self._drawers.append(draw)
        draw(self.state)

    def refresh(self) -> None:
        """Look whether there is something new."""
        if self._desk is None:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        job = self._decisions.outcomes
        self._run(job, self._desk, done=self._came, failed=self._failed)

    def look(self, looking: bool) -> None:
        """Whether the page is open: what is there has been seen then, and what comes is seen at once."""
        self._looking = looking
        if looking:
            self._show(unseen=frozenset())

    def _came(self, items: tuple[Application, ...]) -> None:
        known = {(item.id, item.state) for item in self.state.items}
        fresh = tuple(item for item in items if (item.id, item.state) not in known)
        there = {item.id for item in items}
        new = frozenset() if self._looking else frozenset(item.id for item in fresh)
        self._show(items=items, unseen=(self.state.unseen & there) | new, error=None)
        self._asked()
        if fresh:
            self._arrived(fresh)

    def _failed(self, error: Exception) -> None:
        self._show(error=error)
        self._asked()

    def _asked(self) -> None:
        self._asking = False
        if self._again:
            self._again = False
            self.refresh()

    def _run(
        self,
        job: Callable[..., Any],
        *args: object,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        token = self._token
        self._runner.submit(
            job,
            *args,
            done=lambda result: done(result) if token is self._token else None,
            failed=lambda error: failed(error) if token is self._token else None,
        )

    def _show(self, **changes: Any) -> None:
        self._become(replace(self.state, **changes))

    def _become(self, state: OutcomesState) -> None:
        self.state = state
        for draw in self._drawers:
            draw(state)
