"""One card of every kind, consistent with its holder and the register."""

from datetime import date

import pytest

from desk_app.domain.card import Algorithm, CardState
from desk_app.domain.numbers import is_valid_card_number, is_valid_id_number
from desk_app.sandbox.catalogue import CATALOGUE, Variant, card, image
from desk_app.sandbox.people import people, person

OURS = [v for v in Variant if v not in (Variant.MUTE, Variant.FOREIGN)]
AS_REGISTERED = [
    v
    for v in OURS
    if v
    not in (
        Variant.UNREGISTERED,
        Variant.IDENTITY_MISMATCH,
        Variant.DAMAGED,
        Variant.DAMAGED_FIELDS,
    )
]


def values(variant: Variant) -> dict[int, bytes]:
    made = image(variant)
    return {record[0]: record[2:] for record in made.ef05 + made.ef06}


def name(items: dict[int, bytes]) -> str:
    return (items[0x09] + items.get(0x4E, b"")).rstrip(b"\0 ").decode("gb18030")


@pytest.mark.parametrize("variant", Variant)
def test_every_kind_can_be_made_and_is_described(variant: Variant) -> None:
    assert card(variant).atr
    assert CATALOGUE[variant].english
    assert CATALOGUE[variant].chinese


@pytest.mark.parametrize("variant", OURS)
def test_records_have_the_lengths_of_the_notice(variant: Variant) -> None:
    lengths = {
        **{0x01: 16, 0x02: 1, 0x03: 4, 0x04: 12, 0x05: 4, 0x06: 4, 0x07: 9},
        **{0x08: 18, 0x09: 30, 0x4E: 20, 0x0A: 1, 0x0B: 1, 0x0C: 3, 0x0D: 4},
    }
    made = image(variant)
    for record in made.ef05 + made.ef06:
        assert record[1] == len(record) - 2 == lengths[record[0]]
    assert made.historical[7:9] == bytes.fromhex("3100")


@pytest.mark.parametrize("variant", AS_REGISTERED)
def test_the_chip_says_what_the_register_says(variant: Variant) -> None:
    holder, registered = person(variant).holder, person(variant).cards[0]
    items = values(variant)
    assert items[0x01].hex().upper() == registered.identification_code
    assert items[0x07].decode() == registered.card_number
    assert items[0x08].decode() == holder.id_number == registered.id_number
    assert name(items) == holder.name == registered.name
    assert date.fromisoformat(items[0x06].hex()) == registered.valid_until
    assert image(variant).historical[-4:] == items[0x01][8:12]


@pytest.mark.parametrize(
    "state",
    [s for s in CardState if s not in (CardState.NORMAL,)],
)
def test_every_state_of_a_card_has_its_kind(state: CardState) -> None:
    assert person(state).cards[0].state is state
    assert Variant(state.value) in CATALOGUE


def test_the_expired_card_is_over_and_the_renewing_one_soon() -> None:
    assert person(Variant.EXPIRED).cards[0].valid_until == date(2024, 5, 31)
    assert values(Variant.EXPIRED)[0x06].hex() == "20240531"
    assert values(Variant.RENEWING)[0x06].hex() == "20261220"


def test_generations() -> None:
    for variant, version, algorithm, guarded in (
        (Variant.GENERATION_1, b"1.00", None, False),
        (Variant.GENERATION_2, b"2.00", None, False),
        (Variant.GOOD, b"3.00", Algorithm.SM4, True),
    ):
        made = image(variant)
        assert values(variant)[0x03] == version
        assert (made.algorithm, made.ef06_guarded) == (algorithm, guarded)
    assert 0x4E not in values(Variant.GENERATION_1)


def test_text_of_old_cards_is_padded_with_spaces() -> None:
    assert values(Variant.GENERATION_2)[0x09].endswith(b"  ")


def test_the_longest_name_fills_both_items() -> None:
    items = values(Variant.LONG_NAME)
    assert 0 not in items[0x09] + items[0x4E]
    assert name(items).count("·") == 4


def test_the_rare_name_has_characters_of_four_bytes() -> None:
    assert [len(c.encode("gb18030")) for c in name(values(Variant.RARE_NAME))] == [2, 4, 4]


def test_a_damaged_card_has_no_identification_code() -> None:
    assert values(Variant.DAMAGED)[0x01] == b"\xff" * 16


def test_a_card_with_damaged_items_still_says_who_it_is() -> None:
    items, holder = values(Variant.DAMAGED_FIELDS), person(Variant.DAMAGED_FIELDS)
    assert items[0x01].hex().upper() == holder.cards[0].identification_code
    assert (items[0x08].decode(), name(items)) == (holder.holder.id_number, holder.holder.name)
    assert not is_valid_card_number(items[0x07].decode())
    assert 0x03 not in items
    assert 0x0C not in items


def test_a_foreigner_has_a_number_of_another_kind() -> None:
    number = values(Variant.FOREIGNER)[0x08].decode()
    assert len(number) == 18
    assert not is_valid_id_number(number)


def test_the_chip_of_the_mismatch_has_another_name_than_the_register() -> None:
    items = values(Variant.IDENTITY_MISMATCH)
    registered = person(Variant.IDENTITY_MISMATCH).cards[0]
    assert items[0x01].hex().upper() == registered.identification_code
    assert items[0x08].decode() == registered.id_number
    assert name(items) != registered.name


def test_nobody_knows_the_unregistered_card() -> None:
    items = values(Variant.UNREGISTERED)
    assert is_valid_id_number(items[0x08].decode())
    for one in people():
        assert one.holder.id_number != items[0x08].decode()
        assert items[0x01].hex().upper() not in [c.identification_code for c in one.cards]
