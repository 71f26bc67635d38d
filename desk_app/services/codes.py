"""The verification codes that are printed on documents."""

from __future__ import annotations

import secrets

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0/O and 1/I, which people mistake for each other when typing a code from paper."""


def link_to(verify_url: str, serial: str, code: str) -> str:
    """Where a document's QR code leads."""
    return f"{verify_url}?serial={serial}&code={code}"


def new_code() -> str:
    """16 letters (80 bits), in groups of four."""
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 16, 4))
