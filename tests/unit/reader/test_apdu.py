"""Commands on the wire, and answers that come at once, in parts, or only with the right length."""

import pytest

from desk_app.reader.apdu import Command, Instruction, Response, Transport, exchange
from tests.fakes.scripted_card import ScriptedCard

READ = Command(Instruction.READ_RECORD, 0x01, 0x2D, le=256)
AUTHENTICATE = Command(Instruction.INTERNAL_AUTHENTICATE, 0, 0, bytes(16), le=8)


@pytest.mark.parametrize(
    ("command", "t0", "t1"),
    [
        (READ, "00B2012D00", "00B2012D00"),
        (Command(Instruction.READ_RECORD, 1, 0x28, le=18), "00B2012812", "00B2012812"),
        (AUTHENTICATE, "0088000010" + "00" * 16, "0088000010" + "00" * 16 + "08"),
        (
            Command(Instruction.VERIFY, 0, 0, b"\x12\x34\x56"),
            "0020000003123456",
            "0020000003123456",
        ),
        (Command(Instruction.VERIFY, 0, 0), "0020000000", "0020000000"),
    ],
)
def test_a_command_is_encoded_for_its_protocol(command: Command, t0: str, t1: str) -> None:
    assert command.encode(Transport.T0) == bytes.fromhex(t0)
    assert command.encode(Transport.T1) == bytes.fromhex(t1)


def test_a_card_that_answers_at_once() -> None:
    with ScriptedCard(("00B2012D00", "0102AABB 9000")) as card:
        assert exchange(card, READ) == Response(b"\x01\x02\xaa\xbb", 0x9000)


def test_what_waits_is_fetched() -> None:
    with ScriptedCard(
        ("0088000010" + "00" * 16, "6108"), ("00C0000008", "0102030405060708 9000")
    ) as card:
        assert exchange(card, AUTHENTICATE) == Response(bytes(range(1, 9)), 0x9000)


def test_what_waits_can_come_in_parts() -> None:
    with ScriptedCard(
        ("00B2012D00", "AA 6102"), ("00C0000002", "BB 6101"), ("00C0000001", "CC 9000")
    ) as card:
        assert exchange(card, READ) == Response(b"\xaa\xbb\xcc", 0x9000)


def test_the_right_length_is_asked_for() -> None:
    with ScriptedCard(("00B2012D00", "6C02"), ("00B2012D02", "AABB 9000")) as card:
        assert exchange(card, READ) == Response(b"\xaa\xbb", 0x9000)


def test_the_right_length_of_what_waits_is_asked_for() -> None:
    with ScriptedCard(
        ("00B2012D00", "6100"), ("00C0000000", "6C02"), ("00C0000002", "AABB 9000")
    ) as card:
        assert exchange(card, READ) == Response(b"\xaa\xbb", 0x9000)


def test_a_card_that_never_likes_the_length_is_asked_twice_only() -> None:
    with ScriptedCard(("00B2012D00", "6C02"), ("00B2012D02", "6C03")) as card:
        assert not exchange(card, READ).ok


def test_a_card_that_always_has_more_comes_to_an_end() -> None:
    endless = [("00C0000001", "AA 6101")] * 32
    with ScriptedCard(("00B2012D00", "6101"), *endless) as card:
        assert not exchange(card, READ).ok


@pytest.mark.parametrize(
    ("status", "tries"), [(0x63C3, 3), (0x63C0, 0), (0x6983, 0), (0x9000, None), (0x6300, None)]
)
def test_tries_left(status: int, tries: int | None) -> None:
    assert Response(b"", status).tries_left == tries
