"""From the loss to the new card, with the real store and the real platform, over outages and restarts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from desk_app import app
from desk_app.app import Counter
from desk_app.domain.application import HOLDER, Application, ApplicationKind, ApplicationState
from desk_app.domain.card import (
    Algorithm,
    Authenticity,
    CardReading,
    CardRecord,
    CardState,
    HolderRecord,
    RegisteredCard,
)
from desk_app.domain.decision import Verdict
from desk_app.domain.e_card import ConsentMethod, ECard, ECardState
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.domain.visit import Case
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from desk_app.seeding import seed
from desk_app.settings import HallSettings, PlatformSettings, Settings
from tests.fixtures.platform import Clock, PlatformServer, served

LOSS, REPLACEMENT = ApplicationKind.FORMAL_LOSS, ApplicationKind.REPLACEMENT
CLERK = Operator("1001", "林晓", frozenset({Role.CLERK}))
SUPERVISOR = Operator("2001", "郑国栋", frozenset({Role.SUPERVISOR}))


@dataclass
class Hall:
    """One counter whose operator changes, and the citizen whose card is lost."""

    counter: Counter
    who: Variant

    @property
    def clerk(self) -> Desk:
        return self.counter.desk(CLERK)

    def code(self) -> str:
        return person(self.who).cards[0].identification_code

    def card(self, code: str | None = None) -> RegisteredCard:
        with self.counter.store.begin(write=False) as uow:
            found = uow.cards.get(code or self.code())
        assert found is not None
        return found

    def open(self, code: str | None = None) -> Case:
        """A card in the reader, or the citizen without one."""
        identification = self.counter.services.identification
        if code is not None:
            case = identification.open_case(self.clerk, reading(self.card(code)))
            return identification.refresh_e_card(case)
        case = identification.look_up(self.clerk, person(self.who).holder.id_number)
        return identification.reveal(self.clerk, identification.refresh_e_card(case), "挂失")

    def bind(self) -> ECard:
        e_cards, screen = self.counter.services.e_cards, ConsentMethod.CITIZEN_SCREEN
        case = e_cards.consent(self.clerk, self.open(self.code()), screen)
        e_card = e_cards.bind(self.clerk, case).e_card
        assert e_card is not None
        return e_card

    def file(self, kind: ApplicationKind, reason: str) -> Application:
        case = self.counter.services.loss.file(self.clerk, self.open(), kind, HOLDER, reason)
        assert case.application is not None
        return case.application

    def approve(self, application: Application) -> Application:
        desk, decisions = self.counter.desk(SUPERVISOR), self.counter.services.decisions
        choice = decisions.open(desk, application.id).choice
        return decisions.decide(desk, choice, Verdict(True), "demo-supervisor-2001")

    def hand_over(self, code: str) -> Case:
        return self.counter.services.replacement.hand_over(self.clerk, self.open(code))

    def mirrored(self, code: str | None = None) -> CardState:
        found = self.counter.platform.physical_card(code or self.code())
        assert found is not None
        return found.state

    def e_cards(self) -> list[tuple[str, str, ECardState]]:
        number = person(self.who).holder.id_number
        found = self.counter.platform.find_e_cards(id_number=number)
        return [(e.sign_no, e.identification_code, e.state) for e in found]

    def converges(self) -> None:
        """Everything is delivered, and every card's version is the one that the platform has."""
        while self.counter.services.delivery.deliver_pending().left:
            pass
        with self.counter.store.begin(write=False) as uow:
            cards = uow.cards.of_holder(person(self.who).holder.id_number)
        assert all(card.mirrored_version == card.version for card in cards)
        assert [self.mirrored(c.identification_code) for c in cards] == [c.state for c in cards]


def reading(card: RegisteredCard) -> CardReading:
    record = CardRecord(card.identification_code, None, None, None, None, card.valid_until)
    holder = HolderRecord(card.id_number, card.name)
    return CardReading("reader", b"", Algorithm.SM4, record, holder, Authenticity.GENUINE)


@contextmanager
def platform(home: Path) -> Iterator[PlatformServer]:
    with served(home / "platform", Clock()) as running:
        yield running


@contextmanager
def counter(home: Path, running: PlatformServer, region: str = "310000") -> Iterator[Counter]:
    at = PlatformSettings(running.url, running.terminal, running.secret)
    with app.opened(Settings(HallSettings(region=region), platform=at), home) as opened:
        seed(opened.store)
        yield opened


def test_lost_approved_replaced_and_handed_over(tmp_path: Path) -> None:
    with platform(tmp_path) as running, counter(tmp_path, running) as opened:
        hall = Hall(opened, Variant.GOOD)
        e_card = hall.bind()

        hall.approve(hall.file(LOSS, "在地铁上遗失"))
        assert hall.mirrored() is CardState.LOST
        assert hall.e_cards() == [(e_card.sign_no, hall.code(), ECardState.SUSPENDED)]

        code = hall.approve(hall.file(REPLACEMENT, "lost")).new_identification_code
        assert code is not None
        assert hall.mirrored(code) is CardState.IN_PRODUCTION

        case = hall.hand_over(code)
        assert case.e_card is not None
        assert (case.e_card.identification_code, case.e_card.state) == (code, ECardState.ISSUED)
        assert hall.e_cards() == [(e_card.sign_no, code, ECardState.ISSUED)]
        assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
        hall.converges()
        # It is a card like any other: its e-card can be claimed.
        claimed, claim = opened.services.e_cards.claim_code(hall.clerk, hall.open(code))
        assert claim.claim_url
        assert claimed.outcome is not None


def test_everything_but_the_binding_happens_during_an_outage_and_over_restarts(
    tmp_path: Path,
) -> None:
    with ExitStack() as outage:
        running = outage.enter_context(platform(tmp_path))
        with counter(tmp_path, running) as opened:
            hall = Hall(opened, Variant.GOOD)
            e_card = hall.bind()
            outage.close()  # the platform is gone; the hall goes on
            hall.approve(hall.file(LOSS, "被盗"))
            filed = hall.file(REPLACEMENT, "lost")
        with counter(tmp_path, running) as opened:  # a counter that was started anew
            hall = Hall(opened, Variant.GOOD)
            code = hall.approve(filed).new_identification_code
            assert code is not None
            case = hall.hand_over(code)
            assert case.registered is not None
            assert case.registered.state is CardState.NORMAL
            assert case.application is None
    with platform(tmp_path) as running, counter(tmp_path, running) as opened:
        hall = Hall(opened, Variant.GOOD)
        assert hall.e_cards() == [(e_card.sign_no, hall.code(), ECardState.ISSUED)]
        hall.converges()
        assert hall.e_cards() == [(e_card.sign_no, code, ECardState.ISSUED)]
        assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
        with opened.store.begin(write=False) as uow:
            done = uow.applications.get(filed.id)
        assert done is not None
        assert done.state is ApplicationState.COMPLETED


def test_elsewhere_the_e_card_ends_with_the_loss_and_is_applied_for_anew(tmp_path: Path) -> None:
    with platform(tmp_path) as running, counter(tmp_path, running, "320500") as opened:
        assert opened.policy.names["en"] == "Suzhou"
        hall = Hall(opened, Variant.GOOD)
        e_card = hall.bind()
        hall.approve(hall.file(LOSS, "遗失"))
        assert hall.e_cards() == [(e_card.sign_no, hall.code(), ECardState.REVOKED)]
        code = hall.approve(hall.file(REPLACEMENT, "lost")).new_identification_code
        assert code is not None
        assert hall.hand_over(code).e_card is None
        hall.converges()
        e_cards = opened.services.e_cards
        agreed = e_cards.consent(hall.clerk, hall.open(code), ConsentMethod.PAPER)
        fresh = e_cards.bind(hall.clerk, agreed).e_card
        assert fresh is not None
        assert (fresh.identification_code, fresh.state) == (code, ECardState.ISSUED)
        assert fresh.sign_no != e_card.sign_no


@pytest.mark.parametrize("who", [Variant.LOST, Variant.EXPIRED, Variant.LOCKED])
def test_cards_that_were_so_before_are_replaced_too(tmp_path: Path, who: Variant) -> None:
    reason = {Variant.LOST: "lost", Variant.EXPIRED: "expiring", Variant.LOCKED: "damaged"}[who]
    with platform(tmp_path) as running, counter(tmp_path, running) as opened:
        hall = Hall(opened, who)
        code = hall.approve(hall.file(REPLACEMENT, reason)).new_identification_code
        assert code is not None
        hall.hand_over(code)
        hall.converges()
        assert (hall.mirrored(code), hall.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
