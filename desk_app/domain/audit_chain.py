"""The chain of a hall's audit records: each holds the digest of the one before it (ADR 7).

The canonical form of a record is the netstrings of its fields, one after the other: the number of bytes of
the field's UTF-8 in decimal, a colon, those bytes, a comma; `-,` for a field without a value. The fields
stand in the order of `Link`, the digest before them first. No two records have the same form, and PostgreSQL
computes it in one line (`desk_link`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from desk_app.domain.audit import Action

GENESIS = "0" * 64
"""What stands before a hall's first record."""


class Link(NamedTuple):
    """A record as the store holds it, to the letter: so that even a forged one can be read and judged."""

    hall: str
    seq: int
    at: str
    action: str
    outcome: str
    operator_number: str
    window: str
    subject_reference: str | None
    reason: str | None
    detail: str | None
    previous: str
    digest: str


class Head(NamedTuple):
    """The last link of a hall's chain, as the store remembers it beside the records."""

    seq: int
    digest: str


@dataclass(frozen=True)
class Anchor:
    """What a purge has left in the place of the records that it removed: `digest` is that of the last one."""

    first: int
    last: int
    digest: str

    def __str__(self) -> str:
        return f"{self.first}-{self.last} {self.count} {self.digest}"

    @property
    def count(self) -> int:
        """How many records it stands for."""
        return self.last - self.first + 1

    @classmethod
    def read(cls, link: Link) -> Anchor | None:
        """The anchor that a record is; None when it is none."""
        is_anchor = link.action == Action.ANCHOR and link.detail is not None
        return cls.parsed(link.detail or "") if is_anchor else None

    @classmethod
    def parsed(cls, text: str) -> Anchor | None:
        """The anchor that a record's detail says; None when it says none."""
        removed, _, rest = text.partition(" ")
        first, _, last = removed.partition("-")
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
            return None
        anchor = cls(int(first), int(last), rest.partition(" ")[2])
        return anchor if str(anchor) == text else None


@dataclass(frozen=True)
class BrokenLink:
    """The first place where a chain does not hold. `at` is the time of the record that stands there, or of
    the last sound one before it when none does; None when neither can be told."""

    hall: str
    seq: int
    at: datetime | None


@dataclass(frozen=True)
class ChainReport:
    """What looking through one hall's chain gave: how many records stand, from `first` to `last`, the digest
    of the last one (to be compared with one noted earlier), and where the chain breaks, if it does."""

    hall: str
    records: int
    first: int
    last: int
    digest: str
    broken: BrokenLink | None = None


def canonical(link: Link) -> bytes:
    """The bytes that the digest covers."""
    fields = (link.previous, *link[:-2])
    return b"".join(_netstring(None if field is None else str(field)) for field in fields)


def digest_of(link: Link) -> str:
    """SHA-256 over the canonical form, hexadecimal."""
    return sha256(canonical(link)).hexdigest()


def moment(at: datetime) -> str:
    """A time as it is chained: ISO 8601 in UTC with microseconds, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def check(
    hall: str,
    links: Iterable[Link],
    head: Head | None,
    progress: Callable[[int], None] | None = None,
) -> ChainReport:
    """Follow a hall's records, lowest number first, up to its head. A chain that does not begin with number 1
    holds if an anchor further on says what stood before; `progress` gets the number of each record."""
    first, seq, previous, at = 1, 0, GENESIS, None
    start: Link | None = None
    anchored = False
    for link in links:
        if seq == 0 and link.seq > 1:
            first, seq, previous, start = link.seq, link.seq - 1, link.previous, link
        if (link.seq, link.previous) != (seq + 1, previous) or digest_of(link) != link.digest:
            found = _time(link.at) if link.seq == seq + 1 else at
            return _report(hall, first, seq, previous, BrokenLink(hall, seq + 1, found))
        seq, previous, at = link.seq, link.digest, _time(link.at)
        anchor = Anchor.read(link)
        if start is not None and anchor is not None:
            anchored |= (anchor.last, anchor.digest) == (first - 1, start.previous)
        if progress is not None:
            progress(seq)
    broken = None
    if start is not None and not anchored:
        broken = BrokenLink(hall, 1, _time(start.at))
    elif head is None or head != (seq, previous):
        broken = BrokenLink(hall, seq + 1, at)
    return _report(hall, first, seq, previous, broken)


def _report(
    hall: str, first: int, last: int, digest: str, broken: BrokenLink | None
) -> ChainReport:
    return ChainReport(hall, last - first + 1, first, last, digest, broken)


def _netstring(field: str | None) -> bytes:
    if field is None:
        return b"-,"
    text = field.encode()
    return b"%d:%b," % (len(text), text)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
