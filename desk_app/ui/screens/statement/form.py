"""What the clerk chooses for a statement."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from desk_app.domain.document import Recipient
from desk_app.domain.statement import StatementKind
from desk_app.services.ports import Language
from desk_app.ui.screens.statement.hand_over import HandOver
from desk_app.ui.screens.statement.presenter import (
    StatementPresenter,
    StatementState,
    Work,
)
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice


class StatementForm(Card):
    """Draws StatementState's order."""

    def __init__(self, speech: Speech, presenter: StatementPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._names: dict[Choice, QLabel] = {}
        title = label("heading")
        speech.bind("statement.title", title.setText)
        back = button("quiet", presenter.back)
        back.setObjectName("statement-back")
        speech.bind("statement.back", back.setText)
        self._record = label("muted")
        self.add(back, title, self._record)
        self._kind = self._field("kind", lambda kind: presenter.choose(kind=kind))
        self._year = self._field("year", lambda year: presenter.choose(year=year))
        self._first, self._last = self._range()
        self._language = self._field("language", lambda value: presenter.choose(language=value))
        self._large = QCheckBox()
        self._large.setObjectName("statement-large-print")
        self._large.clicked.connect(lambda on: presenter.choose(large_print=on))
        speech.bind("statement.large_print", self._large.setText)
        self.add(self._large)
        self._recipient = self._field("recipient", lambda who: presenter.choose(recipient=who))
        self._hand_over = HandOver(speech, presenter)
        self.add(self._hand_over)
        self._prepare = button("primary", presenter.prepare)
        self._prepare.setObjectName("statement-prepare")
        self.inside.addSpacing(GRID)
        self.inside.addWidget(self._prepare)
        issued = button("quiet", presenter.list_issued)
        issued.setObjectName("statement-issued")
        speech.bind("statement.issued", issued.setText)
        self.inside.addWidget(issued)

    def draw(self, state: StatementState) -> None:
        """Show what is chosen, and what can be chosen."""
        words, order = self._speech.words, state.order
        self._record.setText(self._on_record(state))
        self._kind.offer([(kind, words.of(kind)) for kind in StatementKind], order.kind)
        self._language.offer([(each, words.of(each)) for each in Language], order.language)
        self._recipient.offer([(each, words.of(each)) for each in Recipient], order.recipient)
        self._large.setChecked(order.large_print)
        self._hand_over.draw(state)
        self._draw_months(state)
        preparing = state.work is Work.PREPARING
        self._prepare.setText(words.say(f"statement.{'preparing' if preparing else 'prepare'}"))
        has_something = state.record is not None or order.kind.period == "all"
        self._prepare.setEnabled(has_something and state.work is None)

    def _on_record(self, state: StatementState) -> str:
        words = self._speech.words
        if state.work is Work.LOADING:
            return words.say("statement.loading")
        if state.record is None:
            return words.say("statement.none_on_record")
        first, last = words.month(state.record.first), words.month(state.record.last)
        return words.say("statement.on_record", first=first, last=last)

    def _draw_months(self, state: StatementState) -> None:
        order, record = state.order, state.record
        self._shown(self._year, order.kind.period == "year")
        self._range_box.setVisible(order.kind.period == "months")
        years = range(record.last // 100, record.first // 100 - 1, -1) if record else ()
        pairs: list[tuple[object, str]] = [(year, str(year)) for year in years]
        months: list[tuple[object, str]] = [(month, f"{month:02d}") for month in range(1, 13)]
        self._year.offer(pairs, order.year)
        for (year, month), chosen in ((self._first, order.first), (self._last, order.last)):
            year.offer(pairs, chosen // 100)
            month.offer(months, chosen % 100)

    def _shown(self, field: Choice, shown: bool) -> None:
        field.setVisible(shown)
        self._names[field].setVisible(shown)

    def _range(self) -> tuple[tuple[Choice, Choice], tuple[Choice, Choice]]:
        self._range_box = QWidget()
        grid = QGridLayout(self._range_box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID // 2)
        grid.setHorizontalSpacing(GRID)
        made = [
            self._made(name, lambda _value: self._choose_range())
            for name in ("first_year", "first_month", "last_year", "last_month")
        ]
        for at, field in enumerate(made):
            line, side = divmod(at, 2)
            grid.addWidget(self._names[field], 2 * line, side)
            grid.addWidget(field, 2 * line + 1, side)
        self.inside.addWidget(self._range_box)
        return (made[0], made[1]), (made[2], made[3])

    def _choose_range(self) -> None:
        values = [self._joined(*self._first), self._joined(*self._last)]
        if all(values):
            self._presenter.choose(first=values[0], last=values[1])

    @staticmethod
    def _joined(year: Choice, month: Choice) -> int:
        years, months = year.chosen(), month.chosen()
        return years * 100 + months if isinstance(years, int) and isinstance(months, int) else 0

    def _field(self, name: str, chosen: Callable[[object], object]) -> Choice:
        field = self._made(name, chosen)
        self.add(self._names[field], field)
        return field

    def _made(self, name: str, chosen: Callable[[object], object]) -> Choice:
        field = Choice(chosen)
        field.setObjectName(f"statement-{name}")
        title = label("strong")
        title.setBuddy(field)
        self._names[field] = title
        self._speech.bind(f"statement.{name}", title.setText, field.setAccessibleName)
        return field
