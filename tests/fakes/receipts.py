"""Receipts for things done at the counter, as the services compose them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from desk_app.domain.application import (
    Applicant,
    ApplicantKind,
    ApplicationKind,
    ApplicationState,
    Decision,
)
from desk_app.domain.card import CardState
from desk_app.domain.e_card import AuthorizationState, ClaimCode, ECardState
from desk_app.domain.receipt import ReceiptContent, ReceiptKind
from tests.fakes import cases

NEW_CODE = "990101D15600000500000999B1C2D3E4"
NEW_CARD_NUMBER = "E7654321X"
AGENT = Applicant(
    ApplicantKind.AGENT, "钱明华", "990101197503124516", "授权书 2026-11-20 欧阳𬍛玥签字"
)
CLAIM_URL = "https://claim.example/3f0c1d8e-6a7b-4c2d-9e10-5b6c7d8e9f01"


def receipt(kind: ReceiptKind, **changes: Any) -> ReceiptContent:
    """One about the citizen of `cases`, whose card is in the state that goes with it."""
    values: dict[str, Any] = {
        "kind": kind,
        "holder": cases.holder(),
        "at": cases.NOW,
        "data_as_of": cases.TODAY,
        "card": cases.registered(),
    }
    return replace(ReceiptContent(**values | _MORE.get(kind, {})), **changes)


def decision(
    kind: ApplicationKind,
    *,
    approved: bool = True,
    reason: str = "",
    lift: bool = False,
    **changes: Any,
) -> ReceiptContent:
    """The outcome of an application; `lift` after a formal loss that the holder does not want any more."""
    decided = Decision(approved, "2001", "9", cases.NOW + timedelta(hours=2), reason, lift)
    state = ApplicationState.COMPLETED if approved else ApplicationState.REJECTED
    application = cases.application(kind, decision=decided, state=state)
    return receipt(ReceiptKind.DECISION, application=application, **changes)


def _filed(kind: ApplicationKind, **changes: object) -> dict[str, Any]:
    return {
        "application": cases.application(kind, **changes),
        "card": cases.registered(CardState.TEMPORARILY_LOST),
        "loss": cases.protected(cases.case()).temporary_loss,
        "e_card": cases.e_card(ECardState.SUSPENDED),
    }


NEW_CARD = replace(
    cases.registered(),
    identification_code=NEW_CODE,
    card_number=NEW_CARD_NUMBER,
    replaces=cases.CODE,
)
LOSS = cases.protected(cases.case()).temporary_loss
CLAIM = ClaimCode(CLAIM_URL, cases.NOW + timedelta(seconds=60), ("CH0001", "CH0002"))

_MORE: dict[ReceiptKind, dict[str, Any]] = {
    ReceiptKind.BINDING: {"e_card": cases.e_card(), "claim": CLAIM},
    ReceiptKind.TEMPORARY_LOSS: _filed(ApplicationKind.FORMAL_LOSS) | {"application": None},
    ReceiptKind.FORMAL_LOSS: _filed(
        ApplicationKind.FORMAL_LOSS, applicant=AGENT, reason="在地铁二号线上遗失，已登记失物"
    )
    | {"loss": replace(LOSS, until=None) if LOSS else None},
    ReceiptKind.RELEASE: _filed(ApplicationKind.RELEASE, reason="卡片已找回"),
    ReceiptKind.REPLACEMENT: _filed(ApplicationKind.REPLACEMENT, reason="lost"),
    ReceiptKind.CANCELLATION: _filed(ApplicationKind.CANCELLATION, reason="移居国外"),
    ReceiptKind.HAND_OVER: {
        "application": cases.application(ApplicationKind.REPLACEMENT, reason="lost"),
        "card": cases.registered(CardState.CANCELLED),
        "new_card": NEW_CARD,
        "e_card": replace(cases.e_card(), identification_code=NEW_CODE),
    },
    ReceiptKind.WITHDRAWAL: {
        "authorization": replace(cases.authorizations()[0], state=AuthorizationState.REVOKED),
        "e_card": cases.e_card(ECardState.CLAIMED),
    },
}
