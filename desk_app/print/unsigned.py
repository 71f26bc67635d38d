"""Statements that are drawn in one place and signed in another, where the key is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from desk_app.domain.document import Imprint
from desk_app.domain.errors import BrokenPromise
from desk_app.domain.signature import SigningCertificate
from desk_app.domain.statement import StatementContent
from desk_app.print.documents import StatementDocuments
from desk_app.services.ports import Area, Document, Language, Signer


@dataclass(frozen=True)
class Unsigned:
    """A document that says it is signed and is not yet."""

    document: Document
    at: datetime
    seal: Area | None
    """Where its seal stands."""

    def signed(self, signer: Signer) -> Document:
        """The document as it is issued. Raises SigningError."""
        pdf = signer.sign(self.document.pdf, self.at, self.seal)
        return replace(self.document, pdf=pdf, sha256=sha256(pdf).hexdigest())


class UnsignedDocuments:
    """Draws as if it signed, and remembers what a signer has to know."""

    def __init__(self, city: Path | None = None) -> None:
        self._seal: Area | None = None
        self._documents = StatementDocuments(city=city, signer=self)

    def statement(
        self, content: StatementContent, imprint: Imprint, language: Language
    ) -> Unsigned:
        """The statement, to be signed elsewhere. Raises FontsMissing."""
        document = self._documents.statement(content, imprint, language)
        return Unsigned(document, imprint.printed_at, self._seal)

    def sign(self, pdf: bytes, at: datetime, seal: Area | None = None) -> bytes:
        """Nothing is done to the file."""
        self._seal = seal
        return pdf

    def certificate(self) -> SigningCertificate:
        """There is none here."""
        raise BrokenPromise("a certificate where nothing is signed")
