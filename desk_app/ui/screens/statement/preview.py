"""Shows a PDF from its bytes: the very bytes that will be printed."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.scene import Tone
from desk_app.ui.screens.statement.presenter import StatementState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, label
from desk_app.ui.widgets.pdf_pages import PdfPages


class Preview(QWidget):
    """Empty until there is a prepared statement; empty again when it goes."""

    def __init__(self, speech: Speech) -> None:
        super().__init__()
        self._speech = speech
        self._pages = PdfPages("statement-preview")
        self._about = label("muted")
        self._about.setObjectName("statement-about")
        self._missing = Banner()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        inside.addWidget(self._about)
        inside.addWidget(self._missing)
        inside.addWidget(self._pages, 1000)
        inside.addStretch(1)
        self._inside = inside

    def draw(self, state: StatementState) -> None:
        """Show what is prepared."""
        words, prepared = self._speech.words, state.prepared
        if prepared is None:
            self._about.setText(words.say("statement.preview_empty"))
            self._missing.clear()
            self._pages.close_pdf()
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
        self._pages.show_pdf(
            document.pdf, words.say("statement.preview"), words.say("statement.not_issued")
        )
