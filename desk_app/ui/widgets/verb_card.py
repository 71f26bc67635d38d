"""One verb of the counter: a large button and, below it, what it does or why it cannot be used now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from desk_app.ui import look
from desk_app.ui.icons import icon
from desk_app.ui.widgets.basics import GRID, button, label, on_key


class VerbCard(QFrame):
    """`key` is the shortcut that works wherever the focus is."""

    def __init__(self, name: str, key: str, chosen: Callable[[], object]) -> None:
        super().__init__()
        self._name = name
        self.button = button("verb", chosen)
        self.button.setObjectName(f"verb-{name}")
        on_key(self.button, key)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._reason = label("small")
        self.setProperty("card", "verb")
        below = QHBoxLayout()
        below.setContentsMargins(GRID // 2, 0, GRID // 2, 0)
        below.addWidget(self._reason, 1)
        below.addWidget(label("small", key, wrap=False), 0, Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.setSpacing(GRID // 2)
        inside.addWidget(self.button)
        inside.addLayout(below)
        inside.addStretch(1)
        self.dress()

    def show_verb(self, title: str, reason: str, *, enabled: bool) -> None:
        """Draw it; `reason` is what it does, or what stands in its way."""
        self.button.setText(f"  {title}")
        self.button.setAccessibleName(title)
        self.button.setAccessibleDescription(reason)
        self.button.setEnabled(enabled)
        self._reason.setText(reason)

    def dress(self) -> None:
        """Draw the icon anew."""
        size = round(look.pixels("heading") * 1.5)
        self.button.setIconSize(QSize(size, size))
        self.button.setIcon(icon(self._name, look.colour("accent"), look.colour("muted")))
