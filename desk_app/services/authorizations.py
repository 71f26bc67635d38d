"""Who may use the holder's data, and the holder's right to withdraw it at the counter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.e_card import Authorization, ECard
from desk_app.domain.errors import BrokenPromise, InstructionPending, PlatformError
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import RevokeAuthorization
from desk_app.domain.permissions import Permission
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Platform, Store
from desk_app.services.trail import record, step


@dataclass(frozen=True)
class Authorizations:
    """Authorisations hang on the e-card; without one there are none."""

    store: Store
    platform: Platform
    delivery: Delivery
    clock: Clock

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.READ_AUTHORIZATIONS, PlatformError)
    def of(self, desk: Desk, case: Case) -> tuple[Authorization, ...]:
        """All of them, as the platform has them now. Raises NotPossible and PlatformErrors."""
        e_card = _e_card(case)
        found = self.platform.authorizations(e_card.sign_no)
        with self.store.begin() as uow:
            record(uow, self.clock, desk, Action.READ_AUTHORIZATIONS, case=case)
            uow.commit()
        return found

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.REVOKE_AUTHORIZATION)
    def revoke(
        self, desk: Desk, case: Case, authorization_id: str
    ) -> tuple[Case, tuple[Authorization, ...]]:
        """Withdraw one, and give the list as it is then. Raises InstructionPending when the platform has
        not answered yet, and what it refused it with."""
        e_card = _e_card(case)
        code = e_card.identification_code
        revoke = RevokeAuthorization(e_card.sign_no, code, authorization_id)
        with self.store.begin() as uow:
            entry_id = self.delivery.write_down(uow, desk, revoke)
            action = Action.REVOKE_AUTHORIZATION
            record(uow, self.clock, desk, action, case=case, outcome=Outcome.PENDING)
            uow.commit()
        if not self.delivery.settle(entry_id, code):
            raise InstructionPending
        with self.store.begin() as uow:
            case = step(uow, self.clock, case, VisitStep.AUTHORIZATION_REVOKED)
            uow.commit()
        now = self.platform.authorizations(e_card.sign_no)
        withdrawn = tuple(each for each in now if each.id == authorization_id)
        return replace(case, withdrawn=(*case.withdrawn, *withdrawn)), now


def _e_card(case: Case) -> ECard:
    require(case, Verb.AUTHORIZATIONS)
    if case.e_card is None:
        raise BrokenPromise("authorisations were offered without an e-card")
    return case.e_card
