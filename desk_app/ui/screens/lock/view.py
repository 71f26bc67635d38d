"""The covered window: who it belongs to, and how to go on. Nothing of a citizen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.screens.lock.presenter import LockPresenter, LockState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label, restyle
from desk_app.ui.widgets.fields import named


class LockView(QWidget):
    """Draws LockState."""

    def __init__(
        self, speech: Speech, presenter: LockPresenter, sign_out: Callable[[], None]
    ) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._title, self._text, self._error = label("title"), label("body"), label("body")
        restyle(self._error, "tone", "danger")
        self._number_box, self.number = named(speech, "sign_in.number", "lock-number")
        password_box, self.password = named(
            speech, "sign_in.password", "lock-password", secret=True
        )
        self._submit = button("primary", self._try)
        self._another = button("secondary", lambda: presenter.ask_for_another(True))
        self._back = button("secondary", lambda: presenter.ask_for_another(False))
        self._leave = button("quiet", sign_out)
        names = ("lock-submit", "lock-another", "lock-back", "lock-sign-out")
        self._buttons = (self._submit, self._another, self._back, self._leave)
        for each, name in zip(self._buttons, names, strict=True):
            each.setObjectName(name)
        speech.bind("lock.title", self._title.setText)
        speech.bind("lock.another", self._another.setText)
        speech.bind("lock.back", self._back.setText)
        speech.bind("lock.sign_out", self._leave.setText)
        self._arrange((self._number_box, password_box))
        for field in (self.number, self.password):
            field.returnPressed.connect(self._try)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _arrange(self, fields: tuple[QWidget, ...]) -> None:
        box = Card(margin=5 * GRID, spacing=2 * GRID)
        box.setObjectName("sign-in")
        box.setMaximumWidth(640)
        box.setMinimumWidth(360)
        for each in (self._title, self._text, *fields, self._error, *self._buttons):
            box.inside.addWidget(each)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(box, 2)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        whole.addStretch(2)
        whole.addLayout(middle)
        whole.addStretch(3)

    def _try(self) -> None:
        typed = self.password.text()
        self.password.setText("")
        if self._presenter.state.another:
            self._presenter.take_over(self.number.text(), typed)
        else:
            self._presenter.unlock(typed)

    def _draw(self, state: LockState) -> None:
        words, someone = self._speech.words, state.operator
        if someone is None:
            self.number.setText("")
            self.password.setText("")
            self._text.setText("")
            return
        kept = words.say("lock.kept" if state.serving else "lock.nothing_open")
        whose = words.say("lock.whose", name=someone.name, number=someone.number)
        self._text.setText(f"{whose}\n{kept}")
        self._number_box.setVisible(state.another)
        self._another.setVisible(not state.another)
        self._back.setVisible(state.another)
        doing = "_busy" if state.busy else ""
        key = "take_over" if state.another else "unlock"
        self._submit.setText(words.say(f"lock.{key}{doing}"))
        self._leave.setVisible(not state.another)
        self._tell(state)
        for each in (self.number, self.password, *self._buttons):
            each.setEnabled(not state.busy)
        wants_number = state.another and not self.number.text()
        (self.number if wants_number else self.password).setFocus()

    def _tell(self, state: LockState) -> None:
        words, text = self._speech.words, ""
        if state.missing:
            text = words.say(f"sign_in.{state.missing}_missing")
        elif state.error is not None:
            told = words.explain(state.error)
            text = "\n".join(filter(None, (told.message, told.detail, told.next_step)))
        self._error.setText(text)
        self._error.setVisible(bool(text))
