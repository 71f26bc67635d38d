"""The main job is played on the real windows, and leaves its statement and its pictures."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

CODE = """
import sys
from pathlib import Path
from desk_app.domain.card import CardEvent, CardEventKind, CardState
from desk_app.domain.errors import RiskHold
from desk_app.services.lanes import Lanes
from desk_app.ui.application import Outside
from desk_app.ui.demonstration import Props, demonstrate
from desk_app.ui.settings import WindowSettings
from tests.fakes import cases
from tests.fakes.services import PASSWORD, Script, fake_services

class Monitor:
    def start(self, publish): self.publish = publish
    def stop(self): pass

script, lanes, monitor = Script(), Lanes(), Monitor()
script.answers["open_case"] = lambda desk, read: cases.case(CardState.NOT_ACTIVATED, read=read)
if "fail" in sys.argv:
    script.answers["bind"] = RiskHold("held")
insert = lambda: monitor.publish(CardEvent(CardEventKind.CARD_INSERTED, "Reader A", None, 1))
remove = lambda: monitor.publish(CardEvent(CardEventKind.CARD_REMOVED, "Reader A", None, 1))
status = demonstrate(
    lambda: Outside(fake_services(script), lanes, monitor),
    WindowSettings("hall", "3", "990101", language="en"),
    Props("1001", PASSWORD, insert, remove),
    Path(sys.argv[1]),
)
lanes.close()
sys.exit(status)
"""


def play(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE, str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_the_whole_job_is_played_with_times_and_pictures(tmp_path: Path) -> None:
    done = play(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("signed in", "read and verified", "Activate card", "Issue e-card", "cleared"):
        assert step in done.stdout
    assert all(" s  " in line for line in done.stdout.splitlines())
    assert (tmp_path / "statement.pdf").read_bytes().startswith(b"%PDF")
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) >= 12
    with Image.open(pictures[0]) as picture:
        assert picture.size == (1366, 768)
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 10


def test_a_step_that_fails_ends_it_with_the_reason(tmp_path: Path) -> None:
    done = play(tmp_path, "fail")
    assert done.returncode == 1
    assert "risk check" in done.stdout
    assert list(tmp_path.glob("*-failed-operator.png"))
