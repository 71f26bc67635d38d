"""What a supervisor chooses, and what will come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from desk_app.domain.application import Application, ApplicationKind
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.e_card import ECard
from desk_app.domain.lifecycle import Change, transition
from desk_app.domain.region import ECardAction, RegionPolicy


@dataclass(frozen=True)
class Choice:
    """One application as the supervisor saw it. `card_version` is that of the card beside it; None where no
    card was shown: then it must still be the one of the filing."""

    application_id: UUID
    version: int
    card_version: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What is decided. A reason is mandatory for a rejection; `lift_protection` says, for a rejected formal
    loss, that the holder wants the card to work again."""

    approved: bool
    reason: str = ""
    lift_protection: bool = False


@dataclass(frozen=True)
class Consequence:
    """One change that approval brings about, at once or at the hand-over: the card's state after it, and what
    happens to its e-card (None: it goes on, or there is none)."""

    change: Change
    card_state: CardState
    e_card: ECardAction | None


CHANGES: Mapping[ApplicationKind, tuple[Change, ...]] = MappingProxyType(
    {
        ApplicationKind.FORMAL_LOSS: (Change.APPROVE_FORMAL_LOSS,),
        ApplicationKind.RELEASE: (Change.RELEASE,),
        ApplicationKind.REPLACEMENT: (Change.HAND_OVER, Change.GIVE_UP),
        ApplicationKind.CANCELLATION: (Change.CANCEL,),
    }
)
"""What each kind of application leads to, in order."""


def consequences(
    application: Application, card: RegisteredCard, e_card: ECard | None, policy: RegionPolicy
) -> tuple[Consequence, ...]:
    """What will happen on approval. Raises StateForbids where the card's state does not allow it any more."""
    return tuple(_consequence(change, card, e_card, policy) for change in CHANGES[application.kind])


def _consequence(
    change: Change, card: RegisteredCard, e_card: ECard | None, policy: RegionPolicy
) -> Consequence:
    source = CardState.IN_PRODUCTION if change is Change.HAND_OVER else card.state
    target = transition(change, source).target
    bound = e_card is not None and e_card.is_active
    return Consequence(change, target, policy.e_card_action(change, target) if bound else None)
