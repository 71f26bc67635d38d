"""A state in a word, with the colour and the shape of its tone: never by colour alone."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from desk_app.ui import look
from desk_app.ui.icons import pixmap
from desk_app.ui.scene import Tone
from desk_app.ui.widgets.basics import GRID, label, restyle


class Pill(QFrame):
    """A rounded tag."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = Tone.NEUTRAL
        self._icon = QLabel()
        self._text = label("body", wrap=False)
        self.setProperty("pill", "true")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(GRID, GRID // 2, GRID + 2, GRID // 2)
        inside.setSpacing(GRID // 2 + 2)
        inside.addWidget(self._icon)
        inside.addWidget(self._text)

    def show_state(self, tone: Tone, text: str) -> None:
        """Say a state."""
        self._tone = tone
        self._text.setText(text)
        self.setAccessibleName(text)
        for each in (self, self._text):
            restyle(each, "tone", str(tone))
        self.dress()
        self.updateGeometry()

    def dress(self) -> None:
        """Draw the icon anew."""
        colour = look.colour(str(self._tone))
        self._icon.setPixmap(pixmap(str(self._tone), colour, look.pixels("body") + 3, 2.0))
