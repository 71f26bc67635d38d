"""Sending: signed requests over one kept-open connection, with time-outs, and again where that is safe.

Every request of the contract may be repeated: inquiries change nothing, a report carries its version, and
every POST carries an Idempotency-Key. A repeat has the same key and bytes, but its own time, nonce and
signature.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from desk_app.domain.errors import BadSettings, PlatformRefused, PlatformUnreachable
from desk_app.gateway import reading
from desk_app.gateway.refusals import STALE_TIMESTAMP, refusal
from desk_app.gateway.signing import Signer

set_on_retry_hooks([])  # stamina would log each retry as a warning; the caller sees the outcome

LARGEST_ANSWER = 4 << 20
"""Bytes of the largest answer that is read; the longest of the contract, the services, has some 30 kB."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for the platform, in seconds: somebody stands at the counter."""

    connect: float = 2.0
    answer: float = 5.0
    """From the request to the last byte of its answer; and between any two pieces of it."""
    attempts: int = 3
    total: float = 8.0
    """After this no further attempt is begun."""


@dataclass(frozen=True)
class Certificates:
    """Files (PEM) for mutual TLS: the platform's authority, this terminal's certificate and key."""

    authority: str = ""
    certificate: str = ""
    key: str = ""


class Transport:
    """A connection to the platform; used on one lane."""

    def __init__(
        self,
        url: str,
        signer: Signer,
        certificates: Certificates,
        patience: Patience,
        now: Callable[[], datetime],
    ) -> None:
        """Open nothing yet. Raises BadSettings for an address or certificates that the contract forbids."""
        self._signer = signer
        self._patience = patience
        self._now = now
        self._client = httpx.Client(
            base_url=url,
            verify=_tls(url, certificates),
            timeout=httpx.Timeout(patience.answer, connect=patience.connect),
            # Below the usual 5 s of servers, so that a connection is never used as it closes.
            limits=httpx.Limits(keepalive_expiry=4),
            trust_env=False,
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: str | None = None,
        key: UUID | None = None,
    ) -> Any:
        """The JSON of the platform's answer; `key` is the Idempotency-Key.

        Raises PlatformUnreachable when no answer can be had, or the refusal."""
        headers = {"Accept": "application/json, application/problem+json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key is not None:
            headers["Idempotency-Key"] = str(key)
        content = None if body is None else body.encode()
        request = self._client.build_request(
            method, path, params=query, content=content, headers=headers
        )
        for attempt in stamina.retry_context(
            on=_worth_another_try,
            attempts=self._patience.attempts,
            timeout=self._patience.total,
            wait_initial=0.1,
            wait_max=1.0,
            wait_jitter=0.1,
        ):
            with attempt:
                return self._send(request)
        raise AssertionError("a retry ends with an answer or an error")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _send(self, request: httpx.Request) -> Any:
        # What is signed is the target as httpx sends it.
        target, body = request.url.raw_path.decode("ascii"), request.read()
        request.headers.update(self._signer.headers(request.method, target, body, self._now()))
        try:
            deadline = time.monotonic() + self._patience.connect + self._patience.answer
            response = self._client.send(request, stream=True)
            try:
                content = _read(response, deadline)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise PlatformUnreachable(type(error).__name__) from error
        return self._judge(response, content)

    def _judge(self, response: httpx.Response, content: bytes) -> Any:
        """The answer's JSON, or the refusal that it is; without a readable one the outcome is unknown."""
        status = response.status_code
        if status >= 500:
            raise PlatformUnreachable(f"http_{status}")
        try:
            answer = json.loads(content)
            if response.is_success:
                return answer
            error = refusal(status, answer)
        except (KeyError, TypeError, ValueError) as unreadable:
            raise PlatformUnreachable(f"http_{status}_unreadable") from unreadable
        if isinstance(error, PlatformRefused) and error.problem == STALE_TIMESTAMP:
            error.skew = self._skew(response, answer)
        raise error

    def _skew(self, response: httpx.Response, problem: dict[str, Any]) -> float | None:
        """Seconds that our clock is ahead, by the time in the problem or else in the Date header."""
        try:
            if "time" in problem:
                theirs = reading.moment(problem["time"])
            else:
                theirs = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, TypeError, ValueError):
            return None
        return (self._now() - theirs).total_seconds()


def _read(response: httpx.Response, deadline: float) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise PlatformUnreachable("answer_too_large")
        if time.monotonic() > deadline:
            raise PlatformUnreachable("answer_too_slow")
    return bytes(content)


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, PlatformRefused):
        return error.retryable
    return isinstance(error, PlatformUnreachable)


def _tls(url: str, certificates: Certificates) -> ssl.SSLContext | bool:
    """Mutual TLS, required outside loopback; False, no TLS, for plain HTTP on loopback."""
    address = urlsplit(url)
    on_loopback = _is_loopback(address.hostname or "")
    if address.scheme != "https":
        if not on_loopback:
            raise BadSettings("platform.url", "https_required")
        return False
    if not certificates.certificate and not on_loopback:
        raise BadSettings("platform.certificate", "client_certificate_required")
    try:
        context = ssl.create_default_context(cafile=certificates.authority or None)
        if certificates.certificate:
            context.load_cert_chain(certificates.certificate, certificates.key or None)
    except OSError as error:  # ssl.SSLError is one
        raise BadSettings("platform.certificate", "certificates_unreadable") from error
    return context


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
