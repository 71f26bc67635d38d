"""The real thing for one walk: a store, the platform behind a bad line, and counters that can be killed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk, OperatorAccount
from desk_app.domain.outbox import FrozenRequest, ReportCard
from desk_app.domain.region import RegionPolicy
from desk_app.gateway.client import PlatformClient
from desk_app.gateway.transport import Patience
from desk_app.sandbox.platform.database import FILE
from desk_app.services.activation import Activation
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.e_cards import ECardService
from desk_app.services.identification import Identification
from desk_app.services.lapses import Lapses
from desk_app.services.loss import Loss
from desk_app.services.replacement import Replacement
from tests.fixtures.cards import new_card
from tests.fixtures.fault_proxy import Fault, FaultProxy
from tests.fixtures.platform import SECRET, TERMINAL
from tests.integration.loss.hall import (
    NO_READER,
    OPERATORS,
    PASSWORD,
    WINDOWS,
    PlainPasswords,
    SetClock,
)
from tests.integration.store.conftest import Place
from tests.integration.store.samples import NOON

ONCE = Patience(connect=1.0, answer=5.0, attempts=1, total=5.0)
"""A lost answer is not asked for again by itself: that is left to the outbox."""

HALL = "示例服务大厅"


class Killed(BaseException):
    """The counter's process is gone."""


class Death(Enum):
    """When a counter dies: what it wants to tell is committed, and was or was not sent."""

    BEFORE_SENDING = "before_sending"
    AFTER_SENDING = "after_sending"


class Line(PlatformClient):
    """The product's client in a process that can be killed."""

    death: Death | None = None

    def deliver(self, request: FrozenRequest, key: UUID) -> Any:
        if self.death is Death.BEFORE_SENDING:
            raise Killed
        try:
            answer = super().deliver(request, key)
        except Exception:
            if self.death is Death.AFTER_SENDING:
                raise Killed from None
            raise
        if self.death is Death.AFTER_SENDING:
            raise Killed
        return answer


@dataclass(frozen=True)
class Surroundings:
    """What outlives a walk: the platform, with the folder of its database, and the line to it."""

    platform: Path
    proxy: FaultProxy


class City:
    """Everything of one walk. `restart` is what follows when a counter was killed."""

    def __init__(self, place: Place, around: Surroundings, policy: RegionPolicy) -> None:
        self.policy, self.clock = policy, SetClock()
        self.proxy = around.proxy
        self.calm_down()
        self.place = place
        self._mirror = sqlite3.connect(f"file:{around.platform / FILE}?mode=ro", uri=True)
        self._mirror.row_factory = sqlite3.Row
        self._start()

    def _start(self) -> None:
        self.store = store = self.place.open()
        self.line = line = Line(self.proxy.url, TERMINAL, SECRET, patience=ONCE)
        clock, policy = self.clock, self.policy
        self.delivery = delivery = Delivery(store, line, clock, policy)
        self.lapses = Lapses(store, delivery, clock, policy)
        self.loss = Loss(store, delivery, clock, policy)
        self.activation = Activation(store, delivery, clock)
        self.e_cards = ECardService(store, line, delivery, clock)
        self.replacement = Replacement(store, line, delivery, clock, policy)
        self.decisions = Decisions(store, delivery, PlainPasswords(), clock, policy)
        self.identification = Identification(NO_READER, store, line, delivery, clock, self.lapses)

    def restart(self) -> None:
        self.close_counter()
        self._start()

    def close_counter(self) -> None:
        self.line.close()
        self.store.close()

    def close(self) -> None:
        self.close_counter()
        self._mirror.close()

    def desk(self, number: str) -> Desk:
        who = next(one for one in OPERATORS if one.number == number)
        return Desk(HALL, WINDOWS[number], self.policy.code, who)

    # --- the line

    @property
    def calm(self) -> bool:
        """Nothing will go wrong between here and the platform."""
        return not self.proxy.script and self.proxy.steady is Fault.NONE and self.line.death is None

    def calm_down(self) -> None:
        self.proxy.script.clear()
        self.proxy.steady = Fault.NONE

    # --- who and what is there

    def settle_in(self) -> list[tuple[RegisteredCard, Holder]]:
        """A grown-up, a minor with a new card that the platform has not heard of, somebody with two cards,
        somebody whose card is locked, and one whose card is valid for some days yet."""
        soon, later = (NOON.date() + timedelta(days=days) for days in (6, 20))
        cards = [
            new_card(),
            new_card(CardState.NOT_ACTIVATED),
            two := new_card(),
            new_card(id_number=two.id_number),
            new_card(CardState.LOCKED, valid_until=later),
            new_card(valid_until=soon),
        ]
        born = {cards[1].id_number: date(2015, 6, 1)}
        holders = {
            c.id_number: Holder(c.id_number, c.name, birth_date=born.get(c.id_number))
            for c in cards
        }
        known = [replace(c, mirrored_version=1) for c in cards if c.id_number not in born]
        for card in known:
            self.line.deliver(self.line.freeze(ReportCard(card)), UUID(int=1))
        hashed = PlainPasswords().hash(PASSWORD)
        with self.store.begin() as uow:
            for one in OPERATORS:
                uow.operators.put(OperatorAccount(one, hashed, password_set_at=NOON))
            for holder in holders.values():
                uow.holders.put(holder)
            for card in [*known, cards[1]]:
                uow.cards.add(card)
            uow.commit()
        return [(card, holders[card.id_number]) for card in [*known, cards[1]]]

    def rows(self, query: str) -> Sequence[Any]:
        """What the store's own tables say."""
        with self.store.listening().begin() as connection:
            return connection.execute(text(query)).all()

    def mirrored(self, query: str, codes: Sequence[str]) -> list[sqlite3.Row]:
        """What the platform's own tables say of these cards; `query` ends where they are to stand."""
        marks = ", ".join("?" for _ in codes)
        return self._mirror.execute(f"{query} ({marks})", tuple(codes)).fetchall()
