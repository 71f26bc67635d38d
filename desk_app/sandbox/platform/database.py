"""The platform's own durable store: one SQLite file, every answer on disk before it is given."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "platform.sqlite3"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cards (
    identification_code TEXT PRIMARY KEY,
    id_number TEXT NOT NULL,
    name TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    valid_until TEXT,
    replaces TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS e_cards (
    serial INTEGER PRIMARY KEY,
    sign_no TEXT NOT NULL UNIQUE,
    sign_seq INTEGER NOT NULL,
    sign_level INTEGER NOT NULL,
    identification_code TEXT NOT NULL REFERENCES cards,
    id_number TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    stopped INTEGER NOT NULL DEFAULT 0,
    claimed_by TEXT,
    signed_at TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_e_card_per_card
    ON e_cards (identification_code) WHERE status <> 'revoked';
CREATE UNIQUE INDEX IF NOT EXISTS one_e_card_per_holder
    ON e_cards (id_number) WHERE status <> 'revoked';
CREATE TABLE IF NOT EXISTS consents (
    e_card INTEGER PRIMARY KEY REFERENCES e_cards,
    text_version TEXT NOT NULL,
    given_at TEXT NOT NULL,
    method TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS claim_codes (
    token TEXT PRIMARY KEY,
    sign_no TEXT NOT NULL,
    expires_at REAL NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS authorizations (
    id TEXT PRIMARY KEY,
    id_number TEXT NOT NULL,
    grantee TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    purpose TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    until TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS authorizations_of_holder ON authorizations (id_number);
CREATE TABLE IF NOT EXISTS risk_holds (
    id_number TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS nonces (
    terminal TEXT NOT NULL,
    nonce TEXT NOT NULL,
    used_at REAL NOT NULL,
    PRIMARY KEY (terminal, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nonces_by_age ON nonces (used_at);
CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body BLOB NOT NULL,
    settled_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcomes_by_age ON outcomes (settled_at);
"""


class Database:
    """One connection, used by one request at a time from any thread."""

    def __init__(self, folder: Path) -> None:
        """Open the store in `folder`, making both where they are missing."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / FILE).touch(mode=0o600)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            folder / FILE, isolation_level=None, check_same_thread=False, timeout=2
        )
        self._db.row_factory = sqlite3.Row
        # WAL with FULL: a commit is on disk before it is answered, whatever ends the process.
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;" + _SCHEMA
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; transactions follow one another, also between processes."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


@contextmanager
def savepoint(db: sqlite3.Connection) -> Iterator[None]:
    """Undo what was done inside when it ends in an exception, and nothing else of the transaction."""
    db.execute("SAVEPOINT effect")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK TO effect")
        raise
    finally:
        db.execute("RELEASE effect")
