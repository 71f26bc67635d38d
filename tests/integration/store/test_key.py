"""The key of the encrypted database: made once, kept apart, never replaced; and what it protects."""

import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordSetError

from desk_app.domain.contribution import Insurance, MonthRange
from desk_app.domain.errors import StoreLocked, StoreUnavailable
from desk_app.store.engine import DATABASE_FILE, SqlStore, open_store
from desk_app.store.key import KEY_FILE, SERVICE
from tests.integration.store.conftest import Place
from tests.integration.store.samples import (
    CODE,
    OUYANG,
    contribution,
    e_card,
    entry,
    outbox_id,
    registered,
    request,
)

PAGE = 4096


class MemoryKeyring(KeyringBackend):
    """A desktop's keyring that can be locked, or refuse to keep anything."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.refuses = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringError("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.refuses:
            raise PasswordSetError("dismissed")
        self.kept[service, username] = password


@pytest.fixture
def desktop() -> Iterator[MemoryKeyring]:
    """A session with a keyring."""
    before, mine = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Each call is a start of the product in the same home."""
    stores: list[SqlStore] = []

    def open_again() -> SqlStore:
        if stores:
            stores[-1].close()
        stores.append(open_store(None, tmp_path / "home"))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


def _served(store: SqlStore) -> None:
    store.upgrade()
    registered(store)


def _knows_her(store: SqlStore) -> bool:
    with store.begin(write=False) as uow:
        return uow.holders.get(OUYANG.id_number) == OUYANG


def test_without_a_keyring_the_key_is_in_a_file_for_the_owner_alone(
    tmp_path: Path, start: Callable[[], SqlStore]
) -> None:
    _served(start())
    home = tmp_path / "home"
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in home.iterdir()}
    assert modes.pop(KEY_FILE) == 0o600
    assert modes.pop(DATABASE_FILE) == 0o600
    assert set(modes.values()) <= {0o600}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert _knows_her(start())


def test_with_a_keyring_no_key_is_in_any_file(
    desktop: MemoryKeyring, tmp_path: Path, start: Callable[[], SqlStore]
) -> None:
    _served(start())
    (((service, account), key),) = desktop.kept.items()
    assert (service, account) == (SERVICE, str(tmp_path / "home"))
    assert len(bytes.fromhex(key)) == 32
    start().close()
    files = list((tmp_path / "home").iterdir())
    assert [file.name for file in files] == [DATABASE_FILE]
    assert _knows_her(start())


def test_a_keyring_that_keeps_nothing_is_replaced_by_the_file(
    desktop: MemoryKeyring, tmp_path: Path, start: Callable[[], SqlStore]
) -> None:
    desktop.refuses = True
    _served(start())
    assert (tmp_path / "home" / KEY_FILE).exists()
    assert _knows_her(start())


def test_a_locked_keyring_locks_the_store_until_it_is_opened(
    desktop: MemoryKeyring, start: Callable[[], SqlStore]
) -> None:
    _served(start())
    desktop.locked = True
    with pytest.raises(StoreLocked):
        start().is_current()
    desktop.locked = False
    assert _knows_her(start())


@pytest.mark.parametrize("damage", ["gone", "empty", "short", "not hexadecimal", "another"])
def test_without_its_key_a_database_is_locked_and_nothing_is_lost(
    damage: str, tmp_path: Path, start: Callable[[], SqlStore]
) -> None:
    _served(start())
    start().close()
    key, database = tmp_path / "home" / KEY_FILE, tmp_path / "home" / DATABASE_FILE
    right, content = key.read_text(), database.read_bytes()
    wrong = {"empty": "", "short": right[:-2], "not hexadecimal": "z" * 64, "another": "ab" * 32}
    if damage == "gone":
        key.unlink()
    else:
        key.write_text(wrong[damage])
    locked = start()
    for ask in (locked.is_current, locked.upgrade, locked.check, locked.begin().__enter__):
        with pytest.raises(StoreLocked):
            ask()
    locked.close()
    assert database.read_bytes() == content
    assert (key.read_text() if key.exists() else None) == wrong.get(damage)
    key.write_text(right)
    assert _knows_her(start())


def test_a_key_that_others_could_read_is_closed_to_them(
    tmp_path: Path, start: Callable[[], SqlStore]
) -> None:
    _served(start())
    key = tmp_path / "home" / KEY_FILE
    key.chmod(0o644)
    assert _knows_her(start())
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_start_that_was_cut_short_is_taken_up(
    tmp_path: Path, start: Callable[[], SqlStore]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / KEY_FILE).write_text("ab" * 32)
    (home / DATABASE_FILE).touch()
    _served(start())
    assert (home / KEY_FILE).read_text() == "ab" * 32
    assert _knows_her(start())


def test_first_starts_at_the_same_moment_share_one_key(tmp_path: Path) -> None:
    stores = [open_store(None, tmp_path / "home") for _ in range(4)]
    at_once = threading.Barrier(len(stores))
    failed: list[BaseException] = []

    def first_start(store: SqlStore) -> None:
        try:
            at_once.wait()
            store.upgrade()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=first_start, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(store.is_current() for store in stores)
    for store in stores:
        store.close()


def test_no_file_shows_whom_it_is_about(sqlcipher: Place, tmp_path: Path) -> None:
    store = sqlcipher.open()
    registered(store)
    with store.begin() as uow:
        uow.e_cards.put(e_card())
        uow.outbox.add(
            outbox_id(1), CODE, request(f'{{"name": "{OUYANG.name}"}}'), entry().at, "1/7"
        )
        uow.audit.append(entry())
        uow.commit()
    copy = tmp_path / "while-open"
    shutil.copytree(sqlcipher.home, copy)
    store.close()
    files = [*copy.iterdir(), *sqlcipher.home.iterdir()]
    assert {f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"} <= {file.name for file in files}
    for file in files:
        content = file.read_bytes()
        for secret in (OUYANG.name, OUYANG.id_number, CODE, "SQLite format 3", "holder"):
            assert secret.encode() not in content, (file.name, secret)


def test_a_forged_page_is_noticed_wherever_it_is_read(sqlcipher: Place) -> None:
    registered(store := sqlcipher.open())
    with store.begin() as uow:
        months = [year * 100 + month for year in range(1992, 2026) for month in range(1, 13)]
        uow.contributions.add(
            (OUYANG.id_number, contribution(month, insurance))
            for month in months
            for insurance in Insurance
        )
        uow.commit()
    facts = store.check()
    assert facts.sound
    store.close()
    _forge(sqlcipher, facts.size - 2 * PAGE)  # one of the contributions' last pages
    store = sqlcipher.open()
    assert not store.check().sound
    with store.begin(write=False) as uow, pytest.raises(StoreUnavailable) as forged:
        uow.contributions.of_person(OUYANG.id_number, MonthRange(199201, 202512))
    assert forged.value.reason == "corrupt"
    store.close()


def _forge(place: Place, offset: int) -> None:
    with (place.home / DATABASE_FILE).open("r+b") as file:
        file.seek(offset + PAGE // 2)
        file.write(b"forged")
