"""Covers both windows while their operator is away, and lets the same or another one go on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from desk_app.domain.operator import Operator
from desk_app.services.sign_in import SignIn
from desk_app.ui.idle import IdleWatch
from desk_app.ui.screens.lock.presenter import LockPresenter
from desk_app.ui.session import Session
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import scrolling


class Cover(QObject):
    """The lock page in the operator's window. The scene behind it stays as it is."""

    def __init__(
        self,
        window: QMainWindow,
        pages: QStackedWidget,
        session: Session,
        service: SignIn,
        speech: Speech,
        idle_minutes: int,
    ) -> None:
        super().__init__()
        self._window = window
        self._pages = pages
        self._session = session
        self._speech = speech
        self._page: QWidget | None = None
        self.presenter = LockPresenter(service, session.runner, session.open_case, self._back)
        self.idle = IdleWatch(idle_minutes * 60, self._warn, partial(self.cover, "idle"))
        self._hears = False
        session.lock_wanted.connect(partial(self.cover, "operator"))

    def begin(self) -> None:
        """An operator is here from now on."""
        handle = self._window.windowHandle()
        if not self._hears:
            handle.installEventFilter(self.idle)
            self._hears = True
        self.idle.start()

    def end(self) -> None:
        """No operator is here any more."""
        self.idle.stop()
        self.presenter.uncover()

    def cover(self, reason: str) -> None:
        """Nothing of a citizen is on any screen from now on; `reason` is idle or operator."""
        desk = self._session.desk
        if desk is None or self.presenter.state.operator is not None:
            return
        self.idle.stop()
        self._close_what_is_open()
        self._session.pause(True)
        self._pages.setCurrentWidget(self._lock_page())
        self.presenter.cover(desk, reason)

    def _back(self, operator: Operator | None) -> None:
        if operator is not None:
            self._session.hand_over(operator)
        self._pages.setCurrentWidget(self._session.main)
        self._session.pause(False)
        self.idle.start()

    def _close_what_is_open(self) -> None:
        """Dialogs and menus are windows of their own."""
        for dialog in self._window.findChildren(QDialog):
            dialog.reject()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    def _lock_page(self) -> QWidget:
        if self._page is None:
            from desk_app.ui.screens.lock.view import LockView

            leave: Callable[[], None] = self._session.sign_out
            self._page = scrolling(LockView(self._speech, self.presenter, leave))
            self._pages.addWidget(self._page)
        return self._page

    def _warn(self, seconds: int) -> None:
        self._session.main.warn(seconds, self._speech.words)
