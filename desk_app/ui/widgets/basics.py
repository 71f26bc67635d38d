"""Labels, buttons and boxes in the roles that the style sheet knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6 import QtCore
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

Box = TypeVar("Box", bound=QBoxLayout)

_PLAIN_TEXT = 0
"""Qt.TextFormat.PlainText by its number. The first look at `Qt` makes PySide build all enums in it, 16 ms
on the way to the first paint: what the first page uses does not name it."""

GRID = 8
"""Pixels: every distance is a multiple of it."""


def label(role: str = "body", text: str = "", *, wrap: bool = True) -> QLabel:
    """A text in a role of the style sheet; never rich text, since names come from outside."""
    made = QLabel(text)
    made.setProperty("role", role)
    made.setProperty("textFormat", _PLAIN_TEXT)
    made.setWordWrap(wrap)
    return made


def button(kind: str, clicked: Callable[[], object]) -> QPushButton:
    """A push button of a kind of the style sheet."""
    made = QPushButton()
    made.setProperty("kind", kind)
    made.setAutoDefault(kind == "primary")
    made.clicked.connect(lambda _checked=False: clicked())
    return made


def on_key(pressed: QPushButton, key: str) -> None:
    """Let a key press a button while it is visible and enabled. Not the button's own shortcut: setting
    the text, as in a change of language, would take that away."""
    from PySide6.QtGui import QKeySequence, QShortcut  # not on the way to the first paint

    QShortcut(QKeySequence(key), pressed).activated.connect(pressed.click)


def row(*items: QWidget | None, spacing: int = GRID) -> QHBoxLayout:
    """Widgets side by side; None is a stretch."""
    return _filled(QHBoxLayout(), items, spacing)


def column(*items: QWidget | None, spacing: int = GRID) -> QVBoxLayout:
    """Widgets below each other; None is a stretch."""
    return _filled(QVBoxLayout(), items, spacing)


class Card(QFrame):
    """A framed box; what it holds goes into its column `inside`."""

    def __init__(self, margin: int = 3 * GRID, spacing: int = GRID) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(margin, margin - GRID, margin, margin - GRID)
        self.inside.setSpacing(spacing)

    def add(self, *widgets: QWidget) -> None:
        """Put widgets below each other; buttons keep their width."""
        for widget in widgets:
            if isinstance(widget, QPushButton):
                self.inside.addWidget(widget, 0, QtCore.Qt.AlignmentFlag.AlignLeft)
            else:
                self.inside.addWidget(widget)


class _Page(QWidget):
    """Needs the height that its texts take at the width it has; Qt would ask for that of the narrowest."""

    def minimumSizeHint(self) -> QSize:
        """Qt: any height will do, the scroll area asks for the height at its width."""
        return QSize(super().minimumSizeHint().width(), 0)


def scrolling(content: QWidget) -> QScrollArea:
    """A page that can be scrolled where it is higher than the window."""
    page = _Page()
    page.setObjectName("page")
    inside = QVBoxLayout(page)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.addWidget(content)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    return area


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and have it looked at again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    for each in (widget, *widget.findChildren(QLabel)):
        each.style().unpolish(each)
        each.style().polish(each)


def _filled(layout: Box, items: tuple[QWidget | None, ...], spacing: int) -> Box:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for item in items:
        if item is None:
            layout.addStretch(1)
        else:
            layout.addWidget(item)
    return layout
