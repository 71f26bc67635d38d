"""The featured people of the demo city: one for each kind of card, and three for what can be on record."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from desk_app.domain.card import CardState
from desk_app.sandbox.careers import LAST_MONTH, Career, Spell
from desk_app.sandbox.employers import ELSEWHERE, HOSPITAL, LOCAL, LONG_NAME, SCHOOL, Employer


class Featured(NamedTuple):
    """One of them; codes as on the card (birthplaces are real ones, abolished ones among them)."""

    key: str
    name: str
    sex: str
    ethnicity: str
    birthplace: str | None
    born: str
    career: Career
    state: CardState = CardState.NORMAL


USUAL_VALIDITY = (date(2021, 3, 1), date(2031, 2, 28))
"""First and last day of most cards."""

VALIDITY = {
    "expired": (date(2014, 6, 1), date(2024, 5, 31)),
    "renewing": (date(2016, 12, 21), date(2026, 12, 20)),
}
"""Those of the others. `renewing` runs out within sixty days of the last month on record."""


def _career(*spells: tuple[Employer, int, int, int]) -> Career:
    return Career(tuple(Spell(*spell) for spell in spells))


_MIXED = Career(
    (
        Spell(ELSEWHERE[0], 201007, 201206, 55, transferred=True),
        Spell(LOCAL[3], 201207, 201508, 80),
        Spell(LOCAL[40], 201512, 202103, 120),
        Spell(LONG_NAME, 202104, LAST_MONTH, 165),
    ),
    owed=frozenset({202607, 202608}),
)
"""Sixteen years with everything in it: transferred in, a gap, changes of employer, two owed months."""

_SHORT = _career((LOCAL[17], 201909, 202402, 70), (SCHOOL, 202403, LAST_MONTH, 90))
_LONG = _career(
    (LOCAL[5], 200108, 201012, 60),
    (LOCAL[29], 201103, 201911, 140),
    (HOSPITAL, 202001, LAST_MONTH, 310),
)
_RETIRED = _career((LOCAL[11], 199611, 200605, 85), (LOCAL[50], 200606, 201009, 130))
_THIRTY_YEARS = _career((LOCAL[8], 199611, 200912, 75), (LOCAL[61], 201001, LAST_MONTH, 110))
_ONE_MONTH = _career((LOCAL[2], LAST_MONTH, LAST_MONTH, 40))

_LONGEST_NAME = "买买提依明·阿布都克里木·吐尔逊·艾合买提江·肉孜"
"""Fifty bytes of GB 18030: all the room that a card has."""

FEATURED = (
    Featured("good", "欧阳静怡", "2", "01", "310101", "1988-02-29", _MIXED),
    Featured(
        "not_activated",
        "顾晓峰",
        "1",
        "01",
        "310104",
        "2001-07-15",
        _SHORT,
        CardState.NOT_ACTIVATED,
    ),
    Featured("expired", "沈桂英", "2", "01", "310103", "1960-11-03", _RETIRED, CardState.EXPIRED),
    Featured("lost", "陆志强", "1", "01", "310115", "1979-05-21", _LONG, CardState.LOST),
    Featured("generation_2", "潘国华", "1", "01", "310119", "1954-01-30", _RETIRED),
    Featured("generation_1", "金顺姬", "2", "10", "222401", "1955-09-09", _RETIRED),
    Featured("rare_name", "王𬍛㛃", "1", "01", "330283", "1993-12-01", _SHORT),
    Featured("long_name", _LONGEST_NAME, "1", "05", "653101", "1985-04-18", _MIXED),
    Featured("damaged", "傅丽娟", "2", "01", "310107", "1976-08-08", _LONG),
    Featured("damaged_fields", "韩雪梅", "2", "01", "310109", "1990-10-10", _SHORT),
    Featured("counterfeit", "贾文博", "1", "01", "310110", "1983-03-03", _MIXED),
    Featured("torn_out", "钟鸣", "1", "01", "310112", "1996-06-16", _SHORT),
    Featured("slow", "石秀兰", "2", "01", "310113", "1977-12-24", _LONG),
    Featured("bound", "方慧", "2", "01", "310106", "1991-01-19", _SHORT),
    Featured("identity_mismatch", "任佳瑶", "2", "01", "310114", "1994-02-14", _SHORT),
    Featured("cancelled", "严平", "1", "01", "310108", "1975-07-07", _LONG, CardState.CANCELLED),
    Featured("locked", "苏和", "1", "02", "150102", "1987-11-11", _SHORT, CardState.LOCKED),
    Featured(
        "temporarily_lost",
        "吕雯",
        "2",
        "01",
        "310117",
        "1998-08-28",
        _SHORT,
        CardState.TEMPORARILY_LOST,
    ),
    Featured(
        "in_production",
        "唐梦琪",
        "2",
        "01",
        "310118",
        "2004-05-05",
        _ONE_MONTH,
        CardState.IN_PRODUCTION,
    ),
    Featured("no_range", "曹建国", "1", "01", "310116", "1972-10-01", _LONG),
    Featured("t0", "龙阿依", "2", "06", "522601", "1982-09-23", _MIXED),
    Featured("pin_locked", "邓超凡", "1", "01", "310151", "1989-04-04", _SHORT),
    Featured("foreigner", "ANNA MARIA EXEMPEL", "2", "98", None, "1986-06-06", _SHORT),
    Featured("risk_hold", "阎子轩", "1", "01", "310105", "1999-09-19", _SHORT),
    Featured("replaced", "央金卓玛", "2", "04", "540102", "1992-03-10", _SHORT),
    Featured("renewing", "司徒婉", "2", "01", "440106", "1984-12-12", _MIXED),
    Featured("nothing", "田诗涵", "2", "01", "310101", "2006-02-02", Career()),
    Featured("one_month", "马俊", "1", "03", "640104", "2003-03-30", _ONE_MONTH),
    Featured("thirty_years", "诸葛明远", "1", "01", "310230", "1970-01-01", _THIRTY_YEARS),
)
