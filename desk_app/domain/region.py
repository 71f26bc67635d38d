"""What one region (city) has decided for itself: data of `resources/regions/<code>.toml`, never constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from desk_app.domain.card import CardState
from desk_app.domain.lifecycle import Change


class ECardAction(StrEnum):
    """What happens to the e-card when its physical card enters a state. To let it go on working is not
    among them: the platform itself stops every e-card whose card is not normal (its contract, cards PUT)."""

    SUSPEND = "suspend"
    REVOKE = "revoke"


@dataclass(frozen=True)
class RegionPolicy:
    """One region's rules. Those without a general source differ by city and year."""

    code: str
    """GB/T 2260, six digits."""
    names: Mapping[str, str]
    """By language."""
    temporary_loss: timedelta
    """After which a temporary loss ends by itself (Shanghai 5 days, elsewhere 3 to 15)."""
    release_after_formal_loss: bool
    """Whether a card can be released once its loss is formal."""
    escalation: timedelta
    """How long an application waits for a decision before it is escalated."""
    e_card_actions: Mapping[CardState, ECardAction]
    """For temporarily_lost, lost, locked and expired; cancelled always revokes."""
    renewal_opens: timedelta
    """How long before its expiry a card can be replaced as expiring."""
    verification_code: timedelta
    """How long a document's verification code is answered."""
    source: str = ""
    """Name of the file that says so."""

    def e_card_action(self, change: Change, state: CardState) -> ECardAction | None:
        """What happens to the e-card of a card that `change` has led to `state`; None: it works, or it moves
        to the replacement (and is not ended with the card that it has left)."""
        if change is Change.GIVE_UP:
            return None
        if state is CardState.CANCELLED:
            return ECardAction.REVOKE
        return self.e_card_actions.get(state)
