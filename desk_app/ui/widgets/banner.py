"""What has to be told without stopping anybody: an icon, a message, the next step, and buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from desk_app.ui import look
from desk_app.ui.icons import pixmap
from desk_app.ui.scene import Notice, Tone
from desk_app.ui.widgets.basics import GRID, column, label, restyle
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.words import Words


class Banner(QFrame):
    """A notice in its tone; empty texts take no room."""

    def __init__(self, *buttons: QPushButton) -> None:
        super().__init__()
        self._tone = Tone.INFO
        self._icon = QLabel()
        self._message = label("strong")
        self._next_step = label("body")
        self._detail = label("small")
        self.setProperty("notice", "true")
        actions = Wrapping(*buttons)
        actions.setVisible(bool(buttons))
        parts = (self._message, self._next_step, self._detail, actions)
        texts = column(*parts, spacing=GRID // 2)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        inside.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(texts, 1)

    def tell(self, tone: Tone, message: str, next_step: str = "", detail: str = "") -> None:
        """Show a notice."""
        self._tone = tone
        texts = ((self._message, message), (self._next_step, next_step), (self._detail, detail))
        for each, text in texts:
            each.setText(text)
            each.setVisible(bool(text))
        restyle(self, "tone", str(tone))
        self.setAccessibleName(message)
        self.setAccessibleDescription(next_step)
        self.dress()
        self.show()

    def show_error(self, error: Exception | None, words: Words, tone: Tone = Tone.DANGER) -> None:
        """Show an error with its next step; None shows nothing."""
        if error is None:
            self.clear()
            return
        told = words.explain(error)
        self.tell(tone, told.message, told.next_step, told.detail)

    def show_notice(self, notice: Notice | None, words: Words) -> None:
        """Show a notice in words; None shows nothing."""
        if notice is None:
            self.clear()
        elif notice.error is not None:
            self.show_error(notice.error, words, notice.tone)
        else:
            self.tell(notice.tone, words.say(notice.key))

    def clear(self) -> None:
        """Show nothing."""
        for each in (self._message, self._next_step, self._detail):
            each.setText("")
        self.setAccessibleName("")
        self.setAccessibleDescription("")
        self.hide()

    def dress(self) -> None:
        """Draw the icon anew."""
        colour = look.colour(str(self._tone))
        self._icon.setPixmap(pixmap(str(self._tone), colour, look.pixels("heading") + 4, 2.0))
