"""Signatures against values that were made with other tools."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk_app.gateway.signing import Signer

NOW = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)


def test_the_signature_of_a_known_request() -> None:
    # Made with OpenSSL:
    #   digest=$(printf %s '{"reason":"遗失"}' | openssl dgst -sm3 -r | cut -d' ' -f1)
    #   printf 'POST\n/v1/e-cards/20261123/suspensions\n2026-11-23T09:00:00+08:00\n0123456789abcdef\n%s' \
    #     "$digest" | openssl dgst -sm3 -hmac 'sandbox-terminal-secret' -binary | base64
    signer = Signer("SANDBOX-0001", "sandbox-terminal-secret")
    assert (
        signer.sign(
            "POST",
            "/v1/e-cards/20261123/suspensions",
            "2026-11-23T09:00:00+08:00",
            "0123456789abcdef",
            '{"reason":"遗失"}'.encode(),
        )
        == "R8ZkAfDSiq9PvR7b67XB1ADuxod7m6kAKJnEGheyAsM="
    )


@given(st.text(min_size=1), st.binary(), st.sampled_from(["GET", "POST", "PUT"]))
def test_any_signature_is_what_another_implementation_makes_of_it(
    secret: str, body: bytes, method: str
) -> None:
    headers = Signer("T", secret).headers(method, "/v1/x?a=%20", body, NOW)
    lines = (
        method,
        "/v1/x?a=%20",
        headers["X-Timestamp"],
        headers["X-Nonce"],
        hashlib.new("sm3", body).hexdigest(),
    )
    expected = hmac.new(secret.encode(), "\n".join(lines).encode(), "sm3").digest()
    assert base64.b64decode(headers["X-Signature"]) == expected


def test_every_sending_has_a_nonce_of_its_own_that_is_long_enough() -> None:
    signer = Signer("T", "secret")
    nonces = {signer.headers("GET", "/", b"", NOW)["X-Nonce"] for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(len(nonce) >= 16 and nonce.isascii() for nonce in nonces)


def test_the_timestamp_keeps_its_offset() -> None:
    headers = Signer("T", "secret").headers("GET", "/", b"", NOW)
    assert headers["X-Timestamp"] == "2026-11-23T01:02:03.456+00:00"
    assert NOW - datetime.fromisoformat(headers["X-Timestamp"]) < timedelta(milliseconds=1)
