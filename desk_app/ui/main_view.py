"""The operator's pages below the header; a page is made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desk_app.ui.header import Header, Page
from desk_app.ui.scene import Panel, Scene, Tone
from desk_app.ui.screens.counter.view import CounterView
from desk_app.ui.screens.printouts.view import PrintoutsNotice
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import scrolling
from desk_app.ui.words import Words

MakesPage = Callable[[], QWidget]


class MainView(QWidget):
    """Header, and one page or panel at a time. Pages that concern no citizen stay open when a card comes:
    the header says that it is in."""

    def __init__(
        self,
        header: Header,
        counter: CounterView,
        pages: dict[Page | Panel, MakesPage],
        printouts: PrintoutsNotice,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.header = header
        self.counter = counter
        self._make = pages
        self._made: dict[Page | Panel, QWidget] = {Page.COUNTER: scrolling(counter)}
        self._page = Page.COUNTER
        self._panel = Panel.NONE
        self._printouts = printouts
        self._stack = QStackedWidget()
        self._stack.addWidget(self._made[Page.COUNTER])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        self._warning = Banner()
        self._warning.clear()
        inside.addWidget(header)
        inside.addWidget(self._warning)
        inside.addWidget(printouts)
        inside.addWidget(self._stack, 1)

    def open_page(self, page: Page) -> None:
        """Open a page."""
        self._page = page
        self.header.show_page(page)
        self._show()

    def warn(self, seconds: int, words: Words) -> None:
        """The window is about to be locked; 0 seconds: it is not."""
        if not seconds:
            self._warning.clear()
            return
        text, what = words.say("lock.warning", seconds=seconds), words.say("lock.warning_next")
        self._warning.tell(Tone.WARNING, text, what)

    def draw(self, scene: Scene) -> None:
        """Open the panel that takes the whole page, if the scene has one; a new visit opens the counter."""
        panel = scene.panel if scene.panel in self._make else Panel.NONE
        began = scene.case is not None and self._panel is Panel.NONE and panel is not Panel.NONE
        self._panel = panel
        if began:
            self._page = Page.COUNTER
            self.header.show_page(Page.COUNTER)
        self._show()

    def _show(self) -> None:
        on_counter = self._page is Page.COUNTER
        wanted = self._panel if on_counter and self._panel is not Panel.NONE else self._page
        self._printouts.cover(wanted in (Page.PRINTOUTS, Panel.STATEMENT, Panel.RECEIPT))
        if wanted not in self._made:
            self._made[wanted] = scrolling(self._make[wanted]())
            self._stack.addWidget(self._made[wanted])
        if self._stack.currentWidget() is not self._made[wanted]:
            self._stack.setCurrentWidget(self._made[wanted])
