"""`desk-app batch` from the first count to the check of the files."""

import io
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk_app import app, settings
from desk_app.cli import main
from desk_app.sandbox.people import person
from desk_app.seeding import seed
from desk_app.services.batch_run import BatchRun
from desk_app.ui.words import set_language

PEOPLE = [person(key).holder.id_number for key in ("good", "thirty_years")]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A seeded home folder."""
    home = tmp_path / "home"
    monkeypatch.setenv("DESK_APP_HOME", str(home))
    store = app.open_migrated_store(settings.Settings(), home)
    seed(store)
    store.close()
    return home


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    yield
    set_language("zh_CN")


Told = Callable[[], str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What was said since it was last asked, on either stream."""

    def said() -> str:
        read = capsys.readouterr()
        return read.out + read.err

    return said


def batch(*arguments: str) -> int:
    return main(["--language", "en", "batch", *arguments])


def run(folder: Path, *arguments: str) -> int:
    reason = ["--year", "2025", "--reason", "yearly", "-o", str(folder), "--processes", "1"]
    return batch("run", *arguments, *reason)


def test_a_list_is_issued_and_checked(tmp_path: Path, told: Told) -> None:
    listed, folder = tmp_path / "list.csv", tmp_path / "out"
    listed.write_text("\n".join(["id_number", *PEOPLE, "1"]), encoding="utf-8")
    assert run(folder, "--list", str(listed), "--yes") == 0
    said = told()
    assert "3 in all, 2 issued, 1 not issued" in said
    assert "No. 3 *: not in the register" in said
    assert len(list(folder.glob("*.pdf"))) == 2
    assert batch("status", "--json") == 0
    (facts,) = json.loads(told())["batches"]
    assert (facts["issued"], facts["state"], facts["folder"]) == (2, "done", str(folder))
    assert not [number for number in PEOPLE if number in json.dumps(facts)]
    name = facts["id"][:6]
    assert batch("status", name) == 0
    assert "not in the register" in told()
    assert batch("verify", name) == 0
    assert "2 statements in 2 files" in told()
    next(folder.glob("*.pdf")).write_bytes(b"forged")
    (folder / "manifest.csv").write_text((folder / "manifest.csv").read_text() + "\n")
    assert batch("verify", name) == 1
    said = told()
    assert "is missing or was altered" in said
    assert "manifest.csv is not the one on record" in said
    assert batch("cancel", name) == 0
    assert "Done" in told()


def test_nobody_is_issued_anything_without_being_asked(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert batch("status") == 0
    assert "There are no batches yet" in told()
    for answer in ("n\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert run(tmp_path / "out", "--city") == 1
        assert "was not started" in told()
    assert not (tmp_path / "out").exists()
    assert batch("status", "--json") == 0
    (first, _) = json.loads(told())["batches"]
    assert batch("resume", first["id"]) == 1  # it has no folder yet
    assert "Folder" in told()
    assert batch("resume", "zzz") == 1
    assert "There is no such batch" in told()


def test_an_interrupted_one_is_resumed(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = BatchRun._tell

    def interrupted(self: BatchRun, *, merging: bool = False) -> None:
        tell(self, merging=merging)
        os.kill(os.getpid(), signal.SIGINT)

    folder = tmp_path / "out"
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(PEOPLE)))
    with monkeypatch.context() as patched:
        patched.setattr(BatchRun, "_tell", interrupted)
        assert run(folder, "--list", "-", "--by-employer", "--yes") == 1
    said = told()
    assert "Resume it by desk-app batch resume" in said
    name = said.partition("batch resume ")[2].split()[0]
    assert batch("resume", name, "--processes", "1") == 0
    assert "2 in all, 2 issued, 0 not issued" in told()
    assert batch("verify", name) == 0
    assert "2 statements in" in told()


def test_an_employer_without_anybody_makes_no_batch(tmp_path: Path, told: Told) -> None:
    assert run(tmp_path / "out", "--employer", "none", "--yes") == 1
    assert "Nobody was insured there" in told()
    assert batch("status") == 0
    assert "There are no batches yet" in told()
