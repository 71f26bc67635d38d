"""What clerks have filed and supervisors decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update

from desk_app.domain.application import (
    Applicant,
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    QueueEntry,
    QueueFilter,
)
from desk_app.domain.errors import Outdated
from desk_app.store.repositories.running_numbers import running_number
from desk_app.store.tables import application, application_counter, holder
from desk_app.store.transaction import AnyRow, Transaction

_FILED = application.c.state == ApplicationState.FILED
_OPEN = application.c.state.in_([ApplicationState.FILED, ApplicationState.APPROVED])
_APPLICANT = {
    "kind": "applicant",
    "name": "applicant_name",
    "id_number": "applicant_id_number",
    "authorisation": "authorisation",
}
_DECISION = {
    "approved": "approved",
    "operator_number": "decided_by",
    "window": "decided_window",
    "at": "decided_at",
    "reason": "decision_reason",
    "lift_protection": "lift_protection",
}
"""Fields of the values inside an application, with their columns."""


class SqlApplications:
    """Implements `services.ports.Applications`. One open application per card is a partial unique index, and
    that nobody decides what they have filed is a check."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next_number(self, region: str, day: datetime) -> str:
        """`310000-20261123-000042`: the next of the day, unique, never reused."""
        return running_number(self._transaction, application_counter, region, day)

    def add(self, new: Application) -> None:
        """Keep what was filed."""
        changed = {"changed_at": new.filed_at, "changed_window": new.window}
        self._transaction.execute(application.insert(), {**_values(new), **changed})

    def get(self, application_id: UUID) -> Application | None:
        """One application. In a unit of work that writes, nobody else changes it until that ends."""
        found = select(application).where(application.c.id == application_id)
        row = self._transaction.one(self._transaction.held(found, application))
        return _application(row) if row is not None else None

    def open_of_card(self, identification_code: str) -> Application | None:
        """The one about this card that is not completed and not rejected; held as by `get`."""
        of_card = application.c.identification_code == identification_code
        found = select(application).where(of_card, _OPEN)
        row = self._transaction.one(self._transaction.held(found, application))
        return _application(row) if row is not None else None

    def of_holder(self, id_number: str) -> tuple[Application, ...]:
        """All about a person's cards, newest first."""
        return self._all(application.c.id_number == id_number, newest_first=True)

    def to_tell(self, filed_by: str) -> tuple[Application, ...]:
        """Those of a clerk that are decided and whose outcome the citizen has not been told, oldest first."""
        decided = application.c.decided_at.is_not(None)
        return self._all(
            application.c.filed_by == filed_by, decided, application.c.told_at.is_(None)
        )

    def queue(self, wanted: QueueFilter) -> tuple[QueueEntry, ...]:
        """What the filter lets through, oldest first, with the holders' names."""
        # On PostgreSQL a supervisor reads no name behind what has been decided.
        named = select(application, holder.c.name.label("holder_name")).join_from(
            application, holder, holder.c.id_number == application.c.id_number, isouter=True
        )
        found = named.where(*_conditions(wanted)).order_by(
            application.c.filed_at, application.c.number
        )
        rows = self._transaction.all(found)
        return tuple(QueueEntry(_application(row), row.holder_name or "") for row in rows)

    def counts(self, wanted: QueueFilter) -> Mapping[ApplicationKind, int]:
        """How many of each kind the filter lets through; every kind is there."""
        counted = select(application.c.kind, func.count()).where(*_conditions(wanted))
        rows = self._transaction.all(counted.group_by(application.c.kind))
        found = {kind: count for kind, count in rows}
        return {kind: found.get(kind, 0) for kind in ApplicationKind}

    def take(
        self, application_id: UUID, version: int, operator_number: str, at: datetime, window: str
    ) -> Application:
        """Assign a filed one to a supervisor. Raises Outdated."""
        return self._change(
            application_id, version, at, window, {"assigned_to": operator_number}, _FILED
        )

    def put_back(
        self, application_id: UUID, version: int, at: datetime, window: str
    ) -> Application:
        """Leave a filed one to whoever takes it. Raises Outdated."""
        return self._change(application_id, version, at, window, {"assigned_to": None}, _FILED)

    def decide(
        self,
        application_id: UUID,
        version: int,
        state: ApplicationState,
        decision: Decision,
        new_identification_code: str | None = None,
    ) -> Application:
        """Keep the decision on a filed one. Raises Outdated."""
        decided = {column: getattr(decision, name) for name, column in _DECISION.items()}
        changes = {
            **decided,
            "state": state,
            "new_identification_code": new_identification_code,
        }
        at, window = decision.at, decision.window
        return self._change(application_id, version, at, window, changes, _FILED)

    def complete(
        self, application_id: UUID, version: int, at: datetime, window: str
    ) -> Application:
        """The replacement of an approved one was handed over. Raises Outdated."""
        approved = application.c.state == ApplicationState.APPROVED
        changes = {"state": ApplicationState.COMPLETED}
        return self._change(application_id, version, at, window, changes, approved)

    def told(self, application_id: UUID, version: int, at: datetime, window: str) -> Application:
        """The citizen knows the outcome. Raises Outdated."""
        decided = application.c.decided_at.is_not(None)
        return self._change(application_id, version, at, window, {"told_at": at}, decided)

    def card_outbid(self, identification_code: str, before: int, after: int) -> None:
        """The card's version was raised without a change of its state: what is open about it stays valid."""
        of_card = application.c.identification_code == identification_code
        seen = application.c.card_version == before
        raised = update(application).where(of_card, seen, _OPEN).values(card_version=after)
        self._transaction.execute(raised)

    def _change(
        self,
        application_id: UUID,
        version: int,
        at: datetime,
        window: str,
        changes: Mapping[str, Any],
        still: ColumnElement[bool],
    ) -> Application:
        changed = (
            update(application)
            .where(application.c.id == application_id, application.c.version == version, still)
            .values(**changes, version=version + 1, changed_at=at, changed_window=window)
            .returning(application)
        )
        row = self._transaction.one(changed)
        if row is None:
            raise self._outdated(application_id)
        return _application(row)

    def _outdated(self, application_id: UUID) -> Outdated:
        now = self._transaction.one(select(application).where(application.c.id == application_id))
        if now is None:
            return Outdated("application")
        return Outdated(_what(now), now.changed_at, now.changed_window)

    def _all(
        self, *conditions: ColumnElement[bool], newest_first: bool = False
    ) -> tuple[Application, ...]:
        filed, number = application.c.filed_at, application.c.number
        order = (filed.desc(), number.desc()) if newest_first else (filed, number)
        rows = self._transaction.all(select(application).where(*conditions).order_by(*order))
        return tuple(_application(row) for row in rows)


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [application.c.state.in_(sorted(wanted.states))]
    for column, value in (
        (application.c.kind, wanted.kind),
        (application.c.assigned_to, wanted.assigned_to),
        (application.c.hall, wanted.hall),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.filed_until is not None:
        found.append(application.c.filed_at <= wanted.filed_until)
    text = wanted.text.strip()
    if text:
        number = application.c.number.contains(text, autoescape=True)
        found.append(or_(number, application.c.id_number == text.upper()))
    return found


def _what(row: AnyRow) -> str:
    """What was done to it last."""
    if row.told_at is not None and row.told_at == row.changed_at:
        return "told"
    if row.state is not ApplicationState.FILED:
        return str(row.state)
    return "taken" if row.assigned_to is not None else "put_back"


def _values(one: Application) -> dict[str, Any]:
    values: dict[str, Any] = dict(vars(one))
    applicant, decision = values.pop("applicant"), values.pop("decision")
    values |= {column: getattr(applicant, name) for name, column in _APPLICANT.items()}
    return values | {c: getattr(decision, name, None) for name, c in _DECISION.items()}


def _application(row: AnyRow) -> Application:
    values: dict[str, Any] = dict(row._mapping)
    for only_here in ("changed_at", "changed_window", "holder_name"):
        values.pop(only_here, None)
    applicant = Applicant(**{name: values.pop(c) for name, c in _APPLICANT.items()})
    decided = {name: values.pop(c) for name, c in _DECISION.items()}
    decision = Decision(**decided) if decided["approved"] is not None else None
    return Application(applicant=applicant, decision=decision, **values)
