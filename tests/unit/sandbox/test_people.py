"""The demo city's people: plausible, valid, different, and nobody."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_app.domain.card import CardState
from desk_app.domain.contribution import Contribution, ContributionState, Insurance
from desk_app.domain.numbers import birth_date_of, is_valid_card_number, is_valid_id_number
from desk_app.sandbox import careers, identities
from desk_app.sandbox.careers import FIRST_MONTH, LAST_MONTH
from desk_app.sandbox.names import NAME_BYTES, RARE
from desk_app.sandbox.people import COUNT, generate, people, person

EVERYBODY = people() + tuple(generate(200, seed=7))
UNASSIGNED_AREAS = {"310198", "310199"}


def test_numbers_are_valid_and_belong_to_nobody() -> None:
    for one in EVERYBODY:
        number = one.holder.id_number
        if one.key == "foreigner":
            assert number.startswith("XAA")
        else:
            assert is_valid_id_number(number)
            assert number[:6] in UNASSIGNED_AREAS
            assert birth_date_of(number) == one.holder.birth_date
            assert one.holder.sex == ("1" if int(number[16]) % 2 else "2")
        for card in one.cards:
            assert re.fullmatch(r"310000D156000005\d{8}[0-9A-F]{8}", card.identification_code)
            assert is_valid_card_number(card.card_number)
            assert (card.id_number, card.name) == (number, one.holder.name)


def test_names_fit_on_the_card_and_come_back_exactly() -> None:
    for one in EVERYBODY:
        encoded = one.holder.name.encode("gb18030")
        assert len(encoded) <= NAME_BYTES
        assert encoded.decode("gb18030") == one.holder.name


def test_nobody_is_there_twice() -> None:
    cards = [card for one in EVERYBODY for card in one.cards]
    assert len(people()) == COUNT
    assert len({one.holder.id_number for one in EVERYBODY}) == len(EVERYBODY)
    assert len({one.key for one in EVERYBODY}) == len(EVERYBODY)
    assert len({card.identification_code for card in cards}) == len(cards)
    assert len({card.card_number for card in cards}) == len(cards)


def test_the_same_people_every_time() -> None:
    assert people() == people()
    assert list(generate(20, seed=3)) == list(generate(20, seed=3))
    assert list(generate(20, seed=3)) != list(generate(20, seed=4))


def test_all_sorts_of_people() -> None:
    assert {one.holder.sex for one in people()} == {"1", "2"}
    assert len({one.holder.ethnicity for one in people()}) >= 8
    assert {one.cards[0].state for one in people()} == set(CardState)


def test_rare_characters_come_from_all_extensions() -> None:
    blocks = {"A": 0x3400, "B": 0x20000, "C": 0x2A700, "D": 0x2B740, "E": 0x2B820, "F": 0x2CEB0}
    blocks |= {"G": 0x30000, "": 0x31350}
    found = {
        letter
        for (letter, first), (_, after) in pairwise(blocks.items())
        if any(first <= ord(c) < after for c in RARE)
    }
    assert found == set("ABCDEFG")


@settings(max_examples=20)
@given(st.integers())
def test_any_seed_gives_valid_different_people(seed: int) -> None:
    some = list(generate(30, seed))
    assert len({one.holder.id_number for one in some}) == 30
    assert all(is_valid_id_number(one.holder.id_number) for one in some)


@given(st.integers(0, 99_999_999))
def test_card_numbers_have_their_check_character(serial: int) -> None:
    assert is_valid_card_number(identities.card_number(serial))


# --- what is on record ----------------------------------------------------------------------------


def test_the_pension_account_follows_from_the_contributions() -> None:
    for one in EVERYBODY:
        credited: dict[int, list[int]] = {}
        for row in one.contributions():
            if row.insurance is Insurance.PENSION and row.state is not ContributionState.OWED:
                credited.setdefault(row.month // 100, []).append(row.personal_fen)
        years = list(one.pension_years())
        assert {y.year for y in years} >= set(credited)
        total = 0
        for year in years:
            total += year.months
            assert year.credited_fen == sum(credited.get(year.year, []))
            assert year.months == len(credited.get(year.year, []))
            assert year.months_total == total
            assert year.closing_fen == year.opening_fen + year.credited_fen + year.interest_fen
        for before, after in pairwise(years):
            assert (after.year, after.opening_fen) == (before.year + 1, before.closing_fen)


def test_months_come_in_order_once_and_with_all_insurances() -> None:
    for one in EVERYBODY:
        keys = [(row.month, row.insurance) for row in one.contributions()]
        assert keys == sorted(set(keys))
        assert len(keys) == 4 * len({month for month, _ in keys})
        assert all(FIRST_MONTH <= month <= LAST_MONTH for month, _ in keys)


def shares(row: Contribution) -> tuple[Insurance, int, int]:
    return row.insurance, row.employer_fen, row.personal_fen


def test_amounts_of_a_month_at_the_ceiling_of_2026() -> None:
    """37 731 yuan: 16 and 8, 9 and 2, 0.5 and 0.5 percent."""
    last = [row for row in person("damaged").contributions() if row.month == 202610]
    assert {row.base_fen for row in last} == {3_773_100}
    assert [shares(row) for row in last] == [
        (Insurance.PENSION, 603_696, 301_848),
        (Insurance.MEDICAL, 339_579, 75_462),
        (Insurance.UNEMPLOYMENT, 18_866, 18_866),
        (Insurance.WORK_INJURY, 9_810, 0),
    ]


def test_amounts_of_a_month_at_the_floor() -> None:
    """7546 yuan; half a fen is rounded up."""
    only = list(person("one_month").contributions())
    assert {row.base_fen for row in only} == {754_600}
    pension, _, unemployment, _ = map(shares, only)
    assert pension == (Insurance.PENSION, 120_736, 60_368)
    assert unemployment == (Insurance.UNEMPLOYMENT, 3_773, 3_773)


@pytest.mark.parametrize("year", range(1996, 2027))
def test_bases_stay_between_floor_and_ceiling(year: int) -> None:
    floor, ceiling = careers.base_bounds(year)
    assert 0 < floor < ceiling
    for one in EVERYBODY:
        for row in one.contributions():
            if row.month // 100 == year:
                assert floor * 100 <= row.base_fen <= ceiling * 100


def test_bounds_are_the_published_ones_and_grow() -> None:
    assert careers.base_bounds(2024) == (7384, 36921)
    bounds = [careers.base_bounds(year) for year in range(1996, 2027)]
    assert bounds == sorted(bounds)


def months_of(key: str) -> int:
    return sum(1 for row in person(key).contributions() if row.insurance is Insurance.PENSION)


def test_records_of_nothing_one_month_and_thirty_years() -> None:
    assert months_of("nothing") == 0
    assert list(person("nothing").pension_years()) == []
    assert months_of("one_month") == 1
    assert months_of("thirty_years") == 360


def test_the_usual_citizen_has_everything_that_can_be_on_record() -> None:
    rows = list(person("good").contributions())
    assert {row.state for row in rows} == set(ContributionState)
    assert len({row.employer_number for row in rows}) == 4
    assert max(len(row.employer_name) for row in rows) > 60
    recorded = sorted({row.month for row in rows})
    assert any(careers.after(a, 1) != b for a, b in pairwise(recorded)), "a gap"


@given(st.integers(190001, 209912).filter(lambda m: 1 <= m % 100 <= 12), st.integers(-300, 300))
def test_months_can_be_counted_on_and_back(month: int, count: int) -> None:
    later = careers.after(month, count)
    assert careers.after(later, -count) == month
    assert len(list(careers.months(month, later))) == max(count + 1, 0)
