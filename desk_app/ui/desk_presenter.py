"""What presenters of pages have in common that belong to whoever is signed in, not to a citizen. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from desk_app.domain.operator import Desk
from desk_app.ui.scene import Runner

S = TypeVar("S")
T = TypeVar("T")


class DeskPresenter(Generic[S]):
    """Holds a frozen state, and drops the answers to what somebody else has asked."""

    def __init__(self, runner: Runner, state: S) -> None:
        self._runner = runner
        self._desk: Desk | None = None
        self._draw: Callable[[S], None] = lambda _state: None
        self.state = state

    def watch(self, draw: Callable[[S], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def _turn_to(self, desk: Desk | None, state: S) -> None:
        """Somebody else is here, or nobody: forget what was."""
        self._desk, self.state = desk, state
        self._draw(state)

    def _run(self, job: Callable[..., T], *args: object, done: Callable[[T], None]) -> None:
        """Run a service's method for whoever is here; its first argument is the desk."""
        desk = self._desk

        def answered(result: T) -> None:
            if desk is self._desk:
                done(result)

        def refused(error: Exception) -> None:
            if desk is self._desk:
                self._failed(error)

        self._runner.submit(job, desk, *args, done=answered, failed=refused)

    def _failed(self, error: Exception) -> None:
        """A job was refused."""
        raise NotImplementedError

    def _show(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[type-var]
        self._draw(self.state)
