"""The statement screen: what is wanted on the left, exactly what will print on the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desk_app.ui.screens.statement.form import StatementForm
from desk_app.ui.screens.statement.presenter import StatementPresenter, StatementState, Work
from desk_app.ui.screens.statement.preview import Preview
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.layouts import Arrangement, Regions, Wrapping

if TYPE_CHECKING:
    from desk_app.ui.screens.receipt.form import ReceiptForm

_JOB_CHECK = 2000
"""Milliseconds between two questions where a print job is."""

_ARRANGEMENTS = (
    Arrangement(54, (("form",), ("preview",)), (1, 2)),
    Arrangement(0, (("form", "preview"),), (1,)),
)


class StatementView(QWidget):
    """Draws StatementState."""

    def __init__(
        self,
        speech: Speech,
        presenter: StatementPresenter,
        form: StatementForm | ReceiptForm | None = None,
    ) -> None:
        """`form` is where the document is chosen."""
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._form = form or StatementForm(speech, presenter)
        self._delivery = _Delivery(speech, presenter, self)
        self._preview = Preview(speech)
        regions = Regions(_ARRANGEMENTS)
        regions.add("form", self._form)
        regions.add("preview", _stacked(self._delivery, self._preview), grows=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.addWidget(regions)
        self._check = QTimer(self)
        self._check.setInterval(_JOB_CHECK)
        self._check.timeout.connect(presenter.check_job)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _draw(self, state: StatementState) -> None:
        self._form.draw(state)
        self._delivery.draw(state)
        self._preview.draw(state)
        if state.job is not None and not self._check.isActive():
            self._check.start()
        elif state.job is None:
            self._check.stop()


def _stacked(upper: QWidget, lower: QWidget) -> QWidget:
    """Two widgets below each other; the lower one gets the room that is left."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    column.addWidget(upper)
    column.addWidget(lower, 1)
    return box


class _Delivery(Card):
    """Printing, saving, and how it went."""

    def __init__(self, speech: Speech, presenter: StatementPresenter, window: QWidget) -> None:
        super().__init__(margin=2 * GRID)
        self._speech = speech
        self._presenter = presenter
        self._window = window
        self._state = StatementState()
        self._queue = Choice()
        self._queue.setObjectName("statement-queue")
        self._queue.setMinimumContentsLength(12)
        queue_name = label("strong", wrap=False)
        self._job = label("body", wrap=False)
        self._notice = Banner()
        self._print = button("primary", self._print_it)
        self._print.setObjectName("statement-print")
        self._save = button("secondary", self._ask_path)
        self._save.setObjectName("statement-save")
        speech.bind("statement.queue", queue_name.setText, self._queue.setAccessibleName)
        buttons = Wrapping(queue_name, self._queue, self._print, self._save, self._job)
        self.inside.addWidget(buttons)
        self.add(self._notice)

    def draw(self, state: StatementState) -> None:
        """Show what can be done with what is previewed."""
        words = self._speech.words
        self._state = state
        self.setVisible(state.prepared is not None or state.notice is not None)
        queues = [(queue, queue) for queue in state.queues]
        self._queue.offer([("", words.say("statement.queue_default")), *queues])
        printing = state.work is Work.PRINTING
        again = "print_again" if state.job is not None else "print"
        self._print.setText(words.say(f"statement.{'printing' if printing else again}"))
        saving = state.work is Work.SAVING
        self._save.setText(words.say("statement.saving" if saving else "statement.save"))
        for each in (self._print, self._save, self._queue):
            each.setEnabled(state.prepared is not None and state.work is None)
        self._draw_job()
        self._notice.show_notice(state.notice, words)

    def _draw_job(self) -> None:
        job, words = self._state.job, self._speech.words
        self._job.setVisible(job is not None)
        if job is None:
            self._job.setText("")
            return
        key = "statement.job_detail" if job.detail else "statement.job"
        self._job.setText(words.say(key, state=words.of(job.state), detail=job.detail))

    def _print_it(self) -> None:
        self._presenter.print(str(self._queue.chosen() or "") or None)

    def _ask_path(self) -> None:
        """A file name of the statement's number: no personal data in file names."""
        if self._state.prepared is None:
            return
        dialog = QFileDialog(self._window, self._speech.words.say("statement.save_title"))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # named and dressed like the rest
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{self._state.prepared.issued.serial}.pdf")
        dialog.fileSelected.connect(lambda path: self._presenter.save(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
