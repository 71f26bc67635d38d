"""What signing in may ask for beside number and password: a new password, or the PIN of a card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.screens.sign_in.presenter import SignInState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, label, restyle
from desk_app.ui.widgets.fields import named


class NewPassword(QWidget):
    """The rules, and the new password twice."""

    def __init__(self, speech: Speech, entered: Callable[[str, str], None]) -> None:
        super().__init__()
        self._entered = entered
        why, text = label("strong"), label("muted")
        speech.bind("error.password_due.message", why.setText)
        speech.bind("sign_in.change_text", text.setText)
        first, self.first = named(speech, "sign_in.new_password", "new-password", secret=True)
        again, self.again = named(speech, "sign_in.new_password_again", "new-again", secret=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2 * GRID)
        for widget in (why, text, first, again):
            inside.addWidget(widget)
        for field in (self.first, self.again):
            field.returnPressed.connect(self.submit)

    def submit(self) -> None:
        """What was typed is wanted."""
        self._entered(self.first.text(), self.again.text())

    def clear(self) -> None:
        """Forget what was typed."""
        for field in (self.first, self.again):
            field.setText("")

    def draw(self, state: SignInState) -> None:
        """Nothing can be typed while it is being changed."""
        for field in (self.first, self.again):
            field.setEnabled(not state.busy)
        if not state.busy:
            self.first.setFocus()


class CardPin(QWidget):
    """How many tries are left, and the PIN."""

    def __init__(self, speech: Speech, entered: Callable[[str], None]) -> None:
        super().__init__()
        self._speech = speech
        self._entered = entered
        self._tries, self._last = label("body"), label("strong")
        restyle(self._last, "tone", "danger")
        box, self.pin = named(speech, "sign_in.pin", "sign-in-pin", secret=True)
        self.pin.setMaxLength(6)
        self.pin.returnPressed.connect(self.submit)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2 * GRID)
        for widget in (self._tries, self._last, box):
            inside.addWidget(widget)

    def submit(self) -> None:
        """What was typed is wanted, once."""
        typed = self.pin.text()
        self.clear()
        self._entered(typed)

    def clear(self) -> None:
        """Forget what was typed."""
        self.pin.setText("")

    def draw(self, state: SignInState) -> None:
        """Show the tries; the last one with a warning."""
        words, tries = self._speech.words, state.card.tries_left if state.card is not None else 0
        self._tries.setText(words.say("sign_in.card_tries", tries=tries))
        self._last.setText(words.say("sign_in.card_last_try"))
        self._last.setVisible(tries == 1)
        self.pin.setEnabled(not state.busy)
        if not state.busy:
            self.pin.setFocus()
