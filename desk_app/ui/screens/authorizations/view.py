"""The authorisations screen: a table, and withdrawing the selected one after asking once more."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.e_card import Authorization, AuthorizationState
from desk_app.ui.scene import Tone
from desk_app.ui.screens.authorizations.presenter import (
    AuthorizationsPresenter,
    AuthorizationsState,
)
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow

_COLUMNS = ("grantee", "state", "kind", "scope", "purpose", "granted", "until")
_TONES = {
    AuthorizationState.ACTIVE: Tone.GOOD,
    AuthorizationState.REVOKED: Tone.NEUTRAL,
    AuthorizationState.LAPSED: Tone.NEUTRAL,
}


class AuthorizationsView(QWidget):
    """Draws AuthorizationsState."""

    def __init__(self, speech: Speech, presenter: AuthorizationsPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._items: tuple[Authorization, ...] = ()
        title, self._text = label("title"), label("muted")
        self._table = Table(stretched=4)
        self._receipt = button("secondary", presenter.open_receipt)
        self._receipt.setObjectName("authorization-receipt")
        self._notice = Banner(self._receipt)
        self._withdraw = button("secondary", self._choose)
        self._withdraw.setObjectName("authorization-withdraw")
        back = button("quiet", presenter.back)
        self._question = label("strong")
        self._confirm = self._confirmation()
        speech.bind("authorizations.title", title.setText, self._table.setAccessibleName)
        speech.bind("authorizations.withdraw", self._withdraw.setText)
        speech.bind("receipt.print", self._receipt.setText)
        speech.bind("authorizations.back", back.setText)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        top = Wrapping(back, title)
        inside.addWidget(top)
        for widget in (self._text, self._notice, self._table, self._confirm):
            inside.addWidget(widget, 1 if widget is self._table else 0)
        low = Wrapping(self._withdraw)
        inside.addWidget(low)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._allow())
        speech.listen(self._speak_again)
        presenter.watch(self._draw)

    def _confirmation(self) -> Card:
        box = Card()
        submit = button("danger", self._presenter.withdraw)
        submit.setObjectName("authorization-confirm")
        cancel = button("secondary", lambda: self._presenter.choose(None))
        self._speech.bind("authorizations.submit", submit.setText)
        self._speech.bind("authorizations.cancel", cancel.setText)
        buttons = Wrapping(submit, cancel)
        box.add(self._question)
        box.inside.addWidget(buttons)
        self._buttons = (submit, cancel)
        return box

    def _speak_again(self) -> None:
        self._fill(self._items)
        self._draw(self._presenter.state)

    def _draw(self, state: AuthorizationsState) -> None:
        words = self._speech.words
        if state.items != self._items or not state.open:
            self._fill(state.items)
        empty = "text" if state.items else "loading" if state.loading else "empty"
        failed = state.notice is not None and state.notice.error is not None
        # Nobody knows whether there are any when the platform has not said so.
        unknown = failed and empty == "empty"
        self._text.setText("" if unknown else words.say(f"authorizations.{empty}"))
        self._notice.show_notice(state.notice, words)
        self._receipt.setVisible(state.notice is not None and state.notice.receipt is not None)
        chosen = state.chosen
        self._confirm.setVisible(chosen is not None)
        grantee = chosen.grantee if chosen is not None else ""
        question = words.say("authorizations.confirm", grantee=grantee) if grantee else ""
        self._question.setText(question)
        for each in self._buttons:
            each.setEnabled(not state.busy)
        self._allow()

    def _fill(self, items: tuple[Authorization, ...]) -> None:
        self._items = items
        words = self._speech.words
        titles = [words.say(f"authorizations.{column}") for column in _COLUMNS]
        self._table.fill(titles, [self._row(item) for item in items])

    def _row(self, item: Authorization) -> TableRow:
        words = self._speech.words
        until = words.day(item.until) if item.until else words.say("authorizations.no_end")
        cells = (
            Cell(item.grantee),
            Cell(words.of(item.state), _TONES[item.state]),
            Cell(words.of(item.kind)),
            Cell(words.coded("authorization_scope", item.scope)),
            Cell(item.purpose),
            Cell(words.day(item.granted_at)),
            Cell(until),
        )
        return TableRow(item.id, cells)

    def _allow(self) -> None:
        key, state = self._table.selected_key(), self._presenter.state
        active = any(
            item.id == key and item.state is AuthorizationState.ACTIVE for item in self._items
        )
        self._withdraw.setEnabled(active and state.chosen is None and not state.busy)

    def _choose(self) -> None:
        self._presenter.choose(self._table.selected_key())
