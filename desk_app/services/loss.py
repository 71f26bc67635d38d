"""Losing a card and what follows at the clerk's window: reports, and applications for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from desk_app.domain.applicants import (
    checked_applicant,
    checked_replacement_reason,
    checked_text,
)
from desk_app.domain.application import (
    Applicant,
    Application,
    ApplicationKind,
    TemporaryLoss,
)
from desk_app.domain.audit import Action
from desk_app.domain.card import RegisteredCard
from desk_app.domain.errors import BrokenPromise
from desk_app.domain.lifecycle import Change
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.region import RegionPolicy
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.card_changes import change_card
from desk_app.services.case_facts import require_still, with_facts
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Store, UnitOfWork
from desk_app.services.trail import record, step

VERBS = {
    ApplicationKind.FORMAL_LOSS: Verb.FORMAL_LOSS,
    ApplicationKind.RELEASE: Verb.RELEASE,
    ApplicationKind.REPLACEMENT: Verb.REPLACE,
    ApplicationKind.CANCELLATION: Verb.CANCEL,
}
"""The verb by which each kind of application is filed."""


@dataclass(frozen=True)
class Loss:
    """The bank's function of the card is reported lost at the bank: the holder is told so."""

    store: Store
    delivery: Delivery
    clock: Clock
    policy: RegionPolicy

    @on(LaneName.PLATFORM)
    @needs(Permission.FILE, Action.REPORT_LOSS)
    def report_temporary(self, desk: Desk, case: Case) -> Case:
        """Protect the card at once, until the region's days have passed. Raises NotPermitted, NotPossible."""
        require(case, Verb.REPORT_LOSS)
        with self.store.begin() as uow:
            case, card = self._fresh(uow, case, Verb.REPORT_LOSS)
            now, change = self.clock.now(), Change.REPORT_TEMPORARY_LOSS
            change_card(uow, self.delivery, desk, self.policy, card, change)
            until = now + self.policy.temporary_loss
            uow.temporary_losses.add(_loss(desk, card, now, until))
            detail = f"until {until.isoformat(timespec='seconds')}"
            record(uow, self.clock, desk, Action.REPORT_LOSS, case=case, detail=detail)
            case = step(uow, self.clock, case, VisitStep.LOSS_REPORTED)
            uow.commit()
        return self._delivered(case, card)

    @on(LaneName.PLATFORM)
    @needs(Permission.FILE, Action.FILE_APPLICATION)
    def file(
        self, desk: Desk, case: Case, kind: ApplicationKind, applicant: Applicant, reason: str
    ) -> Case:
        """File an application; a card whose formal loss is filed is protected from this moment on.

        `reason` is what the citizen said, for a replacement a ReplacementReason. Raises NotPermitted,
        NotPossible, and InvalidInput for papers that are not in order."""
        require(case, VERBS[kind])
        with self.store.begin() as uow:
            case, card = self._fresh(uow, case, VERBS[kind])
            now, before = self.clock.now(), card.state
            applicant, reason = self._checked(case, card, kind, applicant, reason, now)
            if kind is ApplicationKind.FORMAL_LOSS:
                card = self._protect(uow, desk, card, now)
            filed = Application(
                id=uuid4(),
                number=uow.applications.next_number(desk.region, now),
                kind=kind,
                identification_code=card.identification_code,
                id_number=card.id_number,
                region=desk.region,
                card_state=before,
                card_version=card.version,
                applicant=applicant,
                reason=reason,
                filed_by=desk.operator.number,
                filed_at=now,
                hall=desk.hall,
                window=desk.window,
            )
            uow.applications.add(filed)
            detail = f"{kind} {filed.number} {applicant.kind}"
            record(uow, self.clock, desk, Action.FILE_APPLICATION, case=case, detail=detail)
            case = step(uow, self.clock, case, VisitStep.APPLICATION_FILED)
            uow.commit()
        return self._delivered(case, card)

    def _fresh(self, uow: UnitOfWork, case: Case, verb: Verb) -> tuple[Case, RegisteredCard]:
        """The case as things are now, with its card held; the verb must still be possible."""
        code = case.registered.identification_code if case.registered is not None else None
        case = with_facts(uow, case, code)
        require_still(uow, case, verb)
        if case.registered is None:
            raise BrokenPromise("the verb was offered without a registered card")
        return case, case.registered

    def _checked(
        self,
        case: Case,
        card: RegisteredCard,
        kind: ApplicationKind,
        applicant: Applicant,
        reason: str,
        now: datetime,
    ) -> tuple[Applicant, str]:
        if case.holder is None:
            raise BrokenPromise("the verb was offered without a holder")
        today = now.date()
        if kind is ApplicationKind.REPLACEMENT:
            reason = checked_replacement_reason(reason, card, today, self.policy)
        else:
            reason = checked_text("reason", reason)
        return checked_applicant(applicant, case.holder, today), reason

    def _protect(
        self, uow: UnitOfWork, desk: Desk, card: RegisteredCard, now: datetime
    ) -> RegisteredCard:
        """As by a temporary loss, without an end until it is decided."""
        code, change = card.identification_code, Change.FILE_FORMAL_LOSS
        if uow.temporary_losses.running(code) is not None:
            uow.temporary_losses.set_end(code, None)
        else:
            uow.temporary_losses.add(_loss(desk, card, now, None))
        return change_card(uow, self.delivery, desk, self.policy, card, change)

    def _delivered(self, case: Case, card: RegisteredCard) -> Case:
        """The case after the platform has been told, or could not be told yet."""
        self.delivery.deliver_pending(card.identification_code)
        with self.store.begin(write=False) as uow:
            return with_facts(uow, case, card.identification_code)


def _loss(desk: Desk, card: RegisteredCard, now: datetime, until: datetime | None) -> TemporaryLoss:
    return TemporaryLoss(card.identification_code, now, until, desk.operator.number, desk.window)
