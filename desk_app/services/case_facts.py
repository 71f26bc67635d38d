"""What the store has of a case's card by now, gathered in one place for every service that shows it."""

from __future__ import annotations

from dataclasses import replace

from desk_app.domain.application import Application
from desk_app.domain.card import RegisteredCard
from desk_app.domain.outbox import OutboxKind
from desk_app.domain.visit import Case
from desk_app.services.ports import UnitOfWork
from desk_app.services.trail import subject_of


def with_facts(uow: UnitOfWork, case: Case, identification_code: str | None) -> Case:
    """The case with the card's entry in the register, its e-card, its temporary loss, the open application,
    and what the citizen has not been told yet. In a unit of work that writes, the card is held by it."""
    if identification_code is None:
        return replace(case, outcome=_untold(uow, subject_of(case)))
    registered = uow.cards.get(identification_code)
    case = replace(
        case,
        registered=registered,
        e_card=uow.e_cards.active_of_card(identification_code),
        binding_pending=_binding_pending(uow, identification_code),
        temporary_loss=uow.temporary_losses.running(identification_code),
        application=_open(uow, registered),
    )
    return replace(case, outcome=_untold(uow, subject_of(case)))


def _binding_pending(uow: UnitOfWork, identification_code: str) -> bool:
    return any(
        entry.request.kind is OutboxKind.ISSUE_E_CARD
        and entry.identification_code == identification_code
        for entry in uow.outbox.pending(identification_code)
    )


def _open(uow: UnitOfWork, registered: RegisteredCard | None) -> Application | None:
    """The open application about the card, or the one that it was made for."""
    if registered is None:
        return None
    found = uow.applications.open_of_card(registered.identification_code)
    if found is None and registered.replaces is not None:
        old = uow.applications.open_of_card(registered.replaces)
        made_for = old is not None and (
            old.new_identification_code == registered.identification_code
        )
        return old if made_for else None
    return found


def _untold(uow: UnitOfWork, id_number: str | None) -> Application | None:
    """The last decision that the citizen does not know of."""
    if id_number is None:
        return None
    decided = (one for one in uow.applications.of_holder(id_number) if one.decision is not None)
    return next((one for one in decided if one.told_at is None), None)
