"""Triggers: what was audited, agreed to or issued stays as it was, and the audit is one unforked chain.

On SQLite a guard before each INSERT stands as well, because INSERT OR REPLACE would otherwise delete a row
in order to make room for another.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT = {
    "audit": "seq",
    "consent": "id",
    "employer": "id",
    "installation": "id",
    "statement": "serial",
}
"""Tables whose rows are only ever added, with their keys."""


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
        *(trigger for table, key in _KEPT.items() for trigger in _sqlite_kept(table, key)),
        *_SQLITE_CHAIN,
        *_SQLITE_E_CARD,
    ]


def _sqlite_kept(table: str, key: str) -> list[str]:
    return [
        _refuse(f"{table}_no_update", f"UPDATE ON {table}", f"{table} is append-only"),
        _refuse(f"{table}_no_delete", f"DELETE ON {table}", f"{table} is append-only"),
        _refuse(
            f"{table}_no_replace",
            f"INSERT ON {table}",
            f"{table} is append-only",
            f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})",
        ),
    ]


def _refuse(name: str, event: str, message: str, when: str = "1") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


_SQLITE_CHAIN = (
    _refuse(
        "audit_chain",
        "INSERT ON audit",
        "audit chain does not fit",
        "NOT EXISTS (SELECT 1 FROM audit_head WHERE seq = NEW.seq - 1 AND digest = NEW.previous)",
    ),
    """CREATE TRIGGER audit_head_follows AFTER INSERT ON audit FOR EACH ROW
    BEGIN UPDATE audit_head SET seq = NEW.seq, digest = NEW.digest; END""",
    _refuse(
        "audit_head_no_update",
        "UPDATE ON audit_head",
        "audit_head follows the audit",
        "NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND digest = NEW.digest"
        " AND seq = OLD.seq + 1 AND previous = OLD.digest)",
    ),
    _refuse("audit_head_no_delete", "DELETE ON audit_head", "audit_head follows the audit"),
    _refuse("audit_head_no_replace", "INSERT ON audit_head", "audit_head follows the audit"),
)

_ANOTHER_IS_ACTIVE = (
    "NEW.state <> 'revoked' AND EXISTS (SELECT 1 FROM e_card"
    " WHERE identification_code = NEW.identification_code"
    " AND state <> 'revoked' AND sign_no <> {this})"
)

_SQLITE_E_CARD = (
    _refuse(
        "e_card_one_on_insert",
        "INSERT ON e_card",
        "e_card_one_active_per_card",
        _ANOTHER_IS_ACTIVE.format(this="NEW.sign_no"),
    ),
    _refuse(
        "e_card_one_on_update",
        "UPDATE ON e_card",
        "e_card_one_active_per_card",
        _ANOTHER_IS_ACTIVE.format(this="OLD.sign_no"),
    ),
    _refuse("e_card_no_delete", "DELETE ON e_card", "an e-card is revoked, not deleted"),
)


# --- PostgreSQL -------------------------------------------------------------------------------------


def _postgresql() -> list[str]:
    return [
        _function("refuse", "RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0];", "NULL"),
        *(trigger for table in _KEPT for trigger in _postgresql_kept(table, "append-only")),
        *_postgresql_kept("audit_head", "follows the audit", events=("DELETE", "TRUNCATE")),
        *_postgresql_kept("e_card", "revoked, not deleted", events=("DELETE", "TRUNCATE")),
        *_POSTGRESQL_CHAIN,
    ]


def _postgresql_kept(
    table: str, message: str, events: tuple[str, ...] = ("UPDATE", "DELETE", "TRUNCATE")
) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse('{message}')"
        for event in events
    ]


def _function(name: str, body: str, result: str) -> str:
    return (
        f"CREATE FUNCTION desk_{name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} RETURN {result}; END $$"
    )


def _for_each_row(name: str, event: str, function: str) -> str:
    return f"CREATE TRIGGER {name} {event} FOR EACH ROW EXECUTE FUNCTION desk_{function}()"


_POSTGRESQL_CHAIN = (
    _function(
        "audit_chain",
        "PERFORM 1 FROM audit_head WHERE seq = NEW.seq - 1 AND digest = NEW.previous FOR UPDATE;"
        " IF NOT FOUND THEN RAISE EXCEPTION 'audit chain does not fit'; END IF;",
        "NEW",
    ),
    _for_each_row("audit_chain", "BEFORE INSERT ON audit", "audit_chain"),
    _function(
        "audit_head_follows",
        "UPDATE audit_head SET seq = NEW.seq, digest = NEW.digest;",
        "NULL",
    ),
    _for_each_row("audit_head_follows", "AFTER INSERT ON audit", "audit_head_follows"),
    _function(
        "audit_head",
        "IF NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND digest = NEW.digest"
        " AND seq = OLD.seq + 1 AND previous = OLD.digest)"
        " THEN RAISE EXCEPTION 'audit_head follows the audit'; END IF;",
        "NEW",
    ),
    _for_each_row("audit_head_no_update", "BEFORE UPDATE ON audit_head", "audit_head"),
)
