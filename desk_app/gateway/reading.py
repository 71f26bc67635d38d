"""Answers of the platform as domain values.

Every function takes decoded JSON and raises KeyError, TypeError or ValueError for what is not the contract's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.e_card import (
    Authorization,
    AuthorizationState,
    Channel,
    ChannelState,
    CityService,
    ClaimCode,
    ECard,
    ECardState,
    GranteeKind,
    ServiceGroup,
)
from desk_app.services.ports import CardAuthenticationResult

T = TypeVar("T")


def items(content: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    """`{"items": […]}`"""
    return tuple(read(item) for item in _typed(content["items"], list))


def physical_card(content: Any) -> RegisteredCard:
    """PhysicalCard; what stays in the city (card number, day of issue) is blank."""
    version = _typed(content["version"], int)
    return RegisteredCard(
        identification_code=_text(content, "identification_code"),
        card_number="",
        id_number=_text(content, "id_number"),
        name=_text(content, "name"),
        region=_text(content, "region"),
        state=CardState(content["status"]),
        issued_on=None,
        valid_until=_day_or_none(content, "valid_until"),
        version=version,
        mirrored_version=version,
        replaces=_text_or_none(content, "replaces"),
    )


def e_card(content: Any) -> ECard:
    """ECard"""
    return ECard(
        sign_no=_text(content, "sign_no"),
        sign_seq=_typed(content["sign_seq"], int),
        sign_level=_typed(content["sign_level"], int),
        identification_code=_text(content, "identification_code"),
        id_number=_text(content, "id_number"),
        region=_text(content, "region"),
        state=ECardState(content["status"]),
        claimed_by=_text_or_none(content, "claimed_by"),
        signed_at=moment(content["signed_at"]),
        valid_until=date.fromisoformat(content["valid_until"]),
        version=_typed(content["version"], int),
    )


def claim_code(content: Any) -> ClaimCode:
    """`{claim_url, expires_at, channels}`"""
    return ClaimCode(
        claim_url=_text(content, "claim_url"),
        expires_at=moment(content["expires_at"]),
        channels=tuple(_typed(number, str) for number in _typed(content["channels"], list)),
    )


def authorization(content: Any) -> Authorization:
    """Authorization"""
    until = content.get("until")
    return Authorization(
        id=_text(content, "id"),
        grantee=_text(content, "grantee"),
        kind=GranteeKind(content["kind"]),
        scope=_text(content, "scope"),
        purpose=_text(content, "purpose"),
        granted_at=moment(content["granted_at"]),
        until=None if until is None else moment(until),
        state=AuthorizationState(content["status"]),
    )


def city_service(content: Any) -> CityService:
    """Service"""
    return CityService(
        code=_text(content, "code"),
        name=_text(content, "name"),
        name_en=_text(content, "name_en"),
        group=ServiceGroup(content["group"]),
        open=_typed(content["open"], bool),
        physical=_typed(content["physical"], bool),
        electronic=_typed(content["electronic"], bool),
        opened_on=_day_or_none(content, "opened_on"),
    )


def channel(content: Any) -> Channel:
    """Channel"""
    return Channel(
        channel_no=_text(content, "channel_no"),
        name=_text(content, "name"),
        name_en=_text(content, "name_en"),
        state=ChannelState(content["status"]),
        functional_test_passed_on=_day_or_none(content, "functional_test_passed_on"),
        security_test_passed_on=_day_or_none(content, "security_test_passed_on"),
        reason=_text_or_none(content, "reason"),
    )


def card_authentication(content: Any) -> CardAuthenticationResult:
    """`{genuine, external: {cryptogram, factor} | null}`"""
    if not _typed(content["genuine"], bool):
        return CardAuthenticationResult(genuine=False)
    external = content["external"]
    return CardAuthenticationResult(
        genuine=True,
        cryptogram=_eight_bytes(external["cryptogram"]),
        factor=_eight_bytes(external["factor"]),
    )


def moment(value: Any) -> datetime:
    """RFC 3339: a moment with its offset."""
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("a moment without an offset")
    return read


def _typed(value: Any, kind: type[T]) -> T:
    if type(value) is not kind:  # a boolean is no number here
        raise TypeError(f"not {kind.__name__}")
    return value


def _text(content: Any, name: str) -> str:
    return _typed(content[name], str)


def _text_or_none(content: Any, name: str) -> str | None:
    return None if content.get(name) is None else _text(content, name)


def _day_or_none(content: Any, name: str) -> date | None:
    return None if content.get(name) is None else date.fromisoformat(content[name])


def _eight_bytes(value: Any) -> bytes:
    read = bytes.fromhex(value)
    if len(read) != 8:
        raise ValueError("not 8 bytes")
    return read
