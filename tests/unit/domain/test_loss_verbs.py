"""What can be done about a lost card, in every state, with the card and without it."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from desk_app.domain.activation import verify
from desk_app.domain.applicants import age, replacement_reasons
from desk_app.domain.application import (
    HOLDER,
    Application,
    ApplicationKind,
    ApplicationState,
    ReplacementReason,
)
from desk_app.domain.card import Authenticity, CardState
from desk_app.domain.lifecycle import TRANSITIONS, Change, possible
from desk_app.domain.verbs import Hindrance, Verb, offer
from desk_app.domain.visit import Case
from desk_app.regions import policy_of
from tests.unit.domain.cases import CODE, NOW, NUMBER, TODAY, case, reading, registered

S, V = CardState, Verb
LOSS_VERBS = (V.REPORT_LOSS, V.FORMAL_LOSS, V.RELEASE, V.REPLACE, V.HAND_OVER, V.CANCEL)
WITHOUT_CARD = {
    S.IN_PRODUCTION: set(),
    S.NOT_ACTIVATED: {V.CANCEL},
    S.NORMAL: {V.REPORT_LOSS, V.FORMAL_LOSS, V.REPLACE, V.CANCEL},
    S.TEMPORARILY_LOST: {V.FORMAL_LOSS, V.CANCEL},
    S.LOST: {V.REPLACE, V.CANCEL},
    S.LOCKED: {V.REPLACE, V.CANCEL},
    S.CANCELLED: set(),
    S.EXPIRED: {V.REPLACE, V.CANCEL},
}
WITH_CARD = {
    state: offered - {V.REPORT_LOSS, V.FORMAL_LOSS}
    | ({V.RELEASE} if state in (S.TEMPORARILY_LOST, S.LOST) else set())
    for state, offered in WITHOUT_CARD.items()
}


def offered(one: Case) -> set[Verb]:
    return {verb for verb in LOSS_VERBS if offer(one, verb).enabled}


def without_card(state: CardState = S.NORMAL, **values: object) -> Case:
    values = {"policy": policy_of("310000"), **values}
    return case(registered=registered(state), reading=None, verdict=None, **values)


def with_card(state: CardState, **values: object) -> Case:
    return case(registered=registered(state), **{"policy": policy_of("310000"), **values})


def application(
    kind: ApplicationKind = ApplicationKind.FORMAL_LOSS, **values: object
) -> Application:
    filed = Application(
        uuid4(), "1", kind, CODE, NUMBER, "310000", S.NORMAL, 1, HOLDER, "", "1001", NOW, "", "1"
    )
    return replace(filed, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", S)
def test_every_state_offers_what_its_changes_allow(state: CardState) -> None:
    assert offered(without_card(state)) == WITHOUT_CARD[state]
    assert offered(with_card(state)) == WITH_CARD[state]


@pytest.mark.parametrize("state", S)
def test_an_open_application_leaves_only_the_temporary_loss(state: CardState) -> None:
    waiting = without_card(state, application=application())
    assert offered(waiting) == WITHOUT_CARD[state] & {V.REPORT_LOSS}
    if state is S.NORMAL:
        assert offer(waiting, V.CANCEL).hindrances == (Hindrance.APPLICATION_WAITS,)
        replaced = replace(waiting, application=application(ApplicationKind.REPLACEMENT))
        assert offer(replaced, V.CANCEL).hindrances == (Hindrance.REPLACEMENT_WAITS,)


def test_nothing_is_offered_before_the_person_is_shown_or_for_a_card_nobody_knows() -> None:
    assert not offered(without_card(revealed=False))
    unknown = replace(without_card(), registered=None)
    assert not offered(unknown)
    assert offer(unknown, V.REPORT_LOSS).hindrances == (Hindrance.NOT_REGISTERED,)


def test_a_counterfeit_and_another_persons_card_offer_nothing() -> None:
    false = reading(Authenticity.COUNTERFEIT)
    assert not offered(case(reading=false, holder=None))
    other = reading(name="别人")
    card = registered(S.LOST)
    foreign = case(reading=other, registered=card, verdict=verify(other, card, TODAY))
    assert not offered(foreign)
    assert Hindrance.IDENTITY_DIFFERS in offer(foreign, V.RELEASE).hindrances


def test_a_release_takes_a_card_that_is_proven_genuine() -> None:
    unproven = reading(Authenticity.UNVERIFIED)
    card = registered(S.LOST)
    found = case(reading=unproven, registered=card, verdict=verify(unproven, card, TODAY))
    assert offer(found, V.RELEASE).hindrances == (Hindrance.AUTHENTICITY_UNKNOWN,)


def test_whether_a_formal_loss_can_be_undone_is_the_regions_choice() -> None:
    elsewhere = policy_of("320500")
    assert offer(with_card(S.LOST, policy=elsewhere), V.RELEASE).hindrances == (
        Hindrance.RELEASE_NOT_ALLOWED,
    )
    assert offer(with_card(S.TEMPORARILY_LOST, policy=elsewhere), V.RELEASE).enabled


@pytest.mark.parametrize(
    ("state", "enabled"),
    [(S.IN_PRODUCTION, True), (S.NOT_ACTIVATED, True), (S.NORMAL, False), (S.CANCELLED, False)],
)
def test_a_replacement_is_handed_over_once_it_is_approved(
    state: CardState, *, enabled: bool
) -> None:
    approved = application(
        ApplicationKind.REPLACEMENT,
        state=ApplicationState.APPROVED,
        new_identification_code=CODE,
    )
    new = case(registered=registered(state, replaces="OLD"), application=approved)
    assert offer(new, V.HAND_OVER).enabled is enabled
    other = replace(approved, new_identification_code="ANOTHER")
    assert not offer(replace(new, application=other), V.HAND_OVER).enabled
    assert not offer(replace(new, reading=None, verdict=None), V.HAND_OVER).enabled


@pytest.mark.parametrize(
    ("state", "until", "reasons"),
    [
        (S.NORMAL, date(2030, 1, 1), {ReplacementReason.DAMAGED}),
        (S.NORMAL, date(2027, 1, 1), {ReplacementReason.DAMAGED, ReplacementReason.EXPIRING}),
        (S.LOST, date(2027, 1, 1), {ReplacementReason.LOST}),
        (S.EXPIRED, date(2020, 1, 1), {ReplacementReason.EXPIRING}),
        (S.LOCKED, date(2030, 1, 1), {ReplacementReason.DAMAGED}),
        (S.TEMPORARILY_LOST, date(2030, 1, 1), set()),
        (S.CANCELLED, date(2030, 1, 1), set()),
    ],
)
def test_reasons_for_a_replacement(
    state: CardState, until: date, reasons: set[ReplacementReason]
) -> None:
    card = replace(registered(state), valid_until=until)
    assert set(replacement_reasons(card, date(2026, 11, 23), policy_of("310000"))) == reasons


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2008, 11, 24), date(2026, 11, 23), 17),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age(born: date, today: date, years: int) -> None:
    assert age(born, today) == years


def test_the_table_of_changes_has_no_two_ways_and_no_way_back() -> None:
    pairs = [(row.change, row.source) for row in TRANSITIONS]
    assert len(pairs) == len(set(pairs))
    assert possible(S.CANCELLED) == frozenset()
    assert all(row.target is not S.IN_PRODUCTION for row in TRANSITIONS)
    assert {row.change for row in TRANSITIONS} == set(Change)
    alone = {Change.REPORT_TEMPORARY_LOSS, Change.FILE_FORMAL_LOSS, Change.ACTIVATE}
    by_one = {row.change for row in TRANSITIONS if not row.four_eyes and row.permission}
    assert by_one == alone | {Change.HAND_OVER, Change.GIVE_UP}
