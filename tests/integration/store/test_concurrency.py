"""Several windows, several processes, one record."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from desk_app.domain.card import CardState
from desk_app.domain.errors import StaleVersion
from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import Place
from tests.integration.store.samples import CODE, NOON, entry, outbox_id, registered, request

Opened = Callable[[Place], SqlStore]


@contextmanager
def another_counter(place: Place, verb: str, argument: str) -> Iterator[subprocess.Popen[str]]:
    """A process that works on the same database; it is ended here."""
    module = [sys.executable, "-m", "tests.integration.store.worker"]
    worker = subprocess.Popen(
        [*module, verb, place.url or "-", str(place.home), argument],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with worker:
        try:
            yield worker
        finally:
            worker.kill()


def test_counters_that_serve_at_once_lose_nothing_and_fork_no_chain(
    place: Place, opened: Opened
) -> None:
    store = opened(place)
    registered(store)
    each = 30

    def serve(window: int) -> list[str]:
        serials = []
        for _ in range(each):
            with store.begin() as uow:
                serials.append(uow.statements.next_serial("310000", NOON))
                uow.audit.append(entry(window))
                uow.commit()
        return serials

    with (
        another_counter(place, "serve", str(each)) as one,
        another_counter(place, "serve", str(each)) as two,
    ):
        with ThreadPoolExecutor(3) as windows:
            mine = [serial for serials in windows.map(serve, range(3)) for serial in serials]
        theirs = [
            line.split()[1]
            for worker in (one, two)
            for line in worker.communicate()[0].splitlines()
        ]
    assert sorted(mine + theirs) == [f"310000-20261123-{n:06d}" for n in range(1, 5 * each + 1)]
    with store.begin(write=False) as uow:
        assert sum(1 for _ in uow.audit.records()) == 5 * each
        assert uow.audit.first_broken() is None


def test_two_counters_bind_one_card_and_one_of_them_hears_no(place: Place, opened: Opened) -> None:
    registered(opened(place))
    with (
        another_counter(place, "issue", "S-1") as one,
        another_counter(place, "issue", "S-2") as two,
    ):
        workers = (one, two)
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        heard = sorted(worker.communicate()[0].strip() for worker in workers)
    assert heard == ["issued", "one_to_one"]


def test_of_two_windows_that_activate_a_card_the_later_is_told_so(store: SqlStore) -> None:
    registered(store)
    at_once = threading.Barrier(2)

    def activate() -> str:
        with store.begin(write=False) as uow:
            card = uow.cards.get(CODE)
        assert card is not None
        at_once.wait()
        try:
            with store.begin() as uow:
                uow.cards.change_state(CODE, CardState.NORMAL, card.version)
                uow.commit()
        except StaleVersion as stale:
            return f"stale {stale.current}"
        return "activated"

    with ThreadPoolExecutor(2) as windows:
        futures = [windows.submit(activate) for _ in range(2)]
    assert sorted(future.result() for future in futures) == ["activated", "stale 2"]


def test_an_instruction_about_a_card_waits_for_the_one_before_it(store: SqlStore) -> None:
    """Else the later one could be seen, and sent, before the earlier one is even written down."""
    registered(store)
    written = threading.Event()

    def write_second() -> None:
        with store.begin() as uow:
            uow.outbox.add(outbox_id(2), CODE, request(), NOON, "1002/08")
            written.set()
            uow.commit()

    second = threading.Thread(target=write_second)
    with store.begin() as uow:
        uow.outbox.add(outbox_id(1), CODE, request(), NOON, "1001/07")
        second.start()
        assert not written.wait(0.3)
        uow.commit()
    second.join()
    with store.begin(write=False) as uow:
        assert [pending.id.int for pending in uow.outbox.pending(CODE)] == [1, 2]


def test_wrong_passwords_at_two_windows_are_both_counted(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.operators.put(
            OperatorAccount(Operator("1001", "林晓", frozenset({Role.CLERK})), "$argon2id$…")
        )
        uow.commit()

    def fail(_window: int) -> None:
        with store.begin() as uow:
            account = uow.operators.get("1001")
            assert account is not None
            uow.operators.put(replace(account, failures=account.failures + 1))
            uow.commit()

    with ThreadPoolExecutor(4) as windows:
        list(windows.map(fail, range(20)))
    with store.begin(write=False) as uow:
        account = uow.operators.get("1001")
    assert account is not None
    assert account.failures == 20


@pytest.mark.parametrize("turn", range(3))
def test_units_of_work_that_meet_on_the_audit_and_a_card_do_not_deadlock(
    store: SqlStore, turn: int
) -> None:
    registered(store)

    def audit_first(number: int) -> None:
        with store.begin() as uow:
            uow.audit.append(entry())
            uow.outbox.add(outbox_id(number), CODE, request(), NOON, "1001/07")
            uow.commit()

    def card_first(number: int) -> None:
        with store.begin() as uow:
            uow.cards.get(CODE)
            uow.outbox.add(outbox_id(number), CODE, request(), NOON, "1001/07")
            uow.audit.append(entry())
            uow.commit()

    with ThreadPoolExecutor(4) as windows:
        jobs = [windows.submit((audit_first, card_first)[n % 2], n + 1) for n in range(24)]
    for job in jobs:
        job.result()
    with store.begin(write=False) as uow:
        assert len(uow.outbox.pending(CODE)) == 24
