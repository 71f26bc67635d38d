"""Adapters come into being when they are first used."""

import pytest

from desk_app.deferred import Deferred


class Adapter:
    """Something that is slow to make."""

    made = 0

    def __init__(self) -> None:
        type(self).made += 1
        self.closed = False

    def answer(self) -> int:
        return 42

    def close(self) -> None:
        self.closed = True


def test_it_is_made_once_and_only_when_used() -> None:
    Adapter.made = 0
    deferred = Deferred(Adapter)
    assert Adapter.made == 0

    assert deferred.answer() == deferred.answer() == 42
    assert Adapter.made == 1


def test_closing_what_was_never_used_makes_nothing() -> None:
    Adapter.made = 0
    Deferred(Adapter).close()

    assert Adapter.made == 0


def test_a_failed_making_is_tried_again() -> None:
    tries = iter([OSError("not yet"), None])

    def make() -> Adapter:
        error = next(tries)
        if error is not None:
            raise error
        return Adapter()

    deferred = Deferred(make)
    with pytest.raises(OSError, match="not yet"):
        deferred.answer()
    assert deferred.answer() == 42
