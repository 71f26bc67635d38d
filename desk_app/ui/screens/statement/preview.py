"""Shows a PDF from its bytes: the very bytes that will be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.scene import Tone
from desk_app.ui.screens.statement.presenter import StatementState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, label

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPdfWidgets import QPdfView

_LEAST_HEIGHT = 480


class Preview(QWidget):
    """Empty until there is a prepared statement; empty again when it goes."""

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self._speech = speech
        self._bytes: bytes | None = None
        self._buffer: QBuffer | None = None
        self._document: QPdfDocument | None = None
        self._view: QPdfView | None = None
        self._about = label("muted")
        self._about.setObjectName("statement-about")
        self._missing = Banner()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        inside.addWidget(self._about)
        inside.addWidget(self._missing)
        inside.addStretch(1)
        self._inside = inside

    def draw(self, state: StatementState) -> None:
        """Show what is prepared."""
        words, prepared = self._speech.words, state.prepared
        if prepared is None:
            self._about.setText(words.say("statement.preview_empty"))
            self._missing.clear()
            self._close()
            return
        document, issued = prepared.document, prepared.issued
        self._about.setText(
            words.say("statement.pages", pages=document.pages, serial=issued.serial)
        )
        if document.unprintable:
            characters = " ".join(document.unprintable)
            text = words.say("statement.unprintable", characters=characters)
            self._missing.tell(Tone.WARNING, text)
        else:
            self._missing.clear()
        self._show(document.pdf)

    def _show(self, pdf: bytes) -> None:
        view = self._pdf_view()
        view.setAccessibleName(self._speech.words.say("statement.preview"))
        view.show()
        if pdf is self._bytes or self._document is None:
            return
        self._close()
        self._bytes = pdf
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        view.show()

    def _close(self) -> None:
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
            from PySide6.QtPdf import QPdfDocument  # not before the first preview
            from PySide6.QtPdfWidgets import QPdfView

            self._document = QPdfDocument(self)
            self._view = QPdfView(self)
            self._view.setPageMode(QPdfView.PageMode.MultiPage)
            self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
            self._view.setMinimumHeight(_LEAST_HEIGHT)
            self._view.setObjectName("statement-preview")
            self._view.setDocument(self._document)
            self._inside.addWidget(self._view, 1000)
        return self._view
