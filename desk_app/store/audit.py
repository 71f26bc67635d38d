"""The audit trail: append-only by triggers, one chain per hall, citizens by keyed digest only.

On PostgreSQL the database itself numbers, chains and writes (`desk_audit`), and nobody can get past it;
whoever owns an SQLite file can drop its triggers, and the chain then shows what was touched. A citizen is an
HMAC of the ID number under the installation's own key, so that the trail alone names nobody, yet everything
about one citizen can be found.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, text, tuple_, union

from desk_app.domain.audit import EVERYTHING, Action, AuditEntry, AuditQuery, AuditRecord, Outcome
from desk_app.domain.audit_chain import (
    GENESIS,
    Anchor,
    BrokenLink,
    ChainReport,
    Head,
    Link,
    check,
    digest_of,
)
from desk_app.domain.audit_chain import moment as chained
from desk_app.domain.errors import StoreUnavailable, TrailBroken
from desk_app.store.tables import audit, audit_head, installation
from desk_app.store.transaction import AnyRow, AnySelect, Transaction

_PAGE = 500
_place = tuple_(audit.c.hall, audit.c.seq)
_age = tuple_(audit.c.at, audit.c.hall, audit.c.seq)
_BY_SERVER = text(
    "SELECT desk_audit(:hall, :at, :action, :outcome, :operator_number, :window, :subject, :reason, :detail)"
)
_PURGE_BY_SERVER = text(
    "SELECT desk_purge(:hall, :at, :operator_number, :window, :reason, :detail)"
)


class SqlAudit:
    """Implements `services.ports.Audit`.

    Entries wait until `flush`, which the unit of work calls last: so a chain's head, which all writers of a
    hall share, is locked for a moment only and always after every other row."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._waiting: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        """Chain one entry on."""
        self._waiting.append(entry)

    def records(self, query: AuditQuery = EVERYTHING) -> Iterator[AuditRecord]:
        """Hall by hall, from the oldest on, streaming. Raises TrailBroken at a record that is none."""
        self.flush()
        return (_record(row) for row in self._rows(self._found(query)))

    def page(
        self, query: AuditQuery, size: int, before: AuditRecord | None = None
    ) -> tuple[AuditRecord, ...]:
        """The newest `size` records of all halls, or the newest that come before one of them."""
        self.flush()
        found = self._found(query)
        if before is not None:
            found = found.where(_age < (chained(before.at), before.hall, before.seq))
        newest = (column.desc() for column in (audit.c.at, audit.c.hall, audit.c.seq))
        return tuple(map(_record, self._transaction.all(found.order_by(*newest).limit(size))))

    def count(self) -> int:
        """How many records there are."""
        self.flush()
        row = self._transaction.one(select(func.count()).select_from(audit))
        return int(row[0]) if row is not None else 0

    def older_than(self, moment: datetime) -> dict[str, Anchor]:
        """By hall, the records at the beginning of its chain that are all older."""
        self.flush()
        young = chained(moment)
        kept = func.min(case((audit.c.at >= young, audit.c.seq)))
        spans = select(audit.c.hall, func.min(audit.c.seq), func.max(audit.c.seq), kept)
        found = {}
        for hall, first, last, first_kept in self._transaction.all(spans.group_by(audit.c.hall)):
            end = last if first_kept is None else first_kept - 1
            if end >= first:
                found[hall] = Anchor(first, end, self._digest(hall, end))
        return found

    def purge(self, entry: AuditEntry) -> None:
        """Chain an anchor on, and remove what it stands for."""
        self.flush()
        if self._transaction.is_sqlite:
            self._chain([entry])
            of_hall = audit.c.hall == entry.hall
            removed = Anchor.parsed(entry.detail or "")
            if removed is not None:
                self._transaction.execute(
                    audit.delete().where(of_hall, audit.c.seq <= removed.last)
                )
        else:
            self._transaction.execute(_PURGE_BY_SERVER, _values(entry))

    def verify(self, progress: Callable[[int], None] | None = None) -> tuple[ChainReport, ...]:
        """Follow the chain of every hall, also of one whose head or whose records are gone; `progress` gets
        how many records were looked at."""
        self.flush()
        halls = union(select(audit.c.hall), select(audit_head.c.hall)).subquery()
        names = self._transaction.all(select(halls.c.hall).order_by(halls.c.hall))
        looked_at = 0
        reports = []
        for (hall,) in names:
            report = self._verified(hall, progress, looked_at)
            reports.append(report)
            looked_at += report.records
        return tuple(reports)

    def first_broken(self) -> BrokenLink | None:
        """The first place where a hall's chain does not hold; None when all hold."""
        return next((r.broken for r in self.verify() if r.broken is not None), None)

    def flush(self) -> None:
        """Write what waits. Halls take their turns by name, so that no two writers wait for each other."""
        entries, self._waiting = sorted(self._waiting, key=lambda entry: entry.hall), []
        if not entries:
            return
        if self._transaction.is_sqlite:
            self._chain(entries)
        else:
            self._transaction.execute(_BY_SERVER, [_values(entry) for entry in entries])

    def _chain(self, entries: list[AuditEntry]) -> None:
        """Number and chain entries here: an embedded database has nobody else to do it."""
        pepper = self._pepper()
        heads: dict[str, Head] = {}
        links = []
        for entry in entries:
            head = heads.get(entry.hall) or self._head_to_write(entry.hall)
            unsigned = _link(entry, head, pepper)
            link = unsigned._replace(digest=digest_of(unsigned))
            heads[entry.hall] = Head(link.seq, link.digest)
            links.append(link._asdict())
        self._transaction.execute(audit.insert(), links)

    def _head_to_write(self, hall: str) -> Head:
        head = self._head(hall)
        if head is None:
            if self._transaction.one(select(audit.c.seq).where(audit.c.hall == hall).limit(1)):
                raise StoreUnavailable("audit")
            head = Head(0, GENESIS)
            self._transaction.execute(audit_head.insert(), {"hall": hall, **head._asdict()})
        return head

    def _head(self, hall: str) -> Head | None:
        asked = select(audit_head.c.seq, audit_head.c.digest).where(audit_head.c.hall == hall)
        row = self._transaction.one(asked)
        return None if row is None else Head(*row)

    def _digest(self, hall: str, seq: int) -> str:
        asked = select(audit.c.digest).where(audit.c.hall == hall, audit.c.seq == seq)
        row = self._transaction.one(asked)
        return "" if row is None else str(row.digest)

    def _verified(
        self, hall: str, progress: Callable[[int], None] | None, before: int
    ) -> ChainReport:
        rows = self._rows(select(audit).where(audit.c.hall == hall))
        links = (Link(**row._mapping) for row in rows)
        if progress is None:
            return check(hall, links, self._head(hall))
        return check(hall, links, self._head(hall), lambda count: progress(before + count))

    def _rows(self, found: AnySelect) -> Iterator[AnyRow]:
        """All rows of a query in the order of their key, a page at a time."""
        page = found.order_by(audit.c.hall, audit.c.seq).limit(_PAGE)
        rows = self._transaction.all(page)
        while rows:
            yield from rows
            rows = self._transaction.all(page.where(_place > (rows[-1].hall, rows[-1].seq)))

    def _found(self, query: AuditQuery) -> AnySelect:
        found: AnySelect = select(audit)
        exact = {
            audit.c.operator_number: query.operator_number,
            audit.c.action: query.action,
            audit.c.outcome: query.outcome,
            audit.c.hall: query.hall,
        }
        for column, value in exact.items():
            if value is not None:
                found = found.where(column == str(value))
        if query.citizen is not None:
            found = found.where(audit.c.subject_reference == self._reference(query.citizen))
        if query.since is not None:
            found = found.where(audit.c.at >= chained(query.since))
        if query.until is not None:
            found = found.where(audit.c.at < chained(query.until))
        return found

    def _reference(self, id_number: str) -> str:
        if self._transaction.is_sqlite:
            return reference(id_number, self._pepper())
        row = self._transaction.one(select(func.desk_reference(id_number)))
        return str(row[0]) if row is not None else ""

    def _pepper(self) -> bytes:
        row = self._transaction.one(select(installation.c.pepper))
        if row is None:
            raise StoreUnavailable("audit")
        return bytes.fromhex(row.pepper)


def reference(id_number: str, pepper: bytes) -> str:
    """What stands for a citizen: HMAC-SHA-256 of the ID number, hexadecimal."""
    return hmac.digest(pepper, id_number.encode(), "sha256").hex()


def _values(entry: AuditEntry) -> dict[str, Any]:
    return vars(entry) | {"at": chained(entry.at)}


def _link(entry: AuditEntry, head: Head, pepper: bytes) -> Link:
    return Link(
        entry.hall,
        head.seq + 1,
        chained(entry.at),
        str(entry.action),
        str(entry.outcome),
        entry.operator_number,
        entry.window,
        None if entry.subject is None else reference(entry.subject, pepper),
        entry.reason,
        entry.detail,
        head.digest,
        "",
    )


def _record(row: AnyRow) -> AuditRecord:
    values: dict[str, Any] = dict(row._mapping)
    try:
        values["at"] = datetime.fromisoformat(row.at)
        values["action"], values["outcome"] = Action(row.action), Outcome(row.outcome)
    except ValueError as error:
        raise TrailBroken(row.hall, row.seq) from error
    return AuditRecord(**values)
