"""Numbers that look like Shanghai ones, pass every check and can belong to nobody.

How that is known:

- *ID number* (GB 11643): its first six digits name a county of GB/T 2260. Shanghai's districts were given
  out from 310101 upwards, the highest in use is 310151; `310198` and `310199`, at the far end of that block,
  never were. No police station can have issued such a number, yet province, birth date, sequence and
  check character are plausible. The demo city's people live in 310199, generated ones in 310198: the two
  never meet.
- *Foreigner's social security number*: separately assigned, a country (ISO 3166-1 alpha-3) before the
  zero-padded number of a document. `XAA` is in the range that ISO keeps for private use.
- *Identification code*: region 310000, the institute D156000005, serial, authentication code; the last is a
  digest that no issuer computed. Serial number 107 is the card contract's own synthetic example.
- *Employer number*: eight digits beginning with 99.
"""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from desk_app.domain.numbers import card_check_character, id_check_character

REGION = "310000"
"""The demo city, Shanghai."""

CITY_AREA = "310199"
GENERATED_AREA = "310198"
_INSTITUTE = "D156000005"


def id_number(area: str, born: date, sequence: int) -> str:
    """An 18-character number; `sequence` is 0–999, odd for men, even for women."""
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first17 + id_check_character(first17)


def foreign_id_number(document: int) -> str:
    """An 18-character number as separately assigned to a foreigner; it has no check character."""
    return f"XAA{document:015d}"


def identification_code(serial: int) -> str:
    """卡识别码 of the card with this serial number (0–99 999 999), 32 upper-case hexadecimal digits."""
    if serial == 107:
        return f"{REGION}{_INSTITUTE}00000107A5C3F019"
    authentication_code = sha256(f"sandbox card {serial}".encode()).hexdigest()[:8].upper()
    return f"{REGION}{_INSTITUTE}{serial:08d}{authentication_code}"


def serial_of(code: str) -> str:
    """The eight digits of the serial number inside an identification code."""
    return code[16:24]


def card_number(serial: int) -> str:
    """卡号: a letter, seven digits and the check character; a different one for each serial number."""
    if serial == 107:
        return "E9021437X"
    letter, digits = divmod(serial, 10_000_000)
    first8 = f"{'EFGHJKLMNP'[letter]}{digits:07d}"
    return first8 + card_check_character(first8)
