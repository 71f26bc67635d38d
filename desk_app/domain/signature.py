"""Electronic signatures on documents: what the hall signs with, and what is found in a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RENEWAL = timedelta(days=30)
"""So long before its end a signing certificate should be renewed."""


class CertificateProblem(StrEnum):
    """Why the hall's certificate must not sign (now)."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_USAGE = "wrong_usage"


@dataclass(frozen=True)
class SigningCertificate:
    """The hall's certificate."""

    subject: str
    """Common name, or all of the name where it has none."""
    valid_from: datetime
    valid_until: datetime
    may_sign: bool
    """Its key usage: digital signature or content commitment."""

    def problem(self, at: datetime) -> CertificateProblem | None:
        """What stands against signing at a moment."""
        if not self.may_sign:
            return CertificateProblem.WRONG_USAGE
        if at < self.valid_from:
            return CertificateProblem.NOT_YET_VALID
        return CertificateProblem.EXPIRED if at > self.valid_until else None

    def is_ending(self, at: datetime) -> bool:
        """Whether it should be renewed."""
        return at > self.valid_until - RENEWAL


class SignatureState(StrEnum):
    """What can be said about a file's signature, the worst first. EXTENDED: the signed part is intact, but
    something was appended. UNTRUSTED: intact, by a certificate that leads to no authority of the settings."""

    UNSIGNED = "unsigned"
    BROKEN = "broken"
    EXTENDED = "extended"
    UNTRUSTED = "untrusted"
    TRUSTED = "trusted"


@dataclass(frozen=True)
class SignatureFound:
    """A file's signature. What it says about itself is None where it cannot be read."""

    state: SignatureState
    signer: str | None = None
    signed_at: datetime | None = None
    """As the signer says."""
    stamped_at: datetime | None = None
    """As a time-stamp authority says, which is one of the settings' too."""

    @property
    def holds(self) -> bool:
        """Whether it proves who made the file, and that nothing was changed since."""
        return self.state is SignatureState.TRUSTED
