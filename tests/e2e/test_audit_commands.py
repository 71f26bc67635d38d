"""`desk-app audit` from outside, on either database."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.store.engine import SqlStore, open_store
from tests.e2e.conftest import Hall
from tests.integration.store.conftest import Place
from tests.integration.store.raw import run

NUMBER = "00000019880229000X"
ELSEWHERE = "另一大厅"


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, hall: Hall, tmp_path: Path) -> Hall:
    """A terminal with a database of its own: two halls, with old and new records."""
    environment = hall.environment | {"DESK_APP_HOME": str(tmp_path / "home")}
    if request.param == "postgresql":
        environment["DESK_APP_DATABASE__URL"] = request.getfixturevalue("postgres_database")
    terminal = Hall(tmp_path / "home", environment)
    with _store(terminal) as store:
        store.upgrade()
        with store.begin() as uow:
            for year in (2001, 2002, 2026):
                uow.audit.append(_entry(year))
            uow.audit.append(replace(_entry(2026), hall=ELSEWHERE, operator_number="1002"))
            uow.commit()
    return terminal


def _entry(year: int) -> AuditEntry:
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    return AuditEntry(at, Action.REVEAL, Outcome.DONE, "1001", "07", "大厅", NUMBER, "本人来查")


@contextmanager
def _store(hall: Hall) -> Iterator[SqlStore]:
    hall.home.mkdir(exist_ok=True)
    store = open_store(hall.environment.get("DESK_APP_DATABASE__URL"), hall.home)
    yield store
    store.close()


def _forge(hall: Hall, *statements: str) -> None:
    url = hall.environment.get("DESK_APP_DATABASE__URL")
    place = Place("postgresql" if url else "sqlite", url, hall.home)
    disarmed = (
        ["ALTER TABLE audit DISABLE TRIGGER USER"]
        if url
        else ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
    )
    run(place, *disarmed, *statements)


def test_a_trail_that_holds_says_so_for_every_hall(here: Hall) -> None:
    done = here.desk_app("audit", "verify", "--language", "en")
    assert done.returncode == 0, done.stderr
    one, other = done.stdout.splitlines()
    assert ELSEWHERE in one
    assert "records 1 to 1" in one
    assert "records 1 to 3" in other
    again = here.desk_app("audit", "verify").stdout
    assert "链条完整" in again
    assert len(again.splitlines()) == 3  # that it was looked at is a record of this terminal's hall


@pytest.mark.parametrize(
    ("forgery", "seq", "year"),
    [
        ("UPDATE audit SET operator_number = '1009' WHERE seq = 2", 2, "2002"),
        ("DELETE FROM audit WHERE seq = 3", 3, "2002"),
    ],
    ids=["forged-row", "cut-tail"],
)
def test_a_trail_that_was_touched_says_where_and_fails(
    here: Hall, forgery: str, seq: int, year: str
) -> None:
    _forge(here, f"{forgery} AND hall = '大厅'")
    done = here.desk_app("audit", "verify", "--language", "en")
    assert done.returncode == 1
    broken = next(line for line in done.stdout.splitlines() if line.startswith("大厅"))
    assert f"breaks at record {seq} ({year}-06-01" in broken


def test_an_export_holds_what_was_asked_for(here: Hall, tmp_path: Path) -> None:
    path = tmp_path / "trail.csv"
    days = ["--from", "2002-01-01", "--to", "2026-06-02"]
    done = here.desk_app("audit", "export", *days, "--operator", "1001", "-o", str(path))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [row["seq"] for row in rows] == ["2", "3"]
    assert NUMBER not in path.read_text("utf-8-sig")


def test_the_citizens_number_comes_on_standard_input(here: Hall, tmp_path: Path) -> None:
    def exported(number: str) -> list[str]:
        path = tmp_path / "trail.jsonl"
        arguments = ["audit", "export", "--format", "jsonl", "--citizen", "-", "-o", str(path)]
        process = subprocess.run(
            [sys.executable, "-m", "desk_app", *arguments],
            env=here.environment,
            input=number,
            capture_output=True,
            text=True,
        )
        assert process.returncode == 0, process.stderr
        return [json.loads(line)["hall"] for line in path.read_text("utf-8").splitlines()]

    assert exported(f"{NUMBER.lower()}\n") == [ELSEWHERE, "大厅", "大厅", "大厅"]
    assert exported("00000019880229001X\n") == []


def test_a_purge_follows_the_policy_and_the_rest_holds(here: Hall, tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    young = here.desk_app("audit", "purge", "--before", "2026-01-01", "-o", str(path))
    assert young.returncode == 1
    assert "保留 10 年" in young.stderr
    assert not path.exists()

    done = here.desk_app("audit", "purge", "--before", "2003-01-01", "-o", str(path))
    assert done.returncode == 0, done.stderr
    assert "第 1 至 2 条" in done.stdout
    assert [json.loads(line)["seq"] for line in path.read_text("utf-8").splitlines()] == [1, 2]

    checked = here.desk_app("audit", "verify", "--language", "en")
    assert checked.returncode == 0, checked.stdout
    assert "大厅: the chain holds, records 3 to 4" in checked.stdout
    nothing = here.desk_app("audit", "purge", "--before", "2003-01-01", "-o", str(path))
    assert (nothing.returncode, nothing.stdout) == (0, "没有这么早的记录，未清除任何内容。\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "yesterday"], "YYYY-MM-DD"),
        (["--action", "nonsense"], "操作"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    here: Hall, tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = here.desk_app("audit", "export", *arguments, "-o", str(tmp_path / "x"))
    assert done.returncode == 1
    assert told in done.stderr
