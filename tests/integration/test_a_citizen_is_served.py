"""One citizen at a time, with the real store and the real platform: what each verb does and leaves behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from desk_app import app
from desk_app.app import Counter
from desk_app.domain.activation import Condition
from desk_app.domain.audit import Action, Outcome
from desk_app.domain.card import (
    Algorithm,
    Authenticity,
    CardReading,
    CardRecord,
    CardState,
    HolderRecord,
)
from desk_app.domain.e_card import AuthorizationState, ConsentMethod, ECardState
from desk_app.domain.errors import (
    InstructionPending,
    InvalidInput,
    NotPossible,
    Outdated,
    ReasonRequired,
    RiskHold,
    UnknownPerson,
)
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.domain.outbox import ReportCard
from desk_app.domain.verbs import Hindrance
from desk_app.domain.visit import Case, VisitStep
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from desk_app.seeding import seed
from desk_app.settings import HallSettings, PlatformSettings, Settings
from tests.fixtures.platform import Clock, served

SCREEN = ConsentMethod.CITIZEN_SCREEN


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """A seeded counter with a platform of its own; tests take a citizen each."""
    home = tmp_path_factory.mktemp("counter")
    with served(home / "platform", Clock()) as running:
        at = PlatformSettings(running.url, running.terminal, running.secret)
        with app.opened(Settings(HallSettings(), platform=at), home) as opened:
            seed(opened.store)
            yield opened


@pytest.fixture
def desk(counter: Counter) -> Desk:
    return counter.desk(Operator("1001", "林晓", frozenset({Role.CLERK})))


def read(variant: Variant, **changes: Any) -> CardReading:
    """What the reader says of a card of that kind."""
    who = person(variant)
    card, holder = who.cards[0], who.holder
    reading = CardReading(
        "reader",
        b"",
        Algorithm.SM4,
        CardRecord(
            card.identification_code, valid_until=card.valid_until, card_number=card.card_number
        ),
        HolderRecord(holder.id_number, holder.name),
        Authenticity.GENUINE,
    )
    return replace(reading, **changes)


def opened_case(counter: Counter, desk: Desk, variant: Variant, **changes: Any) -> Case:
    identification = counter.services.identification
    return identification.refresh_e_card(identification.open_case(desk, read(variant, **changes)))


def trail(counter: Counter, *actions: Action) -> list[tuple[Action, Outcome]]:
    with counter.store.begin(write=False) as uow:
        return [(r.action, r.outcome) for r in uow.audit.records() if r.action in actions]


def steps(case: Case) -> list[VisitStep]:
    return [taken.step for taken in case.visit.steps]


def test_from_a_new_card_to_a_working_e_card(counter: Counter, desk: Desk) -> None:
    services = counter.services
    case = opened_case(counter, desk, Variant.NOT_ACTIVATED)
    assert case.verdict is not None
    assert case.verdict.holds(Condition.STATE) is False

    case = services.activation.activate(desk, case)
    assert case.verdict is not None
    assert case.verdict.usable

    case = services.e_cards.consent(desk, case, SCREEN)
    case = services.e_cards.bind(desk, case)
    assert case.e_card is not None
    assert not case.binding_pending

    case, code = services.e_cards.claim_code(desk, case)
    assert code.claim_url
    assert code.channels
    services.identification.end_visit(desk, case)

    assert steps(case) == [
        VisitStep.IDENTIFIED,
        VisitStep.ACTIVATED,
        VisitStep.VERIFIED,
        VisitStep.CONSENTED,
        VisitStep.BOUND,
        VisitStep.CLAIM_SHOWN,
    ]
    with counter.store.begin(write=False) as uow:
        kept = uow.visits.get(case.visit.id)
        assert kept is not None
        assert [taken.step for taken in kept.steps] == steps(case)
        assert kept.closed_at is not None
        card = uow.cards.get(case.e_card.identification_code)
        assert card is not None
        assert card.mirrored_version == card.version
    mirror = counter.platform.physical_card(case.e_card.identification_code)
    assert mirror is not None
    assert mirror.state is CardState.NORMAL


def test_the_next_visit_finds_the_e_card_and_does_not_offer_another(
    counter: Counter, desk: Desk
) -> None:
    e_cards = counter.services.e_cards
    case = opened_case(counter, desk, Variant.GOOD)
    case = e_cards.bind(desk, e_cards.consent(desk, case, SCREEN))

    again = opened_case(counter, desk, Variant.GOOD)
    assert again.e_card == case.e_card
    with pytest.raises(NotPossible):
        e_cards.bind(desk, replace(again, consent=case.consent))


def test_a_second_bind_with_the_case_of_before_changes_nothing(
    counter: Counter, desk: Desk
) -> None:
    e_cards = counter.services.e_cards
    case = e_cards.consent(desk, opened_case(counter, desk, Variant.ONE_MONTH), SCREEN)
    first = e_cards.bind(desk, case)
    assert first.e_card is not None

    with pytest.raises(NotPossible) as refused:
        e_cards.bind(desk, case)

    assert refused.value.hindrances == (Hindrance.ALREADY_BOUND,)
    assert refused.value.at is not None
    assert refused.value.window == desk.window
    assert opened_case(counter, desk, Variant.ONE_MONTH).e_card == first.e_card
    code = first.e_card.identification_code
    assert len(counter.platform.find_e_cards(identification_code=code)) == 1


def test_an_e_card_that_has_ended_is_not_ended_again_on_what_was_seen_before(
    counter: Counter, desk: Desk
) -> None:
    e_cards, elsewhere = counter.services.e_cards, replace(desk, window="9")
    case = e_cards.consent(desk, opened_case(counter, desk, Variant.FOREIGNER), SCREEN)
    case = e_cards.bind(desk, case)
    e_cards.unbind(elsewhere, case, "holder asked")

    with pytest.raises(NotPossible) as refused:
        e_cards.unbind(desk, case, "holder asked")

    assert refused.value.hindrances == (Hindrance.NO_E_CARD,)
    assert refused.value.at is not None
    assert refused.value.window == "9"


def test_unbinding_ends_the_e_card_and_wants_a_reason(counter: Counter, desk: Desk) -> None:
    e_cards = counter.services.e_cards
    case = e_cards.consent(desk, opened_case(counter, desk, Variant.RENEWING), SCREEN)
    case = e_cards.bind(desk, case)
    with pytest.raises(ReasonRequired):
        e_cards.unbind(desk, case, "  ")

    case = e_cards.unbind(desk, case, "holder asked")

    assert case.e_card is not None
    assert case.e_card.state is ECardState.REVOKED
    again = e_cards.bind(desk, e_cards.consent(desk, case, SCREEN))
    assert again.e_card is not None
    assert again.e_card.is_active
    assert again.e_card.sign_no != case.e_card.sign_no


def test_a_risk_hold_says_until_when_and_leaves_nothing_pending(
    counter: Counter, desk: Desk
) -> None:
    e_cards = counter.services.e_cards
    case = e_cards.consent(desk, opened_case(counter, desk, Variant.RISK_HOLD), SCREEN)

    with pytest.raises(RiskHold) as held:
        e_cards.bind(desk, case)

    assert held.value.until is not None
    assert case.registered is not None
    with counter.store.begin(write=False) as uow:
        assert uow.outbox.pending(case.registered.identification_code) == ()
    assert (Action.BIND, Outcome.REFUSED) in trail(counter, Action.BIND)


def test_authorisations_are_seen_and_withdrawn(counter: Counter, desk: Desk) -> None:
    authorizations = counter.services.authorizations
    case = opened_case(counter, desk, Variant.BOUND)
    active = [a for a in authorizations.of(desk, case) if a.state is AuthorizationState.ACTIVE]

    case, left = authorizations.revoke(desk, case, active[0].id)

    assert {a.id: a.state for a in left}[active[0].id] is AuthorizationState.REVOKED
    assert VisitStep.AUTHORIZATION_REVOKED in steps(case)


def test_a_counterfeit_opens_a_case_without_a_citizen_and_is_in_the_audit(
    counter: Counter, desk: Desk
) -> None:
    case = counter.services.identification.open_case(
        desk, read(Variant.GOOD, authenticity=Authenticity.COUNTERFEIT)
    )

    assert case.holder is None
    assert VisitStep.IDENTIFIED not in steps(case)
    assert (Action.IDENTIFY, Outcome.REFUSED) in trail(counter, Action.IDENTIFY)
    with pytest.raises(NotPossible):
        counter.services.e_cards.consent(desk, case, SCREEN)


def test_a_card_changed_at_another_counter_is_not_activated_on_what_was_seen_before(
    counter: Counter, desk: Desk
) -> None:
    case = opened_case(counter, desk, Variant.IN_PRODUCTION)
    assert case.registered is not None
    seen = replace(case, registered=replace(case.registered, state=CardState.NOT_ACTIVATED))
    code, version = case.registered.identification_code, case.registered.version
    with counter.store.begin() as uow:
        uow.cards.change_state(code, CardState.NORMAL, version)  # handed over, say
        uow.commit()

    with pytest.raises(Outdated):
        counter.services.activation.activate(desk, seen)


def test_a_newer_version_on_the_platform_is_outbid_not_lost(counter: Counter, desk: Desk) -> None:
    case = opened_case(counter, desk, Variant.THIRTY_YEARS)
    assert case.registered is not None
    code = case.registered.identification_code
    ahead = replace(case.registered, version=case.registered.version + 7, state=CardState.LOCKED)
    counter.platform.deliver(counter.platform.freeze(ReportCard(ahead)), uuid4())
    with counter.store.begin() as uow:
        counter.services.delivery.write_down(uow, desk, ReportCard(case.registered))
        uow.commit()

    counter.services.delivery.deliver_pending(code)

    mirror = counter.platform.physical_card(code)
    assert mirror is not None
    assert mirror.state is CardState.NORMAL
    with counter.store.begin(write=False) as uow:
        card = uow.cards.get(code)
        assert card is not None
        assert card.version == card.mirrored_version == mirror.version
        assert uow.outbox.pending(code) == ()


def test_a_person_without_a_card_is_looked_up_masked_until_a_reason_is_given(
    counter: Counter, desk: Desk
) -> None:
    identification = counter.services.identification
    number = person(Variant.GOOD).holder.id_number

    case = identification.look_up(desk, f" {number.lower()} ")
    assert not case.revealed
    with pytest.raises(ReasonRequired):
        identification.reveal(desk, case, " ")

    assert identification.reveal(desk, case, "lost the card at home").revealed
    assert (Action.REVEAL, Outcome.DONE) in trail(counter, Action.REVEAL)


def test_an_unknown_and_a_mistyped_number_are_told_apart(counter: Counter, desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        counter.services.identification.look_up(desk, "12345")
    with pytest.raises(UnknownPerson):
        counter.services.identification.look_up(desk, "000000190001010000")
    assert (Action.LOOK_UP, Outcome.REFUSED) in trail(counter, Action.LOOK_UP)


def test_nothing_personal_is_in_the_audit(counter: Counter) -> None:
    with counter.store.begin(write=False) as uow:
        written = " ".join(str(record) for record in uow.audit.records())
    for variant in (Variant.GOOD, Variant.BOUND, Variant.NOT_ACTIVATED):
        holder = person(variant).holder
        assert holder.id_number not in written
        assert holder.name not in written


def test_a_platform_that_is_down_leaves_the_binding_pending_and_is_completed_later(
    counter: Counter, desk: Desk
) -> None:
    nowhere = PlatformSettings("http://127.0.0.1:9", counter.settings.platform.terminal, "x")
    code = person(Variant.LONG_NAME).cards[0].identification_code
    with app.opened(replace(counter.settings, platform=nowhere), counter.home) as offline:
        e_cards = offline.services.e_cards
        case = opened_case(offline, desk, Variant.LONG_NAME)
        assert not case.platform_known
        case = e_cards.bind(desk, e_cards.consent(desk, case, SCREEN))
        assert case.binding_pending
        assert case.e_card is None

    assert counter.platform.find_e_cards(identification_code=code) == ()
    counter.services.delivery.deliver_pending()

    case = opened_case(counter, desk, Variant.LONG_NAME)
    assert case.e_card is not None
    assert not case.binding_pending
    assert len(counter.platform.find_e_cards(identification_code=code)) == 1


def test_an_unbinding_without_an_answer_says_that_it_will_follow(
    counter: Counter, desk: Desk
) -> None:
    e_cards = counter.services.e_cards
    case = e_cards.consent(desk, opened_case(counter, desk, Variant.NOTHING), SCREEN)
    case = e_cards.bind(desk, case)
    nowhere = PlatformSettings("http://127.0.0.1:9", counter.settings.platform.terminal, "x")
    with (
        app.opened(replace(counter.settings, platform=nowhere), counter.home) as offline,
        pytest.raises(InstructionPending),
    ):
        offline.services.e_cards.unbind(desk, case, "holder asked")

    counter.services.delivery.deliver_pending()

    again = opened_case(counter, desk, Variant.NOTHING)
    assert again.e_card is None
