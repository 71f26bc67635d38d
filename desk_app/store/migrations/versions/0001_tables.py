"""Tables, keys, checks and indexes of the counter's store."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

from desk_app.store.migrations.columns import CARD_STATES, MOMENT, one_of, text

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_OUTBOX_KINDS = (
    "report_card",
    "issue_e_card",
    "suspend_e_card",
    "resume_e_card",
    "revoke_e_card",
    "rebind_e_card",
    "revoke_authorization",
)
_A_MONTH = "{0} BETWEEN 190001 AND 299912 AND {0} % 100 BETWEEN 1 AND 12"


def upgrade() -> None:
    _register()
    _e_cards()
    _money()
    _statements()
    _visits_and_operators()
    _outbox()
    _audit()


def _register() -> None:
    op.create_table(
        "holder",
        sa.Column("id", _ROW_ID, primary_key=True),
        text("id_number"),
        text("name"),
        text("sex", nullable=True),
        text("ethnicity", nullable=True),
        text("birthplace", nullable=True),
        sa.Column("birth_date", sa.Date),
        sa.UniqueConstraint("id_number", name="holder_id_number"),
    )
    op.create_table(
        "card",
        sa.Column("identification_code", sa.Text, primary_key=True),
        text("card_number"),
        _holder("card"),
        text("name"),
        text("region"),
        text("state"),
        sa.Column("issued_on", sa.Date),
        sa.Column("valid_until", sa.Date),
        _integer("version"),
        _integer("mirrored_version"),
        text("replaces", nullable=True),
        one_of("card_state", "state", CARD_STATES),
        sa.CheckConstraint("version >= 1", name="card_version"),
        sa.CheckConstraint(
            "mirrored_version >= 0 AND mirrored_version <= version", name="card_mirrored_version"
        ),
    )
    op.create_index("card_of_holder", "card", ["id_number"])


def _e_cards() -> None:
    op.create_table(
        "e_card",
        sa.Column("sign_no", sa.Text, primary_key=True),
        _integer("sign_seq"),
        sa.Column("sign_level", sa.SmallInteger, nullable=False),
        text("identification_code"),
        text("id_number"),
        text("region"),
        text("state"),
        text("claimed_by", nullable=True),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        _integer("version"),
        one_of("e_card_state", "state", ("issued", "claimed", "suspended", "revoked")),
        sa.CheckConstraint("sign_level IN (1, 2)", name="e_card_sign_level"),
    )
    active = sa.text("state <> 'revoked'")
    op.create_index(
        "e_card_one_active_per_card",
        "e_card",
        ["identification_code"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.create_index("e_card_of_holder", "e_card", ["id_number"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column(
            "identification_code",
            sa.Text,
            sa.ForeignKey("card.identification_code", name="consent_card"),
            nullable=False,
        ),
        text("id_number"),
        text("text_version"),
        sa.Column("given_at", MOMENT, nullable=False),
        text("method"),
        one_of("consent_method", "method", ("signature_pad", "citizen_screen", "paper")),
    )
    op.create_index("consent_of_card", "consent", ["identification_code", "given_at"])


def _money() -> None:
    op.create_table(
        "employer",
        sa.Column("id", _ROW_ID, primary_key=True),
        text("number"),
        text("name"),
        sa.UniqueConstraint("number", "name", name="employer_number_name"),
    )
    op.create_table(
        "contribution",
        _person("contribution"),
        sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("insurance", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "employer",
            sa.BigInteger,
            sa.ForeignKey("employer.id", name="contribution_employer"),
            nullable=False,
        ),
        *(_fen(name) for name in ("base_fen", "employer_fen", "personal_fen")),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.CheckConstraint(_A_MONTH.format("month"), name="contribution_month"),
        sa.CheckConstraint("insurance BETWEEN 1 AND 4", name="contribution_insurance"),
        sa.CheckConstraint("state BETWEEN 1 AND 3", name="contribution_state"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pension_year",
        _person("pension_year"),
        sa.Column("year", sa.SmallInteger, primary_key=True, autoincrement=False),
        _fen("opening_fen"),
        sa.Column("months", sa.SmallInteger, nullable=False),
        *(_fen(name) for name in ("credited_fen", "interest_fen", "closing_fen")),
        sa.Column("months_total", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("months BETWEEN 0 AND 12", name="pension_year_months"),
        sqlite_with_rowid=False,
    )


def _statements() -> None:
    op.create_table(
        "statement",
        sa.Column("serial", sa.Text, primary_key=True),
        text("verification_code"),
        text("kind"),
        _holder("statement"),
        _integer("first_month"),
        _integer("last_month"),
        text("recipient"),
        _integer("copy_number"),
        sa.Column("issued_at", MOMENT, nullable=False),
        text("hall"),
        text("window"),
        text("operator_number"),
        text("sha256"),
        _integer("pages"),
        one_of("statement_kind", "kind", ("annual", "contributions")),
        one_of("statement_recipient", "recipient", ("holder", "agent")),
        sa.CheckConstraint(
            f"{_A_MONTH.format('first_month')} AND {_A_MONTH.format('last_month')}"
            " AND first_month <= last_month",
            name="statement_months",
        ),
        sa.CheckConstraint("copy_number >= 1", name="statement_copy_number"),
        sa.CheckConstraint("pages >= 1", name="statement_pages"),
    )
    op.create_index("statement_of_holder", "statement", ["id_number", "kind"])
    op.create_index("statement_by_digest", "statement", ["sha256"])
    op.create_table(
        "statement_counter",
        sa.Column("region", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        _integer("last"),
        sa.CheckConstraint("last >= 1", name="statement_counter_last"),
    )


def _visits_and_operators() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        text("operator_number"),
        text("window"),
        sa.Column("closed_at", MOMENT),
    )
    op.create_table(
        "visit_step",
        sa.Column(
            "visit", sa.Uuid, sa.ForeignKey("visit.id", name="visit_step_visit"), primary_key=True
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        text("step"),
        sa.Column("at", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "operator",
        sa.Column("number", sa.Text, primary_key=True),
        text("name"),
        text("hall"),
        text("password_hash"),
        sa.Column("active", sa.Boolean, nullable=False),
        _integer("failures"),
        sa.Column("locked_until", MOMENT),
        sa.Column("password_set_at", MOMENT),
        text("card", nullable=True),
        sa.CheckConstraint("failures >= 0", name="operator_failures"),
        sa.UniqueConstraint("card", name="operator_of_card"),
    )
    op.create_table(
        "operator_role",
        sa.Column(
            "number",
            sa.Text,
            sa.ForeignKey("operator.number", name="operator_role_operator"),
            primary_key=True,
        ),
        sa.Column("role", sa.Text, primary_key=True),
        one_of("operator_role_role", "role", ("clerk", "supervisor", "administrator", "auditor")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", _ROW_ID, primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        text("identification_code"),
        text("order_key"),
        text("kind"),
        text("method"),
        text("path"),
        text("body"),
        sa.Column("created_at", MOMENT, nullable=False),
        text("state"),
        _integer("attempts"),
        text("outcome", nullable=True),
        text("asked_by"),
        sa.UniqueConstraint("id", name="outbox_id"),
        one_of("outbox_kind", "kind", _OUTBOX_KINDS),
        one_of("outbox_state", "state", ("pending", "delivered", "refused")),
        sa.CheckConstraint("attempts >= 0", name="outbox_attempts"),
        sqlite_autoincrement=True,
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        "outbox_pending",
        "outbox",
        ["order_key", "seq"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index("outbox_of_card", "outbox", ["identification_code", "seq"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("hall", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        *(text(name) for name in ("at", "action", "outcome", "operator_number", "window")),
        *(text(name, nullable=True) for name in ("subject_reference", "reason", "detail")),
        text("previous"),
        text("digest"),
        sqlite_with_rowid=False,
    )
    op.create_index("audit_of_subject", "audit", ["subject_reference", "at"])
    op.create_index("audit_of_operator", "audit", ["operator_number", "at"])
    op.create_index("audit_by_time", "audit", ["at", "hall", "seq"])
    anchors = sa.text("action = 'anchor'")
    op.create_index(
        "audit_anchors", "audit", ["hall", "seq"], sqlite_where=anchors, postgresql_where=anchors
    )
    op.create_table(
        "audit_head",
        sa.Column("hall", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        text("digest"),
    )
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        text("pepper"),
        sa.CheckConstraint("id = 1", name="installation_one"),
    )
    op.bulk_insert(installation, [{"id": 1, "pepper": secrets.token_hex(32)}])


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _fen(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _holder(table: str) -> sa.Column[str]:
    known = sa.ForeignKey("holder.id_number", name=f"{table}_holder")
    return sa.Column("id_number", sa.Text, known, nullable=False)


def _person(table: str) -> sa.Column[int]:
    known = sa.ForeignKey("holder.id", name=f"{table}_person")
    return sa.Column("person", sa.BigInteger, known, primary_key=True, autoincrement=False)
