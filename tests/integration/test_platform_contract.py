"""What the counter's services rely on: the same for the fake and for the client with the real server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from desk_app.domain.card import Algorithm, CardState, RegisteredCard
from desk_app.domain.e_card import AuthorizationState, ChannelState, ECard, ECardState
from desk_app.domain.errors import (
    AlreadyBound,
    CardNotUsable,
    ConsentMissing,
    HolderHasECard,
    IdentityMismatch,
    PlatformRefused,
    RiskHold,
    StaleVersion,
    UnknownECard,
)
from desk_app.domain.outbox import (
    FrozenRequest,
    Instruction,
    IssueECard,
    RebindECard,
    ReportCard,
    ResumeECard,
    RevokeAuthorization,
    RevokeECard,
    SuspendECard,
)
from desk_app.sandbox import seed
from desk_app.sandbox.people import person
from desk_app.services.ports import CardAuthenticationRequest, Platform
from tests.fakes.platform import FakePlatform
from tests.fixtures.cards import consent_for, new_card
from tests.fixtures.platform import PlatformServer

Tell = Callable[[Instruction], object]


@pytest.fixture(params=["fake", "real"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The fake, and the client over HTTP; both have the demo city."""
    if request.param == "fake":
        yield _demo_city()
        return
    server: PlatformServer = request.getfixturevalue("platform_server")
    client = server.client()
    yield client
    client.close()


def _demo_city() -> FakePlatform:
    fake = FakePlatform.knowing(seed.platform_cards(), seed.platform_e_cards())
    for hold in seed.platform_risk_holds():
        fake.risk_holds[hold.id_number] = (hold.reason, hold.until)
    for id_number, authorization in seed.platform_authorizations():
        fake.grants.setdefault(id_number, []).append(authorization)
    return fake


@pytest.fixture
def tell(platform: Platform) -> Tell:
    """Send an instruction under a key of its own."""
    return lambda instruction: platform.deliver(platform.freeze(instruction), uuid4())


@pytest.fixture
def bound(platform: Platform, tell: Tell) -> tuple[RegisteredCard, ECard]:
    """A card with its e-card."""
    card = new_card()
    tell(ReportCard(card))
    e_card = tell(IssueECard(card, consent_for(card)))
    assert isinstance(e_card, ECard)
    return card, e_card


def in_the_mirror(card: RegisteredCard) -> RegisteredCard:
    return replace(card, card_number="", issued_on=None, mirrored_version=card.version)


class TestInquiries:
    def test_it_is_there_and_its_clock_is_right(self, platform: Platform) -> None:
        health = platform.health()
        assert abs(health.time - datetime.now(UTC)) < timedelta(seconds=30)
        assert abs(health.skew) < 5

    def test_a_card_it_was_never_told_of_is_none(self, platform: Platform) -> None:
        assert platform.physical_card("no such card?#%测") is None

    def test_an_e_card_that_is_not_there_is_unknown(self, platform: Platform) -> None:
        with pytest.raises(UnknownECard):
            platform.e_card("no such e-card?#%测")
        with pytest.raises(UnknownECard):
            platform.authorizations("none")
        with pytest.raises(UnknownECard):
            platform.claim_code("none")

    def test_nothing_is_found_for_a_stranger(self, platform: Platform) -> None:
        assert platform.find_e_cards(id_number="测试 &+=%/") == ()

    def test_a_search_for_nothing_in_particular_is_refused(self, platform: Platform) -> None:
        with pytest.raises(PlatformRefused) as refused:
            platform.find_e_cards()
        assert (refused.value.problem, refused.value.status) == ("malformed", 400)

    def test_services_and_channels_are_told(self, platform: Platform) -> None:
        assert {service.open for service in platform.services("310000")} == {True, False}
        states = {channel.state for channel in platform.channels()}
        assert states >= {ChannelState.AUTHORISED, ChannelState.APPLIED}

    def test_a_region_that_is_none_is_refused(self, platform: Platform) -> None:
        with pytest.raises(PlatformRefused) as refused:
            platform.services("3100")
        assert refused.value.problem == "unknown_region"


class TestSecurityModule:
    # The vector of the card contract.
    REQUEST = CardAuthenticationRequest(
        identification_code="310000D15600000500000107A5C3F019",
        historical_factor=bytes.fromhex("8660310000000107"),
        algorithm=Algorithm.SM4,
        factor=bytes.fromhex("1122334455667788"),
        random=bytes.fromhex("A0A1A2A3A4A5A6A7"),
        response=bytes.fromhex("52F7BD5A824FC5D0"),
        challenge=bytes.fromhex("C5D71484F8CF9BF4"),
    )

    def test_a_genuine_card_is_told_and_opened(self, platform: Platform) -> None:
        result = platform.authenticate_card(self.REQUEST)
        assert result.genuine
        assert result.cryptogram is not None
        assert result.factor is not None
        assert (len(result.cryptogram), len(result.factor)) == (8, 8)

    def test_a_counterfeit_is_told(self, platform: Platform) -> None:
        result = platform.authenticate_card(replace(self.REQUEST, response=bytes(8)))
        assert (result.genuine, result.cryptogram, result.factor) == (False, None, None)

    def test_an_older_algorithm_is_refused(self, platform: Platform) -> None:
        with pytest.raises(PlatformRefused) as refused:
            platform.authenticate_card(replace(self.REQUEST, algorithm=Algorithm.DES))
        assert refused.value.problem == "unsupported_algorithm"


class TestReports:
    @pytest.mark.parametrize("state", CardState)
    def test_the_mirror_has_what_was_reported(
        self, platform: Platform, tell: Tell, state: CardState
    ) -> None:
        card = new_card(state, replaces="another", version=4)
        assert tell(ReportCard(card)) == in_the_mirror(card)
        assert platform.physical_card(card.identification_code) == in_the_mirror(card)

    def test_a_card_without_a_last_day(self, platform: Platform, tell: Tell) -> None:
        card = new_card(valid_until=None)
        assert tell(ReportCard(card)) == in_the_mirror(card)

    def test_an_older_version_is_stale(self, tell: Tell) -> None:
        card = new_card(version=4)
        tell(ReportCard(card))
        with pytest.raises(StaleVersion) as stale:
            tell(ReportCard(replace(card, version=3)))
        assert stale.value.current == 4

    def test_the_same_version_with_another_state_is_stale(self, tell: Tell) -> None:
        card = new_card(version=4)
        tell(ReportCard(card))
        with pytest.raises(StaleVersion):
            tell(ReportCard(replace(card, state=CardState.LOST)))

    def test_the_same_report_again_is_the_same_report(self, tell: Tell) -> None:
        card = new_card(version=4)
        assert tell(ReportCard(card)) == tell(ReportCard(card))


class TestIssuing:
    def test_a_normal_card_gets_its_e_card(
        self, platform: Platform, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        assert (e_card.identification_code, e_card.id_number, e_card.region) == (
            card.identification_code,
            card.id_number,
            card.region,
        )
        assert (e_card.state, e_card.claimed_by, e_card.version) == (ECardState.ISSUED, None, 1)
        assert platform.e_card(e_card.sign_no) == e_card
        assert platform.find_e_cards(identification_code=card.identification_code) == (e_card,)
        assert platform.find_e_cards(id_number=card.id_number) == (e_card,)

    def test_the_same_key_gives_the_same_e_card(self, platform: Platform, tell: Tell) -> None:
        card = new_card()
        tell(ReportCard(card))
        request, key = platform.freeze(IssueECard(card, consent_for(card))), uuid4()
        assert platform.deliver(request, key) == platform.deliver(request, key)
        assert len(platform.find_e_cards(id_number=card.id_number)) == 1

    def test_the_same_key_for_something_else_is_refused(
        self, platform: Platform, tell: Tell
    ) -> None:
        card = new_card()
        tell(ReportCard(card))
        issue, key = IssueECard(card, consent_for(card)), uuid4()
        platform.deliver(platform.freeze(issue), key)
        with pytest.raises(PlatformRefused) as refused:
            platform.deliver(platform.freeze(replace(issue, sign_level=2)), key)
        assert (refused.value.problem, refused.value.status) == ("idempotency_conflict", 409)

    def test_a_second_one_is_refused_with_the_first(
        self, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        with pytest.raises(AlreadyBound) as refused:
            tell(IssueECard(card, consent_for(card)))
        assert refused.value.e_card == e_card

    def test_the_holder_has_one_on_another_card(
        self, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        other = new_card(id_number=card.id_number)
        tell(ReportCard(other))
        with pytest.raises(HolderHasECard) as refused:
            tell(IssueECard(other, consent_for(other)))
        assert refused.value.e_card == e_card

    @pytest.mark.parametrize(
        ("values", "problem"),
        [
            ({"state": CardState.NOT_ACTIVATED}, "card_not_activated"),
            ({"state": CardState.LOCKED}, "card_not_activated"),
            ({"state": CardState.TEMPORARILY_LOST}, "card_lost"),
            ({"state": CardState.CANCELLED}, "card_cancelled"),
            ({"state": CardState.EXPIRED}, "card_expired"),
            ({"valid_until": date(2026, 1, 1)}, "card_expired"),
        ],
    )
    def test_a_card_that_cannot_carry_one(
        self, tell: Tell, values: dict[str, Any], problem: str
    ) -> None:
        card = new_card(**values)
        tell(ReportCard(card))
        with pytest.raises(CardNotUsable) as refused:
            tell(IssueECard(card, consent_for(card)))
        assert refused.value.problem == problem

    def test_a_card_that_was_never_reported(self, tell: Tell) -> None:
        card = new_card()
        with pytest.raises(CardNotUsable):
            tell(IssueECard(card, consent_for(card)))

    def test_another_persons_card(self, tell: Tell) -> None:
        card = new_card()
        tell(ReportCard(card))
        with pytest.raises(IdentityMismatch):
            tell(IssueECard(replace(card, name="他人"), consent_for(card)))

    def test_a_consent_to_no_text(self, tell: Tell) -> None:
        card = new_card()
        tell(ReportCard(card))
        with pytest.raises(ConsentMissing):
            tell(IssueECard(card, replace(consent_for(card), text_version="")))

    def test_a_risk_hold(self, tell: Tell) -> None:
        card = person("risk_hold").cards[0]
        with pytest.raises(RiskHold) as held:
            tell(IssueECard(card, consent_for(card)))
        assert held.value.reason
        assert held.value.until is not None
        assert held.value.until > datetime.now(UTC)


class TestLife:
    def test_stopped_resumed_ended(
        self, platform: Platform, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        at = (e_card.sign_no, card.identification_code)
        for instruction, state in (
            (SuspendECard(*at, "phone stolen"), ECardState.SUSPENDED),
            (ResumeECard(*at), ECardState.ISSUED),
            (RevokeECard(*at, "holder asks"), ECardState.REVOKED),
        ):
            changed = tell(instruction)
            assert isinstance(changed, ECard)
            assert changed.state is state
            assert platform.e_card(e_card.sign_no) == changed
        with pytest.raises(PlatformRefused) as refused:
            tell(ResumeECard(*at))
        assert refused.value.problem == "e_card_revoked"

    def test_it_follows_its_card(
        self, platform: Platform, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        for version, (card_state, state) in enumerate(
            (
                (CardState.LOST, ECardState.SUSPENDED),
                (CardState.NORMAL, ECardState.ISSUED),
                (CardState.CANCELLED, ECardState.REVOKED),
            ),
            start=2,
        ):
            tell(ReportCard(replace(card, state=card_state, version=version)))
            followed = platform.e_card(e_card.sign_no)
            assert (followed.state, followed.version) == (state, version)

    def test_it_is_not_resumed_on_a_lost_card(
        self, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        tell(ReportCard(replace(card, state=CardState.LOST, version=2)))
        with pytest.raises(PlatformRefused) as refused:
            tell(ResumeECard(e_card.sign_no, card.identification_code))
        assert refused.value.problem == "card_not_normal"

    def test_it_moves_to_the_replacement(
        self, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        old, e_card = bound
        tell(ReportCard(replace(old, state=CardState.LOST, version=2)))
        new = new_card(id_number=old.id_number, replaces=old.identification_code)
        tell(ReportCard(new))
        move = RebindECard(e_card.sign_no, old.identification_code, new.identification_code)
        moved = tell(move)
        assert isinstance(moved, ECard)
        assert (moved.sign_no, moved.identification_code, moved.state) == (
            e_card.sign_no,
            new.identification_code,
            ECardState.ISSUED,
        )

    def test_it_does_not_move_elsewhere(
        self, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        old, e_card = bound
        new = new_card(id_number=old.id_number)
        tell(ReportCard(new))
        with pytest.raises(PlatformRefused) as refused:
            tell(RebindECard(e_card.sign_no, old.identification_code, new.identification_code))
        assert refused.value.problem == "not_the_replacement"

    def test_a_claim_code_lives_a_minute(
        self, platform: Platform, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        code = platform.claim_code(bound[1].sign_no)
        life = code.expires_at - datetime.now(UTC)
        assert timedelta(seconds=50) < life <= timedelta(seconds=60)
        assert code.channels
        assert code.claim_url.startswith("http")

    def test_a_stopped_e_card_is_not_claimed(
        self, platform: Platform, tell: Tell, bound: tuple[RegisteredCard, ECard]
    ) -> None:
        card, e_card = bound
        tell(SuspendECard(e_card.sign_no, card.identification_code, "test"))
        with pytest.raises(PlatformRefused) as refused:
            platform.claim_code(e_card.sign_no)
        assert refused.value.problem == "e_card_suspended"

    def test_an_authorisation_is_withdrawn(self, platform: Platform, tell: Tell) -> None:
        card = person("long_name").cards[0]
        e_card = tell(IssueECard(card, consent_for(card)))
        assert isinstance(e_card, ECard)
        grant = next(a for a in platform.authorizations(e_card.sign_no) if a.kind == "department")
        revoke = RevokeAuthorization(e_card.sign_no, card.identification_code, grant.id)
        withdrawn = tell(revoke)
        assert withdrawn == replace(grant, state=AuthorizationState.REVOKED)
        assert withdrawn in platform.authorizations(e_card.sign_no)
        with pytest.raises(PlatformRefused) as refused:
            tell(replace(revoke, authorization_id="another's?"))
        assert refused.value.problem == "unknown_authorization"

    @pytest.mark.parametrize(
        "instruction",
        [
            SuspendECard("none", "card", "test"),
            ResumeECard("none", "card"),
            RevokeECard("none", "card", "test"),
            RebindECard("none", "card", "other"),
            RevokeAuthorization("none", "card", "id"),
        ],
    )
    def test_nothing_is_done_to_an_e_card_that_is_not_there(
        self, tell: Tell, instruction: Instruction
    ) -> None:
        with pytest.raises(UnknownECard):
            tell(instruction)


def test_freezing_the_same_instruction_gives_the_same_bytes(platform: Platform) -> None:
    card = new_card()
    issue = IssueECard(card, consent_for(card))
    frozen = platform.freeze(issue)
    assert isinstance(frozen, FrozenRequest)
    assert platform.freeze(replace(issue)) == frozen
