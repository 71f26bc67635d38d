"""What goes wrong below, as the clerk's program hears of it, and what is left afterwards."""

import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from desk_app.domain.errors import (
    DiskFull,
    InvalidInput,
    OneToOne,
    OutcomeUnknown,
    StoreUnavailable,
)
from desk_app.store import connections, outcome
from desk_app.store.engine import SqlStore, open_store
from tests.integration.store.conftest import Place
from tests.integration.store.raw import run
from tests.integration.store.samples import (
    CODE,
    OUYANG,
    SECOND_CODE,
    card,
    consent,
    e_card,
    registered,
    statement,
)


def fill_up(store: SqlStore) -> None:
    with store.begin() as uow:
        for number in range(20_000):
            uow.holders.put(replace(OUYANG, id_number=f"{number:018}"))
        uow.commit()


def test_a_full_disk_keeps_nothing_of_the_work_and_harms_nothing(
    sqlcipher: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(sqlcipher)

    def narrow(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    event.listen(store._engines.writing, "connect", narrow)
    registered(store)
    with pytest.raises(DiskFull):
        fill_up(store)
    with store.begin(write=False) as uow:
        assert uow.holders.get(f"{0:018}") is None
        assert uow.holders.get(OUYANG.id_number) == OUYANG
    assert store.check().sound


def test_a_full_disk_issues_nothing_without_its_file(
    sqlcipher: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(sqlcipher)
    registered(store)
    # No room for the file, in either order of rows.
    pages = store._engines.reading.connect().exec_driver_sql("PRAGMA page_count").scalar()

    def narrow(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")

    store._engines.writing.dispose()
    event.listen(store._engines.writing, "connect", narrow)
    pdf = bytes(300_000)
    issued = statement("1", sha256=sha256(pdf).hexdigest())
    with store.begin() as uow, pytest.raises(DiskFull):
        uow.statements.add(issued, pdf)
    with store.begin(write=False) as uow:
        assert uow.statements.by_serial("1") is None
        assert uow.archive.file(issued.sha256) is None
        assert uow.archive.check("", 1) == ()


FILL_A_DISK = """
from pathlib import Path
from desk_app.domain.errors import DiskFull
from desk_app.store.engine import open_store
from tests.integration.store.test_faults import fill_up, registered

store = open_store(None, Path({home!r}))
store.upgrade()
registered(store)
try:
    fill_up(store)
except DiskFull:
    print("full", store.check().sound)
store.close()
"""


def test_a_truly_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = f'mount -t tmpfs -o size=2m none "{disk}" && exec "$@"'
    namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounted, "-"]
    if subprocess.run([*namespace, "true"], capture_output=True).returncode:
        pytest.skip("this kernel lets nobody mount a small disk")
    script = FILL_A_DISK.format(home=str(disk / "home"))
    done = subprocess.run(
        [*namespace, sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "full True\n"


def test_a_full_disk_of_the_server(postgres: Place, opened: Callable[[Place], SqlStore]) -> None:
    _on_insert(postgres, "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'")
    with opened(postgres).begin() as uow, pytest.raises(DiskFull):
        uow.holders.put(OUYANG)


def test_a_connection_lost_while_working(
    postgres: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(postgres)
    with store.begin() as uow:
        uow.holders.put(OUYANG)
        _cut_all_others(postgres)
        with pytest.raises(StoreUnavailable) as lost:
            uow.holders.get(OUYANG.id_number)
        assert lost.value.reason == "unreachable"
    with store.begin() as uow:
        assert uow.holders.get(OUYANG.id_number) is None


def test_a_connection_lost_between_two_citizens_is_not_noticed(
    postgres: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(postgres)
    registered(store)
    _cut_all_others(postgres)
    with store.begin(write=False) as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG


def test_a_warning_at_commit_is_resolved_by_a_later_commit_that_brings_none(
    postgres: Place, opened: Callable[[Place], SqlStore]
) -> None:
    _on_insert(postgres, "RAISE WARNING 'not confirmed by the stand-by'", deferred=True)
    store = opened(postgres)
    with store.begin() as uow:
        uow.holders.put(OUYANG)
        uow.commit()
    with store.begin(write=False) as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG


def test_while_no_stand_by_confirms_the_outcome_is_unknown(
    postgres: Place, opened: Callable[[Place], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "_PATIENCE", 0.0)
    unconfirmed = "RAISE WARNING 'not confirmed by the stand-by'"
    _on_insert(postgres, unconfirmed, "INSERT OR UPDATE ON operation", deferred=True)
    with opened(postgres).begin() as uow:
        uow.holders.put(OUYANG)
        with pytest.raises(OutcomeUnknown):
            uow.commit()


def test_a_server_that_is_not_there(loopback_port: int, tmp_path: Path) -> None:
    store = open_store(f"postgresql+psycopg://desk@127.0.0.1:{loopback_port}/desk", tmp_path)
    with pytest.raises(StoreUnavailable) as away:
        store.is_current()
    assert away.value.reason == "unreachable"
    with pytest.raises(StoreUnavailable), store.begin():
        pass
    store.close()


@pytest.mark.parametrize("url", ["mysql://desk@127.0.0.1/desk", "sqlite:///desk.db", "desk", "://"])
def test_a_database_that_the_product_cannot_use(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        open_store(url, tmp_path)


def test_another_writer_is_waited_for_only_so_long(
    place: Place, opened: Callable[[Place], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT", 1)
    registered(opened(place))
    waiting = opened(place)
    with opened(place).begin() as uow:
        uow.cards.get(CODE)
        with pytest.raises(StoreUnavailable) as busy, waiting.begin() as late:
            late.cards.get(CODE)
        assert busy.value.reason == "busy"


def test_readers_do_not_wait_for_a_writer(store: SqlStore) -> None:
    registered(store)
    with store.begin() as uow:
        uow.cards.add(card(SECOND_CODE))
        with store.begin(write=False) as reading:
            assert reading.cards.get(CODE) == card()
            assert reading.cards.get(SECOND_CODE) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda uow: uow.cards.add(card()),
        lambda uow: uow.cards.add(card(SECOND_CODE, state="mislaid")),
        lambda uow: uow.consents.add(consent(SECOND_CODE)),
        lambda uow: uow.e_cards.put(e_card("S-2")),
        lambda uow: uow.e_cards.put(e_card("S-3", SECOND_CODE, sign_level=3)),
    ],
)
def test_no_error_carries_what_it_was_about(
    store: SqlStore, wrong: Callable[[Any], object]
) -> None:
    registered(store)
    with store.begin() as uow:
        uow.e_cards.put(e_card())
        uow.commit()
    with store.begin() as uow, pytest.raises(Exception) as refused:  # noqa: PT011
        wrong(uow)
    told = "".join(traceback.format_exception(refused.value))
    assert not any(word in told for word in (OUYANG.id_number, OUYANG.name, CODE, SECOND_CODE))


def test_the_one_to_one_rule_has_an_error_of_its_own(store: SqlStore) -> None:
    registered(store)
    with store.begin() as uow:
        uow.e_cards.put(e_card())
        with pytest.raises(OneToOne):
            uow.e_cards.put(e_card("S-2"))
    with store.begin() as uow, pytest.raises(StoreUnavailable) as other:
        uow.consents.add(consent(SECOND_CODE))
    assert other.value.reason == "integrity"


def _on_insert(
    place: Place, statement: str, event: str = "INSERT ON holder", *, deferred: bool = False
) -> None:
    """Let the server do something when a person is put in, or when that is committed."""
    kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    when = "DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    run(
        place,
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {statement}; RETURN NEW; END $$",
        f"CREATE {kind} trouble AFTER {event} {when} FOR EACH ROW EXECUTE FUNCTION trouble()",
    )


def _cut_all_others(place: Place) -> None:
    run(
        place,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
