"""What an auditor looks for: citizen, operator, action, outcome, days."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit, QWidget

from desk_app.domain.audit import Action, Outcome
from desk_app.ui.screens.audit.presenter import Asked, AuditPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, button, label, on_key
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.fields import below, clearable
from desk_app.ui.widgets.layouts import Wrapping

_FIELDS = {"citizen": 18, "operator": 12, "first": 10, "last": 10}
"""Fields to type into, with how many characters are to be seen at once."""


class AuditForm(Wrapping):
    """Tells the presenter what is asked for; forgets it when told to."""

    def __init__(self, speech: Speech, presenter: AuditPresenter) -> None:
        super().__init__(gap=2 * GRID)
        self._speech = speech
        self._presenter = presenter
        self._typed = {name: self._field(name, length) for name, length in _FIELDS.items()}
        self._action, self._outcome = Choice(), Choice()
        self.pressed = button("primary", self.search)
        self.pressed.setObjectName("audit-search")
        on_key(self.pressed, "F5")
        speech.bind("audit.search", self.pressed.setText)
        self.add(self._named("citizen", self._typed["citizen"]))
        self.add(self._named("operator", self._typed["operator"]))
        for name, choice in (("action", self._action), ("outcome", self._outcome)):
            choice.setObjectName(f"audit-{name}")
            self.add(self._named(name, choice))
        self._action.setMinimumContentsLength(14)
        self.add(self._named("first", self._typed["first"]))
        self.add(self._named("last", self._typed["last"]))
        self.add(below(label("muted", " "), self.pressed))
        speech.listen(self._offer)
        self._offer()

    def begin(self) -> None:
        """The page has been opened: the keyboard begins with the citizen."""
        self._typed["citizen"].setFocus()

    def forget(self) -> None:
        """Nobody is here any more: drop what was typed and chosen."""
        for field in self._typed.values():
            field.clear()
        for choice in (self._action, self._outcome):
            choice.setCurrentIndex(0)

    def search(self) -> None:
        """Look for what the fields say."""
        typed = {name: field.text() for name, field in self._typed.items()}
        action, outcome = self._action.chosen() or None, self._outcome.chosen() or None
        self._presenter.search(
            Asked(
                action=cast("Action | None", action),
                outcome=cast("Outcome | None", outcome),
                **typed,
            )
        )

    def _field(self, name: str, length: int) -> QLineEdit:
        made = _Field(length)
        made.setObjectName(f"audit-{name}")
        clearable(made, self._speech)
        made.returnPressed.connect(self.search)
        return made

    def _named(self, name: str, field: QWidget) -> QWidget:
        """A field below its name."""
        above = label("muted", wrap=False)
        self._speech.bind(f"audit.{name}", above.setText, field.setAccessibleName)
        if isinstance(field, QLineEdit) and name in ("first", "last"):
            self._speech.bind("audit.day", field.setPlaceholderText)
        return below(above, field)

    def _offer(self) -> None:
        words = self._speech.words
        anything = ("", words.say("audit.any"))
        self._action.offer([anything, *((each, words.of(each)) for each in Action)])
        self._outcome.offer([anything, *((each, words.of(each)) for each in Outcome)])


class _Field(QLineEdit):
    """As wide as what belongs in it."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length
        self.setMaxLength(2 * length)  # what is pasted may come with spaces

    def sizeHint(self) -> QSize:
        """Qt: the most digits that fit, and the button that clears them."""
        hint = super().sizeHint()
        digits = self.fontMetrics().horizontalAdvance("0") * (self._length + 4)
        return QSize(digits + 4 * GRID, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Qt: no narrower."""
        return self.sizeHint()
