"""A statement's sums are those of the store, or there is no statement."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from desk_app.domain.contribution import Contribution, ContributionState, Insurance, PensionYear
from desk_app.domain.errors import TotalsDiffer, UnknownPerson
from desk_app.domain.holder import Holder
from desk_app.domain.statement import ALL_MONTHS, StatementContent, StatementKind, StatementRequest
from desk_app.domain.totals import ContributionSum, PensionSum
from desk_app.services.statement_content import composed
from tests.fakes.cases import case
from tests.fakes.store import FakeStore

NUMBER = case().holder.id_number  # type: ignore[union-attr]
REQUEST = StatementRequest(StatementKind.PENSION_ACCOUNT, NUMBER, ALL_MONTHS)
YEARS = (
    PensionYear(2024, 0, 12, 100, 5, 105, 12),
    PensionYear(2025, 105, 12, 100, 7, 212, 24),
)


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    month = Contribution(
        202501, Insurance.PENSION, "1", "公司", 1000, 160, 80, ContributionState.PAID
    )
    with store.begin() as uow:
        uow.holders.put(Holder(NUMBER, "测试人"))
        uow.contributions.add([(NUMBER, month)])
        uow.pension_accounts.add((NUMBER, year) for year in YEARS)
        uow.commit()
    return store


def compose(
    store: FakeStore, change: Callable[[Any], None] = lambda _uow: None, **request: Any
) -> StatementContent:
    with store.begin() as uow:
        change(uow)
        return composed(uow, date(2026, 11, 23), case(), request.get("request", REQUEST))


def test_a_statement_has_the_months_and_the_years_up_to_its_last_one(store: FakeStore) -> None:
    content = compose(store)
    assert len(content.contributions) == 1
    assert content.pension_years == content.account_history == YEARS
    assert content.holder.name == "测试人"


def test_somebody_who_is_not_known_has_no_statement(store: FakeStore) -> None:
    with store.begin() as uow, pytest.raises(UnknownPerson):
        composed(uow, date(2026, 11, 23), replace(case(), holder=None), REQUEST)


def test_months_that_do_not_amount_to_the_store_s_sum_are_refused(store: FakeStore) -> None:
    def one_fen_more(uow: Any) -> None:
        uow.contributions.sums = lambda *_: (ContributionSum(Insurance.PENSION, 1, 161, 80),)

    with pytest.raises(TotalsDiffer) as refused:
        compose(store, one_fen_more)
    assert refused.value.part == "contributions"


def test_a_row_that_is_missing_is_noticed_even_if_it_amounts_to_nothing(store: FakeStore) -> None:
    def one_row_more(uow: Any) -> None:
        uow.contributions.sums = lambda *_: (ContributionSum(Insurance.PENSION, 2, 160, 80),)

    with pytest.raises(TotalsDiffer):
        compose(store, one_row_more)


def test_what_an_import_changed_between_two_looks_is_looked_at_again(store: FakeStore) -> None:
    def changed_in_between(uow: Any) -> None:
        right, told = uow.contributions.sums, iter([()])
        uow.contributions.sums = lambda *asked: next(told, None) or right(*asked)

    assert len(compose(store, changed_in_between).contributions) == 1


@pytest.mark.parametrize(
    "year",
    [
        PensionYear(2025, 105, 12, 100, 7, 213, 24),
        PensionYear(2025, 106, 12, 100, 7, 212, 24),
    ],
)
def test_an_account_that_does_not_add_up_is_refused(store: FakeStore, year: PensionYear) -> None:
    def wrong(uow: Any) -> None:
        uow.pension_accounts.add([(NUMBER, year)])

    with pytest.raises(TotalsDiffer) as refused:
        compose(store, wrong)
    assert refused.value.part == "pension_account"


def test_an_account_that_the_store_adds_up_otherwise_is_refused(store: FakeStore) -> None:
    def other(uow: Any) -> None:
        uow.pension_accounts.sum = lambda _number: PensionSum(3, 24, 200, 12, 212)

    with pytest.raises(TotalsDiffer):
        compose(store, other)
