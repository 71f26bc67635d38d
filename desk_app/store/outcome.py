"""A commit has three outcomes: yes, no, and unknown, when the connection was lost on the way or a stand-by
did not confirm. The third is resolved by the operation's id before anybody is told anything."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select

from desk_app.domain.errors import OutcomeUnknown, StoreError, StoreUnavailable
from desk_app.store.faults import translated
from desk_app.store.tables import operation

SYNC_WARNING = "01000"
"""PostgreSQL's warning at COMMIT that a stand-by has not confirmed: local, but perhaps not for good."""

_PATIENCE = 20.0
"""Seconds to go on asking while the server cannot be reached."""

_PAUSE = 0.3

_KEPT = timedelta(days=7)
"""As long as on PostgreSQL (`roles/session.sql`)."""


def note(connection: Connection, operation_id: UUID) -> None:
    """Write down, in the operation's own transaction, that it was done."""
    connection.execute(operation.insert(), _row(operation_id, done=True))


def commit(connection: Connection) -> None:
    """Commit. Raises OutcomeUnknown after a stand-by's warning."""
    warnings: list[str] = connection.info.setdefault("warnings", [])
    warnings.clear()
    connection.commit()
    if SYNC_WARNING in warnings:
        raise OutcomeUnknown


def forget_old(connection: Connection) -> None:
    """Let go of what nobody will ask for any more."""
    if connection.dialect.name == "sqlite":
        old = operation.c.at < datetime.now(UTC) - _KEPT
        connection.execute(operation.delete().where(old))
    else:
        connection.execute(select(func.desk_forget_operations()))


def resolve(engine: Engine, operation_id: UUID) -> None:
    """Find out on a fresh connection how a commit ended; returns if it holds.

    Raises StoreUnavailable("unreachable") when it was not made and never will be, OutcomeUnknown when that
    cannot be found out."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            done = _ask(engine, operation_id)
            break
        except StoreError as error:
            if time.monotonic() > end:
                raise OutcomeUnknown from error
            time.sleep(_PAUSE)
    if not done:
        raise StoreUnavailable("unreachable")


def _ask(engine: Engine, operation_id: UUID) -> bool:
    """Claim the id. That waits until the lost transaction has ended, and from then on it could not commit any
    more. Being a commit of its own, later than the one in question, it is confirmed only together with it."""
    if engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    claim = insert(operation).on_conflict_do_nothing()
    mine = operation.c.id == operation_id
    with translated(committing=True), engine.connect() as connection:
        connection.execute(claim, _row(operation_id, done=False))
        connection.execute(operation.update().where(mine).values(at=datetime.now(UTC)))
        done: bool = connection.execute(select(operation.c.done).where(mine)).scalar_one()
        commit(connection)
    return done


def _row(operation_id: UUID, *, done: bool) -> dict[str, object]:
    return {"id": operation_id, "at": datetime.now(UTC), "done": done}
