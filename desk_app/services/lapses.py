"""Temporary losses end by themselves at their date, also when no counter was open then."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.audit import Action
from desk_app.domain.card import CardState
from desk_app.domain.lifecycle import Change
from desk_app.domain.operator import Desk
from desk_app.domain.region import RegionPolicy
from desk_app.services.card_changes import change_card
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import Clock, Store, UnitOfWork
from desk_app.services.trail import leaves, record


@dataclass(frozen=True)
class Lapses:
    """Whichever counter looks first ends what is due, once: the register's row of the card is held meanwhile.
    In the trail stands the operator at whose counter it was noticed."""

    store: Store
    delivery: Delivery
    clock: Clock
    policy: RegionPolicy

    @on(LaneName.PLATFORM)
    @leaves(Action.LAPSE)
    def end_due(self, desk: Desk) -> int:
        """End every temporary loss whose date has come, and tell the platform; gives how many."""
        with self.store.begin(write=False) as uow:
            due = uow.temporary_losses.due(self.clock.now())
        ended = 0
        for loss in due:
            with self.store.begin() as uow:
                if self.end_if_due(uow, desk, loss.identification_code):
                    uow.commit()
                    ended += 1
        if ended:
            self.delivery.deliver_pending()
        return ended

    def end_if_due(self, uow: UnitOfWork, desk: Desk, identification_code: str) -> bool:
        """End the card's temporary loss in the caller's transaction if its date has come."""
        card = uow.cards.get(identification_code)
        loss = uow.temporary_losses.running(identification_code)
        if card is None or loss is None or loss.until is None or loss.until > self.clock.now():
            return False
        uow.temporary_losses.end(identification_code, loss.until)
        if card.state is CardState.TEMPORARILY_LOST:
            change_card(uow, self.delivery, desk, self.policy, card, Change.LAPSE)
        subject, detail = card.id_number, f"until {loss.until.isoformat(timespec='seconds')}"
        record(uow, self.clock, desk, Action.LAPSE, subject=subject, detail=detail)
        return True
