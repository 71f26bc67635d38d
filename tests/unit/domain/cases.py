"""Cases for tests of the rules: one good card of nobody, varied by what a test is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from desk_app.domain.activation import verify
from desk_app.domain.card import (
    Algorithm,
    Authenticity,
    CardReading,
    CardRecord,
    CardState,
    HolderRecord,
    RegisteredCard,
)
from desk_app.domain.e_card import Consent, ConsentMethod, ECard, ECardState
from desk_app.domain.holder import Holder
from desk_app.domain.visit import Case, Visit

CODE = "310000D15600000500000107A5C3F019"
NUMBER = "00000019880229000X"
NAME = "测试人"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def reading(authenticity: Authenticity = Authenticity.GENUINE, **holder: Any) -> CardReading:
    """A card that was read; `holder` replaces values of EF06."""
    record = replace(HolderRecord(NUMBER, NAME, "1", "01", "310101", date(1988, 2, 29)), **holder)
    card = CardRecord(CODE, "3", "3.00", None, date(2021, 3, 1), date(2031, 2, 28), "E90421478")
    return CardReading("reader", b"", Algorithm.SM4, card, record, authenticity, 3)


def registered(state: CardState = CardState.NORMAL, **values: Any) -> RegisteredCard:
    """The same card in the register."""
    card = RegisteredCard(
        CODE, "E90421478", NUMBER, NAME, "310000", state, date(2021, 3, 1), date(2031, 2, 28)
    )
    return replace(card, mirrored_version=1, **values)


def e_card(state: ECardState = ECardState.ISSUED, **values: Any) -> ECard:
    """The card's e-card."""
    card = ECard("S1", 1, 1, CODE, NUMBER, "310000", state, None, NOW, date(2031, 2, 28), 1)
    return replace(card, **values)


def consent() -> Consent:
    """The holder's agreement."""
    return Consent(uuid4(), CODE, NUMBER, "2026-1", NOW, ConsentMethod.CITIZEN_SCREEN)


def case(**values: Any) -> Case:
    """A visit with the good card, activated and not bound; `values` replace parts of the case."""
    read = values.get("reading", reading())
    card = values.get("registered", registered())
    whole = Case(
        Visit(UUID(int=1), NOW, "1001", "1"),
        reading=read,
        registered=card,
        holder=Holder(NUMBER, NAME),
        verdict=verify(read, card, TODAY) if read is not None else None,
    )
    return replace(whole, **values)
