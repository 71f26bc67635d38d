"""Signing with a key that never leaves its PKCS#11 token: SoftHSM's, one per test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_app.domain.errors import SigningKeyUnavailable, SigningSecretWrong
from desk_app.print.signatures import SignatureReader
from desk_app.print.signing import PadesSigner
from desk_app.print.signing_keys import Secret, Token
from tests.fixtures import soft_token
from tests.fixtures.soft_token import KEY, LABEL, LIBRARY, PIN, SoftToken
from tests.integration.print.test_signatures import HALL, SEAL, authority, hall, secret, unsigned

NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a token that is the only one."""
    monkeypatch.setenv("SOFTHSM2_CONF", str(soft_token.conf(tmp_path / "softhsm")))
    return tmp_path / "softhsm"


@pytest.fixture
def token(folder: Path) -> SoftToken:
    return SoftToken.made(folder, hall())


@pytest.fixture
def reader(tmp_path: Path) -> SignatureReader:
    return SignatureReader(authority().roots(tmp_path))


def signer(
    folder: Path,
    *,
    pin: str = PIN,
    label: str = LABEL,
    key: str = KEY,
    library: str = LIBRARY,
    certificate: Path | None = None,
) -> PadesSigner:
    return PadesSigner(Token(library, label, key, Secret(secret(folder, pin)), certificate))


def refusal(of: PadesSigner) -> str:
    with pytest.raises(SigningKeyUnavailable) as refused:
        of.sign(unsigned().pdf, NOW)
    return refused.value.reason


def test_a_token_signs_and_its_key_stays_there(
    folder: Path, token: SoftToken, reader: SignatureReader
) -> None:
    by_token = signer(folder)
    first, second = (by_token.sign(unsigned().pdf, NOW, SEAL) for _ in range(2))
    assert first == second
    found = reader.check(first)
    assert found.holds
    assert found.signer == HALL == by_token.certificate().subject


def test_the_certificate_may_be_in_a_file(folder: Path, reader: SignatureReader) -> None:
    SoftToken.made(folder, hall(), with_certificate=False)
    path = folder / "hall.crt"
    path.write_bytes(hall().chain())
    assert reader.check(signer(folder, certificate=path).sign(unsigned().pdf, NOW)).holds
    assert refusal(signer(folder)) == "no_key"


def test_a_token_that_was_pulled_is_told_and_works_again_once_it_is_back(
    folder: Path, token: SoftToken, reader: SignatureReader
) -> None:
    by_token = signer(folder)
    by_token.sign(unsigned().pdf, NOW)
    token.remove()
    assert refusal(by_token) == "no_token"
    token.put_back()
    assert reader.check(by_token.sign(unsigned().pdf, NOW)).holds


def test_a_wrong_pin_is_tried_once(
    folder: Path, token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_token = signer(folder, pin="000000")
    with pytest.raises(SigningSecretWrong):
        by_token.sign(unsigned().pdf, NOW)
    token.remove()  # another try would find that out
    with pytest.raises(SigningSecretWrong):
        by_token.sign(unsigned().pdf, NOW)


def test_what_is_not_there_is_named(folder: Path, token: SoftToken) -> None:
    assert refusal(signer(folder, label="another")) == "no_token"
    assert refusal(signer(folder, key="another")) == "no_key"
    assert refusal(signer(folder, library="/none.so")) == "no_token"
