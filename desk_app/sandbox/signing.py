"""A signing identity for demonstrations: a hall's certificate under its own authority, worth nothing."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

HALL, ROOTS = "hall.pem", "roots.pem"
"""Key and certificate to sign with, and the authority to trust."""

_AUTHORITY = "desk-app demonstration authority (trust it nowhere)"
_LIFE = timedelta(days=3650)
_NAME_LIMIT = 64
"""Bytes of UTF-8 that the library lets a common name have."""


def make_identity(folder: Path, hall: str) -> None:
    """Make `folder` with both files, whole or not at all; nothing where it is there already."""
    if folder.exists():
        return
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".signature-"))  # 0700
    try:
        root_key, key = _key(), _key()
        root_name, name = _named(_AUTHORITY), _named(f"演示 {hall}")
        root = _certificate(root_name, root_name, root_key, root_key, is_authority=True)
        own = _certificate(name, root_name, key, root_key, is_authority=False)
        (made / ROOTS).write_bytes(root.public_bytes(Encoding.PEM))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (made / HALL).touch(0o600)
        (made / HALL).write_bytes(own.public_bytes(Encoding.PEM) + secret)
        os.rename(made, folder)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise  # else another process was first
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _named(common_name: str) -> x509.Name:
    cut = common_name.encode()[:_NAME_LIMIT].decode(errors="ignore")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cut)])


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    """Valid from yesterday on; the authority's signs certificates, the hall's documents."""
    begin = datetime.now(UTC) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + _LIFE)
        .add_extension(x509.BasicConstraints(is_authority, None), True)
        .add_extension(usage, True)
        .sign(issuer_key, SHA256())
    )
