"""A reason: one of the ready-made ones, or whatever is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox

from desk_app.ui.speech import Speech

_REASONS = 3
"""Ready-made reasons in the catalogue, per form."""


class ReasonBox(QComboBox):
    """Offers `<section>.reason_1` and so on, and takes any other text."""

    def __init__(self, speech: Speech, section: str, changed: Callable[[], None]) -> None:
        super().__init__()
        self._speech, self._section = speech, section
        self.setObjectName(f"{section}-reason")
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        speech.bind("confirm.reason_hint", self._hint)
        speech.listen(self._speak)
        self.forget()
        self.editTextChanged.connect(lambda _text: changed())

    def given(self) -> str:
        """The reason, "" for none yet."""
        return self.currentText().strip()

    def forget(self) -> None:
        """A fresh one has no reason yet."""
        self.clear()
        keys = (f"{self._section}.reason_{n}" for n in range(1, _REASONS + 1))
        self.addItems([self._speech.words.say(key) for key in keys])
        self.setCurrentIndex(-1)
        self.setEditText("")

    def _speak(self) -> None:
        """Another language: a ready-made reason is said in it, one that was typed stays."""
        at, typed = self.currentIndex(), self.currentText()
        ready = at >= 0 and typed == self.itemText(at)
        self.forget()
        if ready:
            self.setCurrentIndex(at)
        else:
            self.setEditText(typed)

    def _hint(self, text: str) -> None:
        edit = self.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(text)
