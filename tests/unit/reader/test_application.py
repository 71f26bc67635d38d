"""Selecting the application and reading its files, by ranges or, where a card cannot, one by one."""

import pytest

from desk_app.domain.errors import UnsupportedCard
from desk_app.reader.application import CARD_FILE, HOLDER_FILE, CardApplication
from tests.fakes.scripted_card import Exchange, ScriptedCard

SELECT = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
SELECTED: Exchange = (SELECT, "9000")
CODE = "0110310000D15600000500000107A5C3F019"
WHOLE = (
    f"{CODE} 020133 0304332E3030 040C915600000231000031000001"
    " 050420210301 060420310228 0709453930323134333758"
)


def test_a_card_without_the_application_is_not_ours() -> None:
    with ScriptedCard((SELECT, "6A82")) as card, pytest.raises(UnsupportedCard):
        CardApplication(card)


@pytest.mark.parametrize("word", ["6D00", "6E00", "6A86", "6985"])
def test_a_card_that_does_not_even_select_is_not_ours(word: str) -> None:
    with ScriptedCard((SELECT, word)) as card, pytest.raises(UnsupportedCard):
        CardApplication(card)


def test_a_locked_application_is_still_ours() -> None:
    with ScriptedCard((SELECT, "6283")) as card:
        assert CardApplication(card).algorithm is None


def test_one_command_reads_a_whole_file() -> None:
    with ScriptedCard(SELECTED, ("00B2012D00", WHOLE + "9000")) as card:
        values = CardApplication(card).read(CARD_FILE)
    assert values is not None
    assert list(values) == [1, 2, 3, 4, 5, 6, 7]


def test_a_file_that_ends_early_is_read_too() -> None:
    with ScriptedCard(SELECTED, ("00B2012D00", WHOLE + "6282")) as card:
        assert CardApplication(card).read(CARD_FILE)


def test_the_holder_file_stays_closed_until_the_card_opens_it() -> None:
    with ScriptedCard(SELECTED, ("00B2013500", "6982")) as card:
        assert CardApplication(card).read(HOLDER_FILE) is None


@pytest.mark.parametrize("word", ["6A81", "6A86", "6700", "6D00"])
def test_a_card_without_ranges_is_read_record_by_record(word: str) -> None:
    """By identifier and with the length that each record should have; 6 and 7 are not on this card."""
    with ScriptedCard(
        SELECTED,
        ("00B2012D00", word),
        ("00B2012812", CODE + "9000"),
        ("00B2022803", "020133 9000"),
        ("00B2032806", "0304332E3030 9000"),
        ("00B204280E", "040C915600000231000031000001 9000"),
        ("00B2052806", "050420210301 9000"),
        ("00B2062806", "6A83"),
        ("00B207280B", "6A88"),
        ("00B2083014", "6982"),
    ) as card:
        application = CardApplication(card)
        values = application.read(CARD_FILE)
        assert application.read(HOLDER_FILE) is None
    assert values is not None
    assert list(values) == [1, 2, 3, 4, 5]


def test_a_card_without_short_identifiers_has_its_file_selected_once() -> None:
    with ScriptedCard(
        SELECTED,
        ("00B2012D00", "6A82"),
        ("00B2012812", "6A82"),
        ("00A4020002EF05", "9000"),
        ("00B2010012", CODE + "9000"),
        ("00B2020003", "020133 9000"),
        ("00B2030006", "6A83"),
        ("00B204000E", "6A83"),
        ("00B2050006", "6A83"),
        ("00B2060006", "6A83"),
        ("00B207000B", "6A83"),
        ("00A4020002EF06", "9000"),
        ("00B2080014", "6982"),
    ) as card:
        application = CardApplication(card)
        values = application.read(CARD_FILE)
        assert application.read(HOLDER_FILE) is None
    assert values is not None
    assert list(values) == [1, 2]


@pytest.mark.parametrize("first", ["0304332E 9000", "6700"])
def test_a_record_longer_than_it_should_be_is_read_whole(first: str) -> None:
    with ScriptedCard(
        SELECTED,
        ("00B2012D00", "6A81"),
        ("00B2012812", CODE + "9000"),
        ("00B2022803", "6A83"),
        ("00B2032806", first),
        ("00B2032800", "0306332E30302020 9000"),
        ("00B204280E", "6A83"),
        ("00B2052806", "6A83"),
        ("00B2062806", "6A83"),
        ("00B207280B", "6A83"),
    ) as card:
        values = CardApplication(card).read(CARD_FILE)
    assert values is not None
    assert values[3] == b"3.00  "


def test_a_range_that_is_cut_short_is_completed_record_by_record() -> None:
    with ScriptedCard(
        SELECTED,
        ("00B2012D00", CODE + "0201 9000"),
        ("00B2022803", "020133 9000"),
        ("00B2032806", "6A83"),
        ("00B204280E", "6A83"),
        ("00B2052806", "6A83"),
        ("00B2062806", "6A83"),
        ("00B207280B", "6A83"),
    ) as card:
        values = CardApplication(card).read(CARD_FILE)
    assert values is not None
    assert values[1] is not None
    assert values[2] == b"3"
