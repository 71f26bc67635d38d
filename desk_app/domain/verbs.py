"""What can be done in a case, and why not: the one place that decides which verbs are offered.

The window shows every verb; a disabled one says why and what would enable it. Services ask the same table
before they act, so that no screen can get past it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desk_app.domain.activation import Condition
from desk_app.domain.application import ApplicationKind
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import NotPossible
from desk_app.domain.lifecycle import Change, possible
from desk_app.domain.visit import Case


class Verb(StrEnum):
    """The counter's verbs, in the order in which the window offers them."""

    ACTIVATE = "activate"
    CONSENT = "consent"
    BIND = "bind"
    CLAIM = "claim"
    STATEMENT = "statement"
    AUTHORIZATIONS = "authorizations"
    UNBIND = "unbind"
    REPORT_LOSS = "report_loss"
    FORMAL_LOSS = "formal_loss"
    RELEASE = "release"
    REPLACE = "replace"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"


class Hindrance(StrEnum):
    """Why a verb is not possible now; words and the way out are in `desk_app.ui.words`."""

    NO_CITIZEN = "no_citizen"
    CARD_NEEDED = "card_needed"
    NOT_REVEALED = "not_revealed"
    NOT_GENUINE = "not_genuine"
    AUTHENTICITY_UNKNOWN = "authenticity_unknown"
    NOT_REGISTERED = "not_registered"
    IDENTITY_DIFFERS = "identity_differs"
    OUT_OF_DATE = "out_of_date"
    NOT_ACTIVATED = "not_activated"
    ALREADY_ACTIVATED = "already_activated"
    IN_PRODUCTION = "in_production"
    CARD_LOST = "card_lost"
    CARD_LOCKED = "card_locked"
    CARD_CANCELLED = "card_cancelled"
    CONSENT_FIRST = "consent_first"
    ALREADY_CONSENTED = "already_consented"
    ALREADY_BOUND = "already_bound"
    BINDING_PENDING = "binding_pending"
    NO_E_CARD = "no_e_card"
    ALREADY_CLAIMED = "already_claimed"
    E_CARD_SUSPENDED = "e_card_suspended"
    PLATFORM_DOWN = "platform_down"
    CARD_PRESENT = "card_present"
    ALREADY_PROTECTED = "already_protected"
    ALREADY_LOST = "already_lost"
    NOT_LOST = "not_lost"
    FORMAL_LOSS_FIRST = "formal_loss_first"
    APPLICATION_WAITS = "application_waits"
    REPLACEMENT_WAITS = "replacement_waits"
    RELEASE_NOT_ALLOWED = "release_not_allowed"
    NO_REPLACEMENT = "no_replacement"
    NOT_APPROVED = "not_approved"


@dataclass(frozen=True)
class Offer:
    """A verb and what stands in its way; nothing does when `hindrances` is empty."""

    verb: Verb
    hindrances: tuple[Hindrance, ...] = ()

    @property
    def enabled(self) -> bool:
        """Whether the verb can be used now."""
        return not self.hindrances


def offers(case: Case | None) -> tuple[Offer, ...]:
    """Every verb with what stands in its way, in the window's order."""
    return tuple(offer(case, verb) for verb in Verb)


def offer(case: Case | None, verb: Verb) -> Offer:
    """One verb in one case."""
    if case is None:
        return Offer(verb, (Hindrance.NO_CITIZEN,))
    return Offer(verb, tuple(dict.fromkeys(_RULES[verb](case))))


def require(case: Case, verb: Verb) -> None:
    """Raise NotPossible with the hindrances unless the verb is offered."""
    found = offer(case, verb)
    if not found.enabled:
        raise NotPossible(verb, found.hindrances)


_STATE_HINDRANCE = {
    CardState.IN_PRODUCTION: Hindrance.IN_PRODUCTION,
    CardState.NOT_ACTIVATED: Hindrance.NOT_ACTIVATED,
    CardState.TEMPORARILY_LOST: Hindrance.CARD_LOST,
    CardState.LOST: Hindrance.CARD_LOST,
    CardState.LOCKED: Hindrance.CARD_LOCKED,
    CardState.CANCELLED: Hindrance.CARD_CANCELLED,
    CardState.EXPIRED: Hindrance.OUT_OF_DATE,
}


def _card_in_hand(case: Case) -> list[Hindrance]:
    """The conditions that activation and binding share: everything but the register's state."""
    if case.reading is None or case.verdict is None:
        return [Hindrance.CARD_NEEDED]
    genuine = case.verdict.holds(Condition.GENUINE)
    if genuine is False:
        return [Hindrance.NOT_GENUINE]
    found = [] if genuine else [Hindrance.AUTHENTICITY_UNKNOWN]
    if not case.verdict.holds(Condition.REGISTERED):
        return [*found, Hindrance.NOT_REGISTERED]
    identity = case.verdict.holds(Condition.IDENTITY)
    if identity is not True:
        unread = identity is None
        found.append(Hindrance.AUTHENTICITY_UNKNOWN if unread else Hindrance.IDENTITY_DIFFERS)
    if case.verdict.holds(Condition.DATE) is not True:
        found.append(Hindrance.OUT_OF_DATE)
    return found


def _disputed(case: Case) -> list[Hindrance]:
    """What makes it doubtful that the data are those of the person whose card this is. Nothing is disclosed
    then, and nothing done in their name: Social Insurance Law, articles 81 and 92."""
    if case.verdict is None:
        return []
    if case.verdict.holds(Condition.GENUINE) is False:
        return [Hindrance.NOT_GENUINE]
    differs = case.verdict.holds(Condition.IDENTITY) is False
    return [Hindrance.IDENTITY_DIFFERS] if differs else []


def _activate(case: Case) -> list[Hindrance]:
    found = _card_in_hand(case)
    if case.registered is None or Hindrance.NOT_GENUINE in found:
        return found
    if case.registered.state is CardState.NORMAL:
        return [Hindrance.ALREADY_ACTIVATED]
    if case.registered.state is not CardState.NOT_ACTIVATED:
        found.append(_STATE_HINDRANCE[case.registered.state])
    return found


def _usable(case: Case) -> list[Hindrance]:
    found = _card_in_hand(case)
    if Hindrance.NOT_GENUINE in found or case.registered is None:
        return found
    if case.registered.state is not CardState.NORMAL:
        found.append(_STATE_HINDRANCE[case.registered.state])
    return found


def _unbound(case: Case) -> list[Hindrance]:
    if case.binding_pending:
        return [Hindrance.BINDING_PENDING]
    if case.e_card is not None and case.e_card.is_active:
        return [Hindrance.ALREADY_BOUND]
    return []


def _consent(case: Case) -> list[Hindrance]:
    found = _unbound(case) or _usable(case)
    if not found and case.consent is not None:
        found.append(Hindrance.ALREADY_CONSENTED)
    return found


def _bind(case: Case) -> list[Hindrance]:
    found = _unbound(case) or _usable(case)
    if not found and case.consent is None:
        found.append(Hindrance.CONSENT_FIRST)
    return found


def _bound(case: Case) -> list[Hindrance]:
    if case.binding_pending:
        return [Hindrance.BINDING_PENDING]
    if case.e_card is None or not case.e_card.is_active:
        return [Hindrance.NO_E_CARD]
    return []


def _claim(case: Case) -> list[Hindrance]:
    found = _bound(case)
    if found:
        return found
    found = _usable(case)
    assert case.e_card is not None
    if case.e_card.state is ECardState.CLAIMED:
        found.append(Hindrance.ALREADY_CLAIMED)
    if case.e_card.state is ECardState.SUSPENDED:
        found.append(Hindrance.E_CARD_SUSPENDED)
    return found


def _statement(case: Case) -> list[Hindrance]:
    if case.holder is None:
        return _card_in_hand(case)[:1] or [Hindrance.AUTHENTICITY_UNKNOWN]
    return _disputed(case) or ([] if case.revealed else [Hindrance.NOT_REVEALED])


def _authorizations(case: Case) -> list[Hindrance]:
    found = _disputed(case) or _bound(case)
    if not case.revealed:
        found.append(Hindrance.NOT_REVEALED)
    return found


def _unbind(case: Case) -> list[Hindrance]:
    found = _disputed(case) or _bound(case)
    if case.reading is None:
        found.append(Hindrance.CARD_NEEDED)
    return found


_ALREADY = {
    CardState.TEMPORARILY_LOST: Hindrance.ALREADY_PROTECTED,
    CardState.LOST: Hindrance.ALREADY_LOST,
}
_NEVER_LOST = {
    CardState.NOT_ACTIVATED: Hindrance.NOT_LOST,
    CardState.IN_PRODUCTION: Hindrance.NOT_LOST,
}
_HANDED_OVER = {CardState.NORMAL: Hindrance.ALREADY_ACTIVATED}


def _in_register(case: Case) -> list[Hindrance]:
    """What stands in the way of any procedure about the card itself, with the card or without."""
    disputed = _disputed(case)
    if disputed:
        return disputed
    if case.registered is None:
        return [Hindrance.NOT_REGISTERED]
    if case.holder is None:
        return [Hindrance.AUTHENTICITY_UNKNOWN]
    return [] if case.revealed else [Hindrance.NOT_REVEALED]


def _nothing_waits(case: Case) -> list[Hindrance]:
    if case.application is None:
        return []
    replaced = case.application.kind is ApplicationKind.REPLACEMENT
    return [Hindrance.REPLACEMENT_WAITS if replaced else Hindrance.APPLICATION_WAITS]


def _allows(
    case: Case, change: Change, instead: Mapping[CardState, Hindrance] = _STATE_HINDRANCE
) -> list[Hindrance]:
    """Whether the card's state allows the change; `instead` are reasons for single states."""
    if case.registered is None:
        return []
    state = case.registered.state
    if change in possible(state):
        return []
    return [instead.get(state) or _STATE_HINDRANCE.get(state, Hindrance.NOT_LOST)]


def _report_loss(case: Case) -> list[Hindrance]:
    found = _in_register(case)
    if case.reading is not None:
        found.append(Hindrance.CARD_PRESENT)
    return found + _allows(case, Change.REPORT_TEMPORARY_LOSS, _ALREADY)


def _formal_loss(case: Case) -> list[Hindrance]:
    found = _in_register(case)
    if case.reading is not None:
        found.append(Hindrance.CARD_PRESENT)
    found += _nothing_waits(case)
    return found + _allows(case, Change.FILE_FORMAL_LOSS, _ALREADY)


def _release(case: Case) -> list[Hindrance]:
    found = _in_register(case) + _original(case) + _nothing_waits(case)
    found += _allows(case, Change.RELEASE, _NEVER_LOST)
    lost = case.registered is not None and case.registered.state is CardState.LOST
    if lost and case.policy is not None and not case.policy.release_after_formal_loss:
        found.append(Hindrance.RELEASE_NOT_ALLOWED)
    return found


def _original(case: Case) -> list[Hindrance]:
    """The card itself is in the reader, proven to be the one."""
    if case.reading is None or case.verdict is None:
        return [Hindrance.CARD_NEEDED]
    genuine = case.verdict.holds(Condition.GENUINE)
    return [Hindrance.AUTHENTICITY_UNKNOWN] if genuine is None else []


def _replace(case: Case) -> list[Hindrance]:
    found = _in_register(case) + _nothing_waits(case)
    first = Hindrance.FORMAL_LOSS_FIRST
    if case.registered is not None and case.registered.state is CardState.TEMPORARILY_LOST:
        return [*found, first]
    return found + _allows(case, Change.GIVE_UP)


def _hand_over(case: Case) -> list[Hindrance]:
    if case.registered is not None and case.registered.replaces is None:
        return [Hindrance.NO_REPLACEMENT]
    found = _in_register(case) + _original(case)
    found += _allows(case, Change.HAND_OVER, _HANDED_OVER)
    approved = case.application is not None and (
        case.registered is not None
        and case.application.new_identification_code == case.registered.identification_code
    )
    return found if found or approved else [Hindrance.NOT_APPROVED]


def _cancel(case: Case) -> list[Hindrance]:
    return _in_register(case) + _nothing_waits(case) + _allows(case, Change.CANCEL)


_RULES = {
    Verb.ACTIVATE: _activate,
    Verb.CONSENT: _consent,
    Verb.BIND: _bind,
    Verb.CLAIM: _claim,
    Verb.STATEMENT: _statement,
    Verb.AUTHORIZATIONS: _authorizations,
    Verb.UNBIND: _unbind,
    Verb.REPORT_LOSS: _report_loss,
    Verb.FORMAL_LOSS: _formal_loss,
    Verb.RELEASE: _release,
    Verb.REPLACE: _replace,
    Verb.HAND_OVER: _hand_over,
    Verb.CANCEL: _cancel,
}
