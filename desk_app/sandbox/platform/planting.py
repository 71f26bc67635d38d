"""What the platform holds when it is new: the demo city's cards, e-cards, risk holds and authorisations."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import Authorization, ECard
from desk_app.sandbox import seed
from desk_app.sandbox.platform import authorizations, mirror


def plant(db: sqlite3.Connection) -> None:
    """Fill an empty store; one that holds any card stays as it is."""
    if db.execute("SELECT 1 FROM cards LIMIT 1").fetchone():
        return
    for card in seed.platform_cards():
        mirror.keep(db, _card(card))
    for e_card in seed.platform_e_cards():
        _keep_e_card(db, e_card)
    for hold in seed.platform_risk_holds():
        until = hold.until.isoformat()
        db.execute("INSERT INTO risk_holds VALUES (?, ?, ?)", (hold.id_number, hold.reason, until))
    for id_number, authorization in seed.platform_authorizations():
        authorizations.grant(db, id_number, _authorization(authorization))


def _card(card: RegisteredCard) -> dict[str, str | int | None]:
    return {
        "identification_code": card.identification_code,
        "id_number": card.id_number,
        "name": card.name,
        "region": card.region,
        "status": card.state,
        "valid_until": None if card.valid_until is None else card.valid_until.isoformat(),
        "replaces": card.replaces,
        "version": card.mirrored_version,
    }


def _keep_e_card(db: sqlite3.Connection, e_card: ECard) -> None:
    db.execute(
        """INSERT INTO e_cards (sign_no, sign_seq, sign_level, identification_code, id_number, region,
           status, claimed_by, signed_at, valid_until, version)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            e_card.sign_no,
            e_card.sign_seq,
            e_card.sign_level,
            e_card.identification_code,
            e_card.id_number,
            e_card.region,
            e_card.state,
            e_card.claimed_by,
            e_card.signed_at.isoformat(),
            e_card.valid_until.isoformat(),
            e_card.version,
        ),
    )


def _authorization(authorization: Authorization) -> dict[str, str]:
    return {
        "id": authorization.id,
        "grantee": authorization.grantee,
        "kind": authorization.kind,
        "scope": authorization.scope,
        "purpose": authorization.purpose,
        "granted_at": authorization.granted_at.isoformat(),
        "until": (authorization.until or datetime.max).isoformat(),
    }
