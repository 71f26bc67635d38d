"""Shifts, losses, applications and purposes; the reporter of an application is never its approver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from desk_app.store.migrations.columns import CARD_STATES, MOMENT, one_of, text

revision = "0003"
down_revision = "0002"

_GRANTS = {
    "clerk": ("serve", "file", "work_shift"),
    "supervisor": ("decide", "work_shift", "hall_report"),
    "administrator": ("operators", "import", "purge_audit"),
    "auditor": ("read_audit",),
}
"""`domain.permissions.GRANTS` at this revision."""


def upgrade() -> None:
    _permissions()
    _shifts()
    _temporary_losses()
    _applications()
    _card_serials()
    _notifications()
    _purposes()


def _permissions() -> None:
    table = op.create_table(
        "permission",
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("permission", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(
        table,
        [
            {"role": role, "permission": permission}
            for role, permissions in _GRANTS.items()
            for permission in permissions
        ],
    )


def _shifts() -> None:
    op.create_table(
        "shift",
        sa.Column("id", sa.Uuid, primary_key=True),
        _operator("shift", "operator_number"),
        text("hall"),
        text("window"),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        text("remark"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="shift_order"),
    )
    _one_where("shift_one_open_per_operator", "shift", "operator_number", "closed_at IS NULL")


def _temporary_losses() -> None:
    op.create_table(
        "temporary_loss",
        _card("temporary_loss", primary_key=True),
        sa.Column("started_at", MOMENT, primary_key=True),
        sa.Column("until", MOMENT),
        _operator("temporary_loss", "reported_by"),
        text("window"),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("until IS NULL OR until > started_at", name="temporary_loss_until"),
        sqlite_with_rowid=False,
    )
    _one_where(
        "temporary_loss_one_running_per_card",
        "temporary_loss",
        "identification_code",
        "ended_at IS NULL",
    )


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("number"),
        text("kind"),
        _card("application"),
        sa.Column(
            "id_number",
            sa.Text,
            sa.ForeignKey("holder.id_number", name="application_holder"),
            nullable=False,
        ),
        text("region"),
        text("card_state"),
        sa.Column("card_version", sa.Integer, nullable=False),
        text("applicant"),
        *(
            text(name, nullable=True)
            for name in ("applicant_name", "applicant_id_number", "authorisation")
        ),
        text("reason"),
        _operator("application", "filed_by"),
        sa.Column("filed_at", MOMENT, nullable=False),
        text("hall"),
        text("window"),
        text("state"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        text("changed_window"),
        _operator("application", "assigned_to", nullable=True),
        sa.Column("approved", sa.Boolean),
        _operator("application", "decided_by", nullable=True),
        text("decided_window", nullable=True),
        sa.Column("decided_at", MOMENT),
        text("decision_reason", nullable=True),
        sa.Column("lift_protection", sa.Boolean),
        text("new_identification_code", nullable=True),
        sa.Column("told_at", MOMENT),
        sa.UniqueConstraint("number", name="application_number"),
        one_of(
            "application_kind", "kind", ("formal_loss", "release", "replacement", "cancellation")
        ),
        one_of("application_card_state", "card_state", CARD_STATES),
        one_of("application_applicant", "applicant", ("holder", "agent", "guardian")),
        one_of("application_state", "state", ("filed", "approved", "completed", "rejected")),
        sa.CheckConstraint("version >= 1", name="application_version"),
        sa.CheckConstraint(
            "applicant = 'holder' OR (applicant_name IS NOT NULL AND applicant_id_number IS NOT NULL"
            " AND authorisation IS NOT NULL)",
            name="application_papers",
        ),
        sa.CheckConstraint("decided_by <> filed_by", name="application_four_eyes"),
        sa.CheckConstraint(
            "(state = 'filed') = (decided_by IS NULL)"
            " AND (decided_by IS NULL) = (approved IS NULL)"
            " AND (decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NULL) = (decided_window IS NULL)"
            " AND (state <> 'rejected' OR (approved = false AND decision_reason <> ''))"
            " AND (state NOT IN ('approved', 'completed') OR approved = true)",
            name="application_decision",
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'completed') OR kind <> 'replacement'"
            " OR new_identification_code IS NOT NULL",
            name="application_replacement",
        ),
    )
    _one_where(
        "application_one_open_per_card",
        "application",
        "identification_code",
        "state IN ('filed', 'approved')",
    )
    op.create_index("application_queue", "application", ["hall", "state", "filed_at"])
    op.create_index("application_of_holder", "application", ["id_number"])
    op.create_table(
        "application_counter",
        sa.Column("region", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
        sa.CheckConstraint("last >= 1", name="application_counter_last"),
    )


def _card_serials() -> None:
    op.create_table(
        "card_counter",
        sa.Column("region", sa.Text, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.CheckConstraint("last BETWEEN 2684354560 AND 4294967295", name="card_counter_last"),
    )


def _notifications() -> None:
    """PostgreSQL tells who listens that the queue has changed, without saying what: no personal data leaves
    the tables, and all changes of one transaction are one notification."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(
        "CREATE FUNCTION desk_notify_application() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NOTIFY desk_application; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER application_notify AFTER INSERT OR UPDATE OR DELETE ON application"
        " FOR EACH ROW EXECUTE FUNCTION desk_notify_application()"
    )


def _purposes() -> None:
    op.create_table(
        "purpose",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("kind"),
        _operator("purpose", "operator_number"),
        sa.Column("at", MOMENT, nullable=False),
        text("id_number", nullable=True),
        text("identification_code", nullable=True),
        text("reason"),
        one_of("purpose_kind", "kind", ("card", "look_up", "reveal", "case")),
        sa.CheckConstraint(
            "id_number IS NOT NULL OR identification_code IS NOT NULL", name="purpose_subject"
        ),
        sa.CheckConstraint("kind <> 'reveal' OR reason <> ''", name="purpose_reason"),
    )
    op.create_index("purpose_of_operator", "purpose", ["operator_number", "at"])


def _operator(table: str, name: str, *, nullable: bool = False) -> sa.Column[str]:
    known = sa.ForeignKey("operator.number", name=f"{table}_{name}")
    return sa.Column(name, sa.Text, known, nullable=nullable)


def _card(table: str, *, primary_key: bool = False) -> sa.Column[str]:
    known = sa.ForeignKey("card.identification_code", name=f"{table}_card")
    return sa.Column("identification_code", sa.Text, known, nullable=False, primary_key=primary_key)


def _one_where(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)
