"""One counter in a process of its own, with real windows, worked from outside.

Run as `python -m tests.e2e.window` with what it is as JSON: every line on standard input is a JSON list of a
method's name and its arguments, answered on standard output by one line: null, or why it could not be done.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QRadioButton, QTableView

from desk_app import app
from desk_app.settings import (
    DatabaseSettings,
    HallSettings,
    PlatformSettings,
    ReaderSettings,
    Settings,
)
from desk_app.ui.application import Outside, Start, make_application
from desk_app.ui.session import Session
from desk_app.ui.settings import WindowSettings
from desk_app.ui.widgets.table import Table
from desk_app.ui.windows import Windows
from tests.ui.rig import Counter, names, shown, visible_texts

_LIMIT = 40.0
_TURN = 20


class Window(Counter):
    """The windows, by the names that stand on them."""

    def __init__(self, place: dict[str, Any], stack: ExitStack) -> None:
        hall = HallSettings(place["hall"], place["window"])
        self._settings = Settings(
            hall,
            platform=PlatformSettings(*place["platform"]),
            database=DatabaseSettings(place["database"]),
            reader=ReaderSettings(place["reader"]),
        )
        self._home, self._stack = Path(place["home"]), stack
        self._wait = self._turn_until
        self.application = make_application()
        settings = WindowSettings(hall.name, hall.window, hall.region, place["language"])
        self.windows = Windows(settings)
        self.operator = self.windows.operator
        self._start = Start(self.windows, self._compose)
        self.operator.painted.connect(self._start.begin)

    @property
    def session(self) -> Session:  # type: ignore[override]
        """Who and what is on the windows."""
        return cast(Session, self.windows.session)

    def open(self, left: int, width: int, height: int) -> None:
        """Show the window at its place and wait until everything behind it is there."""
        self.operator.setGeometry(left, 0, width, height)
        self.operator.show()
        self.until(lambda: self.windows.session is not None)

    def enter(self, number: str, password: str) -> None:
        """Sign in."""
        say = self.windows.speech.words.say
        self.type(say("sign_in.number"), number)
        self.type(say("sign_in.password"), password)
        self.press(say("sign_in.password_submit"))
        self.until(lambda: self.session.main.isVisible())
        self.session.citizen.hide()  # it would lie over the other counter's window

    def press_when_there(self, name: str) -> None:
        """A button that comes with what was asked for before."""
        self.until(lambda: self.can_press(name))
        self.press(name)

    def can_press(self, name: str) -> bool:
        """Whether there is such a button, and it is not greyed out."""
        try:
            return self.button(name).isEnabled()
        except AssertionError:
            return False

    def choose(self, name: str, text: str) -> None:
        """An entry of a list, or a text that is typed there."""
        box = self.find(QComboBox, name)
        if box.findText(text) >= 0:
            box.setCurrentText(text)
        else:
            box.setEditText(text)

    def check(self, name: str) -> None:
        """One of several."""
        self.until(lambda: name in names(self.operator, QRadioButton))
        self.find(QRadioButton, name).setChecked(True)

    def waiting(self, count: int) -> None:
        """Wait until so many applications are in the queue, and select the first."""
        (table,) = (each for each in shown(self.operator, QTableView) if isinstance(each, Table))
        self.until(lambda: table.rows.rowCount() == count)
        table.selectRow(0)

    def until_state(self, state: str) -> None:
        """Wait until the card on the screen is in this state, as the five conditions say too."""
        self.until(lambda: str(self.scene.case.registered.state) == state)

    def grab(self, path: str) -> None:
        """A picture of the whole screen, as the X server has it."""
        self._turn(0.3)  # what was drawn has reached the server
        screen = QGuiApplication.primaryScreen()
        assert screen.grabWindow(0).save(path)

    def close(self) -> None:
        """As when the window is closed by hand: before what is behind it."""
        self.operator.close()
        self._start.end()

    def _compose(self) -> Outside:
        counter = self._stack.enter_context(app.opened(self._settings, self._home))
        return Outside(
            counter.services, counter.lanes, counter.monitor(), None, counter.queue_watch()
        )

    def _turn_until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + _LIMIT
        while not holds():
            if time.monotonic() > end:
                there = "\n".join(visible_texts(self.operator))
                raise AssertionError(f"did not happen in {_LIMIT} s; there is:\n{there}")
            self._turn(_TURN / 1000)

    def _turn(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            self.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _TURN)
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.005))

    def obey(self, lines: queue.Queue[str | None]) -> None:
        """Do what is asked for, and go on living meanwhile."""
        while True:
            self._turn(0.0)
            try:
                line = lines.get(timeout=0.01)
            except queue.Empty:
                continue
            if line is None:
                return
            name, *arguments = json.loads(line)
            problem = None
            try:
                getattr(self, name)(*arguments)
            except Exception:
                problem = traceback.format_exc()
            print(json.dumps(problem), flush=True)


def main(place: dict[str, Any]) -> None:
    """Live until standard input ends."""
    lines: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=listen, daemon=True).start()
    with ExitStack() as stack:
        window = Window(place, stack)
        try:
            window.obey(lines)
        finally:
            window.close()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
