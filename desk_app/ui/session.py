"""The presenters and screens of one running counter, made once the services have come up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desk_app.domain.card import CardEvent
from desk_app.domain.e_card import Channel, CityService
from desk_app.domain.operator import Desk, Operator
from desk_app.domain.permissions import Permission
from desk_app.services.catalogue import Services
from desk_app.ui.countdown import Countdown
from desk_app.ui.header import Header, Page, pages_of
from desk_app.ui.lapse_watch import LapseWatch
from desk_app.ui.lists import ListPresenter
from desk_app.ui.main_view import MainView, MakesPage
from desk_app.ui.platform_watch import PlatformState, PlatformWatch
from desk_app.ui.scene import CurrentVisit, Panel, Scene
from desk_app.ui.screens.authorizations.presenter import AuthorizationsPresenter
from desk_app.ui.screens.citizen.view import CitizenWindow
from desk_app.ui.screens.counter.arrival import Arrival, ReaderStatus
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.screens.counter.view import CounterView
from desk_app.ui.screens.statement.presenter import StatementPresenter
from desk_app.ui.settings import WindowSettings
from desk_app.ui.speech import Speech
from desk_app.ui.task_runner import TaskRunner

_ASK_PLATFORM = 10_000
"""Milliseconds between two questions whether the platform is there."""


class Session(QObject):
    """Wires presenters to views; knows who is signed in."""

    def __init__(
        self,
        settings: WindowSettings,
        services: Services,
        runner: TaskRunner,
        speech: Speech,
        citizen_speech: Speech,
        display: QWidget,
        signed_out: Callable[[], None],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._services = services
        self._runner = runner
        self._speech = speech
        self._signed_out = signed_out
        self._desk: Desk | None = None
        self._countdown = Countdown()
        self.visit = CurrentVisit(runner)
        self.visit.watch(lambda scene: self._countdown.start(scene.claim))
        self._presenter = CounterPresenter(services, self.visit)
        self._statement = StatementPresenter(services.statements, self.visit)
        self._authorizations = AuthorizationsPresenter(services.authorizations, self.visit)
        self._platform = PlatformWatch(
            services, runner, self._platform_changed, self._presenter.refresh
        )
        self._lapses = LapseWatch(services.lapses, runner, self._presenter.refresh)
        self._arrival = Arrival(
            services.identification,
            runner,
            self.visit,
            self._show_reader,
            self._presenter.arrived,
        )
        self._city, self._channels = self._lists()
        self.main = self._main_view(display)
        self.citizen = CitizenWindow(citizen_speech, self.visit, self._presenter, self._countdown)
        self.visit.watch(self.main.draw)
        self._timer = QTimer(self)
        self._timer.setInterval(_ASK_PLATFORM)
        self._timer.timeout.connect(self._platform.ask)
        self._timer.start()
        self._platform.ask()

    def sign_in(self, operator: Operator) -> None:
        """Somebody is here from now on; citizens are served where they are permitted to."""
        place = self._settings
        self._desk = Desk(place.hall, place.window, place.region, operator)
        self.main.header.show_operator(operator)
        self._open(pages_of(operator)[0])
        self._serve()
        self.citizen.open_window(operator.may(Permission.SERVE))

    def sign_out(self) -> None:
        """Nobody serves any more; the visit ends, and the operator's leaving is noted."""
        desk, self._desk = self._desk, None
        if desk is None:
            return
        self._serve()
        self.main.counter.forget()
        self.main.header.show_operator(None)
        self.citizen.open_window(False)
        job = self._services.sign_in.sign_out
        self._runner.submit(job, desk, done=lambda _: None, failed=lambda _: None)
        self._signed_out()

    def on_card_event(self, event: CardEvent) -> None:
        """The monitor's events, on the window's thread."""
        self._arrival.on_card_event(event)

    def close(self) -> None:
        """The windows are going away."""
        self._timer.stop()
        self.sign_out()

    def _serve(self) -> None:
        desk = self._desk
        serving = desk if desk is not None and desk.operator.may(Permission.SERVE) else None
        for each in (self._presenter, self._statement, self._authorizations, self._arrival):
            each.serve(serving)
        self._lapses.serve(desk)

    def _lists(self) -> tuple[ListPresenter[CityService], ListPresenter[Channel]]:
        city, runner = self._services.city, self._runner
        region = self._settings.region
        return ListPresenter(runner, city.services, region), ListPresenter(runner, city.channels)

    def _main_view(self, display: QWidget) -> MainView:
        speech, place = self._speech, (self._settings.hall, self._settings.window)
        header = Header(speech, place, self._open, self.sign_out, display)
        counter = CounterView(speech, self.visit, self._arrival, self._presenter, self._countdown)
        pages: dict[Page | Panel, MakesPage] = {
            Page.CITY: self._make_city,
            Page.CHANNELS: self._make_channels,
            Panel.STATEMENT: self._make_statement,
            Panel.AUTHORIZATIONS: self._make_authorizations,
        }
        return MainView(header, counter, pages)

    def _open(self, page: Page) -> None:
        self.main.open_page(page)
        if page is Page.CITY:
            self._city.open()
        elif page is Page.CHANNELS:
            self._channels.open()

    def _make_city(self) -> QWidget:
        from desk_app.ui.screens.city.view import CityView

        return CityView(self._speech, self._city)

    def _make_channels(self) -> QWidget:
        from desk_app.ui.screens.channels.view import ChannelsView

        return ChannelsView(self._speech, self._channels)

    def _make_statement(self) -> QWidget:
        from desk_app.ui.screens.statement.view import StatementView

        return StatementView(self._speech, self._statement)

    def _make_authorizations(self) -> QWidget:
        from desk_app.ui.screens.authorizations.view import AuthorizationsView

        return AuthorizationsView(self._speech, self._authorizations)

    def _show_reader(self, status: ReaderStatus) -> None:
        self.main.header.show_reader(status)
        self.main.counter.show_reader(status)

    def _platform_changed(self, state: PlatformState) -> None:
        self._countdown.skew = self._platform.skew
        self._presenter.platform_down = state is PlatformState.DOWN
        self.main.header.show_platform(state)
        self.main.counter.redraw()
        scene: Scene = self.visit.scene
        back = state in (PlatformState.UP, PlatformState.SKEWED)
        if back and scene.case is not None and not scene.case.platform_known:
            self._presenter.refresh()
