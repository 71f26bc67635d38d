"""Personal data where it is not needed in full, and what must never reach a log."""

from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.masking import mask_code, mask_id_number, mask_name, redact

NUMBER = "00000019880229000X"
CODE = "310000D15600000500000107A5C3F019"


def test_a_masked_number_keeps_its_length_and_hides_the_birth_date() -> None:
    masked = mask_id_number(NUMBER)

    assert len(masked) == len(NUMBER)
    assert "1988" not in masked
    assert masked[:3] == "000"
    assert masked[-2:] == "0X"


def test_short_and_missing_values_show_nothing() -> None:
    assert mask_id_number(None) == ""
    assert mask_id_number("1234567") == "*******"
    assert mask_name("") == ""
    assert mask_name("欧") == "*"
    assert mask_code(None) == ""


def test_a_long_name_keeps_its_first_character_only() -> None:
    assert mask_name("欧阳修") == "欧**"
    assert mask_name("古丽娜尔·买买提") == "古***"


@given(st.text(), st.text())
def test_neither_number_nor_code_survives_redaction(before: str, after: str) -> None:
    line = f"{before} {NUMBER} {CODE} {after}"

    assert NUMBER not in redact(line)
    assert CODE not in redact(line)


def test_a_number_that_a_foreigner_was_given_does_not_survive_either() -> None:
    assert redact("holder XAA000000020260001 read") == "holder [redacted] read"


def test_redaction_leaves_other_digits_alone() -> None:
    assert redact("port 8465, serial 310000-20261123-000042") == (
        "port 8465, serial 310000-20261123-000042"
    )
