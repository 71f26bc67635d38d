"""A hall with clerks and a supervisor: real services and any store, over a platform in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk_app.domain.application import (
    HOLDER,
    Applicant,
    Application,
    ApplicationKind,
)
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
from desk_app.domain.e_card import ECard
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.region import RegionPolicy
from desk_app.domain.visit import Case
from desk_app.regions import policy_of
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.identification import Identification
from desk_app.services.lapses import Lapses
from desk_app.services.loss import Loss
from desk_app.services.ports import CardReader, Passwords, Store
from desk_app.services.replacement import Replacement
from tests.fakes.platform import FakePlatform
from tests.integration.store.samples import CODE, NOON, OUYANG, card, e_card

PASSWORD = "correct horse battery"
SIGN_NO = "S-1"
APPROVED = Verdict(True)


@dataclass
class SetClock:
    """The time as a test sets it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


class PlainPasswords:
    """Implements `services.ports.Passwords` without taking any time."""

    def hash(self, password: str) -> str:
        return f"plain {password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        return password_hash == self.hash(password)


def operator(number: str, *roles: Role) -> Operator:
    return Operator(number, f"operator {number}", frozenset(roles))


OPERATORS = (
    operator("1001", Role.CLERK),
    operator("1002", Role.CLERK),
    operator("2001", Role.SUPERVISOR),
    operator("2002", Role.SUPERVISOR),
    operator("3001", Role.CLERK, Role.SUPERVISOR),
)
WINDOWS = dict(zip(("1001", "1002", "2001", "2002", "3001"), "34956", strict=True))


@dataclass
class Hall:
    """Reads like a day in the hall; `desk("1001")` is a window with that operator behind it."""

    store: Store
    policy: RegionPolicy
    clock: SetClock = field(default_factory=SetClock)
    platform: FakePlatform = field(default_factory=FakePlatform)
    passwords: Passwords = field(default_factory=lambda: PlainPasswords())

    def __post_init__(self) -> None:
        store, clock, policy = self.store, self.clock, self.policy
        self.platform.now = clock.now
        by_itself = store.unattended()  # as app.py wires it
        self.delivery = Delivery(by_itself, self.platform, clock)
        self.lapses = Lapses(by_itself, self.delivery, clock, policy)
        self.loss = Loss(store, self.delivery, clock, policy)
        self.replacement = Replacement(store, self.platform, self.delivery, clock, policy)
        self.decisions = Decisions(store, self.delivery, self.passwords, clock, policy)
        self.identification = Identification(
            NO_READER, store, self.platform, self.delivery, clock, self.lapses
        )

    def desk(self, number: str) -> Desk:
        who = next(one for one in OPERATORS if one.number == number)
        return Desk("示例服务大厅", WINDOWS[number], "310000", who)

    def settle_in(self, *cards: RegisteredCard, holder: Holder = OUYANG) -> None:
        """Operators, a citizen with these cards, and an e-card on the first, known to the platform too."""
        bound = e_card(SIGN_NO, cards[0].identification_code)
        self.platform.cards |= {c.identification_code: replace(c) for c in cards}
        self.platform.e_cards[SIGN_NO] = bound
        with self.store.begin() as uow:
            for one in OPERATORS:
                hashed = PlainPasswords().hash(PASSWORD)
                uow.operators.put(OperatorAccount(one, hashed, password_set_at=NOON))
            uow.holders.put(holder)
            for each in cards:
                uow.cards.add(each)
            uow.e_cards.put(bound)
            uow.commit()

    # --- what the windows do

    def without_card(self, number: str = "1001", holder: Holder = OUYANG) -> Case:
        """Looked up by ID number, and revealed."""
        case = self.identification.look_up(self.desk(number), holder.id_number)
        case = self.identification.refresh_e_card(case)
        return self.identification.reveal(self.desk(number), case, "挂失")

    def with_card(self, code: str = CODE, number: str = "1001") -> Case:
        """The card is in the reader."""
        case = self.identification.open_case(self.desk(number), reading(self.card(code)))
        return self.identification.refresh_e_card(case)

    def file(
        self,
        kind: ApplicationKind,
        case: Case | None = None,
        *,
        reason: str = "在地铁上遗失",
        applicant: Applicant = HOLDER,
        number: str = "1001",
    ) -> Application:
        case = self.loss.file(
            self.desk(number), case or self.without_card(number), kind, applicant, reason
        )
        assert case.application is not None
        return case.application

    def decide(
        self,
        application: Application,
        verdict: Verdict = APPROVED,
        *,
        number: str = "2001",
        password: str = PASSWORD,
    ) -> Application:
        choice = Choice(application.id, application.version)
        return self.decisions.decide(self.desk(number), choice, verdict, password)

    # --- what is there afterwards

    def card(self, code: str = CODE) -> RegisteredCard:
        with self.store.begin(write=False) as uow:
            found = uow.cards.get(code)
        assert found is not None
        return found

    def mirrored(self, code: str = CODE) -> CardState:
        return self.platform.cards[code].state

    def e_card(self, sign_no: str = SIGN_NO) -> ECard:
        """As the platform has it; the store remembers the same."""
        found = self.platform.e_cards[sign_no]
        with self.store.begin(write=False) as uow:
            assert uow.e_cards.get(sign_no) == found
        return found

    def trail(self) -> list[tuple[str, str, str]]:
        with self.store.begin(write=False) as uow:
            records = uow.audit.records()
            return [(str(r.action), str(r.outcome), r.operator_number) for r in records]

    def reports(self, code: str = CODE) -> list[CardState]:
        """The states that the platform was told of, in the order in which they arrived."""
        found = (r for r, _ in self.platform.delivered if r.kind == "report_card")
        bodies = [json_of(r.body) for r in found]
        return [CardState(b["status"]) for b in bodies if b["identification_code"] == code]


def json_of(body: str) -> dict[str, str]:
    import json

    parsed: dict[str, str] = json.loads(body)
    return parsed


def normal(code: str = CODE, **changes: object) -> RegisteredCard:
    return card(code, state=CardState.NORMAL, version=1, mirrored_version=1, **changes)


def reading(of: RegisteredCard, holder: Holder = OUYANG) -> CardReading:
    """What the reader says of that card."""
    record = CardRecord(
        of.identification_code, valid_until=of.valid_until, card_number=of.card_number
    )
    on_card = HolderRecord(holder.id_number, holder.name, birth_date=holder.birth_date)
    return CardReading("reader", b"", Algorithm.SM4, record, on_card, Authenticity.GENUINE)


class _NoReader:
    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the reader was asked for {name}")


NO_READER: CardReader = _NoReader()  # type: ignore[assignment]
SHANGHAI, SUZHOU = policy_of("310000"), policy_of("320500")
