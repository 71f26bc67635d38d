"""The client when the line to the platform is bad: nothing is done twice, and nothing is guessed."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.e_card import ECard
from desk_app.domain.errors import PlatformRefused, PlatformUnreachable, StaleVersion
from desk_app.domain.outbox import IssueECard, ReportCard, SuspendECard
from desk_app.gateway.client import PlatformClient
from desk_app.gateway.transport import LARGEST_ANSWER, Patience
from tests.fixtures.cards import consent_for, new_card
from tests.fixtures.fault_proxy import Fault, FaultProxy, canned, fault_proxy
from tests.fixtures.platform import SECRET, TERMINAL, PlatformServer

PATIENCE = Patience(connect=0.5, answer=0.6, attempts=3, total=5.0)

BUSY = canned(
    "503 Service Unavailable",
    b'{"type":"urn:problem:unavailable","status":503,"code":"unavailable","retryable":true}',
)
THROTTLED = canned(
    "429 Too Many Requests",
    b'{"type":"urn:problem:throttled","status":429,"code":"throttled","retryable":true}',
)
WEB_PAGE = canned("200 OK", b"<html>Welcome to the hotel's network</html>", "text/html")
GATEWAY_PAGE = canned("404 Not Found", b"<html>nginx</html>", "text/html")
NOT_THE_CONTRACTS = canned("200 OK", b'{"items": [{"sign_no": 7}]}', "application/json")
ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
PASSING = [
    Fault.CLOSE,
    Fault.LOSE_ANSWER,
    Fault.CUT_ANSWER,
    Fault.HANG,
    Fault.DRIP,
    BUSY,
    THROTTLED,
]
NAMES = ["close", "lose", "cut", "hang", "drip", "busy", "throttled"]


@pytest.fixture
def proxy(platform_server: PlatformServer) -> Iterator[FaultProxy]:
    with fault_proxy(platform_server.url) as running:
        yield running


@pytest.fixture
def client(proxy: FaultProxy) -> Iterator[PlatformClient]:
    """The product's client, behind the proxy."""
    client = PlatformClient(proxy.url, TERMINAL, SECRET, patience=PATIENCE)
    yield client
    client.close()


@pytest.fixture
def card(platform_server: PlatformServer) -> RegisteredCard:
    """A card that can be bound."""
    card = new_card()
    deliver(platform_server, ReportCard(card))
    return card


def deliver(server: PlatformServer, instruction: Any) -> Any:
    """Send an instruction over a line without faults."""
    direct = server.client()
    try:
        return direct.deliver(direct.freeze(instruction), uuid4())
    finally:
        direct.close()


def e_cards_of(server: PlatformServer, card: RegisteredCard) -> tuple[ECard, ...]:
    direct = server.client()
    try:
        return direct.find_e_cards(identification_code=card.identification_code)
    finally:
        direct.close()


@pytest.mark.parametrize("fault", PASSING, ids=NAMES)
def test_an_inquiry_is_made_again(
    client: PlatformClient, proxy: FaultProxy, fault: Fault | bytes
) -> None:
    proxy.fail(fault)
    assert len(client.services("310000")) > 100
    assert len(proxy.seen) == 2


@pytest.mark.parametrize("fault", PASSING, ids=NAMES)
def test_a_binding_whose_answer_is_lost_ends_in_one_e_card(
    client: PlatformClient,
    proxy: FaultProxy,
    platform_server: PlatformServer,
    card: RegisteredCard,
    fault: Fault | bytes,
) -> None:
    proxy.fail(fault, fault)
    key = uuid4()
    e_card = client.deliver(client.freeze(IssueECard(card, consent_for(card))), key)
    assert e_cards_of(platform_server, card) == (e_card,)
    assert len(proxy.seen) == 3
    assert {seen.headers["idempotency-key"] for seen in proxy.seen} == {str(key)}
    assert len({seen.body for seen in proxy.seen}) == 1
    for header in ("x-nonce", "x-signature"):
        assert len({seen.headers[header] for seen in proxy.seen}) == 3


def test_when_no_answer_comes_at_all_the_outcome_is_unknown_and_can_be_asked_for_later(
    client: PlatformClient,
    proxy: FaultProxy,
    platform_server: PlatformServer,
    card: RegisteredCard,
) -> None:
    proxy.fail(*[Fault.LOSE_ANSWER] * 3)
    request, key = client.freeze(IssueECard(card, consent_for(card))), uuid4()
    with pytest.raises(PlatformUnreachable):
        client.deliver(request, key)
    (issued,) = e_cards_of(platform_server, card)
    assert client.deliver(request, key) == issued
    assert e_cards_of(platform_server, card) == (issued,)


def test_a_report_whose_answer_is_lost_is_recognised_as_our_own(
    client: PlatformClient, proxy: FaultProxy, card: RegisteredCard
) -> None:
    lost = replace(card, state=CardState.LOST, version=2)
    proxy.fail(Fault.LOSE_ANSWER)
    mirror = client.deliver(client.freeze(ReportCard(lost)), uuid4())
    assert isinstance(mirror, RegisteredCard)
    assert (mirror.state, mirror.version) == (CardState.LOST, 2)


def test_another_report_of_the_same_version_is_not_taken_for_ours(
    client: PlatformClient,
    proxy: FaultProxy,
    platform_server: PlatformServer,
    card: RegisteredCard,
) -> None:
    deliver(platform_server, ReportCard(replace(card, state=CardState.LOCKED, version=2)))
    proxy.fail(Fault.LOSE_ANSWER)
    with pytest.raises(StaleVersion) as stale:
        client.deliver(
            client.freeze(ReportCard(replace(card, state=CardState.LOST, version=2))), uuid4()
        )
    assert stale.value.current == 2


@pytest.mark.parametrize(
    "answer",
    [WEB_PAGE, GATEWAY_PAGE, NOT_THE_CONTRACTS, ELSEWHERE, b"SSH-2.0-OpenSSH_9.2\r\n\r\n"],
    ids=["web-page", "gateway-page", "not-the-contracts", "redirect", "not-http"],
)
def test_an_answer_that_is_not_the_platforms_is_none(
    client: PlatformClient, proxy: FaultProxy, card: RegisteredCard, answer: bytes
) -> None:
    proxy.fail(*[answer] * 3)
    with pytest.raises(PlatformUnreachable):
        client.deliver(client.freeze(IssueECard(card, consent_for(card))), uuid4())
    proxy.script.clear()
    proxy.fail(*[answer] * 3)
    with pytest.raises(PlatformUnreachable):
        client.find_e_cards(id_number=card.id_number)


def test_an_answer_without_end_is_not_read_to_its_end(
    client: PlatformClient, proxy: FaultProxy
) -> None:
    huge = canned("200 OK", b" " * (LARGEST_ANSWER + 1), "application/json")
    proxy.fail(*[huge] * 3)
    with pytest.raises(PlatformUnreachable) as unreachable:
        client.channels()
    assert unreachable.value.reason == "answer_too_large"


def test_patience_ends(client: PlatformClient, proxy: FaultProxy) -> None:
    proxy.fail(*[Fault.HANG] * 3)
    begun = time.monotonic()
    with pytest.raises(PlatformUnreachable):
        client.health()
    assert time.monotonic() - begun < 3
    assert len(proxy.seen) == 3


def test_nobody_listening_is_noticed_at_once(loopback_port: int) -> None:
    client = PlatformClient(f"http://127.0.0.1:{loopback_port}", TERMINAL, SECRET)
    begun = time.monotonic()
    with pytest.raises(PlatformUnreachable):
        client.health()
    assert time.monotonic() - begun < 2
    client.close()


def test_a_refusal_for_good_is_not_asked_for_twice(
    client: PlatformClient, proxy: FaultProxy
) -> None:
    with pytest.raises(PlatformRefused):
        client.find_e_cards()
    assert len(proxy.seen) == 1


def test_a_refusal_that_asks_for_another_try_gets_one_and_says_so_in_the_end(
    client: PlatformClient, proxy: FaultProxy
) -> None:
    proxy.fail(*[THROTTLED] * 3)
    with pytest.raises(PlatformRefused) as refused:
        client.channels()
    assert (refused.value.problem, refused.value.retryable) == ("throttled", True)
    assert len(proxy.seen) == 3


@pytest.mark.parametrize("seconds", [-900, 900])
def test_a_wrong_clock_is_told_with_how_wrong_it_is(proxy: FaultProxy, seconds: int) -> None:
    client = PlatformClient(
        proxy.url, TERMINAL, SECRET, now=lambda: datetime.now(UTC) + timedelta(seconds=seconds)
    )
    with pytest.raises(PlatformRefused) as refused:
        client.health()
    client.close()
    assert (refused.value.problem, refused.value.status) == ("stale_timestamp", 401)
    assert refused.value.skew == pytest.approx(seconds, abs=5)
    assert len(proxy.seen) == 1


def test_a_clock_that_is_a_little_wrong_is_told_with_the_health(proxy: FaultProxy) -> None:
    client = PlatformClient(
        proxy.url, TERMINAL, SECRET, now=lambda: datetime.now(UTC) + timedelta(seconds=120)
    )
    assert client.health().skew == pytest.approx(120, abs=5)
    client.close()


def test_without_a_time_in_the_problem_the_date_header_tells(
    client: PlatformClient, proxy: FaultProxy
) -> None:
    problem = canned("401 Unauthorized", b'{"status":401,"code":"stale_timestamp"}')
    dated = problem.replace(b"\r\n", b"\r\nDate: Mon, 23 Nov 2026 01:00:00 GMT\r\n", 1)
    proxy.fail(dated, problem)
    with pytest.raises(PlatformRefused) as refused:
        client.health()
    told = datetime.now(UTC) - datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert refused.value.skew == pytest.approx(told.total_seconds(), abs=5)
    with pytest.raises(PlatformRefused) as refused:
        client.health()
    assert refused.value.skew is None


def test_a_wrong_secret_is_refused(proxy: FaultProxy) -> None:
    client = PlatformClient(proxy.url, TERMINAL, "another secret")
    with pytest.raises(PlatformRefused) as refused:
        client.health()
    client.close()
    assert (refused.value.problem, refused.value.status) == ("bad_signature", 401)


def test_a_nonce_that_happens_to_be_used_is_drawn_again(
    client: PlatformClient, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([f"nonce-{uuid4()}"] * 2 + [f"nonce-{uuid4()}"])
    monkeypatch.setattr("desk_app.gateway.signing.secrets.token_urlsafe", lambda _: next(drawn))
    client.health()
    client.health()
    assert len(proxy.seen) == 3


def test_what_is_signed_is_what_is_sent(client: PlatformClient, proxy: FaultProxy) -> None:
    # The platform checks the signature over the address as it arrives: any other encoding is refused.
    assert client.find_e_cards(identification_code="a+b/c d%2F&=?#测", id_number="~é") == ()
    assert client.physical_card("a+b c%41&=?#测") is None
    with pytest.raises(PlatformRefused, match="platform_refused"):
        client.deliver(client.freeze(SuspendECard("a/b", "card", "x")), uuid4())
    lines = [seen.line for seen in proxy.seen]
    assert len(lines) == 3
    assert all(re.fullmatch(r"[A-Z]+ [!-~]+ HTTP/1.1", line) for line in lines)
    assert lines[2].startswith("POST /v1/e-cards/a%2Fb/suspensions ")


def test_what_goes_over_the_line_holds_no_more_than_the_contract_asks(
    client: PlatformClient, proxy: FaultProxy, card: RegisteredCard
) -> None:
    client.deliver(client.freeze(ReportCard(replace(card, version=2))), uuid4())
    body = json.loads(proxy.seen[0].body)
    assert "card_number" not in body
    assert "issued_on" not in body
    assert proxy.seen[0].headers["user-agent"].startswith("python-httpx")
