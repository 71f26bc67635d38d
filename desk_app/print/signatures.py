"""What a file's signature says, and whether it holds: intact, over the whole file, by somebody trusted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import algos, cms, x509
from asn1crypto.core import Null
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from desk_app.domain.errors import BadSettings
from desk_app.domain.signature import SignatureFound, SignatureState
from desk_app.print.signing import FIELD, name_of
from desk_app.print.signing_keys import DIGEST

_TRACES = (b"/ByteRange", b"/DocMDP", b"/ETSI.CAdES.detached")
"""What a signed file has: one of them is left in a file that was damaged."""


_STAMP = "signature_time_stamp_token"


def _now() -> datetime:
    return datetime.now(UTC)


class SignatureReader:
    """Trusts the authorities of the settings, and no others: the system's are not asked."""

    def __init__(self, roots: Path | None, now: Callable[[], datetime] = _now) -> None:
        """`roots`: certificates of authorities, PEM; `now`, which certificates must be valid at. Raises
        BadSettings."""
        self._now = now
        self._roots = _loaded(roots) if roots is not None else []

    def check(self, pdf: bytes) -> SignatureFound:
        """What the file's signature says. A file that cannot be read, but was signed once, is BROKEN."""
        for library in ("pyhanko", "pyhanko_certvalidator"):
            logging.getLogger(library).setLevel(
                logging.CRITICAL
            )  # they quote what they cannot read
        try:
            return asyncio.run(self._check(pdf))
        except Exception:  # a damaged file breaks the library in more ways than it lists
            return _damaged(pdf)

    async def _check(self, pdf: bytes) -> SignatureFound:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        if not signatures:
            return _damaged(pdf)
        first = signatures[0]
        status = await async_validate_pdf_signature(first, self._context())
        found = SignatureFound(
            SignatureState.BROKEN, name_of(first.signer_cert), status.signer_reported_dt
        )
        if not status.intact or not status.valid or not _is_as_made(first, pdf):
            return found
        stamp = status.timestamp_validity
        if stamp is not None:
            if not stamp.intact or not stamp.valid or not _is_plain_stamp(first):
                return found
            if stamp.trusted:
                found = replace(found, stamped_at=stamp.timestamp)
                status = await async_validate_pdf_signature(first, self._context(stamp.timestamp))
        return replace(found, state=_state(status))

    def _context(self, at: datetime | None = None) -> ValidationContext:
        """Revocation is not asked for: a counter's network reaches no authority."""
        return ValidationContext(
            trust_roots=self._roots,
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=at or self._now(),
        )


def _state(status: PdfSignatureStatus) -> SignatureState:
    """Of a signature that is intact."""
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return SignatureState.EXTENDED
    return SignatureState.TRUSTED if status.trusted else SignatureState.UNTRUSTED


def _damaged(pdf: bytes) -> SignatureFound:
    was_signed = any(trace in pdf for trace in _TRACES)
    return SignatureFound(SignatureState.BROKEN if was_signed else SignatureState.UNSIGNED)


def _is_as_made(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the envelope of one of our signatures is as we make it. It is the one place that no signature
    covers: its version, its names and the zeros behind it could be altered, and every library would agree."""
    if signature.field_name != FIELD:
        return True  # another maker's, whose habits are not known
    _, before, after, _ = map(int, signature.byte_range)
    digits = _envelope(signature).hex().upper().encode()
    return pdf[before:after] == b"<" + digits.ljust(after - before - 2, b"0") + b">"


def _envelope(signature: EmbeddedPdfSignature) -> bytes:
    """Made anew around what is covered: certificates, signed attributes, signature and time stamp."""
    found, certificate = signature.signer_info, signature.signer_cert
    stamps = [one for one in found["unsigned_attrs"] if one["type"].native == _STAMP]
    key = certificate.public_key.algorithm
    algorithm = f"{DIGEST}_{'rsa' if key == 'rsa' else 'ecdsa'}"
    signer: dict[str, object] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": {"algorithm": DIGEST},
        "signed_attrs": found["signed_attrs"],
        "signature_algorithm": {"algorithm": algorithm},
        "signature": found["signature"].native,
    }
    if stamps:
        signer["unsigned_attrs"] = stamps
    data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": DIGEST}],
        "encap_content_info": {"content_type": "data"},
        "certificates": signature.signed_data["certificates"],
        "signer_infos": [signer],
    }
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return made


def _is_plain_stamp(signature: EmbeddedPdfSignature) -> bool:
    """Whether what the authority's signature does not cover is as RFC 3161 has it."""
    (stamp,) = (
        one for one in signature.signer_info["unsigned_attrs"] if one["type"].native == _STAMP
    )
    data = stamp["values"][0]["content"]
    (signer,) = data["signer_infos"]
    digest = signer["digest_algorithm"]
    plain = {"algorithm": digest["algorithm"].native}
    forms = {algos.DigestAlgorithm(plain | extra).dump() for extra in ({}, {"parameters": Null()})}
    named = signer["sid"].chosen
    issuers = {one.chosen.issuer.dump() for one in data["certificates"]}
    return (
        data["version"].native == "v3"
        and {one.dump() for one in data["digest_algorithms"]} <= forms
        and digest.dump() in forms
        and (not isinstance(named, cms.IssuerAndSerialNumber) or named["issuer"].dump() in issuers)
    )


def _loaded(roots: Path) -> list[x509.Certificate]:
    try:
        certificates = load_pem_x509_certificates(roots.read_bytes())
    except OSError as error:
        raise BadSettings("signature.roots", "key_unreadable", str(roots)) from error
    except ValueError as error:
        raise BadSettings("signature.roots", "not_a_certificate", str(roots)) from error
    return [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates]
