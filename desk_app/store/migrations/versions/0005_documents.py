"""The record of a statement becomes that of a document of any kind: a subject in the place of months, the
language, the template, why a copy was handed out, and who took it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)

_VERIFICATION_DAYS = 30
"""Of what was issued before; codes of regions with other rules are answered as long as the usual ones."""

_SUBJECT = "CAST(first_month AS text) || '-' || CAST(last_month AS text)"

_KEPT = (
    "serial, verification_code, kind, id_number, recipient, copy_number, issued_at, hall, "
    '"window", operator_number, sha256, pages'
)

_CHECKS = {
    "statement_kind": "kind <> ''",
    "statement_recipient": "recipient IN ('holder', 'agent')",
    "statement_copy_number": "copy_number >= 1",
    "statement_pages": "pages >= 1",
    "statement_reason": "reason IN ('lost', 'printer_jam', 'holders_wish', 'other')"
    " AND (reason <> 'other' OR remark <> '')",
    "statement_agent": "(agent_name IS NULL) = (agent_id_number IS NULL)"
    " AND (agent_name IS NULL OR recipient = 'agent')",
}
"""Which kinds there are is up to the templates."""

_ADDED = (
    ("subject", sa.Text(), ""),
    ("valid_until", sa.Date(), "1900-01-01"),
    ("language", sa.Text(), "zh_CN"),
    ("template_version", sa.Text(), ""),
    ("remark", sa.Text(), ""),
)
"""With what stands for them, at first or for good, in the rows that are there."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        _alter()
    # What was issued before templates were recorded may have been counted twice at two windows.
    recorded = sa.text("template_version <> ''")
    op.create_index(
        "statement_copy",
        "statement",
        ["id_number", "kind", "subject", "language", "copy_number"],
        unique=True,
        sqlite_where=recorded,
        postgresql_where=recorded,
    )


def _rebuild() -> None:
    """SQLite drops no column that a check names."""
    op.rename_table("statement", "statement_before")
    for index in ("statement_of_holder", "statement_by_digest"):
        op.drop_index(index)
    op.create_table(
        "statement",
        sa.Column("serial", sa.Text, primary_key=True),
        _text("verification_code"),
        _text("kind"),
        sa.Column(
            "id_number",
            sa.Text,
            sa.ForeignKey("holder.id_number", name="statement_holder"),
            nullable=False,
        ),
        _text("recipient"),
        sa.Column("copy_number", sa.Integer, nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        _text("hall"),
        _text("window"),
        _text("operator_number"),
        _text("sha256"),
        sa.Column("pages", sa.Integer, nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind, _ in _ADDED),
        *_optional(),
        *(sa.CheckConstraint(check, name=name) for name, check in _CHECKS.items()),
    )
    op.execute(
        f"INSERT INTO statement ({_KEPT}, subject, valid_until, language, template_version, remark)"
        f" SELECT {_KEPT}, {_SUBJECT}, date(issued_at, '+{_VERIFICATION_DAYS} days'), 'zh_CN', '', ''"
        " FROM statement_before"
    )
    op.drop_table("statement_before")
    op.create_index("statement_of_holder", "statement", ["id_number", "kind"])
    op.create_index("statement_by_digest", "statement", ["sha256"])
    for trigger in _kept("statement", "serial"):
        op.execute(trigger)


def _alter() -> None:
    """PostgreSQL keeps the table, and with it its policies, grants and triggers."""
    op.execute("ALTER TABLE statement DISABLE TRIGGER USER")
    for name, kind, before in _ADDED:
        added = sa.Column(name, kind, nullable=False, server_default=before)
        op.add_column("statement", added)
    for optional in _optional():
        op.add_column("statement", optional)
    op.execute(
        f"UPDATE statement SET subject = {_SUBJECT},"
        f" valid_until = CAST(issued_at + interval '{_VERIFICATION_DAYS} days' AS date)"
    )
    op.execute("ALTER TABLE statement ENABLE TRIGGER USER")
    for name, _, _ in _ADDED:
        op.alter_column("statement", name, server_default=None)
    op.drop_constraint("statement_months", "statement", type_="check")
    op.drop_column("statement", "first_month")
    op.drop_column("statement", "last_month")
    for name in ("statement_kind", "statement_recipient"):
        op.drop_constraint(name, "statement", type_="check")
    for name, check in _CHECKS.items():
        if name not in ("statement_copy_number", "statement_pages"):
            op.create_check_constraint(name, "statement", check)


def _optional() -> Iterable[sa.Column[str]]:
    return [
        sa.Column(name, sa.Text, nullable=True)
        for name in ("reason", "agent_name", "agent_id_number")
    ]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _kept(table: str, key: str) -> Iterable[str]:
    """Triggers of SQLite by which a table's rows are only ever added."""
    refused = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    for event in ("update", "delete"):
        yield (
            f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table}"
            f" FOR EACH ROW {refused}"
        )
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        f" FOR EACH ROW WHEN {there} {refused}"
    )
