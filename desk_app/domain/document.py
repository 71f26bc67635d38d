"""Documents that leave the desk, of every kind: what identifies one, and the record of its issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

CODE_TRIES = 20
"""How many verification codes that lead nowhere an operator may try within `CODE_PERIOD`."""

CODE_PERIOD = timedelta(hours=1)


class Recipient(StrEnum):
    """Into whose hand it was given (Handling Regulations 2023 art. 38: record the handling)."""

    HOLDER = "holder"
    AGENT = "agent"


@dataclass(frozen=True)
class Agent:
    """Who took it for the holder, with papers: name and ID number as on the agent's own document."""

    name: str
    id_number: str


class CopyReason(StrEnum):
    """Why the same document is handed out once more."""

    LOST = "lost"
    PRINTER_JAM = "printer_jam"
    HOLDERS_WISH = "holders_wish"
    OTHER = "other"


@dataclass(frozen=True)
class Imprint:
    """What identifies one printed document."""

    serial: str
    """The document's number, unique over the whole store: hall region, date, running number."""
    verification_code: str
    """16 characters without look-alikes, in groups of four; valid 30 days (region setting)."""
    verify_url: str
    """What the QR code leads to."""
    copy_number: int
    printed_at: datetime
    hall: str
    window: str
    operator_number: str
    reason: CopyReason | None = None
    """None on the first copy."""
    remark: str = ""
    """The reason in words, where it is another than the usual ones."""
    signed: bool = False
    """Whether the file carries the hall's electronic signature; the document says so."""


@dataclass(frozen=True)
class IssuedDocument:
    """One issue as the store keeps it: who got what, and the digest by which the file is known again. The
    same `kind`, `id_number`, `subject` and `language` are the same document; each issue of it is a copy."""

    serial: str
    verification_code: str
    kind: str
    """The value of a `StatementKind` or of a `ReceiptKind`."""
    id_number: str
    subject: str
    """What it is about: months (`202401-202412`), an application's number, an authorisation's id."""
    recipient: Recipient
    copy_number: int
    issued_at: datetime
    valid_until: date
    """The last day on which the verification code is answered."""
    hall: str
    window: str
    operator_number: str
    sha256: str
    """Of the file as it left the desk, hexadecimal."""
    pages: int
    language: str
    """The value of a `services.ports.Language`."""
    template_version: str
    """Which template it was drawn with; empty before templates were recorded."""
    reason: CopyReason | None = None
    """None for the first copy."""
    remark: str = ""
    agent: Agent | None = None
    """None unless the recipient is an agent."""


class FileState(StrEnum):
    """What an archived file is found to be when it is compared with its digest."""

    SOUND = "sound"
    ALTERED = "altered"
    MISSING = "missing"
    REMOVED = "removed"
    """By the retention policy, or issued before files were kept."""


@dataclass(frozen=True)
class CheckedFile:
    """One issue's file as it was found."""

    serial: str
    state: FileState


@dataclass(frozen=True)
class CodeRecord:
    """What a verification code leads to: no word about the citizen. `pdf` is for the thumbnail only; None
    when the code has expired or the file is not kept any more."""

    serial: str
    issued_at: datetime
    hall: str
    valid_until: date
    pdf: bytes | None


class CodeVerdict(StrEnum):
    """What there is to say about a verification code."""

    ISSUED = "issued"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CodeAnswer:
    """The answer to a code that was typed from paper; the rest only where the document was ISSUED. Of `pdf`
    nothing may be shown but a thumbnail; None when the file is not kept any more."""

    verdict: CodeVerdict
    serial: str | None = None
    issued_at: datetime | None = None
    hall: str | None = None
    pdf: bytes | None = None


class Verdict(StrEnum):
    """Whether a PDF is one of ours."""

    UNALTERED = "unaltered"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verification:
    """What `desk-app verify` found; `issued` is None when the file is not one of ours."""

    verdict: Verdict
    issued: IssuedDocument | None
