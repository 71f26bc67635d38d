"""The figures of a statement: every sum is over exactly the lines that are printed."""

from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.contribution import Contribution, ContributionState, Insurance
from desk_app.print.figures import Figures, figures_of

PAID, OWED = ContributionState.PAID, ContributionState.OWED


def row(
    month: int = 202501, insurance: Insurance = Insurance.PENSION, **changes: object
) -> Contribution:
    plain = Contribution(month, insurance, "99000001", "示例公司", 1_000_000, 160_000, 80_000, PAID)
    return plain._replace(**changes)


def lines(figures: Figures) -> list[tuple[int, int, ContributionState]]:
    return [
        (line.month, line.base, line.state)
        for year in figures.years.values()
        for employment in year.employments.values()
        for line in employment.lines
    ]


def test_four_insurances_of_a_month_are_one_line() -> None:
    assert lines(figures_of([row(insurance=insurance) for insurance in Insurance])) == [
        (202501, 1_000_000, PAID)
    ]


def test_a_base_or_a_state_of_its_own_is_a_line_of_its_own() -> None:
    figures = figures_of(
        [
            row(),
            row(insurance=Insurance.MEDICAL, base_fen=900_000),
            row(insurance=Insurance.UNEMPLOYMENT, state=OWED),
        ]
    )
    assert lines(figures) == [
        (202501, 1_000_000, PAID),
        (202501, 900_000, PAID),
        (202501, 1_000_000, OWED),
    ]


def test_a_second_payment_for_the_same_month_is_neither_merged_nor_lost() -> None:
    figures = figures_of([row(), row(employer_fen=1)])
    assert len(lines(figures)) == 2
    assert figures.account.total.together.employer == 160_001
    assert len(figures.months[Insurance.PENSION, PAID]) == 1


def test_work_injury_has_no_personal_share() -> None:
    figures = figures_of([row(insurance=Insurance.WORK_INJURY, personal_fen=0)])
    assert figures.account.total.amounts[Insurance.WORK_INJURY].personal is None


def test_a_share_of_nothing_is_not_a_missing_share() -> None:
    assert figures_of([row(personal_fen=0)]).account.total.amounts[Insurance.PENSION].personal == 0


def test_what_is_owed_is_told_apart_from_what_is_paid() -> None:
    figures = figures_of([row(), row(month=202502, state=OWED, personal_fen=1)])
    parts = figures.account.parts
    assert parts[PAID].together.personal == 80_000
    assert parts[OWED].together.personal == 1
    assert figures_of([row()]).account.parts == {}


contribution = st.builds(
    row,
    month=st.sampled_from([202411, 202412, 202501]),
    insurance=st.sampled_from(Insurance),
    employer_number=st.sampled_from(["1", "2"]),
    base_fen=st.integers(0, 2),
    employer_fen=st.integers(0, 10**9),
    personal_fen=st.integers(0, 10**9),
    state=st.sampled_from(ContributionState),
)


@given(st.lists(contribution).map(lambda rows: sorted(rows, key=lambda r: (r.month, r.insurance))))
def test_nothing_is_counted_twice_or_dropped(rows: list[Contribution]) -> None:
    figures = figures_of(rows)
    total = figures.account.total.together
    assert total.employer == sum(r.employer_fen for r in rows)
    assert (total.personal or 0) == sum(r.personal_fen for r in rows)
    printed = [
        amounts
        for year in figures.years.values()
        for employment in year.employments.values()
        for line in employment.lines
        for amounts in line.amounts.values()
    ]
    assert sum(amounts.all for amounts in printed) == total.all
    years = [year.account.total.together.all for year in figures.years.values()]
    parts = [part.together.all for part in figures.account.by_state.values()]
    assert sum(years) == sum(parts) == total.all
