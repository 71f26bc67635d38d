"""Batches of statements: an item is issued once, and on PostgreSQL an operator sees the data of those whom
they have claimed in a transaction of before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.store.migrations import roles
from desk_app.store.migrations.columns import MOMENT, one_of, refuse, text

revision = "0006"
down_revision = "0005"

_QUOTA, _QUOTA_PERIOD, _GOOD_FOR = 20, "1 day", "2 hours"
"""`domain.batch` and `domain.purpose` at this revision."""

_ORDERED = (
    "id",
    "scope",
    "year",
    "language",
    "delivery",
    "reason",
    "employer_number",
    "operator_number",
    "hall",
    "window",
    "planned_at",
)


def upgrade() -> None:
    _tables()
    permission = sa.table("permission", sa.column("role"), sa.column("permission"))
    op.bulk_insert(permission, [{"role": "supervisor", "permission": "batch"}])
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        limits = {
            "good_for": _GOOD_FOR,
            "batch_quota": str(_QUOTA),
            "batch_quota_period": _QUOTA_PERIOD,
        }
        roles.install(bind, limits, ("batches",))


def _tables() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("scope"),
        sa.Column("year", sa.SmallInteger, nullable=False),
        *(text(name) for name in ("language", "delivery", "reason")),
        text("employer_number", nullable=True),
        *(text(name) for name in ("operator_number", "hall", "window")),
        sa.Column("planned_at", MOMENT, nullable=False),
        text("state"),
        sa.Column("runner", sa.Uuid),
        *(text(name, nullable=True) for name in ("folder", "manifest_sha256")),
        one_of("batch_scope", "scope", ("list", "employer", "city")),
        one_of("batch_delivery", "delivery", ("person", "employer")),
        one_of("batch_state", "state", ("planned", "running", "stopped", "done")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2999", name="batch_year"),
        sa.CheckConstraint("reason <> ''", name="batch_reason"),
        sa.CheckConstraint(
            "(scope = 'employer') = (employer_number IS NOT NULL)", name="batch_employer"
        ),
    )
    op.create_index("batch_of_hall", "batch", ["hall", "planned_at"])
    op.create_index("batch_of_operator", "batch", ["operator_number", "planned_at"])
    op.create_table(
        "batch_item",
        sa.Column(
            "batch", sa.Uuid, sa.ForeignKey("batch.id", name="batch_item_batch"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        text("id_number"),
        text("state"),
        *(text(name, nullable=True) for name in ("serial", "verification_code")),
        sa.Column("copy_number", sa.Integer),
        sa.Column("claimed_at", MOMENT),
        text("sha256", nullable=True),
        sa.Column("pages", sa.Integer),
        sa.Column("size", sa.BigInteger),
        *(text(name, nullable=True) for name in ("deliver_to", "fault", "xid")),
        sa.UniqueConstraint("batch", "id_number", name="batch_item_person"),
        sa.UniqueConstraint("serial", name="batch_item_serial"),
        one_of("batch_item_state", "state", ("planned", "claimed", "issued", "failed")),
        one_of(
            "batch_item_fault",
            "fault",
            ("unknown_person", "nothing_to_state", "totals_differ", "not_drawn"),
        ),
        sa.CheckConstraint("number >= 1", name="batch_item_number"),
        sa.CheckConstraint(
            "(state IN ('claimed', 'issued')) = (serial IS NOT NULL)"
            " AND (serial IS NULL) = (verification_code IS NULL)"
            " AND (serial IS NULL) = (copy_number IS NULL)"
            " AND (serial IS NULL) = (claimed_at IS NULL)"
            " AND (state = 'issued') = (sha256 IS NOT NULL)"
            " AND (sha256 IS NULL) = (pages IS NULL) AND (sha256 IS NULL) = (size IS NULL)"
            " AND (state = 'failed') = (fault IS NOT NULL)",
            name="batch_item_known",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("batch_item_by_state", "batch_item", ["batch", "state", "number"])
    claimed = sa.text("state = 'claimed'")
    op.create_index(
        "batch_item_claimed",
        "batch_item",
        ["id_number"],
        sqlite_where=claimed,
        postgresql_where=claimed,
    )


_SQLITE = (
    refuse(
        "batch_ordered",
        "UPDATE ON batch",
        "what was ordered stays as it was",
        " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _ORDERED),
    ),
    refuse("batch_no_delete", "DELETE ON batch", "what was ordered stays", "1"),
    refuse(
        "batch_quota",
        "INSERT ON batch",
        "purpose_quota",
        "(SELECT count(*) FROM batch WHERE operator_number = NEW.operator_number"
        f" AND planned_at > datetime(NEW.planned_at, '-{_QUOTA_PERIOD}')) >= {_QUOTA}",
    ),
    refuse(
        "batch_item_settled",
        "UPDATE ON batch_item",
        "an item is settled once",
        "OLD.state IN ('issued', 'failed') OR OLD.id_number <> NEW.id_number",
    ),
    refuse(
        "batch_item_issued",
        "UPDATE ON batch_item",
        "an item is issued with its record",
        "NEW.state = 'issued' AND (OLD.state <> 'claimed' OR OLD.serial <> NEW.serial OR NOT EXISTS"
        " (SELECT 1 FROM statement WHERE serial = NEW.serial AND id_number = NEW.id_number"
        " AND sha256 = NEW.sha256))",
    ),
    refuse("batch_item_no_delete", "DELETE ON batch_item", "an item stays", "1"),
)
