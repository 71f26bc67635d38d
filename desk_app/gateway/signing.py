"""The signature of a request: base64(HMAC-SM3) over method, target, timestamp, nonce and body digest."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

_NONCE_BYTES = 18
"""24 characters of base64: the contract asks for 16 or more."""


@dataclass(frozen=True)
class Signer:
    """A terminal's number and the secret that it shares with the platform."""

    terminal: str
    secret: str

    def headers(self, method: str, target: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers of one sending: never to be sent twice. `target` is path?query as it is sent, `now`
        the moment with its offset."""
        timestamp = now.isoformat(timespec="milliseconds")
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        return {
            "X-Terminal": self.terminal,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": self.sign(method, target, timestamp, nonce, body),
        }

    def sign(self, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
        """The value of X-Signature."""
        digest = hashes.Hash(hashes.SM3())
        digest.update(body)
        parts = (method, target, timestamp, nonce, digest.finalize().hex())
        mac = HMAC(self.secret.encode(), hashes.SM3())
        mac.update("\n".join(parts).encode())
        return base64.b64encode(mac.finalize()).decode()
