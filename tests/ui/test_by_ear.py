"""The whole way to the holder's consent, by AT-SPI alone, on a real X server."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from desk_app.domain.verbs import Verb
from desk_app.ui.words import LANGUAGES, Words
from tests.fakes import cases


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counter_can_be_worked_without_seeing_it(language: str, display: str) -> None:
    assert shutil.which("dbus-run-session"), "make setup installs dbus"
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-m", "tests.ui.ear", language],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    heard = json.loads(done.stdout.splitlines()[-1])["heard"]
    buttons = {name for role, name in heard if "button" in role}
    said = Words(language)
    assert {said.say(f"verb.{verb}.name") for verb in Verb} <= buttons
    assert cases.NAME in {name for _, name in heard}
    assert not [role for role, name in heard if "button" in role and not name.strip()]
