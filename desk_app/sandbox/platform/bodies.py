"""Reading request bodies: JSON objects whose members are checked one by one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NoReturn

from desk_app.sandbox.platform.problems import Problem, malformed

Body = Mapping[str, Any]

_LARGEST_INTEGER = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly (RFC 8259, section 6)."""


def parse(content: bytes, media_type: str) -> Body:
    """The JSON object in a request; an empty body is an empty object. Raises Problem 400 or 415."""
    if not content:
        return {}
    if media_type.split(";")[0].strip().lower() not in ("", "application/json"):
        raise Problem(415, "unsupported_media_type", "The body must be application/json.")
    try:
        body = json.loads(content.decode(), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise malformed("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise malformed("The body is not a JSON object.")
    return body


def text(body: Body, name: str, longest: int = 200) -> str:
    """A member that must be a text with something in it and no control characters."""
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.strip():
        raise malformed(f"{name} must be a text of 1 to {longest} characters.")
    if any(c < " " or "\ud800" <= c <= "\udfff" for c in value):
        raise malformed(f"{name} holds characters that are not text.")
    return value


def optional_text(body: Body, name: str) -> str | None:
    """A text that may be null or absent."""
    return None if body.get(name) is None else text(body, name)


def optional_day(body: Body, name: str) -> date | None:
    """A date (ISO 8601, YYYY-MM-DD) that may be absent."""
    if name not in body:
        return None
    value = body[name]
    try:
        day = date.fromisoformat(value)
        if day.isoformat() != value:  # ISO 8601 has other forms, the contract has one
            raise ValueError
    except (TypeError, ValueError):
        raise malformed(f"{name} must be a date.") from None
    return day


def integer(body: Body, name: str, smallest: int) -> int:
    """A whole number from `smallest` up; a boolean is none."""
    value = body.get(name)
    if type(value) is not int or not smallest <= value <= _LARGEST_INTEGER:
        raise malformed(f"{name} must be a whole number from {smallest} up.")
    return value


def choice(body: Body, name: str, allowed: Collection[Any]) -> Any:
    """One of the allowed values; a boolean is not a number."""
    value = body.get(name)
    if type(value) not in (str, int) or value not in allowed:
        raise malformed(f"{name} must be one of {', '.join(map(str, allowed))}.")
    return value


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)
