"""One batch: what it is, how far it is, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QProgressBar, QPushButton

from desk_app.domain.batch import Batch, BatchItem, BatchState
from desk_app.domain.masking import mask_id_number
from desk_app.ui.pace import pace
from desk_app.ui.screens.batches.presenter import BatchesPresenter, BatchesState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.facts import Rows
from desk_app.ui.widgets.file_dialog import file_dialog
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("number", "who", "why")


class BatchDetail(Card):
    """Draws BatchesState's chosen batch."""

    def __init__(self, speech: Speech, presenter: BatchesPresenter) -> None:
        super().__init__(margin=2 * GRID)
        self._speech, self._presenter = speech, presenter
        self._title, self._advice, self._pace = label("heading"), label("body"), label("muted")
        self._bar, self._rows = QProgressBar(), Rows()
        self._bar.setTextVisible(False)
        self._start = self._button("primary", "start", self._begin)
        self._stop = self._button("secondary", "stop", presenter.stop)
        self._open = self._button("secondary", "open_folder", self._open_folder)
        self._missing = label("strong")
        self._failed = Table(stretched=2)
        speech.bind("batch.errors", self._missing.setText, self._failed.setAccessibleName)
        self.add(self._title, self._advice, self._bar, self._pace)
        self.inside.addWidget(Wrapping(self._start, self._stop, self._open))
        self.add(self._rows, self._missing)
        self.inside.addWidget(self._failed, 1)
        self.inside.addStretch(1)

    def draw(self, state: BatchesState) -> None:
        """Show the chosen one; nothing for none."""
        batch, words = state.shown, self._speech.words
        if batch is None:
            return
        counts, here = batch.counts, batch.id == state.running
        self._title.setText(words.say("batch.of", id=batch.short_id))
        self._advice.setText(_advice(batch, here, state, words))
        self._advice.setVisible(bool(self._advice.text()))
        started = batch.state is not BatchState.PLANNED or here
        self._bar.setVisible(started)
        self._bar.setRange(0, max(counts.total, 1))
        self._bar.setValue(counts.issued + counts.failed)
        told = {"done": counts.issued + counts.failed, "total": counts.total}
        far = words.say("batch.progress", **told)
        self._bar.setAccessibleName(far)
        self._pace.setVisible(started)
        self._pace.setText(" · ".join(filter(None, (far, _pace(here, state, words)))))
        self._allow(batch, here, state, words)
        self._rows.show_rows(_rows(batch, words))
        titles = [words.say(f"batch.{column}") for column in _COLUMNS]
        self._failed.refill(titles, [_failure(item, words) for item in state.failed])
        self._missing.setVisible(bool(state.failed))
        self._failed.setVisible(bool(state.failed))

    def _allow(self, batch: Batch, here: bool, state: BatchesState, words: Words) -> None:
        elsewhere = batch.state is BatchState.RUNNING and not here
        self._start.setVisible(state.is_own and batch.may_run and not here)
        self._start.setEnabled(state.running is None)
        first = batch.folder is None
        self._start.setText(words.say("batch.start" if first else "batch.resume"))
        self._stop.setVisible(here or (elsewhere and state.is_own))
        self._stop.setEnabled(not state.stopping)
        self._stop.setText(words.say("batch.stopping" if state.stopping else "batch.stop"))
        self._open.setVisible(batch.folder is not None and Path(batch.folder).is_dir())

    def _button(self, kind: str, name: str, pressed: Callable[[], object]) -> QPushButton:
        made = button(kind, pressed)
        made.setObjectName(f"batch-{name}")
        self._speech.bind(f"batch.{name}", made.setText)
        return made

    def _begin(self) -> None:
        """Go on where it was; a new one needs a folder first, which is the confirmation."""
        chosen = self._presenter.state.chosen
        if chosen is not None and chosen.folder is not None:
            self._presenter.run(Path(chosen.folder))
            return
        title = self._speech.words.say("batch.choose_folder")
        dialog = file_dialog(self.window(), title, self._presenter.run)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def _open_folder(self) -> None:
        shown = self._presenter.state.shown
        if shown is not None and shown.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(shown.folder))


def _advice(batch: Batch, here: bool, state: BatchesState, words: Words) -> str:
    if not state.is_own:
        return words.say("batch.of_others")
    if batch.state is BatchState.PLANNED and not here:
        return words.say("batch.confirm", people=batch.counts.total, year=batch.year)
    if batch.state is BatchState.RUNNING and not here:
        return words.say("batch.busy_elsewhere")
    return words.say("batch.is_done") if batch.state is BatchState.DONE else ""


def _pace(here: bool, state: BatchesState, words: Words) -> str:
    if not here:
        return ""
    return pace(state.progress, words) if state.progress else words.say("batch.pace_unknown")


def _rows(batch: Batch, words: Words) -> list[tuple[str, str]]:
    said = {
        "state": words.of(batch.state),
        "scope": words.of(batch.scope),
        "employer_number": batch.employer_number or "",
        "year": str(batch.year),
        "delivery": words.of(batch.delivery),
        "why_ordered": batch.reason,
        "planned_at": words.moment(batch.planned_at),
        "total": str(batch.counts.total),
        "issued": str(batch.counts.issued),
        "failed": str(batch.counts.failed),
        "folder": batch.folder or "",
    }
    return [(words.say(f"batch.{name}"), text) for name, text in said.items() if text]


def _failure(item: BatchItem, words: Words) -> TableRow:
    why = words.of(item.fault) if item.fault is not None else ""
    texts = (str(item.number), mask_id_number(item.id_number), why)
    return TableRow(str(item.number), tuple(map(Cell, texts)))
