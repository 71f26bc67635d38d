"""The schema's history. Only a database that is behind costs the import of Alembic (`upgrade`)."""

REVISION = "0006"
"""The newest revision in `versions`: what the tables are written for."""
