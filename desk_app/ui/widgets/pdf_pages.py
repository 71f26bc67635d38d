"""Shows a PDF from its bytes, under a watermark where it is none that was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPdfWidgets import QPdfView

_LEAST_HEIGHT = 480

_INK = QColor(150, 30, 30, 42)
"""Over black text it is hardly there, over white paper nobody misses it."""

_SLANT, _SHARE = -30, 9
"""Degrees, and which part of the width a letter has."""


class PdfPages(QWidget):
    """Empty until it is given a file; empty again when that is taken away."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._bytes: bytes | None = None
        self._buffer: QBuffer | None = None
        self._document: QPdfDocument | None = None
        self._view: QPdfView | None = None
        self._mark: _Watermark | None = None
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        self._inside = inside

    def show_pdf(self, pdf: bytes, name: str, watermark: str = "") -> None:
        """Show this file, called so by a screen reader."""
        view = self._pdf_view()
        view.setAccessibleName(name)
        view.show()
        if self._mark is not None:
            self._mark.say(watermark)
        if pdf is self._bytes or self._document is None:
            return
        self.close_pdf()
        self._bytes = pdf
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        view.show()

    def close_pdf(self) -> None:
        """Forget the file."""
        self._bytes = None
        if self._document is not None and self._view is not None:
            self._document.close()
            self._view.hide()
        if self._buffer is not None:
            self._buffer.close()
            self._buffer.setData(QByteArray())
            self._buffer.deleteLater()
            self._buffer = None

    def _pdf_view(self) -> QPdfView:
        if self._view is None:
            from PySide6.QtPdf import QPdfDocument  # not before the first file
            from PySide6.QtPdfWidgets import QPdfView

            self._document = QPdfDocument(self)
            self._view = QPdfView(self)
            self._view.setPageMode(QPdfView.PageMode.MultiPage)
            self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
            self._view.setMinimumHeight(_LEAST_HEIGHT)
            self._view.setObjectName(self._name)
            self._view.setDocument(self._document)
            self._mark = _Watermark(self._view.viewport())
            self._inside.addWidget(self._view, 1)
        return self._view


class _Watermark(QWidget):
    """Says over all that is shown that it has not been issued; it is in no file."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._text = ""
        self.setObjectName("watermark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Say this; nothing for ""."""
        self._text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.resize(self._over.size())
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: as large as what it lies over."""
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: slanted, across the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(max(12, self.width() // (_SHARE + max(0, len(self._text) - _SHARE))))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(_INK)
        middle = self.rect().center()
        painter.translate(middle)
        painter.rotate(_SLANT)
        painter.translate(-middle)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
