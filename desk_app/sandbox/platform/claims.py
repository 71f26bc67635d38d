"""Claim codes, and the simulated channel app that redeems them.

`claim_url` is what the QR code holds. A channel app POSTs `{"channel_no": …}` to it, once, within 60 s:
that is the channels' side of the platform, outside the counter's contract and unsigned.
"""

from __future__ import annotations

import secrets
import sqlite3
from datetime import UTC, datetime, timedelta

from desk_app.domain.e_card import ECardState
from desk_app.sandbox.platform import authorizations, catalogue, e_cards
from desk_app.sandbox.platform.bodies import text
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, answer, refused

LIFETIME = timedelta(seconds=60)
"""How long a claim code lives (contract)."""

_GRANTED_FOR = timedelta(days=365)
"""How long the channel that claims an e-card may use the holder's basic information."""


def create(call: Call) -> Answer:
    """POST /v1/e-cards/{sign_no}/claim-codes"""
    e_card = e_cards.existing(call)
    _refuse_unclaimable(e_card)
    token, expires_at = secrets.token_urlsafe(24), call.now + LIFETIME
    call.db.execute("DELETE FROM claim_codes WHERE expires_at < ?", (_day_before(call.now),))
    call.db.execute(
        "INSERT INTO claim_codes (token, sign_no, expires_at) VALUES (?, ?, ?)",
        (token, e_card["sign_no"], expires_at.timestamp()),
    )
    content = {
        "claim_url": f"{call.url}/claims/{token}",
        "expires_at": expires_at.isoformat(timespec="milliseconds"),
        "channels": catalogue.authorised_channels(),
    }
    return answer(content, 201)


def show(call: Call) -> Answer:
    """GET /claims/{token}: what the channel app sees before it redeems the code."""
    code = _redeemable(call)
    expires_at = datetime.fromtimestamp(code["expires_at"], UTC)
    return answer(
        {"expires_at": expires_at.isoformat(), "channels": catalogue.authorised_channels()}
    )


def redeem(call: Call) -> Answer:
    """POST /claims/{token}: the channel app takes the e-card."""
    channel_no = text(call.body, "channel_no")
    code = _redeemable(call)
    if channel_no not in catalogue.authorised_channels():
        raise refused(422, "channel_not_authorised", "This channel may not hold e-cards.")
    e_card = e_cards.find(call.db, code["sign_no"])
    assert e_card is not None
    _refuse_unclaimable(e_card)
    call.db.execute("UPDATE claim_codes SET used = 1 WHERE token = ?", (code["token"],))
    e_cards.change(call.db, e_card, claimed_by=channel_no, status=ECardState.CLAIMED)
    _authorise_channel(call, e_card, channel_no)
    return answer({"sign_no": e_card["sign_no"], "status": ECardState.CLAIMED})


def _redeemable(call: Call) -> sqlite3.Row:
    code: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM claim_codes WHERE token = ?", (call.path["token"],)
    ).fetchone()
    if code is None:
        raise refused(404, "unknown_claim_code", "There is no such claim code.")
    if code["used"]:
        raise refused(410, "claim_code_used", "This code was redeemed already.")
    if call.now.timestamp() >= code["expires_at"]:
        raise refused(410, "claim_code_expired", "This code has expired; ask for a new one.")
    return code


def _refuse_unclaimable(e_card: sqlite3.Row) -> None:
    if e_card["status"] in (ECardState.SUSPENDED, ECardState.REVOKED):
        raise refused(422, f"e_card_{e_card['status']}", "This e-card does not work now.")


def _authorise_channel(call: Call, e_card: sqlite3.Row, channel_no: str) -> None:
    content = {
        "id": secrets.token_hex(8),
        "grantee": catalogue.channel_name(channel_no),
        "kind": "channel",
        "scope": "basic_information",
        "purpose": "电子社会保障卡领取与展示",
        "granted_at": call.now.isoformat(timespec="seconds"),
        "until": (call.now + _GRANTED_FOR).isoformat(timespec="seconds"),
    }
    authorizations.grant(call.db, e_card["id_number"], content)


def _day_before(now: datetime) -> float:
    return (now - timedelta(days=1)).timestamp()
