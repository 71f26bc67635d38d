"""What personalisation writes into a social security card: historical bytes, EF05, EF06, PIN, key.

Records are `tag(1) len(1) value(len)`; cn is packed BCD filled with F, an is padded text, names are GB 18030
(notice 人社信息函〔2012〕37号, as the card contract has it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from desk_app.domain.card import Algorithm, RegisteredCard
from desk_app.domain.holder import Holder
from desk_app.sandbox import crypto, identities

PIN = "123456"
"""Six digits; the same on every card of the sandbox that has one."""
PIN_TRIES = 3

_MAKER = bytes.fromhex("00814A44468660")
"""Historical bytes T1..T7, as in the card contract's vector."""
_INSTITUTION = "915600000231000031000001"
_VERSIONS = {1: "1.00", 2: "2.00", 3: "3.00"}

Records = tuple[bytes, ...]


@dataclass(frozen=True)
class CardImage:
    """One personalised card, before anything happens to it."""

    historical: bytes
    """Thirteen bytes T1..TD; the last eight diversify the card's keys."""
    algorithm: Algorithm | None
    """Tag 86 of the FCI; first and second generation cards have none."""
    ef05: Records
    ef06: Records
    ef06_guarded: bool
    """Third generation: EF06 stays closed until external authentication."""
    pin: str | None = PIN
    pin_tries: int = PIN_TRIES
    reads_ranges: bool = True
    internal_master: bytes = crypto.INTERNAL_MASTER
    """A counterfeit has another one."""

    def with_record(self, tag: int, value: bytes | None) -> CardImage:
        """The same card with another value in one record, or without that record."""

        def changed(records: Records) -> Records:
            kept = (
                _record(tag, value) if r[0] == tag and value is not None else r for r in records
            )
            return tuple(r for r in kept if r[0] != tag or value is not None)

        return replace(self, ef05=changed(self.ef05), ef06=changed(self.ef06))


def personalise(
    card: RegisteredCard, holder: Holder, *, generation: int = 3, padding: bytes = b"\0"
) -> CardImage:
    """The card as it is made for its holder. Third generation cards hold SM4 keys; of older ones, whose
    DES or SSF33 scheme the sandbox does not have, only the files are emulated."""
    serial = identities.serial_of(card.identification_code)
    return CardImage(
        historical=_MAKER + bytes.fromhex(card.region[:4] + serial),
        algorithm=Algorithm.SM4 if generation == 3 else None,
        ef05=_ef05(card, holder, _VERSIONS[generation]),
        ef06=_ef06(holder, padding, name_continued=generation > 1),
        ef06_guarded=generation == 3,
    )


def _ef05(card: RegisteredCard, holder: Holder, version: str) -> Records:
    return (
        _record(0x01, bytes.fromhex(card.identification_code)),
        _record(0x02, _category(holder.birth_date, card.issued_on).encode()),
        _record(0x03, version.encode()),
        _record(0x04, bytes.fromhex(_INSTITUTION)),
        _record(0x05, _day(card.issued_on)),
        _record(0x06, _day(card.valid_until)),
        _record(0x07, card.card_number.encode()),
    )


def _ef06(holder: Holder, padding: bytes, *, name_continued: bool) -> Records:
    name = holder.name.encode("gb18030")
    if len(name) > (50 if name_continued else 30):
        raise ValueError("the name does not fit on the card")
    continuation = (_record(0x4E, name[30:].ljust(20, padding)),) if name_continued else ()
    return (
        _record(0x08, holder.id_number.encode()),
        _record(0x09, name[:30].ljust(30, padding)),
        *continuation,
        _record(0x0A, (holder.sex or "9").encode()),
        _record(0x0B, _digits(holder.ethnicity, 1)),
        _record(0x0C, _digits(holder.birthplace, 3)),
        _record(0x0D, _day(holder.birth_date)),
    )


def _record(tag: int, value: bytes) -> bytes:
    return bytes((tag, len(value))) + value


def _digits(number: str | None, size: int) -> bytes:
    """Packed BCD of `size` bytes, filled with F."""
    return bytes.fromhex((number or "").ljust(2 * size, "F"))


def _day(day: date | None) -> bytes:
    return _digits(f"{day:%Y%m%d}" if day else None, 4)


def _category(born: date | None, issued_on: date | None) -> str:
    """1 preschool, 2 student, 3 adult, 4 senior, by the age on the day of issue."""
    if born is None or issued_on is None:
        return "3"
    age = issued_on.year - born.year
    return "1" if age < 6 else "2" if age < 18 else "3" if age < 60 else "4"
