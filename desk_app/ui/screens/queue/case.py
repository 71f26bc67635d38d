"""One case: what was filed, who it is about, what was before, and what approval will bring about."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desk_app.services.decisions import CaseFile
from desk_app.ui.scene import Tone
from desk_app.ui.screens.queue import facts
from desk_app.ui.screens.queue.presenter import QueueState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label, on_key
from desk_app.ui.widgets.facts import Pills, Rows, line
from desk_app.ui.widgets.timeline import Timeline


class CasePanel(QWidget):
    """Draws the case that is open."""

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self._speech = speech
        self._file: CaseFile | None = None
        self._full = False
        self._title, self._name = label("title"), label("heading")
        self._pills = Pills()
        self._filed, self._applicant, self._outcome = Rows(), Rows(), Rows()
        self._holder, self._card, self._e_card = Rows(), Rows(), Rows()
        self._history = Timeline()
        self._no_history = label("muted")
        self._after = label("body")
        self._unmask = button("link", self._toggle)
        self._unmask.setObjectName("queue-unmask")
        on_key(self._unmask, "F3")
        self._empty = label("muted")
        self._box = Card()
        self._arrange()
        speech.bind("queue.no_history", self._no_history.setText)

    def draw(self, state: QueueState, now: datetime) -> None:
        """Show the case that is open, or how to open one."""
        self._drawn = (state, now)
        same = (
            self._file is not None
            and state.file is not None
            and self._file.application.id == state.file.application.id
        )
        self._full = self._full and same
        self._file = state.file
        key = "opening" if state.opening else "select" if not state.selected else "open_hint"
        self._empty.setText(self._speech.words.say(f"queue.{key}"))
        self._empty.setVisible(state.file is None)
        self._body.setVisible(state.file is not None)
        if state.file is None:
            self._clear()
        else:
            self._show(state.file, state, now)

    def _arrange(self) -> None:
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        parts = (
            *(self._title, self._pills, self._filed, self._outcome),
            *(line(), self._heading("applicant_title"), self._applicant),
            *(line(), self._heading("after_title"), self._after),
            *(line(), self._heading("holder_title"), self._name, self._holder),
            *(self._unmask, line(), self._heading("cards_title"), self._card, self._e_card),
            *(line(), self._heading("history_title"), self._no_history, self._history),
        )
        for part in parts:
            inside.addWidget(part)
        self._box.add(self._empty, self._body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._box)
        outer.addStretch(1)

    def _heading(self, key: str) -> QLabel:
        made = label("strong")
        self._speech.bind(f"queue.{key}", made.setText)
        return made

    def _show(self, file: CaseFile, state: QueueState, now: datetime) -> None:
        words, application, full = self._speech.words, file.application, self._full
        self._title.setText(
            words.say("queue.case", kind=words.of(application.kind), number=application.number)
        )
        pills = [facts.state_of(application, words)]
        if state.queue is not None and application.escalated(state.queue.escalation, now):
            pills.append((Tone.DANGER, words.say("queue.late")))
        self._pills.show_states(pills)
        self._filed.show_rows(facts.filed_rows(application, words))
        self._outcome.show_rows(facts.decision_rows(application, words))
        self._applicant.show_rows(facts.applicant_rows(application.applicant, words, full=full))
        self._name.setText(file.holder.name or words.say("citizen.no_name"))
        self._holder.show_rows(facts.holder_rows(file.holder, words, full=full))
        self._card.show_rows(facts.card_rows(file, words, full=full))
        self._e_card.show_rows(facts.e_card_rows(file.e_card, words, full=full))
        self._unmask.setText(words.say("citizen.hide" if full else "citizen.show"))
        steps = facts.history_steps(file.history, words)
        self._history.show_steps(steps)
        self._history.setVisible(bool(steps))
        self._no_history.setVisible(not steps)
        lines = facts.consequence_lines(file, words)
        waiting = application.decision is None
        self._after.setText("\n".join(lines) or words.say(f"queue.after.{_nothing(waiting)}"))

    def _clear(self) -> None:
        for text in (self._title, self._name, self._after):
            text.setText("")
        self._pills.show_states(())
        every = (self._filed, self._applicant, self._outcome, self._holder)
        for rows in (*every, self._card, self._e_card):
            rows.show_rows(())
        self._history.show_steps(())

    def _toggle(self) -> None:
        self._full = not self._full
        self.draw(*self._drawn)


def _nothing(waiting: bool) -> str:
    return "impossible" if waiting else "over"
