"""The virtual reader's slots, empty at the beginning and at the end, and other programs at them."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from desk_app.reader.pcsc import Context
from desk_app.sandbox.vpcd import PORTS, VirtualSlot
from tests.fixtures.pcscd import CardService

FIRST, SECOND = "Virtual PCD 00 00", "Virtual PCD 00 01"
PATIENCE = 30.0


def until(holds: Callable[[], bool]) -> None:
    """Wait for what the service, which looks every 0.4 s, has to notice."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def holds_card(reader: str) -> bool:
    with Context() as context:
        return context.states((reader,))[0].present


@pytest.fixture(autouse=True)
def no_talk_goes_on() -> None:
    """A talk that an earlier test has given up would reset the card of this one when it ends."""
    until(lambda: not any(thread.name == "card-conversation" for thread in threading.enumerate()))


@pytest.fixture
def first(pcscd: CardService) -> Iterator[VirtualSlot]:
    with VirtualSlot(PORTS[0]) as slot:
        yield slot


@pytest.fixture
def second(pcscd: CardService) -> Iterator[VirtualSlot]:
    with VirtualSlot(PORTS[1]) as slot:
        yield slot


OtherProgram = Callable[..., AbstractContextManager[subprocess.Popen[str]]]


@pytest.fixture
def other_program() -> OtherProgram:
    """Starts `other_program.py` with its arguments; it has the card when the block begins."""

    @contextmanager
    def start(*arguments: str) -> Iterator[subprocess.Popen[str]]:
        script = Path(__file__).with_name("other_program.py")
        with subprocess.Popen(
            [sys.executable, script, *arguments], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                yield process
            finally:
                process.kill()

    return start
