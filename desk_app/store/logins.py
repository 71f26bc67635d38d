"""Operators' logins at a PostgreSQL server: a role `<database>_<number>` each, whose password is not the
typed one but derived from it.

So what an operator types never leaves the app, and guessing at the server's stored verifier costs as much as
guessing at an Argon2id hash (RFC 9106, its low-memory profile), not as little as SCRAM's 4096 rounds.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from sqlalchemy import Connection

LOGIN = "$login$"
"""Stands, with the login's name behind it, where a password's hash would: the server proves the password."""

_TIME, _MEMORY, _LANES, _BYTES = 3, 64 * 1024, 4, 32
"""Never changed: every login would need its password anew. Passes, KiB, lanes, length."""


def secret_of(login: str, password: str) -> str:
    """The password of a login, ASCII. Its salt is fixed by the login's name, since there is nobody to ask
    for one before signing in."""
    from argon2.low_level import Type, hash_secret_raw

    salt = sha256(f"desk-app login {login}".encode()).digest()[:16]
    raw = hash_secret_raw(password.encode(), salt, _TIME, _MEMORY, _LANES, _BYTES, Type.ID)
    return b64encode(raw).decode()


def verifier_of(connection: Connection, login: str, password: str) -> str:
    """What the server keeps of a login's password (SCRAM-SHA-256), computed here: the password itself is in
    no statement, and so in no log of the server."""
    driver = connection.connection.driver_connection
    assert driver is not None
    secret = secret_of(login, password).encode()
    verifier: bytes = driver.pgconn.encrypt_password(secret, login.encode(), b"scram-sha-256")
    return verifier.decode()
