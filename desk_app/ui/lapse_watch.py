"""Ends temporary losses and cards at their dates while somebody is signed in: at once, and now and then."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from desk_app.domain.operator import Desk
from desk_app.services.lapses import Lapses
from desk_app.ui.scene import Runner

_EVERY = 60_000
"""Milliseconds between two looks. A case looks by itself when it is opened."""


class LapseWatch:
    """`ended` is told when something has ended, since it may be the card on the screen."""

    def __init__(self, lapses: Lapses, runner: Runner, ended: Callable[[], None]) -> None:
        self._lapses, self._runner, self._ended = lapses, runner, ended
        self._desk: Desk | None = None
        self._timer = QTimer()
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.look)

    def serve(self, desk: Desk | None) -> None:
        """Who is here from now on."""
        self._desk = desk
        if desk is None:
            self._timer.stop()
        else:
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Look now. A store that does not answer is asked again at the next look."""
        if self._desk is not None:
            for job in (self._lapses.end_due, self._lapses.expire_due):
                self._runner.submit(job, self._desk, done=self._looked, failed=lambda _error: None)

    def _looked(self, ended: int) -> None:
        if ended:
            self._ended()
