"""The two windows: the operator's, which begins with signing in, and the citizen's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QPushButton, QStackedWidget

from desk_app.ui import look
from desk_app.ui.screens.sign_in.presenter import SignInPresenter
from desk_app.ui.screens.sign_in.view import SignInView
from desk_app.ui.settings import Preferences, WindowSettings, recall, remember
from desk_app.ui.speech import Speech, other_language
from desk_app.ui.theme import theme
from desk_app.ui.widgets.basics import scrolling

if TYPE_CHECKING:
    from desk_app.domain.operator import Operator
    from desk_app.services.catalogue import Services
    from desk_app.services.ports import QueueWatch
    from desk_app.ui.cover import Cover
    from desk_app.ui.dev_panel import SandboxPanel
    from desk_app.ui.display_menu import DisplayButton
    from desk_app.ui.scene import Scene
    from desk_app.ui.session import Session
    from desk_app.ui.task_runner import TaskRunner

_SIZE = (1366, 768)
_CITIZEN_SIZE = (1024, 768)


class OperatorWindow(QMainWindow):
    """Tells when it has been painted for the first time, and when it is closed."""

    painted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fresh = True
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self.resize(*_SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint, and tell of the first time once it is on the screen."""
        super().paintEvent(event)
        if self._fresh:
            self._fresh = False
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the operator closes the window."""
        self.closed.emit()
        super().closeEvent(event)


class Windows(QObject):
    """Makes the operator's window at once, everything else once the services have come up."""

    def __init__(self, settings: WindowSettings) -> None:
        super().__init__()
        self._settings = settings
        self.preferences = recall(settings.remember)
        if settings.language is not None:
            spoken = settings.language
            self.preferences = self.preferences._replace(language=spoken, citizen_language=spoken)
        self.speech = Speech(self.preferences.language)
        self.citizen_speech = Speech(self.preferences.citizen_language)
        self.operator = OperatorWindow()
        self.session: Session | None = None
        self.cover: Cover | None = None
        self._dress()  # before there is anything in it, so that nothing is dressed twice
        self._display: DisplayButton | None = None
        self._sign_in = SignInPresenter(settings.window, self._signed_in)
        self._sign_in_view = self._first_page()
        self._sign_in_page = scrolling(self._sign_in_view)
        self.operator.pages.addWidget(self._sign_in_page)
        self.operator.closed.connect(self._close)
        self.speech.listen(self._title)
        self._title()

    def connect_services(
        self, services: Services, runner: TaskRunner, queue_watch: QueueWatch | None = None
    ) -> Session:
        """The services have come up: make the rest, and let a waiting sign-in through."""
        from desk_app.ui.cover import Cover
        from desk_app.ui.display_menu import DisplayButton
        from desk_app.ui.session import Session

        display = DisplayButton(self.speech, self.choose, self.show_citizen)
        display.show_chosen(self.preferences)
        self._display = display
        session = Session(
            self._settings,
            services,
            runner,
            self.speech,
            self.citizen_speech,
            display,
            self._signed_out,
            queue_watch,
        )
        self.session = session
        self.operator.pages.addWidget(session.main)
        self._dress()
        session.visit.watch(self._attend)
        self.cover = Cover(
            self.operator,
            self.operator.pages,
            session,
            services.sign_in,
            self.speech,
            self._settings.idle_minutes,
        )
        self._sign_in.connect(runner, services.sign_in, services.card_sign_in)
        return session

    def fail(self, error: Exception) -> None:
        """The services did not come up."""
        self._sign_in.fail(error)

    def offer_sandbox(self, sandbox: SandboxPanel) -> None:
        """Put the rehearsal cards behind F12."""
        from PySide6.QtGui import QKeySequence, QShortcut

        from desk_app.ui.dev_panel import DevPanel

        panel = DevPanel(self.speech, sandbox)
        self.operator.addDockWidget(QtCore.Qt.DockWidgetArea.RightDockWidgetArea, panel)
        panel.hide()
        toggle = QShortcut(QKeySequence("F12"), self.operator)
        toggle.activated.connect(lambda: panel.setVisible(not panel.isVisible()))

    def choose(self, chosen: Preferences) -> None:
        """The operator wants the windows to look or speak differently."""
        dressed = self.preferences.appearance == chosen.appearance
        self.preferences = chosen
        self.speech.switch(chosen.language)
        self.citizen_speech.switch(chosen.citizen_language)
        if not dressed:
            self._dress()
        if self._display is not None:
            self._display.show_chosen(chosen)
        remember(self._settings.remember, chosen)

    def show_citizen(self) -> None:
        """Open the citizen's window, on a second screen if there is one."""
        session = self.session
        if session is None or not session.serving or session.citizen.isVisible():
            return
        window = session.citizen
        window.setAttribute(QtCore.Qt.WidgetAttribute.WA_ShowWithoutActivating)
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            window.setGeometry(screens[1].geometry())
            window.showFullScreen()
        else:
            window.resize(*_CITIZEN_SIZE)
            window.move(screens[0].availableGeometry().topLeft() + QPoint(96, 96))
            window.show()
            self.operator.raise_()
            self.operator.activateWindow()

    def _first_page(self) -> SignInView:
        language = QPushButton()
        language.setProperty("kind", "quiet")
        language.setObjectName("sign-in-language")
        language.clicked.connect(self._other_language)
        self.speech.bind("display.other_language", language.setText)
        place = self._settings
        return SignInView(self.speech, self._sign_in, place.hall, place.window, language)

    def _other_language(self) -> None:
        spoken = other_language(self.preferences.language)
        self.choose(self.preferences._replace(language=spoken, citizen_language=spoken))

    def _title(self) -> None:
        place, words = self._settings, self.speech.words
        title = words.say("app.operator_window", hall=place.hall, window=place.window)
        self.operator.setWindowTitle(title)

    def _dress(self) -> None:
        chosen = self.preferences.appearance
        mine = theme(chosen)
        look.wear(mine)
        self.operator.setStyleSheet(mine.style_sheet())
        look.dress(self.operator)
        if self.session is not None:
            citizens = theme(chosen, citizen=True)
            self.session.citizen.setStyleSheet(citizens.style_sheet())
            look.dress(self.session.citizen)

    def _signed_in(self, operator: Operator) -> None:
        if self.session is None:
            return
        self._sign_in_view.clear()
        self.session.sign_in(operator)
        self.operator.pages.setCurrentWidget(self.session.main)
        self.show_citizen()
        self.session.main.counter.begin()
        if self.cover is not None:
            self.cover.begin()
        if self.session.serving:
            self.show_citizen()
        else:
            self.session.citizen.hide()
        self.session.begin()

    def _signed_out(self, because: Exception | None) -> None:
        if self.cover is not None:
            self.cover.end()
        self.operator.pages.setCurrentWidget(self._sign_in_page)
        self._sign_in_view.clear()
        if because is not None:
            self._sign_in.tell(because)

    def _attend(self, scene: Scene) -> None:
        """When a citizen has left, their window speaks the hall's language again."""
        if scene.case is None:
            self.citizen_speech.switch(self.preferences.citizen_language)
        elif scene.panel in ("consent", "claim"):
            self.show_citizen()

    def _close(self) -> None:
        if self.session is not None:
            self.session.close()
            self.session.citizen.close()
