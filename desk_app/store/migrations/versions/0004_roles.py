"""The database's own rules: on PostgreSQL a role per operator (`migrations/roles`), on SQLite triggers, which
the owner of the file can take away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.store.migrations import roles
from desk_app.store.migrations.columns import MOMENT, refuse

revision = "0004"
down_revision = "0003"


_GOOD_FOR, _QUOTA, _QUOTA_PERIOD = "2 hours", 200, "1 hour"
"""`domain.purpose` at this revision."""

_USABLE = ("not_activated", "normal", "temporarily_lost", "locked")
_TRANSITIONS = (
    ("activate", ("not_activated",), "normal", "serve", False),
    ("report_temporary_loss", ("normal",), "temporarily_lost", "file", False),
    ("lapse", ("temporarily_lost",), "normal", None, False),
    ("file_formal_loss", ("normal", "temporarily_lost"), "temporarily_lost", "file", False),
    ("approve_formal_loss", ("temporarily_lost",), "lost", "decide", True),
    ("lift_protection", ("temporarily_lost",), "normal", "decide", True),
    ("release", ("temporarily_lost", "lost"), "normal", "decide", True),
    ("hand_over", ("in_production", "not_activated"), "normal", "file", False),
    (
        "give_up",
        ("normal", "lost", "temporarily_lost", "locked", "expired"),
        "cancelled",
        "file",
        False,
    ),
    ("cancel", (*_USABLE, "lost", "expired"), "cancelled", "decide", True),
    ("expire", _USABLE, "expired", None, False),
)
"""`domain.lifecycle.TRANSITIONS` at this revision: change, sources, target, permission, four eyes."""


def upgrade() -> None:
    _transitions()
    _expiry()
    _operations()
    op.add_column("purpose", sa.Column("subject", sa.Text))
    op.add_column("purpose", sa.Column("person", sa.BigInteger))
    op.add_column("purpose", sa.Column("xid", sa.Text))
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        limits = {
            "good_for": _GOOD_FOR,
            "quota": str(_QUOTA),
            "quota_period": _QUOTA_PERIOD,
        }
        roles.install(bind, limits)


def _transitions() -> None:
    table = op.create_table(
        "transition",
        sa.Column("change", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("permission", sa.Text),
        sa.Column("four_eyes", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    names = ("change", "source", "target", "permission", "four_eyes")
    rows = [
        dict(zip(names, (change, source, *rest), strict=True))
        for change, sources, *rest in _TRANSITIONS
        for source in sources
    ]
    op.bulk_insert(table, rows)


def _expiry() -> None:
    """What is looked for every minute at every counter: cards that can expire."""
    states = ", ".join(f"'{state}'" for state in _USABLE)
    where = sa.text(f"state IN ({states})")
    op.create_index(
        "card_expiry", "card", ["valid_until"], sqlite_where=where, postgresql_where=where
    )


def _operations() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("operation_at", "operation", ["at"])


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


_SQLITE = (
    refuse(
        "card_lifecycle",
        "UPDATE OF state ON card",
        "a card does not change its state like this",
        "OLD.state <> NEW.state AND NOT EXISTS"
        " (SELECT 1 FROM transition WHERE source = OLD.state AND target = NEW.state)",
    ),
    refuse(
        "application_filed",
        "UPDATE ON application",
        "what was filed stays as it was",
        _changed("filed_by", "filed_at", "hall", "window", "id_number", "kind", "reason"),
    ),
    refuse(
        "application_decided",
        "UPDATE ON application",
        "a decision stands",
        "OLD.decided_by IS NOT NULL AND ("
        + _changed(
            "decided_by",
            "decided_at",
            "decided_window",
            "approved",
            "decision_reason",
            "lift_protection",
            "new_identification_code",
        )
        + " OR (OLD.state <> NEW.state AND NOT (OLD.state = 'approved' AND NEW.state = 'completed')))",
    ),
    refuse("application_no_delete", "DELETE ON application", "what was filed stays", "1"),
    refuse("purpose_no_update", "UPDATE ON purpose", "purpose is append-only", "1"),
    refuse("purpose_no_delete", "DELETE ON purpose", "purpose is append-only", "1"),
    refuse(
        "purpose_quota",
        "INSERT ON purpose",
        "purpose_quota",
        f"(SELECT count(*) FROM purpose WHERE operator_number = NEW.operator_number"
        f" AND at > datetime(NEW.at, '-{_QUOTA_PERIOD}')) >= {_QUOTA}",
    ),
)
