"""What several migrations make columns, constraints and SQLite's triggers with; fixed, as they are: a new
need is a new name."""

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


def refuse(name: str, event: str, message: str, when: str = "1") -> str:
    """A trigger of SQLite that refuses an event, for rows of which `when` holds."""
    return (
        f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def kept(table: str, key: str) -> list[str]:
    """Triggers of SQLite by which a table's rows are only ever added."""
    message = f"{table} is append-only"
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    return [
        refuse(f"{table}_no_update", f"UPDATE ON {table}", message),
        refuse(f"{table}_no_delete", f"DELETE ON {table}", message),
        refuse(f"{table}_no_replace", f"INSERT ON {table}", message, there),
    ]
