"""How long a claim code still lives, counted for both windows."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer

from desk_app.domain.e_card import ClaimCode

LIFE = 60
"""Seconds that a claim code lives, by the platform's contract."""

_TICK = 250


class Countdown(QObject):
    """Seconds left of one code, by the platform's clock. `skew` is how far this computer's clock is ahead
    of the platform's, in seconds."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self._now = now
        self._code: ClaimCode | None = None
        self._watchers: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)
        self.skew = 0.0
        self.seconds = 0

    def watch(self, tick: Callable[[], None]) -> None:
        """Call `tick` whenever the number of seconds has changed."""
        self._watchers.append(tick)

    def start(self, code: ClaimCode | None) -> None:
        """Count this code down; None: there is none any more."""
        if code is self._code:
            return
        self._code = code
        if code is None:
            self._timer.stop()
        else:
            self._timer.start()
        self._tick()

    def _tick(self) -> None:
        left = self._left()
        if left <= 0:
            self._timer.stop()
        if left != self.seconds:
            self.seconds = left
            for tick in self._watchers:
                tick()

    def _left(self) -> int:
        if self._code is None:
            return 0
        left = (self._code.expires_at - self._now()).total_seconds() + self.skew
        return max(0, min(LIFE, math.ceil(left)))
