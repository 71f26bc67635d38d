"""Check characters: GB 11643 and the card number."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain import numbers

# A number on the blank region code 000000, so that it is nobody's.
NOBODY = "00000019880229000"


def test_the_check_character_makes_a_number_valid_and_any_other_does_not() -> None:
    right = numbers.id_check_character(NOBODY)

    assert numbers.is_valid_id_number(NOBODY + right)
    for wrong in set("0123456789X") - {right}:
        assert not numbers.is_valid_id_number(NOBODY + wrong)


def test_the_standards_example_number_has_the_check_character_x() -> None:
    # GB 11643-1999, annex: 11010519491231002X.
    assert numbers.id_check_character("11010519491231002") == "X"


@pytest.mark.parametrize("number", ["", "1", "0" * 18, "00000019880230000X", "x" * 18, "０" * 18])
def test_what_is_no_number_is_not_valid(number: str) -> None:
    assert not numbers.is_valid_id_number(number)


def test_a_birth_date_that_never_was_is_none() -> None:
    assert numbers.birth_date_of("00000019890229000X") is None
    assert numbers.birth_date_of("00000019880229000X") is not None


def test_the_contracts_example_card_number_is_valid() -> None:
    assert numbers.is_valid_card_number("E9021437X")
    assert not numbers.is_valid_card_number("E90214371")


@given(st.text(string.digits + string.ascii_uppercase, min_size=8, max_size=8))
def test_a_card_number_with_its_own_check_character_is_valid(first8: str) -> None:
    right = numbers.card_check_character(first8)

    assert len(right) == 1
    assert numbers.is_valid_card_number(first8 + right)
    wrong = "1" if right != "1" else "2"
    assert not numbers.is_valid_card_number(first8 + wrong)
