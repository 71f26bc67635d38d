"""Which language a window speaks, and what is said again when that changes. No Qt: any setter will do."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.ui.words import LANGUAGES, Words


class Speech:
    """The language of one window. Fixed texts are bound once and follow every change of language; texts
    that depend on state are drawn again by those who listen."""

    def __init__(self, language: str = LANGUAGES[0]) -> None:
        self.words = Words(language)
        self._bound: list[tuple[str, tuple[Callable[[str], object], ...]]] = []
        self._listeners: list[Callable[[], None]] = []

    def bind(self, key: str, *setters: Callable[[str], object]) -> None:
        """Give the words for `key` to every setter, now and after each change of language."""
        self._bound.append((key, setters))
        self._apply(key, setters)

    def listen(self, redraw: Callable[[], None]) -> None:
        """Call `redraw` after each change of language."""
        self._listeners.append(redraw)

    def switch(self, language: str) -> None:
        """Speak another language from now on."""
        if language == self.words.language:
            return
        self.words = Words(language)
        for key, setters in self._bound:
            self._apply(key, setters)
        for redraw in self._listeners:
            redraw()

    def _apply(self, key: str, setters: tuple[Callable[[str], object], ...]) -> None:
        text = self.words.say(key)
        for setter in setters:
            setter(text)


def other_language(language: str) -> str:
    """The next language in turn."""
    return LANGUAGES[(LANGUAGES.index(language) + 1) % len(LANGUAGES)]
