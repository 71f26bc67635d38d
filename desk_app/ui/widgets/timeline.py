"""The steps of a visit in order of time, on a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QWidget

from desk_app.ui import look
from desk_app.ui.widgets.basics import GRID, button, label

Offers = Mapping[int, tuple[str, str]]
"""By row: text and name of a button for what can be had there."""


class _Dot(QWidget):
    """One point of the line; the line goes on above and below where there are neighbours."""

    def __init__(self, *, first: bool, last: bool) -> None:
        super().__init__()
        self._first, self._last = first, last
        self.setFixedWidth(2 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, centre = self.width() / 2, self.height() / 2
        painter.setPen(QPen(QColor(look.colour("line")), 2))
        if not self._first:
            painter.drawLine(QPointF(middle, 0), QPointF(middle, centre))
        if not self._last:
            painter.drawLine(QPointF(middle, centre), QPointF(middle, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.colour("accent")))
        painter.drawEllipse(QRectF(middle - 5, centre - 5, 10, 10))


class Timeline(QWidget):
    """Rows of time and step."""

    def __init__(self, pressed: Callable[[int], None] = lambda _row: None) -> None:
        """`pressed` is told in which row a button was."""
        super().__init__()
        self._pressed = pressed
        self._rows: tuple[tuple[str, str], ...] = ()
        self._offers: dict[int, tuple[str, str]] = {}
        self._widgets: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)

    def show_steps(
        self, rows: Sequence[tuple[str, str]], offers: Offers = MappingProxyType({})
    ) -> None:
        """Draw (time, step) rows, the oldest first."""
        if (tuple(rows), dict(offers)) == (self._rows, self._offers):
            return
        self._rows, self._offers = tuple(rows), dict(offers)
        for widget in self._widgets:
            self._grid.removeWidget(widget)
            widget.setParent(None)
            widget.deleteLater()
        self._widgets = []
        for at, (time, step) in enumerate(self._rows):
            self._add(at, time, step)
            if at in self._offers:
                self._offer(at, *self._offers[at])

    def _offer(self, at: int, text: str, name: str) -> None:
        pressed = button("link", partial(self._pressed, at))
        pressed.setText(text)
        pressed.setAccessibleName(name)
        self._grid.addWidget(pressed, at, 3)
        self._widgets.append(pressed)

    def _add(self, at: int, time: str, step: str) -> None:
        dot = _Dot(first=at == 0, last=at == len(self._rows) - 1)
        text = label("body", step)
        text.setContentsMargins(0, 3 * GRID // 4, 0, 3 * GRID // 4)
        clock = label("small", time, wrap=False)
        for place, widget in enumerate((dot, text, clock)):
            self._grid.addWidget(widget, at, place)
            self._widgets.append(widget)
