"""The pages of the operator's window in the header: as many as there is room for, the others in a menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QWidget

from desk_app.ui.speech import Speech

_KEYS = 9
"""Pages that have a key: Ctrl and a digit."""


class Navigation:
    """A button for every page that is offered. Those at the end that `fit` finds no room for are in the menu
    of the last button, which then says so if one of them is open. Ctrl+1 opens the first page, and so on."""

    def __init__(
        self, parent: QWidget, speech: Speech, pages: Iterable[str], go: Callable[[str], None]
    ) -> None:
        self._go = go
        self._speech = speech
        self._offered: list[str] = []
        self._kept = 0
        self._buttons = {page: QPushButton() for page in pages}
        self._group = QButtonGroup(parent)
        for at, (page, made) in enumerate(self._buttons.items(), 1):
            made.setProperty("kind", "nav")
            made.setCheckable(True)
            # Not `clicked`: assistive technology toggles a button that can be checked.
            made.toggled.connect(partial(self._turn, page))
            made.setObjectName(f"page-{page}")
            self._group.addButton(made)
            if at <= _KEYS:
                press = partial(self._press, at)
                QShortcut(QKeySequence(f"Ctrl+{at}"), parent).activated.connect(press)
        self.more = QPushButton()
        self.more.setProperty("kind", "nav")
        self.more.setObjectName("page-more")
        self._menu = QMenu(self.more)
        self._menu.aboutToShow.connect(self._list)
        self.more.setMenu(self._menu)
        self.more.hide()

    @property
    def offered(self) -> list[str]:
        """What the pages are called that there are for whoever is here, in their order."""
        return [self._buttons[page].text() for page in self._offered]

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """The buttons in their order, the menu's last."""
        return (*self._buttons.values(), self.more)

    def offer(self, pages: Iterable[str]) -> None:
        """Which pages there are for whoever is here."""
        wanted = set(pages)
        self._offered = [page for page in self._buttons if page in wanted]
        self._kept = len(self._offered)
        self._show()

    def name(self, page: str, text: str) -> None:
        """What a page is called now."""
        self._buttons[page].setText(text)
        self._show()

    def open(self, page: str) -> None:
        """Say which page is open."""
        with QSignalBlocker(self._buttons[page]):  # it is open already
            self._buttons[page].setChecked(True)
        self._show()

    def fit(self, room: int, gap: int) -> None:
        """Keep as many buttons as go side by side in `room` pixels."""
        sizes = [self._buttons[page].sizeHint().width() + gap for page in self._offered]
        kept = len(sizes)
        if sum(sizes) > room:
            kept = max(kept - 2, 0)  # a menu of one would help nobody
            while kept and sum(sizes[:kept]) + self._more_width(kept) + gap > room:
                kept -= 1
        if kept != self._kept:
            self._kept = kept
            self._show()

    def all(self, gap: int) -> int:
        """Pixels for every page that is offered."""
        return sum(self._buttons[page].sizeHint().width() + gap for page in self._offered)

    def enough(self, gap: int) -> int:
        """Pixels for three pages and the menu: with less, pages are worth more than what stands beside."""
        sizes = [self._buttons[page].sizeHint().width() + gap for page in self._offered]
        return min(sum(sizes), sum(sizes[:3]) + self._more_width(3) + gap)

    def _more_width(self, kept: int) -> int:
        measure = self.more.fontMetrics().horizontalAdvance
        return (
            self.more.sizeHint().width()
            - measure(self.more.text())
            + measure(self._more_text(kept))
        )

    def _more_text(self, kept: int) -> str:
        """“More”, with the page that is open if that is one of those in the menu."""
        words = self._speech.words
        more = words.say("header.more")
        for page in self._offered[kept:]:
            if self._buttons[page].isChecked():
                return words.say("format.colon", name=more, value=self._buttons[page].text())
        return more

    def _show(self) -> None:
        for page, made in self._buttons.items():
            made.setVisible(page in self._offered[: self._kept])
        self.more.setVisible(self._kept < len(self._offered))
        text = self._more_text(self._kept)
        if text != self.more.text():
            self.more.setText(text)

    def _list(self) -> None:
        """The menu, as things are when it opens."""
        self._menu.clear()
        for page in self._offered[self._kept :]:
            made = self._buttons[page]
            action = QAction(made.text(), self._menu)
            action.setCheckable(True)
            action.setChecked(made.isChecked())
            action.triggered.connect(partial(self.choose, page))
            self._menu.addAction(action)

    def choose(self, page: str, _checked: bool = False) -> None:
        """Open a page as its button does, also where that is in the menu."""
        self._buttons[page].click()

    def _press(self, at: int) -> None:
        """The key of the page at this place among those that are offered."""
        if at <= len(self._offered):
            self.choose(self._offered[at - 1])

    def _turn(self, page: str, on: bool) -> None:
        if on:
            self._show()
            self._go(page)
