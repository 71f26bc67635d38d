"""One request, one transaction: admit it, give its earlier outcome again, or let the rules decide."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk_app.sandbox.platform import bodies
from desk_app.sandbox.platform.call import Call, Operation
from desk_app.sandbox.platform.database import Database, savepoint
from desk_app.sandbox.platform.problems import Answer, Problem
from desk_app.sandbox.platform.signatures import SignedRequest, Terminal, admit

OUTCOMES_KEPT = timedelta(days=30)
"""How long a key answers its first outcome again; the contract asks for 7 days at least."""

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Asked:
    """A request with the parts of its address decoded."""

    request: SignedRequest
    path: Mapping[str, str]
    query: Mapping[str, str]


class Platform:
    """The platform's desk: takes requests from any thread, one after another."""

    def __init__(
        self, database: Database, terminal: Terminal, now: Callable[[], datetime], url: str
    ) -> None:
        """`now` is the platform's clock, in China's time zone; `url` its own address."""
        self._database = database
        self._terminal = terminal
        self._now = now
        self._url = url

    def ask(self, operation: Operation, asked: Asked) -> Answer:
        """Answer a signed request of the contract."""
        now = self._now()
        try:
            with self._database.transaction() as db:
                admit(db, self._terminal, asked.request, now)
                # From here on the nonce is used up, whatever the answer.
                return self._decide(db, operation, asked, now)
        except Problem as problem:
            return problem.answer()

    def ask_unsigned(self, operation: Operation, asked: Asked) -> Answer:
        """Answer a channel app."""
        try:
            with self._database.transaction() as db:
                return operation(self._call(db, asked, self._now()))
        except Problem as problem:
            return problem.answer()

    def _decide(
        self, db: sqlite3.Connection, operation: Operation, asked: Asked, now: datetime
    ) -> Answer:
        try:
            key = _idempotency_key(asked.request)
            if key is None:
                return self._carry_out(db, operation, asked, now)
            if earlier := _earlier_outcome(db, key, asked.request.fingerprint):
                return earlier
            outcome = self._carry_out(db, operation, asked, now)
            if outcome.settled:
                _remember(db, key, asked.request.fingerprint, outcome, now)
            return outcome
        except Problem as problem:
            return problem.answer()

    def _carry_out(
        self, db: sqlite3.Connection, operation: Operation, asked: Asked, now: datetime
    ) -> Answer:
        try:
            with savepoint(db):
                return operation(self._call(db, asked, now))
        except Problem as problem:
            return problem.answer()

    def _call(self, db: sqlite3.Connection, asked: Asked, now: datetime) -> Call:
        body = bodies.parse(asked.request.body, asked.request.headers.get("content-type", ""))
        return Call(db, now, asked.path, asked.query, body, self._url)


def _idempotency_key(request: SignedRequest) -> str | None:
    """The key of a POST, None for other methods. Raises Problem 400."""
    if request.method != "POST":
        return None
    key = request.headers.get("idempotency-key", "").lower()
    if not key:
        raise Problem(400, "idempotency_key_missing", "Every POST carries an Idempotency-Key.")
    if not _UUID.fullmatch(key):
        raise Problem(400, "idempotency_key_malformed", "The Idempotency-Key must be a UUID.")
    return key


def _earlier_outcome(db: sqlite3.Connection, key: str, fingerprint: str) -> Answer | None:
    row = db.execute("SELECT * FROM outcomes WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != fingerprint:
        raise Problem(409, "idempotency_conflict", "This key was used for another request.")
    return Answer(row["status"], row["body"], row["media_type"], {"Idempotency-Replayed": "true"})


def _remember(
    db: sqlite3.Connection, key: str, fingerprint: str, outcome: Answer, now: datetime
) -> None:
    db.execute("DELETE FROM outcomes WHERE settled_at < ?", ((now - OUTCOMES_KEPT).timestamp(),))
    db.execute(
        "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?)",
        (key, fingerprint, outcome.status, outcome.media_type, outcome.body, now.timestamp()),
    )
