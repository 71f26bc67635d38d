"""Statements of synthetic people, as the services compose them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent, StatementKind
from desk_app.sandbox.people import person

SERIAL, CODE = "310000-20261123-000042", "7K3F-M9QX-RT2B-W8HD"
IMPRINT = Imprint(
    SERIAL,
    CODE,
    f"https://verify.example.cn/statements?serial={SERIAL}&code={CODE}",
    2,
    datetime(2026, 11, 23, 10, 42, 7, tzinfo=timezone(timedelta(hours=8))),
    "徐汇区社会保险服务大厅",
    "07",
    "310104028",
)


def annual(key: str, year: int, **holder: Any) -> StatementContent:
    """Somebody's annual statement; `holder` changes fields of the person."""
    return _content(StatementKind.ANNUAL, key, MonthRange.year(year), holder)


def contributions(key: str, first: int, last: int, **holder: Any) -> StatementContent:
    """Somebody's contribution details."""
    return _content(StatementKind.CONTRIBUTIONS, key, MonthRange(first, last), holder)


def _content(
    kind: StatementKind, key: str, months: MonthRange, holder: dict[str, Any]
) -> StatementContent:
    who = person(key)
    years = range(months.first // 100, months.last // 100 + 1)
    return StatementContent(
        kind,
        replace(who.holder, **holder),
        months,
        tuple(row for row in who.contributions() if months.first <= row.month <= months.last),
        tuple(year for year in who.pension_years() if year.year in years),
        date(2026, 11, 23),
        who.cards[0].card_number if who.cards else None,
    )
