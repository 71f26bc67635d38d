"""Signing in: one try at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from desk_app.domain.operator import Operator
    from desk_app.services.sign_in import SignIn
    from desk_app.ui.scene import Runner


class SignInState(NamedTuple):
    """`missing` names the field that is still empty; `error` is why the last try was refused."""

    busy: bool = False
    missing: str = ""
    error: Exception | None = None


class SignInPresenter:
    """Until the services are there (`connect`), a try waits for them."""

    def __init__(self, window: str, signed_in: Callable[[Operator], None]) -> None:
        self._window = window
        self._signed_in = signed_in
        self._runner: Runner | None = None
        self._service: SignIn | None = None
        self._broken: Exception | None = None
        self._waiting: tuple[str, str] | None = None
        self._draw: Callable[[SignInState], None] = lambda _state: None
        self.state = SignInState()

    def watch(self, draw: Callable[[SignInState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw

    def connect(self, runner: Runner, service: SignIn) -> None:
        """The services have come up."""
        self._runner, self._service = runner, service
        if self._waiting is not None:
            self._try(*self._waiting)

    def fail(self, error: Exception) -> None:
        """The services did not come up: nobody can sign in."""
        self._broken = error
        self._refuse(error)

    def submit(self, number: str, password: str) -> None:
        """The operator has entered number and password."""
        if self.state.busy:
            return
        missing = "number" if not number.strip() else "password" if not password else ""
        if missing:
            self._show(SignInState(missing=missing))
            return
        if self._broken is not None:
            self._refuse(self._broken)
            return
        self._show(SignInState(busy=True))
        self._try(number, password)

    def _try(self, number: str, password: str) -> None:
        if self._runner is None or self._service is None:
            self._waiting = (number, password)
            return
        self._waiting = None
        job = self._service.sign_in
        self._runner.submit(
            job, number, password, self._window, done=self._welcome, failed=self._refuse
        )

    def _refuse(self, error: Exception) -> None:
        self._waiting = None
        self._show(SignInState(error=error))

    def _welcome(self, operator: Operator) -> None:
        self._show(SignInState())
        self._signed_in(operator)

    def _show(self, state: SignInState) -> None:
        self.state = state
        self._draw(state)
