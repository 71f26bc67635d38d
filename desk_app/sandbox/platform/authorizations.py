"""Authorisations: who may use a holder's data; they belong to the holder, whichever e-card shows them."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from desk_app.domain.e_card import AuthorizationState
from desk_app.sandbox.platform import e_cards
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, answer, refused

_WIRE = ("id", "grantee", "kind", "scope", "purpose", "granted_at", "until")


def of_holder(call: Call) -> Answer:
    """GET /v1/e-cards/{sign_no}/authorizations"""
    rows = call.db.execute(
        "SELECT * FROM authorizations WHERE id_number = ? ORDER BY granted_at, id",
        (e_cards.existing(call)["id_number"],),
    )
    return answer({"items": [_wire(row, call.now) for row in rows]})


def revoke(call: Call) -> Answer:
    """POST /v1/e-cards/{sign_no}/authorizations/{id}/revocations; what was withdrawn stays so."""
    key = (call.path["id"], e_cards.existing(call)["id_number"])
    call.db.execute("UPDATE authorizations SET revoked = 1 WHERE id = ? AND id_number = ?", key)
    row = call.db.execute(
        "SELECT * FROM authorizations WHERE id = ? AND id_number = ?", key
    ).fetchone()
    if row is None:
        raise refused(404, "unknown_authorization", "The holder has no such authorisation.")
    return answer(_wire(row, call.now))


def grant(db: sqlite3.Connection, id_number: str, content: dict[str, Any]) -> None:
    """Keep an authorisation (members of the contract's Authorization, without its status), once."""
    db.execute(
        """INSERT INTO authorizations (id, id_number, grantee, kind, scope, purpose, granted_at, until)
           VALUES (:id, :id_number, :grantee, :kind, :scope, :purpose, :granted_at, :until)
           ON CONFLICT (id) DO NOTHING""",
        {**content, "id_number": id_number},
    )


def _wire(row: sqlite3.Row, now: datetime) -> dict[str, Any]:
    if row["revoked"]:
        status = AuthorizationState.REVOKED
    elif datetime.fromisoformat(row["until"]) <= now:
        status = AuthorizationState.LAPSED
    else:
        status = AuthorizationState.ACTIVE
    return {**{name: row[name] for name in _WIRE}, "status": status}
