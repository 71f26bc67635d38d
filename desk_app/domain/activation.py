"""Is this card genuine and activated? Nothing on a card proves it: the city's register decides.

Usable = genuine ∧ in the register ∧ same identification code, ID number and name ∧ state normal ∧ in date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desk_app.domain.card import Authenticity, CardReading, CardState, RegisteredCard

RENEWAL_OPENS = timedelta(days=60)
"""How long before its expiry a card can be renewed where the region does not say otherwise."""


class Condition(StrEnum):
    """What activation rests on, in the order in which it is checked and shown."""

    GENUINE = "genuine"
    REGISTERED = "registered"
    IDENTITY = "identity"
    STATE = "state"
    DATE = "date"


@dataclass(frozen=True)
class Check:
    """One condition: True holds, False does not, None cannot be told."""

    condition: Condition
    holds: bool | None


@dataclass(frozen=True)
class ActivationVerdict:
    """All five conditions for one card on one day."""

    checks: tuple[Check, ...]

    def holds(self, condition: Condition) -> bool | None:
        """What was found for one condition."""
        return next(check.holds for check in self.checks if check.condition is condition)

    @property
    def usable(self) -> bool:
        """Whether the card is genuine, activated and valid."""
        return all(check.holds is True for check in self.checks)

    @property
    def activatable(self) -> bool:
        """Whether everything holds but the state (which the caller checks for *not activated*)."""
        return all(c.holds is True for c in self.checks if c.condition is not Condition.STATE)


def verify(
    reading: CardReading, registered: RegisteredCard | None, today: date
) -> ActivationVerdict:
    """Judge a card that was read against what the register has under its identification code."""
    genuine = {Authenticity.GENUINE: True, Authenticity.COUNTERFEIT: False}.get(
        reading.authenticity
    )
    if registered is None:
        identity = state = None
        valid_until = reading.card.valid_until
    else:
        identity = _same_identity(reading, registered)
        state = registered.state is CardState.NORMAL
        valid_until = registered.valid_until or reading.card.valid_until
    in_date = None if valid_until is None else today <= valid_until
    if registered is not None and registered.state is CardState.EXPIRED:
        in_date = False
    return ActivationVerdict(
        (
            Check(Condition.GENUINE, genuine),
            Check(Condition.REGISTERED, registered is not None),
            Check(Condition.IDENTITY, identity),
            Check(Condition.STATE, state),
            Check(Condition.DATE, in_date),
        )
    )


def renewal_open(registered: RegisteredCard, today: date, opens: timedelta = RENEWAL_OPENS) -> bool:
    """Whether the card can be replaced as expiring: from `opens` before its last day on."""
    return registered.valid_until is not None and today >= registered.valid_until - opens


def _same_identity(reading: CardReading, registered: RegisteredCard) -> bool | None:
    holder = reading.holder
    if holder.id_number is None:
        return None
    return (
        reading.card.identification_code == registered.identification_code
        and holder.id_number == registered.id_number
        and holder.name == registered.name
    )
