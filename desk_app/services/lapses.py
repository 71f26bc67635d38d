"""What the calendar alone brings about: temporary losses end at their date, and cards expire after their last
day, also when no counter was open then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desk_app.domain.application import ApplicationState
from desk_app.domain.audit import Action
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.lifecycle import Change, possible
from desk_app.domain.operator import Desk
from desk_app.domain.region import RegionPolicy
from desk_app.services.card_changes import change_card
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import Clock, Store, UnitOfWork
from desk_app.services.trail import leaves, record

AT_ONCE = 100
"""Cards that one look lets expire: after a long time without any counter the looks share the work, so that
nobody waits for the platform meanwhile."""


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
        return self._each(self.end_if_due, desk, (loss.identification_code for loss in due))

    @on(LaneName.PLATFORM)
    @leaves(Action.EXPIRE)
    def expire_due(self, desk: Desk) -> int:
        """Let every card expire whose last day has passed, and tell the platform; gives how many. At the
        most `AT_ONCE`: the next look goes on."""
        with self.store.begin(write=False) as uow:
            due = uow.cards.to_expire(self.clock.now().date(), AT_ONCE)
        return self._each(self.expire_if_due, desk, due)

    def look_at(self, uow: UnitOfWork, desk: Desk, identification_code: str) -> None:
        """Bring about what is due for one card, in the caller's transaction."""
        card = uow.cards.get(identification_code)
        if card is not None and not self.end_if_due(uow, desk, card):
            self.expire_if_due(uow, desk, card)

    def end_if_due(self, uow: UnitOfWork, desk: Desk, card: RegisteredCard) -> bool:
        """End the card's temporary loss in the caller's transaction if its date has come. A card whose last
        day has passed meanwhile does not come back to life for it."""
        loss = uow.temporary_losses.running(card.identification_code)
        if loss is None or loss.until is None or loss.until > self.clock.now():
            return False
        uow.temporary_losses.end(card.identification_code, loss.until)
        subject, detail = card.id_number, f"until {loss.until.isoformat(timespec='seconds')}"
        record(uow, self.clock, desk, Action.LAPSE, subject=subject, detail=detail)
        expired = self.expire_if_due(uow, desk, card)
        if card.state is CardState.TEMPORARILY_LOST and not expired:
            change_card(uow, self.delivery, desk, self.policy, card, Change.LAPSE)
        return True

    def expire_if_due(self, uow: UnitOfWork, desk: Desk, card: RegisteredCard) -> bool:
        """Let the card expire in the caller's transaction if its last day has passed.

        Not while something else is going on with it: a protection comes to its own end first, and what
        was filed is decided on the card as it was filed. The next look finds it."""
        if not self._is_past(card) or _is_busy(uow, card.identification_code):
            return False
        change_card(uow, self.delivery, desk, self.policy, card, Change.EXPIRE)
        detail = f"valid until {card.valid_until}"
        record(uow, self.clock, desk, Action.EXPIRE, subject=card.id_number, detail=detail)
        return True

    def _is_past(self, card: RegisteredCard) -> bool:
        last, today = card.valid_until, self.clock.now().date()
        return last is not None and last < today and Change.EXPIRE in possible(card.state)

    def _each(
        self,
        if_due: Callable[[UnitOfWork, Desk, RegisteredCard], bool],
        desk: Desk,
        codes: Iterable[str],
    ) -> int:
        """Each in a transaction of its own, held as shortly as can be."""
        done = 0
        for code in codes:
            with self.store.begin() as uow:
                card = uow.cards.get(code)
                if card is not None and if_due(uow, desk, card):
                    uow.commit()
                    done += 1
        if done:
            self.delivery.deliver_pending()
        return done


def _is_busy(uow: UnitOfWork, identification_code: str) -> bool:
    waiting = uow.applications.open_of_card(identification_code)
    filed = waiting is not None and waiting.state is ApplicationState.FILED
    return filed or uow.temporary_losses.running(identification_code) is not None
