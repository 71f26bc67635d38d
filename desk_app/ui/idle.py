"""Notices that nobody is at the operator's window any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QEvent, QObject, QTimer

WARNING = 60.0
"""Seconds of warning, or half of the whole time where that is shorter."""

_HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Calls `warn` every second with the seconds that are left, with 0 when somebody is back, and `expired`
    once when time is over. Hears the hands at whatever window it is installed on as an event filter."""

    def __init__(
        self,
        seconds: float,
        warn: Callable[[int], None],
        expired: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds` 0 or less: never."""
        super().__init__()
        self._seconds = seconds
        self._warn = warn
        self._expired = expired
        self._now = now
        self._last = now()
        self._warned = False
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.look)

    @property
    def watches(self) -> bool:
        """Whether time is running."""
        return self._timer.isActive()

    def start(self) -> None:
        """Somebody is here from now on."""
        self.touch()
        if self._seconds > 0:
            self._timer.start()

    def stop(self) -> None:
        """Nobody is expected to be here."""
        self._timer.stop()
        self.touch()

    def touch(self) -> None:
        """Somebody has done something."""
        self._last = self._now()
        if self._warned:
            self._warned = False
            self._warn(0)

    def look(self) -> None:
        """See how long it has been quiet."""
        left = self._seconds - (self._now() - self._last)
        if left <= 0:
            self.stop()
            self._expired()
        elif left <= min(WARNING, self._seconds / 2):
            self._warned = True
            self._warn(ceil(left))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: an event on its way to the window, which it reaches."""
        if event.type() in _HANDS:
            self.touch()
        return False
