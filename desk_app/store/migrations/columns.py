"""What several migrations make columns and constraints with; fixed, as they are: a new need is a new name."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

MOMENT = sa.DateTime(timezone=True)

CARD_STATES = (
    "in_production",
    "not_activated",
    "normal",
    "temporarily_lost",
    "lost",
    "locked",
    "cancelled",
    "expired",
)


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    """A text that has to be there, unless told otherwise."""
    return sa.Column(name, sa.Text, nullable=nullable)


def one_of(name: str, column: str, codes: Iterable[str]) -> sa.CheckConstraint:
    """A CHECK that a column holds one of these codes."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)
