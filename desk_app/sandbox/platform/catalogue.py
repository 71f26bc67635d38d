"""What is open in a city, and the channel apps: invented, but shaped like the published catalogues.

services.csv is the demo city's; every other city has the same services, some of them not open.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any

from desk_app.domain.e_card import ChannelState
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, answer, refused
from desk_app.sandbox.platform.signatures import sm3

DEMO_REGION = "310000"

_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
    " 71 81 82".split()
)
"""First two digits of GB/T 2260."""


def services(call: Call) -> Answer:
    """GET /v1/regions/{region}/services"""
    region = call.path["region"]
    if not (
        len(region) == 6 and region.isascii() and region.isdigit() and region[:2] in _PROVINCES
    ):
        raise refused(404, "unknown_region", "There is no such region.")
    return answer({"items": [_in_region(service, region) for service in _services()]})


def channels(_: Call) -> Answer:
    """GET /v1/channels"""
    return answer({"items": _channels()})


def authorised_channels() -> list[str]:
    """Numbers of the channels that may hold e-cards."""
    return [c["channel_no"] for c in _channels() if c["status"] == ChannelState.AUTHORISED]


def channel_name(channel_no: str) -> str:
    """Name of a channel. Raises KeyError."""
    return {str(c["channel_no"]): str(c["name"]) for c in _channels()}[channel_no]


def _in_region(service: dict[str, Any], region: str) -> dict[str, Any]:
    """The service as this region has it; about a quarter of the demo city's are not open elsewhere."""
    if region == DEMO_REGION or int(sm3(f"{region}{service['code']}".encode())[0], 16) >= 4:
        return service
    return {**service, "open": False, "opened_on": None}


@cache
def _services() -> list[dict[str, Any]]:
    flags = ("open", "physical", "electronic")
    return [
        {**row, **{flag: row[flag] == "1" for flag in flags}, "opened_on": row["opened_on"] or None}
        for row in _rows("services.csv")
    ]


@cache
def _channels() -> list[dict[str, Any]]:
    blank = ("functional_test_passed_on", "security_test_passed_on", "reason")
    return [{**row, **{name: row[name] or None for name in blank}} for row in _rows("channels.csv")]


def _rows(name: str) -> list[dict[str, str]]:
    with files(__package__).joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
