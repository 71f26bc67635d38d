"""Audit records as a file: a table for people and their spreadsheets, or JSON lines for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import StrEnum
from typing import BinaryIO

from desk_app.domain.audit import AuditRecord
from desk_app.domain.audit_chain import moment

COLUMNS = tuple(field.name for field in fields(AuditRecord))

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula; such a text gets an apostrophe in front."""


class ExportFormat(StrEnum):
    """CSV is UTF-8 with a byte order mark, which spreadsheets need. A JSON line holds every field to the
    letter of what was chained, so that the digests can be computed again."""

    CSV = "csv"
    JSONL = "jsonl"


def write(file: BinaryIO, records: Iterable[AuditRecord], form: ExportFormat) -> int:
    """Write the records as they come, and give their number."""
    lines = _csv(records) if form is ExportFormat.CSV else _json_lines(records)
    count = -1 if form is ExportFormat.CSV else 0  # the header is none
    for line in lines:
        file.write(line.encode())
        count += 1
    return count


def _csv(records: Iterable[AuditRecord]) -> Iterator[str]:
    yield "\ufeff" + _csv_line(COLUMNS)
    for record in records:
        yield _csv_line([_harmless(value) for value in _values(record).values()])


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _json_lines(records: Iterable[AuditRecord]) -> Iterator[str]:
    for record in records:
        yield json.dumps(_values(record), ensure_ascii=False) + "\n"


def _values(record: AuditRecord) -> dict[str, object]:
    return {**vars(record), "at": moment(record.at)}


def _harmless(value: object) -> object:
    text = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if text else value
