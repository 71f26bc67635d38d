"""The covered window: its operator comes back, another one goes on, or the visit ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from desk_app.domain.operator import Desk, Operator
from desk_app.domain.visit import Case
from desk_app.services.sign_in import SignIn
from desk_app.ui.scene import Runner


@dataclass(frozen=True)
class LockState:
    """`operator` is whose window it is, None while it is not covered; `another` asks for somebody else."""

    operator: Operator | None = None
    serving: bool = False
    another: bool = False
    busy: bool = False
    missing: str = ""
    error: Exception | None = None


class LockPresenter:
    """One try at a time. What was typed is handed on and not kept."""

    def __init__(
        self,
        service: SignIn,
        runner: Runner,
        case: Callable[[], Case | None],
        back: Callable[[Operator | None], None],
    ) -> None:
        """`case` gives what is open; `back` uncovers the window, for another operator if one is given."""
        self._service = service
        self._runner = runner
        self._case = case
        self._back = back
        self._desk: Desk | None = None
        self._draw: Callable[[LockState], None] = lambda _state: None
        self.state = LockState()

    def watch(self, draw: Callable[[LockState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def cover(self, desk: Desk, reason: str) -> None:
        """The window is covered from now on: the operator wants it, or is idle."""
        self._desk = desk
        self._show(LockState(desk.operator, serving=self._case() is not None))
        self._runner.submit(
            self._service.lock, desk, reason, done=lambda _: None, failed=self._refuse
        )

    def uncover(self) -> None:
        """It is not covered any more, whatever the reason."""
        self._desk = None
        self._show(LockState())

    def unlock(self, password: str) -> None:
        """The operator is back."""
        if self._misses(password=password) or self._desk is None:
            return
        self._run(self._service.unlock, self._desk, password, done=lambda _: self._leave(None))

    def ask_for_another(self, another: bool) -> None:
        """Somebody else wants to go on; False: not after all."""
        if not self.state.busy:
            self._show(replace(self.state, another=another, missing="", error=None))

    def take_over(self, number: str, password: str) -> None:
        """Somebody else goes on with what is open."""
        if self._misses(number=number.strip(), password=password) or self._desk is None:
            return
        job, case = self._service.take_over, self._case()
        self._run(job, self._desk, number, password, case, done=self._leave)

    def _misses(self, **fields: str) -> bool:
        missing = next((name for name, value in fields.items() if not value), "")
        if missing and not self.state.busy:
            self._show(replace(self.state, missing=missing, error=None))
        return bool(missing) or self.state.busy

    def _run(self, job: Callable[..., Any], *args: Any, done: Callable[[Any], None]) -> None:
        self._show(replace(self.state, busy=True, missing="", error=None))
        self._runner.submit(job, *args, done=done, failed=self._refuse)

    def _leave(self, operator: Operator | None) -> None:
        if self._desk is not None:  # signed out meanwhile
            self.uncover()
            self._back(operator)

    def _refuse(self, error: Exception) -> None:
        if self._desk is not None:
            self._show(replace(self.state, busy=False, error=error))

    def _show(self, state: LockState) -> None:
        self.state = state
        self._draw(state)
