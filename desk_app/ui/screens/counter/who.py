"""The left of the counter: who is here. Waiting for a card, reading one, in trouble with it, or a citizen."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QProgressBar, QVBoxLayout, QWidget

from desk_app.domain.card import ReadStep
from desk_app.domain.errors import (
    Cancelled,
    CardRemoved,
    Counterfeit,
    MuteCard,
    ReaderLost,
    ServiceUnavailable,
)
from desk_app.ui.scene import Scene, Stage, Tone
from desk_app.ui.screens.counter.arrival import Arrival, ReaderState, ReaderStatus
from desk_app.ui.screens.counter.citizen_panel import CitizenPanel
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label, on_key

_STEPS = list(ReadStep)

_NOTHING_TO_READ = (CardRemoved, MuteCard, ReaderLost, ServiceUnavailable)
"""Troubles in which reading once more cannot help before something has been done at the reader."""


class WhoPanel(QWidget):
    """Draws the part of the scene that says who is at the counter."""

    def __init__(self, speech: Speech, arrival: Arrival, presenter: CounterPresenter) -> None:
        super().__init__()
        self._waiting = _Waiting(speech)
        self._reading = _Reading(speech, arrival)
        self._trouble = _Trouble(speech, arrival)
        self._citizen = CitizenPanel(speech, arrival, presenter)
        self._look_up = _LookUp(speech, arrival)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2 * GRID)
        parts = (self._waiting, self._reading, self._trouble, self._citizen, self._look_up)
        for part in parts:
            inside.addWidget(part)
        inside.addStretch(1)

    def draw(self, scene: Scene) -> None:
        """Show the scene."""
        self._reading.draw(scene)
        self._trouble.draw(scene)
        self._citizen.draw(scene)
        self._look_up.draw(scene)
        self._waiting.setVisible(scene.stage is Stage.IDLE)
        self._reading.setVisible(scene.stage is Stage.READING)
        self._trouble.setVisible(scene.stage is Stage.TROUBLE)
        self._citizen.setVisible(scene.case is not None)
        self._look_up.setVisible(scene.stage in (Stage.IDLE, Stage.TROUBLE))

    def show_reader(self, status: ReaderStatus) -> None:
        """What the readers are doing."""
        self._waiting.show_reader(status)

    def forget(self) -> None:
        """Nobody is signed in any more."""
        self._look_up.forget()

    def begin(self) -> None:
        """Somebody has signed in: the keyboard begins where a number can be typed."""
        self._look_up.begin()


class _Waiting(Card):
    """Nobody is here: what to do."""

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self._speech = speech
        self._no_reader = True
        title = label("title")
        self._text = label("muted")
        speech.bind("counter.idle_title", title.setText)
        speech.listen(self._draw)
        self.add(title, self._text)
        self._draw()

    def show_reader(self, status: ReaderStatus) -> None:
        """Say what helps in this state of the readers."""
        self._no_reader = status.state in (ReaderState.NO_READER, ReaderState.SERVICE_DOWN)
        self._draw()

    def _draw(self) -> None:
        key = "counter.idle_no_reader" if self._no_reader else "counter.idle_text"
        self._text.setText(self._speech.words.say(key))


class _Reading(Card):
    """A card is being read: how far, and the way to stop."""

    def __init__(self, speech: Speech, arrival: Arrival) -> None:
        super().__init__()
        self._speech = speech
        title = label("title")
        self._step = label("body")
        self._bar = QProgressBar()
        self._bar.setRange(0, len(_STEPS) - 1)
        self._bar.setTextVisible(False)
        self._cancel = button("secondary", arrival.cancel_reading)
        on_key(self._cancel, "Esc")
        speech.bind("counter.reading_title", title.setText, self._bar.setAccessibleName)
        speech.bind("counter.cancel", self._cancel.setText)
        self.add(title, self._step, self._bar, self._cancel)

    def draw(self, scene: Scene) -> None:
        """Show how far the reading is."""
        step = scene.read_step
        self._bar.setValue(_STEPS.index(step) if step is not None else 0)
        self._step.setText(self._speech.words.of(step) if step is not None else "")


class _Trouble(QWidget):
    """Something is wrong with the card or the reader: what, and what to do."""

    def __init__(self, speech: Speech, arrival: Arrival) -> None:
        super().__init__()
        self._speech = speech
        self._again = button("secondary", arrival.read_again)
        self._again.setObjectName("read-again")
        on_key(self._again, "F5")
        self._banner = Banner(self._again)
        speech.bind("counter.read_again", self._again.setText)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._banner)

    def draw(self, scene: Scene) -> None:
        """Show the trouble in words."""
        self._again.setVisible(not isinstance(scene.trouble, _NOTHING_TO_READ))
        tone = Tone.WARNING
        if isinstance(scene.trouble, Counterfeit):
            tone = Tone.DANGER
        elif isinstance(scene.trouble, Cancelled):
            tone = Tone.INFO
        self._banner.show_error(scene.trouble, self._speech.words, tone)


class _LookUp(Card):
    """A person without a card, by number."""

    def __init__(self, speech: Speech, arrival: Arrival) -> None:
        super().__init__()
        self._speech = speech
        self._arrival = arrival
        title = label("heading")
        name = label("body")
        self._number = QLineEdit()
        self._number.setObjectName("look-up-number")
        self._number.setMaxLength(18)
        name.setBuddy(self._number)
        self._submit = button("secondary", self._ask)
        self._submit.setObjectName("look-up")
        self._number.returnPressed.connect(self._ask)
        speech.bind("look_up.title", title.setText)
        speech.bind("look_up.number", name.setText, self._number.setAccessibleName)
        self.add(title, name, self._number, self._submit)

    def draw(self, scene: Scene) -> None:
        """Keep what is typed only until somebody is here."""
        if scene.stage in (Stage.READING, Stage.SERVING):
            self._number.setText("")
            self._number.clearFocus()  # else the focus would jump to whatever comes next
        words = self._speech.words
        self._submit.setText(words.say("look_up.busy" if scene.waiting else "look_up.submit"))
        self._submit.setEnabled(not scene.waiting)
        self._number.setEnabled(not scene.waiting)

    def forget(self) -> None:
        """Nobody is signed in any more."""
        self._number.setText("")

    def begin(self) -> None:
        """Somebody has signed in."""
        self._number.setFocus()

    def _ask(self) -> None:
        self._arrival.look_up(self._number.text())
