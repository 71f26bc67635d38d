"""The supervisor's workspace: the queue and the decision on one side, the case beside them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.screens.queue.case import CasePanel
from desk_app.ui.screens.queue.decision import DecisionPanel
from desk_app.ui.screens.queue.listing import QueueList
from desk_app.ui.screens.queue.presenter import QueuePresenter, QueueState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, button
from desk_app.ui.widgets.layouts import Arrangement, Regions
from desk_app.ui.words import Words

_ARRANGEMENTS = (
    Arrangement(118, (("queue",), ("case",), ("decision",)), (50, 36, 28)),
    Arrangement(72, (("queue", "decision"), ("case",)), (60, 40)),
    Arrangement(0, (("queue", "case", "decision"),), (1,)),
)

_AGEING = 30_000
"""Milliseconds after which ages are told anew while the page is seen."""


class QueueView(QWidget):
    """Draws QueueState."""

    def __init__(
        self,
        speech: Speech,
        presenter: QueuePresenter,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self._speech, self._presenter, self._now = speech, presenter, now
        dismiss = button("quiet", presenter.dismiss)
        dismiss.setObjectName("queue-dismiss")
        speech.bind("queue.dismiss", dismiss.setText)
        self._notice = Banner(dismiss)
        self._list = QueueList(speech, presenter)
        self._case = CasePanel(speech)
        self._decision = DecisionPanel(speech, presenter)
        self._operator = ""
        self._ageing = QTimer(self)
        self._ageing.setInterval(_AGEING)
        self._ageing.timeout.connect(self._redraw)
        regions = Regions(_ARRANGEMENTS)
        regions.add("queue", self._list, grows=True)
        regions.add("case", self._case)
        regions.add("decision", self._decision)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        inside.addWidget(self._notice)
        inside.addWidget(regions, 1)
        speech.listen(self._redraw)
        presenter.watch(self._draw)

    def begin(self) -> None:
        """The page has been opened."""
        self._list.begin()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: ages are told anew while somebody can see them."""
        self._ageing.start()
        self._redraw()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: nobody looks: another page, or the window is locked."""
        self._ageing.stop()
        self._decision.forget_password()
        super().hideEvent(event)

    def _redraw(self) -> None:
        self._draw(self._presenter.state)

    def _draw(self, state: QueueState) -> None:
        if state.operator != self._operator:
            self._operator = state.operator
            self._list.forget()
            self._decision.forget()
        now = self._now()
        self._list.draw(state, now)
        self._case.draw(state, now)
        self._decision.draw(state)
        _tell(self._notice, state, self._speech.words)


def _tell(banner: Banner, state: QueueState, words: Words) -> None:
    """The notice; after a decision with the numbers, and why those that were not decided were not."""
    notice = state.notice
    if notice is None or notice.error is not None or not state.results:
        banner.show_notice(notice, words)
        return
    done = [number for number, error in state.results if error is None]
    refused = [
        words.say("format.colon", name=number, value=words.explain(error).message)
        for number, error in state.results
        if error is not None
    ]
    listed = words.say("format.list").join(done)
    if refused and done:
        listed = words.say("format.colon", name=words.say("queue.done"), value=listed)
    banner.tell(notice.tone, words.say(notice.key), listed, "\n".join(refused))
