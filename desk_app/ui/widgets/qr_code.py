"""A QR code, drawn module by module: black on white whatever the theme, with its quiet zone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


class QrCode(QWidget):
    """Empty until it is given a text."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._modules: tuple[bytes, ...] = ()
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Draw a text; "" draws nothing."""
        if text:
            import segno  # not before the first code: the window is painted first

            self._modules = tuple(bytes(line) for line in segno.make(text, error="m").matrix)
        else:
            self._modules = ()
        self._faded = False
        self.update()

    def forget(self) -> None:
        """The code is worth nothing any more: nobody should be able to scan it."""
        self._modules = ()
        self._faded = True
        self.update()

    @property
    def is_shown(self) -> bool:
        """Whether there is a code that can be scanned."""
        return bool(self._modules)

    def sizeHint(self) -> QSize:
        """Qt: its side, square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: draw."""
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#DDDDDD" if self._faded else "#FFFFFF"))
        painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
        if not self._modules:
            return
        painter.setBrush(QColor("#000000"))
        count = len(self._modules) + 2 * _QUIET
        unit = max(self.width() // count, 1)
        start = (self.width() - unit * len(self._modules)) // 2
        for y, line in enumerate(self._modules):
            for x, dark in enumerate(line):
                if dark:
                    painter.drawRect(start + x * unit, start + y * unit, unit, unit)
