"""How personal data looks where it is not needed in full."""

from __future__ import annotations

import re

_SENSITIVE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{3}[0-9]{14}[0-9Xx]|[0-9]{6}D156000005[0-9A-F]{16})(?![0-9A-Za-z])"
)


def mask_id_number(number: str | None) -> str:
    """First three and last two characters: `310***********29`; everything when it is too short to hide."""
    if not number:
        return ""
    if len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_name(name: str | None) -> str:
    """The first character stays: `欧**`; a single character is hidden."""
    if not name:
        return ""
    return name[0] + "*" * min(len(name) - 1, 3) if len(name) > 1 else "*"


def mask_code(code: str | None) -> str:
    """An identification code, card or sign number: the last six characters behind three stars."""
    return f"***{code[-6:]}" if code else ""


def redact(text: str) -> str:
    """`text` with every ID number and card identification code blacked out: what logs go through."""
    return _SENSITIVE.sub("[redacted]", text)
