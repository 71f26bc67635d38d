"""Readers that come and go, which no virtual reader can do: told by a service that follows a script."""

import queue
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

import pytest
from smartcard import scard

from desk_app.domain.card import CardEvent, CardEventKind
from desk_app.domain.errors import ReaderLost
from desk_app.reader import monitor
from desk_app.reader.monitor import PcscMonitor
from desk_app.reader.pcsc import ReaderState

Kind = CardEventKind
ATR = bytes.fromhex("3B6D0000")
IN, EMPTY = scard.SCARD_STATE_PRESENT, scard.SCARD_STATE_EMPTY
MUTE = IN | scard.SCARD_STATE_MUTE

Moment = dict[str, tuple[int, int]] | Exception
"""Flags and counter of each reader that is there; or what the service raises instead."""

Told = Callable[..., list[CardEvent]]


class ScriptedService:
    """A `pcsc.Context` that lives through moments; the last one lasts."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        self._moments = list(moments)

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to let go of."""

    def readers(self) -> tuple[str, ...]:
        now = self._moments[0]
        return tuple(now) if isinstance(now, dict) else ("Gone meanwhile",)

    def wait(self, known: Iterable[tuple[str, int]], seconds: float) -> tuple[ReaderState, ...]:
        now = self._moments[0]
        if len(self._moments) > 1:
            del self._moments[0]
        if isinstance(now, Exception):
            raise now
        states = (ReaderState(name, *now.get(name, (0, 0)), ATR) for name, _ in known)
        return tuple(states)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """Lets a monitor live through moments, and gives the events that it is expected to tell."""
    monitors: list[PcscMonitor] = []

    def live_through(*moments: Moment, expect: int) -> list[CardEvent]:
        events: queue.Queue[CardEvent] = queue.Queue()
        monkeypatch.setattr(monitor, "Context", ScriptedService(moments))
        monkeypatch.setattr(monitor, "_WAIT", 0.01)
        watch = PcscMonitor()
        monitors.append(watch)
        watch.start(events.put)
        heard = [events.get(timeout=30) for _ in range(expect)]
        watch.stop()
        assert events.empty()
        return heard

    yield live_through
    for watch in monitors:
        watch.stop()


def kinds(events: list[CardEvent]) -> list[tuple[Kind, str | None]]:
    return [(event.kind, event.reader) for event in events]


def test_a_reader_is_plugged_in_with_a_card_and_unplugged_again(told: Told) -> None:
    events = told({}, {"A": (IN, 1)}, {"A": (IN, 1)}, {}, expect=5)
    assert kinds(events) == [
        (Kind.SERVICE_UP, None),
        (Kind.READER_ADDED, "A"),
        (Kind.CARD_INSERTED, "A"),
        (Kind.CARD_REMOVED, "A"),
        (Kind.READER_REMOVED, "A"),
    ]
    assert events[2] == CardEvent(Kind.CARD_INSERTED, "A", ATR, 1)
    assert events[3].insertion == 1


def test_a_reader_that_goes_between_the_list_and_the_look_is_survived(told: Told) -> None:
    events = told(ReaderLost(), {"B": (EMPTY, 0)}, expect=4)
    assert kinds(events) == [
        (Kind.SERVICE_UP, None),
        (Kind.READER_ADDED, "Gone meanwhile"),
        (Kind.READER_REMOVED, "Gone meanwhile"),
        (Kind.READER_ADDED, "B"),
    ]


def test_a_swap_shows_in_the_count_alone(told: Told) -> None:
    events = told({"A": (IN, 1)}, {"A": (IN, 3)}, expect=5)
    assert [event.insertion for event in events if event.kind is Kind.CARD_INSERTED] == [1, 2]
    assert kinds(events)[3:] == [(Kind.CARD_REMOVED, "A"), (Kind.CARD_INSERTED, "A")]


def test_a_card_that_came_and_went_unseen_is_no_event(told: Told) -> None:
    assert len(told({"A": (EMPTY, 0)}, {"A": (EMPTY, 2)}, {"A": (EMPTY, 2)}, expect=2)) == 2


def test_a_mute_card_that_is_turned_over_is_a_new_insertion(told: Told) -> None:
    events = told({"A": (MUTE, 1)}, {"A": (IN, 1)}, expect=5)
    assert kinds(events)[2:] == [
        (Kind.CARD_MUTE, "A"),
        (Kind.CARD_REMOVED, "A"),
        (Kind.CARD_INSERTED, "A"),
    ]
    assert events[-1].insertion == 2


def test_other_changes_of_state_are_no_events(told: Told) -> None:
    in_use = IN | scard.SCARD_STATE_INUSE | scard.SCARD_STATE_CHANGED
    unpowered = IN | scard.SCARD_STATE_UNPOWERED
    moments = {"A": (IN, 1)}, {"A": (in_use, 1)}, {"A": (unpowered, 1)}, {"A": (IN, 1)}
    assert len(told(*moments, expect=3)) == 3
