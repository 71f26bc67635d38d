"""The administrator's page: who there is, and what can be done about them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desk_app.domain.operator import OperatorAccount
from desk_app.domain.password import is_due
from desk_app.ui.scene import Tone
from desk_app.ui.screens.operators.form import OperatorForm
from desk_app.ui.screens.operators.presenter import Act, OperatorsPresenter, OperatorsState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("number", "name", "roles", "state", "password_state", "hall", "by_card")


class OperatorsView(QWidget):
    """Draws OperatorsState."""

    def __init__(self, speech: Speech, presenter: OperatorsPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._items: tuple[OperatorAccount, ...] | None = None
        self._table = Table(stretched=2)
        self._count, self._notice = label("muted"), Banner()
        self._question, self._secret = label("strong"), label("display")
        self._new = button("primary", presenter.begin)
        self._new.setObjectName("operator-new")
        self._change = button("secondary", lambda: presenter.begin(self._table.selected_key()))
        self._change.setObjectName("operator-change")
        self._acts = {act: button("secondary", partial(self._ask, act)) for act in Act}
        self._confirm, self._given = self._confirmation(), self._password_shown()
        self._form = OperatorForm(speech, presenter)
        self._arrange()
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._allow())
        speech.listen(self._speak_again)
        presenter.watch(self._draw)

    def _arrange(self) -> None:
        speech, title, text = self._speech, label("title"), label("body")
        speech.bind("operators.title", title.setText, self._table.setAccessibleName)
        speech.bind("operators.text", text.setText)
        speech.bind("operators.new", self._new.setText)
        speech.bind("operators.change", self._change.setText)
        for act, made in self._acts.items():
            made.setObjectName(f"operator-{act}")
            speech.bind(f"operators.{act}", made.setText)
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + GRID // 2)
        buttons = Wrapping(self._new, self._change, *self._acts.values())
        for widget in (self._given, self._confirm, buttons, self._count):
            column.addWidget(widget)
        column.addWidget(self._table, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for each in (title, text, self._notice, self._form):
            inside.addWidget(each)
        inside.addWidget(self._list, 1)
        inside.addStretch()

    def _confirmation(self) -> Card:
        box = Card()
        yes = button("danger", self._presenter.confirm)
        no = button("secondary", self._presenter.leave)
        yes.setObjectName("operator-confirm")
        self._speech.bind("operators.confirm", yes.setText)
        self._speech.bind("operators.leave", no.setText)
        box.add(self._question)
        box.inside.addWidget(Wrapping(yes, no))
        self._answers = (yes, no)
        return box

    def _password_shown(self) -> Card:
        box, once = Card(), label("body")
        self._for_whom: QLabel = label("strong")
        self._secret.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._secret.setObjectName("operator-given")
        noted = button("secondary", self._presenter.noted)
        noted.setObjectName("operator-noted")
        self._speech.bind("operators.noted", noted.setText)
        self._speech.bind("operators.given_once", once.setText)
        box.add(self._for_whom, self._secret, once, noted)
        return box

    def _speak_again(self) -> None:
        self._items = None
        self._draw(self._presenter.state)

    def _draw(self, state: OperatorsState) -> None:
        words = self._speech.words
        if state.items is not self._items:
            self._items = state.items
            titles = [words.say(f"operators.{column}") for column in _COLUMNS]
            self._table.refill(titles, [_row(item, words) for item in state.items])
        loading = state.loading and not state.items
        count = words.say("operators.count", count=len(state.items))
        self._count.setText(words.say("operators.loading") if loading else count)
        self._notice.show_notice(state.notice, words)
        self._form.draw(state)
        self._list.setVisible(state.form is None)
        self._confirm.setVisible(state.asked is not None)
        if state.asked is not None:
            act, account = state.asked
            self._question.setText(_said(words, f"operators.{act}_question", account))
        for each in self._answers:
            each.setEnabled(not state.busy)
        given = state.given
        self._given.setVisible(given is not None)
        self._secret.setText(given.password if given is not None else "")
        whom = _said(words, "operators.given", given.account) if given is not None else ""
        self._for_whom.setText(whom)
        self._allow()

    def _allow(self) -> None:
        state, number = self._presenter.state, self._table.selected_key()
        chosen = next((one for one in state.items if one.operator.number == number), None)
        free = not state.busy and state.form is None and state.asked is None
        self._new.setEnabled(free)
        self._change.setEnabled(free and chosen is not None)
        for act, made in self._acts.items():
            made.setEnabled(free and chosen is not None and _makes_sense(act, chosen))

    def _ask(self, act: Act) -> None:
        self._presenter.ask(act, self._table.selected_key())


def _makes_sense(act: Act, account: OperatorAccount) -> bool:
    if act is Act.UNLOCK:
        return _is_locked(account) or account.failures > 0
    if act is Act.RESET:
        return account.active
    return account.active is (act is Act.DISABLE)


def _is_locked(account: OperatorAccount) -> bool:
    until = account.locked_until
    return until is not None and until > datetime.now(until.tzinfo)


def _said(words: Words, key: str, account: OperatorAccount) -> str:
    return words.say(key, name=account.operator.name, number=account.operator.number)


def _row(account: OperatorAccount, words: Words) -> TableRow:
    operator = account.operator
    roles = words.say("format.list").join(words.of(role) for role in sorted(operator.roles))
    cells = (
        Cell(operator.number),
        Cell(operator.name),
        Cell(roles),
        _state(account, words),
        _password(account, words),
        Cell(account.hall),
        Cell(words.say("operators.has_card") if account.card else ""),
    )
    return TableRow(operator.number, cells)


def _state(account: OperatorAccount, words: Words) -> Cell:
    if not account.active:
        return Cell(words.say("operators.disabled"), Tone.NEUTRAL)
    if _is_locked(account):
        until = words.moment(account.locked_until)
        return Cell(words.say("operators.locked", until=until), Tone.WARNING)
    return Cell(words.say("operators.active"), Tone.GOOD)


def _password(account: OperatorAccount, words: Words) -> Cell:
    set_at = account.password_set_at
    if set_at is None:
        return Cell(words.say("operators.password_given"), Tone.INFO)
    if is_due(account, datetime.now(set_at.tzinfo)):
        return Cell(words.say("operators.password_due"), Tone.WARNING)
    return Cell(words.say("operators.password_set", day=words.day(set_at)))
