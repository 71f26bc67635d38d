"""What the demo city's store and the sandbox platform hold when they are new; domain values only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import chain

from desk_app.domain.card import RegisteredCard
from desk_app.domain.contribution import Contribution, PensionYear
from desk_app.domain.e_card import (
    Authorization,
    AuthorizationState,
    ECard,
    ECardState,
    GranteeKind,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Operator, Role
from desk_app.sandbox.people import Person, generate, people, person

CHINA = timezone(timedelta(hours=8))


# --- the city's store -------------------------------------------------------------------------------


@dataclass(frozen=True)
class DemoOperator:
    """An operator of the demo hall with a password that everybody may know."""

    operator: Operator
    password: str


@dataclass(frozen=True)
class RegisterSeed:
    """The city's store when it is new; every method starts over."""

    generated: int = 0
    """How many people to add to those of the demo city."""
    seed: int = 1
    """Which ones."""

    def people(self) -> Iterator[Person]:
        """Everybody, streaming."""
        return chain(people(), generate(self.generated, self.seed))

    def holders(self) -> Iterator[Holder]:
        """The insured persons."""
        return (one.holder for one in self.people())

    def cards(self) -> Iterator[RegisteredCard]:
        """The card register; a replaced card comes before its replacement."""
        return (card for one in self.people() for card in reversed(one.cards))

    def contributions(self) -> Iterator[tuple[str, Contribution]]:
        """ID number and row, person by person, ordered by month, then insurance."""
        for one in self.people():
            for row in one.contributions():
                yield one.holder.id_number, row

    def pension_years(self) -> Iterator[tuple[str, PensionYear]]:
        """ID number and year, person by person, oldest first."""
        for one in self.people():
            for year in one.pension_years():
                yield one.holder.id_number, year

    def operators(self) -> tuple[DemoOperator, ...]:
        """Who works in the demo hall; their passwords are printed in the README."""
        return _OPERATORS


def register_seed(generated: int = 0, seed: int = 1) -> RegisterSeed:
    """The demo city, and `generated` people more."""
    return RegisterSeed(generated, seed)


_OPERATORS = tuple(
    DemoOperator(Operator(number, name, frozenset({role})), password)
    for number, name, role, password in (
        ("1001", "林晓", Role.CLERK, "demo-clerk-1001"),
        ("1002", "周敏", Role.CLERK, "demo-clerk-1002"),
        ("2001", "郑国栋", Role.SUPERVISOR, "demo-supervisor-2001"),
        ("9001", "许文静", Role.ADMINISTRATOR, "demo-administrator-9001"),
        ("8001", "梁振", Role.AUDITOR, "demo-auditor-8001"),
    )
)


# --- the national platform ----------------------------------------------------------------------------


@dataclass(frozen=True)
class RiskHoldSeed:
    """A person whose e-cards the platform holds back."""

    id_number: str
    reason: str
    until: datetime


def platform_cards() -> Iterator[RegisteredCard]:
    """The platform's mirror: the demo city's register, at the version that the register says is mirrored."""
    return register_seed().cards()


def platform_e_cards() -> tuple[ECard, ...]:
    """E-cards issued before: one in use, and one stopped with the lost card that it is still bound to."""
    bound, replaced = person("bound").cards[0], person("replaced").cards[1]
    return (
        _e_card(1, bound, datetime(2024, 3, 11, 9, 30, tzinfo=CHINA), ECardState.ISSUED),
        _e_card(2, replaced, datetime(2023, 8, 2, 15, 5, tzinfo=CHINA), ECardState.SUSPENDED),
    )


def platform_risk_holds() -> tuple[RiskHoldSeed, ...]:
    """Whom the platform holds back."""
    until = datetime(2031, 1, 1, tzinfo=CHINA)
    return (RiskHoldSeed(person("risk_hold").holder.id_number, "unusual_location", until),)


def platform_authorizations() -> Iterator[tuple[str, Authorization]]:
    """ID number and authorisation: who may use whose data. They show once the person has an e-card."""
    for count, key in enumerate(("good", "bound", "not_activated", "long_name"), start=1):
        for letter, authorization in zip("abc", _AUTHORIZATIONS, strict=True):
            number = f"auth-{count:03d}{letter}"
            yield person(key).holder.id_number, _numbered(authorization, number)


_Terms = tuple[str, GranteeKind, str, str, datetime, datetime, AuthorizationState]

_AUTHORIZATIONS: tuple[_Terms, ...] = (
    (
        "上海示例住房公积金管理中心",
        GranteeKind.DEPARTMENT,
        "business_information",
        "核验缴费记录，办理公积金贷款",
        datetime(2026, 2, 3, 10, 0, tzinfo=CHINA),
        datetime(2031, 2, 2, 23, 59, 59, tzinfo=CHINA),
        AuthorizationState.ACTIVE,
    ),
    (
        "示例民生应用",
        GranteeKind.CHANNEL,
        "basic_information",
        "展示电子社会保障卡",
        datetime(2025, 9, 15, 8, 20, tzinfo=CHINA),
        datetime(2030, 9, 14, 23, 59, 59, tzinfo=CHINA),
        AuthorizationState.ACTIVE,
    ),
    (
        "示例家庭成员",
        GranteeKind.INDIVIDUAL,
        "basic_information",
        "代为查询参保信息",
        datetime(2024, 5, 6, 14, 45, tzinfo=CHINA),
        datetime(2025, 5, 5, 23, 59, 59, tzinfo=CHINA),
        AuthorizationState.LAPSED,
    ),
)


def _numbered(terms: _Terms, number: str) -> Authorization:
    return Authorization(number, *terms)


def _e_card(serial: int, card: RegisteredCard, signed_at: datetime, state: ECardState) -> ECard:
    return ECard(
        sign_no=f"{signed_at:%Y%m%d}{serial:010d}",
        sign_seq=1,
        sign_level=1,
        identification_code=card.identification_code,
        id_number=card.id_number,
        region=card.region,
        state=state,
        claimed_by=None,
        signed_at=signed_at,
        valid_until=card.valid_until or date(2036, 1, 1),
        version=1 if state is ECardState.ISSUED else 2,
    )
