"""The page of batches: the list, and beside it one of them or the form for another."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.batch import Batch, BatchState
from desk_app.ui.scene import Tone
from desk_app.ui.screens.batches.detail import BatchDetail
from desk_app.ui.screens.batches.form import BatchForm
from desk_app.ui.screens.batches.presenter import BatchesPresenter, BatchesState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label, on_key
from desk_app.ui.widgets.layouts import Arrangement, Regions, Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("id", "state", "year", "scope", "total", "issued", "failed")
_ARRANGEMENTS = (
    Arrangement(84, (("list",), ("one",)), (60, 40)),
    Arrangement(0, (("list", "one"),), (1,)),
)
_TONES = {
    BatchState.PLANNED: Tone.NEUTRAL,
    BatchState.RUNNING: Tone.INFO,
    BatchState.STOPPED: Tone.WARNING,
    BatchState.DONE: Tone.GOOD,
}


class BatchesView(QWidget):
    """Draws BatchesState."""

    def __init__(self, speech: Speech, presenter: BatchesPresenter) -> None:
        super().__init__()
        self._speech, self._presenter = speech, presenter
        self._filling = False
        self._notice, self._none = Banner(), label("muted")
        self._table = Table(stretched=3)
        self._form = BatchForm(speech, presenter)
        self._detail = BatchDetail(speech, presenter)
        self._new = button("secondary", self._another)
        self._arrange()
        selection = self._table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._selected())
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _arrange(self) -> None:
        bind, title, about = self._speech.bind, label("title"), label("muted")
        bind("batch.title", title.setText)
        bind("batch.about", about.setText)
        bind("batch.batches", self._table.setAccessibleName)
        bind("batch.none", self._none.setText)
        bind("batch.new", self._new.setText)
        self._new.setObjectName("batch-new")
        on_key(self._new, "Ctrl+N")
        listing = Card(margin=2 * GRID)
        listing.inside.addWidget(self._none)
        listing.inside.addWidget(self._table, 1)
        one = QWidget()
        column = QVBoxLayout(one)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        column.addWidget(self._detail)
        regions = Regions(_ARRANGEMENTS)
        regions.add("list", listing, grows=True)
        regions.add("one", one)
        top = Wrapping(title)
        top.push_right()
        top.add(self._new)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for part in (top, about, self._notice):
            inside.addWidget(part)
        inside.addWidget(regions, 1)

    def _another(self) -> None:
        self._table.clearSelection()
        self._presenter.choose(None)
        self._form.begin()

    def _draw(self, state: BatchesState) -> None:
        words = self._speech.words
        self._notice.show_notice(state.notice, words)
        self._filling = True
        titles = [words.say(f"batch.{column}") for column in _COLUMNS]
        self._table.refill(titles, [_row(state.now(one), words) for one in state.batches])
        if state.chosen is not None:
            place = self._table.rows.place(str(state.chosen.id))
            if place is not None and self._table.selected_key() != str(state.chosen.id):
                self._table.selectRow(place)
        self._filling = False
        self._none.setVisible(not state.batches)
        self._new.setVisible(state.chosen is not None)
        self._form.setVisible(state.chosen is None)
        self._detail.setVisible(state.chosen is not None)
        self._form.draw(state)
        self._detail.draw(state)

    def _selected(self) -> None:
        key = self._table.selected_key()
        if not self._filling and key is not None:
            self._presenter.choose(key)


def _row(batch: Batch, words: Words) -> TableRow:
    counts = batch.counts
    cells = (
        Cell(batch.short_id),
        Cell(words.of(batch.state), _TONES[batch.state]),
        Cell(str(batch.year)),
        Cell(words.of(batch.scope)),
        Cell(str(counts.total)),
        Cell(str(counts.issued)),
        Cell(str(counts.failed or "")),
    )
    return TableRow(str(batch.id), cells)
