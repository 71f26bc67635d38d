"""The audit trail: who did what to which citizen's data, why, from which window, with which outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What can be audited."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    IDENTIFY = "identify"
    LOOK_UP = "look_up"
    REVEAL = "reveal"
    ACTIVATE = "activate"
    CONSENT = "consent"
    BIND = "bind"
    UNBIND = "unbind"
    SUSPEND = "suspend"
    RESUME = "resume"
    REBIND = "rebind"
    CLAIM_CODE = "claim_code"
    READ_AUTHORIZATIONS = "read_authorizations"
    REVOKE_AUTHORIZATION = "revoke_authorization"
    PREVIEW_STATEMENT = "preview_statement"
    ISSUE_STATEMENT = "issue_statement"
    PRINT_STATEMENT = "print_statement"
    SAVE_STATEMENT = "save_statement"
    REPORT_CARD = "report_card"
    IMPORT = "import"
    REPORT_LOSS = "report_loss"
    LAPSE = "lapse"
    FILE_APPLICATION = "file_application"
    OPEN_APPLICATION = "open_application"
    TAKE_APPLICATION = "take_application"
    PUT_BACK_APPLICATION = "put_back_application"
    APPROVE = "approve"
    REJECT = "reject"
    HAND_OVER = "hand_over"
    TELL_OUTCOME = "tell_outcome"


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True)
class AuditEntry:
    """One entry before it is chained. `subject` is the citizen's ID number here; the store keeps a keyed
    digest of it, never the number. `detail` is codes and counts only, never personal data."""

    at: datetime
    action: Action
    outcome: Outcome
    operator_number: str
    window: str
    subject: str | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class AuditRecord:
    """One entry as stored: `digest` = SM3 over the previous digest and the entry's canonical bytes."""

    seq: int
    at: datetime
    action: Action
    outcome: Outcome
    operator_number: str
    window: str
    subject_reference: str | None
    reason: str | None
    detail: str | None
    previous: str
    digest: str
