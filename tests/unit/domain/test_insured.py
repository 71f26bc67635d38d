"""What the insured certificate says: state now, first and last month, months that count, employer now."""

import pytest

from desk_app.domain.contribution import Contribution, ContributionState, Insurance
from desk_app.domain.insured import EmployerNow, Standing, employer_now, insured

PAID, OWED = ContributionState.PAID, ContributionState.OWED
TRANSFERRED = ContributionState.TRANSFERRED_IN


def row(
    month: int,
    insurance: Insurance = Insurance.PENSION,
    state: ContributionState = PAID,
    employer: str = "1",
) -> Contribution:
    return Contribution(
        month, insurance, employer, f"公司{employer}", 1_000_000, 160_000, 80_000, state
    )


def test_nobody_is_in_an_insurance_without_a_month() -> None:
    found = insured([], 202611)
    assert [each.insurance for each in found] == list(Insurance)
    assert {(each.standing, each.first, each.last, each.months) for each in found} == {
        (Standing.NEVER, None, None, 0)
    }


@pytest.mark.parametrize(
    ("last", "state", "standing"),
    [
        (202611, PAID, Standing.INSURED),
        (202610, PAID, Standing.INSURED),
        (202609, PAID, Standing.INSURED),
        (202608, PAID, Standing.STOPPED),
        (202610, OWED, Standing.OWING),
        (202608, OWED, Standing.STOPPED),
        (202610, TRANSFERRED, Standing.INSURED),
    ],
)
def test_the_last_month_on_record_says_how_an_insurance_stands(
    last: int, state: ContributionState, standing: Standing
) -> None:
    pension = insured([row(last, state=state)], 202611)[0]
    assert (pension.standing, pension.first, pension.last) == (standing, last, last)


def test_two_months_over_the_turn_of_a_year_are_two_months() -> None:
    assert insured([row(202511)], 202601)[0].standing is Standing.INSURED
    assert insured([row(202510)], 202601)[0].standing is Standing.STOPPED


def test_months_count_once_and_only_when_they_are_paid_or_transferred() -> None:
    rows = [
        row(202501),
        row(202501, employer="2"),
        row(202502, state=OWED),
        row(202503, state=TRANSFERRED),
        row(202503, Insurance.MEDICAL),
    ]
    pension, medical, *_ = insured(rows, 202503)
    assert (pension.first, pension.last, pension.months) == (202501, 202503, 2)
    assert (medical.first, medical.months) == (202503, 1)


def test_the_employer_now_is_the_one_of_the_last_months_without_a_gap() -> None:
    rows = [row(m, employer="2") for m in (202509, 202511, 202512, 202601)]
    assert employer_now(rows, 202602) == EmployerNow("2", "公司2", 202511)
    assert employer_now([row(202510, employer="1"), *rows[1:]], 202602) == EmployerNow(
        "2", "公司2", 202511
    )


@pytest.mark.parametrize("rows", [[], [row(202510)]])
def test_there_is_no_employer_now_without_a_recent_month(rows: list[Contribution]) -> None:
    assert employer_now(rows, 202602) is None
