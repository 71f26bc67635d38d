"""E-cards: one per physical card and holder, found, stopped, resumed, moved and ended.

An e-card is revoked, or suspended while somebody has stopped it or its physical card is not normal, or
claimed once a channel app holds it, or else issued. A card that is normal again lets it work again, unless
it was stopped by request as well.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.sandbox.platform import mirror
from desk_app.sandbox.platform.bodies import optional_text, text
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, Problem, answer, malformed, refused

_WIRE = (
    "sign_no",
    "sign_seq",
    "sign_level",
    "identification_code",
    "id_number",
    "region",
    "status",
    "claimed_by",
    "signed_at",
    "valid_until",
    "version",
)


def search(call: Call) -> Answer:
    """GET /v1/e-cards"""
    wanted = {
        name: call.query[name]
        for name in ("identification_code", "id_number")
        if name in call.query
    }
    if not wanted:
        raise malformed("Ask for an identification_code or an id_number.")
    where = " AND ".join(f"{name} = :{name}" for name in wanted)
    rows = call.db.execute(f"SELECT * FROM e_cards WHERE {where} ORDER BY serial", wanted)
    return answer({"items": [wire(row) for row in rows]})


def show(call: Call) -> Answer:
    """GET /v1/e-cards/{sign_no}"""
    return answer(wire(existing(call)))


def suspend(call: Call) -> Answer:
    """POST /v1/e-cards/{sign_no}/suspensions"""
    text(call.body, "reason")
    e_card = _not_revoked(call)
    return _updated(call, e_card, stopped=1, status=ECardState.SUSPENDED)


def resume(call: Call) -> Answer:
    """POST /v1/e-cards/{sign_no}/resumptions"""
    e_card = _not_revoked(call)
    card = mirror.find(call.db, e_card["identification_code"])
    if card is None or card["status"] != CardState.NORMAL:
        raise refused(422, "card_not_normal", "The physical card is not normal.")
    return _updated(call, e_card, stopped=0, status=_working(e_card))


def revoke(call: Call) -> Answer:
    """POST /v1/e-cards/{sign_no}/revocations"""
    text(call.body, "reason")
    return _updated(call, existing(call), status=ECardState.REVOKED)


def rebind(call: Call) -> Answer:
    """POST /v1/e-cards/{sign_no}/rebindings; `identification_code` in the body is the replacement's. The
    contract asks for no body: without one it is the card that replaces the present one."""
    code = optional_text(call.body, "identification_code")
    e_card = _not_revoked(call)
    if e_card["identification_code"] == code:
        return answer(wire(e_card))
    if code is None:
        card = mirror.replacement(call.db, e_card["identification_code"])
    else:
        card = mirror.find(call.db, code)
    if card is None or card["replaces"] != e_card["identification_code"]:
        raise refused(422, "not_the_replacement", "This card does not replace the e-card's card.")
    if card["id_number"] != e_card["id_number"]:
        raise refused(422, "identity_mismatch", "The replacement is another person's.")
    if problem := mirror.unusable(card, call.now.date()):
        raise problem
    code = card["identification_code"]
    if other := active(call.db, "identification_code", code):
        raise already_bound(other)
    status = ECardState.SUSPENDED if e_card["stopped"] else _working(e_card)
    return _updated(call, e_card, identification_code=code, status=status)


def follow(db: sqlite3.Connection, identification_code: str) -> None:
    """Let the e-card of a card follow the card: cancelled revokes, anything but normal suspends."""
    card = mirror.find(db, identification_code)
    e_card = active(db, "identification_code", identification_code)
    if card is None or e_card is None:
        return
    if card["status"] == CardState.CANCELLED:
        status = ECardState.REVOKED
    elif card["status"] != CardState.NORMAL or e_card["stopped"]:
        status = ECardState.SUSPENDED
    else:
        status = _working(e_card)
    change(db, e_card, status=status)


def change(db: sqlite3.Connection, e_card: sqlite3.Row, **values: Any) -> None:
    """Write what differs, and raise the version when something does."""
    differing = {name: value for name, value in values.items() if e_card[name] != value}
    if not differing:
        return
    columns = ", ".join(f"{name} = :{name}" for name in differing)
    db.execute(
        f"UPDATE e_cards SET {columns}, version = version + 1 WHERE serial = :serial",
        {**differing, "serial": e_card["serial"]},
    )


def existing(call: Call) -> sqlite3.Row:
    """The e-card of the path. Raises Problem 404 unknown_e_card."""
    e_card = find(call.db, call.path["sign_no"])
    if e_card is None:
        raise refused(404, "unknown_e_card", "The platform has no such e-card.")
    return e_card


def find(db: sqlite3.Connection, sign_no: str) -> sqlite3.Row | None:
    """One e-card by its sign number."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM e_cards WHERE sign_no = ?", (sign_no,)
    ).fetchone()
    return row


def wire(e_card: sqlite3.Row) -> dict[str, Any]:
    """An ECard of the contract."""
    return {name: e_card[name] for name in _WIRE}


def active(db: sqlite3.Connection, column: str, value: str) -> sqlite3.Row | None:
    """The e-card, not revoked, that has this value (`identification_code` or `id_number`)."""
    row: sqlite3.Row | None = db.execute(
        f"SELECT * FROM e_cards WHERE {column} = ? AND status <> 'revoked'", (value,)
    ).fetchone()
    return row


def already_bound(e_card: sqlite3.Row) -> Problem:
    """The refusal of a second e-card on one card."""
    return refused(409, "already_bound", "This card has an e-card already.", e_card=wire(e_card))


def _not_revoked(call: Call) -> sqlite3.Row:
    e_card = existing(call)
    if e_card["status"] == ECardState.REVOKED:
        raise refused(422, "e_card_revoked", "This e-card has ended for good.")
    return e_card


def _working(e_card: sqlite3.Row) -> ECardState:
    return ECardState.CLAIMED if e_card["claimed_by"] else ECardState.ISSUED


def _updated(call: Call, e_card: sqlite3.Row, **values: Any) -> Answer:
    change(call.db, e_card, **values)
    return answer(wire(existing(call)))
