"""A change in the life of a card, with all that goes with it in the same transaction."""

from __future__ import annotations

from desk_app.domain.card import RegisteredCard
from desk_app.domain.errors import Outdated, StaleVersion
from desk_app.domain.lifecycle import Change, transition
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import OutboxKind, ReportCard, RevokeECard
from desk_app.domain.region import ECardAction, RegionPolicy
from desk_app.services.delivery import Delivery
from desk_app.services.ports import UnitOfWork


def change_card(
    uow: UnitOfWork,
    delivery: Delivery,
    desk: Desk,
    policy: RegionPolicy,
    card: RegisteredCard,
    change: Change,
    *,
    order_key: str | None = None,
) -> RegisteredCard:
    """The card after the change: in the register, its version grown, written down for the platform together
    with what the region wants done to the e-card.

    The platform itself stops the e-card of a card that is not normal, lets it work again and ends it with
    its card (its contract, cards PUT): only an end before that takes an instruction of its own. Raises
    StateForbids, and Outdated when the card is not what it was."""
    target = transition(change, card.state).target
    if target is card.state:
        return card
    code = card.identification_code
    try:
        after = uow.cards.change_state(code, target, card.version)
    except StaleVersion as stale:
        raise card_outdated(uow, code) from stale
    delivery.write_down(uow, desk, ReportCard(after), order_key)
    e_card = uow.e_cards.active_of_card(code)
    if e_card is not None and policy.e_card_action(change, target) is ECardAction.REVOKE:
        revoke = RevokeECard(e_card.sign_no, code, str(change))
        delivery.write_down(uow, desk, revoke, order_key)
    return after


def card_outdated(uow: UnitOfWork, identification_code: str) -> Outdated:
    """The error for a card that was changed in the meantime: when, and at which window."""
    report = uow.outbox.last(identification_code, OutboxKind.REPORT_CARD)
    if report is None:
        return Outdated("card")
    return Outdated("card", report.created_at, report.asker.window)
