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
    PRINT_AGAIN = "print_again"
    """The same document and copy once more, since it never came out; the reason says what was found."""
    CANCEL_PRINT = "cancel_print"
    CONFIRM_PRINT = "confirm_print"
    """The clerk has looked: it came out (done), or it did not (failed, with what was found)."""
    REPORT_CARD = "report_card"
    IMPORT = "import"
    CONFIRM = "confirm"
    CHANGE_PASSWORD = "change_password"
    LOCK = "lock"
    UNLOCK = "unlock"
    TAKE_OVER = "take_over"
    LIST_OPERATORS = "list_operators"
    CREATE_OPERATOR = "create_operator"
    CHANGE_OPERATOR = "change_operator"
    DISABLE_OPERATOR = "disable_operator"
    ENABLE_OPERATOR = "enable_operator"
    UNLOCK_OPERATOR = "unlock_operator"
    RESET_PASSWORD = "reset_password"
    OPEN_SHIFT = "open_shift"
    CLOSE_SHIFT = "close_shift"
    DAY_REPORT = "day_report"
    REPORT_LOSS = "report_loss"
    LAPSE = "lapse"
    EXPIRE = "expire"
    FILE_APPLICATION = "file_application"
    OPEN_APPLICATION = "open_application"
    TAKE_APPLICATION = "take_application"
    PUT_BACK_APPLICATION = "put_back_application"
    APPROVE = "approve"
    REJECT = "reject"
    HAND_OVER = "hand_over"
    TELL_OUTCOME = "tell_outcome"
    READ_RECORDS = "read_records"
    """The months for which there are contributions."""
    VERIFY_STATEMENT = "verify_statement"
    PLAN_BATCH = "plan_batch"
    RUN_BATCH = "run_batch"
    STOP_BATCH = "stop_batch"
    READ_BATCHES = "read_batches"
    LIST_DOCUMENTS = "list_documents"
    OPEN_DOCUMENT = "open_document"
    VERIFY_CODE = "verify_code"
    VERIFY_ARCHIVE = "verify_archive"
    PURGE_ARCHIVE = "purge_archive"
    """Files of old documents were removed; the records of their issues stay."""
    SEARCH_AUDIT = "search_audit"
    VERIFY_AUDIT = "verify_audit"
    EXPORT_AUDIT = "export_audit"
    PURGE = "purge"
    """Old records were removed, or were not to be; each hall's chain then has an anchor."""
    ANCHOR = "anchor"
    """Stands in the place of the records that were removed: what is left of the chain hangs on it."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True)
class AuditEntry:
    """One entry before it is chained. `subject` is the citizen's ID number here; the store keeps a keyed
    digest of it, never the number. `detail` is codes and counts only, never personal data.

    A PostgreSQL to which an operator is logged in by name takes number, hall and time from the session and
    its own clock, whatever is said here."""

    at: datetime
    action: Action
    outcome: Outcome
    operator_number: str
    window: str
    hall: str
    subject: str | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class AuditRecord:
    """One entry as stored: `seq` counts from 1 within its hall, `digest` is that of
    `domain.audit_chain.digest_of`, `previous` that of the hall's record before it."""

    hall: str
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


@dataclass(frozen=True)
class AuditQuery:
    """What an auditor looks for; None for whatever."""

    citizen: str | None = None
    """A whole ID number; it is looked up by its keyed digest and kept nowhere."""
    operator_number: str | None = None
    action: Action | None = None
    outcome: Outcome | None = None
    hall: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""


EVERYTHING = AuditQuery()
