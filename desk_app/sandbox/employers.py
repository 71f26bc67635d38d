"""Employers that do not exist: numbers nobody was given (99…), names that say 示例 (example)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Employer:
    """Who pays in: eight-digit number at the social insurance agency, and name."""

    number: str
    name: str


_STEMS = (
    "甲子",
    "乙丑",
    "丙寅",
    "丁卯",
    "戊辰",
    "己巳",
    "庚午",
    "辛未",
    "壬申",
    "癸酉",
    "甲戌",
    "乙亥",
)
_TRADES = (
    *("精密机械", "软件技术", "国际物流", "餐饮管理"),
    *("建筑工程", "医疗器械", "纺织服装", "文化传播"),
)

LOCAL = tuple(
    Employer(f"9900{number:04d}", f"上海示例{stem}{trade}有限公司")
    for number, (stem, trade) in enumerate(
        ((stem, trade) for trade in _TRADES for stem in _STEMS), start=1
    )
)
"""Ninety-six companies of the demo city."""

LONG_NAME = Employer(
    "99009001",
    "上海示例甲子长三角一体化绿色生态创新发展示范区国际综合物流供应链管理与跨境电子商务"
    "公共服务平台运营（集团）股份有限公司第一人力资源服务分公司",
)
"""One whose name fits no column."""

SCHOOL = Employer("99009002", "上海市示例实验中学")
HOSPITAL = Employer("99009003", "上海市示例区中心医院")

ELSEWHERE = (
    Employer("99320101", "苏州示例电子有限公司"),
    Employer("99330102", "杭州示例网络科技有限公司"),
    Employer("99650103", "乌鲁木齐示例商贸有限责任公司"),
)
"""Employers of other cities, from which months were transferred in."""
