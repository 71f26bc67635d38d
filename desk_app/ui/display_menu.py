"""How the windows look and which language they speak: one button with a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from desk_app.ui.settings import Preferences
from desk_app.ui.speech import Speech
from desk_app.ui.theme import SCALES
from desk_app.ui.words import LANGUAGES


class DisplayButton(QPushButton):
    """Opens the menu. `choose` is called with what was chosen; `show_chosen` says what holds now."""

    def __init__(
        self,
        speech: Speech,
        choose: Callable[[Preferences], None],
        show_citizen: Callable[[], None],
    ) -> None:
        super().__init__()
        self._speech = speech
        self._choose = choose
        self._chosen = Preferences()
        self.setProperty("kind", "quiet")
        self.setObjectName("display")
        self._menu = QMenu(self)
        self._languages = self._group("display.language", LANGUAGES, self._language)
        self._citizens = self._group("display.citizen_language", LANGUAGES, self._citizen)
        self._sizes = self._group("display.size", SCALES, self._size)
        self._dark = QAction(self)
        self._dark.setCheckable(True)
        self._dark.triggered.connect(self._darken)
        self._menu.addAction(self._dark)
        self._menu.addSeparator()
        window = self._menu.addAction("")
        window.triggered.connect(lambda _on=False: show_citizen())
        speech.bind("display.citizen_window", window.setText)
        self.setMenu(self._menu)
        speech.bind("display.menu", self.setText, self._menu.setTitle)
        speech.bind("display.dark", self._dark.setText)

    def show_chosen(self, chosen: Preferences) -> None:
        """Tick what holds now."""
        self._chosen = chosen
        self._languages[chosen.language].setChecked(True)
        self._citizens[chosen.citizen_language].setChecked(True)
        self._sizes[chosen.appearance.scale].setChecked(True)
        self._dark.setChecked(chosen.appearance.dark)

    def _group(
        self, title: str, values: tuple[object, ...], chosen: Callable[..., None]
    ) -> dict[object, QAction]:
        heading = self._menu.addAction("")
        heading.setEnabled(False)
        self._speech.bind(title, heading.setText)
        group = QActionGroup(self)
        actions: dict[object, QAction] = {}
        for value in values:
            action = self._menu.addAction("")
            action.setCheckable(True)
            action.triggered.connect(lambda _on=False, value=value: chosen(value))
            group.addAction(action)
            key = f"display.size_{value}" if isinstance(value, int) else f"language.{value}"
            self._speech.bind(key, action.setText)
            actions[value] = action
        self._menu.addSeparator()
        return actions

    def _language(self, language: str) -> None:
        self._choose(self._chosen._replace(language=language))

    def _citizen(self, language: str) -> None:
        self._choose(self._chosen._replace(citizen_language=language))

    def _size(self, scale: int) -> None:
        look = self._chosen.appearance._replace(scale=scale)
        self._choose(self._chosen._replace(appearance=look))

    def _darken(self, dark: bool) -> None:
        look = self._chosen.appearance._replace(dark=dark)
        self._choose(self._chosen._replace(appearance=look))
