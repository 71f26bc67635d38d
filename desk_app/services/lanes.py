"""One-worker executors: every outside thing (card, store, platform, print) lives on its own lane.

A lane's adapter is created, used and closed on the lane's thread; `Lane.assert_here` makes that a check.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from typing import ParamSpec, TypeVar

from desk_app.domain.errors import BrokenPromise

P = ParamSpec("P")
T = TypeVar("T")


class LaneName(StrEnum):
    """The outside things that live on a thread of their own."""

    CARD = "card"
    STORE = "store"
    PLATFORM = "platform"
    PRINT = "print"
    BATCH = "batch"
    """One batch at a time, for hours: with connections and processes of its own."""


def on(name: LaneName) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Mark a service's method as a job of one lane; whoever runs it finds the name in its `lane`."""

    def mark(job: Callable[P, T]) -> Callable[P, T]:
        job.lane = name  # type: ignore[attr-defined]
        return job

    return mark


def lane_of(job: Callable[..., object]) -> LaneName:
    """The lane that a job was marked for. Raises BrokenPromise for an unmarked one."""
    name = getattr(job, "lane", None)
    if not isinstance(name, LaneName):
        raise BrokenPromise(f"{job!r} has no lane")
    return name


class Lane:
    """A named executor with one thread. Jobs run in the order in which they were submitted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._thread: int | None = None
        self._executor = ThreadPoolExecutor(1, f"lane-{name}", initializer=self._remember)

    def _remember(self) -> None:
        self._thread = threading.get_ident()

    def submit(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a job; its result or error comes with the future."""
        return self._executor.submit(job, *args, **kwargs)

    def call(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job on the lane and wait for it (on the lane itself: run it at once)."""
        if threading.get_ident() == self._thread:
            return job(*args, **kwargs)
        return self.submit(job, *args, **kwargs).result()

    def assert_here(self) -> None:
        """Raise BrokenPromise on any thread but the lane's."""
        if threading.get_ident() != self._thread:
            raise BrokenPromise(f"used outside its lane {self.name}")

    def close(self) -> None:
        """Let the running job finish, drop the queued ones, and end the thread."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class Lanes:
    """All lanes of one running app."""

    def __init__(self) -> None:
        self._lanes = {name: Lane(name) for name in LaneName}

    def __getitem__(self, name: LaneName) -> Lane:
        return self._lanes[name]

    def submit(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a marked job on its own lane."""
        return self[lane_of(job)].submit(job, *args, **kwargs)

    def close(self) -> None:
        """Close every lane."""
        for lane in self._lanes.values():
            lane.close()
