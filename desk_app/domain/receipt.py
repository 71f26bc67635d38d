"""What the citizen takes home after something was done at the counter: data only, no layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from desk_app.domain.application import Application, ApplicationKind, TemporaryLoss
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.document import Agent, CopyReason, Recipient
from desk_app.domain.e_card import Authorization, ClaimCode, ECard
from desk_app.domain.holder import Holder
from desk_app.domain.visit import Case, StepTaken, VisitStep


class ReceiptKind(StrEnum):
    """What a receipt 回执 is about: something done at once, an application filed, decided, or completed."""

    ACTIVATION = "activation"
    BINDING = "binding"
    TEMPORARY_LOSS = "temporary_loss"
    FORMAL_LOSS = "formal_loss"
    RELEASE = "release"
    REPLACEMENT = "replacement"
    CANCELLATION = "cancellation"
    DECISION = "decision"
    HAND_OVER = "hand_over"
    WITHDRAWAL = "withdrawal"


FILING = MappingProxyType({kind: ReceiptKind(kind.value) for kind in ApplicationKind})
"""The receipt for each kind of application, at its filing."""

_OF_STEP = MappingProxyType(
    {
        VisitStep.ACTIVATED: (ReceiptKind.ACTIVATION,),
        VisitStep.BOUND: (ReceiptKind.BINDING,),
        VisitStep.BINDING_PENDING: (ReceiptKind.BINDING,),
        VisitStep.LOSS_REPORTED: (ReceiptKind.TEMPORARY_LOSS,),
        VisitStep.APPLICATION_FILED: tuple(FILING.values()),
        VisitStep.HANDED_OVER: (ReceiptKind.HAND_OVER,),
        VisitStep.AUTHORIZATION_REVOKED: (ReceiptKind.WITHDRAWAL,),
    }
)


@dataclass(frozen=True)
class Occasion:
    """Something that a receipt can be had for. `application_id` says which application, `authorization` which
    authorisation was withdrawn; the rest is the card of the case."""

    kind: ReceiptKind
    at: datetime
    """When it was done."""
    application_id: UUID | None = None
    authorization: Authorization | None = None


@dataclass(frozen=True)
class ReceiptRequest:
    """What is issued: `subject` is what it is about."""

    kind: ReceiptKind
    id_number: str
    subject: str
    recipient: Recipient = Recipient.HOLDER
    agent: Agent | None = None
    """Who takes it, where the recipient is an agent."""
    reason: CopyReason | None = None
    """Why once more, where the same receipt was issued before."""
    remark: str = ""


@dataclass(frozen=True)
class ReceiptContent:
    """Everything that belongs on the receipt; None for what is not known or not part of it."""

    kind: ReceiptKind
    holder: Holder
    at: datetime
    data_as_of: date
    card: RegisteredCard | None = None
    """The card that it is about; for a hand-over the old one."""
    new_card: RegisteredCard | None = None
    """The replacement, once it was approved."""
    e_card: ECard | None = None
    claim: ClaimCode | None = None
    """For the holder's phone; lives 60 s."""
    loss: TemporaryLoss | None = None
    """The protection that runs now."""
    application: Application | None = None
    authorization: Authorization | None = None

    @property
    def subject(self) -> str:
        """What it is about, as its issue records it: the same again is a copy."""
        if self.application is not None:
            return self.application.number
        if self.authorization is not None:
            return self.authorization.id
        if self.kind is ReceiptKind.BINDING and self.e_card is not None:
            return self.e_card.sign_no
        code = self.card.identification_code if self.card is not None else ""
        if self.kind is ReceiptKind.TEMPORARY_LOSS and self.loss is not None:
            return f"{code} {self.loss.started_at.timestamp():.0f}"
        return code

    @property
    def circumstance(self) -> str:
        """Under which circumstances it was done, where a kind of receipt has several things to say."""
        match self.kind:
            case ReceiptKind.BINDING:
                return _claiming(self.e_card, self.claim)
            case ReceiptKind.DECISION:
                return _decided(self.application, self.loss)
            case ReceiptKind.HAND_OVER:
                return _moved(self.e_card, self.new_card)
            case _:
                return ""


def occasions(case: Case) -> tuple[Occasion, ...]:
    """Everything in this case that a receipt can be had for, in order of time."""
    return tuple(sorted(_occasions(case), key=lambda occasion: occasion.at))


def occasion_of(case: Case, taken: StepTaken) -> Occasion | None:
    """What the citizen can have a receipt for, of this step of the visit."""
    kinds = _OF_STEP.get(taken.step, ())
    matching = [each for each in occasions(case) if each.kind in kinds]
    if taken.step is VisitStep.AUTHORIZATION_REVOKED:
        return next((each for each in matching if each.at == taken.at), None)
    return matching[0] if matching else None


def newest_occasion(before: Case, after: Case) -> Occasion | None:
    """What came to the case last that a receipt can be had for; None when nothing did."""
    known = set(occasions(before))
    return next((each for each in reversed(occasions(after)) if each not in known), None)


def decision_of(application: Application) -> Occasion | None:
    """The outcome of an application, once there is one."""
    if application.decision is None:
        return None
    return Occasion(ReceiptKind.DECISION, application.decision.at, application.id)


def _occasions(case: Case) -> Iterator[Occasion]:
    card, loss = case.registered, case.temporary_loss
    activated = _last(case, VisitStep.ACTIVATED)
    if activated is not None and card is not None and card.state is CardState.NORMAL:
        yield Occasion(ReceiptKind.ACTIVATION, activated)
    bound = _last(case, VisitStep.BOUND, VisitStep.BINDING_PENDING)
    if bound is not None and case.e_card is not None and case.e_card.is_active:
        yield Occasion(ReceiptKind.BINDING, bound)
    if loss is not None and loss.until is not None:
        yield Occasion(ReceiptKind.TEMPORARY_LOSS, loss.started_at)
    for application in dict.fromkeys(filter(None, (case.application, case.outcome))):
        if application is case.application or application.filed_at >= case.visit.opened_at:
            kind = FILING[application.kind]
            yield Occasion(kind, application.filed_at, application.id)
        decided = decision_of(application)
        if decided is not None:
            yield decided
    handed_over = _last(case, VisitStep.HANDED_OVER)
    if handed_over is not None:
        yield Occasion(ReceiptKind.HAND_OVER, handed_over)
    steps = (each for each in case.visit.steps if each.step is VisitStep.AUTHORIZATION_REVOKED)
    for taken, withdrawn in zip(steps, case.withdrawn, strict=False):
        yield Occasion(ReceiptKind.WITHDRAWAL, taken.at, authorization=withdrawn)


def _last(case: Case, *wanted: VisitStep) -> datetime | None:
    return max((each.at for each in case.visit.steps if each.step in wanted), default=None)


def _claiming(e_card: ECard | None, claim: ClaimCode | None) -> str:
    if e_card is not None and e_card.claimed_by is not None:
        return "claimed"
    return "no_code" if claim is None else "code"


def _decided(application: Application | None, loss: TemporaryLoss | None) -> str:
    """`approved_release` and the like; after a rejected formal loss the card is protected for a time, or not
    any more, or not at all because the holder wanted it so."""
    if application is None or application.decision is None:
        return ""
    if application.decision.approved:
        return f"approved_{application.kind}"
    if application.kind is not ApplicationKind.FORMAL_LOSS:
        return f"rejected_{application.kind}"
    if application.decision.lift_protection:
        return "rejected_lifted"
    return "rejected_protected" if loss is not None else "rejected_ended"


def _moved(e_card: ECard | None, new_card: RegisteredCard | None) -> str:
    if e_card is None or new_card is None:
        return "no_e_card"
    moved = e_card.identification_code == new_card.identification_code
    return "moved" if moved else "moving"
