"""Other programs at the same card, and a smart-card service that goes away."""

import time

import pytest
from smartcard import scard

from desk_app.domain.card import Authenticity
from desk_app.domain.errors import CardBusy, ServiceUnavailable
from desk_app.reader.authentication import HsmAuthentication
from desk_app.reader.connection import Connection
from desk_app.reader.conversation import Limits, Watch
from desk_app.reader.pcsc import Context
from desk_app.reader.reader import PcscCardReader
from desk_app.sandbox import catalogue
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.vpcd import VirtualSlot
from tests.device.conftest import FIRST, OtherProgram, holds_card, until
from tests.fakes.security_module import SandboxKeys
from tests.fixtures.pcscd import CardService

IMPATIENT = Limits(hold=0.6)
SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")

READ_HOLDER = bytes.fromhex("00B2013500")


def connect(context: Context) -> int:
    """Another program's connection, shared."""
    result, card, _ = scard.SCardConnect(
        context.handle, FIRST, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0
    )
    assert result == scard.SCARD_S_SUCCESS
    return int(card)


def transmit(card: int, apdu: bytes) -> bytes:
    result, answer = scard.SCardTransmit(card, scard.SCARD_PCI_T0, list(apdu))
    assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
    return bytes(answer)


def reset(card: int) -> None:
    scard.SCardReconnect(
        card, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0, scard.SCARD_RESET_CARD
    )


def counter(limits: Limits | None = None) -> PcscCardReader:
    return PcscCardReader(HsmAuthentication(SandboxKeys()), limits=limits)


@pytest.fixture
def card_in(first: VirtualSlot) -> VirtualSlot:
    first.insert(catalogue.card(Variant.GOOD))
    until(lambda: holds_card(FIRST))
    return first


@pytest.mark.parametrize("what", ["transaction", "exclusive"])
def test_the_counter_waits_until_another_program_lets_go(
    card_in: VirtualSlot, other_program: OtherProgram, what: str
) -> None:
    with other_program(what, "1"):
        begun = time.monotonic()
        assert counter().read().authenticity is Authenticity.GENUINE
        assert 0.5 < time.monotonic() - begun < 2


@pytest.mark.parametrize("what", ["transaction", "exclusive"])
def test_a_program_that_keeps_the_card_is_named(
    card_in: VirtualSlot, other_program: OtherProgram, what: str
) -> None:
    reader = counter(IMPATIENT)
    with other_program(what, "30") as process:
        with open(f"/proc/{process.pid}/comm") as comm:
            name = comm.read().strip()
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(CardBusy) as busy:
                reader.read()
            assert time.monotonic() - begun < 2
            assert name in busy.value.programs
            assert busy.value.reader == FIRST
    assert reader.read().authenticity is Authenticity.GENUINE


def test_sharing_the_card_hinders_neither_side(card_in: VirtualSlot) -> None:
    with Context() as theirs:
        card = connect(theirs)
        assert transmit(card, SELECT).endswith(b"\x90\x00")
        assert counter().read().authenticity is Authenticity.GENUINE
        assert transmit(card, SELECT).endswith(b"\x90\x00")


def test_nobody_else_reads_what_the_counter_has_opened(card_in: VirtualSlot) -> None:
    assert counter().read().holder.name
    with Context() as theirs:
        assert not transmit(connect(theirs), READ_HOLDER).endswith(b"\x90\x00")


@pytest.mark.parametrize("what", ["transaction", "exclusive", "reset"])
def test_a_program_that_ended_without_a_word_leaves_the_card_usable(
    card_in: VirtualSlot, other_program: OtherProgram, what: str
) -> None:
    for _ in range(5):
        with other_program(what, "0", "leave") as process:
            process.wait()
            assert counter().read().authenticity is Authenticity.GENUINE


def test_a_reset_by_another_program_starts_the_talk_over(card_in: VirtualSlot) -> None:
    with Context() as ours, Context() as theirs, Connection(ours, FIRST, Watch(None)) as connection:
        reset(connect(theirs))
        answer = connection.hold(lambda channel: channel.transmit(SELECT))
    assert answer.endswith(b"\x90\x00")


def test_a_program_that_keeps_resetting_the_card_is_told(
    card_in: VirtualSlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Context() as ours, Context() as theirs, Connection(ours, FIRST, Watch(None)) as connection:
        card = connect(theirs)
        reconnect = connection._reconnect

        def interfere(disposition: int) -> None:
            reconnect(disposition)
            reset(card)

        monkeypatch.setattr(connection, "_reconnect", interfere)
        reset(card)
        with pytest.raises(CardBusy):
            connection.hold(lambda channel: channel.transmit(SELECT))


# --- the service ------------------------------------------------------------------------------------


@pytest.fixture
def our_service(pcscd: CardService) -> CardService:
    if not pcscd.is_ours():
        pytest.skip("the machine's own smart-card service is not stopped by a test")
    return pcscd


def test_a_service_that_is_down_is_told_and_taken_up_again(
    our_service: CardService, card_in: VirtualSlot
) -> None:
    reader = counter()
    assert reader.readers()
    our_service.stop()
    with pytest.raises(ServiceUnavailable):
        reader.readers()
    with pytest.raises(ServiceUnavailable):
        reader.read()
    our_service.start()
    until(lambda: holds_card(FIRST))
    assert reader.read().authenticity is Authenticity.GENUINE


def test_a_service_that_goes_down_in_the_middle_is_told(
    our_service: CardService, first: VirtualSlot
) -> None:
    class Fatal:
        """A card at whose third command the service is stopped."""

        def __init__(self) -> None:
            self.card = catalogue.card(Variant.GOOD)
            self.atr = self.card.atr
            self.commands = 0

        def reset(self) -> None:
            self.card.reset()

        def transmit(self, apdu: bytes) -> bytes:
            self.commands += 1
            if self.commands == 3:
                our_service.stop()
            return self.card.transmit(apdu)

    first.insert(Fatal())
    until(lambda: holds_card(FIRST))
    with pytest.raises(ServiceUnavailable):
        counter(Limits(answer=20)).read()
