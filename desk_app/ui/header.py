"""What is always visible: hall and window, reader and platform, the pages, the operator."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desk_app.domain.operator import Operator
from desk_app.domain.permissions import Permission
from desk_app.ui.navigation import Navigation
from desk_app.ui.platform_watch import PlatformState
from desk_app.ui.scene import Tone
from desk_app.ui.screens.counter.arrival import ReaderState, ReaderStatus
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, button, on_key
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
    BATCHES = "batches"


_NEEDED = {
    Page.COUNTER: Permission.SERVE,
    Page.QUEUE: Permission.DECIDE,
    Page.AUDIT: Permission.READ_AUDIT,
    Page.VERIFY: Permission.VERIFY,
    Page.OUTCOMES: Permission.FILE,
    Page.SHIFT: Permission.WORK_SHIFT,
    Page.OPERATORS: Permission.OPERATORS,
    Page.PRINTOUTS: Permission.SERVE,
    Page.BATCHES: Permission.BATCH,
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


_MOST = 8
"""Characters of full width that words in brief take at the most."""


class _Shortened(QLabel):
    """Words that can be said in brief; in full they are the tooltip then, and for whoever listens."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)  # names come from outside
        self._full = self._brief = ""

    def say(self, full: str, brief: str) -> None:
        """Have both ready; in full for now."""
        self._full, self._brief = full, brief
        self.setAccessibleName(full)
        self.shorten(False)

    def shorten(self, brief: bool) -> None:
        """Show them in brief, or in full."""
        text = self._text(brief)
        if text != self.text():
            self.setText(text)
            self.setToolTip(self._full if brief else "")

    def _text(self, brief: bool) -> str:
        """Even in brief a name can be long."""
        if not brief:
            return self._full
        most = _MOST * self.fontMetrics().horizontalAdvance("一")
        return self.fontMetrics().elidedText(self._brief, Qt.TextElideMode.ElideMiddle, most)

    def width_of(self, *, brief: bool | None = None) -> int:
        """Pixels of the words as they are, or in full or in brief, with the gap beside them."""
        text = self.text() if brief is None else self._text(brief)
        measure = self.fontMetrics().horizontalAdvance
        return self.sizeHint().width() - measure(self.text()) + measure(text) + GRID


class _TopLine(Wrapping):
    """A line that is asked to fit before it is arranged."""

    def __init__(self, fit: Callable[[int], None], *widgets: QWidget) -> None:
        super().__init__(*widgets, gap=GRID)
        self._fit = fit

    def event(self, event: QEvent) -> bool:
        """Qt: a widget has come, gone, or wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit(self.width())
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the window is wider or narrower."""
        self._fit(self.width())
        super().resizeEvent(event)


class Header(QWidget):
    """Draws ReaderStatus and PlatformState. What does not fit into one line goes: the operator's roles into a
    tooltip, the last pages into a menu; only where that is not enough does the line wrap."""

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
        self._counts = {Page.OUTCOMES: 0, Page.PRINTOUTS: 0}
        self._reads = True
        self._reader_status = ReaderStatus()
        self._platform_state = PlatformState.UNKNOWN
        self._where, self._who = _Shortened("strong"), _Shortened("small")
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
        self.pages = Navigation(self, speech, Page, lambda page: go(Page(page)))
        for page in Page:
            speech.bind(f"header.{page}", partial(self.pages.name, page))
        self.show_page(Page.COUNTER)
        self._beside = (
            self._reader,
            self._platform,
            display,
            self._lock,
            self._sign_out,
        )
        line = _TopLine(self._fit, self._where, *self.pages.widgets)
        line.push_right()
        line.add(self._reader, self._platform, self._who, display, self._lock, self._sign_out)
        self._line = line
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        inside.addWidget(line)
        speech.listen(self._draw)
        self._draw()

    def show_operator(self, operator: Operator | None) -> None:
        """Who is signed in, and the pages that they are offered."""
        self._operator = operator
        offered = pages_of(operator) if operator is not None else []
        self.pages.offer(offered)
        self._reads = Page.COUNTER in offered
        self._reader.setVisible(self._reads)
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
        self.pages.open(page)

    def _fit(self, width: int) -> None:
        """Leave out what one line has no room for: roles first, then pages and the hall's name."""
        beside = self._beside if self._reads else self._beside[1:]
        room = width - sum(each.sizeHint().width() + GRID for each in beside)
        in_full = room - self._where.width_of(brief=False)
        self._who.shorten(in_full - self._who.width_of(brief=False) < self.pages.all(GRID))
        in_full -= self._who.width_of()
        self._where.shorten(in_full < self.pages.enough(GRID))
        self.pages.fit(room - self._where.width_of() - self._who.width_of(), GRID)

    def _draw(self) -> None:
        words = self._speech.words
        for page, count in self._counts.items():
            name = words.say(f"header.{page}")
            if count:
                name = words.say("queue.counted", name=name, count=count)
            self.pages.name(page, name)
        hall, window = self._place
        place = words.say("sign_in.place", hall=hall, window=window)
        self._where.say(place, words.say("header.window", window=window))
        someone = self._operator
        full = brief = ""
        if someone is not None:
            role = "、".join(words.of(role) for role in sorted(someone.roles))
            name, number = someone.name, someone.number
            full = words.say("header.operator", name=name, number=number, role=role)
            brief = words.say("header.operator_brief", name=name, number=number)
        self._who.say(full, brief)
        reader = self._reader_status
        key = "waiting" if reader.waiting else str(reader.state)
        self._state(self._reader, _READER_TONES[reader.state], "reader_state", key)
        platform = self._platform_state
        self._state(self._platform, _PLATFORM_TONES[platform], "platform_state", str(platform))

    def _state(self, pill: Pill, tone: Tone, table: str, key: str) -> None:
        words = self._speech.words
        name, value = words.say(f"{table}.title"), words.say(f"{table}.{key}")
        pill.show_state(tone, words.say("format.colon", name=name, value=value))
