"""Runs the migrations in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from desk_app.domain.errors import StoreUnavailable

_LOCK = 0x6465736B
"""PostgreSQL's advisory lock by which one counter upgrades and the others wait ("desk")."""


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision. Raises StoreUnavailable("newer") for an unknown one."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(config(connection), "head")
        except CommandError as error:
            raise StoreUnavailable("newer") from error


def config(connection: Connection) -> Config:
    """Alembic's configuration for migrating over this connection."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent))
    alembic.set_main_option("path_separator", "os")
    alembic.attributes["connection"] = connection
    return alembic
