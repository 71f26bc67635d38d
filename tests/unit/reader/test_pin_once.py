"""A PIN is tried once, also where another program resets the card and the talk with it starts over."""

from collections.abc import Callable
from typing import Any

import pytest

from desk_app.domain.errors import CardBusy
from desk_app.reader import reader
from desk_app.reader.reader import PcscCardReader
from desk_app.services.ports import PinCheck
from tests.fakes import cases


class Entered:
    def __init__(self, *_: Any) -> None: ...

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...


class ResetOnce(Entered):
    """A connection on which the first talk is lost, as after another program's reset."""

    def hold(self, talk: Callable[[Any], PinCheck]) -> PinCheck:
        talk(self)
        return talk(self)


class Quiet(Entered):
    def hold(self, talk: Callable[[Any], PinCheck]) -> PinCheck:
        return talk(self)


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []

    def verify(_card: Any, _authentication: Any, pin: str, _code: str) -> PinCheck:
        tried.append(pin)
        return PinCheck(cases.reading(), True, None)

    monkeypatch.setattr(reader, "verify_pin", verify)
    monkeypatch.setattr(reader, "Context", Entered)
    monkeypatch.setattr(reader, "card_programs", tuple)
    monkeypatch.setattr(PcscCardReader, "_choose", lambda _self, asked: [asked])
    return tried


def verify_with(connection: type, monkeypatch: pytest.MonkeyPatch) -> PinCheck:
    monkeypatch.setattr(reader, "Connection", connection)
    return PcscCardReader(None).verify_pin("246802", cases.CODE, "Reader A")  # type: ignore[arg-type]


def test_a_pin_is_tried(tries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify_with(Quiet, monkeypatch).verified
    assert tries == ["246802"]


def test_a_reset_does_not_try_it_again(tries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CardBusy):
        verify_with(ResetOnce, monkeypatch)
    assert tries == ["246802"]
