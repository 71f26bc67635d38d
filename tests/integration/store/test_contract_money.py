"""Contributions, pension accounts and statements: what every store promises (`services.ports`)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk_app.domain.contribution import Contribution, ContributionState, Insurance, MonthRange
from desk_app.domain.errors import UnknownPerson
from desk_app.domain.totals import PensionSum, contribution_sums, pension_sum
from desk_app.services.ports import Store
from tests.integration.store.samples import (
    AIZEMAITI,
    CHINA,
    OUYANG,
    contribution,
    pension_year,
    registered,
)

ALL_MONTHS = MonthRange(190001, 299912)


@pytest.fixture
def city(any_store: Store) -> Store:
    return registered(any_store)


def test_contributions_come_by_month_then_insurance_within_the_months_asked(city: Store) -> None:
    rows = [contribution(m, i) for m in (202412, 202501, 202502) for i in reversed(Insurance)]
    with city.begin() as uow:
        assert uow.contributions.add((OUYANG.id_number, row) for row in rows) == 12
        uow.commit()
    with city.begin(write=False) as uow:
        asked = uow.contributions.of_person(OUYANG.id_number, MonthRange(202412, 202501))
        assert asked == tuple(sorted(rows[:8]))
        assert all(type(row.insurance) is Insurance for row in asked)
        assert all(type(row.state) is ContributionState for row in asked)
        assert uow.contributions.of_person(AIZEMAITI.id_number, ALL_MONTHS) == ()
        assert uow.contributions.of_person("nobody", ALL_MONTHS) == ()


def test_months_on_record(city: Store) -> None:
    with city.begin() as uow:
        assert uow.contributions.months_on_record(OUYANG.id_number) is None
        uow.contributions.add((OUYANG.id_number, contribution(m)) for m in (202003, 199807))
        assert uow.contributions.months_on_record(OUYANG.id_number) == MonthRange(199807, 202003)


def test_a_renamed_employer_keeps_its_old_name_in_old_months(city: Store) -> None:
    before = contribution(202401)
    after = contribution(202402, employer_name="上海新名有限公司")
    with city.begin() as uow:
        uow.contributions.add((OUYANG.id_number, row) for row in (before, after))
        found = uow.contributions.of_person(OUYANG.id_number, ALL_MONTHS)
    assert found == (before, after)


def test_contributions_of_somebody_unknown_are_not_taken(city: Store) -> None:
    with city.begin() as uow, pytest.raises(UnknownPerson):
        uow.contributions.add(
            [(OUYANG.id_number, contribution(202401)), ("nobody", contribution(202401))]
        )
    with city.begin(write=False) as uow:
        assert uow.contributions.months_on_record(OUYANG.id_number) is None


months = st.builds(
    lambda year, month: year * 100 + month, st.integers(1992, 2026), st.integers(1, 12)
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
fen = st.integers(0, 10**12)
contributions = st.builds(
    Contribution,
    months,
    st.sampled_from(Insurance),
    words,
    words,
    fen,
    fen,
    fen,
    st.sampled_from(ContributionState),
)


@given(st.lists(contributions, max_size=30))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_of_rows_for_one_month_and_insurance_the_last_holds(
    city: Store, rows: list[Contribution]
) -> None:
    with city.begin() as uow:
        uow.contributions.add((OUYANG.id_number, row) for row in rows)
        found = uow.contributions.of_person(OUYANG.id_number, ALL_MONTHS)
    expected = {row[:2]: row for row in rows}
    assert found == tuple(expected[key] for key in sorted(expected))


def test_pension_years_come_oldest_first_and_are_corrected(city: Store) -> None:
    first, second = pension_year(2023), pension_year(2024, 717394)
    corrected = second._replace(interest_fen=5678)
    with city.begin() as uow:
        years = (second, first, corrected)
        assert uow.pension_accounts.add((OUYANG.id_number, year) for year in years) == 3
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.pension_accounts.of_person(OUYANG.id_number) == (first, corrected)
        assert uow.pension_accounts.of_person(AIZEMAITI.id_number) == ()


def test_statement_numbers_run_per_region_and_the_halls_own_day(city: Store) -> None:
    midnight = datetime(2026, 11, 24, 0, 5, tzinfo=CHINA)
    with city.begin() as uow:
        day_before = midnight - timedelta(minutes=10)
        assert uow.statements.next_serial("310000", day_before) == "310000-20261123-000001"
        assert uow.statements.next_serial("310000", midnight) == "310000-20261124-000001"
        assert uow.statements.next_serial("310000", midnight) == "310000-20261124-000002"
        assert uow.statements.next_serial("320000", midnight) == "320000-20261124-000001"
        uow.commit()
    with city.begin() as uow:
        assert uow.statements.next_serial("310000", midnight) == "310000-20261124-000003"


@pytest.mark.parametrize("first", [202401, 202403])
def test_the_database_adds_up_what_it_gives(city: Store, first: int) -> None:
    asked = MonthRange(first, 202404)
    rows = [
        contribution(month, insurance, employer_fen=month + insurance, personal_fen=insurance)
        for month in (202401, 202402, 202403, 202404)
        for insurance in (Insurance.PENSION, Insurance.WORK_INJURY)
    ]
    with city.begin() as uow:
        uow.contributions.add((OUYANG.id_number, row) for row in rows)
        uow.contributions.add([(AIZEMAITI.id_number, contribution(202402))])
        found = uow.contributions.sums(OUYANG.id_number, asked)
        assert found == contribution_sums(uow.contributions.of_person(OUYANG.id_number, asked))
        assert all(type(value) in (int, Insurance) for one in found for value in one)
        assert uow.contributions.sums("nobody", ALL_MONTHS) == ()


def test_the_database_adds_up_the_years_of_an_account(city: Store) -> None:
    with city.begin() as uow:
        assert uow.pension_accounts.sum(OUYANG.id_number) == PensionSum(0, 0, 0, 0, 0)
        years = [pension_year(2024), pension_year(2025)]
        uow.pension_accounts.add((OUYANG.id_number, year) for year in years)
        assert uow.pension_accounts.sum(OUYANG.id_number) == pension_sum(years)


def test_sums_beyond_thirty_two_bits_are_exact(city: Store) -> None:
    rows = [contribution(m, employer_fen=10**12 + 1, personal_fen=10**12) for m in (202401, 202402)]
    with city.begin() as uow:
        uow.contributions.add((OUYANG.id_number, row) for row in rows)
        (found,) = uow.contributions.sums(OUYANG.id_number, ALL_MONTHS)
    assert (found.employer_fen, found.personal_fen) == (2 * 10**12 + 2, 2 * 10**12)
