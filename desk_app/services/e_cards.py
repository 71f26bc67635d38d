"""The one e-card of a card: consent, binding, the claim code, and its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import (
    CONSENT_TEXT_VERSION,
    ClaimCode,
    Consent,
    ConsentMethod,
    ECard,
)
from desk_app.domain.errors import (
    BrokenPromise,
    InstructionPending,
    PlatformError,
    ReasonRequired,
)
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import (
    IssueECard,
    OutboxKind,
    ReportCard,
    RevokeECard,
)
from desk_app.domain.permissions import Permission
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.case_facts import require_still, with_facts
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Platform, Store
from desk_app.services.trail import record, step


@dataclass(frozen=True)
class ECardService:
    """Binds, shows and ends e-cards. A kill at any point ends, after a restart, in exactly one e-card."""

    store: Store
    platform: Platform
    delivery: Delivery
    clock: Clock

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.CONSENT)
    def consent(self, desk: Desk, case: Case, method: ConsentMethod) -> Case:
        """Keep the holder's agreement to the consent text in force. Raises NotPossible."""
        require(case, Verb.CONSENT)
        card = _card_of(case)
        now = self.clock.now()
        consent = Consent(
            uuid4(),
            card.identification_code,
            card.id_number,
            CONSENT_TEXT_VERSION,
            now,
            method,
        )
        with self.store.begin() as uow:
            uow.consents.add(consent)
            record(uow, self.clock, desk, Action.CONSENT, case=case, detail=str(method))
            case = step(uow, self.clock, case, VisitStep.CONSENTED)
            uow.commit()
        return replace(case, consent=consent)

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.BIND)
    def bind(self, desk: Desk, case: Case) -> Case:
        """Issue the e-card. What is to be done is in the store, with its audit entry, before the platform
        hears of it.

        Gives the case with its e-card, or with `binding_pending` when the platform's answer is not known:
        the outbox then completes it. Raises NotPossible and what the platform refused it with."""
        require(case, Verb.BIND)
        entry_id = self._intend_to_bind(desk, case)
        code = _card_of(case).identification_code
        done = self.delivery.settle(entry_id, code)
        with self.store.begin() as uow:
            e_card = uow.e_cards.active_of_card(code)
            taken = VisitStep.BOUND if done else VisitStep.BINDING_PENDING
            case = step(uow, self.clock, case, taken)
            uow.commit()
        return replace(case, e_card=e_card, binding_pending=not done)

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.CLAIM_CODE, PlatformError)
    def claim_code(self, desk: Desk, case: Case) -> tuple[Case, ClaimCode]:
        """A one-time code for the holder's phone. Raises NotPossible and PlatformErrors."""
        require(case, Verb.CLAIM)
        code = self.platform.claim_code(_e_card_of(case).sign_no)
        with self.store.begin() as uow:
            record(uow, self.clock, desk, Action.CLAIM_CODE, case=case)
            case = step(uow, self.clock, case, VisitStep.CLAIM_SHOWN)
            uow.commit()
        return case, code

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.UNBIND)
    def unbind(self, desk: Desk, case: Case, reason: str) -> Case:
        """End the e-card for good. Raises ReasonRequired, NotPossible, InstructionPending when the
        platform has not answered yet, and what it refused it with."""
        if not reason.strip():
            raise ReasonRequired
        require(case, Verb.UNBIND)
        with self.store.begin() as uow:
            case = with_facts(uow, case, _card_of(case).identification_code)
            require_still(uow, case, Verb.UNBIND)
            e_card = _e_card_of(case)
            revoke = RevokeECard(e_card.sign_no, e_card.identification_code, reason.strip())
            entry_id = self.delivery.write_down(uow, desk, revoke)
            record(
                uow,
                self.clock,
                desk,
                Action.UNBIND,
                case=case,
                outcome=Outcome.PENDING,
                reason=reason.strip(),
            )
            uow.commit()
        if not self.delivery.settle(entry_id, e_card.identification_code):
            raise InstructionPending
        with self.store.begin() as uow:
            ended = uow.e_cards.get(e_card.sign_no)
            case = step(uow, self.clock, case, VisitStep.UNBOUND)
            uow.commit()
        return replace(case, e_card=ended, consent=None)

    def _intend_to_bind(self, desk: Desk, case: Case) -> UUID:
        """Write the binding down, on the card as the store has it by now."""
        with self.store.begin() as uow:
            case = with_facts(uow, case, _card_of(case).identification_code)
            require_still(uow, case, Verb.BIND)
            card = _card_of(case)
            if case.consent is None:
                raise BrokenPromise("binding was offered without a consent")
            kinds = {entry.request.kind for entry in uow.outbox.pending(card.identification_code)}
            if card.mirrored_version < card.version and OutboxKind.REPORT_CARD not in kinds:
                self.delivery.write_down(uow, desk, ReportCard(card))
            entry_id = self.delivery.write_down(uow, desk, IssueECard(card, case.consent))
            record(uow, self.clock, desk, Action.BIND, case=case, outcome=Outcome.PENDING)
            uow.commit()
        return entry_id


def _card_of(case: Case) -> RegisteredCard:
    if case.registered is None:
        raise BrokenPromise("the verb was offered without a registered card")
    return case.registered


def _e_card_of(case: Case) -> ECard:
    if case.e_card is None:
        raise BrokenPromise("the verb was offered without an e-card")
    return case.e_card
