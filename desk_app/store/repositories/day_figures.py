"""Counts of a day, out of audit, outbox and applications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text

from desk_app.domain.application import ApplicationState
from desk_app.domain.audit_chain import moment
from desk_app.domain.outbox import OutboxState
from desk_app.domain.shift import Backlog, Tally
from desk_app.store.audit import SqlAudit
from desk_app.store.tables import application, audit, outbox
from desk_app.store.transaction import AnyRow, Transaction

_MINUTE = func.substr(audit.c.at, 1, 16)
"""Of a moment in UTC as the audit writes it: YYYY-MM-DDTHH:MM. Zones differ by minutes, not by seconds."""

_TALLIES = text("SELECT * FROM desk_tallies(:hall, :since, :until, :operator)")
_BACKLOG = text("SELECT * FROM desk_backlog(:hall, :since, :until, :operator)")


class SqlDayFigures:
    """Implements `services.ports.DayFigures`. On PostgreSQL by functions, which count more rows than their
    caller may see."""

    def __init__(self, trail: SqlAudit, transaction: Transaction) -> None:
        self._trail = trail
        self._transaction = transaction

    def tallies(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Tally, ...]:
        """Counts by kind, outcome, window and hour of the zone of `since`."""
        self._trail.flush()
        rows = self._grouped(hall, moment(since), moment(until), operator_number)
        counts: Counter[tuple[str, str, str, int]] = Counter()
        for action, outcome, window, minute, count in rows:
            at = datetime.fromisoformat(f"{minute}+00:00").astimezone(since.tzinfo)
            counts[action, outcome, window, at.hour] += count
        return tuple(Tally(*key, count) for key, count in sorted(counts.items()))

    def _grouped(
        self, hall: str, since: str, until: str, operator_number: str | None
    ) -> Sequence[AnyRow]:
        if not self._transaction.is_sqlite:
            asked = {"hall": hall, "since": since, "until": until, "operator": operator_number}
            return self._transaction.all(_TALLIES, asked)
        grouped = (audit.c.action, audit.c.outcome, audit.c.window, _MINUTE)
        found = select(*grouped, func.count()).where(
            audit.c.hall == hall, audit.c.at >= since, audit.c.at < until
        )
        if operator_number is not None:
            found = found.where(audit.c.operator_number == operator_number)
        return self._transaction.all(found.group_by(*grouped))

    def backlog(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> Backlog:
        """What is left, whenever it began; what was refused, of this time only."""
        if not self._transaction.is_sqlite:
            span = {"hall": hall, "since": since, "until": until, "operator": operator_number}
            return Backlog(*self._transaction.execute(_BACKLOG, span).one())
        asked = [outbox.c.asked_by.endswith(f"/{hall}", autoescape=True)]
        ours = [application.c.hall == hall]
        if operator_number is not None:
            asked.append(outbox.c.asked_by.startswith(f"{operator_number}/", autoescape=True))
            ours.append(application.c.filed_by == operator_number)
        today = (outbox.c.created_at >= since, outbox.c.created_at < until)
        return Backlog(
            self._count(*asked, outbox.c.state == OutboxState.PENDING),
            self._count(*asked, outbox.c.state == OutboxState.REFUSED, *today),
            self._count(*ours, application.c.state == ApplicationState.FILED),
            self._count(*ours, application.c.state == ApplicationState.APPROVED),
        )

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        row = self._transaction.one(select(func.count()).where(*conditions))
        return int(row[0]) if row is not None else 0
