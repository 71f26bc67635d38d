"""The hall's electronic signature: PAdES (ETSI EN 319 142-1), level B-B, or B-T with a time stamp (RFC 3161).

An incremental update behind the drawn file, which is there to its last byte. The signature certifies it
(DocMDP 1): no change at all is allowed afterwards. Info and XMP metadata stay as they are, and what is added
is allowed in PDF/A-2b.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import x509
from pkcs11 import PKCS11Error
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import Signer as KeyHolder
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.stamp import NoOpStampStyle

from desk_app.domain.errors import (
    BrokenPromise,
    CertificateUnfit,
    SigningKeyUnavailable,
    SigningSecretWrong,
    TimeStampUnavailable,
)
from desk_app.domain.signature import SigningCertificate
from desk_app.print.signing_keys import DIGEST, KeySource
from desk_app.services.ports import Area

FIELD = "HallSignature"
_USAGES = {"digital_signature", "non_repudiation"}
_SLACK = 1.25
"""Room for a signature, in multiples of a first one's: time stamps differ in length."""


@dataclass(frozen=True)
class Authority:
    """A time-stamp authority: what is done without its answer decides whether documents go out then."""

    url: str
    seconds: float
    """Time-out."""
    is_required: bool
    """Whether nothing is signed without it; else it is signed without time stamp (B-B)."""


class PadesSigner:
    """Signs with one key, which is opened on first use and kept."""

    def __init__(self, source: KeySource, authority: Authority | None = None) -> None:
        self._source = source
        self._authority = authority
        self._stamper: TimeStamper | None = None
        if authority is not None:
            self._stamper = _Stamper(authority.url, timeout=authority.seconds)
        self._opened: KeyHolder | None = None
        self._refused: SigningSecretWrong | None = None
        self._room: dict[bool, int] = {}

    def certificate(self) -> SigningCertificate:
        """What it signs with."""
        return _described(_certificate(self._key()))

    def sign(self, pdf: bytes, at: datetime, seal: Area | None = None) -> bytes:
        """The file with the signature; the same bytes for the same input with an RSA key and no authority."""
        certificate = self.certificate()
        if problem := certificate.problem(at):
            raise CertificateUnfit(problem, certificate.valid_until)
        return self._signed(pdf, at, seal)

    def _signed(self, pdf: bytes, at: datetime, seal: Area | None) -> bytes:
        try:
            return self._made(pdf, at, seal)
        except PKCS11Error:
            # The token was pulled, put back or reset: its old session is dead, a new one may live.
            self._opened = None
        try:
            return self._made(pdf, at, seal)
        except PKCS11Error as error:
            self._opened = None
            raise SigningKeyUnavailable("no_token") from error

    def _made(self, pdf: bytes, at: datetime, seal: Area | None) -> bytes:
        key, authority = self._key(), self._authority
        if authority is None:
            return asyncio.run(self._make(key, None, pdf, at, seal))
        try:
            return asyncio.run(self._make(key, self._stamper, pdf, at, seal))
        except _NoStamp as error:
            if authority.is_required:
                raise TimeStampUnavailable(_host(authority.url)) from error
        return asyncio.run(self._make(key, None, pdf, at, seal))

    async def _make(
        self,
        key: KeyHolder,
        stamper: TimeStamper | None,
        pdf: bytes,
        at: datetime,
        seal: Area | None,
    ) -> bytes:
        writer = _Update(pdf, at)
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm=DIGEST,
                subfilter=SigSeedSubFilter.PADES,
                name=name_of(_certificate(key)),
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
            ),
            signer=key,
            timestamper=stamper,
            stamp_style=NoOpStampStyle(),  # the seal is on the page already
            new_field_spec=SigFieldSpec(
                FIELD,
                on_page=-1,
                box=seal and _whole(seal),
                readable_field_name=name_of(_certificate(key)),
            ),
        )
        session = signer.init_signing_session(writer)
        session.system_time = at
        if seal is not None:
            session.sig_field["/AP"] = _nothing_to_see(writer, seal)
        document = session.prepare_tbs_document(None, await self._space(session, stamper))
        prepared, output = document.digest_tbs_document()
        attributes = PdfCMSSignedAttributes(signing_time=at)
        await document.perform_signature(prepared.document_digest, attributes)
        return output.getvalue()  # type: ignore[attr-defined, no-any-return]

    async def _space(self, session: Any, stamper: TimeStamper | None) -> int:
        """Hexadecimal digits to leave for the signature; asks an authority for a stamp to measure, once."""
        stamped = stamper is not None
        if stamped not in self._room:
            size = await session.estimate_signature_container_size(None, tight=True)
            self._room[stamped] = int(size * _SLACK) // 2 * 2 if stamped else size + 32
        return self._room[stamped]

    def _key(self) -> KeyHolder:
        if self._refused is not None:
            raise self._refused  # a token counts wrong PINs, and locks
        if self._opened is None:
            self._room.clear()
            try:
                self._opened = self._source.open()
            except SigningSecretWrong as error:
                self._refused = error
                raise
        return self._opened


class _NoStamp(Exception):
    """The authority is down, slow, refuses, or talks nonsense."""


class _Stamper(RequestsHTTPTimeStamper):  # type: ignore[misc, unused-ignore]
    """Tells its own failures from others."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """Ask the authority."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as error:  # whatever an answer breaks: it is parsed late, in many places
            raise _NoStamp from error


class _Update(IncrementalPdfFileWriter):
    """An update of a file that leaves its metadata alone, and has an id that follows from its content."""

    def __init__(self, pdf: bytes, at: datetime) -> None:
        super().__init__(BytesIO(pdf))
        permanent, _ = self._document_id
        changed = ByteStringObject(sha256(pdf + at.isoformat().encode()).digest()[:16])
        self._document_id = ArrayObject([permanent, changed])

    def _update_meta(self) -> None:
        """Another producer and date here would contradict the XMP metadata (PDF/A)."""


def _nothing_to_see(writer: _Update, seal: Area) -> DictionaryObject:
    """An empty appearance: PDF/A wants one of every field that has an extent."""
    left, bottom, right, top = _whole(seal)
    box = ArrayObject(map(NumberObject, (0, 0, right - left, top - bottom)))
    form = {"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Form"), "/BBox": box}
    stream = StreamObject({NameObject(key): value for key, value in form.items()}, b"")
    return DictionaryObject({NameObject("/N"): writer.add_object(stream)})


def _certificate(key: KeyHolder) -> x509.Certificate:
    certificate = key.signing_cert
    if certificate is None:
        raise BrokenPromise("a signing key without its certificate")
    return certificate


def _described(certificate: x509.Certificate) -> SigningCertificate:
    validity = certificate["tbs_certificate"]["validity"]
    usage = certificate.key_usage_value
    return SigningCertificate(
        name_of(certificate),
        validity["not_before"].native,
        validity["not_after"].native,
        usage is None or bool(usage.native & _USAGES),
    )


def name_of(certificate: x509.Certificate) -> str:
    """Common name of whom it belongs to, or all of the name where it has none."""
    subject = certificate.subject
    return str(subject.native.get("common_name") or subject.human_friendly)


def _whole(area: Area) -> tuple[int, int, int, int]:
    left, bottom, right, top = map(round, area)
    return left, bottom, right, top


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or url
