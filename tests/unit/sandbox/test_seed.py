"""What the city's store and the platform begin with fits together."""

from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECardState
from desk_app.domain.operator import Role
from desk_app.sandbox import seed


def test_the_platform_mirrors_the_register() -> None:
    register = {card.identification_code: card for card in seed.register_seed().cards()}
    mirrored = list(seed.platform_cards())
    assert len(mirrored) == len(register)
    for card in mirrored:
        assert card == register[card.identification_code]
        assert card.mirrored_version == card.version


def test_a_replaced_card_comes_before_its_replacement() -> None:
    seen: set[str] = set()
    replacements = 0
    for card in seed.register_seed().cards():
        if card.replaces is not None:
            assert card.replaces in seen
            replacements += 1
        seen.add(card.identification_code)
    assert replacements == 1


def test_e_cards_are_one_to_one_and_follow_their_cards() -> None:
    cards = {card.identification_code: card for card in seed.platform_cards()}
    e_cards = seed.platform_e_cards()
    assert len({e.identification_code for e in e_cards}) == len(e_cards)
    assert len({e.id_number for e in e_cards}) == len(e_cards)
    for e_card in e_cards:
        card = cards[e_card.identification_code]
        assert e_card.id_number == card.id_number
        working = card.state is CardState.NORMAL
        assert e_card.state is (ECardState.ISSUED if working else ECardState.SUSPENDED)


def test_whoever_is_held_back_or_has_given_authorisations_is_in_the_register() -> None:
    holders = {holder.id_number for holder in seed.register_seed().holders()}
    assert {hold.id_number for hold in seed.platform_risk_holds()} <= holders
    given = list(seed.platform_authorizations())
    assert {id_number for id_number, _ in given} <= holders
    assert len({authorization.id for _, authorization in given}) == len(given)


def test_rows_belong_to_holders_and_generated_people_come_on_top() -> None:
    small, large = seed.register_seed(), seed.register_seed(generated=5, seed=2)
    holders = {holder.id_number for holder in large.holders()}
    assert len(holders) == len(list(small.holders())) + 5
    assert {id_number for id_number, _ in large.contributions()} <= holders
    assert {id_number for id_number, _ in large.pension_years()} <= holders
    assert len(list(large.contributions())) > len(list(small.contributions()))


def test_two_clerks_and_one_of_every_other_role() -> None:
    operators = {o.operator.number: o for o in seed.register_seed().operators()}
    assert {number: o.operator.roles for number, o in operators.items()} == {
        "1001": {Role.CLERK},
        "1002": {Role.CLERK},
        "2001": {Role.SUPERVISOR},
        "9001": {Role.ADMINISTRATOR},
        "8001": {Role.AUDITOR},
    }
    assert all(len(o.password) >= 12 for o in operators.values())
