"""What must hold after every step of a walk, and what must hold once everything is delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from desk_app.domain.application import ApplicationState
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.e_card import ECard
from desk_app.domain.lifecycle import TRANSITIONS
from desk_app.domain.permissions import Permission
from desk_app.domain.region import ECardAction
from tests.integration.loss.hall import OPERATORS
from tests.stateful.city import City
from tests.stateful.model import Model

STEPS = {(row.source, row.target) for row in TRANSITIONS}
FILERS = {one.number for one in OPERATORS if one.may(Permission.FILE)}
DECIDERS = {one.number for one in OPERATORS if one.may(Permission.DECIDE)}


@dataclass
class Remembered:
    """What was there in the beginning, and after the step before."""

    first: dict[str, tuple[int, CardState]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    audited: int = 0


def register(city: City) -> dict[str, RegisteredCard]:
    columns = "identification_code, id_number, state, version, mirrored_version, replaces"
    codes = [row.identification_code for row in city.rows(f"SELECT {columns} FROM card")]
    with city.store.begin(write=False) as uow:
        return {code: card for code in codes if (card := uow.cards.get(code)) is not None}


def after_each_step(city: City, model: Model, before: Remembered) -> None:
    cards = register(city)
    as_the_model_has_it(city, model, cards)
    versions_grow(cards, before)
    every_change_is_in_the_table(city, cards, before)
    one_to_one(city, cards)
    four_eyes(city)
    the_trail_holds(city, before)
    nothing_was_refused_that_the_register_says(city)


def as_the_model_has_it(city: City, model: Model, cards: dict[str, RegisteredCard]) -> None:
    expected = {code: card.state for code, card in model.cards.items()}
    assert {code: card.state for code, card in cards.items()} == expected, "not the model's states"
    with city.store.begin(write=False) as uow:
        for code, card in model.cards.items():
            loss = uow.temporary_losses.running(code)
            assert (loss is not None) == card.protected, code
            assert loss is None or loss.until == card.until, code
        for filed_id, filed in model.filed.items():
            found = uow.applications.get(filed_id)
            assert found is not None
            assert (found.state, found.version) == (filed.state, filed.version)
            assert found.new_identification_code == filed.new_code
    assert city.rows("SELECT count(*) FROM application") == [(len(model.filed),)]


def versions_grow(cards: dict[str, RegisteredCard], before: Remembered) -> None:
    for code, card in cards.items():
        assert card.version >= before.versions.get(code, 1), code
        assert card.mirrored_version <= card.version, code
    before.versions = {code: card.version for code, card in cards.items()}


def every_change_is_in_the_table(
    city: City, cards: dict[str, RegisteredCard], before: Remembered
) -> None:
    """By what was written down for the platform: each report is one change, with a version of its own."""
    for code, card in cards.items():
        before.first.setdefault(code, (card.version, card.state))
    told = dict(before.first)
    reports = city.rows("SELECT body FROM outbox WHERE kind = 'report_card' ORDER BY seq")
    for (body,) in reports:
        report = json.loads(body)
        code, version, state = (
            report["identification_code"],
            report["version"],
            CardState(report["status"]),
        )
        last_version, last_state = told[code]
        if state is last_state:
            assert version == last_version, f"{state} twice, in two versions"
        else:
            assert version > last_version, f"{last_state} became {state} in one version"
            assert (last_state, state) in STEPS, f"{last_state} never becomes {state}"
        told[code] = (version, state)
    for code, (version, state) in told.items():
        now = cards[code].version, cards[code].state
        assert now == (version, state), "not what was written down for the platform"


def one_to_one(city: City, cards: dict[str, RegisteredCard]) -> None:
    of_store = city.rows("SELECT sign_no, identification_code, version, state FROM e_card")
    active = [row.identification_code for row in of_store if row.state != "revoked"]
    assert len(active) == len(set(active))
    of_platform = city.mirrored(
        "SELECT sign_no, identification_code, id_number, version, status FROM e_cards"
        " WHERE identification_code IN",
        list(cards),
    )
    alive = [row for row in of_platform if row["status"] != "revoked"]
    assert len({row["identification_code"] for row in alive}) == len(alive)
    assert len({row["id_number"] for row in alive}) == len(alive)
    there = {row["sign_no"]: row for row in of_platform}
    for row in of_store:
        theirs = there[row.sign_no]
        assert row.version <= theirs["version"]
        if row.version == theirs["version"]:
            same = (theirs["identification_code"], theirs["status"])
            assert (row.identification_code, row.state) == same


def four_eyes(city: City) -> None:
    for row in city.rows("SELECT filed_by, decided_by, state FROM application"):
        assert row.filed_by in FILERS
        assert (row.decided_by is None) == (row.state == ApplicationState.FILED)
        if row.decided_by is not None:
            assert row.decided_by in DECIDERS - {row.filed_by}


def the_trail_holds(city: City, before: Remembered) -> None:
    with city.store.begin(write=False) as uow:
        assert uow.audit.first_broken() is None, "the trail is broken"
        count = uow.audit.count()
    assert count >= before.audited
    before.audited = count


def nothing_was_refused_that_the_register_says(city: City) -> None:
    refused = "SELECT body, outcome FROM outbox WHERE state = 'refused' AND kind = 'report_card'"
    assert city.rows(refused) == [], "a report was given up"


def converged(city: City) -> None:
    """The platform's mirror is the register, and its e-cards are the store's."""
    cards = register(city)
    known = "SELECT identification_code, status, version FROM cards WHERE identification_code IN"
    mirror = {
        row["identification_code"]: (row["status"], row["version"])
        for row in city.mirrored(known, list(cards))
    }
    reported = {code for code, card in cards.items() if card.mirrored_version or card.version > 1}
    expected = {code: (cards[code].state, cards[code].version) for code in reported}
    assert mirror == expected, "the mirror is not the register"
    assert all(cards[code].mirrored_version == cards[code].version for code in reported)
    for card in cards.values():
        of_card = city.line.find_e_cards(identification_code=card.identification_code)
        assert set(of_card) == _remembered(city, card), card.identification_code
        for e_card in of_card:
            if e_card.is_active:
                assert card.state is not CardState.CANCELLED
                action = city.policy.e_card_actions.get(card.state)
                assert action is not ECardAction.REVOKE, (card.state, e_card.state)


def _remembered(city: City, card: RegisteredCard) -> set[ECard]:
    with city.store.begin(write=False) as uow:
        of_holder = uow.e_cards.of_holder(card.id_number)
    return {e for e in of_holder if e.identification_code == card.identification_code}
