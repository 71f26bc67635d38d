"""The port `Platform` over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import Authorization, Channel, CityService, ClaimCode, ECard
from desk_app.domain.errors import PlatformRefused, PlatformUnreachable, StaleVersion
from desk_app.domain.outbox import FrozenRequest, Instruction, OutboxKind
from desk_app.gateway import freezing, reading
from desk_app.gateway.signing import Signer
from desk_app.gateway.transport import Certificates, Patience, Transport
from desk_app.services.ports import (
    CardAuthenticationRequest,
    CardAuthenticationResult,
    PlatformHealth,
)

T = TypeVar("T")

_UNKNOWN_CARD = "unknown_card"


class PlatformClient:
    """The national platform, spoken to as one terminal; one connection, used on one lane."""

    def __init__(
        self,
        url: str,
        terminal: str,
        secret: str,
        ca: str = "",
        certificate: str = "",
        key: str = "",
        *,
        patience: Patience | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`ca`, `certificate` and `key` are files (PEM) for mutual TLS, which is required outside loopback.

        Connects when first asked. Raises BadSettings for an address or certificates that will not do."""
        certificates = Certificates(ca, certificate, key)
        signer = Signer(terminal, secret)
        self._now = now
        self._transport = Transport(url, signer, certificates, patience or Patience(), now)

    def health(self) -> PlatformHealth:
        """The platform's clock. A clock of ours that is too far off is refused, with `skew`."""
        asked = self._now()
        content = self._transport.ask("GET", "/v1/health")
        between = asked + (self._now() - asked) / 2
        time = _read(lambda c: reading.moment(c["time"]), content)
        return PlatformHealth(time, (between - time).total_seconds())

    def physical_card(self, identification_code: str) -> RegisteredCard | None:
        """The platform's mirror of a card, or None."""
        try:
            content = self._transport.ask("GET", freezing.card_path(identification_code))
        except PlatformRefused as refused:
            if refused.problem == _UNKNOWN_CARD:
                return None
            raise
        return _read(reading.physical_card, content)

    def find_e_cards(
        self, *, identification_code: str | None = None, id_number: str | None = None
    ) -> tuple[ECard, ...]:
        """E-cards of a physical card, of a holder, or of both; revoked ones included."""
        wanted = {"identification_code": identification_code, "id_number": id_number}
        query = {name: value for name, value in wanted.items() if value is not None}
        content = self._transport.ask("GET", "/v1/e-cards", query=query)
        return _read(lambda c: reading.items(c, reading.e_card), content)

    def e_card(self, sign_no: str) -> ECard:
        """One e-card. Raises UnknownECard."""
        return _read(reading.e_card, self._transport.ask("GET", freezing.e_card_path(sign_no)))

    def claim_code(self, sign_no: str) -> ClaimCode:
        """A fresh one-time code."""
        path = f"{freezing.e_card_path(sign_no)}/claim-codes"
        return _read(reading.claim_code, self._post(path, {}))

    def authorizations(self, sign_no: str) -> tuple[Authorization, ...]:
        """Who may use the holder's data."""
        path = f"{freezing.e_card_path(sign_no)}/authorizations"
        content = self._transport.ask("GET", path)
        return _read(lambda c: reading.items(c, reading.authorization), content)

    def services(self, region: str) -> tuple[CityService, ...]:
        """What is open in a region (GB/T 2260, six digits)."""
        content = self._transport.ask("GET", f"/v1/regions/{quote(region, safe='')}/services")
        return _read(lambda c: reading.items(c, reading.city_service), content)

    def channels(self) -> tuple[Channel, ...]:
        """The channel apps."""
        content = self._transport.ask("GET", "/v1/channels")
        return _read(lambda c: reading.items(c, reading.channel), content)

    def authenticate_card(self, request: CardAuthenticationRequest) -> CardAuthenticationResult:
        """Have the platform's security module judge a card."""
        body = {
            "identification_code": request.identification_code,
            "historical_factor": _hex(request.historical_factor),
            "algorithm": request.algorithm.value,
            "factor": _hex(request.factor),
            "random": _hex(request.random),
            "response": _hex(request.response),
            "challenge": _hex(request.challenge),
        }
        return _read(reading.card_authentication, self._post("/v1/card-authentications", body))

    def freeze(self, instruction: Instruction) -> FrozenRequest:
        """The exact request for an instruction; sends nothing."""
        return freezing.freeze(instruction)

    def deliver(self, request: FrozenRequest, key: UUID) -> ECard | RegisteredCard | Authorization:
        """Send a frozen request under its key.

        Raises PlatformUnreachable when its effect is unknown, or the refusal."""
        if request.kind is OutboxKind.REPORT_CARD:
            return self._report(request)
        content = self._transport.ask(request.method, request.path, body=request.body, key=key)
        if request.kind is OutboxKind.REVOKE_AUTHORIZATION:
            return _read(reading.authorization, content)
        return _read(reading.e_card, content)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _report(self, request: FrozenRequest) -> RegisteredCard:
        """Put a card's state. A version is refused as stale also when it was ours, taken before its answer
        was lost: so the platform is asked what it has."""
        try:
            content = self._transport.ask(request.method, request.path, body=request.body)
            return _read(reading.physical_card, content)
        except StaleVersion:
            mirror = _read(reading.physical_card, self._transport.ask("GET", request.path))
            if freezing.physical_card(mirror) == json.loads(request.body):
                return mirror
            raise

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        """A POST that is not worth remembering: its key lives as long as its attempts."""
        return self._transport.ask("POST", path, body=freezing.encode(body), key=uuid4())


def _read(read: Callable[[Any], T], content: Any) -> T:
    """Make a value of an answer; one that is not the contract's is as good as none."""
    try:
        return read(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PlatformUnreachable("answer_unreadable") from error


def _hex(value: bytes) -> str:
    return value.hex().upper()
