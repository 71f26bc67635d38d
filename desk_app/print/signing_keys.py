"""Where the hall's signing key is: a certificate file, or a PKCS#11 token. Secrets are never settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import Certificate, load_pem_x509_certificates
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from desk_app.domain.errors import SigningKeyUnavailable, SigningSecretWrong

DIGEST = "sha256"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Secret:
    """A password or PIN: in a file that only this user can read, else in the system's keyring."""

    file: Path | None = None
    account: str = "signature"

    def read(self) -> str | None:
        """The secret; None when there is none. Raises SigningKeyUnavailable."""
        return (
            self._in_keyring()
            if self.file is None
            else _private(self.file).decode(errors="replace").strip()
        )

    def _in_keyring(self) -> str | None:
        import keyring  # slow: it asks the desktop

        try:
            return keyring.get_password("desk-app", self.account)
        except Exception:  # no keyring, or whatever a desktop's raises: then there is no secret
            return None


class KeySource(Protocol):
    """Where the key is."""

    def open(self) -> Signer:
        """A signer that can be used again and again. Raises SigningKeyUnavailable, SigningSecretWrong."""
        ...


class HeldKey(Signer):
    """A key in memory. pyHanko's own would load and check it anew for each signature."""

    def __init__(self, key: Key, certificate: Certificate, others: Iterable[Certificate]) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(map(_asn1, others))
        super().__init__(signing_cert=_asn1(certificate), cert_registry=registry, embed_roots=False)
        self._key = key

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """RSA PKCS#1 v1.5 (the same signature for the same data) or ECDSA."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), SHA256())
        return self._key.sign(data, ec.ECDSA(SHA256()))


@dataclass(frozen=True)
class CertificateFile:
    """A PKCS#12 file, or certificates (the hall's first, then its authorities') and key as PEM."""

    certificate: Path
    key: Path | None
    """Where the key is not in the certificate's file."""
    secret: Secret

    def open(self) -> Signer:
        """Load and decrypt it."""
        content = _private(self.certificate) if self.key is None else _bytes(self.certificate)
        if b"-----BEGIN" in content:
            return self._pem(content)
        return self._pkcs12(content)

    def _pem(self, content: bytes) -> Signer:
        key = content if self.key is None else _private(self.key)
        try:
            first, *others = load_pem_x509_certificates(content)
        except ValueError as error:
            raise SigningKeyUnavailable("not_a_certificate", str(self.certificate)) from error
        encrypted = b"ENCRYPTED" in key
        password = self._password() if encrypted else None
        try:
            return _held(load_pem_private_key(key, password), first, others)
        except (ValueError, TypeError) as error:  # TypeError: there is no password
            if encrypted:
                raise SigningSecretWrong from error
            raise SigningKeyUnavailable("not_a_key", str(self.key or self.certificate)) from error

    def _pkcs12(self, content: bytes) -> Signer:
        try:
            key, first, others = pkcs12.load_key_and_certificates(content, self._password())
        except ValueError as error:
            if "password" in str(error).lower():
                raise SigningSecretWrong from error
            raise SigningKeyUnavailable("not_a_certificate", str(self.certificate)) from error
        if key is None or first is None:
            raise SigningKeyUnavailable("not_a_key", str(self.certificate))
        return _held(key, first, others)

    def _password(self) -> bytes | None:
        secret = self.secret.read()
        return secret.encode() if secret is not None else None


@dataclass(frozen=True)
class Token:
    """A key that never leaves its PKCS#11 token."""

    library: str
    """The token maker's PKCS#11 module."""
    label: str
    """The token's."""
    key_label: str
    """The key's, and its certificate's unless that is in a file."""
    secret: Secret
    certificate: Path | None = None
    """PEM: the hall's certificate and its authorities', where the token does not hold them."""

    def open(self) -> Signer:
        """Open a session with the token."""
        import pkcs11
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        criteria = TokenCriteria(label=self.label) if self.label else None
        try:
            library = pkcs11.lib(self.library)
            library.reinitialize()  # it may know the tokens of its first look only
            session = open_pkcs11_session(
                self.library, token_criteria=criteria, user_pin=self.secret.read()
            )
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid) as error:
            raise SigningSecretWrong from error
        except pkcs11.PinLocked as error:
            raise SigningKeyUnavailable("pin_locked", self.label) from error
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise SigningKeyUnavailable("no_token", self.label or self.library) from error
        held = load_pem_x509_certificates(_bytes(self.certificate)) if self.certificate else []
        signer = PKCS11Signer(
            session,
            key_label=self.key_label,
            cert_label=self.key_label,
            signing_cert=_asn1(held[0]) if held else None,
            ca_chain=[_asn1(one) for one in held[1:]],
            other_certs_to_pull=() if held else None,
            embed_roots=False,
        )
        return _fetched(signer, self.key_label)


def _fetched(signer: Any, label: str) -> Signer:
    """Fetch key and certificate now, so that what is missing is known before anything is signed."""
    import asyncio

    from pkcs11 import PKCS11Error
    from pyhanko.sign.general import SigningError

    try:
        asyncio.run(signer.ensure_objects_loaded())
    except (PKCS11Error, SigningError) as error:
        raise SigningKeyUnavailable("no_key", label) from error
    return signer  # type: ignore[no-any-return]


def _held(key: object, certificate: Certificate, others: Iterable[Certificate]) -> Signer:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningKeyUnavailable("not_a_key", type(key).__name__)
    if _public(key) != _public(certificate):
        raise SigningKeyUnavailable("another_key", certificate.subject.rfc4514_string())
    return HeldKey(key, certificate, others)


def _public(owner: Any) -> bytes:
    encoded: bytes = owner.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


def _asn1(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SigningKeyUnavailable("key_unreadable", str(file)) from error


def _private(file: Path) -> bytes:
    """The content of a file that holds a secret: nobody else may read it."""
    content = _bytes(file)
    if file.stat().st_mode & 0o077:
        raise SigningKeyUnavailable("open_to_others", str(file))
    return content
