"""Wire types ↔ domain: what is frozen can be read again, and what is not the contract's is not guessed."""

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.e_card import Consent, ConsentMethod, ECardState
from desk_app.domain.errors import (
    AlreadyBound,
    CardNotUsable,
    HolderHasECard,
    PlatformRefused,
    RiskHold,
    StaleVersion,
)
from desk_app.domain.outbox import (
    IssueECard,
    OutboxKind,
    RebindECard,
    ReportCard,
    ResumeECard,
    RevokeAuthorization,
    RevokeECard,
    SuspendECard,
)
from desk_app.gateway import reading
from desk_app.gateway.freezing import freeze
from desk_app.gateway.refusals import refusal

CHINA = timezone(timedelta(hours=8))

TEXTS = st.text(min_size=1)
MOMENTS = st.datetimes(timezones=st.just(CHINA))
CARDS = st.builds(
    RegisteredCard,
    identification_code=TEXTS,
    card_number=st.just(""),
    id_number=TEXTS,
    name=TEXTS,
    region=TEXTS,
    state=st.sampled_from(CardState),
    issued_on=st.none(),
    valid_until=st.none() | st.dates(),
    version=st.integers(1),
    replaces=st.none() | TEXTS,
)
E_CARD = {
    "sign_no": "202611230000000001",
    "sign_seq": 1,
    "sign_level": 1,
    "identification_code": "310000D15600000500000107A5C3F019",
    "id_number": "00000019880229000X",
    "region": "310000",
    "status": "claimed",
    "claimed_by": "310001",
    "signed_at": "2026-11-23T09:00:00.000+08:00",
    "valid_until": "2031-02-28",
    "version": 3,
}


@given(CARDS)
def test_a_report_holds_the_card_as_the_mirror_then_has_it(card: RegisteredCard) -> None:
    request = freeze(ReportCard(card))
    body = json.loads(request.body)
    mirror = reading.physical_card(body)
    assert mirror == RegisteredCard(
        **{**vars(card), "mirrored_version": card.version},
    )
    assert (request.method, request.kind) == ("PUT", OutboxKind.REPORT_CARD)
    assert "valid_until" not in body or body["valid_until"] is not None


@given(CARDS, MOMENTS, TEXTS, st.sampled_from(ConsentMethod), st.sampled_from([1, 2]))
def test_the_same_instruction_is_the_same_bytes_to_the_letter(
    card: RegisteredCard, at: datetime, version: str, method: ConsentMethod, level: int
) -> None:
    def instruction() -> IssueECard:
        consent = Consent(
            UUID(int=1), card.identification_code, card.id_number, version, at, method
        )
        return IssueECard(card, consent, level)

    request = freeze(instruction())
    assert freeze(instruction()) == request
    body = json.loads(request.body)
    assert body["name"] == card.name
    assert datetime.fromisoformat(body["consent"]["given_at"]) == at
    assert (body["consent"]["method"], body["sign_level"]) == (method.value, level)


@pytest.mark.parametrize(
    ("instruction", "path", "body"),
    [
        (SuspendECard("S1", "C", "遗失"), "/v1/e-cards/S1/suspensions", {"reason": "遗失"}),
        (ResumeECard("S1", "C"), "/v1/e-cards/S1/resumptions", {}),
        (RevokeECard("S1", "C", "x"), "/v1/e-cards/S1/revocations", {"reason": "x"}),
        (
            RebindECard("S1", "C", "D"),
            "/v1/e-cards/S1/rebindings",
            {"identification_code": "D"},
        ),
        (
            RevokeAuthorization("S/1", "C", "a?b"),
            "/v1/e-cards/S%2F1/authorizations/a%3Fb/revocations",
            {},
        ),
    ],
)
def test_every_instruction_has_its_place_in_the_contract(
    instruction: Any, path: str, body: dict[str, str]
) -> None:
    request = freeze(instruction)
    assert (request.method, request.path) == ("POST", path)
    assert json.loads(request.body) == body


def test_an_e_card_is_read() -> None:
    e_card = reading.e_card(E_CARD)
    assert (e_card.sign_no, e_card.state, e_card.claimed_by) == (
        "202611230000000001",
        ECardState.CLAIMED,
        "310001",
    )
    assert e_card.signed_at == datetime(2026, 11, 23, 9, tzinfo=CHINA)
    assert e_card.valid_until == date(2031, 2, 28)


@pytest.mark.parametrize("member", [name for name in E_CARD if name != "claimed_by"])
@pytest.mark.parametrize("value", [None, [], {}, "?" * 3, 7.5, True, "2026-11-23T09:00:00"])
def test_what_is_not_the_contracts_is_not_guessed(member: str, value: object) -> None:
    texts = ("sign_no", "identification_code", "id_number", "region")
    if isinstance(value, str) and member in texts:
        assert getattr(reading.e_card({**E_CARD, member: value}), member) == value
        return
    with pytest.raises((KeyError, TypeError, ValueError)):
        reading.e_card({**E_CARD, member: value})


@pytest.mark.parametrize("content", [None, [], "text", 7, {}, {"items": {}}, {"items": [None]}])
def test_a_list_is_a_list(content: object) -> None:
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        reading.items(content, reading.e_card)


def test_members_that_a_later_contract_adds_are_ignored() -> None:
    assert reading.e_card({**E_CARD, "colour": "green"}) == reading.e_card(E_CARD)


def test_an_authorisation_without_an_end_has_none() -> None:
    content = {
        "id": "1",
        "grantee": "somebody",
        "kind": "individual",
        "scope": "basic_information",
        "purpose": "x",
        "granted_at": "2026-11-23T09:00:00Z",
        "status": "active",
    }
    assert reading.authorization(content).until is None


# --- refusals ---------------------------------------------------------------------------------------


def test_a_card_that_is_bound_comes_with_its_e_card() -> None:
    for code, kind in (("already_bound", AlreadyBound), ("holder_has_e_card", HolderHasECard)):
        error = refusal(409, {"code": code, "e_card": E_CARD})
        assert isinstance(error, kind)
        assert error.facts["e_card"] == reading.e_card(E_CARD)
        bare = refusal(409, {"code": code})
        assert bare.facts["e_card"] is None


def test_a_risk_hold_comes_with_its_reason_and_end() -> None:
    problem = {"code": "risk_hold", "reason": "unusual", "until": "2026-12-01T00:00:00+08:00"}
    error = refusal(423, problem)
    assert isinstance(error, RiskHold)
    assert error.facts == {"reason": "unusual", "until": datetime(2026, 12, 1, tzinfo=CHINA)}


@pytest.mark.parametrize(
    "code", ["card_not_activated", "card_lost", "card_cancelled", "card_expired"]
)
def test_a_card_that_is_not_usable_says_why(code: str) -> None:
    error = refusal(422, {"code": code})
    assert isinstance(error, CardNotUsable)
    assert error.problem == code


@pytest.mark.parametrize(("current", "told"), [(7, 7), (None, None), ("7", None), (True, None)])
def test_a_stale_version_tells_the_current_one(current: object, told: int | None) -> None:
    error = refusal(409, {"code": "stale_version", "current": current})
    assert isinstance(error, StaleVersion)
    assert error.current == told


@pytest.mark.parametrize("retryable", [True, False, None, "yes"])
def test_a_problem_that_nobody_knows_is_kept_as_it_is(retryable: object) -> None:
    error = refusal(418, {"code": "teapot", "retryable": retryable})
    assert isinstance(error, PlatformRefused)
    assert (error.problem, error.status) == ("teapot", 418)
    assert error.retryable is (retryable is True)


@pytest.mark.parametrize(
    "problem",
    [
        [],
        "text",
        {},
        {"code": 7},
        {"code": "already_bound", "e_card": {}},
        {"code": "risk_hold", "until": "soon"},
    ],
)
def test_a_problem_that_cannot_be_read_is_none(problem: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        refusal(409, problem)
