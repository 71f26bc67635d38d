"""The auditor's page: the form above, the records and one of them in full side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desk_app.domain.audit import AuditRecord
from desk_app.ui.scene import Tone
from desk_app.ui.screens.audit import facts
from desk_app.ui.screens.audit.form import AuditForm
from desk_app.ui.screens.audit.presenter import AuditPresenter, AuditState, Work, key_of
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label, on_key
from desk_app.ui.widgets.facts import Rows
from desk_app.ui.widgets.file_dialog import file_dialog
from desk_app.ui.widgets.layouts import Arrangement, Regions, Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("time", "operator_short", "action", "outcome", "citizen_short", "window", "reason")
_ARRANGEMENTS = (
    Arrangement(84, (("records",), ("record",)), (68, 32)),
    Arrangement(0, (("records", "record"),), (1,)),
)


class AuditView(QWidget):
    """Draws AuditState."""

    def __init__(self, speech: Speech, presenter: AuditPresenter) -> None:
        super().__init__()
        self._speech, self._presenter = speech, presenter
        self._operator, self._filling = "", False
        self._records: tuple[AuditRecord, ...] = ()
        self._form = AuditForm(speech, presenter)
        self._notice = Banner()
        self._count, self._nothing = label("muted"), label("muted")
        self._table = Table(stretched=6)
        self._table.setObjectName("audit-table")
        self._rows = Rows()
        self._newer = button("secondary", presenter.back)
        self._older = button("secondary", presenter.next)
        self._verify = button("secondary", presenter.verify)
        self._stop = button("quiet", presenter.stop)
        self._export = button("secondary", self._ask_path)
        self._progress = label("body", wrap=False)
        self._arrange()
        selection = self._table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._selected())
        speech.listen(self._redraw)
        presenter.watch(self._draw)

    def begin(self) -> None:
        """The page has been opened."""
        self._form.begin()

    def _arrange(self) -> None:
        bind, title, chosen = self._speech.bind, label("title"), label("heading")
        bind("audit.title", title.setText, self._table.setAccessibleName)
        bind("audit.record", chosen.setText)
        bind("audit.choose", self._nothing.setText)
        named = {"newer": self._newer, "older": self._older, "verify": self._verify}
        for name, each in {**named, "stop": self._stop, "export": self._export}.items():
            each.setObjectName(f"audit-{name}")
            bind(f"audit.{name}", each.setText)
        on_key(self._newer, "Ctrl+PgUp")
        on_key(self._older, "Ctrl+PgDown")
        regions = Regions(_ARRANGEMENTS)
        regions.add("records", self._list(), grows=True)
        record = Card(margin=2 * GRID)
        record.add(chosen, self._nothing, self._rows)
        record.inside.addStretch(1)
        regions.add("record", record)
        checks = Wrapping(title)
        checks.push_right()
        checks.add(self._progress, self._stop, self._verify, self._export)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for part in (checks, self._form, self._notice):
            inside.addWidget(part)
        inside.addWidget(regions, 1)

    def _list(self) -> Card:
        made = Card(margin=2 * GRID)
        made.inside.addWidget(self._count)
        made.inside.addWidget(self._table, 1)
        made.inside.addWidget(Wrapping(self._newer, self._older))
        return made

    def _redraw(self) -> None:
        self._draw(self._presenter.state)

    def _draw(self, state: AuditState) -> None:
        words = self._speech.words
        if state.operator != self._operator:
            self._operator = state.operator
            self._form.forget()
        self._filling = True
        titles = [words.say(f"audit.{column}") for column in _COLUMNS]
        rows = [_row(record, words) for record in state.records]
        if state.records == self._records:
            self._table.refill(titles, rows)
        else:
            self._table.fill(titles, rows)
        self._records, self._filling = state.records, False
        self._count.setText(_summary(state, words))
        self._rows.show_rows(facts.rows(state.chosen, words) if state.chosen else ())
        self._nothing.setVisible(state.chosen is None)
        self._allow(state)
        self._tell(state)

    def _allow(self, state: AuditState) -> None:
        idle, verifying = state.work is None, state.work is Work.VERIFYING
        for each in (self._form.pressed, self._verify):
            each.setEnabled(idle)
        self._export.setEnabled(idle and state.page > 0)
        self._newer.setEnabled(idle and state.page > 1)
        self._older.setEnabled(idle and state.more)
        self._stop.setVisible(verifying)
        self._progress.setVisible(not idle)
        told = {"done": state.done, "total": state.total} if verifying else {}
        words = self._speech.words
        self._progress.setText(
            "" if state.work is None else words.say(f"audit.{state.work}", **told)
        )

    def _tell(self, state: AuditState) -> None:
        words = self._speech.words
        if state.reports is not None:
            self._notice.tell(*facts.told(state.reports, words))
        elif state.exported is not None:
            self._notice.tell(Tone.GOOD, words.say("audit.exported", records=state.exported))
        else:
            self._notice.show_notice(state.notice, words)

    def _selected(self) -> None:
        if not self._filling:
            self._presenter.choose(self._table.selected_key())

    def _ask_path(self) -> None:
        title = self._speech.words.say("audit.export_title")
        dialog = file_dialog(self.window(), title, self._presenter.export)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["CSV (*.csv)", "JSON lines (*.jsonl)"])
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(
            lambda kind: dialog.setDefaultSuffix("jsonl" if "jsonl" in kind else "csv")
        )
        dialog.selectFile("audit.csv")
        dialog.open()


def _summary(state: AuditState, words: Words) -> str:
    if not state.page:
        return words.say("audit.unasked")
    if not state.records:
        return words.say("audit.none")
    return words.say("audit.count", page=state.page, shown=len(state.records))


def _row(record: AuditRecord, words: Words) -> TableRow:
    cells = (
        Cell(words.moment(record.at)),
        Cell(record.operator_number),
        Cell(words.of(record.action)),
        Cell(words.of(record.outcome), facts.TONES[record.outcome]),
        Cell(facts.reference(record)),
        Cell(record.window),
        Cell(record.reason or record.detail or ""),
    )
    return TableRow(key_of(record), cells)
