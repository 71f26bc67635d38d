"""Bindings and decisions by eight counters at once, against the bare commits of the same PostgreSQL.

The server is a private one with every safety on (fsync, synchronous commits), started for this run; each
counter is a process with connections of its own, all in one hall, so that they share one audit chain, and on
the server's own machine. The platform answers at once, in the process: what is measured is the store. A
binding is three transactions that write (it is written down, settled, noted in the visit), a decision three
(password with purpose, decision, settled). Argon2id, which is slow on purpose, is left out, and
so are operators' own logins: all work as the owner. The floor is one row inserted and committed by as many
processes, before and after.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from benchmarks import Measure
from desk_app.app import SystemClock
from desk_app.domain.activation import verify
from desk_app.domain.application import HOLDER, Application, ApplicationKind, TemporaryLoss
from desk_app.domain.card import (
    Algorithm,
    Authenticity,
    CardReading,
    CardRecord,
    CardState,
    HolderRecord,
    RegisteredCard,
)
from desk_app.domain.decision import Choice, Verdict
from desk_app.domain.e_card import Consent, ConsentMethod, ECard, ECardState
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.outbox import FrozenRequest, Instruction, OutboxKind
from desk_app.domain.visit import Case, Visit
from desk_app.gateway.freezing import freeze
from desk_app.regions import policy_of
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.e_cards import ECardService
from desk_app.store.engine import SqlStore, open_store
from tests.fixtures.postgresql import cluster

COUNTERS = 8
EACH = 40
"""Bindings, and decisions, of each counter; commits are ten times as many."""

HALL, REGION, PASSWORD = "示范社会保险服务大厅", "310000", "benchmark"
POLICY = policy_of(REGION)
FILED_BY = "1000"


@dataclass
class PromptPlatform:
    """Takes everything, at once."""

    e_cards: dict[str, ECard] = field(default_factory=dict)

    def freeze(self, instruction: Instruction) -> FrozenRequest:
        """As the real client does."""
        return freeze(instruction)

    def deliver(self, request: FrozenRequest, key: UUID) -> ECard | RegisteredCard:
        """A report is acknowledged, an e-card issued."""
        body = json.loads(request.body)
        code = body["identification_code"]
        if request.kind is OutboxKind.REPORT_CARD:
            card, state = _card(_number_of(code)), CardState(body["status"])
            return replace(card, state=state, version=body["version"])
        self.e_cards[code] = _e_card(_number_of(code))
        return self.e_cards[code]

    def find_e_cards(
        self, *, identification_code: str, id_number: str | None = None
    ) -> tuple[ECard, ...]:
        """The e-card of a card that was bound here."""
        found = self.e_cards.get(identification_code)
        return (found,) if found is not None else ()


class QuickPasswords:
    """No Argon2id."""

    def hash(self, password: str) -> str:
        """As it is."""
        return password

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether they are the same."""
        return password_hash == password


@dataclass(frozen=True)
class Share:
    """What one counter has to do: from which number on, and when all begin."""

    url: str
    counter: int
    begins: float

    @property
    def numbers(self) -> range:
        """Its cards."""
        return range(self.counter * EACH, (self.counter + 1) * EACH)

    def wait(self) -> None:
        """Until all counters are there."""
        time.sleep(max(0.0, self.begins - time.time()))


def measure() -> list[Measure]:
    """About half a minute."""
    with (
        cluster({"max_connections": "100"}) as server,
        server.database() as url,
        tempfile.TemporaryDirectory(prefix="desk-bench-") as home,
    ):
        _fill(open_store(url, Path(home)))
        with psycopg.connect(_dsn(url)) as bare:
            bare.execute("CREATE TABLE floor (number integer)")
        with multiprocessing.get_context("spawn").Pool(COUNTERS) as counters:
            at = partial(_rate, counters, url)
            floors, rates = [at(commits, 10)], []
            for work in (bindings, decisions):
                rates.append(at(work, 1))
                floors.append(at(commits, 10))
        _check(open_store(url, Path(home)))
    return [
        _measure(name, rate, (floors[n] + floors[n + 1]) / 2)
        for n, (name, rate) in enumerate(zip(("binding", "decision"), rates, strict=True))
    ]


def _measure(name: str, rate: float, floor: float) -> Measure:
    note = f"{rate:.0f} {name}s/s, {floor:.0f} commits/s; {os.cpu_count()} cores"
    return Measure(
        f"one {name}, {COUNTERS} counters on one PostgreSQL", "ms", 1000 / rate, 1000 / floor, note
    )


def _rate(counters: Pool, url: str, work: Callable[[Share], tuple[float, float]], by: int) -> float:
    """Times per second, from when the first counter began to when the last had done."""
    begins = time.time() + 3.0  # the counters' modules are imported and connections made meanwhile
    shares = [Share(url, number, begins) for number in range(COUNTERS)]
    times = counters.map(work, shares, chunksize=1)
    started, ended = min(t[0] for t in times), max(t[1] for t in times)
    return COUNTERS * EACH * by / (ended - started)


def commits(share: Share) -> tuple[float, float]:
    """The floor: a row and a commit, ten times as often as there are bindings."""
    with psycopg.connect(_dsn(share.url)) as connection:
        share.wait()
        started = time.time()
        for number in range(EACH * 10):
            connection.execute("INSERT INTO floor VALUES (%s)", (number,))
            connection.commit()
        return started, time.time()


def bindings(share: Share) -> tuple[float, float]:
    """Bind each card of the share."""
    store, desk = _open(share)
    platform: Any = PromptPlatform()
    clock = SystemClock()
    e_cards = ECardService(store, platform, Delivery(store, platform, clock, POLICY), clock)
    cases = [_case(number, desk) for number in share.numbers]
    with store.begin() as uow:
        for case in cases:
            uow.visits.open(case.visit)
        uow.commit()
    share.wait()
    started = time.time()
    for case in cases:
        assert e_cards.bind(desk, case).e_card is not None
    ended = time.time()
    store.close()
    return started, ended


def decisions(share: Share) -> tuple[float, float]:
    """Approve each application of the share: formal losses of cards that are protected."""
    store, desk = _open(share)
    platform: Any = PromptPlatform()
    clock = SystemClock()
    delivery = Delivery(store, platform, clock, POLICY)
    service = Decisions(store, delivery, QuickPasswords(), clock, POLICY)
    share.wait()
    started = time.time()
    for number in share.numbers:
        choice = Choice(UUID(int=number + 1), 1, 1)
        assert service.decide(desk, choice, Verdict(True), PASSWORD).decision is not None
    ended = time.time()
    store.close()
    return started, ended


def _dsn(url: str) -> str:
    return url.replace("+psycopg", "")


def _open(share: Share) -> tuple[SqlStore, Desk]:
    store = open_store(share.url, Path())
    with store.begin(write=False) as uow:
        assert uow.operators.get(FILED_BY) is not None
    return store, Desk(HALL, str(share.counter), REGION, _operator(share.counter))


def _fill(store: SqlStore) -> None:
    """Operators; cards to be bound; and lost ones, with an application each."""
    store.upgrade()
    now = SystemClock().now()
    with store.begin() as uow:
        for operator in (_operator(-1), *map(_operator, range(COUNTERS))):
            uow.operators.put(OperatorAccount(operator, PASSWORD, password_set_at=now))
        for number in range(COUNTERS * EACH):
            for one in (number, number + _LOST):
                card = _card(one)
                uow.holders.put(Holder(card.id_number, card.name))
                uow.cards.add(card)
            code = card.identification_code
            uow.temporary_losses.add(TemporaryLoss(code, now, None, FILED_BY, "0"))
            uow.applications.add(_application(number, card, now))
        uow.commit()
    store.close()


def _check(store: SqlStore) -> None:
    """All of it was done, once."""
    with store.begin(write=False) as uow:
        assert uow.outbox.pending() == ()
        assert uow.audit.first_broken() is None
        for number in range(COUNTERS * EACH):
            lost = uow.cards.get(_card(number + _LOST).identification_code)
            assert lost is not None
            assert (lost.state, lost.version, lost.mirrored_version) == (CardState.LOST, 2, 2)
            assert uow.e_cards.active_of_card(_card(number).identification_code) is not None
    store.close()


_LOST = 1_000_000
"""Added to the number of a card that is lost."""


def _operator(counter: int) -> Operator:
    roles = frozenset({Role.CLERK, Role.SUPERVISOR})
    return Operator(str(1001 + counter), f"operator {counter}", roles)


def _number_of(code: str) -> int:
    return int(code[16:24])


def _card(number: int) -> RegisteredCard:
    lost = number >= _LOST
    return RegisteredCard(
        identification_code=f"310000D156000005{number:08d}0A0B0C0D",
        card_number="E90421478",
        id_number=f"3101011980{number:07d}X",
        name=f"示例{number}",
        region=REGION,
        state=CardState.TEMPORARILY_LOST if lost else CardState.NORMAL,
        issued_on=None,
        valid_until=None,
        mirrored_version=1,
    )


def _e_card(number: int) -> ECard:
    card, now = _card(number), datetime.now(UTC)
    until = now.date() + timedelta(days=3650)
    return ECard(
        f"{number:018d}",
        1,
        1,
        card.identification_code,
        card.id_number,
        REGION,
        ECardState.ISSUED,
        None,
        now,
        until,
        1,
    )


def _application(number: int, card: RegisteredCard, now: datetime) -> Application:
    return Application(
        UUID(int=number + 1),
        f"{REGION}-20260101-{number:06d}",
        ApplicationKind.FORMAL_LOSS,
        card.identification_code,
        card.id_number,
        REGION,
        CardState.NORMAL,
        card.version,
        HOLDER,
        "遗失",
        FILED_BY,
        now,
        HALL,
        "0",
    )


def _case(number: int, desk: Desk) -> Case:
    """A card in the reader whose holder has agreed."""
    card, now = _card(number), SystemClock().now()
    until = now.date() + timedelta(days=3650)
    record = CardRecord(card.identification_code, valid_until=until)
    on_card = HolderRecord(card.id_number, card.name)
    reading = CardReading("", b"", Algorithm.SM4, record, on_card, Authenticity.GENUINE)
    screen = ConsentMethod.CITIZEN_SCREEN
    return Case(
        Visit(UUID(int=number + 1), now, desk.operator.number, desk.window),
        reading=reading,
        registered=card,
        holder=Holder(card.id_number, card.name),
        verdict=verify(reading, card, now.date()),
        consent=Consent(
            UUID(int=number + 1), card.identification_code, card.id_number, "1", now, screen
        ),
        policy=POLICY,
    )
