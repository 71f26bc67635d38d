"""Who may ask the sandbox platform, and what happens when the same is asked twice."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from desk_app.domain.card import RegisteredCard
from tests.fixtures.cards import asked_for, new_card, reported
from tests.fixtures.platform import Clock, Probe, expect


@pytest.fixture
def key() -> UUID:
    return uuid4()


@pytest.fixture
def card(probe: Probe) -> RegisteredCard:
    """A card that can be bound."""
    card = new_card()
    expect(probe.ask("PUT", f"/v1/cards/{card.identification_code}", reported(card)), 200)
    return card


def e_cards_of(probe: Probe, card: RegisteredCard) -> list[dict[str, object]]:
    items: list[dict[str, object]] = probe.get(
        f"/v1/e-cards?identification_code={card.identification_code}"
    )["items"]
    return items


# --- authenticity ---------------------------------------------------------------------------------


def test_a_signed_request_is_answered_with_the_platforms_clock(probe: Probe) -> None:
    health = probe.get("/v1/health")
    assert health["status"] == "ok"
    off = datetime.fromisoformat(health["time"]) - datetime.now(UTC)
    assert abs(off) < timedelta(seconds=30)


@pytest.mark.parametrize("header", ["X-Terminal", "X-Timestamp", "X-Nonce", "X-Signature"])
def test_each_of_the_four_headers_is_needed(probe: Probe, header: str) -> None:
    expect(probe.ask("GET", "/v1/health", headers={header: None}), 401, "unsigned")


def test_another_terminal_is_unknown(probe: Probe) -> None:
    expect(probe.ask("GET", "/v1/health", headers={"X-Terminal": "X"}), 401, "unknown_terminal")


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "POST"},
        {"target": "/v1/channels"},
        {"target": "/v1/e-cards?id_number=2"},
        {"content": b"other"},
        {"secret": "another secret"},
    ],
)
def test_a_signature_is_good_for_its_own_request_only(
    probe: Probe, wrong: dict[str, object]
) -> None:
    told: dict[str, object] = {"method": "GET", "target": "/v1/e-cards?id_number=1"} | wrong
    signing = Probe(probe.url, secret=str(told.pop("secret", probe.secret)), http=probe.http)
    headers = signing.signature(**told)  # type: ignore[arg-type]
    answer = probe.ask("GET", "/v1/e-cards?id_number=1", headers={**headers})
    expect(answer, 401, "bad_signature")


def test_the_signature_covers_the_address_as_it_was_sent(probe: Probe) -> None:
    sent = "/v1/e-cards?id_number=%E6%B5%8B%20%2B&identification_code=a%2Fb"
    assert probe.get(sent) == {"items": []}
    expect(probe.ask("GET", "/v1/cards/a%20b"), 404, "unknown_card")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_clock_over_300_seconds_off_is_refused_with_the_right_time(
    probe: Probe, seconds: int
) -> None:
    at = datetime.now(UTC) + timedelta(seconds=seconds + (5 if seconds > 0 else -5))
    answer = probe.ask("GET", "/v1/health", headers={**probe.signature("GET", "/v1/health", at=at)})
    told = datetime.fromisoformat(expect(answer, 401, "stale_timestamp")["time"])
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=30)


@pytest.mark.parametrize("seconds", [-290, 290])
def test_a_clock_less_than_300_seconds_off_is_taken(probe: Probe, seconds: int) -> None:
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    headers = probe.signature("GET", "/v1/health", at=at)
    expect(probe.ask("GET", "/v1/health", headers={**headers}), 200)


@pytest.mark.parametrize(
    "timestamp",
    ["yesterday", "1700000000", "2026-11-23", "2026-11-23T09:00:00", "2026-99-23T09:00:00Z"],
)
def test_a_time_that_is_not_rfc_3339_is_refused(probe: Probe, timestamp: str) -> None:
    headers = probe.signature("GET", "/v1/health", at=timestamp)
    expect(probe.ask("GET", "/v1/health", headers={**headers}), 401, "bad_timestamp")


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%f+00:00"])
def test_both_forms_of_an_offset_are_taken(probe: Probe, form: str) -> None:
    headers = probe.signature("GET", "/v1/health", at=f"{datetime.now(UTC):{form}}")
    expect(probe.ask("GET", "/v1/health", headers={**headers}), 200)


def test_a_nonce_works_once_even_with_a_new_time(probe: Probe) -> None:
    nonce = secrets.token_hex(8)
    first = probe.signature("GET", "/v1/health", nonce=nonce)
    expect(probe.ask("GET", "/v1/health", headers={**first}), 200)
    expect(probe.ask("GET", "/v1/health", headers={**first}), 401, "nonce_reused")
    again = probe.signature("GET", "/v1/channels", nonce=nonce)
    refused = expect(probe.ask("GET", "/v1/channels", headers={**again}), 401, "nonce_reused")
    assert refused["retryable"] is True


def test_a_nonce_is_used_up_by_a_refused_request_but_not_by_a_forged_one(probe: Probe) -> None:
    target = "/v1/cards/nothing"
    signed = probe.signature("GET", target)
    expect(probe.ask("GET", target, headers={**signed, "X-Signature": "AAAA"}), 401)
    expect(probe.ask("GET", target, headers={**signed}), 404, "unknown_card")
    expect(probe.ask("GET", target, headers={**signed}), 401, "nonce_reused")


def test_a_nonce_shorter_than_16_characters_is_refused(probe: Probe) -> None:
    headers = probe.signature("GET", "/v1/health", nonce="0123456789abcde")
    expect(probe.ask("GET", "/v1/health", headers={**headers}), 401, "bad_nonce")


def test_of_many_at_once_with_one_nonce_one_is_let_in(probe: Probe) -> None:
    headers = probe.signature("GET", "/v1/health")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: probe.ask("GET", "/v1/health", headers={**headers}), range(8))
        )
    assert sorted(a.status_code for a in answers) == [200] + [401] * 7


# --- form -----------------------------------------------------------------------------------------


def test_what_the_contract_does_not_have_is_a_problem_too(probe: Probe) -> None:
    expect(probe.ask("GET", "/v1/nothing"), 404, "not_found")
    expect(probe.ask("GET", "/v1/health/"), 404, "not_found")
    assert "GET" in probe.ask("DELETE", "/v1/health").headers["allow"]
    expect(probe.ask("DELETE", "/v1/health"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"text"', b"\xff", b"[" * 100_000, b'{"version": NaN}', b"9" * 5000],
    ids=["cut", "list", "text", "not-utf-8", "deep", "nan", "huge-number"],
)
def test_a_body_that_is_no_json_object_is_malformed(probe: Probe, body: bytes) -> None:
    expect(probe.ask("POST", "/v1/e-cards", body), 400, "malformed")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("identification_code", 1),
        ("id_number", ""),
        ("name", "\x00"),
        ("name", "\ud800"),
        ("region", None),
        ("sign_level", True),
        ("sign_level", 3),
        ("sign_level", "1"),
    ],
)
def test_a_member_of_the_wrong_kind_is_malformed(probe: Probe, member: str, value: object) -> None:
    body = json.dumps(asked_for(new_card(), **{member: value})).encode()
    expect(probe.ask("POST", "/v1/e-cards", body), 400, "malformed")


def test_another_media_type_is_not_supported(probe: Probe) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = probe.ask("POST", "/v1/e-cards", {"a": 1}, headers={**headers})
    expect(answer, 415, "unsupported_media_type")


def test_a_body_without_end_is_not_read(probe: Probe) -> None:
    expect(probe.ask("POST", "/v1/e-cards", b"x" * (1 << 21)), 413, "too_large")


# --- idempotency ----------------------------------------------------------------------------------


def test_a_post_needs_a_key_that_is_a_uuid(probe: Probe) -> None:
    for key, code in ((None, "missing"), ("17", "malformed"), (f"{{{uuid4()}}}", "malformed")):
        answer = probe.ask("POST", "/v1/e-cards", {}, headers={"Idempotency-Key": key})
        expect(answer, 400, f"idempotency_key_{code}")


def test_the_same_key_and_body_answer_the_first_outcome_again(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    first = probe.ask("POST", "/v1/e-cards", asked_for(card), key=key)
    expect(first, 201)
    for same in (key, str(key).upper()):
        again = probe.ask("POST", "/v1/e-cards", asked_for(card), key=same)
        assert (again.status_code, again.content) == (201, first.content)
    assert len(e_cards_of(probe, card)) == 1


def test_the_first_outcome_stays_when_things_have_changed_since(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    first = expect(probe.ask("POST", "/v1/e-cards", asked_for(card), key=key), 201)
    probe.post(f"/v1/e-cards/{first['sign_no']}/revocations", {"reason": "test"})
    assert expect(probe.ask("POST", "/v1/e-cards", asked_for(card), key=key), 201) == first


def test_a_refusal_by_the_rules_is_an_outcome_too(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    other = asked_for(card, name="他人")
    expect(probe.ask("POST", "/v1/e-cards", other, key=key), 422, "identity_mismatch")
    renamed = replace(card, name="他人", version=2)
    expect(probe.ask("PUT", f"/v1/cards/{card.identification_code}", reported(renamed)), 200)
    expect(probe.ask("POST", "/v1/e-cards", other, key=key), 422, "identity_mismatch")
    expect(probe.ask("POST", "/v1/e-cards", other, key=uuid4()), 201)


def test_the_same_key_with_another_body_is_a_conflict(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    expect(probe.ask("POST", "/v1/e-cards", asked_for(card), key=key), 201)
    other = asked_for(card, sign_level=2)
    expect(probe.ask("POST", "/v1/e-cards", other, key=key), 409, "idempotency_conflict")


def test_the_same_key_for_another_operation_is_a_conflict(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    sign_no = expect(probe.ask("POST", "/v1/e-cards", asked_for(card)), 201)["sign_no"]
    expect(probe.ask("POST", f"/v1/e-cards/{sign_no}/resumptions", {}, key=key), 200)
    answer = probe.ask("POST", f"/v1/e-cards/{sign_no}/claim-codes", {}, key=key)
    expect(answer, 409, "idempotency_conflict")


def test_a_request_that_was_not_understood_leaves_its_key_free(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    expect(probe.ask("POST", "/v1/e-cards", b"{", key=key), 400)
    expect(probe.ask("POST", "/v1/e-cards", asked_for(card), key=key), 201)


@pytest.mark.parametrize(("days", "status"), [(7, 201), (31, 409)])
def test_an_outcome_is_kept_for_7_days_and_not_for_ever(
    platform_clock: Clock, probe: Probe, card: RegisteredCard, key: UUID, days: int, status: int
) -> None:
    expect(probe.ask("POST", "/v1/e-cards", asked_for(card), key=key), 201)
    platform_clock.ahead = timedelta(days=days)

    probe.ask(
        "POST", "/v1/e-cards", asked_for(card)
    )  # any request that is remembered clears what has lapsed
    assert probe.ask("POST", "/v1/e-cards", asked_for(card), key=key).status_code == status


def test_of_many_at_once_with_one_key_all_have_the_one_outcome(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: probe.ask("POST", "/v1/e-cards", asked_for(card), key=key), range(8))
        )
    assert {(a.status_code, a.content) for a in answers} == {(201, answers[0].content)}
    assert len(e_cards_of(probe, card)) == 1


def test_of_many_at_once_with_keys_of_their_own_one_is_issued(
    probe: Probe, card: RegisteredCard, key: UUID
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: probe.ask("POST", "/v1/e-cards", asked_for(card)), range(8))
        )
    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    assert len(e_cards_of(probe, card)) == 1
