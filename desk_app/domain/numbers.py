"""Check characters and codes: GB 11643 (citizen identification number) and the card number.

Both are checked to warn, never to reject: foreigners and residents of Hong Kong, Macao and Taiwan hold
separately assigned numbers, and genuine cards exist whose check character is wrong.
"""

from __future__ import annotations

from datetime import date

_GB11643_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GB11643_CHECK = "10X98765432"
_CARD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def id_check_character(first17: str) -> str:
    """The 18th character of a GB 11643 number from its first 17 digits."""
    total = sum(int(c) * w for c, w in zip(first17, _GB11643_WEIGHTS, strict=True))
    return _GB11643_CHECK[total % 11]


def is_valid_id_number(number: str) -> bool:
    """Whether `number` is 18 characters with a real birth date and the right check character."""
    digits = number[:17]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        return False
    return birth_date_of(number) is not None and id_check_character(digits) == number[17]


def birth_date_of(id_number: str) -> date | None:
    """The birth date inside an 18-character number, or None where there is none."""
    try:
        return date.fromisoformat(f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}")
    except ValueError:
        return None


def card_check_character(first8: str) -> str:
    """The ninth character of a card number: 11 − Σ(Ci·Wi) mod 11, A=10…Z=35, 10→X, 11→0.

    Raises ValueError for anything but eight characters out of 0-9 and A-Z."""
    total = sum(int(c, 36) * w for c, w in zip(first8, _CARD_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def is_valid_card_number(number: str) -> bool:
    """Whether the ninth character fits the first eight."""
    if len(number) != 9 or not (number.isascii() and number.isalnum() and number == number.upper()):
        return False
    return card_check_character(number[:8]) == number[8]
