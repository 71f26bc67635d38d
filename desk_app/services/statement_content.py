"""What a statement says, put together from the store, and its sums checked against the store's own."""

from __future__ import annotations

from datetime import date

from desk_app.domain.contribution import Contribution, MonthRange, PensionYear
from desk_app.domain.errors import TotalsDiffer, UnknownPerson
from desk_app.domain.statement import Overview, StatementContent, StatementRequest
from desk_app.domain.totals import account_agrees, contributions_agree
from desk_app.domain.visit import Case
from desk_app.services.ports import UnitOfWork

_LOOKS = 2
"""An import may be committed between two reads: only what differs twice is wrong."""


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
    number = case.holder.id_number
    return StatementContent.of_record(
        request.kind,
        uow.holders.get(number) or case.holder,
        request.months,
        _contributions(uow, number, request.months),
        _account(uow, number),
        today,
        case.registered.card_number if case.registered is not None else None,
        overview,
    )


def _contributions(uow: UnitOfWork, number: str, months: MonthRange) -> tuple[Contribution, ...]:
    for _ in range(_LOOKS):
        rows = uow.contributions.of_person(number, months)
        if contributions_agree(rows, uow.contributions.sums(number, months)):
            return rows
    raise TotalsDiffer("contributions")


def _account(uow: UnitOfWork, number: str) -> tuple[PensionYear, ...]:
    for _ in range(_LOOKS):
        years = uow.pension_accounts.of_person(number)
        if account_agrees(years, uow.pension_accounts.sum(number)):
            return years
    raise TotalsDiffer("pension_account")
