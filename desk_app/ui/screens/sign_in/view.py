"""The first thing that is painted: number, password, and the language."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desk_app.ui.screens.sign_in.presenter import SignInPresenter, SignInState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label


class SignInView(QWidget):
    """Draws SignInState."""

    def __init__(
        self, speech: Speech, presenter: SignInPresenter, hall: str, window: str, corner: QWidget
    ) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._place = (hall, window)
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
        self._arrange(corner)
        for field in (self.number, self.password):
            field.returnPressed.connect(self._submit)
        speech.bind("sign_in.submit", self.submit.setText)
        speech.listen(self._draw_again)
        presenter.watch(self._draw)
        self._draw_again()

    def clear(self) -> None:
        """Forget what was typed."""
        self.number.setText("")
        self.password.setText("")
        self.number.setFocus()

    def _arrange(self, corner: QWidget) -> None:
        box = Card(margin=5 * GRID, spacing=2 * GRID)
        box.setObjectName("sign-in")
        box.setMaximumWidth(640)
        box.setMinimumWidth(360)
        title = label("title")
        self._speech.bind("app.name", title.setText)
        box.add(title, self._where)
        self._field(box, "sign_in.number", self.number)
        self._field(box, "sign_in.password", self.password)
        box.add(self._error)
        box.inside.addWidget(self.submit)
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

    def _field(self, into: Card, key: str, field: QLineEdit) -> None:
        name = label("strong")
        name.setBuddy(field)
        self._speech.bind(key, name.setText, field.setAccessibleName)
        box = QVBoxLayout()
        box.setSpacing(GRID // 2)
        box.addWidget(name)
        box.addWidget(field)
        into.inside.addLayout(box)

    def _submit(self) -> None:
        self._presenter.submit(self.number.text(), self.password.text())

    def _draw(self, state: SignInState) -> None:
        words = self._speech.words
        text = ""
        if state.missing:
            text = words.say(f"sign_in.{state.missing}_missing")
        elif state.error is not None:
            told = words.explain(state.error)
            text = "\n".join(filter(None, (told.message, told.detail, told.next_step)))
        self._error.setText(text)
        self._error.setVisible(bool(text))
        for field in (self.number, self.password, self.submit):
            field.setEnabled(not state.busy)
        self.submit.setText(words.say("sign_in.busy" if state.busy else "sign_in.submit"))
        if state.error is not None:
            self.password.setText("")
        if text:
            wrong = self.number if state.missing == "number" else self.password
            wrong.setFocus()

    def _draw_again(self) -> None:
        hall, window = self._place
        words = self._speech.words
        self._where.setText(words.say("sign_in.place", hall=hall, window=window))
        self._draw(self._presenter.state)
