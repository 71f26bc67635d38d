"""The platform's problems (RFC 9457) as the product's errors."""

from __future__ import annotations

from typing import Any

from desk_app.domain.e_card import ECard
from desk_app.domain.errors import (
    AlreadyBound,
    CardNotUsable,
    Condition,
    ConsentMissing,
    HolderHasECard,
    IdentityMismatch,
    PlatformRefused,
    RiskHold,
    StaleVersion,
    UnknownECard,
)
from desk_app.gateway import reading

STALE_TIMESTAMP = "stale_timestamp"

_NOT_USABLE = frozenset({"card_not_activated", "card_lost", "card_cancelled", "card_expired"})


def refusal(status: int, problem: dict[str, Any]) -> Condition:
    """The error for a problem. Raises KeyError, TypeError or ValueError for one that is not readable."""
    code = problem["code"]
    if not isinstance(code, str):
        raise TypeError("code is no text")
    match code:
        case "already_bound":
            return AlreadyBound(_e_card_or_none(problem))
        case "holder_has_e_card":
            return HolderHasECard(_e_card_or_none(problem))
        case "identity_mismatch":
            return IdentityMismatch()
        case "consent_missing":
            return ConsentMissing()
        case "risk_hold":
            until = problem.get("until")
            moment = None if until is None else reading.moment(until)
            return RiskHold(str(problem.get("reason", "")), moment)
        case "stale_version":
            return StaleVersion(_current(problem))
        case "unknown_e_card":
            return UnknownECard()
        case _ if code in _NOT_USABLE:
            return CardNotUsable(code)
        case _:
            return PlatformRefused(code, status, problem.get("retryable") is True)


def _e_card_or_none(problem: dict[str, Any]) -> ECard | None:
    return None if problem.get("e_card") is None else reading.e_card(problem["e_card"])


def _current(problem: dict[str, Any]) -> int | None:
    current = problem.get("current")
    return current if type(current) is int else None
