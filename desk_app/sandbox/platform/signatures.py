"""Who is asking: terminal, time, nonce and HMAC-SM3 signature of every request (contract, Transport)."""

from __future__ import annotations

import base64
import hmac
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from desk_app.sandbox.platform.problems import Problem

TOLERANCE = timedelta(seconds=300)
"""How far a request's clock may be off."""

NONCE_LENGTH = 16
"""The shortest nonce, in characters."""

NONCES_KEPT = timedelta(days=1)
"""How long a nonce is remembered: well beyond the time in which its timestamp is taken."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Terminal:
    """A terminal that may ask, and the secret that it shares with the platform."""

    number: str
    secret: str


@dataclass(frozen=True)
class SignedRequest:
    """A request as it came over the wire: `target` is path?query, undecoded."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def fingerprint(self) -> str:
        """Digest of what is asked for; the same for every repeat of one request."""
        return sm3(f"{self.method}\n{self.target}\n".encode() + self.body)


def sm3(message: bytes) -> str:
    """SM3 digest (GB/T 32905), lower-case hexadecimal."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(message)
    return digest.finalize().hex()


def admit(
    db: sqlite3.Connection, terminal: Terminal, request: SignedRequest, now: datetime
) -> None:
    """Let an authentic request through, once: its nonce is used up. Raises Problem, always 401."""
    number, timestamp, nonce, signature = (
        _header(request, name) for name in ("x-terminal", "x-timestamp", "x-nonce", "x-signature")
    )
    if not hmac.compare_digest(number.encode(), terminal.number.encode()):
        raise _unauthenticated("unknown_terminal", "No such terminal.")
    if len(nonce) < NONCE_LENGTH:
        raise _unauthenticated("bad_nonce", f"X-Nonce needs {NONCE_LENGTH} characters or more.")
    _check_time(timestamp, now)
    _check_signature(terminal, request, f"{timestamp}\n{nonce}", signature)
    db.execute("DELETE FROM nonces WHERE used_at < ?", ((now - NONCES_KEPT).timestamp(),))
    try:
        db.execute("INSERT INTO nonces VALUES (?, ?, ?)", (number, nonce, now.timestamp()))
    except sqlite3.IntegrityError:
        raise _unauthenticated(
            "nonce_reused",
            "This nonce was used before; sign again with a fresh one.",
            retryable=True,
        ) from None


def _header(request: SignedRequest, name: str) -> str:
    value = request.headers.get(name)
    if not value:
        raise _unauthenticated("unsigned", f"The header {name} is missing.")
    return value


def _check_time(timestamp: str, now: datetime) -> None:
    try:
        if not _RFC3339.fullmatch(timestamp):
            raise ValueError
        skew = abs(datetime.fromisoformat(timestamp.upper()) - now)
    except (ValueError, OverflowError):
        raise _unauthenticated("bad_timestamp", "X-Timestamp is not RFC 3339.") from None
    if skew > TOLERANCE:
        raise _unauthenticated(
            "stale_timestamp",
            f"X-Timestamp is over {TOLERANCE.seconds} s off.",
            time=now.astimezone(UTC).isoformat(),
        )


def _check_signature(
    terminal: Terminal, request: SignedRequest, time_and_nonce: str, signature: str
) -> None:
    message = f"{request.method}\n{request.target}\n{time_and_nonce}\n{sm3(request.body)}"
    mac = HMAC(terminal.secret.encode(), hashes.SM3())
    mac.update(message.encode())
    expected = base64.b64encode(mac.finalize())
    if not hmac.compare_digest(signature.encode(), expected):
        raise _unauthenticated("bad_signature", "X-Signature does not fit this request.")


def _unauthenticated(code: str, detail: str, **members: Any) -> Problem:
    return Problem(401, code, detail, headers={"WWW-Authenticate": "HMAC-SM3"}, **members)
