"""What a physical card says, and what the city's register says of it.

Items, types and codes: notice 人社信息函〔2012〕37号 (file structure and data items, V2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Algorithm(StrEnum):
    """Tag 86 of the environment's FCI; absent on first and second generation cards."""

    DES = "DES"
    SSF33 = "SSF33"
    SM4 = "SM4"


class Authenticity(StrEnum):
    """What two-sided authentication gave; `unverified` when it could not be carried out."""

    GENUINE = "genuine"
    COUNTERFEIT = "counterfeit"
    UNVERIFIED = "unverified"


class Problem(StrEnum):
    """What is wrong with one item of the card; none of them ends the reading."""

    MISSING = "missing"
    BLANK = "blank"
    MALFORMED = "malformed"
    CHECK_FAILED = "check_failed"
    UNREAD = "unread"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class FieldWarning:
    """One item of the card that is not as the notice has it; `field` is its name in `card --json`."""

    field: str
    problem: Problem

    @property
    def code(self) -> str:
        """`card_number_check_failed` and the like."""
        return f"{self.field}_{self.problem}"


@dataclass(frozen=True)
class CardRecord:
    """EF05, the card. None where an item could not be read."""

    identification_code: str
    """卡识别码, 32 upper-case hexadecimal digits: region 3B, D156000005, serial 4B, authentication 4B."""
    category: str | None = None
    spec_version: str | None = None
    initialising_institution: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    card_number: str | None = None

    @property
    def region(self) -> str:
        """The issuing region, six digits of GB/T 2260 (abolished codes stay valid)."""
        return self.identification_code[:6]


@dataclass(frozen=True)
class HolderRecord:
    """EF06, the holder. All None where the card keeps it closed (third generation, not authenticated)."""

    id_number: str | None = None
    name: str | None = None
    sex: str | None = None
    """GB/T 2261.1 as cards use it: 1 male, 2 female, 9 not stated."""
    ethnicity: str | None = None
    """GB 3304, two digits."""
    birthplace: str | None = None
    """GB/T 2260, six digits, possibly abolished."""
    birth_date: date | None = None


@dataclass(frozen=True)
class CardReading:
    """One card, read once."""

    reader: str
    atr: bytes
    algorithm: Algorithm | None
    card: CardRecord
    holder: HolderRecord
    authenticity: Authenticity
    pin_tries_left: int | None = None
    """Tries before the PIN locks; 0 = locked; None = not known or none set."""
    warnings: tuple[FieldWarning, ...] = ()


class ReadStep(StrEnum):
    """Where a reading stands, for the progress shown to the clerk; in this order."""

    CONNECTING = "connecting"
    SELECTING = "selecting"
    READING_CARD = "reading_card"
    AUTHENTICATING = "authenticating"
    READING_HOLDER = "reading_holder"
    PROBING_PIN = "probing_pin"
    DONE = "done"


class CardEventKind(StrEnum):
    """What the reader monitor can publish."""

    SERVICE_UP = "service_up"
    SERVICE_DOWN = "service_down"
    READER_ADDED = "reader_added"
    READER_REMOVED = "reader_removed"
    CARD_INSERTED = "card_inserted"
    CARD_MUTE = "card_mute"
    CARD_REMOVED = "card_removed"


@dataclass(frozen=True)
class CardEvent:
    """One change at the readers. `insertion` grows with every card that goes in, over all readers, so
    that a result can be matched to the card it came from even after a fast swap."""

    kind: CardEventKind
    reader: str | None = None
    atr: bytes | None = None
    insertion: int = 0


class CardState(StrEnum):
    """State of a physical card in the city's register; values as the platform contract has them."""

    IN_PRODUCTION = "in_production"
    NOT_ACTIVATED = "not_activated"
    NORMAL = "normal"
    TEMPORARILY_LOST = "temporarily_lost"
    LOST = "lost"
    LOCKED = "locked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class RegisteredCard:
    """A physical card as the city's register has it. `version` grows by one with every change;
    `mirrored_version` is the last one that the platform has acknowledged (0 = none)."""

    identification_code: str
    card_number: str
    id_number: str
    name: str
    region: str
    state: CardState
    issued_on: date | None
    valid_until: date | None
    version: int = 1
    mirrored_version: int = 0
    replaces: str | None = None
