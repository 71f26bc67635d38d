"""Runs the window: paints first, and has everything else made meanwhile, off the window's thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desk_app.paths import fonts
from desk_app.ui.constants import keep_constants
from desk_app.ui.settings import WindowSettings
from desk_app.ui.signals import closed_by_signals
from desk_app.ui.windows import Windows

if TYPE_CHECKING:
    from desk_app.services.catalogue import Services
    from desk_app.services.ports import CardMonitor, QueueWatch
    from desk_app.ui.dev_panel import SandboxPanel
    from desk_app.ui.task_runner import Submits, TaskRunner

_FAMILIES = ("Noto Sans SC", "HanaMinA", "HanaMinB", "BabelStone Han", "sans-serif")
"""Text, then what rare characters of names fall back to."""


class Outside(NamedTuple):
    """What the window works with. The window starts and stops the monitor and ends the visit; lanes and
    adapters are closed by whoever made them, after the window has gone."""

    services: Services
    lanes: Submits
    monitor: CardMonitor
    sandbox: SandboxPanel | None = None
    queue_watch: QueueWatch | None = None


def run_window(compose: Callable[[], Outside], settings: WindowSettings) -> int:
    """Open the counter and run it until its window is closed, by hand or by a signal; gives the exit status.

    `compose` makes everything outside the window. It runs on a thread of its own once the window has been
    painted, so that it may import and open what takes long; a DeskError that it raises is told in the
    window."""
    application = make_application()
    windows = Windows(settings)
    start = Start(windows, compose)
    windows.operator.painted.connect(start.begin)
    windows.operator.show()

    def close() -> None:
        windows.operator.close()
        application.quit()

    try:
        with closed_by_signals(close) as signals:
            status = application.exec()
        return 128 + signals[0] if signals else status
    finally:
        start.end()


def make_application() -> QApplication:
    """The QApplication of a process."""
    application = QApplication(sys.argv[:1])
    dress_application(application)
    return application


def dress_application(application: QApplication) -> None:
    """Give an application the product's name, style and fonts."""
    application.setApplicationName("desk-app")
    application.setStyle("Fusion")
    _add_font("Regular")
    application.setFont(QFont(list(_FAMILIES)))


def finish_dressing() -> None:
    """What can wait until the first paint: until then, heavier letters are the usual ones made bold."""
    keep_constants()
    _add_font("SemiBold")


def _add_font(weight: str) -> None:
    """Ten megabytes each, read whole. A missing file leaves the text to the system's fonts."""
    file = fonts() / f"NotoSansSC-{weight}.ttf"
    if file.is_file():
        QFontDatabase.addApplicationFont(str(file))


class Start(QObject):
    """Has the outside made on a thread, connects it to the windows, and lets go of it in the end."""

    connected = Signal()
    _composed = Signal(object)
    _failed = Signal(object)

    def __init__(self, windows: Windows, compose: Callable[[], Outside]) -> None:
        super().__init__()
        self._windows = windows
        self._compose = compose
        self._thread = threading.Thread(target=self._make, name="compose", daemon=True)
        self._runner: TaskRunner | None = None
        self._outside: Outside | None = None
        self._composed.connect(self._connect)
        self._failed.connect(windows.fail)

    @Slot()
    def begin(self) -> None:
        """The window has been painted."""
        finish_dressing()
        self._thread.start()

    def end(self) -> None:
        """The window has gone: stop listening to the readers and to the lanes."""
        if self._thread.is_alive():
            self._thread.join()
        if self._outside is not None:
            self._outside.monitor.stop()
        if self._runner is not None:
            self._runner.close()

    def _make(self) -> None:
        try:
            self._composed.emit(self._compose())
        except Exception as error:
            from desk_app.ui.task_runner import note_bug

            note_bug(error)
            self._failed.emit(error)

    @Slot(object)
    def _connect(self, outside: Outside) -> None:
        from desk_app.ui.task_runner import TaskRunner

        self._outside = outside
        self._runner = TaskRunner(outside.lanes)
        session = self._windows.connect_services(
            outside.services, self._runner, outside.queue_watch
        )
        outside.monitor.start(self._runner.relay(session.on_card_event))
        if outside.sandbox is not None:
            self._windows.offer_sandbox(outside.sandbox)
        self.connected.emit()
