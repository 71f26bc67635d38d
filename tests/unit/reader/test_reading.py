"""One reading of one card, command by command, with a security module that knows its part, too."""

from dataclasses import dataclass, field

import pytest

from desk_app.domain.card import Algorithm, Authenticity, CardReading, HolderRecord, ReadStep
from desk_app.domain.errors import (
    CardDamaged,
    Counterfeit,
    InvalidInput,
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
)
from desk_app.reader.authentication import HsmAuthentication
from desk_app.reader.reading import read_card, verify_pin
from desk_app.services.ports import (
    CardAuthenticationRequest,
    CardAuthenticationResult,
    PinCheck,
)
from tests.fakes.scripted_card import ATR, Exchange, ScriptedCard

CODE = "310000D15600000500000107A5C3F019"
AID = "7378312E73682EC9E7BBE1B1A3D5CF"
FACTOR, RANDOM = "1122334455667788", "A0A1A2A3A4A5A6A7"
RESPONSE, CHALLENGE = "52F7BD5A824FC5D0", "C5D71484F8CF9BF4"
CRYPTOGRAM, EXTERNAL_FACTOR = "5B63650F2A0D7074", "8877665544332211"

SELECT: Exchange = (f"00A404000F {AID}", f"6F1C 840F{AID} A509 88011E 9F0C03860103 9000")
SELECT_OLD: Exchange = (f"00A404000F {AID}", f"6F16 840F{AID} A503 88011E 9000")
EF05: Exchange = (
    "00B2012D00",
    f"0110{CODE} 020133 0304332E3030 040C915600000231000031000001"
    " 050420210301 060420310228 0709453930323134333758 9000",
)
INTERNAL: Exchange = (f"0088000010 {FACTOR} {RANDOM}", f"{RESPONSE} 9000")
GET_CHALLENGE: Exchange = ("0084000008", f"{CHALLENGE} 9000")
EXTERNAL: Exchange = (f"0082000A10 {CRYPTOGRAM} {EXTERNAL_FACTOR}", "9000")
HOLDER = (
    f"0812{b'310199198802299021'.hex()} 091EC5B7D1F4BEB2E2F9{'00' * 22} 4E14{'00' * 20}"
    " 0A0132 0B0101 0C03310101 0D0419880229"
)
EF06: Exchange = ("00B2013500", f"{HOLDER} 9000")
EF06_CLOSED: Exchange = ("00B2013500", "6982")
PROBE: Exchange = ("0020000000", "63C3")

GENUINE = CardAuthenticationResult(True, bytes.fromhex(CRYPTOGRAM), bytes.fromhex(EXTERNAL_FACTOR))


@dataclass
class Module:
    """A security module that judges every card the same, or fails."""

    judgement: CardAuthenticationResult | PlatformError = GENUINE
    asked: list[CardAuthenticationRequest] = field(default_factory=list)

    def authenticate_card(self, request: CardAuthenticationRequest) -> CardAuthenticationResult:
        self.asked.append(request)
        if isinstance(self.judgement, PlatformError):
            raise self.judgement
        return self.judgement


def read(card: ScriptedCard, module: Module, steps: list[ReadStep] | None = None) -> CardReading:
    randoms = iter((bytes.fromhex(FACTOR), bytes.fromhex(RANDOM)))
    authentication = HsmAuthentication(module, lambda size: next(randoms))
    return read_card(card, authentication, (steps if steps is not None else []).append)


def codes(reading: CardReading) -> list[str]:
    return [warning.code for warning in reading.warnings]


def test_a_third_generation_card_takes_seven_commands() -> None:
    module, steps = Module(), list[ReadStep]()
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE, EXTERNAL, EF06, PROBE) as card:
        reading = read(card, module, steps)
    assert reading.authenticity is Authenticity.GENUINE
    assert reading.algorithm is Algorithm.SM4
    assert reading.card.identification_code == CODE
    assert reading.holder.name == "欧阳静怡"
    assert reading.pin_tries_left == 3
    assert (reading.reader, reading.atr) == (card.reader, ATR)
    assert codes(reading) == []
    assert steps == [
        ReadStep.SELECTING,
        ReadStep.READING_CARD,
        ReadStep.AUTHENTICATING,
        ReadStep.READING_HOLDER,
        ReadStep.PROBING_PIN,
    ]


def test_the_security_module_gets_what_ties_the_card_to_its_keys() -> None:
    module = Module()
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE, EXTERNAL, EF06, PROBE) as card:
        read(card, module)
    assert module.asked == [
        CardAuthenticationRequest(
            identification_code=CODE,
            historical_factor=bytes.fromhex("8660310000000107"),
            algorithm=Algorithm.SM4,
            factor=bytes.fromhex(FACTOR),
            random=bytes.fromhex(RANDOM),
            response=bytes.fromhex(RESPONSE),
            challenge=bytes.fromhex(CHALLENGE),
        )
    ]


def test_an_old_card_cannot_prove_itself_but_is_read() -> None:
    module = Module()
    with ScriptedCard(SELECT_OLD, EF05, EF06, PROBE) as card:
        reading = read(card, module)
    assert reading.authenticity is Authenticity.UNVERIFIED
    assert reading.algorithm is None
    assert reading.holder.name == "欧阳静怡"
    assert codes(reading) == []
    assert module.asked == []


@pytest.mark.parametrize(
    "trouble",
    [
        PlatformUnreachable("timeout"),
        PlatformRefused(problem="unsupported_algorithm", status=422),
        CardAuthenticationResult(True),
    ],
)
def test_without_the_security_module_the_card_is_unverified_and_its_holder_unread(
    trouble: CardAuthenticationResult | PlatformError,
) -> None:
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE, EF06_CLOSED, PROBE) as card:
        reading = read(card, Module(trouble))
    assert reading.authenticity is Authenticity.UNVERIFIED
    assert reading.holder == HolderRecord()
    assert reading.card.card_number == "E9021437X"
    assert codes(reading) == ["authenticity_unverified", "holder_unread"]


def test_a_second_generation_card_is_read_though_its_algorithm_is_unsupported() -> None:
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE, EF06, PROBE) as card:
        reading = read(card, Module(PlatformRefused(problem="unsupported_algorithm")))
    assert reading.authenticity is Authenticity.UNVERIFIED
    assert reading.holder.name == "欧阳静怡"
    assert codes(reading) == ["authenticity_unverified"]


@pytest.mark.parametrize(
    "refusal", [(INTERNAL[0], "6985"), (INTERNAL[0], "6D00"), (INTERNAL[0], "52F7BD 9000")]
)
def test_a_card_that_will_not_answer_for_itself_is_unverified(refusal: Exchange) -> None:
    module = Module()
    with ScriptedCard(SELECT, EF05, refusal, EF06_CLOSED, PROBE) as card:
        reading = read(card, module)
    assert codes(reading) == ["authenticity_unverified", "holder_unread"]
    assert module.asked == []


@pytest.mark.parametrize("word", ["63C5", "6983", "6985", "6988"])
def test_a_card_that_refuses_the_cryptogram_is_unverified(word: str) -> None:
    refused: Exchange = (EXTERNAL[0], word)
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE, refused, EF06_CLOSED, PROBE) as card:
        reading = read(card, Module())
    assert reading.authenticity is Authenticity.UNVERIFIED
    assert codes(reading) == ["authenticity_unverified", "holder_unread"]


def test_a_counterfeit_is_told_with_what_was_read_and_asked_nothing_more() -> None:
    with (
        ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE) as card,
        pytest.raises(Counterfeit) as told,
    ):
        read(card, Module(CardAuthenticationResult(False)))
    reading = told.value.reading
    assert reading is not None
    assert reading.authenticity is Authenticity.COUNTERFEIT
    assert reading.card.identification_code == CODE
    assert reading.holder == HolderRecord()


def test_a_card_with_a_short_answer_to_reset_cannot_be_authenticated() -> None:
    with ScriptedCard(
        SELECT, EF05, EF06_CLOSED, PROBE, atr=bytes.fromhex("3B64000001020304")
    ) as card:
        assert codes(read(card, Module())) == ["authenticity_unverified", "holder_unread"]


def test_a_card_without_identification_code_is_damaged() -> None:
    blank: Exchange = (EF05[0], f"0110{'FF' * 16} 020133 9000")
    with ScriptedCard(SELECT, blank) as card, pytest.raises(CardDamaged) as damaged:
        read(card, Module())
    assert damaged.value.missing == "identification_code"


def test_a_card_whose_card_file_is_closed_is_damaged() -> None:
    with ScriptedCard(SELECT, (EF05[0], "6982")) as card, pytest.raises(CardDamaged):
        read(card, Module())


def test_a_card_without_social_security_number_is_damaged() -> None:
    blank: Exchange = (EF06[0], f"0812{'00' * 18} 091EC5B7{'00' * 28} 9000")
    with ScriptedCard(SELECT_OLD, EF05, blank) as card, pytest.raises(CardDamaged) as damaged:
        read(card, Module())
    assert damaged.value.missing == "id_number"


# --- the PIN of an operator's own card -----------------------------------------------------------------

READ = (SELECT, EF05, INTERNAL, GET_CHALLENGE, EXTERNAL, EF06, PROBE)


def checked(card: ScriptedCard, module: Module, pin: str = "246802", code: str = CODE) -> PinCheck:
    randoms = iter((bytes.fromhex(FACTOR), bytes.fromhex(RANDOM)))
    authentication = HsmAuthentication(module, lambda size: next(randoms))
    return verify_pin(card, authentication, pin, code)


@pytest.mark.parametrize(
    ("answer", "verified", "left"), [("9000", True, None), ("63C2", False, 2), ("6983", False, 0)]
)
def test_a_pin_is_tried_once_at_a_card_that_has_proved_itself(
    answer: str, verified: bool, left: int | None
) -> None:
    with ScriptedCard(*READ, ("0020000003 246802", answer)) as card:
        check = checked(card, Module())
    assert (check.verified, check.tries_left) == (verified, left)
    assert check.reading.authenticity is Authenticity.GENUINE


def test_no_pin_is_given_to_another_card_or_to_one_that_proves_nothing() -> None:
    with ScriptedCard(*READ) as card:
        assert not checked(card, Module(), code="F" * 32).verified
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE, EF06_CLOSED, PROBE) as card:
        assert not checked(card, Module(PlatformUnreachable())).verified
    with ScriptedCard(SELECT, EF05, INTERNAL, GET_CHALLENGE) as card, pytest.raises(Counterfeit):
        checked(card, Module(CardAuthenticationResult(False)))


def test_what_cannot_be_a_pin_does_not_reach_the_card() -> None:
    with ScriptedCard() as card, pytest.raises(InvalidInput):
        checked(card, Module(), pin="12345")
