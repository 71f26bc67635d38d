"""Who may apply for a card's holder, with which papers, and for which reason a card is replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desk_app.domain.activation import renewal_open
from desk_app.domain.application import (
    HOLDER,
    Applicant,
    ApplicantKind,
    ReplacementReason,
)
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.errors import InvalidInput
from desk_app.domain.holder import Holder
from desk_app.domain.numbers import birth_date_of, is_valid_id_number
from desk_app.domain.region import RegionPolicy

OF_AGE = 18
"""Years from which nobody needs a guardian (Civil Code art. 17)."""

LONGEST = 500
"""Characters of an authorisation or a reason; longer papers are scanned."""

_REASONS = {
    CardState.NORMAL: (ReplacementReason.DAMAGED, ReplacementReason.EXPIRING),
    CardState.LOST: (ReplacementReason.LOST,),
    CardState.LOCKED: (ReplacementReason.DAMAGED,),
    CardState.EXPIRED: (ReplacementReason.EXPIRING,),
}


def checked_applicant(applicant: Applicant, holder: Holder, today: date) -> Applicant:
    """The applicant with tidied papers. Raises InvalidInput naming what is missing or wrong."""
    if applicant.kind is ApplicantKind.HOLDER:
        return HOLDER
    if applicant.kind is ApplicantKind.GUARDIAN:
        _need_minor(holder, today)
    name, number = checked_other(
        "applicant", applicant.name or "", applicant.id_number or "", holder
    )
    papers = checked_text("authorisation", applicant.authorisation or "")
    return replace(applicant, name=name, id_number=number, authorisation=papers)


def checked_other(who: str, name: str, id_number: str, holder: Holder) -> tuple[str, str]:
    """Tidied name and ID number of somebody else than the holder; `who` begins the fields' names. Raises
    InvalidInput."""
    name, number = name.strip(), id_number.strip().upper()
    if not name:
        raise InvalidInput(f"{who}_name", "missing")
    if not is_valid_id_number(number):
        raise InvalidInput(f"{who}_id_number", "not_an_id_number")
    if number == holder.id_number:
        raise InvalidInput(f"{who}_id_number", "is_the_holders")
    return name, number


def checked_text(field: str, text: str) -> str:
    """A text that must be there and fit. Raises InvalidInput."""
    text = text.strip()
    if not text:
        raise InvalidInput(field, "missing")
    if len(text) > LONGEST:
        raise InvalidInput(field, "too_long")
    return text


def checked_replacement_reason(
    reason: str, card: RegisteredCard, today: date, policy: RegionPolicy
) -> str:
    """The reason for a replacement. Raises InvalidInput for none, or one that does not fit the card."""
    if reason not in replacement_reasons(card, today, policy):
        raise InvalidInput("reason", "not_a_choice")
    return reason


def replacement_reasons(
    card: RegisteredCard, today: date, policy: RegionPolicy
) -> tuple[ReplacementReason, ...]:
    """For which reasons this card can be replaced today."""
    found = _REASONS.get(card.state, ())
    if card.state is CardState.NORMAL and not renewal_open(card, today, policy.renewal_opens):
        return tuple(reason for reason in found if reason is not ReplacementReason.EXPIRING)
    return found


def age(born: date, today: date) -> int:
    """Full years; somebody born on 29 February has their birthday on 1 March of other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _need_minor(holder: Holder, today: date) -> None:
    born = holder.birth_date or birth_date_of(holder.id_number)
    if born is None:
        raise InvalidInput("applicant", "birth_date_unknown")
    if age(born, today) >= OF_AGE:
        raise InvalidInput("applicant", "holder_of_age")
