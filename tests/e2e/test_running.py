"""The counter as a process: what it starts ends with it, however it ends."""

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Hall
from tests.fixtures.ports import free_port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize("ending", ["terminate", "kill"])
def test_the_sandbox_platform_ends_with_the_counter_that_started_it(
    hall: Hall, tmp_path: Path, ending: str
) -> None:
    port = free_port()
    own = Hall(
        tmp_path,
        hall.environment
        | {
            "DESK_APP_HOME": str(tmp_path),
            "DESK_APP_PLATFORM__URL": f"http://127.0.0.1:{port}",
        },
    )
    counter = own.start("-m", "desk_app", "run")
    try:
        until(lambda: answers(port))
    finally:
        getattr(counter, ending)()
        counter.communicate(timeout=20)

    until(lambda: not answers(port))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_as_a_hand_does(hall: Hall, ending: signal.Signals) -> None:
    counter = hall.start("-c", ENDS_BY_ITSELF, str(int(ending)))

    _, problems = counter.communicate(timeout=30)

    assert counter.returncode == 128 + ending
    assert "Traceback" not in problems
    assert not (hall.home / "desk.db-wal").exists()


ENDS_BY_ITSELF = """
import os, signal, sys, threading
from desk_app.cli import main
from desk_app.ui.windows import Windows

connect = Windows.connect_services

def connected(*arguments):
    threading.Timer(0.5, os.kill, (os.getpid(), int(sys.argv[1]))).start()
    return connect(*arguments)

Windows.connect_services = connected
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(["run"]))
"""
"""A counter that sends itself a signal half a second after its services have come up."""


def test_a_settings_file_that_is_not_there_opens_no_window(hall: Hall, tmp_path: Path) -> None:
    done = hall.desk_app("--config", str(tmp_path / "none.toml"), "run")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
