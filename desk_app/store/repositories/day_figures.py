"""Counts of a day, out of audit, outbox and applications."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, Text, bindparam, func, or_, select, text

from desk_app.domain.application import ApplicationState
from desk_app.domain.audit_chain import moment
from desk_app.domain.outbox import OutboxState
from desk_app.domain.shift import Backlog, Tally
from desk_app.store.audit import SqlAudit
from desk_app.store.tables import application, audit, outbox
from desk_app.store.transaction import Transaction

_MINUTE = func.substr(audit.c.at, 1, 16)
"""Of a moment in UTC as the audit writes it: YYYY-MM-DDTHH:MM. Zones differ by minutes, not by seconds."""


_GROUPED = (audit.c.action, audit.c.outcome, audit.c.window, _MINUTE)
_OPERATOR = bindparam("operator", type_=Text)
_TALLIES = (
    select(*_GROUPED, func.count())
    .where(
        audit.c.hall == bindparam("hall"),
        audit.c.at >= bindparam("since"),
        audit.c.at < bindparam("until"),
        or_(_OPERATOR.is_(None), audit.c.operator_number == _OPERATOR),
    )
    .group_by(*_GROUPED)
)
_TALLIES_OF_SERVER = text("SELECT * FROM desk_day_tallies(:hall, :since, :until, :operator)")
_BACKLOG_OF_SERVER = text("SELECT * FROM desk_day_backlog(:hall, :since, :until, :operator)")


class SqlDayFigures:
    """Implements `services.ports.DayFigures`. On PostgreSQL by functions: operators do not read the trail,
    nor instructions about citizens whom they do not serve, but may count them."""

    def __init__(self, trail: SqlAudit, transaction: Transaction) -> None:
        self._trail = trail
        self._transaction = transaction

    def tallies(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Tally, ...]:
        """Counts by kind, outcome, window and hour of the zone of `since`."""
        self._trail.flush()
        of = {"hall": hall, "since": moment(since), "until": moment(until)}
        asked = of | {"operator": operator_number}
        found = _TALLIES if self._transaction.is_sqlite else _TALLIES_OF_SERVER
        counts: Counter[tuple[str, str, str, int]] = Counter()
        for action, outcome, window, minute, count in self._transaction.all(found, asked):
            at = datetime.fromisoformat(f"{minute}+00:00").astimezone(since.tzinfo)
            counts[action, outcome, window, at.hour] += count
        return tuple(Tally(*key, count) for key, count in sorted(counts.items()))

    def backlog(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> Backlog:
        """What is left, whenever it began; what was refused, of this time only."""
        if not self._transaction.is_sqlite:
            asked_for = {"hall": hall, "since": since, "until": until, "operator": operator_number}
            row = self._transaction.one(_BACKLOG_OF_SERVER, asked_for)
            return Backlog(*row) if row is not None else Backlog()
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
