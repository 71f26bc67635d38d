"""The sandbox's card authentication scheme, for the emulated card and the sandbox platform alone.

Real keys and schemes live inside a PSAM or an HSM. This one is invented in the card contract: SM4-ECB keys
diversified by the card's last eight historical bytes, session keys by the eight-byte factor.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB

INTERNAL_MASTER = bytes.fromhex("D1A60000000000000000000000000001")
"""Card to system: the card proves that it is genuine."""

EXTERNAL_MASTER = bytes.fromhex("D1A60000000000000000000000000002")
"""System to card: key 0A (RKSSSE), which opens EF06."""

DIVERSIFIER = slice(-8, None)
"""Where the diversification factor lies in the historical bytes (T6..TD)."""


def internal_response(diversifier: bytes, factor: bytes, random: bytes) -> bytes:
    """What a genuine card answers to INTERNAL AUTHENTICATE; all arguments and the result are 8 bytes."""
    return cryptogram(INTERNAL_MASTER, diversifier, factor, random)


def external_cryptogram(diversifier: bytes, factor: bytes, challenge: bytes) -> bytes:
    """What opens a card in EXTERNAL AUTHENTICATE; all arguments and the result are 8 bytes."""
    return cryptogram(EXTERNAL_MASTER, diversifier, factor, challenge)


def cryptogram(master: bytes, diversifier: bytes, factor: bytes, data: bytes) -> bytes:
    """The scheme under a 16-byte master key; everything else is 8 bytes."""
    card_key = _encrypt(master, _with_complement(diversifier))
    session_key = _encrypt(card_key, _with_complement(factor))
    block = _encrypt(session_key, data + bytes(8))
    return bytes(a ^ b for a, b in zip(block[:8], block[8:], strict=True))


def _with_complement(half: bytes) -> bytes:
    return half + bytes(byte ^ 0xFF for byte in half)


def _encrypt(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(SM4(key), ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()
