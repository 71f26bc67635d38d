"""One request, one transaction: what a refused operation did is undone, that it was asked is not."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.database import Database
from desk_app.sandbox.platform.platform import Asked, Platform
from desk_app.sandbox.platform.problems import Answer, answer, malformed, refused
from desk_app.sandbox.platform.signatures import SignedRequest, Terminal
from tests.fixtures.platform import SECRET, TERMINAL, Clock, Probe

CARD = "INSERT INTO cards VALUES ('C', 'N', 'name', '310000', 'normal', NULL, NULL, 1)"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def platform(database: Database) -> Platform:
    return Platform(database, Terminal(TERMINAL, SECRET), Clock().now, "http://platform.example")


def asked(key: UUID, body: bytes = b"{}") -> Asked:
    """A signed POST, every time with a nonce of its own."""
    probe = Probe("")
    headers = probe.signature("POST", "/v1/anything", body) | {"Idempotency-Key": str(key)}
    probe.http.close()
    lower = {name.lower(): value for name, value in headers.items()}
    return Asked(SignedRequest("POST", "/v1/anything", lower, body), {}, {})


def count(database: Database, table: str) -> int:
    with database.transaction() as db:
        (rows,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(rows)


def done(call: Call) -> Answer:
    call.db.execute(CARD)
    return answer({"done": True}, 201)


def refused_late(call: Call) -> Answer:
    call.db.execute(CARD)
    raise refused(422, "on_second_thoughts", "No.")


def malformed_late(call: Call) -> Answer:
    call.db.execute(CARD)
    raise malformed("No.")


def broken(call: Call) -> Answer:
    call.db.execute(CARD)
    raise RuntimeError("a bug")


def test_an_effect_and_its_outcome_are_kept_together(
    platform: Platform, database: Database
) -> None:
    key = uuid4()
    first = platform.ask(done, asked(key))
    again = platform.ask(broken, asked(key))
    assert (again.status, again.body) == (first.status, first.body) == (201, b'{"done":true}')
    assert [count(database, t) for t in ("cards", "outcomes", "nonces")] == [1, 1, 2]


def test_a_refusal_undoes_its_effect_and_is_an_outcome(
    platform: Platform, database: Database
) -> None:
    key = uuid4()
    assert platform.ask(refused_late, asked(key)).status == 422
    assert [count(database, t) for t in ("cards", "outcomes", "nonces")] == [0, 1, 1]
    assert platform.ask(done, asked(key)).status == 422


def test_a_request_that_is_not_understood_has_no_outcome(
    platform: Platform, database: Database
) -> None:
    key = uuid4()
    assert platform.ask(malformed_late, asked(key)).status == 400
    assert [count(database, t) for t in ("cards", "outcomes", "nonces")] == [0, 0, 1]
    assert platform.ask(done, asked(key)).status == 201


def test_a_bug_leaves_no_trace(platform: Platform, database: Database) -> None:
    with pytest.raises(RuntimeError):
        platform.ask(broken, asked(uuid4()))
    assert [count(database, t) for t in ("cards", "outcomes", "nonces")] == [0, 0, 0]
