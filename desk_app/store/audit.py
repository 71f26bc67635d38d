"""The audit trail: append-only by triggers, chained by SM3 (GB/T 32905), citizens by keyed digest only.

On PostgreSQL the triggers prevent changes; whoever owns an SQLite file can drop them, and the chain then
shows what was touched. A citizen is an HMAC of the ID number under the installation's own key, so that
the trail alone names nobody, yet everything about one citizen can be found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import select

from desk_app.domain.audit import Action, AuditEntry, AuditRecord, Outcome
from desk_app.domain.errors import StoreUnavailable
from desk_app.store.tables import audit, audit_head, installation
from desk_app.store.transaction import AnyRow, Transaction

GENESIS = "0" * 64
"""What stands before the first record."""

_LINKED = [column.name for column in audit.c if column.name not in ("previous", "digest")]
"""What a digest covers, in this order, beside the digest before it."""

_PAGE = 500
_HEAD = select(audit_head.c.seq, audit_head.c.digest, installation.c.pepper).join_from(
    audit_head, installation, installation.c.id == audit_head.c.id
)


class SqlAudit:
    """Implements `services.ports.Audit`.

    Entries wait until `flush`, which the unit of work calls last: so the chain's head, which all writers of
    a PostgreSQL share, is locked for a moment only and always after every other row."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._waiting: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        """Chain one entry on."""
        self._waiting.append(entry)

    def records(self, *, after: int = 0) -> Iterator[AuditRecord]:
        """From the oldest on, streaming."""
        self.flush()
        for row in self._rows(after):
            values = dict(row._mapping)
            values["at"] = datetime.fromisoformat(row.at)
            values["action"], values["outcome"] = Action(row.action), Outcome(row.outcome)
            yield AuditRecord(**values)

    def first_broken(self) -> int | None:
        """Sequence number of the first record whose chain does not hold; None when all hold. Records cut
        off at the end are missed because the head remembers them."""
        self.flush()
        seq, previous = 0, GENESIS
        for row in self._rows(0):
            seq += 1
            if row.seq != seq or row.previous != previous or row.digest != link(row._mapping):
                return seq
            previous = row.digest
        head = self._transaction.one(_HEAD)
        whole = head is not None and (head.seq, head.digest) == (seq, previous)
        return None if whole else seq + 1

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        head = self._transaction.one(self._transaction.held(_HEAD, audit_head))
        if head is None:
            raise StoreUnavailable("audit")
        digest, pepper, rows = head.digest, bytes.fromhex(head.pepper), []
        for seq, entry in enumerate(self._waiting, head.seq + 1):
            row = _row(seq, entry, pepper) | {"previous": digest}
            row["digest"] = digest = link(row)
            rows.append(row)
        self._waiting.clear()
        self._transaction.execute(audit.insert(), rows)

    def _rows(self, after: int) -> Iterator[AnyRow]:
        page = select(audit).order_by(audit.c.seq).limit(_PAGE)
        while rows := self._transaction.all(page.where(audit.c.seq > after)):
            yield from rows
            after = rows[-1].seq


def link(row: Mapping[Any, Any]) -> str:
    """The digest of a record: SM3 over the previous one and the record's canonical JSON, hexadecimal."""
    fields = [row[name] for name in _LINKED]
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), default=repr)
    digest = Hash(SM3())
    digest.update(str(row["previous"]).encode() + text.encode())
    return digest.finalize().hex()


def reference(id_number: str, pepper: bytes) -> str:
    """What stands for a citizen: HMAC-SM3 of the ID number, hexadecimal."""
    keyed = HMAC(pepper, SM3())
    keyed.update(id_number.encode())
    return keyed.finalize().hex()


def _row(seq: int, entry: AuditEntry, pepper: bytes) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": str(entry.action),
        "outcome": str(entry.outcome),
        "operator_number": entry.operator_number,
        "window": entry.window,
        "subject_reference": None if entry.subject is None else reference(entry.subject, pepper),
        "reason": entry.reason,
        "detail": entry.detail,
    }
