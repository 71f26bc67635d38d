"""What an administrator says of an operator."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit

from desk_app.domain.operator import Role
from desk_app.services.operators import OperatorDetails
from desk_app.ui.screens.operators.presenter import OperatorsPresenter, OperatorsState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.fields import named
from desk_app.ui.widgets.layouts import Wrapping

_WIDTH = 720


class OperatorForm(Card):
    """Draws OperatorsState's form; filled anew whenever it is opened, and emptied when it closes."""

    def __init__(self, speech: Speech, presenter: OperatorsPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._open = False
        self.setMaximumWidth(_WIDTH)
        self._title = label("heading")
        self.add(self._title)
        self._number = self._field("number")
        self._name = self._field("name")
        roles = label("strong")
        speech.bind("operators.roles", roles.setText)
        self._roles = {role: QCheckBox() for role in Role}
        for role, box in self._roles.items():
            box.setObjectName(f"operator-{role}")
            speech.bind(f"role.{role}", box.setText)
        self.add(roles)
        self.inside.addWidget(Wrapping(*self._roles.values(), gap=3 * GRID))
        self._hall = self._field("hall")
        self._card = self._field("card")
        self._first_password, self._password = named(
            speech, "operators.password", "operator-password"
        )
        self._password.returnPressed.connect(self._submit)
        self.inside.addWidget(self._first_password)
        self._hint = label("small")
        speech.bind("operators.password_hint", self._hint.setText)
        self._save = button("primary", self._submit)
        self._save.setObjectName("operator-save")
        cancel = button("secondary", presenter.leave)
        cancel.setObjectName("operator-cancel")
        speech.bind("operators.save", self._save.setText)
        speech.bind("operators.cancel", cancel.setText)
        self.add(self._hint)
        self.inside.addWidget(Wrapping(self._save, cancel))
        self._cancel = cancel

    def draw(self, state: OperatorsState) -> None:
        """Show the form while it is open."""
        form = state.form
        self.setVisible(form is not None)
        if form is None:
            if self._open:
                self._fill(OperatorDetails("", "", frozenset(), ""))
            self._open = False
            return
        if not self._open:
            self._fill(form)
            self._open = True
            (self._name if form.number else self._number).setFocus()
        known = any(one.operator.number == form.number for one in state.items)
        self._title.setText(self._speech.words.say(f"operators.{'change' if known else 'new'}"))
        for each in (self._first_password, self._hint):
            each.setVisible(not known)
        self._number.setReadOnly(known)
        for box in (self._save, self._cancel, *self._roles.values()):
            box.setEnabled(not state.busy)

    def _field(self, name: str) -> QLineEdit:
        box, field = named(self._speech, f"operators.{name}", f"operator-{name}")
        field.returnPressed.connect(self._submit)
        self.inside.addWidget(box)
        return field

    def _fill(self, details: OperatorDetails) -> None:
        self._number.setText(details.number)
        self._name.setText(details.name)
        self._hall.setText(details.hall)
        self._card.setText(details.card or "")
        self._password.setText("")
        for role, box in self._roles.items():
            box.setChecked(role in details.roles)

    def _submit(self) -> None:
        roles = frozenset(role for role, box in self._roles.items() if box.isChecked())
        details = OperatorDetails(
            self._number.text(),
            self._name.text(),
            roles,
            self._hall.text(),
            self._card.text() or None,
        )
        self._presenter.save(details, self._password.text())
