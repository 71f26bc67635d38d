"""A hall in a box: a seeded home folder and the sandbox platform as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk_app import app, settings
from desk_app.seeding import seed
from tests.fixtures.ports import free_port


@dataclass(frozen=True)
class Hall:
    """Where a terminal's home is, and the environment in which its commands run."""

    home: Path
    environment: dict[str, str]

    def settings(self) -> settings.Settings:
        """The terminal's settings."""
        return settings.load(self.home, env=self.environment)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a Python command in this hall, with its output on a pipe."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Python command in this hall to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=90)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def desk_app(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `desk-app` in this hall to its end."""
        return self.run("-m", "desk_app", *arguments)


@pytest.fixture(scope="session")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A seeded hall with its platform running; shared, so a test takes a citizen of its own."""
    home = tmp_path_factory.mktemp("hall")
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DESK_APP_")}
    if fonts := os.environ.get("DESK_APP_FONTS"):
        clean["DESK_APP_FONTS"] = fonts
    found = Hall(
        home,
        clean
        | {
            "DESK_APP_HOME": str(home),
            "DESK_APP_PLATFORM__URL": f"http://127.0.0.1:{port}",
            "QT_QPA_PLATFORM": "offscreen",
        },
    )
    with app.opened(found.settings(), home) as counter:
        seed(counter.store)
    platform = found.start("-m", "desk_app", "sandbox", "platform")
    try:
        _wait_for(found)
        yield found
    finally:
        platform.terminate()
        platform.communicate(timeout=10)


def _wait_for(found: Hall) -> None:
    end = time.monotonic() + 20
    with app.opened(found.settings(), found.home) as counter:
        while True:
            try:
                counter.platform.health()
                return
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
