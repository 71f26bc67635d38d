"""Import of contributions from a CSV file: streamed, all or nothing per file, every bad row named.

Columns (header line, any order): id_number, month (YYYYMM or YYYY-MM), insurance (pension, medical,
unemployment, work_injury), employer_number, employer_name, base, employer, personal (yuan, at most two
decimals), state (paid, owed, transferred_in). UTF-8, with or without a byte order mark.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, TypeVar

from desk_app.domain.audit import Action
from desk_app.domain.contribution import (
    Contribution,
    ContributionState,
    Insurance,
    is_month,
)
from desk_app.domain.errors import BadRow, ImportRejected, InvalidInput
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Store, UnitOfWork
from desk_app.services.trail import record

COLUMNS = (
    "id_number",
    "month",
    "insurance",
    "employer_number",
    "employer_name",
    "base",
    "employer",
    "personal",
    "state",
)
MAX_LISTED = 1000
"""Bad rows that are named one by one; beyond that they are only counted."""

_MAX_FEN = 10**12
_PROGRESS_EVERY = 2000

T = TypeVar("T")
BytesDone = Callable[[int, int], None]


@dataclass(frozen=True)
class ContributionImport:
    """One file is one transaction."""

    store: Store
    clock: Clock

    @on(LaneName.STORE)
    @needs(Permission.IMPORT, Action.IMPORT, ImportRejected)
    def run(self, desk: Desk, path: Path, progress: BytesDone | None = None) -> int:
        """Import a file and give the number of its rows; `progress` gets bytes read and bytes in all.

        Raises ImportRejected with every bad row, after which nothing of the file is in the store, and
        InvalidInput when it cannot be read as such a file at all."""
        with _opened(path) as file, self.store.begin() as uow:
            rows = _Rows(file, uow, path.stat().st_size, progress)
            count = uow.contributions.add(rows)
            if rows.bad_total:
                raise ImportRejected(tuple(rows.bad), rows.bad_total)
            record(uow, self.clock, desk, Action.IMPORT, detail=f"contributions {count}")
            uow.commit()
        return count


def _opened(path: Path) -> IO[str]:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise InvalidInput("file", "unreadable") from error


@dataclass
class _Rows:
    """Iterates over the good rows of a file, and collects the bad ones on the way."""

    file: IO[str]
    uow: UnitOfWork
    size: int
    progress: BytesDone | None
    bad: list[BadRow] = field(default_factory=list)
    bad_total: int = 0
    _known: dict[str, bool] = field(default_factory=dict)
    _seen: set[tuple[str, int, int]] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[str, Contribution]]:
        reader = csv.DictReader(self.file, strict=True)
        try:
            present = reader.fieldnames or ()
            if missing := [column for column in COLUMNS if column not in present]:
                rows = tuple(BadRow(1, column, "missing") for column in missing)
                raise ImportRejected(rows, len(rows))
            for number, row in enumerate(reader):
                try:
                    yield self._checked(row)
                except _Bad as bad:
                    line = reader.line_num - _breaks_within(row)
                    self._reject(BadRow(line, bad.column, bad.problem))
                if number % _PROGRESS_EVERY == 0:
                    self._report(self.file.buffer.tell())  # type: ignore[attr-defined]
        except UnicodeDecodeError as error:
            raise InvalidInput("file", "not_utf8") from error
        except csv.Error as error:
            raise InvalidInput("file", "not_csv") from error
        self._report(self.size)

    def _checked(self, row: dict[str, str]) -> tuple[str, Contribution]:
        id_number, contribution = _parsed(row)
        if not self._is_known(id_number):
            raise _Bad("id_number", "unknown_person")
        key = (id_number, contribution.month, contribution.insurance)
        if key in self._seen:
            raise _Bad("month", "twice_in_file")
        self._seen.add(key)
        return id_number, contribution

    def _reject(self, row: BadRow) -> None:
        self.bad_total += 1
        if len(self.bad) < MAX_LISTED:
            self.bad.append(row)

    def _is_known(self, id_number: str) -> bool:
        known = self._known.get(id_number)
        if known is None:
            known = self._known[id_number] = self.uow.holders.get(id_number) is not None
        return known

    def _report(self, done: int) -> None:
        if self.progress is not None:
            self.progress(done, self.size)


class _Bad(Exception):
    """Why a row cannot be taken."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column, self.problem = column, problem


def _breaks_within(row: dict[str, Any]) -> int:
    """Line breaks inside a row's quoted values: the row began that many lines before its last one."""
    values = (v for value in row.values() for v in (value if isinstance(value, list) else [value]))
    return sum(len(value.splitlines()) - 1 for value in values if value)


def _parsed(row: dict[str, str]) -> tuple[str, Contribution]:
    if None in row or None in row.values():
        raise _Bad("row", "wrong_number_of_columns")

    def value(column: str, parse: Callable[[str], T]) -> T:
        text = row[column].strip()
        if not text:
            raise _Bad(column, "empty")
        try:
            return parse(text)
        except (ValueError, KeyError, InvalidOperation) as error:
            raise _Bad(column, "not_valid") from error

    return value("id_number", str.upper), Contribution(
        value("month", _month),
        value("insurance", lambda text: Insurance[text.upper()]),
        value("employer_number", str),
        value("employer_name", str),
        value("base", _fen),
        value("employer", _fen),
        value("personal", _fen),
        value("state", ContributionState),
    )


def _month(text: str) -> int:
    value = int(text.replace("-", "", 1))
    if not is_month(value):
        raise ValueError(text)
    return value


def _fen(text: str) -> int:
    fen = Decimal(text) * 100
    if fen != fen.to_integral_value() or not 0 <= fen < _MAX_FEN:
        raise ValueError(text)
    return int(fen)
