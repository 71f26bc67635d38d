"""Plays the counter's main job on the real windows, without a display or a clerk: every button is pressed
where a clerk would press it, every step is timed and photographed.

The one place besides the tests that turns the event loop by hand.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget

from desk_app.domain.verbs import Verb, offer
from desk_app.ui.application import Outside, Start, make_application
from desk_app.ui.scene import CurrentVisit, Stage
from desk_app.ui.settings import WindowSettings
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.windows import Windows
from desk_app.ui.words import Words

_LIMIT = 30.0
"""Seconds that any step may take before the demonstration has failed."""

_TURN = 5
"""Milliseconds between two looks at what is waited for."""


@dataclass(frozen=True)
class Props:
    """What the play needs: who signs in, and the hands that put the card in and take it out."""

    number: str
    password: str
    insert: Callable[[], None]
    remove: Callable[[], None]


class PlayFailed(Exception):
    """A step did not come to its end in time; the message names it."""


def demonstrate(
    compose: Callable[[], Outside],
    settings: WindowSettings,
    props: Props,
    folder: Path,
    tell: Callable[[str], None] = print,
) -> int:
    """Play the main job, leaving `statement.pdf` and a picture of every step in `folder`; gives the exit
    status. `compose` and its result are as in `run_window`."""
    qInstallMessageHandler(_pass_on)
    application = make_application()
    folder.mkdir(parents=True, exist_ok=True)
    for picture in folder.glob("[0-9][0-9]-*.png"):
        picture.unlink()
    play = _Play(Windows(settings), compose, props, folder, tell)
    try:
        play.run()
    except PlayFailed as failed:
        tell(str(failed))
        return 1
    finally:
        play.end()
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    return 0


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt's messages, but for what the offscreen platform says of every window."""
    if "This plugin does not support" not in message:
        print(message, file=sys.stderr)


class _Play:
    """One performance."""

    def __init__(
        self,
        windows: Windows,
        compose: Callable[[], Outside],
        props: Props,
        folder: Path,
        tell: Callable[[str], None],
    ) -> None:
        self._windows = windows
        self._start = Start(windows, compose)
        self._props = props
        self._folder = folder
        self._tell = tell
        self._pictures = 0
        self._since = time.perf_counter()
        self._words: Words = windows.speech.words

    def run(self) -> None:
        """All steps, in the order of a visit."""
        self._open()
        self._sign_in()
        self._identify()
        self._unbind()
        for verb in (Verb.ACTIVATE, Verb.CONSENT, Verb.BIND, Verb.CLAIM):
            self._use(verb)
        self._statement()
        self._leave()

    def end(self) -> None:
        """Close the windows."""
        self._windows.operator.close()
        self._start.end()

    @property
    def _operator(self) -> QWidget:
        return self._windows.operator

    @property
    def _visit(self) -> CurrentVisit:
        assert self._windows.session is not None
        return self._windows.session.visit

    def _open(self) -> None:
        self._windows.operator.painted.connect(self._start.begin)
        self._operator.show()
        self._until("open", lambda: self._windows.session is not None)
        self._done("open", self._operator)

    def _sign_in(self) -> None:
        self._type("sign-in-number", self._props.number)
        self._type("sign-in-password", self._props.password)
        self._press("sign-in-submit")
        session = self._windows.session
        assert session is not None
        self._until("sign_in", session.main.isVisible)
        self._done("sign_in", self._operator, session.citizen)

    def _identify(self) -> None:
        self._props.insert()
        self._until("identify", lambda: self._visit.scene.stage is Stage.SERVING)
        self._done("identify", self._operator, self._citizen())

    def _unbind(self) -> None:
        """End the e-card that an earlier play has left on the card, so that all is before it again."""
        self._until("identify", lambda: not self._visit.scene.waiting)
        if not offer(self._visit.scene.case, Verb.UNBIND).enabled:
            return
        self._press(f"verb-{Verb.UNBIND}")
        reason = self._operator.findChild(QComboBox, "unbind_panel-reason")
        assert isinstance(reason, QComboBox)
        reason.setCurrentIndex(0)
        steps = len(self._steps())
        self._press("unbind_panel-submit")
        self._until("unbind", lambda: len(self._steps()) > steps)
        self._done(f"verb.{Verb.UNBIND}.name", self._operator, picture=str(Verb.UNBIND))

    def _use(self, verb: Verb) -> None:
        """Press a verb's button, if it is offered, and wait until it has been carried out."""
        hindrances = offer(self._visit.scene.case, verb).hindrances
        name = self._words.say(f"verb.{verb}.name")
        if hindrances:
            why = self._words.say(f"hindrance.{hindrances[0]}.why")
            self._tell(self._words.say("play.not_needed", verb=name, why=why))
            return
        self._press(f"verb-{verb}")
        if verb is Verb.CONSENT:
            self._picture(str(verb), self._operator, self._citizen())
            self._press("citizen-agree", self._citizen())
        steps = len(self._steps())
        self._until(
            str(verb), lambda: self._visit.scene.busy is None and len(self._steps()) > steps
        )
        if verb is Verb.CLAIM:
            self._until(str(verb), lambda: self._visit.scene.claim is not None)
        self._done(f"verb.{verb}.name", self._operator, self._citizen(), picture=str(verb))
        if verb is Verb.CLAIM:
            self._press("claim-close")

    def _statement(self) -> None:
        self._press(f"verb-{Verb.STATEMENT}")
        self._until("statement", lambda: self._can_press("statement-prepare"))
        self._press("statement-prepare")
        self._until("statement", self._drawn_or_asked)
        if not self._can_press("statement-save"):
            self._another_copy()
        self._until("statement", lambda: self._can_press("statement-save"))
        self._wait(_TURN * 60)  # the preview draws its page
        self._done("preview", self._operator)
        path = self._folder / "statement.pdf"
        path.unlink(missing_ok=True)
        self._press("statement-save")
        self._until("statement", lambda: self._operator.findChild(QFileDialog) is not None)
        dialog = self._operator.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.selectFile(str(path.resolve()))
        dialog.accept()
        self._until("statement", path.is_file)
        self._until("statement", lambda: self._visit.scene.busy is None)
        self._done("save", self._operator)

    def _drawn_or_asked(self) -> bool:
        """The preview is there, or the question why once more: it was played on this store before."""
        reason = self._operator.findChild(Choice, "statement-reason")
        return self._can_press("statement-save") or (reason is not None and reason.isVisible())

    def _another_copy(self) -> None:
        reason = self._operator.findChild(Choice, "statement-reason")
        assert reason is not None
        reason.setCurrentIndex(1)
        self._press("statement-prepare")

    def _leave(self) -> None:
        self._props.remove()
        self._until("leave", lambda: self._visit.scene.stage is Stage.IDLE)
        self._done("leave", self._operator, self._citizen())

    def _citizen(self) -> QWidget:
        assert self._windows.session is not None
        return self._windows.session.citizen

    def _steps(self) -> tuple[object, ...]:
        case = self._visit.scene.case
        return case.visit.steps if case is not None else ()

    def _press(self, name: str, window: QWidget | None = None) -> None:
        pressed = (window or self._operator).findChild(QPushButton, name)
        if not (isinstance(pressed, QPushButton) and pressed.isVisible() and pressed.isEnabled()):
            raise PlayFailed(self._words.say("play.cannot_press", button=name))
        pressed.click()

    def _type(self, name: str, text: str) -> None:
        field = self._operator.findChild(QLineEdit, name)
        assert isinstance(field, QLineEdit)
        field.setText(text)

    def _can_press(self, name: str) -> bool:
        found = self._operator.findChild(QPushButton, name)
        return isinstance(found, QPushButton) and found.isVisible() and found.isEnabled()

    def _until(self, step: str, holds: Callable[[], bool]) -> None:
        end = time.perf_counter() + _LIMIT
        while not holds():
            if time.perf_counter() > end or self._visit_failed():
                self._picture("failed", self._operator)
                raise PlayFailed(self._why(step))
            self._wait(_TURN)

    def _visit_failed(self) -> bool:
        if self._windows.session is None:
            return False
        scene = self._visit.scene
        return scene.trouble is not None or (
            scene.notice is not None and scene.notice.error is not None
        )

    def _why(self, step: str) -> str:
        told = self._words.say("play.failed", step=step)
        if self._windows.session is None:
            return told
        scene = self._visit.scene
        error = scene.trouble or (scene.notice.error if scene.notice else None)
        if error is None:
            return told
        said = self._words.explain(error)
        return " ".join(filter(None, (told, said.message, said.detail, said.next_step)))

    def _wait(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _done(self, step: str, *windows: QWidget, picture: str = "") -> None:
        seconds = time.perf_counter() - self._since
        key = step if "." in step else f"play.{step}"
        self._tell(f"{seconds:7.2f} s  {self._words.say(key)}")
        self._picture(picture or step, *windows)
        self._since = time.perf_counter()

    def _picture(self, name: str, *windows: QWidget) -> None:
        self._wait(_TURN * 10)  # what has changed is laid out and painted
        self._pictures += 1
        for window in windows:
            side = "operator" if window is self._operator else "citizen"
            window.grab().save(str(self._folder / f"{self._pictures:02d}-{name}-{side}.png"))
