"""The presenters and screens of one running counter, made once the services have come up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desk_app.domain.application import Application
from desk_app.domain.card import CardEvent
from desk_app.domain.e_card import Channel, CityService
from desk_app.domain.operator import Desk, Operator
from desk_app.domain.permissions import Permission
from desk_app.domain.visit import Case
from desk_app.services.catalogue import Services
from desk_app.services.ports import QueueWatch
from desk_app.ui.attentive import AttentiveRunner
from desk_app.ui.countdown import Countdown
from desk_app.ui.header import Header, Page, pages_of
from desk_app.ui.lapse_watch import LapseWatch
from desk_app.ui.lists import ListPresenter
from desk_app.ui.main_view import MainView, MakesPage
from desk_app.ui.platform_watch import PlatformState, PlatformWatch
from desk_app.ui.print_choices import PrintChoices
from desk_app.ui.print_watch import PrintWatch
from desk_app.ui.scene import CurrentVisit, Panel, Scene
from desk_app.ui.screens.audit.presenter import AuditPresenter
from desk_app.ui.screens.authorizations.presenter import AuthorizationsPresenter
from desk_app.ui.screens.batches.presenter import BatchesPresenter
from desk_app.ui.screens.citizen.view import CitizenWindow
from desk_app.ui.screens.counter.arrival import Arrival, ReaderStatus
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.screens.counter.view import CounterView
from desk_app.ui.screens.issued.presenter import IssuedPresenter
from desk_app.ui.screens.operators.presenter import OperatorsPresenter
from desk_app.ui.screens.outcomes.presenter import OutcomesPresenter
from desk_app.ui.screens.printouts.presenter import PrintoutsPresenter
from desk_app.ui.screens.printouts.view import PrintoutsNotice
from desk_app.ui.screens.queue.presenter import QueuePresenter
from desk_app.ui.screens.receipt.presenter import ReceiptPresenter
from desk_app.ui.screens.shift.presenter import ShiftPresenter
from desk_app.ui.screens.statement.presenter import Paper, StatementPresenter
from desk_app.ui.screens.verify.presenter import VerifyPresenter
from desk_app.ui.settings import WindowSettings
from desk_app.ui.speech import Speech
from desk_app.ui.task_runner import TaskRunner

_ASK_PLATFORM = 10_000
"""Milliseconds between two questions whether the platform is there."""

if TYPE_CHECKING:
    from desk_app.ui.screens.audit.view import AuditView
    from desk_app.ui.screens.queue.view import QueueView


class Session(QObject):
    """Wires presenters to views; knows who is signed in."""

    lock_wanted = Signal()

    def __init__(
        self,
        settings: WindowSettings,
        services: Services,
        runner: TaskRunner,
        speech: Speech,
        citizen_speech: Speech,
        display: QWidget,
        signed_out: Callable[[Exception | None], None],
        queue_watch: QueueWatch | None = None,
    ) -> None:
        """`signed_out` is told when nobody is here any more, and why if it was not their wish."""
        super().__init__()
        self._queue_watch = queue_watch
        self._watching = False
        self._settings = settings
        self._services = services
        self.runner = self._runner = AttentiveRunner(runner, self.sign_out)
        self._speech = speech
        self._signed_out = signed_out
        self._desk: Desk | None = None
        self._page = Page.COUNTER
        self._queue_view: QueueView | None = None
        self._countdown = Countdown()
        self.visit = CurrentVisit(self._runner)
        self.visit.watch(lambda scene: self._countdown.start(scene.claim))
        self._presenter = CounterPresenter(services, self.visit)
        self._choices = PrintChoices(settings.remember, services.printing.default)
        self.printouts = PrintoutsPresenter(services.printing, self._runner)
        self._print_watch = PrintWatch(self.printouts, self.visit)
        paper = Paper(services.printing, self._choices, self.printouts)
        self._statement = StatementPresenter(services.statements, self.visit, paper)
        self._issued = IssuedPresenter(services.archive, self.visit, self._statement.again)
        self._verify = VerifyPresenter(services.archive, self._runner)
        self._receipt = ReceiptPresenter(services, self.visit, paper)
        self._authorizations = AuthorizationsPresenter(services.authorizations, self.visit)
        self._with_citizen = (
            self._presenter,
            self._statement,
            self._issued,
            self._receipt,
            self._authorizations,
        )
        self._queue = QueuePresenter(services.decisions, self._runner)
        self._audit = AuditPresenter(services.auditing, self._runner)
        self._audit_view: AuditView | None = None
        self._outcomes = OutcomesPresenter(services.decisions, self._runner, self._outcomes_came)
        self._platform = PlatformWatch(
            services, self._runner, self._platform_changed, self._presenter.refresh
        )
        self._lapses = LapseWatch(services.lapses, self._runner, self._presenter.refresh)
        self._arrival = Arrival(
            services.identification,
            self._runner,
            self.visit,
            self._show_reader,
            self._presenter.arrived,
        )
        self._city, self._channels = self._lists()
        self._operators = OperatorsPresenter(services.operators, self._runner)
        self._shift = ShiftPresenter(
            services.shifts, self._runner, self._choices, self.printouts.follow
        )
        self._batches = BatchesPresenter(services.batches, self._runner)
        self.main = self._main_view(display)
        self.citizen = CitizenWindow(citizen_speech, self.visit, self._presenter, self._countdown)
        self.visit.watch(self.main.draw)
        header = self.main.header
        self._outcomes.watch(lambda state: header.show_count(Page.OUTCOMES, len(state.unseen)))
        self.printouts.watch(lambda state: header.show_count(Page.PRINTOUTS, len(state.items)))
        self._timer = QTimer(self)
        self._timer.setInterval(_ASK_PLATFORM)
        self._timer.timeout.connect(self._platform.ask)
        self._timer.start()
        self._platform.ask()

    @property
    def desk(self) -> Desk | None:
        """Who is here, None for nobody."""
        return self._desk

    def open_case(self) -> Case | None:
        """The case of the visit in progress."""
        return self.visit.scene.case

    def sign_in(self, operator: Operator) -> None:
        """Somebody is here from now on; citizens are served where they are permitted to."""
        place = self._settings
        self._desk = Desk(place.hall, place.window, place.region, operator)
        self.main.header.show_operator(operator)
        self._serve()
        self._open(pages_of(operator)[0])
        self._outcomes.refresh()
        self.citizen.open_window(operator.may(Permission.SERVE))

    def hand_over(self, operator: Operator) -> None:
        """Another operator goes on with the visit; what they do is theirs from now on."""
        if self._desk is None:
            return
        self._desk = replace(self._desk, operator=operator)
        serving = self._desk_if(Permission.SERVE)
        for each in self._with_citizen:
            each.serve(serving)
        self._arrival.hand_over(serving)
        self._look_after()
        self.main.header.show_operator(operator)
        self.citizen.open_window(serving is not None)
        self._open(pages_of(operator)[0])
        self._outcomes.refresh()

    def pause(self, paused: bool) -> None:
        """Whether the operator is away: the citizen's screen is covered, and no other card is read."""
        self._arrival.pause(paused)
        self.citizen.cover(paused)

    @property
    def serving(self) -> bool:
        """Whether citizens are served at this window now."""
        return self._desk_if(Permission.SERVE) is not None

    def begin(self) -> None:
        """The page of somebody who has signed in is shown: the keyboard begins on it."""
        if self.serving:
            self.main.counter.begin()
        elif self._page is Page.QUEUE and self._queue_view is not None:
            self._queue_view.begin()
        elif self._page is Page.AUDIT and self._audit_view is not None:
            self._audit_view.begin()

    def sign_out(self, because: Exception | None = None) -> None:
        """Nobody serves any more; the visit ends, and the operator's leaving is noted."""
        desk, self._desk = self._desk, None
        if desk is None:
            return
        self._serve()
        self._listen()
        self.main.counter.forget()
        self.main.header.show_operator(None)
        self.citizen.open_window(False)
        job = self._services.sign_in.sign_out
        self._runner.submit(job, desk, done=lambda _: None, failed=lambda _: None)
        self.pause(False)
        self._signed_out(because)

    def on_card_event(self, event: CardEvent) -> None:
        """The monitor's events, on the window's thread."""
        self._arrival.on_card_event(event)

    def close(self) -> None:
        """The windows are going away."""
        self._timer.stop()
        self._print_watch.stop()
        self.sign_out()

    def _serve(self) -> None:
        serving = self._desk_if(Permission.SERVE)
        for each in (*self._with_citizen, self._arrival):
            each.serve(serving)
        self._look_after()

    def _look_after(self) -> None:
        """Who works with the pages that concern no citizen at the window."""
        self._lapses.serve(self._desk)
        self._queue.serve(self._desk_if(Permission.DECIDE))
        self._audit.serve(self._desk_if(Permission.READ_AUDIT))
        self._verify.serve(self._desk_if(Permission.VERIFY))
        self._outcomes.serve(self._desk_if(Permission.FILE))
        self._operators.serve(self._desk_if(Permission.OPERATORS))
        self._shift.serve(self._desk_if(Permission.WORK_SHIFT))
        self.printouts.serve(self._desk_if(Permission.SERVE))
        self._batches.serve(self._desk_if(Permission.BATCH))

    def _desk_if(self, permission: Permission) -> Desk | None:
        desk = self._desk
        return desk if desk is not None and desk.operator.may(permission) else None

    def _listen(self) -> None:
        """Hear of changes of the queue only while something on the screen shows it: the page of the queue,
        or a clerk's outcomes in the header."""
        on_queue = self._page is Page.QUEUE and self._desk_if(Permission.DECIDE) is not None
        wanted = on_queue or self._desk_if(Permission.FILE) is not None
        if self._queue_watch is None or wanted is self._watching:
            return
        self._watching = wanted
        if wanted:
            self._queue_watch.start(self._runner.relay(self._queue_changed))
        else:
            self._queue_watch.stop()

    def _queue_changed(self) -> None:
        if self._page is Page.QUEUE:
            self._queue.refresh()
        self._outcomes.refresh()
        case = self.visit.scene.case
        if case is not None and case.application is not None:
            self._presenter.refresh()  # it may have been decided, whoever has filed it

    def _outcomes_came(self, fresh: tuple[Application, ...]) -> None:
        """A decision on the citizen who is here: show the case as it is now."""
        case = self.visit.scene.case
        card = case.registered if case is not None else None
        if card is not None and card.id_number in {item.id_number for item in fresh}:
            self._presenter.refresh()

    def _lists(self) -> tuple[ListPresenter[CityService], ListPresenter[Channel]]:
        city, runner = self._services.city, self._runner
        region = self._settings.region
        return ListPresenter(runner, city.services, region), ListPresenter(runner, city.channels)

    def _main_view(self, display: QWidget) -> MainView:
        speech, place = self._speech, (self._settings.hall, self._settings.window)
        lock = self.lock_wanted.emit
        header = Header(speech, place, self._open, self.sign_out, display, lock)
        counter = CounterView(speech, self.visit, self._arrival, self._presenter, self._countdown)
        pages: dict[Page | Panel, MakesPage] = {
            Page.QUEUE: self._make_queue,
            Page.AUDIT: self._make_audit,
            Page.CITY: self._make_city,
            Page.CHANNELS: self._make_channels,
            Page.VERIFY: self._make_verify,
            Page.OUTCOMES: self._make_outcomes,
            Page.OPERATORS: self._make_operators,
            Page.SHIFT: self._make_shift,
            Page.PRINTOUTS: self._make_printouts,
            Page.BATCHES: self._make_batches,
            Panel.STATEMENT: self._make_statement,
            Panel.ISSUED: self._make_issued,
            Panel.RECEIPT: self._make_receipt,
            Panel.AUTHORIZATIONS: self._make_authorizations,
        }
        notice = PrintoutsNotice(speech, self.printouts, lambda: self._open(Page.PRINTOUTS))
        return MainView(header, counter, pages, notice)

    def _open(self, page: Page) -> None:
        self._page = page
        self.main.open_page(page)
        self._listen()
        self._outcomes.look(page is Page.OUTCOMES)
        if page is Page.QUEUE:
            self._queue.refresh()
        if page is Page.CITY:
            self._city.open()
        elif page is Page.CHANNELS:
            self._channels.open()
        elif page is Page.OPERATORS:
            self._operators.open()
        elif page is Page.SHIFT:
            self._shift.refresh()
        elif page is Page.BATCHES:
            self._batches.refresh()

    def _make_queue(self) -> QWidget:
        from desk_app.ui.screens.queue.view import QueueView

        self._queue_view = QueueView(self._speech, self._queue)
        return self._queue_view

    def _make_audit(self) -> QWidget:
        from desk_app.ui.screens.audit.view import AuditView

        self._audit_view = AuditView(self._speech, self._audit)
        return self._audit_view

    def _make_outcomes(self) -> QWidget:
        from desk_app.ui.screens.outcomes.view import OutcomesView

        return OutcomesView(self._speech, self._outcomes)

    def _make_city(self) -> QWidget:
        from desk_app.ui.screens.city.view import CityView

        return CityView(self._speech, self._city)

    def _make_channels(self) -> QWidget:
        from desk_app.ui.screens.channels.view import ChannelsView

        return ChannelsView(self._speech, self._channels)

    def _make_shift(self) -> QWidget:
        from desk_app.ui.screens.shift.view import ShiftView

        return ShiftView(self._speech, self._shift)

    def _make_printouts(self) -> QWidget:
        from desk_app.ui.screens.printouts.view import PrintoutsView

        return PrintoutsView(self._speech, self.printouts)

    def _make_batches(self) -> QWidget:
        from desk_app.ui.screens.batches.view import BatchesView

        return BatchesView(self._speech, self._batches)

    def _make_operators(self) -> QWidget:
        from desk_app.ui.screens.operators.view import OperatorsView

        return OperatorsView(self._speech, self._operators)

    def _make_statement(self) -> QWidget:
        from desk_app.ui.screens.statement.view import StatementView

        return StatementView(self._speech, self._statement, self.printouts)

    def _make_issued(self) -> QWidget:
        from desk_app.ui.screens.issued.view import IssuedView

        return IssuedView(self._speech, self._issued)

    def _make_verify(self) -> QWidget:
        from desk_app.ui.screens.verify.view import VerifyView

        return VerifyView(self._speech, self._verify)

    def _make_receipt(self) -> QWidget:
        from desk_app.ui.screens.receipt.form import ReceiptForm
        from desk_app.ui.screens.statement.view import StatementView

        form = ReceiptForm(self._speech, self._receipt)
        return StatementView(self._speech, self._receipt, self.printouts, form)

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
