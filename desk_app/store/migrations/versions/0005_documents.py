"""The record of a statement becomes that of a document of any kind: a subject in the place of months, the
language, the template, why a copy was handed out, and who took it. Its file is kept, and its verification
code answered."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from desk_app.store.migrations import roles
from desk_app.store.migrations.columns import MOMENT, kept, refuse, text

revision = "0005"
down_revision = "0004"

_CODES, _CODE_PERIOD = 20, "1 hour"
"""`domain.document` at this revision."""

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
    _files()
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
    op.create_index("statement_by_code", "statement", ["verification_code"])
    _codes()
    _verifiers()
    if op.get_bind().dialect.name == "sqlite":
        for rule in (*_SQLITE_FILES, *_SQLITE_CODES):
            op.execute(rule)
    else:
        op.create_foreign_key(
            "statement_file",
            "statement",
            "document_file",
            ["sha256"],
            ["sha256"],
            deferrable=True,
            initially="DEFERRED",
        )
        op.execute("ALTER TABLE document_file ALTER COLUMN pdf SET STORAGE EXTERNAL")
        limits = {"codes": str(_CODES), "code_period": _CODE_PERIOD}
        roles.install(op.get_bind(), limits, files=("documents",))


def _files() -> None:
    """What was issued before has no file any more. The file comes after its record, whose row opens it."""
    op.create_table(
        "document_file",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.Column("pdf", sa.LargeBinary),
        sa.CheckConstraint(
            "(pdf IS NULL) = (removed_at IS NOT NULL)", name="document_file_removed"
        ),
    )
    op.execute(
        "INSERT INTO document_file (sha256, size, kept_at, removed_at) SELECT sha256, 0,"
        " min(issued_at), min(issued_at) FROM statement GROUP BY sha256"
    )


def _codes() -> None:
    op.create_table(
        "code_try",
        sa.Column("id", sa.Uuid, primary_key=True),
        text("operator_number"),
        sa.Column("at", MOMENT, nullable=False),
        text("digest"),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("xid", sa.Text),
    )
    op.create_index("code_try_of_operator", "code_try", ["operator_number", "at"])
    op.create_index("code_try_by_digest", "code_try", ["digest"])


def _verifiers() -> None:
    """`domain.permissions.GRANTS` at this revision."""
    table = sa.table("permission", sa.column("role"), sa.column("permission"))
    verifiers = ("clerk", "supervisor", "auditor")
    op.bulk_insert(table, [{"role": role, "permission": "verify"} for role in verifiers])


def _rebuild() -> None:
    """SQLite drops no column that a check names."""
    op.rename_table("statement", "statement_before")
    for index in ("statement_of_holder", "statement_by_digest"):
        op.drop_index(index)
    op.create_table(
        "statement",
        sa.Column("serial", sa.Text, primary_key=True),
        text("verification_code"),
        text("kind"),
        sa.Column(
            "id_number",
            sa.Text,
            sa.ForeignKey("holder.id_number", name="statement_holder"),
            nullable=False,
        ),
        text("recipient"),
        sa.Column("copy_number", sa.Integer, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        text("hall"),
        text("window"),
        text("operator_number"),
        sa.Column(
            "sha256",
            sa.Text,
            sa.ForeignKey(
                "document_file.sha256",
                name="statement_file",
                deferrable=True,
                initially="DEFERRED",
            ),
            nullable=False,
        ),
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
    for trigger in kept("statement", "serial"):
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


_SQLITE_FILES = (
    refuse(
        "document_file_no_update",
        "UPDATE ON document_file",
        "document_file is append-only",
        "NEW.pdf IS NOT NULL OR NEW.removed_at IS NULL OR OLD.removed_at IS NOT NULL"
        " OR NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.kept_at <> OLD.kept_at"
        " OR EXISTS (SELECT 1 FROM statement WHERE sha256 = OLD.sha256"
        " AND issued_at >= datetime('now', '-1 year'))",
    ),
    refuse("document_file_no_delete", "DELETE ON document_file", "document_file is append-only"),
    refuse(
        "document_file_no_replace",
        "INSERT ON document_file",
        "document_file is append-only",
        "EXISTS (SELECT 1 FROM document_file WHERE sha256 = NEW.sha256 AND pdf IS NOT NEW.pdf)",
    ),
)
"""A file is let go of, never changed, and not within a year; the same file once more is no change."""

_SQLITE_CODES = (
    refuse(
        "code_try_quota",
        "INSERT ON code_try",
        "code_try_quota",
        "(SELECT count(*) FROM code_try WHERE operator_number = NEW.operator_number AND NOT answered"
        f" AND at > datetime(NEW.at, '-{_CODE_PERIOD}')) >= {_CODES}",
    ),
    refuse("code_try_no_delete", "DELETE ON code_try", "code_try is append-only"),
)
