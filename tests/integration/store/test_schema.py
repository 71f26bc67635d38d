"""The catalogue that the migrations leave behind: the same on both databases, and what the queries expect."""

from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from desk_app.store import tables
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected

INDEXES = {
    "card_of_holder": ("card", ("id_number",), False, None),
    "card_expiry": (
        "card",
        ("valid_until",),
        False,
        "state IN ('not_activated', 'normal', 'temporarily_lost', 'locked')",
    ),
    "e_card_one_active_per_card": ("e_card", ("identification_code",), True, "state <> 'revoked'"),
    "e_card_of_holder": ("e_card", ("id_number",), False, None),
    "consent_of_card": ("consent", ("identification_code", "given_at"), False, None),
    "statement_of_holder": ("statement", ("id_number", "kind"), False, None),
    "statement_by_digest": ("statement", ("sha256",), False, None),
    "statement_by_code": ("statement", ("verification_code",), False, None),
    "code_try_of_operator": ("code_try", ("operator_number", "at"), False, None),
    "code_try_by_digest": ("code_try", ("digest",), False, None),
    "statement_copy": (
        "statement",
        ("id_number", "kind", "subject", "language", "copy_number"),
        True,
        "template_version <> ''",
    ),
    "batch_of_hall": ("batch", ("hall", "planned_at"), False, None),
    "batch_of_operator": ("batch", ("operator_number", "planned_at"), False, None),
    "batch_item_by_state": ("batch_item", ("batch", "state", "number"), False, None),
    "batch_item_claimed": ("batch_item", ("id_number",), False, "state = 'claimed'"),
    "outbox_pending": ("outbox", ("order_key", "seq"), False, "state = 'pending'"),
    "outbox_of_card": ("outbox", ("identification_code", "seq"), False, None),
    "operation_at": ("operation", ("at",), False, None),
    "audit_of_subject": ("audit", ("subject_reference", "at"), False, None),
    "audit_of_operator": ("audit", ("operator_number", "at"), False, None),
    "audit_by_time": ("audit", ("at", "hall", "seq"), False, None),
    "audit_anchors": ("audit", ("hall", "seq"), False, "action = 'anchor'"),
}
CHECKS = {
    "application": {
        "application_kind",
        "application_card_state",
        "application_applicant",
        "application_state",
        "application_version",
        "application_papers",
        "application_four_eyes",
        "application_decision",
        "application_replacement",
    },
    "application_counter": {"application_counter_last"},
    "batch": {"batch_scope", "batch_delivery", "batch_state", "batch_year", "batch_reason"}
    | {"batch_employer"},
    "batch_item": {"batch_item_state", "batch_item_fault", "batch_item_number", "batch_item_known"},
    "card": {"card_state", "card_version", "card_mirrored_version"},
    "card_counter": {"card_counter_last"},
    "consent": {"consent_method"},
    "contribution": {"contribution_month", "contribution_insurance", "contribution_state"},
    "document_file": {"document_file_removed"},
    "e_card": {"e_card_state", "e_card_sign_level"},
    "installation": {"installation_one"},
    "operator": {"operator_failures"},
    "operator_role": {"operator_role_role"},
    "outbox": {"outbox_kind", "outbox_state", "outbox_attempts"},
    "pension_year": {"pension_year_months"},
    "purpose": {"purpose_kind", "purpose_subject", "purpose_reason"},
    "shift": {"shift_order"},
    "statement": {
        "statement_kind",
        "statement_recipient",
        "statement_reason",
        "statement_agent",
        "statement_copy_number",
        "statement_pages",
    },
    "statement_counter": {"statement_counter_last"},
    "temporary_loss": {"temporary_loss_until"},
}
FOREIGN_KEYS = {
    ("application", ("assigned_to",), "operator", ("number",)),
    ("application", ("decided_by",), "operator", ("number",)),
    ("application", ("filed_by",), "operator", ("number",)),
    ("application", ("id_number",), "holder", ("id_number",)),
    ("application", ("identification_code",), "card", ("identification_code",)),
    ("batch_item", ("batch",), "batch", ("id",)),
    ("card", ("id_number",), "holder", ("id_number",)),
    ("consent", ("identification_code",), "card", ("identification_code",)),
    ("contribution", ("employer",), "employer", ("id",)),
    ("contribution", ("person",), "holder", ("id",)),
    ("operator_role", ("number",), "operator", ("number",)),
    ("pension_year", ("person",), "holder", ("id",)),
    ("purpose", ("operator_number",), "operator", ("number",)),
    ("shift", ("operator_number",), "operator", ("number",)),
    ("statement", ("id_number",), "holder", ("id_number",)),
    ("statement", ("sha256",), "document_file", ("sha256",)),
    ("temporary_loss", ("identification_code",), "card", ("identification_code",)),
    ("temporary_loss", ("reported_by",), "operator", ("number",)),
    ("visit_step", ("visit",), "visit", ("id",)),
}
UNIQUE = {
    ("application", ("number",)),
    ("batch_item", ("batch", "id_number")),
    ("batch_item", ("serial",)),
    ("employer", ("number", "name")),
    ("holder", ("id_number",)),
    ("operator", ("card",)),
    ("outbox", ("id",)),
}
KEPT = ("audit", "consent", "employer", "installation", "statement")
TRIGGERS = {
    "batch_item_settled",
    "audit_chain",
    "audit_head_follows",
    "audit_head_no_delete",
    "audit_head_no_update",
    "document_file_no_update",
    "document_file_no_delete",
    "e_card_no_delete",
    *(f"{table}_no_{event}" for table in KEPT for event in ("update", "delete")),
}
STAMPED = (
    "application",
    "batch",
    "code_try",
    "consent",
    "document_file",
    "outbox",
    "purpose",
    "shift",
    "statement",
    "temporary_loss",
    "visit",
)
WRITTEN = (
    *STAMPED,
    "application_counter",
    "batch_item",
    "card",
    "e_card",
    "operation",
    "statement_counter",
    "visit_step",
)
OWN_TRIGGERS = {
    "sqlite": {
        *(f"{t}_no_replace" for t in (*KEPT, "audit_head")),
        "audit_anchor",
        "batch_ordered",
        "batch_no_delete",
        "batch_quota",
        "batch_item_issued",
        "batch_item_no_delete",
        "code_try_no_delete",
        "code_try_quota",
        "document_file_no_replace",
        "e_card_one_on_insert",
        "e_card_one_on_update",
        "card_lifecycle",
        "application_filed",
        "application_decided",
        "application_no_delete",
        "purpose_no_update",
        "purpose_no_delete",
        "purpose_quota",
    },
    "postgresql": {
        *(f"{t}_no_truncate" for t in (*KEPT, "audit_head", "e_card")),
        *(f"{t}_writes" for t in WRITTEN),
        *(f"{t}_stamp" for t in STAMPED),
        "document_file_no_truncate",
        "card_lifecycle",
        "card_made",
        "card_version",
        "e_card_changed",
        "e_card_of_holder",
        "temporary_loss_ended",
        "statement_counter_runs",
        "application_counter_runs",
        "card_counter_runs",
        "application_notify",
        "audit_head_no_insert",
    },
}


def test_the_tables_are_those_that_the_queries_are_written_for(place: Place) -> None:
    with connected(place) as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == {*tables.metadata.tables, "alembic_version"}
        for table in tables.metadata.tables.values():
            columns = {c["name"]: c["nullable"] for c in found.get_columns(table.name)}
            assert columns == {c.name: c.nullable for c in table.columns}
            keys = found.get_pk_constraint(table.name)["constrained_columns"]
            assert keys == [c.name for c in table.primary_key]


def test_checks_keys_and_indexes_are_there_on_both_databases(place: Place) -> None:
    with connected(place) as connection:
        found = inspect(connection)
        names = tables.metadata.tables
        checks = {
            name: {str(c["name"]) for c in found.get_check_constraints(name)} for name in names
        }
        foreign = {_reference(name, key) for name in names for key in found.get_foreign_keys(name)}
        unique = {
            (name, tuple(key["column_names"]))
            for name in names
            for key in found.get_unique_constraints(name)
        }
    assert {name: some for name, some in checks.items() if some} == CHECKS
    assert foreign == FOREIGN_KEYS
    assert unique == UNIQUE


@pytest.mark.parametrize("index", INDEXES)
def test_indexes_are_there_with_their_conditions(place: Place, index: str) -> None:
    table, columns, unique, condition = INDEXES[index]
    with connected(place) as connection:
        found = next(i for i in inspect(connection).get_indexes(table) if i["name"] == index)
    options = found["dialect_options"]
    where = options.get("sqlite_where", options.get("postgresql_where"))
    assert (tuple(found["column_names"]), bool(found["unique"])) == (columns, unique)
    assert (where is None) == (condition is None)
    if condition is not None:
        assert _plain(str(where)) == _plain(condition)


def test_triggers_are_there(place: Place) -> None:
    with connected(place) as connection:
        assert _triggers(connection) == TRIGGERS | OWN_TRIGGERS[place.kind]


def test_contributions_are_clustered_by_their_key(sqlcipher: Place) -> None:
    with connected(sqlcipher) as connection:
        listed = connection.execute(text("PRAGMA table_list"))
        clustered = {row.name for row in listed if row.wr}
    assert {"audit", "contribution", "pension_year", "visit_step"} <= clustered


def _reference(table: str, key: Any) -> tuple[Any, ...]:
    columns, referred = tuple(key["constrained_columns"]), tuple(key["referred_columns"])
    return table, columns, key["referred_table"], referred


def _plain(condition: str) -> str:
    plain = condition.replace("::text", "").replace("(", "").replace(")", "")
    return plain.replace("= ANY ARRAY[", "IN ").replace("]", "")


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return set(connection.execute(text(asked)).scalars())
