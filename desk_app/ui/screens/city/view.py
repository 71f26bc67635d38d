"""What is open in this city: searchable, by group."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.e_card import CityService, ServiceGroup
from desk_app.ui.lists import ListPresenter, ListState
from desk_app.ui.scene import Tone
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, button, label
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.fields import clearable
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("name", "state", "category", "forms", "since", "code")


class CityView(QWidget):
    """Draws a ListState of CityService; what is searched for is the view's own."""

    def __init__(self, speech: Speech, presenter: ListPresenter[CityService]) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._table = Table(stretched=0)
        self._count = label("muted")
        self._error = Banner()
        self._search = QLineEdit()
        self._search.setObjectName("city-search")
        clearable(self._search, self._speech)
        self._group = Choice(lambda _group: self._redraw())
        self._group.setMinimumContentsLength(14)
        self._only_open = QCheckBox()
        self._refresh = button("secondary", presenter.refresh)
        self._search.textChanged.connect(lambda _text: self._redraw())
        self._only_open.toggled.connect(lambda _on: self._redraw())
        self._arrange()
        speech.listen(self._redraw)
        presenter.watch(lambda _state: self._redraw())

    def _arrange(self) -> None:
        title, speech = label("title"), self._speech
        speech.bind("city.title", title.setText, self._table.setAccessibleName)
        speech.bind("city.search", self._search.setPlaceholderText, self._search.setAccessibleName)
        speech.bind("city.group", self._group.setAccessibleName)
        speech.bind("city.only_open", self._only_open.setText)
        speech.bind("city.refresh", self._refresh.setText)
        filters = Wrapping(self._search, self._group, self._only_open, self._refresh, gap=2 * GRID)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        inside.addWidget(title)
        inside.addWidget(filters)
        for widget in (self._error, self._count, self._table):
            inside.addWidget(widget, 1 if widget is self._table else 0)

    def _redraw(self) -> None:
        words, state = self._speech.words, self._presenter.state
        groups = [(group, words.of(group)) for group in ServiceGroup]
        self._group.offer([("", words.say("city.all_groups")), *groups])
        shown = [item for item in state.items if self._fits(item)]
        shown.sort(key=lambda item: (list(ServiceGroup).index(item.group), not item.open))
        titles = [words.say(f"city.{column}") for column in _COLUMNS]
        self._table.fill(titles, [_row(item, words) for item in shown])
        self._count.setText(_summary(state, len(shown), words))
        self._refresh.setEnabled(not state.loading)
        self._error.show_error(state.error, words, Tone.WARNING)

    def _fits(self, item: CityService) -> bool:
        text = self._search.text().strip().casefold()
        words = f"{item.code} {item.name} {item.name_en}".casefold()
        group = self._group.chosen()
        return (
            text in words
            and group in ("", None, item.group)
            and (item.open or not self._only_open.isChecked())
        )


def _summary(state: ListState[CityService], shown: int, words: Words) -> str:
    if state.loading and not state.items:
        return words.say("city.loading")
    if state.error is not None and not state.items:
        return ""  # what went wrong is said above
    return words.say("city.count", shown=shown) if shown else words.say("city.empty")


def _row(item: CityService, words: Words) -> TableRow:
    forms = [
        words.say(f"city.{form}")
        for form, usable in (("physical", item.physical), ("electronic", item.electronic))
        if usable
    ]
    state = (
        Cell(words.say("city.open"), Tone.GOOD)
        if item.open
        else Cell(words.say("city.closed"), Tone.NEUTRAL)
    )
    cells = (
        Cell(item.name if words.language == "zh_CN" else item.name_en),
        state,
        Cell(words.of(item.group)),
        Cell(words.say("format.list").join(forms)),
        Cell(words.day(item.opened_on)),
        Cell(item.code),
    )
    return TableRow(item.code, cells)
