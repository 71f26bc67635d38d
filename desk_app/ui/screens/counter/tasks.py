"""The right of the counter: what there is to tell, and the open task (reveal, consent, claim, unbind)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.e_card import ConsentMethod
from desk_app.domain.verbs import Verb
from desk_app.ui.countdown import Countdown
from desk_app.ui.scene import Panel, Scene
from desk_app.ui.screens.counter.arrival import Arrival
from desk_app.ui.screens.counter.loss_tasks import (
    ApplicationTask,
    OutcomeBanner,
    ReportLossTask,
)
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.reason import ReasonBox

_CLAIM_CHECK = 4000
"""Milliseconds between two questions whether the holder has claimed the e-card."""


class TasksPanel(QWidget):
    """Draws the notice and the open task of the scene."""

    def __init__(
        self,
        speech: Speech,
        arrival: Arrival,
        presenter: CounterPresenter,
        countdown: Countdown,
    ) -> None:
        super().__init__()
        self._speech = speech
        dismiss = button("quiet", presenter.dismiss_notice)
        self._receipt = button("secondary", self._open_receipt)
        self._receipt.setObjectName("notice-receipt")
        self._notice = Banner(self._receipt, dismiss)
        self._open = presenter.open_receipt
        self._scene = Scene()
        self._reveal = ReasonTask(speech, "reveal", arrival.reveal, presenter.close_panel)
        self._unbind = ReasonTask(speech, "unbind_panel", presenter.unbind, presenter.close_panel)
        self._consent = _ConsentTask(speech, presenter)
        self._claim = _ClaimTask(speech, presenter, countdown)
        self._outcome = OutcomeBanner(speech, presenter)
        self._report = ReportLossTask(speech, presenter)
        self._application = ApplicationTask(speech, presenter)
        speech.bind("counter.dismiss", dismiss.setText)
        speech.bind("receipt.print", self._receipt.setText)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2 * GRID)
        tasks = (self._reveal, self._consent, self._claim, self._unbind)
        loss = (self._report, self._application)
        for each in (self._notice, self._outcome, *tasks, *loss):
            inside.addWidget(each)

    def draw(self, scene: Scene) -> None:
        """Show the scene."""
        self._scene = scene
        self._notice.show_notice(scene.notice, self._speech.words)
        done = scene.notice.receipt if scene.notice is not None else None
        self._receipt.setVisible(done is not None)
        self._receipt.setEnabled(scene.busy is None)
        self._reveal.open(scene.panel is Panel.REVEAL, busy=scene.waiting)
        self._unbind.open(scene.panel is Panel.UNBIND, busy=scene.busy is not None)
        self._consent.draw(scene)
        self._claim.draw(scene)
        for each in (self._outcome, self._report, self._application):
            each.draw(scene)
        untold = scene.case is not None and scene.case.outcome is not None and scene.case.revealed
        empty = scene.notice is None and scene.panel in (Panel.NONE, Panel.STATEMENT, Panel.RECEIPT)
        self.setVisible(untold or not empty)

    def _open_receipt(self) -> None:
        notice = self._scene.notice
        if notice is not None and notice.receipt is not None:
            self._open(notice.receipt)


class ReasonTask(Card):
    """Something that is done only for a reason, and that can be left alone."""

    def __init__(
        self,
        speech: Speech,
        section: str,
        submit: Callable[[str], None],
        cancel: Callable[[], None],
    ) -> None:
        super().__init__()
        self._act = submit
        self._shown = False
        title, text, name = label("heading"), label("muted"), label("strong")
        self.reason = ReasonBox(speech, section, self._allow)
        self.submit = button("danger" if section == "unbind_panel" else "primary", self._submit)
        self.submit.setObjectName(f"{section}-submit")
        self.cancel = button("secondary", cancel)
        speech.bind(f"{section}.title", title.setText)
        speech.bind(f"{section}.text", text.setText)
        speech.bind(f"{section}.reason", name.setText, self.reason.setAccessibleName)
        speech.bind(f"{section}.submit", self.submit.setText)
        speech.bind(f"{section}.cancel", self.cancel.setText)
        buttons = Wrapping(self.submit, self.cancel)
        self.add(title, text, name, self.reason)
        self.inside.addWidget(buttons)
        self._busy = False

    def open(self, shown: bool, *, busy: bool) -> None:
        """Show or hide it; a fresh one has no reason yet."""
        self._busy = busy
        if shown != self._shown or not shown:
            self._shown = shown
            self.reason.forget()
        self.setVisible(shown)
        self._allow()

    def _allow(self) -> None:
        self.submit.setEnabled(bool(self.reason.given()) and not self._busy)
        self.reason.setEnabled(not self._busy)

    def _submit(self) -> None:
        self._act(self.reason.given())


class _ConsentTask(Card):
    """The citizen is being asked on the other window."""

    def __init__(self, speech: Speech, presenter: CounterPresenter) -> None:
        super().__init__()
        title, text = label("heading"), label("muted")
        self._paper = button("secondary", lambda: presenter.agree(ConsentMethod.PAPER))
        self._cancel = button("quiet", presenter.close_panel)
        speech.bind("consent_panel.title", title.setText)
        speech.bind("consent_panel.text", text.setText)
        speech.bind("consent_panel.paper", self._paper.setText)
        speech.bind("consent_panel.cancel", self._cancel.setText)
        buttons = Wrapping(self._paper, self._cancel)
        self.add(title, text)
        self.inside.addWidget(buttons)

    def draw(self, scene: Scene) -> None:
        """Show it while the citizen is asked."""
        self.setVisible(scene.panel is Panel.CONSENT)
        self._paper.setEnabled(scene.busy is None)
        self._cancel.setEnabled(scene.busy is None)


class _ClaimTask(Card):
    """The claim code is on the other window; how long it lives, and a new one."""

    def __init__(self, speech: Speech, presenter: CounterPresenter, countdown: Countdown) -> None:
        super().__init__()
        self._speech = speech
        self._countdown = countdown
        title = label("heading")
        self._left = label("body")
        self._renew = button("primary", lambda: presenter.use(Verb.CLAIM))
        self._renew.setObjectName("claim-renew")
        self._close = button("secondary", presenter.close_panel)
        self._close.setObjectName("claim-close")
        self._check = QTimer(self)
        self._check.setInterval(_CLAIM_CHECK)
        self._check.timeout.connect(presenter.check_claim)
        countdown.watch(self._tick)
        speech.bind("claim_panel.title", title.setText)
        speech.bind("claim_panel.renew", self._renew.setText)
        speech.bind("claim_panel.close", self._close.setText)
        speech.listen(self._tick)
        buttons = Wrapping(self._renew, self._close)
        self.add(title, self._left)
        self.inside.addWidget(buttons)

    def draw(self, scene: Scene) -> None:
        """Show it while a code is shown."""
        shown = scene.panel is Panel.CLAIM
        self.setVisible(shown)
        self._renew.setEnabled(scene.busy is None)
        if shown and not self._check.isActive():
            self._check.start()
        elif not shown:
            self._check.stop()
        self._tick()

    def _tick(self) -> None:
        words, left = self._speech.words, self._countdown.seconds
        key = "claim_panel.remaining" if left else "claim_panel.expired"
        self._left.setText(words.say(key, seconds=left))
