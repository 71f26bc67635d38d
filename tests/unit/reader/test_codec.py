"""What holds for every value, whatever it is."""

import contextlib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk_app.domain.card import Problem
from desk_app.reader import codec
from desk_app.reader.tlv import find, parse_records

NAME_LENGTHS = (30, 20)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
RARE = st.characters(min_codepoint=0x20000, max_codepoint=0x3134A)
LATIN = st.characters(min_codepoint=0x41, max_codepoint=0x5A)
PADDINGS = st.sampled_from([b"\0", b" ", b"\xff"])


def fits(name: str) -> bool:
    return len(name.encode("gb18030")) <= sum(NAME_LENGTHS)


NAMES = st.text(HAN | RARE | LATIN | st.just("·"), min_size=1, max_size=25).filter(fits)


@given(NAMES, PADDINGS)
def test_every_name_reads_back_wherever_its_bytes_are_split(name: str, padding: bytes) -> None:
    written = name.encode("gb18030").ljust(sum(NAME_LENGTHS), padding)
    assert codec.name(written[:30], written[30:]) == name


@given(st.lists(HAN | RARE, min_size=13, max_size=20).map("".join).filter(fits), PADDINGS)
def test_every_name_reads_back_from_a_card_that_splits_no_character(
    name: str, padding: bytes
) -> None:
    first = name
    while len(first.encode("gb18030")) > 30:
        first = first[:-1]
    rest = name[len(first) :]
    head = first.encode("gb18030").ljust(30, padding)
    assert codec.name(head, rest.encode("gb18030").ljust(20, padding)) == name


@given(st.lists(st.text(LATIN, min_size=1, max_size=12), min_size=2, max_size=6))
def test_the_spaces_between_latin_words_stay(words: list[str]) -> None:
    name = " ".join(words)[:50].strip()
    written = name.encode().ljust(50, b"\0")
    assert codec.name(written[:30], written[30:]) == name


@given(st.binary(min_size=30, max_size=30), st.binary(min_size=20, max_size=20))
@example(bytes(29) + b"\x01", bytes(20))
def test_any_bytes_are_a_printable_name_or_refused(first: bytes, rest: bytes) -> None:
    with contextlib.suppress(codec.Undecodable):
        name = codec.name(first, rest)
        assert name
        assert "\0" not in name


def packed_decimal(number: str) -> bytes:
    return bytes.fromhex(number if len(number) % 2 == 0 else number + "F")


def is_blank(number: str) -> bool:
    """A field of zeros, or of spaces, which are twenties in BCD, stands for no number."""
    return not packed_decimal(number).strip(b"\x00 \xff")


@given(st.text("0123456789", min_size=1, max_size=24).filter(lambda number: not is_blank(number)))
def test_every_number_reads_back(number: str) -> None:
    packed = packed_decimal(number)
    assert codec.digits(packed.ljust(12, b"\xff")) == number
    assert codec.digits(packed, len(number)) == number


@pytest.mark.parametrize("code", ["01", "20", "56", "97"])
def test_every_ethnicity_reads_back_also_the_one_that_looks_like_a_space(code: str) -> None:
    assert codec.digits(bytes.fromhex(code), 2) == code


@given(st.binary(max_size=12))
def test_any_bytes_are_a_number_or_refused(value: bytes) -> None:
    with contextlib.suppress(codec.Undecodable):
        assert codec.digits(value).isdecimal()


@given(st.dates(min_value=date(1, 1, 1)))
def test_every_day_reads_back(day: date) -> None:
    assert codec.day(bytes.fromhex(f"{day.year:04}{day:%m%d}")) == day


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1), PADDINGS)
def test_every_text_reads_back(text: str, padding: bytes) -> None:
    assert codec.text(text.encode() + padding * 3) == text


@pytest.mark.parametrize("decode", [codec.digits, codec.day, codec.text, codec.name])
@pytest.mark.parametrize("value", [b"", b"\0\0\0\0", b"    ", b"\xff\xff\xff\xff", b" \0\xff\0"])
def test_a_blank_is_told_from_a_wrong_form(decode: object, value: bytes) -> None:
    with pytest.raises(codec.Undecodable) as refused:
        decode(value)  # type: ignore[operator]
    assert refused.value.problem is Problem.BLANK


# --- records and objects -----------------------------------------------------------------------------

TAGS = st.integers(0x01, 0xFE)
VALUES = st.binary(max_size=255)


@given(st.dictionaries(TAGS, VALUES), st.lists(st.sampled_from([b"", b"\0", b"\xff\0"])))
def test_every_record_reads_back(records: dict[int, bytes], fillers: list[bytes]) -> None:
    fillers += [b""] * len(records)
    written = b"".join(
        bytes((tag, len(value))) + value + filler
        for (tag, value), filler in zip(records.items(), fillers, strict=False)
    )
    assert parse_records(written) == records


@given(st.dictionaries(TAGS, VALUES, min_size=1), st.data())
def test_a_cut_spares_the_records_before_it(records: dict[int, bytes], data: st.DataObject) -> None:
    written = b"".join(bytes((tag, len(value))) + value for tag, value in records.items())
    kept = data.draw(st.integers(0, len(written) - 1))
    read = parse_records(written[:kept])
    whole = {tag: value for tag, value in read.items() if value is not None}
    assert whole.items() <= records.items()
    assert len(read) - len(whole) <= 1


@given(st.binary(max_size=300), st.lists(st.sampled_from([0x6F, 0xA5, 0x9F0C, 0x86]), min_size=1))
def test_any_bytes_have_an_object_or_none(data: bytes, path: list[int]) -> None:
    found = find(data, *path)
    assert found is None or found in data


@given(VALUES)
def test_an_object_is_found_behind_a_length_of_any_form(value: bytes) -> None:
    for length in (b"\x81" + bytes((len(value),)), b"\x82" + len(value).to_bytes(2)):
        assert find(b"\x84\x01\x00\x86" + length + value + b"\x87\x00", 0x86) == value
