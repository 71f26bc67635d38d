"""The object that `desk-app card --json` prints (contracts/card.md, "What the app reports")."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Any

from desk_app.domain.card import CardReading, RegisteredCard
from desk_app.domain.e_card import ECard
from desk_app.domain.errors import Counterfeit, DeskError
from desk_app.ui.words import explain


def report(
    reading: CardReading, registered: RegisteredCard | None = None, e_card: ECard | None = None
) -> dict[str, Any]:
    """A reading, the card's state in the register and its e-card, as JSON values; codes stay codes."""
    card = asdict(reading.card)
    return {
        "reader": reading.reader,
        "atr": reading.atr.hex().upper(),
        "algorithm": _plain(reading.algorithm),
        "card": {
            "identification_code": card.pop("identification_code"),
            "region": reading.card.region,
            **{name: _plain(value) for name, value in card.items()},
        },
        "holder": {name: _plain(value) for name, value in asdict(reading.holder).items()},
        "authenticity": str(reading.authenticity),
        "pin_tries_left": reading.pin_tries_left,
        "warnings": [warning.code for warning in reading.warnings],
        "register": _plain(registered.state) if registered is not None else None,
        "e_card": _e_card(e_card) if e_card is not None else None,
    }


def failure(error: DeskError) -> dict[str, Any]:
    """An error as JSON values; a counterfeit comes with what was read of it."""
    said = explain(error)
    told: dict[str, Any] = {
        "error": {
            "code": error.code,
            "message": " ".join(filter(None, (said.message, said.detail))),
            "next_step": said.next_step,
        }
    }
    if isinstance(error, Counterfeit) and error.reading is not None:
        told |= report(error.reading)
    return told


def _e_card(e_card: ECard) -> dict[str, Any]:
    """With the platform contract's names: what the domain calls `state` is `status` there."""
    values = {name: _plain(value) for name, value in asdict(e_card).items()}
    values["status"] = values.pop("state")
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
