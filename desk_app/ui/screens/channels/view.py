"""The channel apps: only an authorised one may let holders claim their e-card."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.e_card import Channel, ChannelState
from desk_app.ui.lists import ListPresenter, ListState
from desk_app.ui.scene import Tone
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, button, label
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("name", "state", "functional", "security", "reason", "number")
_TONES = {
    ChannelState.APPLIED: Tone.NEUTRAL,
    ChannelState.FUNCTIONAL_TESTING: Tone.INFO,
    ChannelState.SECURITY_TESTING: Tone.INFO,
    ChannelState.AUTHORISED: Tone.GOOD,
    ChannelState.RECTIFYING: Tone.WARNING,
    ChannelState.SUSPENDED: Tone.WARNING,
    ChannelState.TERMINATED: Tone.DANGER,
}


class ChannelsView(QWidget):
    """Draws a ListState of Channel."""

    def __init__(self, speech: Speech, presenter: ListPresenter[Channel]) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._table = Table(stretched=0)
        self._count = label("muted")
        self._error = Banner()
        self._refresh = button("secondary", presenter.refresh)
        title, text = label("title"), label("body")
        speech.bind("channels.title", title.setText, self._table.setAccessibleName)
        speech.bind("channels.text", text.setText)
        speech.bind("channels.refresh", self._refresh.setText)
        low = Wrapping(self._refresh)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for widget in (title, text, self._error, self._count, self._table):
            inside.addWidget(widget, 1 if widget is self._table else 0)
        inside.addWidget(low)
        speech.listen(self._redraw)
        presenter.watch(lambda _state: self._redraw())

    def _redraw(self) -> None:
        words, state = self._speech.words, self._presenter.state
        items = sorted(state.items, key=lambda item: item.state is not ChannelState.AUTHORISED)
        titles = [words.say(f"channels.{column}") for column in _COLUMNS]
        self._table.fill(titles, [_row(item, words) for item in items])
        self._count.setText(_summary(state, words))
        self._refresh.setEnabled(not state.loading)
        self._error.show_error(state.error, words, Tone.WARNING)


def _summary(state: ListState[Channel], words: Words) -> str:
    if state.loading and not state.items:
        return words.say("channels.loading")
    if state.error is not None and not state.items:
        return ""  # what went wrong is said above
    return words.say("channels.count", shown=len(state.items))


def _row(item: Channel, words: Words) -> TableRow:
    cells = (
        Cell(item.name if words.language == "zh_CN" else item.name_en),
        Cell(words.of(item.state), _TONES[item.state]),
        Cell(words.day(item.functional_test_passed_on)),
        Cell(words.day(item.security_test_passed_on)),
        Cell(item.reason or ""),
        Cell(item.channel_no),
    )
    return TableRow(item.channel_no, cells)
