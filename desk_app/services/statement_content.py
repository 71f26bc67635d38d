"""What a statement says, put together from the store, and its sums checked against the store's own."""

from __future__ import annotations

from datetime import date

from desk_app.domain.errors import TotalsDiffer, UnknownPerson
from desk_app.domain.statement import Overview, StatementContent, StatementRequest
from desk_app.domain.totals import adds_up, contribution_sums, pension_sum
from desk_app.domain.visit import Case
from desk_app.services.ports import UnitOfWork


def composed(
    uow: UnitOfWork,
    today: date,
    case: Case,
    request: StatementRequest,
    overview: Overview | None = None,
) -> StatementContent:
    """The content that is asked for, as things are today. Raises UnknownPerson, TotalsDiffer."""
    if case.holder is None:
        raise UnknownPerson
    number, months = case.holder.id_number, request.months
    first, last = months.first // 100, months.last // 100
    history = uow.pension_accounts.of_person(number)
    contributions = uow.contributions.of_person(number, months)
    if contribution_sums(contributions) != uow.contributions.sums(number, months):
        # An import may have been committed in between: only what differs twice is wrong.
        contributions = uow.contributions.of_person(number, months)
        if contribution_sums(contributions) != uow.contributions.sums(number, months):
            raise TotalsDiffer("contributions")
    if not adds_up(history) or pension_sum(history) != uow.pension_accounts.sum(number):
        history = uow.pension_accounts.of_person(number)
        if not adds_up(history) or pension_sum(history) != uow.pension_accounts.sum(number):
            raise TotalsDiffer("pension_account")
    return StatementContent(
        request.kind,
        uow.holders.get(number) or case.holder,
        months,
        contributions,
        tuple(year for year in history if first <= year.year <= last),
        today,
        case.registered.card_number if case.registered is not None else None,
        tuple(year for year in history if year.year <= last),
        overview,
    )
