"""What the monitor tells of cards, readers and the service, at the real smart-card service."""

import queue
import threading
import time
from collections.abc import Iterator

import pytest

from desk_app.domain.card import CardEvent, CardEventKind
from desk_app.domain.errors import BrokenPromise
from desk_app.reader.authentication import HsmAuthentication
from desk_app.reader.connection import Connection
from desk_app.reader.conversation import Watch
from desk_app.reader.monitor import PcscMonitor
from desk_app.reader.pcsc import Context
from desk_app.reader.reader import PcscCardReader
from desk_app.sandbox import catalogue
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from desk_app.sandbox.vpcd import VirtualSlot
from tests.device.conftest import FIRST, PATIENCE, SECOND, holds_card, until
from tests.fakes.security_module import SandboxKeys
from tests.fixtures.pcscd import CardService

Kind = CardEventKind
UP = [(Kind.SERVICE_UP, None), (Kind.READER_ADDED, FIRST), (Kind.READER_ADDED, SECOND)]


class Watching:
    """A monitor, and what it has told so far."""

    def __init__(self) -> None:
        self.monitor = PcscMonitor()
        self.told: queue.Queue[CardEvent] = queue.Queue()

    def start(self) -> None:
        self.monitor.start(self.told.put)

    def next(self) -> CardEvent:
        return self.told.get(timeout=PATIENCE)

    def hear(self, *expected: tuple[Kind, str | None]) -> list[CardEvent]:
        """The next events, which are exactly these."""
        events = [self.next() for _ in expected]
        assert [(event.kind, event.reader) for event in events] == list(expected)
        return events

    def silent(self) -> bool:
        time.sleep(0.6)
        return self.told.empty()


@pytest.fixture
def watching() -> Iterator[Watching]:
    watching = Watching()
    yield watching
    watching.monitor.stop()


def test_a_card_that_was_in_before_is_told(first: VirtualSlot, watching: Watching) -> None:
    card = catalogue.card(Variant.GOOD)
    first.insert(card)
    until(lambda: holds_card(FIRST))
    watching.start()
    watching.hear(*UP)
    (inserted,) = watching.hear((Kind.CARD_INSERTED, FIRST))
    assert inserted.atr == card.atr
    assert inserted.insertion == 1
    assert watching.silent()


def test_cards_come_and_go_in_two_readers(
    first: VirtualSlot, second: VirtualSlot, watching: Watching
) -> None:
    watching.start()
    watching.hear(*UP)
    first.insert(catalogue.card(Variant.GOOD))
    second.insert(catalogue.card(Variant.BOUND))
    insertions = {}
    for _ in range(2):
        event = watching.next()
        assert event.kind is Kind.CARD_INSERTED
        insertions[event.reader] = event.insertion
    assert sorted(insertions.values()) == [1, 2]
    first.remove()
    (removed,) = watching.hear((Kind.CARD_REMOVED, FIRST))
    assert removed.insertion == insertions[FIRST]
    second.remove()
    (removed,) = watching.hear((Kind.CARD_REMOVED, SECOND))
    assert removed.insertion == insertions[SECOND]


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.6])
def test_a_card_that_is_swapped_after_it_was_read_is_another_insertion(
    first: VirtualSlot, watching: Watching, seconds: float
) -> None:
    """The service misses a swap in the moment in which it powers a card down: so the reading does that."""
    reader = PcscCardReader(HsmAuthentication(SandboxKeys()))
    watching.start()
    watching.hear(*UP)
    for insertion, variant in enumerate((Variant.GOOD, Variant.BOUND, Variant.GOOD), start=1):
        first.insert(catalogue.card(variant))
        if insertion > 1:
            (removed,) = watching.hear((Kind.CARD_REMOVED, FIRST))
            assert removed.insertion == insertion - 1
        (inserted,) = watching.hear((Kind.CARD_INSERTED, FIRST))
        assert inserted.insertion == insertion
        code = reader.read().card.identification_code
        assert code == person(variant).cards[0].identification_code
        time.sleep(seconds)


def test_a_swap_while_nobody_looked_is_told_all_the_same(
    first: VirtualSlot, watching: Watching
) -> None:
    """The listener is busy while card after card goes in: only the service's count of them tells."""
    busy = threading.Event()

    def listen(event: CardEvent) -> None:
        watching.told.put(event)
        if event.insertion == 1 and event.kind is Kind.CARD_INSERTED:
            busy.wait(20)

    watching.monitor.start(listen)
    watching.hear(*UP)
    first.insert(catalogue.card(Variant.GOOD))
    watching.hear((Kind.CARD_INSERTED, FIRST))
    first.remove()
    until(lambda: not holds_card(FIRST))
    first.insert(catalogue.card(Variant.GOOD))
    until(lambda: holds_card(FIRST))
    busy.set()
    removed, inserted = watching.hear((Kind.CARD_REMOVED, FIRST), (Kind.CARD_INSERTED, FIRST))
    assert (removed.insertion, inserted.insertion) == (1, 2)


def test_a_mute_card_is_told_as_one(first: VirtualSlot, watching: Watching) -> None:
    watching.start()
    watching.hear(*UP)
    first.insert(catalogue.card(Variant.MUTE))
    (mute,) = watching.hear((Kind.CARD_MUTE, FIRST))
    assert (mute.insertion, mute.atr) == (1, None)
    first.remove()
    watching.hear((Kind.CARD_REMOVED, FIRST))


def test_reading_a_card_is_no_event(first: VirtualSlot, watching: Watching) -> None:
    watching.start()
    watching.hear(*UP)
    first.insert(catalogue.card(Variant.GOOD))
    watching.hear((Kind.CARD_INSERTED, FIRST))
    with Context() as context, Connection(context, FIRST, Watch(None)) as connection:
        connection.hold(lambda channel: channel.transmit(bytes.fromhex("0084000008")))
    assert watching.silent()


def test_it_ends_within_a_second(pcscd: CardService, watching: Watching) -> None:
    watching.start()
    watching.hear(*UP)
    begun = time.monotonic()
    watching.monitor.stop()
    assert time.monotonic() - begun < 1
    assert "card-monitor" not in [thread.name for thread in threading.enumerate()]


def test_it_watches_once(pcscd: CardService, watching: Watching) -> None:
    watching.start()
    with pytest.raises(BrokenPromise):
        watching.start()


@pytest.mark.expected_log("a listener failed at reader_added")
def test_a_listener_that_fails_does_not_end_the_watch(
    first: VirtualSlot, watching: Watching
) -> None:
    def listen(event: CardEvent) -> None:
        if event.kind is Kind.READER_ADDED:
            raise ValueError("a listener's mistake")
        watching.told.put(event)

    watching.monitor.start(listen)
    watching.hear((Kind.SERVICE_UP, None))
    first.insert(catalogue.card(Variant.GOOD))
    watching.hear((Kind.CARD_INSERTED, FIRST))


# --- the service goes down and comes back ---------------------------------------------------------------


@pytest.fixture
def our_service(pcscd: CardService) -> CardService:
    if not pcscd.is_ours():
        pytest.skip("the machine's own smart-card service is not stopped by a test")
    return pcscd


def test_a_restarted_service_is_watched_on(
    our_service: CardService, first: VirtualSlot, watching: Watching
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    until(lambda: holds_card(FIRST))
    watching.start()
    watching.hear(*UP, (Kind.CARD_INSERTED, FIRST))
    for insertion in (2, 3):
        our_service.restart()
        watching.hear(
            (Kind.CARD_REMOVED, FIRST),
            (Kind.READER_REMOVED, FIRST),
            (Kind.READER_REMOVED, SECOND),
            (Kind.SERVICE_DOWN, None),
            *UP,
        )
        (again,) = watching.hear((Kind.CARD_INSERTED, FIRST))
        assert again.insertion == insertion


def test_a_service_that_is_started_later_is_found(
    our_service: CardService, watching: Watching
) -> None:
    our_service.stop()
    watching.start()
    watching.hear((Kind.SERVICE_DOWN, None))
    assert watching.silent()
    our_service.start()
    watching.hear(*UP)
