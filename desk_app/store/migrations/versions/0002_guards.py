"""Triggers: what was audited, agreed to or issued stays as it was, the audit in unforked chains.

On SQLite a guard before each INSERT stands as well, because INSERT OR REPLACE would otherwise delete a row
in order to make room for another.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from desk_app.store.migrations import chain
from desk_app.store.migrations.columns import kept, refuse

revision = "0002"
down_revision = "0001"

_KEPT = {
    "consent": "id",
    "employer": "id",
    "installation": "id",
    "statement": "serial",
}
"""Tables whose rows are only ever added, with their keys; the audit has rules of its own (`chain`)."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in _sqlite():
            op.execute(statement)
    else:
        for statement in _postgresql():
            op.execute(statement)


# --- SQLite -----------------------------------------------------------------------------------------


def _sqlite() -> list[str]:
    return [
        *(trigger for table, key in _KEPT.items() for trigger in kept(table, key)),
        *chain.sqlite(),
        *_SQLITE_E_CARD,
    ]


_ANOTHER_IS_ACTIVE = (
    "NEW.state <> 'revoked' AND EXISTS (SELECT 1 FROM e_card"
    " WHERE identification_code = NEW.identification_code"
    " AND state <> 'revoked' AND sign_no <> {this})"
)

_SQLITE_E_CARD = (
    refuse(
        "e_card_one_on_insert",
        "INSERT ON e_card",
        "e_card_one_active_per_card",
        _ANOTHER_IS_ACTIVE.format(this="NEW.sign_no"),
    ),
    refuse(
        "e_card_one_on_update",
        "UPDATE ON e_card",
        "e_card_one_active_per_card",
        _ANOTHER_IS_ACTIVE.format(this="OLD.sign_no"),
    ),
    refuse("e_card_no_delete", "DELETE ON e_card", "an e-card is revoked, not deleted"),
)


# --- PostgreSQL -------------------------------------------------------------------------------------


def _postgresql() -> list[str]:
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    refused = "RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; RETURN NULL;"
    return [
        "CREATE FUNCTION desk_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {refused} END $$",
        *(trigger for table in _KEPT for trigger in _postgresql_kept(table, "append-only")),
        *_postgresql_kept("audit", "append-only", events=("UPDATE", "TRUNCATE")),
        *_postgresql_kept("audit_head", "follows the audit", events=("DELETE", "TRUNCATE")),
        *_postgresql_kept("e_card", "revoked, not deleted", events=("DELETE", "TRUNCATE")),
        *chain.postgresql(str(schema)),
    ]


def _postgresql_kept(
    table: str, message: str, events: tuple[str, ...] = ("UPDATE", "DELETE", "TRUNCATE")
) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse('{message}')"
        for event in events
    ]
