"""Rehearsal cards: inserts and removes emulated cards, when a sandbox is there. Hidden until F12."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, button, label
from desk_app.ui.widgets.combo import Choice


class SandboxPanel(Protocol):
    """The catalogue of emulated cards and the virtual slot."""

    def variants(self) -> Sequence[tuple[str, str, str]]:
        """(id, Chinese label, English label) of every card."""
        ...

    def insert(self, variant: str) -> None:
        """Plug a card; one that is in goes first."""
        ...

    def remove(self) -> None:
        """Pull the card, if one is in."""
        ...

    def current(self) -> str | None:
        """Id of the card that is in, or None."""
        ...


class DevPanel(QDockWidget):
    """Chooses a card, inserts it, takes it out."""

    def __init__(self, speech: Speech, sandbox: SandboxPanel) -> None:
        super().__init__()
        self.setObjectName("dev-panel")
        self._speech = speech
        self._sandbox = sandbox
        self._card = Choice()
        self._card.setObjectName("dev-card")
        self._card.setMinimumContentsLength(18)
        self._state = label("small")
        insert, remove = button("primary", self._insert), button("secondary", self._remove)
        insert.setObjectName("dev-insert")
        remove.setObjectName("dev-remove")
        name = label("body")
        speech.bind("dev.title", self.setWindowTitle)
        speech.bind("dev.card", name.setText, self._card.setAccessibleName)
        speech.bind("dev.insert", insert.setText)
        speech.bind("dev.remove", remove.setText)
        speech.listen(self._draw)
        buttons = QHBoxLayout()
        for each in (insert, remove):
            buttons.addWidget(each)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        for widget in (name, self._card):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self._state)
        column.addStretch(1)
        self.setWidget(inside)
        self._draw()

    def _insert(self) -> None:
        chosen = self._card.chosen()
        if isinstance(chosen, str):
            self._sandbox.insert(chosen)
        self._draw()

    def _remove(self) -> None:
        self._sandbox.remove()
        self._draw()

    def _draw(self) -> None:
        words = self._speech.words
        chinese = words.language == "zh_CN"
        labels = {variant: zh if chinese else en for variant, zh, en in self._sandbox.variants()}
        self._card.offer(list(labels.items()))
        inside = self._sandbox.current()
        self._state.setText(
            words.say("dev.inside", label=labels[inside])
            if inside in labels
            else words.say("dev.outside")
        )
