"""Facts about somebody or something: states as pills, and rows of names and values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from desk_app.ui.scene import Tone
from desk_app.ui.widgets.basics import GRID, label
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.pill import Pill

State = tuple[Tone, str]
Row = tuple[str, str]


class Pills(Wrapping):
    """Pills in lines that wrap."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Pill] = []

    def show_states(self, states: Sequence[State]) -> None:
        """Show these, and no others."""
        while len(self._all) < len(states):
            pill = Pill()
            self._all.append(pill)
            self.add(pill)
        for at, pill in enumerate(self._all):
            shown = at < len(states)
            pill.show_state(*(states[at] if shown else (Tone.NEUTRAL, "")))
            pill.setVisible(shown)


class Rows(QWidget):
    """Names and values, below each other."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these, and no others."""
        while len(self._labels) < len(rows):
            pair = (label("muted"), label("body"))
            self._labels.append(pair)
            for at, each in enumerate(pair):
                self._grid.addWidget(each, len(self._labels), at, Qt.AlignmentFlag.AlignTop)
        for at, pair in enumerate(self._labels):
            texts = rows[at] if at < len(rows) else ("", "")
            for each, text in zip(pair, texts, strict=True):
                each.setText(text)
                each.setVisible(at < len(rows))
        self.setVisible(bool(rows))


def line() -> QFrame:
    """A thin line between two parts."""
    made = QFrame()
    made.setFixedHeight(1)
    made.setProperty("line", "true")
    return made
