"""The queue: how many of each kind, search and filters, and the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLineEdit, QPushButton

from desk_app.domain.application import ApplicationKind, ApplicationState, QueueEntry
from desk_app.domain.masking import mask_name
from desk_app.ui.scene import Tone
from desk_app.ui.screens.queue import facts
from desk_app.ui.screens.queue.presenter import QueuePresenter, QueueState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label, on_key
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.fields import clearable
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.pill import Pill
from desk_app.ui.widgets.table import Cell, Table, TableRow

_COLUMNS = ("waits", "kind", "number", "holder", "window", "assigned", "state")
_WAITING = frozenset({ApplicationState.FILED})


class QueueList(Card):
    """Draws the queue, and tells the presenter what is wanted, selected and pressed."""

    def __init__(self, speech: Speech, presenter: QueuePresenter) -> None:
        super().__init__(margin=2 * GRID)
        self._speech, self._presenter = speech, presenter
        self._state = QueueState()
        self._filling = False
        self._kinds: dict[ApplicationKind | None, QPushButton] = {}
        self._late = Pill()
        self._search = QLineEdit()
        self._mine = QCheckBox()
        self._states = Choice(self._want_states)
        self._count = label("muted")
        self._error = Banner()
        self._table = Table(stretched=3, several=True)
        self._open = button("primary", presenter.open)
        self._take = button("secondary", presenter.take)
        self._put_back = button("secondary", presenter.put_back)
        self._refresh = button("quiet", presenter.refresh)
        self._name_parts()
        self._arrange()
        self._connect()

    def draw(self, state: QueueState, now: datetime) -> None:
        """Show the queue as it is now; what is selected and in sight stays so."""
        before, self._state = self._state, state
        words = self._speech.words
        self._filling = True
        # Where all of them wait, nobody needs to be told so line by line.
        columns = _COLUMNS[:-1] if state.wanted.states == _WAITING else _COLUMNS
        titles = [words.say(f"queue.{column}") for column in columns]
        rows = [self._row(entry, state, now, len(columns)) for entry in state.entries]
        self._table.refill(titles, rows)
        if not state.selected and before.selected:
            self._table.clearSelection()
        self._filling = False
        self._show_counts(state)
        self._error.show_error(state.error, words, Tone.WARNING)
        self._allow(state)

    def begin(self) -> None:
        """The page has been opened: the keyboard begins in the table."""
        self._table.setFocus()

    def forget(self) -> None:
        """Nobody is here any more: drop what was typed."""
        self._search.clear()
        self._mine.setChecked(False)
        self._kinds[None].setChecked(True)

    def _name_parts(self) -> None:
        parts = ((self._search, "search"), (self._mine, "mine"), (self._open, "open"))
        more = ((self._take, "take"), (self._put_back, "put-back"), (self._refresh, "refresh"))
        for part, name in (*parts, *more, (self._table, "table"), (self._late, "late")):
            part.setObjectName(f"queue-{name}")
        self._states.setMinimumContentsLength(18)
        clearable(self._search, self._speech)
        self._search.setMaxLength(40)

    def _arrange(self) -> None:
        bind, title = self._speech.bind, label("title")
        bind("queue.title", title.setText, self._table.setAccessibleName)
        bind("queue.search", self._search.setPlaceholderText, self._search.setAccessibleName)
        bind("queue.states", self._states.setAccessibleName)
        bind("queue.open", self._open.setText)
        bind("queue.take", self._take.setText)
        bind("queue.put_back", self._put_back.setText)
        bind("queue.refresh", self._refresh.setText)
        kinds = Wrapping(*self._kind_buttons())
        top = Wrapping(title, self._late)
        filters = Wrapping(self._search, self._states, self._mine)
        low = Wrapping(self._open, self._take, self._put_back, self._refresh)
        for part in (top, kinds, filters, self._error, self._count, self._table, low):
            self.inside.addWidget(part, 1 if part is self._table else 0)

    def _kind_buttons(self) -> list[QPushButton]:
        group = QButtonGroup(self)
        for kind in (None, *ApplicationKind):
            made = QPushButton()
            made.setProperty("kind", "nav")
            made.setCheckable(True)
            # Not `clicked`: assistive technology toggles a button that can be checked.
            made.toggled.connect(partial(self._want_kind, kind))
            made.setObjectName(f"queue-kind-{kind or 'any'}")
            group.addButton(made)
            self._kinds[kind] = made
        self._kinds[None].setChecked(True)
        return list(self._kinds.values())

    def _connect(self) -> None:
        self._search.returnPressed.connect(lambda: self._want_text(self._search.text()))
        self._search.textChanged.connect(self._cleared)
        self._mine.toggled.connect(lambda on: self._presenter.want(mine=on))
        self._table.activated.connect(lambda _index: self._presenter.open())
        selection = self._table.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._selected())
        for pressed, key in ((self._take, "F6"), (self._put_back, "F7"), (self._refresh, "F5")):
            on_key(pressed, key)

    def _show_counts(self, state: QueueState) -> None:
        words, queue = self._speech.words, state.queue
        counts = queue.counts if queue is not None else {}
        for kind, pressed in self._kinds.items():
            name = words.of(kind) if kind is not None else words.say("queue.any_kind")
            count = counts.get(kind, 0) if kind is not None else sum(counts.values())
            pressed.setText(words.say("queue.counted", name=name, count=count))
        mine = words.say("queue.mine", count=queue.mine if queue is not None else 0)
        self._mine.setText(mine)
        late = queue.escalated if queue is not None else 0
        text = words.say("queue.late_count", count=late) if late else words.say("queue.none_late")
        self._late.show_state(Tone.DANGER if late else Tone.GOOD, text)
        self._late.setVisible(queue is not None)
        states = [((one,), words.of(one)) for one in ApplicationState]
        every = (tuple(ApplicationState), words.say("queue.any_state"))
        self._states.offer([*states, every], tuple(sorted(state.wanted.states, key=_order)))
        self._count.setText(_summary(state, words.say))

    def _row(self, entry: QueueEntry, state: QueueState, now: datetime, columns: int) -> TableRow:
        words, one = self._speech.words, entry.application
        waits = facts.age(one.filed_at, now, words)
        late = state.queue is not None and one.escalated(state.queue.escalation, now)
        tone, said = facts.state_of(one, words)
        own = one.filed_by == state.operator
        cells = (
            Cell(words.say("queue.waits_late", age=waits), Tone.DANGER) if late else Cell(waits),
            Cell(words.of(one.kind)),
            Cell(one.number),
            Cell(mask_name(entry.holder_name)),
            Cell(one.window),
            Cell(words.say("queue.own") if own else one.assigned_to or "", _own_tone(own)),
            Cell(said, tone),
        )
        return TableRow(str(one.id), cells[:columns])

    def _allow(self, state: QueueState) -> None:
        chosen = state.chosen
        one = state.file.application if state.file is not None else None
        one = chosen[0] if len(chosen) == 1 else one
        ready = one is not None and not state.busy and len(chosen) < 2
        filed = one is not None and one.state is ApplicationState.FILED
        self._open.setEnabled(len(chosen) == 1 and not state.opening and not state.busy)
        self._take.setEnabled(
            ready and filed and one is not None and one.assigned_to != state.operator
        )
        self._put_back.setEnabled(
            ready and filed and one is not None and one.assigned_to is not None
        )

    def _selected(self) -> None:
        if not self._filling:
            self._presenter.select(UUID(key) for key in self._table.selected_keys())

    def _want_text(self, text: str) -> None:
        self._presenter.want(text=text)

    def _cleared(self, text: str) -> None:
        """An emptied search shows all again; anything else waits for Enter."""
        if not text:
            self._want_text("")

    def _want_kind(self, kind: ApplicationKind | None, on: bool) -> None:
        if on:
            self._presenter.want(kind=kind, any_kind=kind is None)

    def _want_states(self, states: object) -> None:
        if isinstance(states, tuple):
            self._presenter.want(states=states)


def _summary(state: QueueState, say: Callable[..., str]) -> str:
    if state.queue is None:
        return say("queue.loading") if state.loading else ""
    if not state.entries:
        return say("queue.empty")
    return say("queue.hint", count=len(state.entries))


def _order(state: ApplicationState) -> int:
    return list(ApplicationState).index(state)


def _own_tone(own: bool) -> Tone | None:
    return Tone.NEUTRAL if own else None
