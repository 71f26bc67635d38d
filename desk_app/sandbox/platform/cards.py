"""Physical cards: showing the mirror, and taking the city's reports of their state."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from desk_app.domain.card import CardState
from desk_app.sandbox.platform import e_cards, mirror
from desk_app.sandbox.platform.bodies import choice, integer, optional_day, optional_text, text
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, answer, malformed, refused


def show(call: Call) -> Answer:
    """GET /v1/cards/{identification_code}"""
    return answer(_wire(_existing(call)))


def report(call: Call) -> Answer:
    """PUT /v1/cards/{identification_code}"""
    body = call.body
    card = {
        "identification_code": text(body, "identification_code"),
        "id_number": text(body, "id_number"),
        "name": text(body, "name"),
        "region": text(body, "region"),
        "status": choice(body, "status", tuple(state.value for state in CardState)),
        "valid_until": _iso(optional_day(body, "valid_until")),
        "replaces": optional_text(body, "replaces"),
        "version": integer(body, "version", 1),
    }
    if card["identification_code"] != call.path["identification_code"]:
        raise malformed("The identification codes of path and body differ.")
    known = mirror.find(call.db, card["identification_code"])
    if known is not None and card["version"] <= known["version"]:
        raise refused(
            409,
            "stale_version",
            f"The platform has version {known['version']}; only a higher one is taken.",
            current=known["version"],
        )
    mirror.keep(call.db, card)
    e_cards.follow(call.db, card["identification_code"])
    return answer(_wire(_existing(call)))


def _existing(call: Call) -> sqlite3.Row:
    card = mirror.find(call.db, call.path["identification_code"])
    if card is None:
        raise refused(404, "unknown_card", "The platform has no such card.")
    return card


def _wire(card: sqlite3.Row) -> dict[str, Any]:
    content = dict(card)
    if content["valid_until"] is None:
        del content["valid_until"]
    return content


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
