"""Mutual TLS: who shows no certificate, or one of another authority, is not talked to."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desk_app.domain.errors import PlatformUnreachable
from desk_app.gateway.client import PlatformClient
from desk_app.gateway.transport import Patience
from tests.fixtures.platform import SECRET, TERMINAL, Clock, served

ONCE = Patience(attempts=1)


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder of its own."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls, folder: Path) -> "Authority":
        folder.mkdir()
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(folder.name)
        certificate = (
            _certificate(name, name, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, hashes.SHA256())
        )
        authority = cls(folder, key, certificate)
        authority.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return authority

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def issue(self, name: str) -> tuple[str, str]:
        """Certificate and key files for a name, good for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        address = x509.IPAddress(ip_address("127.0.0.1"))
        issuer = self.key.public_key()
        certificate = (
            _certificate(_name(name), self.certificate.subject, key)
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), False)
            .sign(self.key, hashes.SHA256())
        )
        files = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return str(files[0]), str(files[1])


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("tls") / "platform-authority")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("tls") / "another-authority")


@pytest.fixture(scope="module")
def url(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The platform behind TLS, asking for certificates of the authority."""
    certificate, key = authority.issue("platform")
    tls = {
        "ssl_certfile": certificate,
        "ssl_keyfile": key,
        "ssl_ca_certs": str(authority.file),
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
    }
    with served(tmp_path_factory.mktemp("platform"), Clock(), **tls) as running:
        yield running.url.replace("http:", "https:")


def test_with_certificates_of_one_authority_both_sides_talk(url: str, authority: Authority) -> None:
    client = PlatformClient(url, TERMINAL, SECRET, str(authority.file), *authority.issue("desk"))
    assert client.health().skew < 5
    client.close()


def test_without_a_certificate_the_platform_does_not_talk(url: str, authority: Authority) -> None:
    client = PlatformClient(url, TERMINAL, SECRET, str(authority.file), patience=ONCE)
    with pytest.raises(PlatformUnreachable):
        client.health()
    client.close()


def test_with_another_authoritys_certificate_it_does_not_either(
    url: str, authority: Authority, stranger: Authority
) -> None:
    files = stranger.issue("desk")
    client = PlatformClient(url, TERMINAL, SECRET, str(authority.file), *files, patience=ONCE)
    with pytest.raises(PlatformUnreachable):
        client.health()
    client.close()


def test_a_platform_of_another_authority_is_not_talked_to(
    url: str, authority: Authority, stranger: Authority
) -> None:
    files = authority.issue("desk")
    client = PlatformClient(url, TERMINAL, SECRET, str(stranger.file), *files, patience=ONCE)
    with pytest.raises(PlatformUnreachable):
        client.health()
    client.close()
