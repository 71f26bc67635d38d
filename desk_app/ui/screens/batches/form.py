"""What a supervisor orders: whose statements, of which year, in which files, and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from desk_app.domain.batch import BatchOrder, BatchScope, Delivery
from desk_app.services.ports import Language
from desk_app.ui.screens.batches.presenter import BatchesPresenter, BatchesState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, column, label, on_key
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.fields import named, under_name
from desk_app.ui.widgets.file_dialog import file_dialog
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.reason import ReasonBox

_LIST_HEIGHT = 120


class BatchForm(Card):
    """Tells the presenter what is ordered; emptied after each order, and when somebody else comes."""

    def __init__(self, speech: Speech, presenter: BatchesPresenter) -> None:
        super().__init__(margin=2 * GRID)
        self._speech, self._presenter = speech, presenter
        self._emptied_for = ("", 0)
        self._whose = Choice(lambda _: self._show_what_is_asked())
        self._delivery, self._language = Choice(), Choice()
        year_box, self._year = named(speech, "batch.year", "batch-year")
        self._year.setMaxLength(4)
        self._employer_box, self._employer = named(
            speech, "batch.employer_number", "batch-employer"
        )
        self._list_box, self._list = self._listing()
        self._reason = ReasonBox(speech, "batch", lambda: None)
        self.pressed = button("primary", self._plan)
        self.pressed.setObjectName("batch-plan")
        on_key(self.pressed, "F5")
        title = label("heading")
        speech.bind("batch.new", title.setText)
        self.add(
            title,
            self._below("whose", self._whose),
            year_box,
            self._employer_box,
            self._list_box,
            self._below("delivery", self._delivery),
            self._below("language", self._language),
            self._below("reason", self._reason),
            self.pressed,
        )
        self.inside.addStretch(1)
        speech.listen(self._offer)
        self._offer()

    def begin(self) -> None:
        """The form is wanted: the keyboard begins on it."""
        self._whose.setFocus()

    def draw(self, state: BatchesState) -> None:
        """Nothing can be ordered while people are being counted."""
        if self._emptied_for != (state.operator, state.planned):
            self._emptied_for = (state.operator, state.planned)
            self._forget()
        said = "planning" if state.planning else "plan"
        self.pressed.setText(self._speech.words.say(f"batch.{said}"))
        self.pressed.setEnabled(not state.planning)

    def read(self, path: Path) -> None:
        """Put what a file says into the list, where it can be looked at before it is ordered."""
        try:
            self._list.setPlainText(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            self._list.setPlainText("")
            self._presenter.unreadable()

    def _plan(self) -> None:
        year = self._year.text().strip()
        order = BatchOrder(
            cast("BatchScope", self._whose.chosen()),
            int(year) if year.isascii() and year.isdigit() else 0,
            str(self._language.chosen()),
            cast("Delivery", self._delivery.chosen()),
            self._reason.given(),
            self._employer.text() or None,
        )
        self._presenter.plan(order, self._list.toPlainText())

    def _forget(self) -> None:
        self._year.setText(str(date.today().year - 1))  # the last one that is complete
        for each in (self._employer, self._list):
            each.clear()
        self._reason.forget()
        for choice in (self._whose, self._delivery, self._language):
            choice.setCurrentIndex(0)
        self._show_what_is_asked()

    def _show_what_is_asked(self) -> None:
        scope = self._whose.chosen()
        self._employer_box.setVisible(scope is BatchScope.EMPLOYER)
        self._list_box.setVisible(scope is BatchScope.LIST)

    def _offer(self) -> None:
        words = self._speech.words
        scopes = (BatchScope.EMPLOYER, BatchScope.LIST, BatchScope.CITY)
        self._whose.offer([(each, words.of(each)) for each in scopes])
        self._delivery.offer([(each, words.of(each)) for each in Delivery])
        self._language.offer([(each, words.of(each)) for each in Language])
        self._show_what_is_asked()

    def _listing(self) -> tuple[QWidget, QPlainTextEdit]:
        box, field, title = QWidget(), QPlainTextEdit(), label("strong")
        field.setObjectName("batch-list")
        field.setTabChangesFocus(True)
        field.setFixedHeight(_LIST_HEIGHT)
        read = button("secondary", self._ask_file)
        self._speech.bind("batch.list", title.setText, field.setAccessibleName)
        self._speech.bind("batch.list_hint", field.setPlaceholderText)
        self._speech.bind("batch.list_file", read.setText)
        box.setLayout(column(title, field, Wrapping(read), spacing=GRID // 2))
        return box, field

    def _below(self, name: str, field: QWidget) -> QWidget:
        field.setObjectName(f"batch-{name}")
        return under_name(self._speech, f"batch.{name}", field)

    def _ask_file(self) -> None:
        dialog = file_dialog(self.window(), self._speech.words.say("batch.list_file"), self.read)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._speech.words.say("batch.list_filter"))
        dialog.open()
