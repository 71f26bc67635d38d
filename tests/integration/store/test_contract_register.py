"""People, cards and e-cards: what every store promises (`services.ports`)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import OneToOne, StaleVersion, UnknownPerson
from desk_app.services.ports import Store
from tests.integration.store.samples import (
    AIZEMAITI,
    CODE,
    NOON,
    OUYANG,
    SECOND_CODE,
    card,
    consent,
    e_card,
    registered,
)


@pytest.fixture
def city(any_store: Store) -> Store:
    return registered(any_store)


def test_a_person_is_kept_exactly_and_corrected_by_putting_again(city: Store) -> None:
    corrected = replace(AIZEMAITI, ethnicity="97", birth_date=date(1970, 1, 1))
    with city.begin() as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG
        assert uow.holders.get("nobody") is None
        uow.holders.put(corrected)
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.holders.get(AIZEMAITI.id_number) == corrected


def test_a_card_of_somebody_unknown_is_not_taken(city: Store) -> None:
    with city.begin() as uow, pytest.raises(UnknownPerson):
        uow.cards.add(replace(card(SECOND_CODE), id_number="310101200001010000"))


def test_a_card_is_activated_once_by_whoever_saw_it_last(city: Store) -> None:
    with city.begin() as uow:
        activated = uow.cards.change_state(CODE, CardState.NORMAL, 1)
        uow.commit()
    assert activated == replace(card(), state=CardState.NORMAL, version=2)
    with city.begin() as uow:
        with pytest.raises(StaleVersion) as late:
            uow.cards.change_state(CODE, CardState.LOST, 1)
        assert late.value.current == 2
        assert uow.cards.get(CODE) == activated


def test_a_card_that_is_not_registered_has_no_state_to_change(city: Store) -> None:
    with city.begin() as uow:
        with pytest.raises(StaleVersion) as unknown:
            uow.cards.change_state(SECOND_CODE, CardState.NORMAL, 1)
        assert unknown.value.current is None
        with pytest.raises(StaleVersion):
            uow.cards.outbid(SECOND_CODE, 3)
        assert uow.cards.get(SECOND_CODE) is None


def test_cards_of_a_person_come_newest_issue_first(any_store: Store) -> None:
    old = card("A" * 32, issued_on=date(2012, 5, 1))
    undated = card("B" * 32, issued_on=None)
    new = card("C" * 32, issued_on=date(2024, 5, 1), replaces="A" * 32)
    registered(any_store, old, undated, new)
    with any_store.begin(write=False) as uow:
        assert uow.cards.of_holder(OUYANG.id_number) == (new, old, undated)
        assert uow.cards.of_holder(AIZEMAITI.id_number) == ()


def test_what_the_platform_has_acknowledged_never_goes_back(city: Store) -> None:
    with city.begin() as uow:
        uow.cards.change_state(CODE, CardState.NORMAL, 1)
        uow.cards.mirrored(CODE, 2)
        uow.cards.mirrored(CODE, 1)
        stored = uow.cards.get(CODE)
        assert stored is not None
        assert stored.mirrored_version == 2


def test_the_register_outbids_the_platforms_version_only_where_it_is_behind(city: Store) -> None:
    with city.begin() as uow:
        assert uow.cards.outbid(CODE, 7).version == 8
        assert uow.cards.outbid(CODE, 5).version == 8


def test_a_card_has_one_active_e_card(city: Store) -> None:
    with city.begin() as uow:
        uow.e_cards.put(e_card())
        uow.commit()
    with city.begin() as uow, pytest.raises(OneToOne):
        uow.e_cards.put(e_card("S-2"))
    with city.begin(write=False) as uow:
        assert uow.e_cards.active_of_card(CODE) == e_card()
        assert uow.e_cards.get("S-2") is None


def test_after_the_end_of_one_e_card_there_can_be_another(city: Store) -> None:
    ended = e_card(state=ECardState.REVOKED, version=2)
    second = e_card("S-2", signed_at=NOON + timedelta(days=1))
    with city.begin() as uow:
        for each in (e_card(), ended, second):
            uow.e_cards.put(each)
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.e_cards.active_of_card(CODE) == second
        assert uow.e_cards.of_holder(OUYANG.id_number) == (second, ended)


def test_an_ended_e_card_does_not_come_back_beside_its_successor(city: Store) -> None:
    with city.begin() as uow:
        uow.e_cards.put(e_card(state=ECardState.REVOKED))
        uow.e_cards.put(e_card("S-2"))
        uow.commit()
    with city.begin() as uow, pytest.raises(OneToOne):
        uow.e_cards.put(e_card(version=2))


def test_old_news_of_an_e_card_changes_nothing(city: Store) -> None:
    claimed = e_card(state=ECardState.CLAIMED, claimed_by="C-10", version=3)
    with city.begin() as uow:
        uow.e_cards.put(claimed)
        uow.e_cards.put(e_card(state=ECardState.SUSPENDED, version=2))
        uow.e_cards.put(claimed)
        assert uow.e_cards.get("S-1") == claimed


def test_an_e_card_moves_to_a_replacement_only_with_a_newer_version(city: Store) -> None:
    with city.begin() as uow:
        uow.e_cards.put(e_card())
        with pytest.raises(OneToOne):
            uow.e_cards.put(e_card(code=SECOND_CODE))
        uow.e_cards.put(e_card(code=SECOND_CODE, version=2))
        assert uow.e_cards.active_of_card(CODE) is None
        assert uow.e_cards.active_of_card(SECOND_CODE) == e_card(code=SECOND_CODE, version=2)


def test_an_e_card_does_not_move_to_a_card_that_has_one(city: Store) -> None:
    with city.begin() as uow:
        uow.e_cards.put(e_card())
        uow.e_cards.put(e_card("S-2", SECOND_CODE))
        uow.commit()
    with city.begin() as uow, pytest.raises(OneToOne):
        uow.e_cards.put(e_card(code=SECOND_CODE, version=2))


def test_the_last_consent_counts(city: Store) -> None:
    first, last = consent(), consent(given_at=NOON + timedelta(minutes=5))
    with city.begin() as uow:
        assert uow.consents.latest(CODE) is None
        for each in (last, first):
            uow.consents.add(each)
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.consents.latest(CODE) == last
