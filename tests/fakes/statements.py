"""Statements of synthetic people, as the services compose them."""

from __future__ import annotations

from csv import DictReader
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.e_card import Channel, ChannelState, CityService, ServiceGroup
from desk_app.domain.statement import ALL_MONTHS, Overview, StatementContent, StatementKind
from desk_app.sandbox.people import person
from tests.fakes import cases

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


def whole(kind: StatementKind, key: str, **holder: Any) -> StatementContent:
    """Somebody's statement about all there is."""
    content = _content(kind, key, ALL_MONTHS, holder)
    if kind is StatementKind.OVERVIEW:
        return replace(content, overview=overview())
    return content


def overview() -> Overview:
    """The demo city's services and channels, and three authorisations."""
    catalogue = files("desk_app.sandbox.platform")
    services = DictReader(catalogue.joinpath("services.csv").read_text("utf-8").splitlines())
    channels = DictReader(catalogue.joinpath("channels.csv").read_text("utf-8").splitlines())
    return Overview(
        tuple(
            CityService(
                row["code"],
                row["name"],
                row["name_en"],
                ServiceGroup(row["group"]),
                row["open"] == "1",
                row["physical"] == "1",
                row["electronic"] == "1",
                _day(row["opened_on"]),
            )
            for row in services
        ),
        tuple(
            Channel(
                row["channel_no"],
                row["name"],
                row["name_en"],
                ChannelState(row["status"]),
                _day(row["functional_test_passed_on"]),
                _day(row["security_test_passed_on"]),
                row["reason"] or None,
            )
            for row in channels
        ),
        cases.authorizations(),
        True,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


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
        tuple(year for year in who.pension_years() if year.year in range(1900, years.stop)),
    )
