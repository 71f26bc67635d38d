"""Who takes the statement, and why the same one is handed out once more."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.document import CopyReason, Recipient
from desk_app.ui.scene import Tone
from desk_app.ui.screens.statement.presenter import StatementPresenter, StatementState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.fields import under_name


class HandOver(QWidget):
    """Fields that are shown where they are needed: the agent's, and the reason for another copy."""

    def __init__(self, speech: Speech, presenter: StatementPresenter) -> None:
        super().__init__()
        self._speech, self._presenter = speech, presenter
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(GRID // 2)
        self._boxes: dict[str, QWidget] = {}
        self._agent_name = self._typed("agent_name", 50)
        self._agent_number = self._typed("agent_id_number", 18)
        self._earlier = Banner()
        self._inside.addWidget(self._earlier)
        self._reason = Choice(lambda reason: presenter.choose(reason=reason or None))
        self._reason.setObjectName("statement-reason")
        self._named("reason", self._reason)
        self._remark = self._typed("remark", 200)

    def draw(self, state: StatementState) -> None:
        """Show what is chosen, and ask for what is missing."""
        words, order = self._speech.words, state.order
        for name in ("agent_name", "agent_id_number"):
            self._boxes[name].setVisible(order.recipient is Recipient.AGENT)
        again = state.earlier is not None
        if state.earlier is None:
            self._earlier.clear()
        else:
            said = words.explain(state.earlier)
            self._earlier.tell(Tone.INFO, f"{said.message} {said.detail}", said.next_step)
        self._boxes["reason"].setVisible(again)
        self._boxes["remark"].setVisible(again and order.reason is CopyReason.OTHER)
        nothing = ("", words.say("statement.no_reason"))
        offered = [nothing, *((each, words.of(each)) for each in CopyReason)]
        self._reason.offer(offered, order.reason or "")
        typed = {
            self._agent_name: order.agent_name,
            self._agent_number: order.agent_id_number,
            self._remark: order.remark,
        }
        for field, text in typed.items():
            if field.text() != text:
                with QSignalBlocker(field):
                    field.setText(text)

    def _typed(self, name: str, length: int) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(f"statement-{name}")
        field.setMaxLength(length)
        field.textChanged.connect(lambda text: self._presenter.choose(**{name: text}))
        self._named(name, field)
        return field

    def _named(self, name: str, field: QLineEdit | Choice) -> None:
        """A field below its name, in a box that is shown and hidden."""
        box = under_name(self._speech, f"statement.{name}", field)
        self._boxes[name] = box
        self._inside.addWidget(box)
