"""Emulated cards through the real smart-card service and its virtual reader, spoken to as any card is."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from smartcard import scard

from desk_app.sandbox import catalogue
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.crypto import DIVERSIFIER, external_cryptogram
from desk_app.sandbox.people import person
from desk_app.sandbox.vpcd import PORTS, VirtualSlot, VirtualSlotTaken
from tests.fixtures.pcscd import CardService

SELECT = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
SLOTS = ("Virtual PCD 00 00", "Virtual PCD 00 01")
KINDS_OF_CHIP = (
    *(
        Variant.GOOD,
        Variant.GENERATION_1,
        Variant.GENERATION_2,
        Variant.RARE_NAME,
        Variant.LONG_NAME,
    ),
    *(Variant.PIN_LOCKED, Variant.NO_RANGE, Variant.T0, Variant.DAMAGED, Variant.DAMAGED_FIELDS),
    Variant.COUNTERFEIT,
)
"""Those that differ in the chip and let themselves be read; the others differ in the register."""
PATIENCE = 30.0
"""Seconds for what the service, which looks every 0.4 s, has to notice."""


class Desk:
    """One PC/SC context, and the little of PC/SC that these tests speak."""

    def __init__(self) -> None:
        self.context = self.call(scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM))

    def close(self) -> None:
        scard.SCardReleaseContext(self.context)

    def state(self, slot: str = SLOTS[0]) -> int:
        _, states = scard.SCardGetStatusChange(self.context, 0, [(slot, scard.SCARD_STATE_UNAWARE)])
        return states[0][1] if states else 0

    def wait(self, flag: int, slot: str = SLOTS[0]) -> None:
        until(lambda: bool(self.state(slot) & flag))

    def connect(self, slot: str = SLOTS[0]) -> int:
        self.wait(scard.SCARD_STATE_PRESENT, slot)
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        answer = scard.SCardConnect(self.context, slot, scard.SCARD_SHARE_SHARED, protocols)
        assert answer[0] == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(answer[0])
        card: int = answer[1]
        return card

    @staticmethod
    def send(card: int, command: str) -> bytes:
        apdu = list(bytes.fromhex(command))
        return bytes(Desk.call(scard.SCardTransmit(card, scard.SCARD_PCI_T0, apdu)))

    @staticmethod
    def release(card: int) -> None:
        scard.SCardDisconnect(card, scard.SCARD_RESET_CARD)

    @staticmethod
    def call(answer: list[Any]) -> Any:
        code, *values = answer
        assert code == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(code)
        return values[-1]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def desk(pcscd: CardService) -> Iterator[Desk]:
    desk = Desk()
    for slot in SLOTS:
        desk.wait(scard.SCARD_STATE_EMPTY, slot)
    yield desk
    desk.close()


@pytest.fixture
def slot(desk: Desk) -> Iterator[VirtualSlot]:
    with VirtualSlot() as slot:
        yield slot


def exchange(desk: Desk, card: int, command: str) -> bytes:
    """A command to its end, whether the card answers at once or in T=0 style."""
    answer = desk.send(card, command)
    if answer[-2] == 0x6C:
        answer = desk.send(card, command[:8] + f"{answer[-1]:02X}")
    elif answer[-2] == 0x61:
        answer = desk.send(card, f"00C00000{answer[-1]:02X}")
    return answer


@pytest.mark.parametrize("variant", KINDS_OF_CHIP)
def test_every_kind_of_chip_is_read_to_the_holder(
    desk: Desk, slot: VirtualSlot, variant: Variant
) -> None:
    made = catalogue.image(variant)
    slot.insert(catalogue.card(variant))
    card = desk.connect()

    assert exchange(desk, card, SELECT).endswith(b"\x90\x00")
    serial = exchange(desk, card, "00B2012C00")
    if variant is not Variant.DAMAGED:
        assert serial[10:14] == made.historical[-4:]
    if made.ef06_guarded:
        assert exchange(desk, card, "00B2083000") == bytes.fromhex("6982")
        challenge = exchange(desk, card, "0084000008")[:8]
        cryptogram = external_cryptogram(made.historical[DIVERSIFIER], bytes(8), challenge)
        opened = exchange(desk, card, f"0082000A10{cryptogram.hex()}{'00' * 8}")
        assert opened == bytes.fromhex("9000")
    holder = exchange(desk, card, "00B2083000")
    assert holder[2:20].decode() in {record[2:].decode("latin1") for record in made.ef06}
    desk.release(card)


def test_a_good_card_is_the_one_in_the_register(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.GOOD))
    card = desk.connect()
    desk.send(card, SELECT)
    record = desk.send(card, "00B2012C00")
    assert record[2:18].hex().upper() == person("good").cards[0].identification_code
    desk.release(card)


def test_a_foreign_card_is_seen_and_has_another_application(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.FOREIGN))
    card = desk.connect()
    assert desk.send(card, SELECT) == bytes.fromhex("6A82")
    desk.release(card)


def test_a_mute_card_is_present_and_mute(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.MUTE))
    desk.wait(scard.SCARD_STATE_MUTE)
    assert desk.state() & scard.SCARD_STATE_PRESENT
    assert slot.has_card


def test_a_slow_card_takes_longer_over_each_command(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.SLOW))
    card = desk.connect()
    begun = time.monotonic()
    assert desk.send(card, SELECT).endswith(b"\x90\x00")
    assert time.monotonic() - begun > 0.5
    desk.release(card)


def test_a_card_torn_out_leaves_the_slot_empty(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.TORN_OUT))
    card = desk.connect()
    desk.send(card, SELECT)
    assert desk.send(card, "00B2012D00").endswith(b"\x90\x00")
    code, answer = scard.SCardTransmit(card, scard.SCARD_PCI_T0, list(bytes.fromhex("0084000008")))
    assert code != scard.SCARD_S_SUCCESS or not answer
    desk.wait(scard.SCARD_STATE_EMPTY)
    until(lambda: not slot.has_card)


def test_a_command_costs_no_delayed_acknowledgement(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.GOOD))
    card = desk.connect()
    desk.send(card, SELECT)
    begun = time.monotonic()
    for _ in range(20):
        desk.send(card, "00B2012D00")
    assert (time.monotonic() - begun) / 20 < 0.02
    desk.release(card)


def test_power_closes_the_holder_data_again(desk: Desk, slot: VirtualSlot) -> None:
    emulated = catalogue.card(Variant.GOOD)
    slot.insert(emulated)
    card = desk.connect()
    desk.send(card, SELECT)
    challenge = desk.send(card, "0084000008")[:8]
    cryptogram = external_cryptogram(emulated.atr[DIVERSIFIER], bytes(8), challenge)
    desk.send(card, f"0082000A10{cryptogram.hex()}{'00' * 8}")
    assert desk.send(card, "00B2013500").startswith(b"\x08")
    desk.release(card)

    card = desk.connect()
    assert desk.send(card, "00B2013500") == bytes.fromhex("6A82")
    desk.release(card)


def test_a_card_is_swapped_for_another(desk: Desk, slot: VirtualSlot) -> None:
    for variant in (Variant.GOOD, Variant.BOUND, Variant.GOOD):
        slot.insert(catalogue.card(variant))
        card = desk.connect()
        desk.send(card, SELECT)
        record = desk.send(card, "00B2012C00")
        assert record[2:18].hex().upper() == person(variant).cards[0].identification_code
        desk.release(card)


def test_both_slots_hold_a_card_of_their_own(desk: Desk, slot: VirtualSlot) -> None:
    with VirtualSlot(PORTS[1]) as second:
        slot.insert(catalogue.card(Variant.GOOD))
        second.insert(catalogue.card(Variant.FOREIGN))
        ours, foreign = desk.connect(SLOTS[0]), desk.connect(SLOTS[1])
        assert desk.send(ours, SELECT).endswith(b"\x90\x00")
        assert desk.send(foreign, SELECT) == bytes.fromhex("6A82")
        desk.release(ours)
        desk.release(foreign)


def test_removing_empties_the_slot(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.GOOD))
    desk.wait(scard.SCARD_STATE_PRESENT)
    slot.remove()
    slot.remove()
    assert not slot.has_card
    desk.wait(scard.SCARD_STATE_EMPTY)


def test_a_taken_slot_takes_no_second_card(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.GOOD))
    with VirtualSlot() as other, pytest.raises(VirtualSlotTaken):
        other.insert(catalogue.card(Variant.GOOD))
    assert slot.has_card


def test_a_card_goes_back_in_after_the_service_was_restarted(
    pcscd: CardService, desk: Desk, slot: VirtualSlot
) -> None:
    if not pcscd.is_ours():
        pytest.skip("the machine's own smart-card service is not restarted by a test")
    slot.insert(catalogue.card(Variant.GOOD))
    desk.close()
    pcscd.restart()
    after = Desk()
    card = after.connect()
    assert after.send(card, SELECT).endswith(b"\x90\x00")
    after.release(card)
    after.close()


# --- the command -------------------------------------------------------------------------------------


def plug(*arguments: str) -> subprocess.Popen[str]:
    code = "import sys; from desk_app.sandbox.commands import plug; sys.exit(plug(*sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_plugged_card_answers_until_it_is_ended(desk: Desk, ending: signal.Signals) -> None:
    with plug("not-activated") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("not_activated is in slot 1: Not activated")
        card = desk.connect()
        assert desk.send(card, SELECT).endswith(b"\x90\x00")
        desk.release(card)
        process.send_signal(ending)
        assert process.wait(PATIENCE) == 0
    desk.wait(scard.SCARD_STATE_EMPTY)


def test_a_second_card_in_the_slot_is_refused(desk: Desk, slot: VirtualSlot) -> None:
    slot.insert(catalogue.card(Variant.GOOD))
    with plug("good") as process:
        _, problem = process.communicate(timeout=2 * PATIENCE)
    assert process.returncode == 1
    assert "Slot 1 has a card in it already" in problem
