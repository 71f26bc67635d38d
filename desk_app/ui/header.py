"""What is always visible: hall and window, reader and platform, the pages, the operator."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from desk_app.domain.operator import Operator
from desk_app.domain.permissions import Permission
from desk_app.ui.platform_watch import PlatformState
from desk_app.ui.scene import Tone
from desk_app.ui.screens.counter.arrival import ReaderState, ReaderStatus
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, button, label, on_key
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.pill import Pill


class Page(StrEnum):
    """The pages of the operator's window."""

    COUNTER = "counter"
    QUEUE = "queue"
    AUDIT = "audit"
    CITY = "city"
    CHANNELS = "channels"
    VERIFY = "verify"
    OUTCOMES = "outcomes"
    SHIFT = "shift"
    OPERATORS = "operators"
    PRINTOUTS = "printouts"


_NEEDED = {
    Page.COUNTER: Permission.SERVE,
    Page.QUEUE: Permission.DECIDE,
    Page.AUDIT: Permission.READ_AUDIT,
    Page.VERIFY: Permission.VERIFY,
    Page.OUTCOMES: Permission.FILE,
    Page.SHIFT: Permission.WORK_SHIFT,
    Page.OPERATORS: Permission.OPERATORS,
    Page.PRINTOUTS: Permission.SERVE,
}
"""What an operator must be permitted to be offered a page; the others are for everybody."""


def pages_of(operator: Operator) -> list[Page]:
    """The pages that an operator is offered, in the header's order."""
    return [page for page in Page if page not in _NEEDED or operator.may(_NEEDED[page])]


_READER_TONES = {
    ReaderState.STARTING: Tone.UNKNOWN,
    ReaderState.SERVICE_DOWN: Tone.DANGER,
    ReaderState.NO_READER: Tone.WARNING,
    ReaderState.READY: Tone.GOOD,
    ReaderState.CARD_IN: Tone.INFO,
    ReaderState.MUTE: Tone.WARNING,
}
_PLATFORM_TONES = {
    PlatformState.UNKNOWN: Tone.UNKNOWN,
    PlatformState.UP: Tone.GOOD,
    PlatformState.DOWN: Tone.DANGER,
    PlatformState.SKEWED: Tone.WARNING,
}


class Header(QWidget):
    """Draws ReaderStatus and PlatformState; wraps when there is little room."""

    def __init__(
        self,
        speech: Speech,
        place: tuple[str, str],
        go: Callable[[Page], None],
        sign_out: Callable[[], None],
        display: QWidget,
        lock: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._speech = speech
        self._place = place
        self._operator: Operator | None = None
        self._offered: list[Page] = []
        self._counts = {Page.OUTCOMES: 0, Page.PRINTOUTS: 0}
        self._reader_status = ReaderStatus()
        self._platform_state = PlatformState.UNKNOWN
        self._where = label("strong", wrap=False)
        self._who = label("small", wrap=False)
        self._reader, self._platform = Pill(), Pill()
        self._reader.setObjectName("reader-state")
        self._platform.setObjectName("platform-state")
        self._lock = button("quiet", lock)
        self._lock.setObjectName("lock")
        on_key(self._lock, "Ctrl+Shift+L")
        speech.bind("header.lock", self._lock.setText)
        self._sign_out = button("quiet", sign_out)
        self._sign_out.setObjectName("sign-out")
        speech.bind("header.sign_out", self._sign_out.setText)
        line = Wrapping(self._where, *self._navigation(go), gap=GRID)
        line.push_right()
        line.add(self._reader, self._platform, self._who, display, self._lock, self._sign_out)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        inside.addWidget(line)
        speech.listen(self._draw)
        self._draw()

    def show_operator(self, operator: Operator | None) -> None:
        """Who is signed in, and the pages that they are offered."""
        self._operator = operator
        self._offered = pages_of(operator) if operator is not None else []
        for page, made in self._pages.items():
            made.setVisible(page in self._offered and page is not Page.PRINTOUTS)
        self._reader.setVisible(Page.COUNTER in self._offered)
        self._draw()

    def show_count(self, page: Page, count: int) -> None:
        """How many decisions the clerk has not looked at; how many documents are on their way to paper."""
        self._counts[page] = count
        self._draw()

    def show_reader(self, status: ReaderStatus) -> None:
        """What the readers are doing."""
        self._reader_status = status
        self._draw()

    def show_platform(self, state: PlatformState) -> None:
        """Whether the platform answers."""
        self._platform_state = state
        self._draw()

    def show_page(self, page: Page) -> None:
        """Which page is open."""
        shown = self._pages[page]
        with QSignalBlocker(shown):  # it is open already
            shown.setChecked(True)
        self._draw()

    def _navigation(self, go: Callable[[Page], None]) -> list[QPushButton]:
        group = QButtonGroup(self)
        self._pages: dict[Page, QPushButton] = {}
        for at in range(1, len(Page) + 1):
            QShortcut(QKeySequence(f"Ctrl+{at}"), self).activated.connect(partial(self._press, at))
        for page in Page:
            made = QPushButton()
            made.setProperty("kind", "nav")
            made.setCheckable(True)
            # Not `clicked`: assistive technology toggles a button that can be checked.
            made.toggled.connect(partial(self._turn, go, page))
            made.setObjectName(f"page-{page}")
            self._speech.bind(f"header.{page}", made.setText)
            group.addButton(made)
            self._pages[page] = made
        self.show_page(Page.COUNTER)
        return list(self._pages.values())

    def _press(self, at: int) -> None:
        """The key of the page at this place among those that are offered."""
        if at <= len(self._offered):
            self._pages[self._offered[at - 1]].click()

    @staticmethod
    def _turn(go: Callable[[Page], None], page: Page, on: bool) -> None:
        if on:
            go(page)

    def _draw(self) -> None:
        words = self._speech.words
        for page, count in self._counts.items():
            name = words.say(f"header.{page}")
            if count:
                name = words.say("queue.counted", name=name, count=count)
            self._pages[page].setText(name)
        listed = self._pages[
            Page.PRINTOUTS
        ]  # there only while there is something on it: room is scarce
        wanted = bool(self._counts[Page.PRINTOUTS]) or listed.isChecked()
        listed.setVisible(Page.PRINTOUTS in self._offered and wanted)
        hall, window = self._place
        self._where.setText(words.say("sign_in.place", hall=hall, window=window))
        someone = self._operator
        self._who.setText(
            words.say(
                "header.operator",
                name=someone.name,
                number=someone.number,
                role="、".join(words.of(role) for role in sorted(someone.roles)),
            )
            if someone is not None
            else ""
        )
        reader = self._reader_status
        key = "waiting" if reader.waiting else str(reader.state)
        self._state(self._reader, _READER_TONES[reader.state], "reader_state", key)
        platform = self._platform_state
        self._state(self._platform, _PLATFORM_TONES[platform], "platform_state", str(platform))

    def _state(self, pill: Pill, tone: Tone, table: str, key: str) -> None:
        words = self._speech.words
        name, value = words.say(f"{table}.title"), words.say(f"{table}.{key}")
        pill.show_state(tone, words.say("format.colon", name=name, value=value))
