"""What the store has of a case's card by now, gathered in one place for every service that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from desk_app.domain.activation import verify
from desk_app.domain.application import Application
from desk_app.domain.card import RegisteredCard
from desk_app.domain.errors import NotPossible
from desk_app.domain.outbox import OutboxKind
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case
from desk_app.services.ports import UnitOfWork
from desk_app.services.trail import subject_of


def with_facts(uow: UnitOfWork, case: Case, identification_code: str | None) -> Case:
    """The case with the card's entry in the register, its e-card, its temporary loss, the open application,
    and what the citizen has not been told yet. In a unit of work that writes, the card is held by it."""
    if identification_code is None:
        return replace(case, outcome=_untold(uow, subject_of(case)))
    registered = uow.cards.get(identification_code)
    # What is pending first: another counter puts the e-card there and settles its issue in one transaction,
    # and between two looks in the other order neither would be seen.
    pending = _binding_pending(uow, identification_code)
    case = replace(
        case,
        registered=registered,
        e_card=uow.e_cards.active_of_card(identification_code),
        binding_pending=pending,
        temporary_loss=uow.temporary_losses.running(identification_code),
        application=_open(uow, registered),
    )
    return replace(case, outcome=_untold(uow, subject_of(case)))


def judged(case: Case, today: date) -> Case:
    """The case with the five conditions as they are by what it says now; unchanged without a card."""
    if case.reading is None:
        return case
    return replace(case, verdict=verify(case.reading, case.registered, today))


def require_still(uow: UnitOfWork, case: Case, verb: Verb) -> None:
    """The verb, which was possible on what was shown, must be so in the case as it is now. Raises NotPossible
    with when and at which window somebody else was first."""
    try:
        require(case, verb)
    except NotPossible as late:
        late.at, late.window = max(_changes(uow, case), default=(None, ""))
        raise


def _changes(uow: UnitOfWork, case: Case) -> list[tuple[datetime, str]]:
    """When, and at which window, things were done that may stand in a verb's way."""
    found = []
    if case.application is not None:
        found.append((case.application.filed_at, case.application.window))
        if case.application.decision is not None:
            found.append((case.application.decision.at, case.application.decision.window))
    if case.temporary_loss is not None:
        found.append((case.temporary_loss.started_at, case.temporary_loss.window))
    if case.registered is not None:
        told = uow.outbox.last(case.registered.identification_code, *OutboxKind)
        if told is not None:
            found.append((told.created_at, told.asker.window))
    return found


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
