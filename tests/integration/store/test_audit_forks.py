"""Many writers on one PostgreSQL: every chain stays one, at each level of isolation."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.errors import SerializationFailure
from sqlalchemy import make_url

from desk_app.domain.permissions import Role
from tests.integration.store.conftest import Place
from tests.integration.store.samples import HALL, OTHER_HALL
from tests.integration.store.sessions import account, login

WRITERS, EACH = 24, 25
LEVELS = list(psycopg.IsolationLevel)


@pytest.fixture
def numbers(postgres: Place) -> list[str]:
    """Half of the operators work in one hall, half in the other."""
    found = [str(1000 + n) for n in range(WRITERS)]
    store = postgres.open()
    with store.begin() as uow:
        for n, number in enumerate(found):
            uow.operators.put(account(number, Role.CLERK, hall=(HALL, OTHER_HALL)[n % 2]))
        uow.commit()
    store.close()
    return found


def test_writers_at_once_fork_no_chain(postgres: Place, numbers: list[str]) -> None:
    with ExitStack() as stack:
        places = [
            stack.enter_context(login(postgres, number, "EXECUTE ON FUNCTION desk_audit"))
            for number in numbers
        ]
        with ThreadPoolExecutor(WRITERS) as windows:
            again = sum(windows.map(_write, places, range(WRITERS)))
    store = postgres.open()
    with store.begin(write=False) as uow:
        reports = uow.audit.verify()
        by_operator = [r.operator_number for r in uow.audit.records()]
    store.close()
    assert [r.broken for r in reports] == [None, None]
    assert [r.records for r in reports] == [WRITERS * EACH // 2] * 2
    assert all(by_operator.count(number) == EACH for number in numbers)
    assert again > 0  # else nobody has met anybody


def _write(place: Place, n: int) -> int:
    """Write records, each in a transaction that has looked around before; gives how many were refused and
    written again."""
    assert place.url is not None
    url = make_url(place.url)
    again, written = 0, 0
    with psycopg.connect(
        host=url.host,
        port=url.port,
        user=url.username,
        password=url.password,
        dbname=url.database,
    ) as connection:
        connection.isolation_level = LEVELS[n % len(LEVELS)]
        while written < EACH:
            try:
                with connection.transaction():
                    connection.execute("SELECT count(*) FROM pg_class")
                    connection.execute(
                        "SELECT desk_audit('', '', 'identify', 'done', '', '07', 'x', NULL, NULL)"
                    )
                written += 1
            except SerializationFailure:
                again += 1
    return again
