"""Who stands behind the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk_app.domain.errors import NotPermitted
from desk_app.domain.permissions import Permission, Role, permitted

__all__ = ["Desk", "Operator", "OperatorAccount", "Role"]


@dataclass(frozen=True)
class Operator:
    """A signed-in operator; `number` is the clerk number that documents carry, and the id by which reporter
    and approver are told apart. One person has one number, whatever their roles."""

    number: str
    name: str
    roles: frozenset[Role]

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles allows it."""
        return permission in permitted(self.roles)

    def require(self, permission: Permission) -> None:
        """Raise NotPermitted unless one of the roles allows it."""
        if not self.may(permission):
            raise NotPermitted(permission)


@dataclass(frozen=True)
class OperatorAccount:
    """An operator with what sign-in needs. `password_hash` is an Argon2id string."""

    operator: Operator
    password_hash: str
    active: bool = True
    failures: int = 0
    locked_until: datetime | None = None
    password_set_at: datetime | None = None
    """None: given by an administrator, to be changed at the first sign-in."""
    hall: str = ""
    """The hall where the operator works, which no client can claim to be another."""
    card: str | None = None
    """Identification code of the operator's own card, where they may sign in by card and PIN."""


@dataclass(frozen=True)
class Desk:
    """Where it happens: hall, window and region (GB/T 2260), and the operator who is signed in."""

    hall: str
    window: str
    region: str
    operator: Operator
