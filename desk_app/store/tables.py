"""The tables as queries see them.

Constraints, indexes and triggers are made by the migrations alone. A column has the name of the field that it
holds, so that a row is turned into a value by name.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from desk_app.domain.application import ApplicantKind, ApplicationKind, ApplicationState
from desk_app.domain.batch import BatchScope, BatchState, Delivery, ItemFault, ItemState
from desk_app.domain.card import CardState
from desk_app.domain.document import CopyReason, Recipient
from desk_app.domain.e_card import ConsentMethod, ECardState
from desk_app.domain.lifecycle import Change
from desk_app.domain.outbox import OutboxKind, OutboxState
from desk_app.domain.permissions import Permission, Role
from desk_app.domain.purpose import PurposeKind
from desk_app.domain.visit import VisitStep
from desk_app.store.columns import Moment, RowId, coded

metadata = MetaData()

holder = Table(
    "holder",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("id_number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sex", Text),
    Column("ethnicity", Text),
    Column("birthplace", Text),
    Column("birth_date", Date),
)

card = Table(
    "card",
    metadata,
    Column("identification_code", Text, primary_key=True),
    Column("card_number", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("state", coded(CardState), nullable=False),
    Column("issued_on", Date),
    Column("valid_until", Date),
    Column("version", Integer, nullable=False),
    Column("mirrored_version", Integer, nullable=False),
    Column("replaces", Text),
)

e_card = Table(
    "e_card",
    metadata,
    Column("sign_no", Text, primary_key=True),
    Column("sign_seq", Integer, nullable=False),
    Column("sign_level", SmallInteger, nullable=False),
    Column("identification_code", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("state", coded(ECardState), nullable=False),
    Column("claimed_by", Text),
    Column("signed_at", Moment, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("version", Integer, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("identification_code", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("method", coded(ConsentMethod), nullable=False),
)

employer = Table(
    "employer",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
)
"""An employer under one name: a renamed one is another row, so that old months keep the old name."""

contribution = Table(
    "contribution",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("month", Integer, primary_key=True),
    Column("insurance", SmallInteger, primary_key=True),
    Column("employer", BigInteger, nullable=False),
    Column("base_fen", BigInteger, nullable=False),
    Column("employer_fen", BigInteger, nullable=False),
    Column("personal_fen", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),
)
"""The one big table, clustered by its key on SQLite: numbers only, and no type that costs a conversion."""

pension_year = Table(
    "pension_year",
    metadata,
    Column("person", BigInteger, primary_key=True),
    Column("year", SmallInteger, primary_key=True),
    Column("opening_fen", BigInteger, nullable=False),
    Column("months", SmallInteger, nullable=False),
    Column("credited_fen", BigInteger, nullable=False),
    Column("interest_fen", BigInteger, nullable=False),
    Column("closing_fen", BigInteger, nullable=False),
    Column("months_total", SmallInteger, nullable=False),
)

statement = Table(
    "statement",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("verification_code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("recipient", coded(Recipient), nullable=False),
    Column("copy_number", Integer, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("hall", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("operator_number", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("template_version", Text, nullable=False),
    Column("reason", coded(CopyReason)),
    Column("remark", Text, nullable=False),
    Column("agent_name", Text),
    Column("agent_id_number", Text),
)
"""Documents issued, of every kind."""

document_file = Table(
    "document_file",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("removed_at", Moment),
    Column("pdf", LargeBinary),
)
"""What left the desk, byte for byte; without `pdf` from `removed_at` on. The big column stands last: a query
that does not ask for it reads none of its pages."""

code_try = Table(
    "code_try",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("operator_number", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("digest", Text, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("xid", Text),
)
"""Verification codes that were typed, by their SHA-256; `xid` is the transaction, on PostgreSQL."""

statement_counter = Table(
    "statement_counter",
    metadata,
    Column("region", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The last running number given out per region and day."""

batch = Table(
    "batch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("scope", coded(BatchScope), nullable=False),
    Column("year", SmallInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("delivery", coded(Delivery), nullable=False),
    Column("reason", Text, nullable=False),
    Column("employer_number", Text),
    Column("operator_number", Text, nullable=False),
    Column("hall", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("state", coded(BatchState), nullable=False),
    Column("runner", Uuid),
    Column("folder", Text),
    Column("manifest_sha256", Text),
)

batch_item = Table(
    "batch_item",
    metadata,
    Column("batch", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id_number", Text, nullable=False),
    Column("state", coded(ItemState), nullable=False),
    Column("serial", Text),
    Column("verification_code", Text),
    Column("copy_number", Integer),
    Column("claimed_at", Moment),
    Column("sha256", Text),
    Column("pages", Integer),
    Column("size", BigInteger),
    Column("deliver_to", Text),
    Column("fault", coded(ItemFault)),
    Column("xid", Text),
)
"""The last column is PostgreSQL's own: in which transaction the item was claimed."""

visit = Table(
    "visit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opened_at", Moment, nullable=False),
    Column("operator_number", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("closed_at", Moment),
)

visit_step = Table(
    "visit_step",
    metadata,
    Column("visit", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("step", coded(VisitStep), nullable=False),
    Column("at", Moment, nullable=False),
)
"""The steps of a visit; `place` counts them from 1."""

outbox = Table(
    "outbox",
    metadata,
    Column("seq", RowId, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("identification_code", Text, nullable=False),
    Column("order_key", Text, nullable=False),
    Column("kind", coded(OutboxKind), nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", coded(OutboxState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text),
    Column("asked_by", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("hall", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("operator_number", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("subject_reference", Text),
    Column("reason", Text),
    Column("detail", Text),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)
"""Plain text to the letter of what was hashed, so that even a forged row can be read and judged."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("hall", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)
"""One row per hall: its chain's last link, locked while another is put on."""

operator = Table(
    "operator",
    metadata,
    Column("number", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hall", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("password_set_at", Moment),
    Column("card", Text),
)

operator_role = Table(
    "operator_role",
    metadata,
    Column("number", Text, primary_key=True),
    Column("role", coded(Role), primary_key=True),
)

permission = Table(
    "permission",
    metadata,
    Column("role", coded(Role), primary_key=True),
    Column("permission", coded(Permission), primary_key=True),
)
"""`domain.permissions.GRANTS`, for the database's own rules."""

shift = Table(
    "shift",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("operator_number", Text, nullable=False),
    Column("hall", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("remark", Text, nullable=False),
)

temporary_loss = Table(
    "temporary_loss",
    metadata,
    Column("identification_code", Text, primary_key=True),
    Column("started_at", Moment, primary_key=True),
    Column("until", Moment),
    Column("reported_by", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("ended_at", Moment),
)

application = Table(
    "application",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("kind", coded(ApplicationKind), nullable=False),
    Column("identification_code", Text, nullable=False),
    Column("id_number", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("card_state", coded(CardState), nullable=False),
    Column("card_version", Integer, nullable=False),
    Column("applicant", coded(ApplicantKind), nullable=False),
    Column("applicant_name", Text),
    Column("applicant_id_number", Text),
    Column("authorisation", Text),
    Column("reason", Text, nullable=False),
    Column("filed_by", Text, nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("hall", Text, nullable=False),
    Column("window", Text, nullable=False),
    Column("state", coded(ApplicationState), nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_window", Text, nullable=False),
    Column("assigned_to", Text),
    Column("approved", Boolean),
    Column("decided_by", Text),
    Column("decided_window", Text),
    Column("decided_at", Moment),
    Column("decision_reason", Text),
    Column("lift_protection", Boolean),
    Column("new_identification_code", Text),
    Column("told_at", Moment),
)

card_counter = Table(
    "card_counter",
    metadata,
    Column("region", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""The last serial number given to a new card, per region."""

application_counter = Table(
    "application_counter",
    metadata,
    Column("region", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The last running number given out per region and day."""

purpose = Table(
    "purpose",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", coded(PurposeKind), nullable=False),
    Column("operator_number", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("id_number", Text),
    Column("identification_code", Text),
    Column("reason", Text, nullable=False),
    Column("subject", Text),
    Column("person", BigInteger),
    Column("xid", Text),
)
"""The last three are the database's own, on PostgreSQL: whose data it opens, and in which transaction it was
written."""

transition = Table(
    "transition",
    metadata,
    Column("change", coded(Change), primary_key=True),
    Column("source", coded(CardState), primary_key=True),
    Column("target", coded(CardState), nullable=False),
    Column("permission", coded(Permission)),
    Column("four_eyes", Boolean, nullable=False),
)
"""`domain.lifecycle.TRANSITIONS`, for the database's own rules."""

operation = Table(
    "operation",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("done", Boolean, nullable=False),
)
"""One row for each unit of work that was committed lately, by which an unknown outcome is resolved; not
`done` are those that were asked for in vain."""

installation = Table(
    "installation",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("pepper", Text, nullable=False),
)
"""One row: the key (hexadecimal) of the digests that stand for citizens in the audit."""
