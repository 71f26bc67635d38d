"""What every test gets: a home of its own, no screen, no keyring, and a guard over the logs."""

import os
from pathlib import Path

import pytest

from tests.fixtures.ports import free_port

# Set before anything imports Qt or keyring; tests of a real window name `xcb` for a process of theirs.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

pytest_plugins = [
    "pytester",
    "tests.fixtures.display",
    "tests.fixtures.log_guard",
    "tests.fixtures.pcscd",
    "tests.fixtures.platform",
    "tests.fixtures.postgresql",
]


@pytest.fixture(autouse=True)
def desk_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `DESK_APP_HOME`; settings from the caller's environment stay out."""
    for name in [name for name in os.environ if name.startswith("DESK_APP_")]:
        if name != "DESK_APP_FONTS":
            monkeypatch.delenv(name)
    home = tmp_path / "desk-home"
    monkeypatch.setenv("DESK_APP_HOME", str(home))
    return home


@pytest.fixture
def loopback_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on."""
    return free_port()
