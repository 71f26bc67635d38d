"""The citizen's window: large type, few words, and the citizen's own buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.domain.e_card import ConsentMethod
from desk_app.domain.verbs import Verb
from desk_app.ui import look
from desk_app.ui.countdown import Countdown
from desk_app.ui.icons import pixmap
from desk_app.ui.scene import CurrentVisit, Scene
from desk_app.ui.screens.citizen.presenter import CitizenState, Sight, citizen_state
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.speech import Speech, other_language
from desk_app.ui.widgets.basics import GRID, Card, button, label, scrolling
from desk_app.ui.widgets.qr_code import QrCode

_WIDTH = 900
"""Pixels beyond which lines of text become hard to read."""

_QR_SIDE = 288


class CitizenWindow(QWidget):
    """Draws CitizenState; `presenter` hears what the citizen decides."""

    def __init__(
        self,
        speech: Speech,
        visit: CurrentVisit,
        presenter: CounterPresenter,
        countdown: Countdown,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._speech = speech
        self._visit = visit
        self._presenter = presenter
        self._countdown = countdown
        self._open = False
        self._covered = False
        self._showed_claim = False
        self._title, self._text = label("title"), label("body")
        self._steps = _Steps()
        self._qr = QrCode(_QR_SIDE)
        self._qr.setObjectName("claim-code")
        self._left = label("heading")
        self._agree = button("primary", lambda: presenter.agree(ConsentMethod.CITIZEN_SCREEN))
        self._decline = button("secondary", presenter.decline)
        self._renew = button("primary", lambda: presenter.use(Verb.CLAIM))
        self._language = button("quiet", self._other_language)
        self._speak()
        self._arrange()
        countdown.watch(self._tick)
        speech.listen(self.redraw)
        visit.watch(self._draw)

    def open_window(self, open_: bool) -> None:
        """Whether somebody serves at this window."""
        self._open = open_
        self.redraw()

    def cover(self, covered: bool) -> None:
        """Whether nothing of the visit is to be seen for now."""
        self._covered = covered
        self.redraw()

    def redraw(self) -> None:
        """Draw the present scene again."""
        self._draw(self._visit.scene)

    def dress(self) -> None:
        """Draw in the colours in use."""
        self.redraw()

    def _speak(self) -> None:
        bind = self._speech.bind
        bind("app.citizen_window", self.setWindowTitle)
        bind("second.agree", self._agree.setText)
        bind("second.decline", self._decline.setText)
        bind("second.claim_renew", self._renew.setText)
        bind("second.claim_code", self._qr.setAccessibleName)
        bind("second.language", self._language.setText)
        names = ("citizen-agree", "citizen-decline", "citizen-renew", "citizen-language")
        made = (self._agree, self._decline, self._renew, self._language)
        for each, name in zip(made, names, strict=True):
            each.setObjectName(name)
        for each in made[:3]:
            each.setProperty("large", "true")

    def _arrange(self) -> None:
        box = Card(margin=4 * GRID, spacing=GRID + GRID // 2)
        box.setMaximumWidth(_WIDTH)
        box.add(self._title)
        box.inside.addWidget(self._qr, 0, Qt.AlignmentFlag.AlignHCenter)
        box.add(self._left, self._text, self._steps)
        self._left.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        page = QWidget()
        middle = QHBoxLayout(page)
        middle.setContentsMargins(3 * GRID, GRID, 3 * GRID, 0)
        middle.addStretch(1)
        middle.addWidget(box, 6, Qt.AlignmentFlag.AlignVCenter)
        middle.addStretch(1)
        top = QHBoxLayout()
        top.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 0)
        top.addStretch(1)
        top.addWidget(self._language)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(top)
        self._page = scrolling(page)
        whole.addWidget(self._page, 1)
        whole.addLayout(self._decisions())

    def _decisions(self) -> QHBoxLayout:
        """The citizen's buttons: always visible, however long the text is."""
        line = QHBoxLayout()
        line.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        line.setSpacing(3 * GRID)
        line.addStretch(1)
        for each in (self._agree, self._decline, self._renew):
            line.addWidget(each)
        line.addStretch(1)
        return line

    def _draw(self, scene: Scene) -> None:
        state = citizen_state(scene, self._speech.words, open_=self._open)
        if self._title.text() != state.title:  # another notice begins at its beginning
            self._page.verticalScrollBar().setValue(0)
        words, covered = self._speech.words, self._covered
        state = citizen_state(scene, words, open_=self._open, covered=covered)
        self._title.setText(state.title)
        self._text.setText(state.text)
        self._steps.show_steps(state.steps)
        asked = state.sight is Sight.CONSENT
        for each in (self._agree, self._decline):
            each.setVisible(asked)
            each.setEnabled(not state.busy)
        self._draw_claim(state)

    def _draw_claim(self, state: CitizenState) -> None:
        shown = state.sight is Sight.CLAIM
        for each in (self._qr, self._left):
            each.setVisible(shown)
        self._renew.setEnabled(not state.busy)
        url = state.claim.claim_url if state.claim is not None else ""
        self._qr.show_text(url)
        self._renew.setVisible(shown)
        self._tick()
        if shown and not self._showed_claim:  # larger letters leave it below the fold
            QTimer.singleShot(0, self._qr, self._bring_code_into_sight)
        self._showed_claim = shown

    def _bring_code_into_sight(self) -> None:
        for each in (self._left, self._qr):
            self._page.ensureWidgetVisible(each, 0, GRID)

    def _tick(self) -> None:
        words, left = self._speech.words, self._countdown.seconds
        if self._visit.scene.claim is None or self._covered:
            self._left.setText("")
            return
        key = "second.claim_remaining" if left else "second.claim_expired"
        self._left.setText(words.say(key, seconds=left))
        if not left:
            self._qr.forget()

    def _other_language(self) -> None:
        self._speech.switch(other_language(self._speech.words.language))


class _Steps(QWidget):
    """What has been done, each with a tick."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[tuple[str, ...], str, int] | None = None
        self._lines: list[QWidget] = []
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(GRID)

    def show_steps(self, steps: tuple[str, ...]) -> None:
        """Show these, and no others."""
        drawn = (steps, look.colour("good"), look.pixels("title"))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        for line in self._lines:
            self._inside.removeWidget(line)
            line.setParent(None)
            line.deleteLater()
        self._lines = [_step(step, *drawn[1:]) for step in steps]
        for line in self._lines:
            self._inside.addWidget(line)
        self.setVisible(bool(steps))


def _step(text: str, colour: str, size: int) -> QWidget:
    row = QWidget()
    inside = QHBoxLayout(row)
    inside.setContentsMargins(0, 0, 0, 0)
    tick, said = label("body", wrap=False), label("body", text)
    tick.setPixmap(pixmap("good", colour, size, 2.0))
    tick.setContentsMargins(0, GRID // 2, 0, 0)
    inside.addWidget(tick, 0, Qt.AlignmentFlag.AlignTop)
    inside.addWidget(said, 1)
    return row
