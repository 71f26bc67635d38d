"""Addresses and certificates that will not do are refused before anything is sent."""

from pathlib import Path

import pytest

from desk_app.domain.errors import BadSettings
from desk_app.gateway.client import PlatformClient


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8465", "http://localhost:8465", "http://[::1]:8465", "https://127.0.0.1"],
)
def test_on_loopback_no_certificate_is_needed(url: str) -> None:
    PlatformClient(url, "T", "secret").close()


@pytest.mark.parametrize(
    ("url", "key", "problem"),
    [
        ("http://platform.example", "platform.url", "https_required"),
        ("http://10.0.0.1:8465", "platform.url", "https_required"),
        ("http://localhost.example", "platform.url", "https_required"),
        ("https://platform.example", "platform.certificate", "client_certificate_required"),
    ],
)
def test_elsewhere_both_sides_show_certificates(url: str, key: str, problem: str) -> None:
    with pytest.raises(BadSettings) as bad:
        PlatformClient(url, "T", "secret")
    assert (bad.value.key, bad.value.problem) == (key, problem)


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
def test_certificates_that_cannot_be_read_are_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "terminal.pem"
    if content is not None:
        file.write_bytes(content)
    for authority, certificate in ((str(file), ""), ("", str(file))):
        with pytest.raises(BadSettings) as bad:
            PlatformClient("https://127.0.0.1", "T", "secret", authority, certificate)
        assert bad.value.problem == "certificates_unreadable"
