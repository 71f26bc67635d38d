"""Signing in: one try at a time, by password or by one's own card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from desk_app.domain.operator import Operator
    from desk_app.services.card_sign_in import CardPresented, CardSignIn
    from desk_app.services.sign_in import SignIn
    from desk_app.ui.scene import Runner


class SignInState(NamedTuple):
    """`step` is what is asked for: the password, a new one (`change`), or the `card`'s PIN. `missing` names
    the field that is still empty; `error` is why the last try was refused."""

    step: str = "password"
    busy: bool = False
    missing: str = ""
    error: Exception | None = None
    card: CardPresented | None = None


class SignInPresenter:
    """Until the services are there (`connect`), a try waits for them."""

    def __init__(self, window: str, signed_in: Callable[[Operator], None]) -> None:
        self._window = window
        self._signed_in = signed_in
        self._runner: Runner | None = None
        self._service: SignIn | None = None
        self._cards: CardSignIn | None = None
        self._broken: Exception | None = None
        self._waiting: tuple[str, str] | None = None
        self._due: tuple[str, str] | None = None
        self._draw: Callable[[SignInState], None] = lambda _state: None
        self.state = SignInState()

    def watch(self, draw: Callable[[SignInState], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw

    def connect(self, runner: Runner, service: SignIn, cards: CardSignIn | None = None) -> None:
        """The services have come up."""
        self._runner, self._service, self._cards = runner, service, cards
        if self._waiting is not None:
            self._try(*self._waiting)

    def fail(self, error: Exception) -> None:
        """The services did not come up: nobody can sign in."""
        self._broken = error
        self.tell(error)

    def tell(self, error: Exception) -> None:
        """Back to where one begins, with the reason for it."""
        self._waiting = self._due = None
        self._show(SignInState(error=error))

    def submit(self, number: str, password: str) -> None:
        """The operator has entered number and password."""
        if self.state.busy or self._misses(number=number.strip(), password=password):
            return
        if self._broken is not None:
            self.tell(self._broken)
            return
        self._show(SignInState(busy=True))
        self._try(number, password)

    def change(self, new: str, again: str) -> None:
        """The operator has chosen another password."""
        if self.state.busy or self._due is None or self._service is None:
            return
        if self._misses(new_password=new):
            return
        if new != again:
            from desk_app.domain.errors import InvalidInput

            self._refuse(InvalidInput("new_password", "not_the_same"))
            return
        self._run(self._service.change_password, *self._due, new, self._window, done=self._welcome)

    def look_for_card(self) -> None:
        """The operator wants to sign in by card: it is looked at before the PIN is asked for."""
        if not self.state.busy and self._cards is not None:
            self._show(self.state._replace(error=None, missing=""))
            self._run(self._cards.look, self._window, done=self._presented)

    def enter_pin(self, pin: str) -> None:
        """The operator has typed the PIN of the card that was looked at. It is not kept."""
        card = self.state.card
        if self.state.busy or card is None or self._cards is None or self._misses(pin=pin):
            return
        self._run(self._cards.sign_in, card, pin, self._window, done=self._welcome)

    def back(self) -> None:
        """To number and password."""
        if not self.state.busy:
            self._due = None
            self._show(SignInState())

    def _misses(self, **fields: str) -> bool:
        missing = next((name for name, value in fields.items() if not value), "")
        if missing:
            self._show(self.state._replace(missing=missing, error=None))
        return bool(missing)

    def _try(self, number: str, password: str) -> None:
        if self._runner is None or self._service is None:
            self._waiting = (number, password)
            return
        self._waiting = None

        def refused(error: Exception) -> None:
            if getattr(error, "code", "") != "password_due":
                self._refuse(error)
                return
            self._due = number, password
            self._show(SignInState("change"))

        job = self._service.sign_in
        self._runner.submit(job, number, password, self._window, done=self._welcome, failed=refused)

    def _run(self, job: Callable[..., Any], *args: Any, done: Callable[[Any], None]) -> None:
        if self._runner is not None:
            self._show(self.state._replace(busy=True, missing="", error=None))
            self._runner.submit(job, *args, done=done, failed=self._refuse)

    def _refuse(self, error: Exception) -> None:
        """Say why. A card that will not do leads back; one with tries left is asked for its PIN again."""
        code, card = getattr(error, "code", ""), self.state.card
        if code == "wrong_pin" and card is not None:
            left = getattr(error, "tries_left", None)
            if left is not None:
                from dataclasses import replace

                card = replace(card, tries_left=left)
            self._show(SignInState("card", error=error, card=card))
        elif code == "invalid_input":
            self._show(self.state._replace(busy=False, missing="", error=error))
        else:
            self.tell(error)

    def _presented(self, card: CardPresented) -> None:
        self._show(SignInState("card", card=card))

    def _welcome(self, operator: Operator) -> None:
        self._due = None
        self._show(SignInState())
        self._signed_in(operator)

    def _show(self, state: SignInState) -> None:
        self.state = state
        self._draw(state)
