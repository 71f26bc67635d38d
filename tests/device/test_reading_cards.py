"""Cards of every kind, read through the real smart-card service as the counter reads them."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from desk_app.domain.card import Algorithm, Authenticity, HolderRecord, ReadStep
from desk_app.domain.errors import (
    Cancelled,
    CardDamaged,
    CardRemoved,
    CardTimeout,
    Counterfeit,
    MuteCard,
    NoCard,
    NoReader,
    PlatformUnreachable,
    UnsupportedCard,
)
from desk_app.reader.authentication import HsmAuthentication
from desk_app.reader.conversation import Limits
from desk_app.reader.reader import PcscCardReader
from desk_app.sandbox import catalogue
from desk_app.sandbox.behaviours import Slow, VirtualCard
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from desk_app.sandbox.vpcd import VirtualSlot
from tests.device.conftest import FIRST, SECOND, holds_card, until
from tests.fakes.security_module import SandboxKeys
from tests.fixtures.pcscd import CardService

IMPATIENT = Limits(hold=1.0, answer=0.6, conversation=10.0)


class Noted:
    """A card that notes its commands, and may do something of its own with one of them."""

    def __init__(
        self,
        card: VirtualCard,
        instead: Callable[[int, bytes], bytes | None] = lambda number, apdu: None,
    ) -> None:
        self._card = card
        self._instead = instead
        self.commands: list[bytes] = []

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, apdu: bytes) -> bytes:
        self.commands.append(apdu)
        answer = self._instead(len(self.commands), apdu)
        return self._card.transmit(apdu) if answer is None else answer


def counter(
    module: SandboxKeys | None = None, prefer: str | None = None, limits: Limits | None = None
) -> PcscCardReader:
    return PcscCardReader(HsmAuthentication(module or SandboxKeys()), prefer=prefer, limits=limits)


READABLE = (
    *(Variant.GOOD, Variant.GENERATION_1, Variant.GENERATION_2, Variant.RARE_NAME),
    *(Variant.LONG_NAME, Variant.FOREIGNER, Variant.PIN_LOCKED, Variant.NO_RANGE, Variant.T0),
)


@pytest.mark.parametrize("variant", READABLE)
def test_a_readable_card_is_read_exactly(first: VirtualSlot, variant: Variant) -> None:
    first.insert(catalogue.card(variant))
    reading = counter().read()
    holder, registered = person(variant).holder, person(variant).cards[0]
    is_old = variant in (Variant.GENERATION_1, Variant.GENERATION_2)

    assert reading.reader == FIRST
    assert reading.atr == catalogue.card(variant).atr
    assert reading.algorithm is (None if is_old else Algorithm.SM4)
    assert reading.authenticity is (Authenticity.UNVERIFIED if is_old else Authenticity.GENUINE)
    assert reading.card.identification_code == registered.identification_code
    assert reading.card.card_number == registered.card_number
    assert (reading.card.issued_on, reading.card.valid_until) == (
        registered.issued_on,
        registered.valid_until,
    )
    assert reading.holder == HolderRecord(
        holder.id_number,
        holder.name,
        holder.sex,
        holder.ethnicity,
        holder.birthplace,
        holder.birth_date,
    )
    told = [warning.code for warning in reading.warnings]
    without_birthplace = ["id_number_check_failed", "birthplace_blank"]
    assert told == (without_birthplace if variant is Variant.FOREIGNER else [])
    tries = {Variant.PIN_LOCKED: 0, Variant.GENERATION_2: None}.get(variant, 3)
    assert reading.pin_tries_left == tries


def test_a_card_with_ranges_takes_seven_commands(first: VirtualSlot) -> None:
    card = Noted(catalogue.card(Variant.GOOD))
    first.insert(card)
    counter().read()
    assert len(card.commands) == 7


def test_some_damaged_items_are_told_beside_what_was_read(first: VirtualSlot) -> None:
    first.insert(catalogue.card(Variant.DAMAGED_FIELDS))
    reading = counter().read()
    assert reading.authenticity is Authenticity.GENUINE
    assert reading.holder.name == person(Variant.DAMAGED_FIELDS).holder.name
    assert {warning.code for warning in reading.warnings} == {
        "category_blank",
        "spec_version_missing",
        "issued_on_malformed",
        "card_number_check_failed",
        "sex_malformed",
        "ethnicity_malformed",
        "birthplace_missing",
        "birth_date_blank",
    }


@pytest.mark.parametrize(
    ("variant", "error"),
    [
        (Variant.DAMAGED, CardDamaged),
        (Variant.COUNTERFEIT, Counterfeit),
        (Variant.MUTE, MuteCard),
        (Variant.FOREIGN, UnsupportedCard),
        (Variant.TORN_OUT, CardRemoved),
    ],
)
def test_other_cards_are_told_for_what_they_are(
    first: VirtualSlot, variant: Variant, error: type[MuteCard]
) -> None:
    first.insert(catalogue.card(variant))
    until(lambda: holds_card(FIRST))
    with pytest.raises(error) as told:
        counter().read()
    assert told.value.reader == FIRST


def test_the_platform_is_away_and_the_card_is_unverified(first: VirtualSlot) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    reading = counter(SandboxKeys(trouble=PlatformUnreachable("timeout"))).read()
    assert reading.authenticity is Authenticity.UNVERIFIED
    assert reading.holder == HolderRecord()
    assert [warning.code for warning in reading.warnings] == [
        "authenticity_unverified",
        "holder_unread",
    ]


def test_an_empty_reader_is_told_from_a_reader_that_is_not_there(pcscd: CardService) -> None:
    with pytest.raises(NoCard):
        counter().read()
    with pytest.raises(NoCard) as empty:
        counter().read(SECOND)
    assert empty.value.reader == SECOND
    with pytest.raises(NoReader) as absent:
        counter().read("A reader that was unplugged")
    assert absent.value.reader == "A reader that was unplugged"


def test_a_card_that_goes_in_just_now_is_waited_for(first: VirtualSlot) -> None:
    inserting = threading.Thread(target=first.insert, args=(catalogue.card(Variant.GOOD),))
    inserting.start()
    assert counter().read().authenticity is Authenticity.GENUINE
    inserting.join()


def test_another_card_is_another_reading(first: VirtualSlot) -> None:
    reader = counter()
    for variant in (Variant.GOOD, Variant.BOUND, Variant.GOOD):
        first.insert(catalogue.card(variant))
        until(lambda: holds_card(FIRST))
        code = reader.read().card.identification_code
        assert code == person(variant).cards[0].identification_code
        first.remove()
        until(lambda: not holds_card(FIRST))


# --- several readers ---------------------------------------------------------------------------------


def test_the_only_card_is_read_wherever_it_is(second: VirtualSlot) -> None:
    second.insert(catalogue.card(Variant.GOOD))
    assert counter().read().reader == SECOND
    assert counter(prefer=FIRST).read().reader == SECOND


@pytest.mark.parametrize(
    ("asked", "prefer", "taken"),
    [
        (None, None, FIRST),
        (None, SECOND, SECOND),
        (None, "00 01", SECOND),
        (None, "unplugged", FIRST),
        (SECOND, FIRST, SECOND),
        ("pcd 00 01", None, SECOND),
    ],
)
def test_of_two_cards_the_asked_or_preferred_one_is_read(
    first: VirtualSlot, second: VirtualSlot, asked: str | None, prefer: str | None, taken: str
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    second.insert(catalogue.card(Variant.BOUND))
    until(lambda: holds_card(FIRST) and holds_card(SECOND))
    assert counter(prefer=prefer).read(asked).reader == taken


@pytest.mark.parametrize("other", [Variant.FOREIGN, Variant.MUTE])
def test_other_cards_are_passed_over_for_a_social_security_card(
    first: VirtualSlot, second: VirtualSlot, other: Variant
) -> None:
    first.insert(catalogue.card(other))
    second.insert(catalogue.card(Variant.GOOD))
    until(lambda: holds_card(FIRST) and holds_card(SECOND))
    assert counter().read().reader == SECOND


def test_of_cards_that_cannot_be_read_the_mute_one_is_told(
    first: VirtualSlot, second: VirtualSlot
) -> None:
    first.insert(catalogue.card(Variant.FOREIGN))
    second.insert(catalogue.card(Variant.MUTE))
    until(lambda: holds_card(FIRST) and holds_card(SECOND))
    with pytest.raises(MuteCard) as told:
        counter().read()
    assert told.value.reader == SECOND


# --- slow, hanging and failing cards ------------------------------------------------------------------


def test_a_slow_card_shows_how_far_it_is(first: VirtualSlot) -> None:
    first.insert(Slow(catalogue.card(Variant.GOOD), 0.15))
    steps: list[ReadStep] = []
    assert counter().read(progress=steps.append).authenticity is Authenticity.GENUINE
    assert steps == list(ReadStep)


def test_a_slow_card_can_be_cancelled_and_read_again(first: VirtualSlot) -> None:
    first.insert(Slow(catalogue.card(Variant.GOOD), 0.3))
    reader, cancel = counter(), threading.Event()

    def stop_at(step: ReadStep) -> None:
        if step is ReadStep.AUTHENTICATING:
            cancel.set()

    begun = time.monotonic()
    with pytest.raises(Cancelled):
        reader.read(progress=stop_at, cancel=cancel)
    assert time.monotonic() - begun < 1.5
    assert reader.read().authenticity is Authenticity.GENUINE


def test_a_hanging_card_is_told_in_time_and_leaves_the_counter_usable(
    first: VirtualSlot, second: VirtualSlot
) -> None:
    release = threading.Event()

    def hang(number: int, apdu: bytes) -> None:
        if number == 2:
            release.wait(20)

    first.insert(Noted(catalogue.card(Variant.GOOD), hang))
    second.insert(catalogue.card(Variant.BOUND))
    until(lambda: holds_card(FIRST) and holds_card(SECOND))
    reader = counter(limits=IMPATIENT)
    for _ in range(2):
        begun = time.monotonic()
        with pytest.raises(CardTimeout) as told:
            reader.read(FIRST)
        assert time.monotonic() - begun < 1.5
        assert (told.value.reader, told.value.seconds) == (FIRST, IMPATIENT.answer)
    assert reader.read(SECOND).reader == SECOND
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        reader.read(FIRST, cancel=cancel)
    release.set()
    assert reader.read(FIRST).authenticity is Authenticity.GENUINE


def test_a_hanging_card_can_be_cancelled_and_replaced_by_another(first: VirtualSlot) -> None:
    release, cancel = threading.Event(), threading.Event()

    def hang(number: int, apdu: bytes) -> None:
        if number == 2:
            threading.Timer(0.1, cancel.set).start()
            release.wait(20)

    first.insert(Noted(catalogue.card(Variant.GOOD), hang))
    reader = counter()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        reader.read(cancel=cancel)
    assert time.monotonic() - begun < 2
    threading.Timer(0.3, release.set).start()
    first.remove()
    first.insert(catalogue.card(Variant.BOUND))
    until(lambda: holds_card(FIRST))
    code = reader.read().card.identification_code
    assert code == person(Variant.BOUND).cards[0].identification_code


def test_a_slow_platform_can_be_cancelled_and_keeps_nobody_from_the_card(
    first: VirtualSlot,
) -> None:
    first.insert(catalogue.card(Variant.GOOD))
    until(lambda: holds_card(FIRST))
    module, cancel = SandboxKeys(seconds=5), threading.Event()
    reader = counter(module)
    threading.Timer(0.3, cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        reader.read(cancel=cancel)
    module.seconds = 0
    assert reader.read().authenticity is Authenticity.GENUINE
    assert time.monotonic() - begun < 2


def test_an_answer_lost_once_costs_a_reset_only(first: VirtualSlot) -> None:
    card = Noted(
        catalogue.card(Variant.GOOD), lambda number, apdu: b"\x90" if number == 5 else None
    )
    first.insert(card)
    assert counter().read().authenticity is Authenticity.GENUINE
    assert len(card.commands) == 5 + 7


def test_a_card_that_keeps_losing_its_answers_is_mute(first: VirtualSlot) -> None:
    first.insert(Noted(catalogue.card(Variant.GOOD), lambda number, apdu: b"\x90"))
    with pytest.raises(MuteCard):
        counter().read()


def test_a_card_whose_answer_to_reset_makes_no_sense_is_mute(first: VirtualSlot) -> None:
    class Dirty(Noted):
        atr = b"\xff\x00"

    first.insert(Dirty(catalogue.card(Variant.GOOD)))
    until(lambda: holds_card(FIRST))
    with pytest.raises(MuteCard):
        counter().read()


def test_a_card_that_answers_with_nothing_is_left_until_it_is_taken_out(
    first: VirtualSlot,
) -> None:
    first.insert(Noted(catalogue.card(Variant.GOOD), lambda number, apdu: b""))
    until(lambda: holds_card(FIRST))
    reader = counter(limits=replace(IMPATIENT, answer=2.0))
    with pytest.raises((CardTimeout, MuteCard)):
        reader.read()
    first.remove()
    until(lambda: not holds_card(FIRST))
    first.insert(catalogue.card(Variant.BOUND))
    until(lambda: holds_card(FIRST))
    assert reader.read().authenticity is Authenticity.GENUINE


def test_nothing_of_the_citizen_is_logged(
    first: VirtualSlot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    card = Noted(catalogue.card(Variant.GOOD))
    first.insert(card)
    reading = counter().read()
    first.insert(catalogue.card(Variant.TORN_OUT))
    until(lambda: holds_card(FIRST))
    with pytest.raises(CardRemoved):
        counter().read()
    holder = reading.holder
    secrets = (holder.id_number, holder.name, reading.card.identification_code)
    assert not [secret for secret in secrets if secret and secret in caplog.text]
    assert not [apdu for apdu in card.commands if apdu.hex() in caplog.text.lower()]
