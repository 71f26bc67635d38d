"""Cards that answer in T=0 style, late, not at all, or leave."""

import time

import pytest

from desk_app.sandbox import catalogue
from desk_app.sandbox.behaviours import MuteCard, Slow, TornOut, VirtualCard
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.crypto import DIVERSIFIER, external_cryptogram

SELECT = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"


def send(card: VirtualCard, command: str) -> str:
    return card.transmit(bytes.fromhex(command)).hex().upper()


@pytest.fixture
def t0() -> VirtualCard:
    card = catalogue.card(Variant.T0)
    card.reset()
    return card


def test_an_answer_to_data_is_announced_and_fetched(t0: VirtualCard) -> None:
    assert send(t0, SELECT) == "611E"
    assert send(t0, "00C000001E").startswith("6F1C840F")
    assert send(t0, "00C000001E") == "6985"


def test_a_wrong_length_is_told_and_the_answer_kept(t0: VirtualCard) -> None:
    send(t0, SELECT)
    assert send(t0, "00C0000010") == "6C1E"
    assert send(t0, "00C000001E").endswith("9000")


def test_an_announced_answer_is_gone_after_another_command(t0: VirtualCard) -> None:
    send(t0, SELECT)
    send(t0, "0020000000")
    assert send(t0, "00C000001E") == "6985"


def test_reading_asks_for_the_exact_length(t0: VirtualCard) -> None:
    send(t0, SELECT)
    assert send(t0, "00B2012D00") == "6C40"
    assert send(t0, "00B2012D10") == "6C40"
    assert send(t0, "00B2012D40").endswith("9000")
    assert send(t0, "00B2012D") == "6C40"


def test_refusals_are_told_at_once(t0: VirtualCard) -> None:
    assert send(t0, "00A4040005A000000003") == "6A82"
    assert send(t0, "00C0010000") == "6A86"
    assert send(t0, "00") == "6700"


def test_authentication_opens_the_holder_data(t0: VirtualCard) -> None:
    send(t0, SELECT)
    assert send(t0, "0088000010" + "00" * 16) == "6108"
    assert len(send(t0, "00C0000008")) == 20
    challenge = t0.transmit(bytes.fromhex("0084000008"))[:8]
    cryptogram = external_cryptogram(t0.atr[DIVERSIFIER], bytes(8), challenge)
    assert send(t0, "0082000A10" + cryptogram.hex() + "00" * 8) == "9000"
    assert send(t0, "00B2013500") == "6C5B"
    assert send(t0, "00B201355B").startswith("0812")


def test_a_reset_forgets_what_was_announced(t0: VirtualCard) -> None:
    send(t0, SELECT)
    t0.reset()
    assert send(t0, "00C000001E") == "6985"


def test_a_slow_card_takes_its_time() -> None:
    card = Slow(catalogue.card(Variant.GOOD), seconds=0.05)
    begun = time.monotonic()
    assert send(card, SELECT).endswith("9000")
    assert time.monotonic() - begun >= 0.05


def test_a_torn_card_leaves_after_its_first_file() -> None:
    card = catalogue.card(Variant.TORN_OUT)
    assert send(card, SELECT).endswith("9000")
    assert send(card, "00B2012D00").endswith("9000")
    with pytest.raises(TornOut):
        send(card, "0084000008")
    with pytest.raises(TornOut):
        send(card, SELECT)


def test_a_foreign_card_has_no_social_security_application() -> None:
    card = catalogue.card(Variant.FOREIGN)
    assert send(card, SELECT) == "6A82"
    assert send(card, "00B2012D00") == "6D00"


def test_no_card_has_an_atr_as_long_as_a_mute_ones() -> None:
    assert len(MuteCard.atr) > 33
