"""The answer to reset (ISO/IEC 7816-3, 8.2), of which one thing matters: the historical bytes."""

from __future__ import annotations

FACTOR_LENGTH = 8
"""The last eight historical bytes (T6..TD) diversify the card's keys."""


def historical_bytes(atr: bytes) -> bytes:
    """T1..TK; empty where the ATR is not well-formed."""
    if len(atr) < 2:
        return b""
    count, at = atr[1] & 0x0F, 1
    while True:
        interface = atr[at] >> 4
        at += interface.bit_count()
        if not interface & 0x08:
            break
        if at >= len(atr):
            return b""
    end = at + 1 + count
    return atr[at + 1 : end] if end <= len(atr) else b""


def historical_factor(atr: bytes) -> bytes | None:
    """The key diversification factor, or None where the card does not give one."""
    historical = historical_bytes(atr)
    return historical[-FACTOR_LENGTH:] if len(historical) >= FACTOR_LENGTH else None
