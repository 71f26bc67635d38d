"""Every outside thing lives on one thread of its own."""

import threading
from collections.abc import Iterator

import pytest

from desk_app.domain.errors import BrokenPromise
from desk_app.services.lanes import Lane, LaneName, Lanes, on


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    opened = Lanes()
    yield opened
    opened.close()


@on(LaneName.CARD)
def where() -> str:
    return threading.current_thread().name


def test_a_job_runs_on_the_lane_that_it_is_marked_for(lanes: Lanes) -> None:
    assert lanes.submit(where).result().startswith("lane-card")
    assert lanes.submit(where).result() == lanes.submit(where).result()


def test_a_job_without_a_lane_is_a_bug(lanes: Lanes) -> None:
    with pytest.raises(BrokenPromise):
        lanes.submit(len, "x")


def test_a_lane_knows_its_own_thread() -> None:
    lane = Lane("store")
    lane.call(lane.assert_here)

    with pytest.raises(BrokenPromise, match="outside its lane store"):
        lane.assert_here()
    lane.close()


def test_a_call_from_the_lane_to_itself_does_not_wait_for_itself() -> None:
    lane = Lane("card")

    assert lane.call(lane.call, lambda: 42) == 42
    lane.close()


def test_an_error_comes_with_the_result() -> None:
    lane = Lane("print")

    with pytest.raises(ZeroDivisionError):
        lane.call(lambda: 1 // 0)
    lane.close()
