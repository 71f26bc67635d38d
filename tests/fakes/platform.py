"""A national platform in memory, with the rules of the real one; both pass test_platform_contract.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from desk_app.domain.card import Algorithm, CardState, RegisteredCard
from desk_app.domain.e_card import (
    Authorization,
    AuthorizationState,
    Channel,
    ChannelState,
    CityService,
    ClaimCode,
    ECard,
    ECardState,
    ServiceGroup,
)
from desk_app.domain.errors import (
    AlreadyBound,
    CardNotUsable,
    Condition,
    ConsentMissing,
    HolderHasECard,
    IdentityMismatch,
    PlatformRefused,
    PlatformUnreachable,
    RiskHold,
    StaleVersion,
    UnknownECard,
)
from desk_app.domain.outbox import FrozenRequest, Instruction, OutboxKind
from desk_app.gateway import freezing, reading
from desk_app.sandbox import crypto
from desk_app.services.ports import (
    CardAuthenticationRequest,
    CardAuthenticationResult,
    PlatformHealth,
)

Answer = ECard | RegisteredCard | Authorization

_NOT_USABLE = {
    CardState.IN_PRODUCTION: "card_not_activated",
    CardState.NOT_ACTIVATED: "card_not_activated",
    CardState.TEMPORARILY_LOST: "card_lost",
    CardState.LOST: "card_lost",
    CardState.LOCKED: "card_not_activated",
    CardState.CANCELLED: "card_cancelled",
    CardState.EXPIRED: "card_expired",
}

_SERVICES = (
    CityService(
        "IQ01",
        "个人权益记录查询",
        "Rights and interests record",
        ServiceGroup.INQUIRY,
        True,
        True,
        True,
        date(2020, 1, 1),
    ),
    CityService("FN11", "停车缴费", "Parking", ServiceGroup.FINANCE, False, False, True, None),
)
_CHANNELS = (
    Channel(
        "310001",
        "申城人社",
        "Shencheng Social Security",
        ChannelState.AUTHORISED,
        date(2019, 2, 18),
        date(2019, 3, 5),
        None,
    ),
    Channel("310009", "邻里生活", "Neighbourhood Life", ChannelState.APPLIED, None, None, None),
)


@dataclass
class FakePlatform:
    """Implements `services.ports.Platform`. The fields may be filled, looked at and changed by a test."""

    cards: dict[str, RegisteredCard] = field(default_factory=dict)
    e_cards: dict[str, ECard] = field(default_factory=dict)
    grants: dict[str, list[Authorization]] = field(default_factory=dict)
    """By ID number."""
    risk_holds: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """Reason and end, by ID number."""
    down: bool = False
    """Nothing arrives there and no answer comes."""
    answers_to_lose: int = 0
    """So many instructions take effect without an answer."""
    refusal: Condition | None = None
    """What every call is refused with, if anything: a terminal that is not admitted, say."""
    delivered: list[tuple[FrozenRequest, UUID]] = field(default_factory=list)
    """Every instruction that arrived, repeats included."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        self._stopped: set[str] = set()
        self._outcomes: dict[UUID, tuple[FrozenRequest, Answer | Condition]] = {}

    @classmethod
    def knowing(
        cls, cards: Iterable[RegisteredCard], e_cards: Iterable[ECard] = ()
    ) -> FakePlatform:
        """A platform that has these cards in its mirror, and has issued these e-cards."""
        return cls(
            {c.identification_code: _mirrored(c) for c in cards}, {e.sign_no: e for e in e_cards}
        )

    # --- inquiries

    def health(self) -> PlatformHealth:
        self._arrive()
        return PlatformHealth(self.now(), 0.0)

    def physical_card(self, identification_code: str) -> RegisteredCard | None:
        self._arrive()
        return self.cards.get(identification_code)

    def find_e_cards(
        self, *, identification_code: str | None = None, id_number: str | None = None
    ) -> tuple[ECard, ...]:
        self._arrive()
        if identification_code is None and id_number is None:
            raise PlatformRefused("malformed", 400)
        return tuple(
            e
            for e in self.e_cards.values()
            if identification_code in (None, e.identification_code)
            and id_number in (None, e.id_number)
        )

    def e_card(self, sign_no: str) -> ECard:
        self._arrive()
        if sign_no not in self.e_cards:
            raise UnknownECard
        return self.e_cards[sign_no]

    def claim_code(self, sign_no: str) -> ClaimCode:
        e_card = self.e_card(sign_no)
        if e_card.state in (ECardState.SUSPENDED, ECardState.REVOKED):
            raise PlatformRefused(f"e_card_{e_card.state}", 422)
        admitted = (c.channel_no for c in _CHANNELS if c.state is ChannelState.AUTHORISED)
        until = self.now() + timedelta(seconds=60)
        return ClaimCode(f"http://127.0.0.1/claims/{sign_no}", until, tuple(admitted))

    def authorizations(self, sign_no: str) -> tuple[Authorization, ...]:
        return tuple(self.grants.get(self.e_card(sign_no).id_number, ()))

    def services(self, region: str) -> tuple[CityService, ...]:
        self._arrive()
        if not (len(region) == 6 and region.isdigit()):
            raise PlatformRefused("unknown_region", 404)
        return _SERVICES

    def channels(self) -> tuple[Channel, ...]:
        self._arrive()
        return _CHANNELS

    def authenticate_card(self, request: CardAuthenticationRequest) -> CardAuthenticationResult:
        self._arrive()
        if request.algorithm is not Algorithm.SM4:
            raise PlatformRefused("unsupported_algorithm", 422)
        diversifier, factor = request.historical_factor, request.factor
        if request.response != crypto.internal_response(diversifier, factor, request.random):
            return CardAuthenticationResult(False)
        cryptogram = crypto.external_cryptogram(diversifier, factor, request.challenge)
        return CardAuthenticationResult(True, cryptogram, factor)

    # --- instructions

    def freeze(self, instruction: Instruction) -> FrozenRequest:
        return freezing.freeze(instruction)

    def deliver(self, request: FrozenRequest, key: UUID) -> Answer:
        self._arrive()
        self.delivered.append((request, key))
        outcome = self._outcome(request, key)
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise PlatformUnreachable("ReadTimeout")
        if isinstance(outcome, Condition):
            raise outcome
        return outcome

    def close(self) -> None:
        """Nothing is open."""

    def _arrive(self) -> None:
        if self.down:
            raise PlatformUnreachable("ConnectError")
        if self.refusal is not None:
            raise self.refusal

    def _outcome(self, request: FrozenRequest, key: UUID) -> Answer | Condition:
        if request.kind is OutboxKind.REPORT_CARD:
            return _caught(self._report, request)
        if key not in self._outcomes:
            self._outcomes[key] = (request, _caught(self._carry_out, request))
        first, outcome = self._outcomes[key]
        return outcome if first == request else PlatformRefused("idempotency_conflict", 409)

    def _carry_out(self, request: FrozenRequest) -> Answer:
        body = json.loads(request.body)
        if request.kind is OutboxKind.ISSUE_E_CARD:
            return self._issue(body)
        sign_no, _, *rest = request.path.removeprefix("/v1/e-cards/").split("/")
        if sign_no not in self.e_cards:
            raise UnknownECard
        e_card = self.e_cards[sign_no]
        match request.kind:
            case OutboxKind.REVOKE_E_CARD:
                return self._set(e_card, state=ECardState.REVOKED)
            case OutboxKind.REVOKE_AUTHORIZATION:
                return self._withdraw(e_card, rest[0])
            case _ if e_card.state is ECardState.REVOKED:
                raise PlatformRefused("e_card_revoked", 422)
            case OutboxKind.SUSPEND_E_CARD:
                self._stopped.add(sign_no)
                return self._set(e_card, state=ECardState.SUSPENDED)
            case OutboxKind.RESUME_E_CARD:
                return self._resume(e_card)
            case OutboxKind.REBIND_E_CARD:
                return self._rebind(e_card, body["identification_code"])
        raise AssertionError(request.kind)

    def _report(self, request: FrozenRequest) -> RegisteredCard:
        card = reading.physical_card(json.loads(request.body))
        known = self.cards.get(card.identification_code)
        if known is not None and card == known:
            return known  # the real client finds out by asking again
        if known is not None and card.version <= known.version:
            raise StaleVersion(known.version)
        self.cards[card.identification_code] = card
        if e_card := self._active(identification_code=card.identification_code):
            self._follow(e_card, card.state)
        return card

    def _follow(self, e_card: ECard, state: CardState) -> None:
        if state is CardState.CANCELLED:
            self._set(e_card, state=ECardState.REVOKED)
        elif state is not CardState.NORMAL or e_card.sign_no in self._stopped:
            self._set(e_card, state=ECardState.SUSPENDED)
        else:
            self._set(e_card, state=_working(e_card))

    def _issue(self, body: dict[str, Any]) -> ECard:
        if not body["consent"]["text_version"]:
            raise ConsentMissing
        card = self.cards.get(body["identification_code"])
        if card is None:
            raise CardNotUsable("card_not_activated")
        if (card.id_number, card.name) != (body["id_number"], body["name"]):
            raise IdentityMismatch
        if bound := self._active(identification_code=card.identification_code):
            raise AlreadyBound(bound)
        if held := self._active(id_number=card.id_number):
            raise HolderHasECard(held)
        self._require_usable(card)
        if hold := self.risk_holds.get(card.id_number):
            raise RiskHold(*hold)
        serial = len(self.e_cards) + 1
        e_card = ECard(
            sign_no=f"{self.now():%Y%m%d}{serial:010d}",
            sign_seq=1 + sum(e.id_number == card.id_number for e in self.e_cards.values()),
            sign_level=body["sign_level"],
            identification_code=card.identification_code,
            id_number=card.id_number,
            region=body["region"],
            state=ECardState.ISSUED,
            claimed_by=None,
            signed_at=self.now(),
            valid_until=card.valid_until or date(2099, 12, 31),
            version=1,
        )
        self.e_cards[e_card.sign_no] = e_card
        return e_card

    def _resume(self, e_card: ECard) -> ECard:
        if self.cards[e_card.identification_code].state is not CardState.NORMAL:
            raise PlatformRefused("card_not_normal", 422)
        self._stopped.discard(e_card.sign_no)
        return self._set(e_card, state=_working(e_card))

    def _rebind(self, e_card: ECard, identification_code: str) -> ECard:
        if e_card.identification_code == identification_code:
            return e_card
        card = self.cards.get(identification_code)
        if card is None or card.replaces != e_card.identification_code:
            raise PlatformRefused("not_the_replacement", 422)
        if card.id_number != e_card.id_number:
            raise IdentityMismatch
        self._require_usable(card)
        stopped = e_card.sign_no in self._stopped
        state = ECardState.SUSPENDED if stopped else _working(e_card)
        return self._set(e_card, identification_code=identification_code, state=state)

    def _withdraw(self, e_card: ECard, authorization_id: str) -> Authorization:
        grants = self.grants.get(e_card.id_number, [])
        for place, grant in enumerate(grants):
            if grant.id == authorization_id:
                grants[place] = replace(grant, state=AuthorizationState.REVOKED)
                return grants[place]
        raise PlatformRefused("unknown_authorization", 404)

    def _require_usable(self, card: RegisteredCard) -> None:
        if problem := _NOT_USABLE.get(card.state):
            raise CardNotUsable(problem)
        if card.valid_until is not None and card.valid_until < self.now().date():
            raise CardNotUsable("card_expired")

    def _active(self, **wanted: str) -> ECard | None:
        ((name, value),) = wanted.items()
        found = (e for e in self.e_cards.values() if e.is_active and getattr(e, name) == value)
        return next(found, None)

    def _set(self, e_card: ECard, **values: Any) -> ECard:
        changed = replace(e_card, **values)
        if changed != e_card:
            changed = replace(changed, version=e_card.version + 1)
        self.e_cards[e_card.sign_no] = changed
        return changed


def _caught(act: Callable[[FrozenRequest], Answer], request: FrozenRequest) -> Answer | Condition:
    try:
        return act(request)
    except Condition as refusal:
        return refusal


def _working(e_card: ECard) -> ECardState:
    return ECardState.CLAIMED if e_card.claimed_by else ECardState.ISSUED


def _mirrored(card: RegisteredCard) -> RegisteredCard:
    """What the platform keeps of a card: the card number and the day of issue stay in the city."""
    return replace(card, card_number="", issued_on=None, mirrored_version=card.version)
