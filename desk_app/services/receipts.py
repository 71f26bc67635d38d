"""Receipts for what was done at the counter. They are previewed, issued, printed and saved as statements are
(`StatementService`): a receipt that is asked for again is a copy."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desk_app.domain.application import Application
from desk_app.domain.audit import Action
from desk_app.domain.card import RegisteredCard
from desk_app.domain.document import Agent, CopyReason, Recipient
from desk_app.domain.e_card import ClaimCode, ECard
from desk_app.domain.errors import BrokenPromise, PrintError
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.receipt import Occasion, ReceiptContent, ReceiptKind, ReceiptRequest
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case
from desk_app.services.issuing import copies
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Documents, Language, Store, UnitOfWork
from desk_app.services.statements import Prepared, StatementService
from desk_app.services.trail import record


@dataclass(frozen=True)
class Receipts:
    """Composed from the store as it is now; the window says only what it is about."""

    store: Store
    documents: Documents
    clock: Clock
    statements: StatementService

    @on(LaneName.PRINT)
    @needs(Permission.SERVE, Action.PREVIEW_STATEMENT, PrintError)
    def prepare(
        self,
        desk: Desk,
        case: Case,
        occasion: Occasion,
        language: Language,
        recipient: Recipient = Recipient.HOLDER,
        claim: ClaimCode | None = None,
    ) -> Prepared:
        """Draw the receipt under a number of its own. `claim` is a fresh code for a binding's receipt, where
        the platform gives one. Raises NotPossible while the citizen is masked, and FontsMissing."""
        require(case, Verb.STATEMENT)
        if case.holder is None:
            raise BrokenPromise("a receipt was offered without a citizen")
        with self.store.begin(write=False) as uow:
            content = self._content(uow, case, case.holder, occasion, claim)
        number = content.holder.id_number
        agent = _agent(content) if recipient is Recipient.AGENT else None
        request = ReceiptRequest(content.kind, number, content.subject, recipient, agent)
        with self.store.begin() as uow:
            earlier = copies(uow, request, language)
            if earlier:  # nobody asks twice for a receipt but the holder
                request = replace(request, reason=CopyReason.HOLDERS_WISH)
            imprint = self.statements.imprint(uow, desk, request, earlier)
            detail = f"{request.kind} {imprint.serial}"
            record(uow, self.clock, desk, Action.PREVIEW_STATEMENT, case=case, detail=detail)
            uow.commit()
        document = self.documents.receipt(content, imprint, language)
        issued = self.statements.issue(request, imprint, document, language)
        return Prepared(document, issued)

    def _content(
        self,
        uow: UnitOfWork,
        case: Case,
        on_card: Holder,
        occasion: Occasion,
        claim: ClaimCode | None,
    ) -> ReceiptContent:
        application = _application(uow, case, occasion, on_card.id_number)
        code = case.registered.identification_code if case.registered is not None else None
        if application is not None:
            code = application.identification_code
        new = application.new_identification_code if application is not None else None
        return ReceiptContent(
            occasion.kind,
            uow.holders.get(on_card.id_number) or on_card,
            occasion.at,
            self.clock.now().date(),
            card=_card(uow, code),
            new_card=_card(uow, new),
            e_card=_e_card(uow, on_card.id_number, new, code),
            claim=claim,
            loss=uow.temporary_losses.running(code) if code is not None else None,
            application=application,
            authorization=occasion.authorization,
        )


def _agent(content: ReceiptContent) -> Agent | None:
    """Whoever has filed for the holder takes the receipt."""
    applicant = content.application.applicant if content.application is not None else None
    if applicant is None or applicant.name is None or applicant.id_number is None:
        return None
    return Agent(applicant.name, applicant.id_number)


def _application(
    uow: UnitOfWork, case: Case, occasion: Occasion, id_number: str
) -> Application | None:
    """The application that the receipt is about; it must be this citizen's."""
    if occasion.kind is ReceiptKind.HAND_OVER:
        code = case.registered.identification_code if case.registered is not None else None
        filed = uow.applications.of_holder(id_number)
        return next((each for each in filed if each.new_identification_code == code), None)
    if occasion.application_id is None:
        return None
    found = uow.applications.get(occasion.application_id)
    if found is None or found.id_number != id_number:
        raise BrokenPromise("a receipt about somebody else than the citizen of the case")
    return found


def _card(uow: UnitOfWork, code: str | None) -> RegisteredCard | None:
    return uow.cards.get(code) if code is not None else None


def _e_card(uow: UnitOfWork, id_number: str, *codes: str | None) -> ECard | None:
    """The one of the first of these cards that has or had one: active, or the last that was."""
    for e_card in sorted(uow.e_cards.of_holder(id_number), key=lambda each: not each.is_active):
        if e_card.identification_code in codes:
            return e_card
    return None
