"""Handing over the card that takes a lost, damaged or expiring one's place."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.domain.application import Application, ApplicationState
from desk_app.domain.audit import Action
from desk_app.domain.card import RegisteredCard
from desk_app.domain.errors import BrokenPromise, InstructionPending, PlatformError
from desk_app.domain.lifecycle import Change
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import OutboxKind, RebindECard
from desk_app.domain.permissions import Permission
from desk_app.domain.region import RegionPolicy
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.card_changes import change_card
from desk_app.services.case_facts import judged, require_still, with_facts
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Platform, Store, UnitOfWork
from desk_app.services.trail import record, step


@dataclass(frozen=True)
class Replacement:
    """Exactly once in effect: all of it is in one transaction, and what the platform is told is settled by
    the outbox, over crashes and lost answers."""

    store: Store
    platform: Platform
    delivery: Delivery
    clock: Clock
    policy: RegionPolicy

    @on(LaneName.PLATFORM)
    @needs(Permission.FILE, Action.HAND_OVER, PlatformError)
    def hand_over(self, desk: Desk, case: Case) -> Case:
        """The new card, which is in the reader, becomes normal; the e-card moves to it without being applied
        for again; the old card is cancelled.

        The platform is told in this order: the new card, the e-card's move, the old card, whose end would
        otherwise end the e-card with it. Raises NotPermitted, NotPossible, InstructionPending while the old
        card's e-card is still being issued, and PlatformError when nobody can tell whether it has one."""
        require(case, Verb.HAND_OVER)
        new, application = case.registered, case.application
        if new is None or new.replaces is None or application is None:
            raise BrokenPromise("a hand-over was offered without an approved replacement")
        self._remember_e_card(new.replaces)
        with self.store.begin() as uow:
            old = uow.cards.get(new.replaces)
            fresh = with_facts(uow, case, new.identification_code)
            done = uow.applications.get(application.id)
            # A repeat after an answer that was lost finds it done, and only goes on telling the platform.
            if old is not None and (done is None or done.state is not ApplicationState.COMPLETED):
                require_still(uow, fresh, Verb.HAND_OVER)
                case = self._replace(uow, desk, fresh, old, fresh.application or application)
                uow.commit()
        self.delivery.deliver_pending(new.identification_code)
        with self.store.begin(write=False) as uow:
            case = with_facts(uow, case, new.identification_code)
        return judged(case, self.clock.now().date())

    def _replace(
        self,
        uow: UnitOfWork,
        desk: Desk,
        case: Case,
        old: RegisteredCard,
        application: Application,
    ) -> Case:
        if case.registered is None:
            raise BrokenPromise("a hand-over without a registered card")
        order, now = old.identification_code, self.clock.now()
        new = change_card(
            uow,
            self.delivery,
            desk,
            self.policy,
            case.registered,
            Change.HAND_OVER,
            order_key=order,
        )
        e_card = uow.e_cards.active_of_card(order)
        if e_card is not None:
            move = RebindECard(e_card.sign_no, order, new.identification_code)
            self.delivery.write_down(uow, desk, move, order)
        change_card(uow, self.delivery, desk, self.policy, old, Change.GIVE_UP, order_key=order)
        uow.temporary_losses.end(order, now)
        uow.applications.complete(application.id, application.version, now, desk.window)
        record(uow, self.clock, desk, Action.HAND_OVER, case=case, detail=application.number)
        return step(uow, self.clock, case, VisitStep.HANDED_OVER)

    def _remember_e_card(self, old: str) -> None:
        """What the platform has bound to the old card, if the store does not know of it."""
        self.delivery.deliver_pending(old)
        with self.store.begin(write=False) as uow:
            kinds = {entry.request.kind for entry in uow.outbox.pending(old)}
            if OutboxKind.ISSUE_E_CARD in kinds:
                raise InstructionPending
            if uow.e_cards.active_of_card(old) is not None:
                return
        found = self.platform.find_e_cards(identification_code=old)
        with self.store.begin() as uow:
            for e_card in sorted(found, key=lambda e: (e.is_active, e.version)):
                uow.e_cards.put(e_card)
            uow.commit()
