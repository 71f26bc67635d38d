"""The page of what the citizen was given: the list, and the file of the one that is chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.document import IssuedDocument
from desk_app.domain.masking import mask_id_number, mask_name
from desk_app.ui.scene import Tone
from desk_app.ui.screens.issued.presenter import IssuedPresenter, IssuedState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.facts import Row, Rows
from desk_app.ui.widgets.layouts import Arrangement, Regions, Wrapping
from desk_app.ui.widgets.pdf_pages import PdfPages
from desk_app.ui.widgets.table import Cell, Table, TableRow

_COLUMNS = ("date", "kind", "subject", "copy")
_ARRANGEMENTS = (
    Arrangement(84, (("list",), ("file",)), (3, 2)),
    Arrangement(0, (("list", "file"),), (1,)),
)


class IssuedView(QWidget):
    """Draws IssuedState."""

    def __init__(self, speech: Speech, presenter: IssuedPresenter) -> None:
        super().__init__()
        self._speech, self._presenter = speech, presenter
        title, self._text = label("heading"), label("muted")
        self._table = Table(stretched=2)
        self._table.setObjectName("issued-table")
        self._notice, self._rows = Banner(), Rows()
        self._pages = PdfPages("issued-file")
        back = button("quiet", presenter.back)
        back.setObjectName("issued-back")
        self._look = button("secondary", presenter.look)
        self._look.setObjectName("issued-look")
        self._repeat = button("primary", presenter.repeat)
        self._repeat.setObjectName("issued-repeat")
        speech.bind("issued.title", title.setText, self._table.setAccessibleName)
        speech.bind("issued.back", back.setText)
        speech.bind("issued.look", self._look.setText)
        speech.bind("issued.repeat", self._repeat.setText)
        listed = Card(margin=2 * GRID)
        listed.add(back, title, self._text, self._notice)
        listed.inside.addWidget(self._table, 1)
        listed.inside.addWidget(self._rows)
        listed.inside.addWidget(Wrapping(self._look, self._repeat))
        regions = Regions(_ARRANGEMENTS)
        regions.add("list", listed, grows=True)
        regions.add("file", self._pages, grows=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.addWidget(regions)
        selection = self._table.selectionModel()
        selection.selectionChanged.connect(lambda *_: presenter.choose(self._table.selected_key()))
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _draw(self, state: IssuedState) -> None:
        words, items = self._speech.words, state.items
        titles = [words.say(f"issued.{column}") for column in _COLUMNS]
        self._table.refill(titles, [self._row(one) for one in items or ()])
        said = "loading" if items is None else "text" if items else "empty"
        self._text.setText(words.say(f"issued.{said}"))
        self._notice.show_error(state.error, words, Tone.WARNING)
        self._rows.show_rows(self._facts(state.chosen) if state.chosen is not None else ())
        self._look.setEnabled(state.chosen is not None and not state.busy)
        self._repeat.setEnabled(state.can_repeat and not state.busy)
        if state.pdf is None:
            self._pages.close_pdf()
        else:
            self._pages.show_pdf(state.pdf, words.say("issued.file"))

    def _row(self, one: IssuedDocument) -> TableRow:
        at, copy = self._speech.words.moment(one.issued_at), str(one.copy_number)
        texts = (at, self._kind(one.kind), self._subject(one.subject), copy)
        return TableRow(one.serial, tuple(Cell(text) for text in texts))

    def _facts(self, one: IssuedDocument) -> tuple[Row, ...]:
        """What is known about the one that is chosen, the agent masked."""
        words, copy = self._speech.words, str(one.copy_number)
        if one.reason is not None:
            why = one.remark or words.of(one.reason)
            copy = words.say("issued.again", copy=copy, reason=why)
        where = {"window": one.window, "operator": one.operator_number, "hall": one.hall}
        taken = words.of(one.recipient)
        if one.agent is not None:
            name, number = mask_name(one.agent.name), mask_id_number(one.agent.id_number)
            taken = words.say("issued.agent", name=name, number=number)
        facts = {
            "serial": one.serial,
            "copy": copy,
            "recipient": taken,
            "where": words.say("issued.at", **where),
        }
        return tuple((words.say(f"issued.{name}"), text) for name, text in facts.items())

    def _kind(self, kind: str) -> str:
        words = self._speech.words
        tables = ("statement_kind", "receipt_kind")
        said = (f"{table}.{kind}" for table in tables)
        return next((words.say(key) for key in said if words.knows(key)), kind)

    def _subject(self, subject: str) -> str:
        """Months as people write them; the rest as it is."""
        words = self._speech.words
        first, _, last = subject.partition("-")
        if len(first) == len(last) == 6 and subject.replace("-", "").isdigit():
            told = {"first": words.month(int(first)), "last": words.month(int(last))}
            return words.say("issued.months", **told)
        return words.say("issued.all") if subject == "all" else subject
