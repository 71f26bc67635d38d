"""What signing in needs, without Argon2's seconds: a clock that can be put forward, and hashes to read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from tests.fakes import cases
from tests.fakes.store import FakeStore

PASSWORD = "a long enough password"
WINDOW = "3"
CLERK = Operator("1001", "林晓", frozenset({Role.CLERK}))
SUPERVISOR = Operator("2001", "郑国栋", frozenset({Role.SUPERVISOR}))
ADMINISTRATOR = Operator("9001", "许文静", frozenset({Role.ADMINISTRATOR}))


@dataclass
class MovingClock:
    """`ports.Clock`."""

    moment: datetime = cases.NOW

    def now(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class PlainPasswords:
    """`ports.Passwords` whose hash is the password behind a mark."""

    verified: list[str | None] = field(default_factory=list)

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.verified.append(password_hash)
        return password_hash == self.hash(password)


def account(operator: Operator = CLERK, **changes: object) -> OperatorAccount:
    """An account in order, whose password is PASSWORD."""
    hashed = PlainPasswords().hash(PASSWORD)
    made = OperatorAccount(operator, hashed, password_set_at=cases.NOW, hall="hall")
    return replace(made, **changes)  # type: ignore[arg-type]


def store_with(*accounts: OperatorAccount) -> FakeStore:
    store = FakeStore()
    with store.begin() as uow:
        for each in accounts:
            uow.operators.put(each)
        uow.commit()
    return store


def desk_of(operator: Operator = CLERK) -> Desk:
    return Desk("hall", WINDOW, "310000", operator)


def trail(store: FakeStore) -> list[tuple[Action, Outcome, str, str | None]]:
    """Action, outcome, who and detail of all that was audited."""
    records = store.records.audit.values()
    return [(r.action, r.outcome, r.operator_number, r.detail) for r in records]
