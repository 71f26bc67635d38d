"""Talks with a card that may never end, kept from taking their caller with them.

No call of PC/SC can be interrupted: a card that hangs keeps `SCardTransmit`, and a program that holds a
transaction keeps `SCardConnect`, for as long as they please. So each conversation runs on a thread of its
own while the caller looks on. When time is over or the operator cancels, the caller leaves the thread to
itself: it lets go of the card and ends once its call returns, at the latest when the card is pulled out
or the other program ends. It is a daemon and never keeps this program from ending.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from desk_app.domain.errors import Cancelled
from desk_app.services.ports import Cancellation

T = TypeVar("T")

_LOOK = 0.05
_LAST_COMMAND = 0.2
"""How long a cancelled conversation may take to end by itself, between two commands."""


@dataclass(frozen=True)
class Limits:
    """Seconds: `hold` for another program to let go of the card, `answer` for one command,
    `conversation` for all of the card's answers together."""

    hold: float = 5.0
    answer: float = 5.0
    conversation: float = 30.0


class Activity(Enum):
    """What a conversation can wait for without end."""

    HOLD = auto()
    ANSWER = auto()


class Overdue(Exception):
    """A conversation took longer than it may, and was left to itself."""

    def __init__(self, activity: Activity, seconds: float) -> None:
        super().__init__(activity)
        self.activity = activity
        self.seconds = seconds


class Watch:
    """What a conversation is at: told on its thread, looked at by its caller."""

    def __init__(self, cancel: Cancellation | None) -> None:
        self._cancel = cancel
        self._abandoned = False
        self._activity: Activity | None = None
        self._since = 0.0
        self._answered = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether nobody wants the conversation any more."""
        return self._abandoned or (self._cancel is not None and self._cancel.is_set())

    def check(self) -> None:
        """Raise Cancelled when nobody wants the conversation any more."""
        if self.cancelled:
            raise Cancelled

    def begin(self, activity: Activity) -> None:
        """A call that may take long begins; raises Cancelled instead when nobody wants it."""
        self.check()
        self._since = time.monotonic()
        self._activity = activity

    def end(self) -> None:
        """The call has returned."""
        if self._activity is Activity.ANSWER:
            self._answered += time.monotonic() - self._since
        self._activity = None

    def aside(self, call: Callable[[], T]) -> T:
        """Make a call that may take long and is not the card's; raises Cancelled instead of waiting for
        its end when nobody wants it any more."""
        other = Conversation(lambda watch: call())
        while not other.ends_within(_LOOK):
            self.check()
        return other.result(Limits())

    def abandon(self) -> None:
        """Leave the conversation to itself."""
        self._abandoned = True

    def overdue(self, limits: Limits) -> Overdue | None:
        """What has taken too long, if anything has."""
        activity, lasted = self._activity, time.monotonic() - self._since
        if activity is Activity.HOLD and lasted > limits.hold:
            return Overdue(activity, limits.hold)
        if activity is Activity.ANSWER and lasted > limits.answer:
            return Overdue(activity, limits.answer)
        if activity is Activity.ANSWER and self._answered + lasted > limits.conversation:
            return Overdue(activity, limits.conversation)
        return None


class Conversation(Generic[T]):
    """One talk with a card, on a thread of its own from the beginning."""

    def __init__(self, talk: Callable[[Watch], T], cancel: Cancellation | None = None) -> None:
        self._watch = Watch(cancel)
        self._outcome: Future[T] = Future()
        self._ended = threading.Event()
        threading.Thread(
            target=self._run, args=(talk,), name="card-conversation", daemon=True
        ).start()

    def result(self, limits: Limits) -> T:
        """What the talk gives or raises. Raises Cancelled and Overdue, too."""
        while not self.ends_within(_LOOK):
            overdue = self._watch.overdue(limits)
            if self._watch.cancelled and not self.ends_within(_LAST_COMMAND):
                self._watch.abandon()
                raise Cancelled
            if overdue is not None:
                self._watch.abandon()
                raise overdue
        return self._outcome.result()

    def ends_within(self, seconds: float) -> bool:
        """Whether its thread is done with the card, after waiting for that up to `seconds`."""
        return self._ended.wait(seconds)

    def _run(self, talk: Callable[[Watch], T]) -> None:
        try:
            self._outcome.set_result(talk(self._watch))
        except BaseException as error:
            self._outcome.set_exception(error)
        finally:
            self._ended.set()
