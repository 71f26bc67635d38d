"""Run by Alembic: migrates over the connection that `upgrade` put into the configuration."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
