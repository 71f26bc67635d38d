"""Looks after open print jobs: now and then while there are any, and at the end of their visit."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from desk_app.ui.scene import CurrentVisit, Scene
from desk_app.ui.screens.printouts.presenter import PrintoutsPresenter, PrintoutsState

_EVERY = 2000
"""Milliseconds between two questions where a job is; nobody asks when there is none."""


class PrintWatch:
    """The clock of the printouts."""

    def __init__(self, printouts: PrintoutsPresenter, visit: CurrentVisit) -> None:
        self._printouts = printouts
        self._visited: object = None
        self._stopped = False
        self._timer = QTimer()
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(printouts.check)
        printouts.watch(self._drawn)
        visit.watch(self._scene)

    def stop(self) -> None:
        """The windows are going away; nobody asks any more."""
        self._stopped = True
        self._timer.stop()

    def _drawn(self, state: PrintoutsState) -> None:
        if self._stopped or not state.open:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _scene(self, scene: Scene) -> None:
        """A card that is out, or another citizen's, ends the visit of those before."""
        now = scene.case.visit.id if scene.case is not None else None
        if self._visited is not None and now != self._visited:
            self._printouts.leave()
        self._visited = now
