"""The emulated card answers every command as the card contract has it, and refuses every other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.sandbox import catalogue
from desk_app.sandbox.card import EXTERNAL_TRIES, EmulatedCard
from desk_app.sandbox.catalogue import Variant, image
from desk_app.sandbox.crypto import DIVERSIFIER, external_cryptogram

SELECT = "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF"
EF05 = (
    "0110310000D15600000500000107A5C3F019 020133 0304332E3030 040C915600000231000031000001"
    "050420210301 060420310228 0709453930323134333758"
)
EF06 = (
    "0812333130313939313938383032323939303231"
    f"091EC5B7D1F4BEB2E2F9{'00' * 22} 4E14{'00' * 20} 0A0132 0B0101 0C03310101 0D0419880229"
)
FACTOR = "8877665544332211"


class Terminal:
    """Speaks to a card in hexadecimal."""

    def __init__(self, card: EmulatedCard) -> None:
        self.card = card

    def send(self, command: str) -> str:
        return self.card.transmit(bytes.fromhex(command)).hex().upper()

    def reset(self) -> None:
        self.card.reset()

    def open(self) -> str:
        """Select, and authenticate with key 0A."""
        self.send(SELECT)
        challenge = bytes.fromhex(self.send("0084000008"))[:8]
        return self.send(f"0082000A10 {self.cryptogram(challenge)} {FACTOR}")

    def cryptogram(self, challenge: bytes) -> str:
        diversifier = self.card.atr[DIVERSIFIER]
        return external_cryptogram(diversifier, bytes.fromhex(FACTOR), challenge).hex()


def terminal(variant: Variant = Variant.GOOD) -> Terminal:
    return Terminal(EmulatedCard(image(variant)))


def plain(hexadecimal: str) -> str:
    return hexadecimal.replace(" ", "")


# --- selecting ------------------------------------------------------------------------------------


def test_atr_is_the_contracts_for_serial_107() -> None:
    assert terminal().card.atr.hex().upper() == "3B6D0000" + "00814A44468660310000000107"


def test_select_names_application_and_algorithm() -> None:
    fci = "6F1C 840F 7378312E73682EC9E7BBE1B1A3D5CF A509 88011E 9F0C03 860103"
    assert terminal().send(SELECT) == plain(fci) + "9000"
    assert terminal().send(SELECT + "00") == plain(fci) + "9000"


@pytest.mark.parametrize("old", [Variant.GENERATION_1, Variant.GENERATION_2])
def test_older_generations_name_no_algorithm(old: Variant) -> None:
    answer = terminal(old).send(SELECT)
    assert "860" not in answer[36:]
    assert answer.endswith("9000")


def test_other_applications_are_not_found() -> None:
    assert terminal().send("00A4040005 A000000003") == "6A82"
    assert terminal().send("00A404000E 7378312E73682EC9E7BBE1B1A3D5") == "6A82"


def test_files_are_found_in_the_application_only() -> None:
    desk = terminal()
    assert desk.send("00A4020002EF05") == "6A82"
    desk.send(SELECT)
    assert desk.send("00A4020002EF05") == "9000"
    assert desk.send("00A4020002EF06") == "9000"
    assert desk.send("00A4020002EF07") == "6A82"


# --- reading --------------------------------------------------------------------------------------


def test_the_contracts_example_card() -> None:
    desk = terminal()
    desk.open()
    assert desk.send("00B2012D00") == plain(EF05) + "9000"
    assert desk.send("00B2013500") == plain(EF06) + "9000"


def test_range_from_a_later_record() -> None:
    desk = terminal()
    desk.send(SELECT)
    assert desk.send("00B2062D00") == plain("060420310228 0709453930323134333758") + "9000"
    assert desk.send("00B2082D00") == "6A83"


def test_range_of_the_selected_file() -> None:
    desk = terminal()
    desk.send(SELECT)
    desk.send("00A4020002EF05")
    assert desk.send("00B2010500") == plain(EF05) + "9000"


def test_record_by_identifier_with_and_without_short_file_identifier() -> None:
    desk = terminal()
    desk.open()
    assert desk.send("00B2072800") == "07094539303231343337589000"
    desk.send("00A4020002EF05")
    assert desk.send("00B2070000") == "07094539303231343337589000"
    assert desk.send("00B2070011") == "6C0B"
    assert desk.send("00B207000B") == "07094539303231343337589000"
    assert desk.send("00B2080000") == "6A83"
    desk.send("00A4020002EF06")
    assert desk.send("00B20A0003") == "0A01329000"
    assert desk.send("00B20A3003") == "0A01329000"


@pytest.mark.parametrize(
    ("variant", "third", "fourth"),
    [
        (Variant.GENERATION_1, "0A", "0B"),
        (Variant.GENERATION_2, "4E", "0A"),
        (Variant.GOOD, "4E", "0A"),
    ],
)
def test_record_by_number_depends_on_the_generation(
    variant: Variant, third: str, fourth: str
) -> None:
    desk = terminal(variant)
    desk.open()
    assert desk.send("00B2033400").startswith(third)
    assert desk.send("00B2043400").startswith(fourth)


def test_no_record_zero_nor_after_the_last() -> None:
    desk = terminal()
    desk.send(SELECT)
    assert desk.send("00B2002C00") == "6A83"
    assert desk.send("00B2072C00").startswith("0709")
    assert desk.send("00B2082C00") == "6A83"


def test_reading_needs_a_file() -> None:
    desk = terminal()
    assert desk.send("00B2012D00") == "6A82"
    desk.send(SELECT)
    assert desk.send("00B2010500") == "6986"
    assert desk.send("00B2013D00") == "6A82"


def test_a_card_without_ranges_reads_single_records() -> None:
    desk = terminal(Variant.NO_RANGE)
    desk.open()
    assert desk.send("00B2012D00") == "6A81"
    assert desk.send("00B2013500") == "6A81"
    assert desk.send("00B2012C00").startswith("0110")
    assert desk.send("00B2083000").startswith("0812")


# --- EF06 is guarded ------------------------------------------------------------------------------


@pytest.mark.parametrize("read", ["00B2013500", "00B2013400", "00B2083000"])
def test_holder_data_of_the_third_generation_is_closed(read: str) -> None:
    desk = terminal()
    desk.send(SELECT)
    assert desk.send(read) == "6982"
    assert desk.open() == "9000"
    assert desk.send(read).endswith("9000")


def test_selecting_the_file_does_not_open_it() -> None:
    desk = terminal()
    desk.send(SELECT)
    assert desk.send("00A4020002EF06") == "9000"
    assert desk.send("00B2080000") == "6982"


@pytest.mark.parametrize("old", [Variant.GENERATION_1, Variant.GENERATION_2])
def test_holder_data_of_older_generations_is_open(old: Variant) -> None:
    desk = terminal(old)
    desk.send(SELECT)
    assert desk.send("00B2013500").startswith("0812")


def test_reset_and_selecting_again_close_it() -> None:
    desk = terminal()
    desk.open()
    desk.send(SELECT)
    assert desk.send("00B2013500") == "6982"
    desk.open()
    desk.reset()
    assert desk.send("00B2013500") == "6A82"


# --- authentication -------------------------------------------------------------------------------


def test_internal_authentication_of_the_contract() -> None:
    desk = terminal()
    desk.send(SELECT)
    answer = desk.send("0088000010 1122334455667788 A0A1A2A3A4A5A6A7")
    assert answer == "52F7BD5A824FC5D09000"


def test_a_counterfeit_answers_otherwise() -> None:
    genuine, counterfeit = image(Variant.GOOD), image(Variant.COUNTERFEIT)
    assert counterfeit.internal_master != genuine.internal_master
    desk = terminal(Variant.COUNTERFEIT)
    desk.send(SELECT)
    answer = desk.send("0088000010 1122334455667788 A0A1A2A3A4A5A6A7")
    assert answer.endswith("9000")
    assert answer != "52F7BD5A824FC5D09000"


def test_external_authentication_of_the_contract() -> None:
    challenge = bytes.fromhex("C5D71484F8CF9BF4")
    desk = Terminal(EmulatedCard(image(Variant.GOOD), random=lambda count: challenge))
    desk.send(SELECT)
    assert desk.send("0084000008") == "C5D71484F8CF9BF49000"
    assert desk.send("0082000A10 5B63650F2A0D7074 8877665544332211") == "9000"


def test_challenges_differ() -> None:
    desk = terminal()
    assert desk.send("0084000008") != desk.send("0084000008")


@pytest.mark.parametrize(
    "between", [SELECT, "00B2012D00", "0020000000", "00FF000000", "8084000008"]
)
def test_a_challenge_lives_for_the_very_next_command_only(between: str) -> None:
    desk = terminal()
    desk.send(SELECT)
    challenge = bytes.fromhex(desk.send("0084000008"))[:8]
    desk.send(between)
    assert desk.send(f"0082000A10 {desk.cryptogram(challenge)} {FACTOR}") == "6985"


def test_a_challenge_works_once() -> None:
    desk = terminal()
    desk.send(SELECT)
    challenge = bytes.fromhex(desk.send("0084000008"))[:8]
    command = f"0082000A10 {desk.cryptogram(challenge)} {FACTOR}"
    assert desk.send(command) == "9000"
    assert desk.send(command) == "6985"


def test_a_wrong_cryptogram_uses_up_a_try_and_success_gives_them_back() -> None:
    desk = terminal()
    for left in (EXTERNAL_TRIES - 1, EXTERNAL_TRIES - 2):
        desk.send(SELECT)
        desk.send("0084000008")
        assert desk.send(f"0082000A10 {'00' * 8} {FACTOR}") == f"63C{left}"
        assert desk.send("00B2013500") == "6982"
    assert desk.open() == "9000"
    desk.send("0084000008")
    assert desk.send(f"0082000A10 {'00' * 8} {FACTOR}") == f"63C{EXTERNAL_TRIES - 1}"
    assert desk.send("00B2013500") == "6982", "a failure takes back what an earlier success opened"


def test_the_last_try_locks_the_key_for_good() -> None:
    desk = terminal()
    desk.send(SELECT)
    for _ in range(EXTERNAL_TRIES):
        desk.send("0084000008")
        desk.send(f"0082000A10 {'00' * 8} {FACTOR}")
    assert desk.open() == "6983"
    desk.reset()
    assert desk.open() == "6983"


def test_no_key_but_0a_and_only_in_the_application() -> None:
    desk = terminal()
    assert desk.send(f"0082000A10 {'00' * 16}") == "6985"
    assert desk.send(f"0088000010 {'00' * 16}") == "6985"
    desk.send(SELECT)
    assert desk.send(f"0082000B10 {'00' * 16}") == "6A88"
    assert desk.send(f"0082010A10 {'00' * 16}") == "6A86"


# --- PIN ------------------------------------------------------------------------------------------


def test_probing_uses_no_try() -> None:
    desk = terminal()
    assert [desk.send("0020000000") for _ in range(5)] == ["63C3"] * 5
    assert terminal(Variant.PIN_LOCKED).send("0020000000") == "6983"
    assert terminal(Variant.GENERATION_2).send("0020000000") == "9000"


def test_a_right_pin_gives_the_tries_back() -> None:
    desk = terminal()
    assert desk.send("0020000003 654321") == "63C2"
    assert desk.send("0020000000") == "63C2"
    assert desk.send("0020000003 123456") == "9000"
    assert desk.send("0020000000") == "63C3"


def test_the_last_wrong_pin_locks_for_good() -> None:
    desk = terminal()
    assert [desk.send("0020000003 000000") for _ in range(3)] == ["63C2", "63C1", "63C0"]
    assert desk.send("0020000003 123456") == "6983"
    desk.reset()
    assert desk.send("0020000000") == "6983"


# --- everything else ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("00A4", "6700"),
        ("8004040000", "6E00"),
        ("8020000000", "6E00"),
        ("00CA000000", "6D00"),
        ("00C0000010", "6D00"),
        ("00A4030002EF05", "6A86"),
        ("00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF", "6A86"),
        ("00A4040000", "6700"),
        ("00A404000F7378", "6700"),
        ("00A4020003EF0500", "6700"),
        ("00B2012E00", "6A86"),
        ("00B2012D", "6700"),
        ("00B2012D01FF", "6700"),
        ("0088010010" + "00" * 16, "6A86"),
        ("0088000008" + "00" * 8, "6700"),
        ("0082000A08" + "00" * 8, "6700"),
        ("0084010008", "6A86"),
        ("0084000004", "6C08"),
        ("00840000", "6700"),
        ("0020000100", "6A86"),
        ("0020000003", "6700"),
        ("00200000021234", "6700"),
    ],
)
def test_what_is_not_right_is_refused_with_its_status_word(command: str, status: str) -> None:
    desk = terminal()
    desk.send(SELECT)
    assert desk.send(command) == status


@given(st.lists(st.binary(max_size=24), max_size=12))
def test_whatever_is_sent_there_is_an_answer_and_the_holder_stays_closed(
    commands: list[bytes],
) -> None:
    card = EmulatedCard(image(Variant.GOOD))
    card.transmit(bytes.fromhex(SELECT))
    for command in commands:
        assert 2 <= len(card.transmit(command)) <= 258
    card.transmit(bytes.fromhex(SELECT))
    assert card.transmit(bytes.fromhex("00B2013500")) == bytes.fromhex("6982")


def test_old_cards_have_no_keys_in_the_sandbox() -> None:
    desk = terminal(Variant.GENERATION_2)
    desk.send(SELECT)
    assert desk.send(f"0088000010 {'00' * 16}") == "6A88"


def test_a_new_card_of_a_kind_remembers_nothing() -> None:
    first = catalogue.card(Variant.GOOD)
    first.transmit(bytes.fromhex("0020000003000000"))
    assert catalogue.card(Variant.GOOD).transmit(bytes.fromhex("0020000000")).hex() == "63c3"
