"""The counter as a process: what it starts ends with it, however it ends."""

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


def test_a_settings_file_that_is_not_there_opens_no_window(hall: Hall, tmp_path: Path) -> None:
    done = hall.desk_app("--config", str(tmp_path / "none.toml"), "run")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
