"""The platform's mirror of physical cards: what it keeps of them, and whether one can carry an e-card."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

from desk_app.domain.card import CardState
from desk_app.sandbox.platform.problems import Problem, refused

_UNUSABLE = {
    CardState.IN_PRODUCTION: "card_not_activated",
    CardState.NOT_ACTIVATED: "card_not_activated",
    CardState.TEMPORARILY_LOST: "card_lost",
    CardState.LOST: "card_lost",
    CardState.LOCKED: "card_not_activated",
    CardState.CANCELLED: "card_cancelled",
    CardState.EXPIRED: "card_expired",
}
"""Why a card cannot carry an e-card. The contract names no code of its own for a locked one: its social
application is out of use until it is activated again."""


def find(db: sqlite3.Connection, identification_code: str) -> sqlite3.Row | None:
    """The mirror of one card."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM cards WHERE identification_code = ?", (identification_code,)
    ).fetchone()
    return row


def replacement(db: sqlite3.Connection, identification_code: str) -> sqlite3.Row | None:
    """The card that was reported last in place of this one."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM cards WHERE replaces = ? ORDER BY rowid DESC LIMIT 1", (identification_code,)
    ).fetchone()
    return row


def keep(db: sqlite3.Connection, card: Mapping[str, Any]) -> None:
    """Insert or overwrite the mirror of one card."""
    db.execute(
        """INSERT INTO cards VALUES (:identification_code, :id_number, :name, :region, :status,
           :valid_until, :replaces, :version)
           ON CONFLICT (identification_code) DO UPDATE SET id_number = :id_number, name = :name,
           region = :region, status = :status, valid_until = :valid_until, replaces = :replaces,
           version = :version""",
        card,
    )


def unusable(card: sqlite3.Row, today: date) -> Problem | None:
    """Why this card cannot carry an e-card today, or None when it can."""
    code = _UNUSABLE.get(CardState(card["status"]))
    if code is None and card["valid_until"] is not None and card["valid_until"] < today.isoformat():
        code = "card_expired"
    return None if code is None else refused(422, code, "The card cannot carry an e-card now.")
