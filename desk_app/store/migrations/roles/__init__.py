"""Who may do what on PostgreSQL: the SQL that migration 0004 runs, file by file in the order of `FILES`;
later ones run files of their own.

In the files `@clerk@`, `@supervisor@`, `@administrator@`, `@auditor@` and `@door@` stand for the group
roles of this database, `@operators@` for the first four of them, `@schema@` for the schema of the tables,
and `@path@` for the search path of a function that runs with its owner's rights: nobody can put anything in
front of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection, text

GROUPS = ("clerk", "supervisor", "administrator", "auditor", "door")
"""Group roles `<database>_<group>`; the door is what the app comes in by before anybody has signed in."""

FILES = (
    "groups",
    "session",
    "accounts",
    "purposes",
    "stamps",
    "lifecycle",
    "figures",
    "grants",
    "policies",
)


def install(
    connection: Connection, limits: Mapping[str, str], files: Sequence[str] = FILES
) -> None:
    """Create the roles that are missing and put all rules into force. `limits` are words of the files as
    well: those of purposes are `good_for` and `quota_period` as intervals, `quota`."""
    asked = "SELECT current_database(), quote_ident(current_schema())"
    database, schema = connection.execute(text(asked)).one()
    names = {group: _quoted(connection, f"{database}_{group}") for group in GROUPS}
    words = {
        **names,
        **limits,
        "operators": ", ".join(names[group] for group in GROUPS[:4]),
        "database": _quoted(connection, database),
        "schema": schema,
        "path": f"SET search_path = pg_catalog, {schema}, pg_temp",
    }
    for name in files:
        sql = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
        for word, meaning in words.items():
            sql = sql.replace(f"@{word}@", meaning)
        # Without parameters the driver takes a whole file at once, and no percent sign in it for one.
        connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


def _quoted(connection: Connection, name: str) -> str:
    quoted: str = connection.execute(text("SELECT quote_ident(:name)"), {"name": name}).scalar_one()
    return quoted
