"""Issuing: who gets an e-card, and who is refused one."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from typing import Any

from desk_app.domain.e_card import ConsentMethod, ECardState
from desk_app.sandbox.platform import e_cards, mirror
from desk_app.sandbox.platform.bodies import Body, choice, text
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, Problem, answer, malformed, refused

_YEARS_VALID = 10
"""Validity of an e-card whose physical card has no last day."""


def issue(call: Call) -> Answer:
    """POST /v1/e-cards"""
    wanted = _wanted(call.body)
    consent = _consent(call.body)
    card = mirror.find(call.db, wanted["identification_code"])
    if card is None:
        raise refused(422, "card_not_activated", "No city has reported this card to the platform.")
    if (card["id_number"], card["name"]) != (wanted["id_number"], wanted["name"]):
        raise refused(422, "identity_mismatch", "The card is another person's.")
    _refuse_second(call.db, wanted["identification_code"], wanted["id_number"])
    if problem := mirror.unusable(card, call.now.date()):
        raise problem
    _refuse_held(call.db, wanted["id_number"], call.now)
    serial = _insert(call, wanted, card)
    call.db.execute("INSERT INTO consents VALUES (?, ?, ?, ?)", (serial, *consent))
    row = call.db.execute("SELECT * FROM e_cards WHERE serial = ?", (serial,)).fetchone()
    return answer(e_cards.wire(row), 201)


def _wanted(body: Body) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        name: text(body, name) for name in ("identification_code", "id_number", "name", "region")
    }
    wanted["sign_level"] = choice(body, "sign_level", (1, 2)) if "sign_level" in body else 1
    return wanted


def _consent(body: Body) -> tuple[str, str, str]:
    """Text version, moment and method of the consent. Raises Problem 422 consent_missing."""
    consent = body.get("consent")
    try:
        if not isinstance(consent, dict):
            raise malformed("consent must be an object.")
        version, given_at = text(consent, "text_version"), text(consent, "given_at")
        method = choice(consent, "method", tuple(method.value for method in ConsentMethod))
        if datetime.fromisoformat(given_at).tzinfo is None:
            raise malformed("given_at needs its offset.")
    except (Problem, ValueError):
        raise refused(
            422, "consent_missing", "The holder's consent is not there, or not complete."
        ) from None
    return version, given_at, method


def _refuse_second(db: sqlite3.Connection, identification_code: str, id_number: str) -> None:
    if bound := e_cards.active(db, "identification_code", identification_code):
        raise e_cards.already_bound(bound)
    if held := e_cards.active(db, "id_number", id_number):
        raise refused(
            409,
            "holder_has_e_card",
            "The holder has an e-card on another card.",
            e_card=e_cards.wire(held),
        )


def _refuse_held(db: sqlite3.Connection, id_number: str, now: datetime) -> None:
    hold = db.execute("SELECT * FROM risk_holds WHERE id_number = ?", (id_number,)).fetchone()
    if hold is not None and now < datetime.fromisoformat(hold["until"]):
        raise refused(
            423,
            "risk_hold",
            "The case is held back for a check.",
            reason=hold["reason"],
            until=hold["until"],
        )


def _insert(call: Call, wanted: dict[str, Any], card: sqlite3.Row) -> int:
    """Write a new e-card and give its serial. `sign_seq` counts the holder's e-cards."""
    (serial,) = call.db.execute("SELECT coalesce(max(serial), 0) + 1 FROM e_cards").fetchone()
    (sign_seq,) = call.db.execute(
        "SELECT count(*) + 1 FROM e_cards WHERE id_number = ?", (wanted["id_number"],)
    ).fetchone()
    values = {
        **{name: value for name, value in wanted.items() if name != "name"},
        "serial": serial,
        "sign_no": f"{call.now:%Y%m%d}{serial:010d}",
        "sign_seq": sign_seq,
        "status": ECardState.ISSUED.value,
        "signed_at": call.now.isoformat(timespec="milliseconds"),
        "valid_until": card["valid_until"] or _in_years(call.now.date()).isoformat(),
    }
    columns = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    call.db.execute(f"INSERT INTO e_cards ({columns}) VALUES ({marks})", values)
    return int(serial)


def _in_years(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + _YEARS_VALID)
