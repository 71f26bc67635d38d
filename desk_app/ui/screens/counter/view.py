"""The counter screen: who is here on the left, the verbs in the middle, what goes on at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.receipt import Occasion, occasion_of
from desk_app.ui.countdown import Countdown
from desk_app.ui.scene import CurrentVisit, Scene
from desk_app.ui.screens.counter.arrival import Arrival, ReaderStatus
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.screens.counter.tasks import TasksPanel
from desk_app.ui.screens.counter.verbs_panel import VerbsPanel
from desk_app.ui.screens.counter.who import WhoPanel
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, label
from desk_app.ui.widgets.layouts import Arrangement, Regions
from desk_app.ui.widgets.timeline import Timeline

_ARRANGEMENTS = (
    Arrangement(76, (("who",), ("verbs",), ("tasks", "timeline")), (25, 36, 24)),
    Arrangement(46, (("who", "timeline"), ("tasks", "verbs")), (1, 1)),
    Arrangement(0, (("tasks", "who", "verbs", "timeline"),), (1,)),
)


class CounterView(QWidget):
    """Draws scenes."""

    def __init__(
        self,
        speech: Speech,
        visit: CurrentVisit,
        arrival: Arrival,
        presenter: CounterPresenter,
        countdown: Countdown,
    ) -> None:
        super().__init__()
        self._speech = speech
        self._visit = visit
        self._who = WhoPanel(speech, arrival, presenter)
        self._verbs = VerbsPanel(speech, presenter)
        self._tasks = TasksPanel(speech, arrival, presenter, countdown)
        self._timeline = _VisitSteps(speech, presenter)
        regions = Regions(_ARRANGEMENTS)
        regions.add("who", self._who)
        regions.add("tasks", self._tasks)
        regions.add("verbs", self._verbs)
        regions.add("timeline", self._timeline)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.addWidget(regions)
        speech.listen(self.redraw)
        visit.watch(self._draw)

    def show_reader(self, status: ReaderStatus) -> None:
        """What the readers are doing."""
        self._who.show_reader(status)

    def redraw(self) -> None:
        """Draw the present scene again: the language or the platform's state has changed."""
        self._draw(self._visit.scene)

    def begin(self) -> None:
        """Somebody has signed in."""
        self._who.begin()

    def forget(self) -> None:
        """Nobody is signed in any more: drop what was typed without being used."""
        self._who.forget()

    def _draw(self, scene: Scene) -> None:
        self._who.draw(scene)
        self._verbs.draw(scene)
        self._tasks.draw(scene)
        self._timeline.draw(scene)


class _VisitSteps(QWidget):
    """The steps that this visit has taken."""

    def __init__(self, speech: Speech, presenter: CounterPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._receipts: list[Occasion | None] = []
        title = label("heading")
        self._empty = label("muted")
        self._steps = Timeline(self._open_receipt)
        speech.bind("counter.timeline", title.setText)
        speech.bind("counter.timeline_empty", self._empty.setText)
        box = Card()
        box.add(title, self._empty, self._steps)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(box)
        inside.addStretch(1)

    def draw(self, scene: Scene) -> None:
        """Show the scene."""
        case = scene.case
        steps = case.visit.steps if case is not None else ()
        self._receipts = [occasion_of(case, taken) if case is not None else None for taken in steps]
        words = self._speech.words
        rows = [(f"{taken.at.astimezone():%H:%M:%S}", words.of(taken.step)) for taken in steps]
        offers = {
            at: self._offer(receipt, rows[at][0])
            for at, receipt in enumerate(self._receipts)
            if receipt is not None
        }
        self._steps.show_steps(rows, offers)
        self._steps.setVisible(bool(rows))
        self._empty.setVisible(not rows)

    def _offer(self, receipt: Occasion, time: str) -> tuple[str, str]:
        """The receipt's button is named by what it is for, and when that was."""
        words = self._speech.words
        name = words.say("receipt.of", kind=words.of(receipt.kind), time=time)
        return words.say("receipt.short"), name

    def _open_receipt(self, at: int) -> None:
        receipt = self._receipts[at]
        if receipt is not None:
            self._presenter.open_receipt(receipt)
