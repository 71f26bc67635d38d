"""A choice among values that are shown in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """Holds (value, text) pairs; offering again keeps what was chosen, and tells nobody."""

    def __init__(self, chosen: Callable[[object], object] | None = None) -> None:
        super().__init__()
        self._offered: list[tuple[object, str]] = []
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(14)
        if chosen is not None:
            self.currentIndexChanged.connect(lambda _index: chosen(self.chosen()))

    def chosen(self) -> object:
        """The chosen value; None when nothing is offered."""
        at = self.currentIndex()
        return self._offered[at][0] if 0 <= at < len(self._offered) else None

    def offer(self, pairs: Sequence[tuple[object, str]], value: object = None) -> None:
        """Offer these, with `value` chosen, or what was chosen before."""
        wanted = self.chosen() if value is None else value
        with QSignalBlocker(self):
            if list(pairs) != self._offered:
                self._offered = list(pairs)
                self.clear()
                self.addItems([text for _, text in pairs])
            values = [value for value, _ in pairs]
            self.setCurrentIndex(values.index(wanted) if wanted in values else 0 if pairs else -1)
