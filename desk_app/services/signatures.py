"""The hall's signature: what it is made with, and what a file's says."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.signature import SignatureFound, SigningCertificate
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import SignatureChecker, Signer


@dataclass(frozen=True)
class Signatures:
    """Signs nothing itself: documents are signed where they are drawn."""

    checker: SignatureChecker
    signer: Signer | None = None

    @on(LaneName.PRINT)
    def certificate(self) -> SigningCertificate | None:
        """What documents are signed with; None where they are not. Raises SigningKeyUnavailable,
        SigningSecretWrong."""
        return self.signer.certificate() if self.signer is not None else None

    @on(LaneName.PRINT)
    def check(self, pdf: bytes) -> SignatureFound:
        """What the file's signature says, and whether it holds."""
        return self.checker.check(pdf)
