"""The outcomes screen: what was decided on this clerk's applications. Numbers only, no names: no citizen's
visit is over with it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.application import Application, ApplicationState
from desk_app.ui.scene import Tone
from desk_app.ui.screens.outcomes.presenter import OutcomesPresenter, OutcomesState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, label
from desk_app.ui.widgets.table import Cell, Table, TableRow

_COLUMNS = ("number", "kind", "state", "reason", "decided")


class OutcomesView(QWidget):
    """Draws OutcomesState."""

    def __init__(self, speech: Speech, presenter: OutcomesPresenter) -> None:
        super().__init__()
        self._speech = speech
        title, self._text = label("title"), label("muted")
        self._error = Banner()
        self._table = Table(stretched=3)
        speech.bind("outcomes.title", title.setText, self._table.setAccessibleName)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for part in (title, self._text, self._error, self._table):
            inside.addWidget(part, 1 if part is self._table else 0)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _draw(self, state: OutcomesState) -> None:
        words = self._speech.words
        titles = [words.say(f"outcomes.{column}") for column in _COLUMNS]
        self._table.refill(titles, [self._row(item) for item in state.items])
        self._text.setText(words.say("outcomes.text" if state.items else "outcomes.empty"))
        self._error.show_error(state.error, words, Tone.WARNING)

    def _row(self, item: Application) -> TableRow:
        words, decision = self._speech.words, item.decision
        rejected = item.state is ApplicationState.REJECTED
        decided = (
            words.say(
                "queue.at_window",
                at=words.moment(decision.at),
                window=decision.window,
                operator=decision.operator_number,
            )
            if decision is not None
            else ""
        )
        cells = (
            Cell(item.number),
            Cell(words.of(item.kind)),
            Cell(words.of(item.state), Tone.WARNING if rejected else Tone.GOOD),
            Cell(decision.reason if decision is not None else ""),
            Cell(decided),
        )
        return TableRow(str(item.id), cells)
