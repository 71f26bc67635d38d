"""The page for codes from paper: what is typed above, the answer and a thumbnail below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.document import CodeAnswer, CodeVerdict
from desk_app.ui.scene import Tone
from desk_app.ui.screens.verify.presenter import VerifyPresenter, VerifyState
from desk_app.ui.speech import Speech
from desk_app.ui.thumbnail import thumbnail
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.facts import Rows
from desk_app.ui.widgets.fields import below, clearable
from desk_app.ui.widgets.layouts import Wrapping

_TONES = {
    CodeVerdict.ISSUED: Tone.GOOD,
    CodeVerdict.EXPIRED: Tone.WARNING,
    CodeVerdict.UNKNOWN: Tone.DANGER,
}
_SHOWN = 3
"""How many times its size the thumbnail is shown; smoothly, so that no more can be read."""

_CODE_WIDTH, _SERIAL_WIDTH = 260, 240
"""Least widths of the fields, in pixels."""


class VerifyView(QWidget):
    """Draws VerifyState."""

    def __init__(self, speech: Speech, presenter: VerifyPresenter) -> None:
        super().__init__()
        self._speech, self._presenter = speech, presenter
        self._shown: CodeAnswer | None = None
        title, text = label("title"), label("muted")
        speech.bind("verify.title", title.setText)
        speech.bind("verify.text", text.setText)
        self._code = self._field("code", _CODE_WIDTH)
        self._serial = self._field("serial", _SERIAL_WIDTH)
        self._check = button("primary", self._ask)
        self._check.setObjectName("verify-check")
        self._notice, self._rows, self._page = Banner(), Rows(), QLabel()
        self._page.setObjectName("verify-thumbnail")
        self._page.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._answer = Card(margin=2 * GRID)
        self._answer.add(self._rows, self._page)
        fields = Wrapping(gap=2 * GRID)
        for name, field in (("code", self._code), ("serial", self._serial)):
            fields.add(self._named(name, field))
        fields.add(below(label("muted", " "), self._check))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for part in (title, text, fields, self._notice, self._answer):
            inside.addWidget(part)
        inside.addStretch(1)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def begin(self) -> None:
        """The page has been opened: the keyboard begins with the code."""
        self._code.setFocus()

    def _ask(self) -> None:
        self._presenter.check(self._code.text(), self._serial.text())

    def _draw(self, state: VerifyState) -> None:
        words, answer = self._speech.words, state.answer
        self._check.setText(words.say("verify.checking" if state.busy else "verify.check"))
        self._check.setEnabled(not state.busy)
        if state == VerifyState():
            self._code.clear()
            self._serial.clear()
        if answer is not None:
            self._notice.tell(_TONES[answer.verdict], words.of(answer.verdict))
        else:
            self._notice.show_error(state.error, words, Tone.DANGER)
        issued = answer is not None and answer.verdict is CodeVerdict.ISSUED
        self._answer.setVisible(issued)
        if answer is None or not issued:
            self._rows.show_rows(())
            self._show_page(None)
            return
        self._rows.show_rows(
            (
                (words.say("verify.number"), answer.serial or ""),
                (words.say("verify.issued_at"), words.moment(answer.issued_at)),
                (words.say("verify.hall"), answer.hall or ""),
            )
        )
        self._show_page(answer)

    def _show_page(self, answer: CodeAnswer | None) -> None:
        if answer is self._shown and answer is not None:
            return
        self._shown = answer
        image = thumbnail(answer.pdf) if answer is not None and answer.pdf is not None else None
        words = self._speech.words
        if image is None:
            self._page.setPixmap(QPixmap())
            self._page.setText(words.say("verify.no_page") if answer is not None else "")
            return
        smooth = Qt.TransformationMode.SmoothTransformation
        self._page.setPixmap(QPixmap.fromImage(image.scaledToWidth(_SHOWN * image.width(), smooth)))
        self._page.setAccessibleName(words.say("verify.page"))

    def _field(self, name: str, width: int) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(f"verify-{name}")
        field.setMinimumWidth(width)
        field.setMaxLength(40)
        clearable(field, self._speech)
        field.returnPressed.connect(self._ask)
        return field

    def _named(self, name: str, field: QLineEdit) -> QWidget:
        above = label("muted", wrap=False)
        self._speech.bind(f"verify.{name}", above.setText, field.setAccessibleName)
        return below(above, field)
