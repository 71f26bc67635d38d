"""The sandbox platform's rules: one e-card per card and holder, and what a card's state does to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.sandbox import crypto
from desk_app.sandbox.people import person
from tests.fixtures.cards import asked_for, new_card, reported
from tests.fixtures.platform import Clock, Probe, expect

Report = Callable[..., RegisteredCard]
"""Tell the platform of a card."""
Bind = Callable[[RegisteredCard], Any]
"""Issue the e-card of a card; gives it."""


def path(card: RegisteredCard) -> str:
    return f"/v1/cards/{card.identification_code}"


def e_card_path(e_card: Any, *more: str) -> str:
    return "/".join((f"/v1/e-cards/{e_card['sign_no']}", *more))


@pytest.fixture
def report(probe: Probe) -> Report:
    def report(card: RegisteredCard, **values: Any) -> RegisteredCard:
        card = replace(card, **values)
        expect(probe.ask("PUT", path(card), reported(card)), 200)
        return card

    return report


@pytest.fixture
def bind(probe: Probe, report: Report) -> Bind:
    def bind(card: RegisteredCard) -> Any:
        return probe.post("/v1/e-cards", asked_for(report(card)), 201)

    return bind


def refused(probe: Probe, card: RegisteredCard, status: int, code: str, **values: Any) -> Any:
    answer = probe.ask("POST", "/v1/e-cards", asked_for(card, **values))
    return expect(answer, status, code)


# --- the mirror of physical cards -------------------------------------------------------------------


def test_the_mirror_is_what_was_reported_last(probe: Probe, report: Report) -> None:
    card = new_card(replaces=None, version=3)
    expect(probe.ask("GET", path(card)), 404, "unknown_card")
    report(card)
    assert probe.get(path(card)) == reported(card)
    report(card, state=CardState.LOST, version=7)
    assert probe.get(path(card))["status"] == "lost"


@pytest.mark.parametrize("version", [4, 5])
def test_a_report_must_have_a_higher_version(probe: Probe, report: Report, version: int) -> None:
    card = report(new_card(version=5))
    stale = replace(card, state=CardState.LOST, version=version)
    problem = expect(probe.ask("PUT", path(card), reported(stale)), 409, "stale_version")
    assert problem["current"] == 5
    assert probe.get(path(card))["status"] == "normal"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("version", 0),
        ("version", 2**70),
        ("version", True),
        ("version", 1.5),
        ("status", "broken"),
        ("valid_until", "2026-W01-1"),
        ("valid_until", "28.2.2031"),
        ("name", ""),
        ("replaces", 7),
        ("identification_code", "another"),
    ],
)
def test_a_malformed_report_changes_nothing(probe: Probe, member: str, value: object) -> None:
    card = new_card()
    body = {**reported(card), member: value}
    expect(probe.ask("PUT", path(card), body), 400, "malformed")
    expect(probe.ask("GET", path(card)), 404, "unknown_card")


def test_card_number_and_day_of_issue_stay_in_the_city(probe: Probe, report: Report) -> None:
    card = new_card()
    extra = {**reported(card), "card_number": "E90421478", "issued_on": "2021-03-01"}
    assert expect(probe.ask("PUT", path(card), extra), 200) == reported(card)


def test_a_card_without_a_last_day_has_none_in_the_mirror(probe: Probe) -> None:
    card = new_card(valid_until=None)
    body = reported(card)
    del body["valid_until"]
    assert expect(probe.ask("PUT", path(card), body), 200) == body
    e_card = probe.post("/v1/e-cards", asked_for(card), 201)
    assert date.fromisoformat(e_card["valid_until"]) > date.today() + timedelta(days=3650)


# --- issuing ----------------------------------------------------------------------------------------


def test_a_normal_card_gets_its_e_card(probe: Probe, bind: Bind) -> None:
    card = new_card()
    e_card = bind(card)
    assert e_card["identification_code"] == card.identification_code
    assert e_card["id_number"] == card.id_number
    assert (e_card["status"], e_card["claimed_by"]) == ("issued", None)
    assert (e_card["sign_seq"], e_card["sign_level"], e_card["version"]) == (1, 1, 1)
    assert e_card["valid_until"] == "2051-02-28"
    assert datetime.fromisoformat(e_card["signed_at"]).tzinfo is not None
    assert probe.get(e_card_path(e_card)) == e_card
    for query in (
        f"identification_code={card.identification_code}",
        f"id_number={card.id_number}",
        f"id_number={card.id_number}&identification_code={card.identification_code}",
    ):
        assert probe.get(f"/v1/e-cards?{query}") == {"items": [e_card]}


def test_a_search_needs_something_to_search_for(probe: Probe) -> None:
    expect(probe.ask("GET", "/v1/e-cards"), 400, "malformed")


def test_a_second_e_card_of_the_card_is_refused_with_the_first(probe: Probe, bind: Bind) -> None:
    card = new_card()
    e_card = bind(card)
    assert refused(probe, card, 409, "already_bound")["e_card"] == e_card


def test_a_second_e_card_of_the_holder_is_refused(probe: Probe, bind: Bind, report: Report) -> None:
    first = new_card()
    e_card = bind(first)
    second = report(new_card(id_number=first.id_number))
    assert refused(probe, second, 409, "holder_has_e_card")["e_card"] == e_card


def test_after_revocation_the_card_can_be_bound_again(probe: Probe, bind: Bind) -> None:
    card = new_card()
    first = bind(card)
    probe.post(e_card_path(first, "revocations"), {"reason": "holder"})
    second = probe.post("/v1/e-cards", asked_for(card), 201)
    assert (second["sign_no"] != first["sign_no"], second["sign_seq"]) == (True, 2)
    items = probe.get(f"/v1/e-cards?id_number={card.id_number}")["items"]
    assert [item["status"] for item in items] == ["revoked", "issued"]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (CardState.IN_PRODUCTION, "card_not_activated"),
        (CardState.NOT_ACTIVATED, "card_not_activated"),
        (CardState.TEMPORARILY_LOST, "card_lost"),
        (CardState.LOST, "card_lost"),
        (CardState.LOCKED, "card_not_activated"),
        (CardState.CANCELLED, "card_cancelled"),
        (CardState.EXPIRED, "card_expired"),
    ],
)
def test_a_card_that_is_not_normal_gets_none(
    probe: Probe, report: Report, state: CardState, code: str
) -> None:
    refused(probe, report(new_card(state)), 422, code)


def test_a_card_past_its_last_day_gets_none(probe: Probe, report: Report) -> None:
    refused(probe, report(new_card(valid_until=date(2026, 1, 1))), 422, "card_expired")


def test_a_card_that_was_never_reported_is_not_activated(probe: Probe) -> None:
    refused(probe, new_card(), 422, "card_not_activated")


@pytest.mark.parametrize("other", [{"name": "他人"}, {"id_number": "000000199001010000"}])
def test_another_persons_card_gets_none_and_tells_nothing(
    probe: Probe, bind: Bind, other: dict[str, str]
) -> None:
    card = new_card()
    bind(card)
    assert "e_card" not in refused(probe, card, 422, "identity_mismatch", **other)


@pytest.mark.parametrize(
    "consent",
    [
        None,
        "yes",
        {},
        {"text_version": "2026-1", "given_at": "2026-11-23T09:00:00+08:00"},
        {"text_version": "2026-1", "given_at": "2026-11-23T09:00:00+08:00", "method": "shouted"},
        {"text_version": "2026-1", "given_at": "yesterday", "method": "paper"},
        {"text_version": "2026-1", "given_at": "2026-11-23T09:00:00", "method": "paper"},
        {"text_version": "", "given_at": "2026-11-23T09:00:00+08:00", "method": "paper"},
    ],
)
def test_without_a_complete_consent_there_is_none(
    probe: Probe, report: Report, consent: object
) -> None:
    refused(probe, report(new_card()), 422, "consent_missing", consent=consent)


def test_a_risk_hold_says_why_and_until_when_and_then_ends(
    probe: Probe, platform_clock: Clock
) -> None:
    card = person("risk_hold").cards[0]
    hold = refused(probe, card, 423, "risk_hold")
    assert hold["reason"]
    until = datetime.fromisoformat(hold["until"])
    platform_clock.ahead = until - datetime.now(until.tzinfo) + timedelta(seconds=1)
    e_card = probe.post("/v1/e-cards", asked_for(card), 201)
    # Held again for the other tests: they share the platform.
    probe.post(e_card_path(e_card, "revocations"), {"reason": "test"})


# --- the e-card follows its card ------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", [s for s in CardState if s not in (CardState.NORMAL, CardState.CANCELLED)]
)
def test_a_card_that_is_not_normal_suspends_its_e_card_until_it_is(
    probe: Probe, bind: Bind, report: Report, state: CardState
) -> None:
    card = new_card()
    e_card = bind(card)
    report(card, state=state, version=2)
    suspended = probe.get(e_card_path(e_card))
    assert (suspended["status"], suspended["version"]) == ("suspended", 2)
    report(card, version=3)
    assert probe.get(e_card_path(e_card))["status"] == "issued"


def test_a_cancelled_card_ends_its_e_card_for_good(
    probe: Probe, bind: Bind, report: Report
) -> None:
    card = new_card()
    e_card = bind(card)
    report(card, state=CardState.CANCELLED, version=2)
    assert probe.get(e_card_path(e_card))["status"] == "revoked"
    report(card, version=3)
    assert probe.get(e_card_path(e_card))["status"] == "revoked"
    for action, body in (
        ("resumptions", {}),
        ("suspensions", {"reason": "x"}),
        ("claim-codes", {}),
    ):
        answer = probe.ask("POST", e_card_path(e_card, action), body)
        expect(answer, 422, "e_card_revoked")


def test_a_suspension_by_request_outlives_the_cards_own(
    probe: Probe, bind: Bind, report: Report
) -> None:
    card = new_card()
    e_card = bind(card)
    stopped = probe.post(e_card_path(e_card, "suspensions"), {"reason": "phone stolen"})
    assert stopped["status"] == "suspended"
    report(card, state=CardState.TEMPORARILY_LOST, version=2)
    report(card, version=3)
    assert probe.get(e_card_path(e_card))["status"] == "suspended"
    assert probe.post(e_card_path(e_card, "resumptions"))["status"] == "issued"


def test_it_is_not_resumed_while_its_card_is_not_normal(
    probe: Probe, bind: Bind, report: Report
) -> None:
    card = new_card()
    e_card = bind(card)
    report(card, state=CardState.LOST, version=2)
    expect(probe.ask("POST", e_card_path(e_card, "resumptions"), {}), 422, "card_not_normal")


def test_stopping_and_ending_need_a_reason(probe: Probe, bind: Bind) -> None:
    e_card = bind(new_card())
    for action in ("suspensions", "revocations"):
        for body in ({}, {"reason": ""}, {"reason": " "}, {"reason": 1}):
            answer = probe.ask("POST", e_card_path(e_card, action), body)
            expect(answer, 400, "malformed")
    assert probe.get(e_card_path(e_card)) == e_card


def test_stopping_twice_or_ending_twice_is_done_once(probe: Probe, bind: Bind) -> None:
    e_card = bind(new_card())
    for action in ("suspensions", "revocations"):
        first = probe.post(e_card_path(e_card, action), {"reason": "asked"})
        assert probe.post(e_card_path(e_card, action), {"reason": "again"}) == first


@pytest.mark.parametrize(
    "action",
    ["", "/suspensions", "/resumptions", "/revocations", "/rebindings", "/claim-codes"],
)
def test_an_e_card_that_is_not_there_is_unknown(probe: Probe, action: str) -> None:
    method = "POST" if action else "GET"
    body = {"reason": "x", "identification_code": "y"} if action else None
    expect(probe.ask(method, f"/v1/e-cards/nothing{action}", body), 404, "unknown_e_card")


# --- replacement ------------------------------------------------------------------------------------


def test_the_e_card_moves_to_the_replacement_and_works_again(
    probe: Probe, bind: Bind, report: Report
) -> None:
    old = new_card()
    e_card = bind(old)
    old = report(old, state=CardState.LOST, version=2)
    new = report(new_card(id_number=old.id_number, replaces=old.identification_code))
    moved = probe.post(
        e_card_path(e_card, "rebindings"), {"identification_code": new.identification_code}
    )
    assert (moved["sign_no"], moved["sign_seq"]) == (e_card["sign_no"], 1)
    assert moved["identification_code"] == new.identification_code
    assert (moved["status"], moved["version"]) == ("issued", 3)
    report(old, state=CardState.CANCELLED, version=3)
    assert probe.get(e_card_path(e_card)) == moved
    again = {"identification_code": new.identification_code}
    assert probe.post(e_card_path(e_card, "rebindings"), again) == moved


def test_it_finds_the_replacement_by_itself_when_none_is_named(
    probe: Probe, bind: Bind, report: Report
) -> None:
    old = new_card()
    e_card = bind(old)
    expect(probe.ask("POST", e_card_path(e_card, "rebindings")), 422, "not_the_replacement")
    new = report(new_card(id_number=old.id_number, replaces=old.identification_code))

    moved = probe.post(e_card_path(e_card, "rebindings"))

    assert (moved["sign_no"], moved["status"]) == (e_card["sign_no"], "issued")
    assert moved["identification_code"] == new.identification_code


def test_the_lost_card_in_the_demo_city_still_has_its_e_card(probe: Probe) -> None:
    new, lost = person("replaced").cards
    (e_card,) = probe.get(f"/v1/e-cards?identification_code={lost.identification_code}")["items"]
    assert (e_card["status"], new.replaces) == ("suspended", lost.identification_code)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"replaces": None}, "not_the_replacement"),
        ({"replaces": "another card"}, "not_the_replacement"),
        ({"id_number": "000000199001010000"}, "identity_mismatch"),
        ({"state": CardState.NOT_ACTIVATED}, "card_not_activated"),
        ({"valid_until": date(2026, 1, 1)}, "card_expired"),
    ],
)
def test_it_moves_to_nothing_but_the_holders_usable_replacement(
    probe: Probe, bind: Bind, report: Report, values: dict[str, Any], code: str
) -> None:
    old = new_card()
    e_card = bind(old)
    right = new_card(id_number=old.id_number, replaces=old.identification_code)
    new = report(right, **values)
    answer = probe.ask(
        "POST",
        e_card_path(e_card, "rebindings"),
        {"identification_code": new.identification_code},
    )
    expect(answer, 422, code)
    assert probe.get(e_card_path(e_card)) == e_card


# --- claiming ---------------------------------------------------------------------------------------


def claim(probe: Probe, code: Any, channel_no: str) -> Any:
    return probe.http.post(code["claim_url"], json={"channel_no": channel_no})


def test_the_holder_claims_the_e_card_once_in_an_authorised_channel(
    probe: Probe, bind: Bind
) -> None:
    e_card = bind(new_card())
    code = probe.post(e_card_path(e_card, "claim-codes"), status=201)
    life = datetime.fromisoformat(code["expires_at"]) - datetime.now().astimezone()
    assert timedelta(seconds=50) < life <= timedelta(seconds=60)
    assert code["claim_url"].startswith(f"{probe.url}/claims/")
    expect(probe.http.get(code["claim_url"]), 200)
    channel = code["channels"][0]
    expect(claim(probe, code, channel), 200)
    claimed = probe.get(e_card_path(e_card))
    assert (claimed["status"], claimed["claimed_by"]) == ("claimed", channel)
    expect(claim(probe, code, channel), 410, "claim_code_used")
    (grant,) = probe.get(e_card_path(e_card, "authorizations"))["items"]
    assert (grant["kind"], grant["status"]) == ("channel", "active")


def test_a_claimed_e_card_is_claimed_again_after_a_suspension(probe: Probe, bind: Bind) -> None:
    e_card = bind(new_card())
    code = probe.post(e_card_path(e_card, "claim-codes"), status=201)
    claim(probe, code, code["channels"][0])
    probe.post(e_card_path(e_card, "suspensions"), {"reason": "x"})
    assert probe.post(e_card_path(e_card, "resumptions"))["status"] == "claimed"


def test_a_claim_code_lives_60_seconds(probe: Probe, bind: Bind, platform_clock: Clock) -> None:
    code = probe.post(e_card_path(bind(new_card()), "claim-codes"), status=201)
    platform_clock.ahead = timedelta(seconds=61)
    expect(claim(probe, code, code["channels"][0]), 410, "claim_code_expired")


def test_a_channel_that_is_not_authorised_cannot_claim(probe: Probe, bind: Bind) -> None:
    channels = probe.get("/v1/channels")["items"]
    code = probe.post(e_card_path(bind(new_card()), "claim-codes"), status=201)
    assert code["channels"] == [c["channel_no"] for c in channels if c["status"] == "authorised"]
    other = next(c["channel_no"] for c in channels if c["status"] == "suspended")
    expect(claim(probe, code, other), 422, "channel_not_authorised")


def test_a_suspended_e_card_is_not_claimed(probe: Probe, bind: Bind) -> None:
    e_card = bind(new_card())
    code = probe.post(e_card_path(e_card, "claim-codes"), status=201)
    probe.post(e_card_path(e_card, "suspensions"), {"reason": "x"})
    expect(claim(probe, code, code["channels"][0]), 422, "e_card_suspended")
    expect(probe.ask("POST", e_card_path(e_card, "claim-codes"), {}), 422, "e_card_suspended")


# --- authorisations -----------------------------------------------------------------------------------


def test_the_holder_sees_and_withdraws_authorisations(probe: Probe) -> None:
    (e_card,) = probe.get(f"/v1/e-cards?id_number={person('bound').holder.id_number}")["items"]
    items = probe.get(e_card_path(e_card, "authorizations"))["items"]
    assert {item["kind"] for item in items} == {"individual", "department", "channel"}
    assert {item["status"] for item in items} == {"active", "lapsed"}
    active = next(item for item in items if item["status"] == "active")
    withdraw = e_card_path(e_card, "authorizations", active["id"], "revocations")
    withdrawn = probe.post(withdraw)
    assert withdrawn == {**active, "status": "revoked"}
    assert withdrawn in probe.get(e_card_path(e_card, "authorizations"))["items"]
    assert probe.post(withdraw) == withdrawn


def test_nobody_elses_authorisation_can_be_withdrawn(probe: Probe, bind: Bind) -> None:
    (owner,) = probe.get(f"/v1/e-cards?id_number={person('bound').holder.id_number}")["items"]
    grant = probe.get(e_card_path(owner, "authorizations"))["items"][-1]
    stranger = bind(new_card())
    answer = probe.ask(
        "POST", e_card_path(stranger, "authorizations", grant["id"], "revocations"), {}
    )
    expect(answer, 404, "unknown_authorization")
    assert grant in probe.get(e_card_path(owner, "authorizations"))["items"]


# --- the catalogues -----------------------------------------------------------------------------------


def test_the_city_has_over_100_services_open_and_not_in_every_group(probe: Probe) -> None:
    items = probe.get("/v1/regions/310000/services")["items"]
    assert len(items) > 100
    assert len({item["code"] for item in items}) == len(items)
    flags = {(item["group"], item["open"]) for item in items}
    assert len(flags) == 14, "seven groups, each with an open service and one that is not"
    assert all((item["opened_on"] is not None) == item["open"] for item in items)
    assert all(item["physical"] or item["electronic"] for item in items)


def test_another_city_has_other_services_open(probe: Probe) -> None:
    here = probe.get("/v1/regions/310000/services")["items"]
    there = probe.get("/v1/regions/330200/services")["items"]
    assert [s["code"] for s in here] == [s["code"] for s in there]
    assert sum(s["open"] for s in there) < sum(s["open"] for s in here)


@pytest.mark.parametrize("region", ["000000", "3100", "abcdef", "³10000"])
def test_a_region_that_is_none_is_unknown(probe: Probe, region: str) -> None:
    expect(probe.ask("GET", f"/v1/regions/{quote(region)}/services"), 404, "unknown_region")


def test_there_are_channels_in_every_state(probe: Probe) -> None:
    items = probe.get("/v1/channels")["items"]
    assert {item["status"] for item in items} == {
        "applied",
        "functional_testing",
        "security_testing",
        "authorised",
        "rectifying",
        "suspended",
        "terminated",
    }
    for item in items:
        tested = item["functional_test_passed_on"] and item["security_test_passed_on"]
        assert tested or item["status"] not in ("authorised", "rectifying", "suspended")


# --- the security module ------------------------------------------------------------------------------

CARD_AUTHENTICATION = {
    # The vector of the card contract.
    "identification_code": "310000D15600000500000107A5C3F019",
    "historical_factor": "8660310000000107",
    "algorithm": "SM4",
    "factor": "1122334455667788",
    "random": "A0A1A2A3A4A5A6A7",
    "response": "52F7BD5A824FC5D0",
    "challenge": "C5D71484F8CF9BF4",
}


def test_a_genuine_card_gets_the_cryptogram_that_opens_it(probe: Probe) -> None:
    answer = probe.post("/v1/card-authentications", CARD_AUTHENTICATION)
    assert answer["genuine"] is True
    factor = bytes.fromhex(answer["external"]["factor"])
    expected = crypto.external_cryptogram(
        bytes.fromhex(CARD_AUTHENTICATION["historical_factor"]),
        factor,
        bytes.fromhex(CARD_AUTHENTICATION["challenge"]),
    )
    assert bytes.fromhex(answer["external"]["cryptogram"]) == expected


def test_a_counterfeit_gets_nothing(probe: Probe) -> None:
    body = {**CARD_AUTHENTICATION, "response": "52F7BD5A824FC5D1"}
    assert probe.post("/v1/card-authentications", body) == {"genuine": False, "external": None}


@pytest.mark.parametrize("algorithm", ["DES", "SSF33"])
def test_older_algorithms_are_not_supported(probe: Probe, algorithm: str) -> None:
    body = {**CARD_AUTHENTICATION, "algorithm": algorithm}
    answer = probe.ask("POST", "/v1/card-authentications", body)
    expect(answer, 422, "unsupported_algorithm")


@pytest.mark.parametrize("member", CARD_AUTHENTICATION)
@pytest.mark.parametrize("value", [None, 7, "", "zz", "1122", [], {}, "112233445566778899"])
def test_a_malformed_card_authentication_is_refused(
    probe: Probe, member: str, value: object
) -> None:
    body = {**CARD_AUTHENTICATION, member: value}
    expect(probe.ask("POST", "/v1/card-authentications", body), 422, "malformed")
