"""Who stands behind the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Clerks serve, supervisors approve, administrators look after operators, auditors only read."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Operator:
    """A signed-in operator; `number` is the clerk number that documents carry."""

    number: str
    name: str
    role: Role


@dataclass(frozen=True)
class OperatorAccount:
    """An operator with what sign-in needs. `password_hash` is an Argon2id string."""

    operator: Operator
    password_hash: str
    active: bool = True
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """Where it happens: hall, window and region (GB/T 2260), and the operator who is signed in."""

    hall: str
    window: str
    region: str
    operator: Operator
