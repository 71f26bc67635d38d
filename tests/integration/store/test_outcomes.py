"""A commit has three outcomes, and whoever asked for it is told the right one: the connection is cut at
each step."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from desk_app.domain.errors import OutcomeUnknown, StoreUnavailable
from desk_app.store import outcome
from desk_app.store.engine import SqlStore, open_store
from tests.fixtures.cut_proxy import CutProxy, cut_proxy
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected, run
from tests.integration.store.samples import OUYANG, entry, registered

_numbers = count(1)


@pytest.fixture
def proxy(postgres: Place) -> Iterator[CutProxy]:
    assert postgres.url is not None
    port = make_url(postgres.url).port
    assert port is not None
    with cut_proxy(port) as running:
        yield running


@pytest.fixture
def store(postgres: Place, proxy: CutProxy) -> Iterator[SqlStore]:
    """A counter whose connections go through the proxy."""
    assert postgres.url is not None
    url = make_url(postgres.url).set(port=proxy.port)
    through = open_store(url.render_as_string(hide_password=False), postgres.home)
    registered(through)
    yield through
    through.close()


def _work(store: SqlStore) -> tuple[str, Exception | None]:
    """One unit of work about a new person; gives the number and what the caller is told."""
    number = f"{next(_numbers):018}"
    try:
        with store.begin() as uow:
            uow.holders.put(replace(OUYANG, id_number=number))
            uow.audit.append(entry())
            uow.commit()
    except (StoreUnavailable, OutcomeUnknown) as error:
        return number, error
    return number, None


def _kept(place: Place, number: str) -> bool:
    with connected(place) as connection:
        asked = text("SELECT count(*) FROM holder WHERE id_number = :number")
        return bool(connection.execute(asked, {"number": number}).scalar_one())


def test_wherever_the_connection_is_cut_what_is_told_is_what_is_kept(
    postgres: Place, proxy: CutProxy, store: SqlStore
) -> None:
    told: dict[bool, list[bool]] = {True: [], False: []}
    for before, answers in told.items():
        for at in count(1):
            proxy.arm(at, before=before)
            number, error = _work(store)
            assert not isinstance(error, OutcomeUnknown)
            assert _kept(postgres, number) == (error is None), (at, before)
            if proxy.at is not None:
                break  # there was no such step any more
            answers.append(error is None)
    never_arrived, answer_lost = told[True], told[False]
    assert min(len(never_arrived), len(answer_lost)) >= 5
    assert answer_lost[-1], "the answer to COMMIT was lost: a yes"
    assert not never_arrived[-1], "COMMIT never arrived: a no"
    proxy.arm(None, before=True)
    with store.begin(write=False) as uow:
        assert uow.audit.first_broken() is None


def test_an_answer_that_was_lost_at_the_commit_is_a_yes(
    postgres: Place, proxy: CutProxy, store: SqlStore
) -> None:
    number, error = _cut_at_commit(proxy, store, before=False)
    assert error is None
    assert _kept(postgres, number)


def test_a_commit_that_never_arrived_is_a_no(
    postgres: Place, proxy: CutProxy, store: SqlStore
) -> None:
    number, error = _cut_at_commit(proxy, store, before=True)
    assert isinstance(error, StoreUnavailable)
    assert error.reason == "unreachable"
    assert not _kept(postgres, number)


def test_while_the_server_is_away_nobody_is_told_anything_but_that(
    proxy: CutProxy, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise StoreUnavailable("unreachable")

    monkeypatch.setattr(outcome, "_PATIENCE", 0.5)
    monkeypatch.setattr(outcome, "_ask", away)
    assert isinstance(_cut_at_commit(proxy, store, before=False)[1], OutcomeUnknown)


def test_a_server_that_comes_back_is_asked(
    postgres: Place, proxy: CutProxy, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[int] = []
    ask = outcome._ask

    def away_at_first(*asked: object) -> bool:
        answers.append(1)
        if len(answers) < 3:
            raise StoreUnavailable("unreachable")
        return ask(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(outcome, "_ask", away_at_first)
    number, error = _cut_at_commit(proxy, store, before=False)
    assert (error, len(answers)) == (None, 3)
    assert _kept(postgres, number)


def test_a_lost_transaction_that_is_asked_for_can_never_commit_any_more(
    postgres: Place, opened: Callable[[Place], SqlStore]
) -> None:
    """The server may not have noticed yet that its client is gone: asking waits for it, then decides."""
    store, operation_id = opened(postgres), uuid4()
    engine = store._engines.writing
    told: list[object] = []

    def ask() -> None:
        try:
            outcome.resolve(engine, operation_id)
            told.append(True)
        except StoreUnavailable:
            told.append(False)

    with engine.connect() as lingering:
        outcome.note(lingering, operation_id)
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(0.5)
        assert asking.is_alive()
        lingering.rollback()
        asking.join(10)
    assert told == [False]
    with engine.connect() as late, pytest.raises(Exception, match="operation_pkey"):
        outcome.note(late, operation_id)


def test_asking_twice_gives_the_same_answer(
    place: Place, opened: Callable[[Place], SqlStore]
) -> None:
    engine, never, done = opened(place)._engines.writing, uuid4(), uuid4()
    with engine.begin() as connection:
        outcome.note(connection, done)
    for _ in range(2):
        outcome.resolve(engine, done)
        with pytest.raises(StoreUnavailable):
            outcome.resolve(engine, never)


def test_old_operations_are_forgotten_when_somebody_signs_in(
    sqlcipher: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = registered(opened(sqlcipher))
    run(sqlcipher, "UPDATE operation SET at = '2020-01-01 00:00:00'")
    registered_later = uuid4()
    with store._engines.writing.begin() as connection:  # type: ignore[attr-defined]
        outcome.note(connection, registered_later)
    store.enter("1001", "whatever")
    with connected(sqlcipher) as connection:
        assert connection.execute(text("SELECT id FROM operation")).scalars().all() == [
            registered_later.hex
        ]


def _cut_at_commit(
    proxy: CutProxy, store: SqlStore, *, before: bool
) -> tuple[str, Exception | None]:
    """The last request of a unit of work is its COMMIT."""
    proxy.arm(None, before=True)
    assert _work(store)[1] is None
    proxy.arm(proxy.requests, before=before)
    return _work(store)
