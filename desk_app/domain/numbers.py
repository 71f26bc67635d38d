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


_INSTITUTE = "D156000005"
"""What every identification code of a social security card has behind its region."""

FIRST_SERIAL = 0xA0000000
"""Of the cards that the halls order. Cards from before have decimal digits only in their serial numbers, and
never meet these, which begin with a letter."""

_SERIES = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""First letters of card numbers: without I and O, which are mistaken for digits."""


def identification_code(region: str, serial: int, authentication: str) -> str:
    """卡识别码: region (six digits), institute, serial number (below 2³²), authentication code (8 hexadecimal
    digits); 32 upper-case hexadecimal digits in all."""
    return f"{region}{_INSTITUTE}{serial:08X}{authentication.upper()}"


def serial_of(code: str) -> int:
    """The serial number inside an identification code. Raises ValueError where there is none."""
    return int(code[16:24], 16)


def card_number(serial: int) -> str:
    """卡号 of the card with this serial number: a letter, seven digits and the check character."""
    running = serial - FIRST_SERIAL if serial >= FIRST_SERIAL else serial
    series, digits = divmod(running, 10_000_000)
    first8 = f"{_SERIES[series % len(_SERIES)]}{digits:07d}"
    return first8 + card_check_character(first8)


def is_valid_card_number(number: str) -> bool:
    """Whether the ninth character fits the first eight."""
    if len(number) != 9 or not (number.isascii() and number.isalnum() and number == number.upper()):
        return False
    return card_check_character(number[:8]) == number[8]
