"""The schema's history, and what a start costs when there is nothing to do."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desk_app.domain.document import FileState
from desk_app.domain.errors import StoreUnavailable
from desk_app.store import migrations
from desk_app.store.engine import SqlStore
from desk_app.store.migrations import REVISION
from desk_app.store.migrations.upgrade import config
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected, run
from tests.integration.store.samples import OUYANG, registered


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Nothing there yet, not even a file."""
    if request.param == "sqlite":
        return Place("sqlite", None, tmp_path / "home")
    return Place("postgresql", request.getfixturevalue("postgres_database"), tmp_path)


def test_the_code_knows_the_newest_revision() -> None:
    scripts = Config()
    scripts.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(scripts).get_heads() == [REVISION]


def test_an_empty_database_is_brought_up_to_date(
    empty: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(empty)
    assert not store.is_current()
    assert store.check().revision is None
    with store.begin() as uow, pytest.raises(StoreUnavailable) as unmade:
        uow.holders.get(OUYANG.id_number)
    assert unmade.value.reason == "schema"
    store.upgrade()
    facts = store.check()
    assert (facts.kind, facts.revision, facts.current) == (empty.kind, REVISION, True)
    assert facts.sound
    assert facts.encrypted is (empty.kind == "sqlite")
    assert facts.size > 0


def test_upgrading_again_changes_nothing(store: SqlStore) -> None:
    registered(store)
    store.upgrade()
    assert store.is_current()
    with store.begin(write=False) as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG


def test_counters_that_upgrade_at_once_take_turns(
    empty: Place, opened: Callable[[Place], SqlStore]
) -> None:
    stores = [opened(empty) for _ in range(3)]
    failed: list[BaseException] = []

    def upgrade(store: SqlStore) -> None:
        try:
            store.upgrade()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=upgrade, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(store.is_current() for store in stores)


def test_an_upgrade_that_fails_leaves_nothing_behind(
    empty: Place, opened: Callable[[Place], SqlStore]
) -> None:
    run(empty, "CREATE TABLE outbox (id INTEGER)")  # in the way of the first migration, late
    store = opened(empty)
    with pytest.raises(StoreUnavailable):
        store.upgrade()
    assert not store.is_current()
    run(empty, "DROP TABLE outbox")
    store.upgrade()
    assert store.is_current()


def test_a_schema_of_a_later_version_is_left_alone(place: Place, store: SqlStore) -> None:
    run(place, "UPDATE alembic_version SET version_num = '9999'")
    assert not store.is_current()
    with pytest.raises(StoreUnavailable) as newer:
        store.upgrade()
    assert newer.value.reason == "newer"
    with connected(place) as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version"))
        assert found.scalar() == "9999"


SECOND_START = """
import sys
from pathlib import Path
from desk_app.store.engine import open_store
store = open_store({url!r}, Path({home!r}))
assert store.is_current()
with store.begin() as uow:
    uow.holders.get("nobody")
    uow.commit()
store.close()
other = {{"sqlite": "postgresql", "postgresql": "sqlite"}}[{kind!r}]
idle = {{"alembic", "keyring", "mako", "sqlalchemy.orm", f"sqlalchemy.dialects.{{other}}"}}
print(*sorted(idle & set(sys.modules)))
"""


def test_a_second_start_imports_nothing_that_it_does_not_need(place: Place) -> None:
    script = SECOND_START.format(kind=place.kind, url=place.url, home=str(place.home))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


BEFORE = (
    "INSERT INTO holder (id_number, name) VALUES ('{number}', 'x')",
    "INSERT INTO statement (serial, verification_code, kind, id_number, first_month, last_month, recipient,"
    ' copy_number, issued_at, hall, "window", operator_number, sha256, pages) VALUES'
    " ('{serial}', 'v', 'annual', '{number}', 202401, 202412, 'agent', 1,"
    " '2026-01-31 10:00:00+00:00', 'h', '1', '1001', '{digest}', 2)",
)


def test_what_was_issued_before_files_were_kept_stays_on_record(
    empty: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(empty)
    _to(store, "0004")
    number, digest = OUYANG.id_number, "d" * 64
    issue = BEFORE[1].format(serial="{serial}", number=number, digest=digest)
    at = issue if empty.kind == "postgresql" else issue.replace("+00:00", "")
    run(empty, BEFORE[0].format(number=number), at.format(serial="1"), at.format(serial="2"))
    store.upgrade()
    assert store.is_current()
    with store.begin(write=False) as uow:
        issued = uow.statements.by_serial("1")
        assert issued is not None
        assert (issued.subject, issued.language, issued.copy_number) == (
            "202401-202412",
            "zh_CN",
            1,
        )
        assert (issued.valid_until.isoformat(), issued.agent) == ("2026-03-02", None)
        assert len(uow.statements.of_person(number)) == 2
        assert {one.state for one in uow.archive.check("", 9)} == {FileState.REMOVED}
        assert uow.archive.file(digest) is None
    with connected(empty) as connection, pytest.raises(DBAPIError):
        connection.execute(text("DELETE FROM statement"))
    assert store.check().sound


def _to(store: SqlStore, revision: str) -> None:
    with store._engines.writing.begin() as connection:
        command.upgrade(config(connection), revision)
