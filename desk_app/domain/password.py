"""What a password must be like, and how long it lasts."""

from __future__ import annotations

from datetime import datetime, timedelta

from desk_app.domain.operator import Operator, OperatorAccount

MIN_LENGTH = 10
"""Characters; long and memorable beats short and odd."""

LASTS = timedelta(days=90)
"""After that it must be changed."""


def problem_of(password: str, operator: Operator) -> str | None:
    """The code of what is wrong with a new password, None if nothing is. Spaces at its ends count for
    nothing, and it must not be known to everybody who knows the operator."""
    if len(password.strip()) < MIN_LENGTH:
        return "too_short"
    said = password.casefold()
    if operator.number.casefold() in said:
        return "contains_number"
    if operator.name.strip() and operator.name.strip().casefold() in said:
        return "contains_name"
    return None


def is_due(account: OperatorAccount, now: datetime) -> bool:
    """Whether the password must be changed: an administrator gave it, or it is too old."""
    return account.password_set_at is None or now - account.password_set_at >= LASTS
