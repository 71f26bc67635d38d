"""Activating the social function of a card that is genuine and in the register (启用)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desk_app.domain.activation import verify
from desk_app.domain.audit import Action
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.errors import BrokenPromise, StaleVersion
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import ReportCard
from desk_app.domain.permissions import Permission
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.card_changes import card_outdated
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Store, UnitOfWork
from desk_app.services.trail import record, step


@dataclass(frozen=True)
class Activation:
    """The card's social function; the bank's is activated at the bank."""

    store: Store
    delivery: Delivery
    clock: Clock

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.ACTIVATE)
    def activate(self, desk: Desk, case: Case) -> Case:
        """Set the card to normal in the register and report it to the platform.

        The register decides: the activation holds even when the platform can only be told later. Raises
        NotPossible, and Outdated when the card was changed elsewhere in the meantime."""
        require(case, Verb.ACTIVATE)
        if case.registered is None or case.reading is None:
            raise BrokenPromise("activation was offered without a registered card")
        before, reading = case.registered, case.reading
        with self.store.begin() as uow:
            card = self._changed(uow, before)
            self.delivery.write_down(uow, desk, ReportCard(card))
            record(uow, self.clock, desk, Action.ACTIVATE, case=case)
            case = step(uow, self.clock, case, VisitStep.ACTIVATED)
            verdict = verify(reading, card, self.clock.now().date())
            if verdict.usable:
                case = step(uow, self.clock, case, VisitStep.VERIFIED)
            uow.commit()
        self.delivery.deliver_pending(card.identification_code)
        return replace(case, registered=card, verdict=verdict)

    def _changed(self, uow: UnitOfWork, card: RegisteredCard) -> RegisteredCard:
        code = card.identification_code
        try:
            return uow.cards.change_state(code, CardState.NORMAL, card.version)
        except StaleVersion as stale:
            raise card_outdated(uow, code) from stale
