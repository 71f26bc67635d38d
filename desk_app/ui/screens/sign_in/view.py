"""The first thing that is painted: number, password, and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desk_app.ui.screens.sign_in.presenter import SignInPresenter, SignInState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label

if TYPE_CHECKING:
    from desk_app.ui.screens.sign_in.steps import CardPin, NewPassword


class SignInView(QWidget):
    """Draws SignInState. What is asked for beside number and password is made when it is asked for."""

    def __init__(
        self, speech: Speech, presenter: SignInPresenter, hall: str, window: str, corner: QWidget
    ) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._place = (hall, window)
        self._steps: dict[str, NewPassword | CardPin] = {}
        self.number = QLineEdit()
        self.password = QLineEdit()
        self.number.setObjectName("sign-in-number")
        self.password.setObjectName("sign-in-password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._where = label("muted")
        self._error = label("body")
        self._error.setProperty("tone", "danger")
        self.submit = button("primary", self._submit)
        self.submit.setObjectName("sign-in-submit")
        self._card = button("quiet", presenter.look_for_card)
        self._card.setObjectName("sign-in-card")
        self._back = button("quiet", presenter.back)
        self._back.setObjectName("sign-in-back")
        self._arrange(corner)
        for field in (self.number, self.password):
            field.returnPressed.connect(self._submit)
        speech.bind("sign_in.by_card", self._card.setText)
        speech.bind("sign_in.back", self._back.setText)
        speech.listen(self._draw_again)
        presenter.watch(self._draw)
        self._draw_again()

    def clear(self) -> None:
        """Forget what was typed."""
        self.number.setText("")
        self.password.setText("")
        for step in self._steps.values():
            step.clear()
        self.number.setFocus()

    def _arrange(self, corner: QWidget) -> None:
        box = Card(margin=5 * GRID, spacing=2 * GRID)
        box.setObjectName("sign-in")
        box.setMaximumWidth(640)
        box.setMinimumWidth(360)
        title = label("title")
        self._speech.bind("app.name", title.setText)
        box.add(title, self._where)
        self._fields = QWidget()
        inside = QVBoxLayout(self._fields)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2 * GRID)
        self._field(inside, "sign_in.number", self.number)
        self._field(inside, "sign_in.password", self.password)
        self._asked = QVBoxLayout()
        self._asked.addWidget(self._fields)
        box.inside.addLayout(self._asked)
        box.add(self._error)
        for each in (self.submit, self._card, self._back):
            box.inside.addWidget(each)
        top = QHBoxLayout()
        top.addStretch(1)
        top.addWidget(corner)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(box, 2)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        whole.addLayout(top)
        whole.addStretch(2)
        whole.addLayout(middle)
        whole.addStretch(3)

    def _field(self, into: QVBoxLayout, key: str, field: QLineEdit) -> None:
        name = label("strong")
        name.setBuddy(field)
        self._speech.bind(key, name.setText, field.setAccessibleName)
        box = QVBoxLayout()
        box.setSpacing(GRID // 2)
        box.addWidget(name)
        box.addWidget(field)
        into.addLayout(box)

    def _submit(self) -> None:
        step = self._presenter.state.step
        if step in self._steps:
            self._steps[step].submit()
        else:
            self._presenter.submit(self.number.text(), self.password.text())

    def _draw(self, state: SignInState) -> None:
        words = self._speech.words
        text = self._told(state)
        self._error.setText(text)
        self._error.setVisible(bool(text))
        for field in (self.number, self.password, self.submit, self._card, self._back):
            field.setEnabled(not state.busy)
        doing = "_busy" if state.busy else ""
        self.submit.setText(words.say(f"sign_in.{state.step}_submit{doing}"))
        if state.error is not None:
            self.password.setText("")
        self._show_step(state)
        if text and state.step == "password":
            wrong = self.number if state.missing == "number" else self.password
            wrong.setFocus()

    def _told(self, state: SignInState) -> str:
        words = self._speech.words
        if state.missing:
            return words.say(f"sign_in.{state.missing}_missing")
        if state.error is None:
            return ""
        told = words.explain(state.error)
        return "\n".join(filter(None, (told.message, told.detail, told.next_step)))

    def _show_step(self, state: SignInState) -> None:
        by_password = state.step == "password"
        self._fields.setVisible(by_password)
        self._card.setVisible(by_password)
        self._back.setVisible(not by_password)
        if not by_password and state.step not in self._steps:
            self._steps[state.step] = made = self._make(state.step)
            self._asked.addWidget(made)
        for name, step in self._steps.items():
            step.setVisible(name == state.step)
            if name == state.step:
                step.draw(state)
            else:
                step.clear()

    def _make(self, step: str) -> NewPassword | CardPin:
        from desk_app.ui.screens.sign_in.steps import CardPin, NewPassword

        if step == "card":
            return CardPin(self._speech, self._presenter.enter_pin)
        return NewPassword(self._speech, self._presenter.change)

    def _draw_again(self) -> None:
        hall, window = self._place
        words = self._speech.words
        self._where.setText(words.say("sign_in.place", hall=hall, window=window))
        self._draw(self._presenter.state)
