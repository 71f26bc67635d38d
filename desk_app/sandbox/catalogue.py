"""The cards that the sandbox can insert, one of every kind that a counter meets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.holder import Holder
from desk_app.sandbox import identities
from desk_app.sandbox.behaviours import T0, ForeignCard, MuteCard, Slow, TornOutMidRead, VirtualCard
from desk_app.sandbox.card import EmulatedCard
from desk_app.sandbox.image import CardImage, personalise
from desk_app.sandbox.people import person


class Variant(StrEnum):
    """A kind of card; where somebody of the demo city holds it, it is also that person's key."""

    GOOD = "good"
    NOT_ACTIVATED = "not_activated"
    BOUND = "bound"
    EXPIRED = "expired"
    RENEWING = "renewing"
    TEMPORARILY_LOST = "temporarily_lost"
    LOST = "lost"
    LOCKED = "locked"
    CANCELLED = "cancelled"
    IN_PRODUCTION = "in_production"
    UNREGISTERED = "unregistered"
    IDENTITY_MISMATCH = "identity_mismatch"
    REPLACED = "replaced"
    RISK_HOLD = "risk_hold"
    GENERATION_1 = "generation_1"
    GENERATION_2 = "generation_2"
    RARE_NAME = "rare_name"
    LONG_NAME = "long_name"
    FOREIGNER = "foreigner"
    NOTHING = "nothing"
    ONE_MONTH = "one_month"
    THIRTY_YEARS = "thirty_years"
    PIN_LOCKED = "pin_locked"
    NO_RANGE = "no_range"
    T0 = "t0"
    SLOW = "slow"
    TORN_OUT = "torn_out"
    DAMAGED = "damaged"
    DAMAGED_FIELDS = "damaged_fields"
    COUNTERFEIT = "counterfeit"
    MUTE = "mute"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Entry:
    """How a kind of card is shown to whoever picks one."""

    english: str
    chinese: str


CATALOGUE: Mapping[Variant, Entry] = MappingProxyType(
    {
        Variant.GOOD: Entry("Activated, no e-card yet", "已启用，未签发电子卡"),
        Variant.NOT_ACTIVATED: Entry("Not activated", "未启用"),
        Variant.BOUND: Entry("Has an e-card", "已签发电子卡"),
        Variant.EXPIRED: Entry("Expired", "已过期"),
        Variant.RENEWING: Entry("Expires soon", "即将到期"),
        Variant.TEMPORARILY_LOST: Entry("Temporarily lost", "临时挂失"),
        Variant.LOST: Entry("Lost", "正式挂失"),
        Variant.LOCKED: Entry("Locked", "应用锁定"),
        Variant.CANCELLED: Entry("Cancelled", "已注销"),
        Variant.IN_PRODUCTION: Entry("In production", "制卡中"),
        Variant.UNREGISTERED: Entry("Not in the register", "登记库中没有"),
        Variant.IDENTITY_MISMATCH: Entry("Register knows another name", "姓名与登记不符"),
        Variant.REPLACED: Entry("E-card still on the lost card", "电子卡仍在旧卡上"),
        Variant.RISK_HOLD: Entry("Held back by the platform", "平台风险拦截"),
        Variant.GENERATION_1: Entry("First generation", "第一代卡"),
        Variant.GENERATION_2: Entry("Second generation", "第二代卡"),
        Variant.RARE_NAME: Entry("Rare characters in the name", "姓名含生僻字"),
        Variant.LONG_NAME: Entry("Longest name", "超长姓名"),
        Variant.FOREIGNER: Entry("Foreigner", "外国人"),
        Variant.NOTHING: Entry("No contributions", "无缴费记录"),
        Variant.ONE_MONTH: Entry("One month of contributions", "仅缴一个月"),
        Variant.THIRTY_YEARS: Entry("Thirty years of contributions", "缴费三十年"),
        Variant.PIN_LOCKED: Entry("PIN locked", "密码锁定"),
        Variant.NO_RANGE: Entry("Single records only", "不支持批量读取"),
        Variant.T0: Entry("T=0 style answers", "T=0 应答方式"),
        Variant.SLOW: Entry("Slow", "响应缓慢"),
        Variant.TORN_OUT: Entry("Torn out while being read", "读卡中拔出"),
        Variant.DAMAGED: Entry("Damaged", "卡片损坏"),
        Variant.DAMAGED_FIELDS: Entry("Some items damaged", "部分数据损坏"),
        Variant.COUNTERFEIT: Entry("Counterfeit", "伪卡"),
        Variant.MUTE: Entry("Mute (upside down)", "无应答（插反）"),
        Variant.FOREIGN: Entry("Some other card", "其他卡片"),
    }
)
"""Every kind, in the order in which a panel lists them."""


def card(variant: Variant) -> VirtualCard:
    """A new card of that kind, as it comes out of its holder's pocket."""
    if variant in _NOT_OURS:
        return _NOT_OURS[variant]()
    emulated = EmulatedCard(image(variant))
    return _BEHAVIOURS[variant](emulated) if variant in _BEHAVIOURS else emulated


def image(variant: Variant) -> CardImage:
    """What is written on it. Raises KeyError for the kinds that are no social security cards."""
    registered, holder = _UNREGISTERED if variant is Variant.UNREGISTERED else _of(variant)
    if variant is Variant.IDENTITY_MISMATCH:
        holder = replace(holder, name="任佳遥")
    if variant in _OLD:
        generation, padding, pin = _OLD[variant]
        made = personalise(registered, holder, generation=generation, padding=padding)
        return replace(made, pin=pin)
    return _flawed(variant, personalise(registered, holder))


def _of(variant: Variant) -> tuple[RegisteredCard, Holder]:
    holder = person(variant)
    return holder.cards[0], holder.holder


def _flawed(variant: Variant, made: CardImage) -> CardImage:
    match variant:
        case Variant.DAMAGED:
            return made.with_record(0x01, b"\xff" * 16)
        case Variant.DAMAGED_FIELDS:
            for tag, value in _FLAWS.items():
                made = made.with_record(tag, value)
            return made
        case Variant.COUNTERFEIT:
            return replace(made, internal_master=bytes(16))
        case Variant.PIN_LOCKED:
            return replace(made, pin_tries=0)
        case Variant.NO_RANGE:
            return replace(made, reads_ranges=False)
        case _:
            return made


_FLAWS: Mapping[int, bytes | None] = {
    0x02: b"\0",  # blank
    0x03: None,  # missing
    0x05: bytes.fromhex("20211399"),  # no such day
    0x07: b"E00001161",  # wrong check character
    0x0A: b"7",  # no such code
    0x0B: b"\xa1",  # not decimal
    0x0C: None,  # missing
    0x0D: b"\xff" * 4,  # blank
}
"""What is wrong with the card of some damaged items; name and both numbers are whole."""

_OLD: Mapping[Variant, tuple[int, bytes, str | None]] = {
    Variant.GENERATION_1: (1, b" ", "123456"),
    Variant.GENERATION_2: (2, b" ", None),
}
"""Generation, padding of text (spaces occur), PIN."""

_BEHAVIOURS: Mapping[Variant, Callable[[VirtualCard], VirtualCard]] = {
    Variant.T0: T0,
    Variant.SLOW: Slow,
    Variant.TORN_OUT: TornOutMidRead,
}
_NOT_OURS: Mapping[Variant, Callable[[], VirtualCard]] = {
    Variant.MUTE: MuteCard,
    Variant.FOREIGN: ForeignCard,
}


def _unregistered() -> tuple[RegisteredCard, Holder]:
    born = date(1997, 4, 17)
    number = identities.id_number(identities.CITY_AREA, born, 903)
    holder = Holder(number, "卢文轩", "1", "01", "310104", born)
    serial = 9001
    made = RegisteredCard(
        identification_code=identities.identification_code(serial),
        card_number=identities.card_number(serial),
        id_number=number,
        name=holder.name,
        region=identities.REGION,
        state=CardState.NORMAL,
        issued_on=date(2022, 5, 5),
        valid_until=date(2032, 5, 4),
    )
    return made, holder


_UNREGISTERED = _unregistered()
"""A genuine card, of somebody whom neither the register nor the platform knows."""
