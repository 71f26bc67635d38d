"""The decision: approve or reject, why, and by whom, proved by the password in the same step."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desk_app.domain.application import ApplicationKind
from desk_app.services.decisions import Verdict
from desk_app.ui.scene import Tone
from desk_app.ui.screens.queue.presenter import QueuePresenter, QueueState
from desk_app.ui.screens.queue.target import Target
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label, restyle
from desk_app.ui.widgets.reason import ReasonBox


class DecisionPanel(Card):
    """A form for the target of the state. What is typed stays until the target is another one; the password
    goes with every attempt."""

    def __init__(self, speech: Speech, presenter: QueuePresenter) -> None:
        super().__init__(margin=2 * GRID)
        self._speech, self._presenter = speech, presenter
        self._target = Target()
        self._about: frozenset[UUID] = frozenset()
        self._busy = False
        self._title, self._numbers = label("heading"), label("muted")
        self._hindrance = Banner()
        self._form = QWidget()
        self._approve, self._reject = _radios(self, "approve", "reject")
        self._lift, self._keep = _radios(self, "lift", "keep")
        self._reason_name = label("strong")
        self._reason = ReasonBox(speech, "decision", self._allow)
        self._question, self._password_name = label("strong"), label("strong")
        self._password = QLineEdit()
        self._missing = label("muted")
        self._submit = button("primary", self._decide)
        self._arrange()
        self._speak()

    def draw(self, state: QueueState) -> None:
        """Show what a decision would be about."""
        target = state.target
        about = frozenset(one.id for one in target.applications)
        if about != self._about:
            self._about = about
            self.forget()
        elif self._busy and not state.busy:
            self._password.clear()
        self._busy, self._target = state.busy, target
        words = self._speech.words
        self._title.setText(self._named(target))
        several = len(target.applications) > 1
        numbers = [one.number for one in target.applications]
        self._numbers.setText(words.say("format.list").join(numbers) if several else "")
        self._numbers.setVisible(several)
        self._show_hindrance(target)
        self._allow()

    def forget(self) -> None:
        """Drop everything that was typed or chosen."""
        for group in self.findChildren(QButtonGroup):
            group.setExclusive(False)
            for radio in group.buttons():
                radio.setChecked(False)
            group.setExclusive(True)
        self._reason.forget()
        self._password.clear()

    def forget_password(self) -> None:
        """Drop the password alone."""
        self._password.clear()

    def _named(self, target: Target) -> str:
        words, kind = self._speech.words, target.kind
        if kind is None or not target.applications:
            return words.say("decision.title")
        if len(target.applications) > 1:
            count = len(target.applications)
            return words.say("decision.several", kind=words.of(kind), count=count)
        number = target.applications[0].number
        return words.say("decision.one", kind=words.of(kind), number=number)

    def _show_hindrance(self, target: Target) -> None:
        words, key = self._speech.words, target.hindrance
        self._form.setVisible(key is None)
        if key is None:
            self._hindrance.clear()
            return
        told = f"queue.hindrance.{key}"
        tone = Tone.WARNING if key in ("own", "some_own", "differ") else Tone.INFO
        self._hindrance.tell(tone, words.say(f"{told}.why"), words.say(f"{told}.way_out"))

    def _arrange(self) -> None:
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setObjectName("decision-password")
        self._submit.setObjectName("decision-submit")
        self._missing.setObjectName("decision-missing")
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(GRID)
        self._rejecting = _column(self._reason_name, self._reason)
        self._protecting = _column(self._question, self._keep, self._lift)
        parts = (self._approve, self._reject, self._rejecting, self._protecting)
        for part in (*parts, self._password_name, self._password, self._missing, self._submit):
            form.addWidget(part)
        self.add(self._title, self._numbers, self._hindrance, self._form)
        self._password.textChanged.connect(lambda _text: self._allow())
        self._password.returnPressed.connect(self._decide)
        for radio in (self._approve, self._reject, self._lift, self._keep):
            radio.toggled.connect(lambda _on: self._allow())

    def _speak(self) -> None:
        bind = self._speech.bind
        for radio in (self._approve, self._reject, self._lift, self._keep):
            bind(f"decision.{radio.objectName().removeprefix('decision-')}", radio.setText)
        bind("decision.reason", self._reason_name.setText, self._reason.setAccessibleName)
        bind("decision.protection", self._question.setText)
        bind("decision.password", self._password_name.setText, self._password.setAccessibleName)

    def _allow(self) -> None:
        """Offer what can be done next, and say what is still missing."""
        rejecting = self._reject.isChecked()
        loss = self._target.kind is ApplicationKind.FORMAL_LOSS
        self._rejecting.setVisible(rejecting)
        self._protecting.setVisible(rejecting and loss)
        for part in (self._approve, self._reject, self._lift, self._keep, self._reason):
            part.setEnabled(not self._busy)
        self._approve.setEnabled(not self._busy and self._target.approvable)
        self._password.setEnabled(not self._busy)
        missing = self._missing_now()
        words = self._speech.words
        key = "busy" if self._busy else "reject" if rejecting else "submit"
        restyle(self._submit, "kind", "danger" if rejecting else "primary")
        self._submit.setText(
            words.say(f"decision.{key}_now" if key == "reject" else f"decision.{key}")
        )
        self._submit.setEnabled(missing is None and not self._busy)
        said = words.say(f"decision.missing_{missing}") if missing is not None else ""
        self._missing.setText(said)
        self._missing.setVisible(bool(said) and not self._busy)

    def _missing_now(self) -> str | None:
        if not (self._approve.isChecked() or self._reject.isChecked()):
            return "choice" if self._target.approvable else "reject_only"
        if self._approve.isChecked() and not self._target.approvable:
            return "reject_only"
        if self._reject.isChecked():
            if not self._reason.given():
                return "reason"
            loss = self._target.kind is ApplicationKind.FORMAL_LOSS
            if loss and not (self._lift.isChecked() or self._keep.isChecked()):
                return "protection"
        return None if self._password.text() else "password"

    def _decide(self) -> None:
        if self._busy or self._target.hindrance is not None or self._missing_now() is not None:
            return
        rejecting = self._reject.isChecked()
        loss = self._target.kind is ApplicationKind.FORMAL_LOSS
        verdict = Verdict(
            not rejecting,
            self._reason.given() if rejecting else "",
            rejecting and loss and self._lift.isChecked(),
        )
        password = self._password.text()
        self._password.clear()
        self._presenter.decide(verdict, password)


def _radios(owner: QWidget, *names: str) -> tuple[QRadioButton, ...]:
    """Radio buttons of one question, none of them chosen."""
    group = QButtonGroup(owner)
    made = []
    for name in names:
        radio = QRadioButton()
        radio.setObjectName(f"decision-{name}")
        group.addButton(radio)
        made.append(radio)
    return tuple(made)


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    inside = QVBoxLayout(made)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(GRID // 2)
    for part in parts:
        inside.addWidget(part)
    return made
