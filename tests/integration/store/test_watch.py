"""Changes of the queue are heard from other connections, soon, and only they are."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, insert, update

from desk_app.domain.application import ApplicantKind, ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.errors import BrokenPromise
from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.store.engine import SqlStore
from desk_app.store.tables import application
from desk_app.store.watch import SqlQueueWatch
from tests.fixtures.postgresql import cluster
from tests.integration.store.conftest import Place, _upgraded
from tests.integration.store.raw import connected, run
from tests.integration.store.samples import CODE, NOON, OUYANG, registered

SOON = 2.0
"""Seconds within which a change made at another counter is to be heard."""


class Ear:
    """Counts what is published."""

    def __init__(self) -> None:
        self.heard = 0
        self._news = threading.Condition()

    def __call__(self) -> None:
        with self._news:
            self.heard += 1
            self._news.notify_all()

    def until(self, count: int, within: float = SOON) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self.heard >= count, within)


@contextmanager
def watching(store: SqlStore) -> Iterator[Ear]:
    """A watch that has begun to listen."""
    ear, watch = Ear(), SqlQueueWatch(store.listening)
    watch.start(ear)
    try:
        assert ear.until(1, 10)
        yield ear
    finally:
        watch.stop()


def file_one(place: Place, number: str = "310000-20261123-0001") -> UUID:
    """An application, filed at another counter."""
    made = uuid4()
    with connected(place) as connection:
        connection.execute(
            insert(application),
            {
                "id": made,
                "number": number,
                "kind": ApplicationKind.FORMAL_LOSS,
                "identification_code": CODE,
                "id_number": OUYANG.id_number,
                "region": "310000",
                "card_state": CardState.NORMAL,
                "card_version": 2,
                "applicant": ApplicantKind.HOLDER,
                "reason": "lost",
                "filed_by": "1001",
                "filed_at": NOON,
                "hall": "hall",
                "window": "3",
                "state": ApplicationState.FILED,
                "version": 1,
                "changed_at": NOON,
                "changed_window": "3",
            },
        )
    return made


def take(place: Place, which: UUID) -> None:
    with connected(place) as connection:
        connection.execute(
            update(application)
            .where(application.c.id == which)
            .values(assigned_to="1001", version=application.c.version + 1)
        )


@pytest.fixture
def hall(store: SqlStore) -> SqlStore:
    """A store with a citizen, a card and a clerk."""
    return registered_hall(store)


def test_what_another_connection_changes_is_heard_soon(place: Place, hall: SqlStore) -> None:
    with watching(hall) as ear:
        filed = file_one(place)
        assert ear.until(2)
        take(place, filed)
        assert ear.until(3)


def test_nothing_is_published_when_nothing_changes(place: Place, hall: SqlStore) -> None:
    with watching(hall) as ear:
        run(place, f"UPDATE card SET version = version + 1 WHERE identification_code = '{CODE}'")
        time.sleep(2.5)
        assert ear.heard == 1
        file_one(place)
        assert ear.until(2)
        time.sleep(1.5)
        assert ear.heard == 2


def test_what_is_rolled_back_is_not_heard(place: Place, hall: SqlStore) -> None:
    filed = file_one(place)
    with watching(hall) as ear:
        with connected(place) as connection:
            changed = update(application).where(application.c.id == filed)
            connection.execute(changed.values(version=2))
            connection.get_transaction().rollback()  # type: ignore[union-attr]
        assert not ear.until(2, 1.5)


def test_a_hundred_changes_at_once_are_told_in_a_few(
    postgres: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = registered_hall(opened(postgres))
    file_one(postgres)
    with watching(store) as ear:
        with connected(postgres) as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            connection.commit()
            raw.autocommit = True  # type: ignore[attr-defined]
            for version in range(2, 102):
                raw.cursor().execute(f"UPDATE application SET version = {version}")
            raw.autocommit = False  # type: ignore[attr-defined]
        assert ear.until(2)
        time.sleep(1)
        assert ear.heard < 12


def test_the_light_look_is_one_statement_a_second(sqlcipher: Place) -> None:
    store = sqlcipher.open()
    asked: list[str] = []
    watched = SqlQueueWatch(store.listening)

    @event.listens_for(store.listening().pool, "connect")
    def _trace(connection: object, _record: object) -> None:
        connection.set_trace_callback(asked.append)  # type: ignore[attr-defined]

    ear = Ear()
    watched.start(ear)
    assert ear.until(1, 10)
    asked.clear()
    time.sleep(3.2)
    watched.stop()
    store.close()
    assert set(asked) == {"PRAGMA data_version"}
    assert len(asked) <= 4


def test_a_stopped_watch_is_silent_and_can_be_started_again(place: Place, hall: SqlStore) -> None:
    watch, first, second = SqlQueueWatch(hall.listening), Ear(), Ear()
    watch.start(first)
    assert first.until(1, 10)
    with pytest.raises(BrokenPromise):
        watch.start(second)
    began = time.monotonic()
    watch.stop()
    watch.stop()
    assert time.monotonic() - began < 1
    filed = file_one(place)
    watch.start(second)
    assert second.until(1, 10)
    take(place, filed)
    assert second.until(2)
    watch.stop()
    assert first.heard == 1


def test_a_listeners_connection_that_is_cut_comes_back(
    postgres: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = registered_hall(opened(postgres))
    with watching(store) as ear:
        run(
            postgres,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND datname = current_database()",
        )
        assert ear.until(2, 5), "once after reconnecting"
        file_one(postgres)
        assert ear.until(3)


def test_a_server_that_restarts_is_heard_again(tmp_path: Path) -> None:
    with cluster({"fsync": "off"}) as running:
        url = running.url()
        _upgraded(url, tmp_path)
        place = Place("postgresql", url, tmp_path)
        store = registered_hall(place.open())
        with watching(store) as ear:
            running.stop()
            time.sleep(1.5)
            assert ear.heard == 1
            running.start()
            assert ear.until(2, 5), "once after reconnecting"
            file_one(place)
            assert ear.until(3)
        store.close()


@pytest.mark.expected_log("a listener failed at a change")
def test_a_mistake_of_who_listens_does_not_end_the_watch(place: Place, hall: SqlStore) -> None:
    ear = Ear()

    def stumble() -> None:
        ear()
        if ear.heard == 1:
            raise ZeroDivisionError

    watch = SqlQueueWatch(hall.listening)
    watch.start(stumble)
    assert ear.until(1, 10)
    file_one(place)
    assert ear.until(2)
    watch.stop()


def registered_hall(store: SqlStore) -> SqlStore:
    registered(store)
    clerk = Operator("1001", "王敏", frozenset({Role.CLERK}))
    with store.begin() as uow:
        uow.operators.put(OperatorAccount(clerk, "hash"))
        uow.commit()
    return store
