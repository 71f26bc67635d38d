"""Instructions as the exact requests that go over the wire; the same instruction gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, assert_never
from urllib.parse import quote

from desk_app.domain.card import RegisteredCard
from desk_app.domain.outbox import (
    FrozenRequest,
    Instruction,
    IssueECard,
    OutboxKind,
    RebindECard,
    ReportCard,
    ResumeECard,
    RevokeAuthorization,
    RevokeECard,
    SuspendECard,
)


def freeze(instruction: Instruction) -> FrozenRequest:
    """The request for an instruction."""
    match instruction:
        case ReportCard(card):
            path = card_path(card.identification_code)
            return _frozen(OutboxKind.REPORT_CARD, "PUT", path, physical_card(card))
        case IssueECard():
            body = _issue_request(instruction)
            return _frozen(OutboxKind.ISSUE_E_CARD, "POST", "/v1/e-cards", body)
        case SuspendECard(sign_no=sign_no, reason=reason):
            return _of_e_card(OutboxKind.SUSPEND_E_CARD, sign_no, "suspensions", {"reason": reason})
        case ResumeECard(sign_no=sign_no):
            return _of_e_card(OutboxKind.RESUME_E_CARD, sign_no, "resumptions", {})
        case RevokeECard(sign_no=sign_no, reason=reason):
            return _of_e_card(OutboxKind.REVOKE_E_CARD, sign_no, "revocations", {"reason": reason})
        case RebindECard(sign_no=sign_no, new_identification_code=code):
            body = {"identification_code": code}
            return _of_e_card(OutboxKind.REBIND_E_CARD, sign_no, "rebindings", body)
        case RevokeAuthorization(sign_no=sign_no, authorization_id=number):
            action = f"authorizations/{quote(number, safe='')}/revocations"
            return _of_e_card(OutboxKind.REVOKE_AUTHORIZATION, sign_no, action, {})
        case _:
            assert_never(instruction)


def card_path(identification_code: str) -> str:
    """Where a physical card is found."""
    return f"/v1/cards/{quote(identification_code, safe='')}"


def e_card_path(sign_no: str) -> str:
    """Where an e-card is found."""
    return f"/v1/e-cards/{quote(sign_no, safe='')}"


def encode(content: Mapping[str, Any]) -> str:
    """JSON without a choice: sorted members, no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def physical_card(card: RegisteredCard) -> dict[str, Any]:
    """A PhysicalCard of the contract: the card number and the day of issue stay in the city."""
    content = {
        "identification_code": card.identification_code,
        "id_number": card.id_number,
        "name": card.name,
        "region": card.region,
        "status": card.state.value,
        "replaces": card.replaces,
        "version": card.version,
    }
    if card.valid_until is not None:
        content["valid_until"] = card.valid_until.isoformat()
    return content


def _issue_request(instruction: IssueECard) -> dict[str, Any]:
    card, consent = instruction.card, instruction.consent
    return {
        "identification_code": card.identification_code,
        "id_number": card.id_number,
        "name": card.name,
        "region": card.region,
        "sign_level": instruction.sign_level,
        "consent": {
            "text_version": consent.text_version,
            "given_at": consent.given_at.isoformat(),
            "method": consent.method.value,
        },
    }


def _of_e_card(
    kind: OutboxKind, sign_no: str, action: str, body: Mapping[str, Any]
) -> FrozenRequest:
    return _frozen(kind, "POST", f"{e_card_path(sign_no)}/{action}", body)


def _frozen(kind: OutboxKind, method: str, path: str, body: Mapping[str, Any]) -> FrozenRequest:
    return FrozenRequest(kind, method, path, encode(body))
