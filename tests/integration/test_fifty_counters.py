"""Fifty counters at one PostgreSQL fight for the same ten cards: nothing is lost, nothing is doubled, and
everybody who came too late is told who was first.

Each counter is a thread with a store, connections and a client of the platform of its own; the platform is
the real one over HTTP. In every round all have seen the same, and begin in the same moment.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from desk_app.app import SystemClock
from desk_app.domain.application import HOLDER, Application, ApplicationKind, ApplicationState
from desk_app.domain.audit import Action, Outcome
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.decision import Choice, Verdict
from desk_app.domain.e_card import ConsentMethod, ECardState
from desk_app.domain.errors import DeskError, FourEyes, NotPossible, Outdated
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.outbox import ReportCard
from desk_app.domain.visit import Case
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.e_cards import ECardService
from desk_app.services.identification import Identification
from desk_app.services.lapses import Lapses
from desk_app.services.loss import Loss
from desk_app.store.engine import SqlStore, open_store
from tests.fixtures.cards import new_card
from tests.fixtures.platform import PlatformServer
from tests.fixtures.postgresql import Cluster
from tests.integration.loss.hall import NO_READER, SHANGHAI, PlainPasswords, reading
from tests.integration.store.conftest import _upgraded

COUNTERS, CARDS, TRIES = 50, 10, 3
"""Of the cards each counter tries three in a round: fifteen counters fight for each."""

HALL, PASSWORD = "示例服务大厅", "correct horse battery"
BOTH = frozenset({Role.CLERK, Role.SUPERVISOR})

Result = tuple["Window", str, Any]
"""Which counter has tried which card, and what came of it."""


@dataclass
class Window:
    """One counter; its operator may file and decide."""

    number: int
    store: SqlStore
    server: PlatformServer

    def __post_init__(self) -> None:
        clock, store = SystemClock(), self.store
        self.platform = platform = self.server.client()
        operator = Operator(str(1000 + self.number), f"operator {self.number}", BOTH)
        self.desk = Desk(HALL, str(self.number), "310000", operator)
        self.delivery = delivery = Delivery(store, platform, clock, SHANGHAI)
        lapses = Lapses(store, delivery, clock, SHANGHAI)
        self.identification = Identification(NO_READER, store, platform, delivery, clock, lapses)
        self.e_cards = ECardService(store, platform, delivery, clock)
        self.loss = Loss(store, delivery, clock, SHANGHAI)
        self.decisions = Decisions(store, delivery, PlainPasswords(), clock, SHANGHAI)

    def close(self) -> None:
        self.platform.close()
        self.store.close()


@dataclass
class City:
    windows: list[Window]
    cards: dict[str, RegisteredCard]
    holders: dict[str, Holder]
    threads: ThreadPoolExecutor

    def everywhere(self, work: Callable[[Window], object]) -> None:
        """At each counter, in its own thread; raises what went wrong there."""
        for done in [self.threads.submit(work, window) for window in self.windows]:
            done.result()

    def race(self, work: Callable[[Window, str], object]) -> list[Result]:
        """Each counter tries its cards, all beginning at once."""
        start, results = Barrier(COUNTERS), list[Result]()

        def run(window: Window) -> None:
            mine = random.Random(window.number).sample(sorted(self.cards), TRIES)
            start.wait()
            for code in mine:
                try:
                    results.append((window, code, work(window, code)))
                except DeskError as error:
                    results.append((window, code, error))

        self.everywhere(run)
        assert len(results) == COUNTERS * TRIES
        return results

    def prepared(self, work: Callable[[Window, str], object]) -> dict[tuple[int, str], Any]:
        """What every counter has seen of its cards before a race."""
        return {(window.number, code): seen for window, code, seen in self.race(work)}


@pytest.fixture
def city(
    durable_postgresql: Cluster, platform_server: PlatformServer, tmp_path: Path
) -> Iterator[City]:
    template = durable_postgresql.prepare("store", lambda url: _upgraded(url, tmp_path))
    with ExitStack() as stack:
        url = stack.enter_context(durable_postgresql.database(template))
        windows = [
            Window(number, open_store(url, tmp_path), platform_server)
            for number in range(1, COUNTERS + 1)
        ]
        for window in windows:
            stack.callback(window.close)
        cards = [new_card(mirrored_version=1) for _ in range(CARDS)]
        holders = {c.identification_code: Holder(c.id_number, c.name) for c in cards}
        first = windows[0]
        for card in cards:
            request = first.platform.freeze(ReportCard(card))
            first.platform.deliver(request, uuid4())
        with first.store.begin() as uow:
            for window in windows:
                hashed, now = PlainPasswords().hash(PASSWORD), SystemClock().now()
                account = OperatorAccount(window.desk.operator, hashed, password_set_at=now)
                uow.operators.put(account)
            for card in cards:
                uow.holders.put(holders[card.identification_code])
                uow.cards.add(card)
            uow.commit()
        threads = stack.enter_context(ThreadPoolExecutor(COUNTERS))
        yield City(windows, {c.identification_code: c for c in cards}, holders, threads)


def judged(results: list[Result], *refusals: type[DeskError]) -> dict[str, tuple[Window, Any]]:
    """The one who was first, by card, with what came of it; everybody else was told at which window that
    was, and when."""
    by_card: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_card[result[1]].append(result)
    firsts = {}
    for code, of_card in by_card.items():
        firsts[code], *others = [
            (window, came) for window, _, came in of_card if not isinstance(came, DeskError)
        ]
        assert not others, (code, others)
        for window, _, came in of_card:
            if isinstance(came, DeskError) and not isinstance(came, FourEyes):
                assert isinstance(came, refusals), came
                told: Any = came
                assert told.window == firsts[code][0].desk.window, (code, window.number)
                assert told.at is not None
    assert firsts.keys() == {code for _, code, _ in results}
    return firsts


def test_fifty_counters(city: City) -> None:
    bound = bind(city)
    filed = file(city)
    take(city, filed)
    decided = decide(city, filed)
    everything_is_there_once(city, bound, filed, decided)


def bind(city: City) -> list[Result]:
    def agreed(at: Window, code: str) -> Case:
        case = at.identification.open_case(at.desk, reading(city.cards[code], city.holders[code]))
        return at.e_cards.consent(at.desk, case, ConsentMethod.CITIZEN_SCREEN)

    seen = city.prepared(agreed)
    results = city.race(lambda at, code: at.e_cards.bind(at.desk, seen[at.number, code]))
    for code, (window, case) in judged(results, NotPossible).items():
        (there,) = window.platform.find_e_cards(identification_code=code)
        assert there == case.e_card
        assert there.state is ECardState.ISSUED
    return results


def file(city: City) -> list[Result]:
    def revealed(at: Window, code: str) -> Case:
        case = at.identification.look_up(at.desk, city.holders[code].id_number)
        return at.identification.reveal(at.desk, case, "挂失")

    def filed(at: Window, code: str) -> Case:
        loss, case = ApplicationKind.FORMAL_LOSS, seen[at.number, code]
        return at.loss.file(at.desk, case, loss, HOLDER, "在地铁上遗失")

    seen = city.prepared(revealed)
    results = city.race(filed)
    for code, (window, case) in judged(results, NotPossible).items():
        assert case.application.filed_by == window.desk.operator.number
        told = {e.at for _, tried, e in results if tried == code and isinstance(e, NotPossible)}
        # By the application, or by what was written down for the platform a moment later.
        assert all(abs((at - case.application.filed_at).total_seconds()) < 10 for at in told)
    return results


def first_of(results: list[Result]) -> dict[str, Application]:
    cases = {code: came for _, code, came in results if isinstance(came, Case)}
    return {code: case.application for code, case in cases.items() if case.application is not None}


def take(city: City, filed: list[Result]) -> None:
    applications = first_of(filed)
    choices = {code: Choice(a.id, a.version) for code, a in applications.items()}
    results = city.race(lambda at, code: at.decisions.take(at.desk, choices[code]))
    for window, taken in judged(results, Outdated).values():
        assert (taken.assigned_to, taken.version) == (window.desk.operator.number, 2)
    assert {e.what for _, _, e in results if isinstance(e, Outdated)} == {"taken"}


def decide(city: City, filed: list[Result]) -> list[Result]:
    """Half of them would approve, the others would reject."""
    applications = first_of(filed)

    def decided(at: Window, code: str) -> Application:
        verdict = Verdict(True) if at.number % 2 else Verdict(False, "材料不全")
        return at.decisions.decide(at.desk, seen[at.number, code], verdict, PASSWORD)

    seen = city.prepared(lambda at, code: at.decisions.open(at.desk, applications[code].id).choice)
    results = city.race(decided)
    for window, done in judged(results, Outdated).values():
        assert done.decision is not None
        assert done.decision.operator_number == window.desk.operator.number != done.filed_by
        assert done.decision.approved == bool(window.number % 2)
    filers = {code: application.filed_by for code, application in applications.items()}
    for window, code, came in results:
        own = window.desk.operator.number == filers[code]
        assert isinstance(came, FourEyes) == own
    return results


def everything_is_there_once(
    city: City, bound: list[Result], filed: list[Result], decided: list[Result]
) -> None:
    first = city.windows[0]
    done = first.delivery.deliver_pending()
    assert (done.refused, done.left) == (0, 0)
    states = {
        code: CardState.LOST if came.decision.approved else CardState.TEMPORARILY_LOST
        for code, (_, came) in judged(decided, Outdated).items()
    }
    with first.store.begin(write=False) as uow:
        assert uow.outbox.pending() == ()
        for code in city.cards:
            card = uow.cards.get(code)
            mirror, e_cards = (
                first.platform.physical_card(code),
                first.platform.find_e_cards(identification_code=code),
            )
            assert card is not None
            assert mirror is not None
            lost = states[code] is CardState.LOST
            assert (card.state, card.version) == (states[code], 3 if lost else 2)
            assert (mirror.state, mirror.version) == (card.state, card.version)
            assert e_cards == uow.e_cards.of_holder(card.id_number)
            assert [e.state for e in e_cards] == [ECardState.SUSPENDED]
            (application,) = uow.applications.of_holder(card.id_number)
            ended = ApplicationState.COMPLETED if lost else ApplicationState.REJECTED
            assert (application.state, application.version) == (ended, 3)
        assert uow.audit.first_broken() is None
        trail = Counter((r.action, r.outcome) for r in uow.audit.records())
    assert trail[Action.BIND, Outcome.PENDING] == trail[Action.BIND, Outcome.DONE] == CARDS
    assert trail[Action.FILE_APPLICATION, Outcome.DONE] == CARDS
    assert trail[Action.TAKE_APPLICATION, Outcome.DONE] == CARDS
    assert trail[Action.TAKE_APPLICATION, Outcome.REFUSED] == COUNTERS * TRIES - CARDS
    for action, results in ((Action.BIND, bound), (Action.FILE_APPLICATION, filed)):
        refused = sum(isinstance(came, DeskError) for _, _, came in results)
        assert trail[action, Outcome.REFUSED] == refused == COUNTERS * TRIES - CARDS
    decisions = (Action.APPROVE, Action.REJECT)
    assert sum(trail[action, Outcome.DONE] for action in decisions) == CARDS
    refused = sum(isinstance(came, DeskError) for _, _, came in decided)
    assert sum(trail[action, Outcome.REFUSED] for action in decisions) == refused
