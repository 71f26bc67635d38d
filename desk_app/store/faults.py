"""What goes wrong in a database library, in the product's own terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from desk_app.domain.errors import (
    BrokenPromise,
    CopyTaken,
    DeskError,
    DiskFull,
    FourEyes,
    NotPermitted,
    OneToOne,
    OutcomeUnknown,
    QuotaReached,
    StoreLocked,
    StoreUnavailable,
    TooManyCodes,
)

ONE_TO_ONE = "e_card_one_active_per_card"
"""The partial unique index by which a card has one active e-card."""

FOUR_EYES = "application_four_eyes"
"""The check by which nobody decides what they have filed."""

QUOTA = "purpose_quota"
"""The trigger by which nobody opens more citizens' data than a busy hour brings."""

CODES = "code_try_quota"
"""The trigger by which nobody guesses at verification codes."""

# Primary result codes of SQLite: https://sqlite.org/rescode.html
_BUSY, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 8, 10, 11, 13, 14, 26

_SQLITE_REASONS = {_BUSY: "busy", _IOERR: "io", _CORRUPT: "corrupt", _CANTOPEN: "unreachable"}

# SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
_DISK_FULL, _READ_ONLY_TRANSACTION, _FORBIDDEN = "53100", "25006", "42501"
_QUOTA_STATE = "DQ001"  # migration 0004
_CODES_STATE = "DQ002"  # migration 0005
_POSTGRESQL_REASONS = {"40001": "busy", "40P01": "busy", "55P03": "busy", "42P01": "schema"}


@contextmanager
def translated(*, committing: bool = False) -> Iterator[None]:
    """Turn the library's errors into ours. `committing`: they come while a transaction is made durable."""
    try:
        yield
    except SQLAlchemyError as error:
        raise desk_error(error, committing=committing) from _without_values(error)


def desk_error(error: SQLAlchemyError, *, committing: bool = False) -> DeskError:
    """The product's error for a library's."""
    if isinstance(error, PoolTimeout):
        return StoreUnavailable("busy")
    orig = error.orig if isinstance(error, StatementError) else None
    if isinstance(orig, DeskError):
        return orig
    if not isinstance(error, DBAPIError) or orig is None:
        return BrokenPromise(type(error).__name__)
    if isinstance(error, IntegrityError):
        return _integrity_fault(orig)
    code: int | None = getattr(orig, "sqlite_errorcode", None)
    if code is not None:
        return _sqlite_fault(code & 0xFF, str(orig), committing)
    if error.connection_invalidated:
        return OutcomeUnknown() if committing else StoreUnavailable("unreachable")
    return _postgresql_fault(getattr(orig, "sqlstate", None))


def _without_values(error: SQLAlchemyError) -> BaseException:
    """The cause to chain: PostgreSQL adds the offending row to its message, and no log may hold that."""
    orig = error.orig if isinstance(error, StatementError) else None
    primary = getattr(getattr(orig, "diag", None), "message_primary", None)
    return orig or error if primary is None else type(orig)(primary)  # type: ignore[misc]


def _integrity_fault(orig: BaseException) -> DeskError:
    """PostgreSQL names the index or check; SQLite its column, or the rule in the words of its guard."""
    named = getattr(getattr(orig, "diag", None), "constraint_name", None) or str(orig)
    if ONE_TO_ONE in named or "e_card.identification_code" in named:
        return OneToOne()
    if QUOTA in named:
        return QuotaReached()
    if CODES in named:
        return TooManyCodes()
    if "statement_copy" in named or "statement.copy_number" in named:
        return CopyTaken()
    return FourEyes() if FOUR_EYES in named else StoreUnavailable("integrity")


def _sqlite_fault(code: int, message: str, committing: bool) -> DeskError:
    if code == _FULL:
        return DiskFull()
    if code == _NOTADB:
        return StoreLocked()
    if code == _READONLY:
        return BrokenPromise("written in a unit of work that only reads")
    if code == _IOERR and committing:
        return OutcomeUnknown()
    if message.startswith("no such table"):
        return StoreUnavailable("schema")
    return StoreUnavailable(_SQLITE_REASONS.get(code, f"sqlite_{code}"))


def _postgresql_fault(state: str | None) -> DeskError:
    if state == _DISK_FULL:
        return DiskFull()
    if state == _READ_ONLY_TRANSACTION:
        return BrokenPromise("written in a unit of work that only reads")
    if state == _FORBIDDEN:
        return NotPermitted()
    if state == _QUOTA_STATE:
        return QuotaReached()
    if state == _CODES_STATE:
        return TooManyCodes()
    if state is None:
        return StoreUnavailable("unreachable")
    return StoreUnavailable(_POSTGRESQL_REASONS.get(state, f"sqlstate_{state}"))
