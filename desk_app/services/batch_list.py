"""ID numbers of a batch, typed or in a file: one per line, or the column `id_number` of a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from desk_app.domain.errors import InvalidInput

COLUMN = "id_number"


def listed_in(path: Path) -> tuple[str, ...]:
    """Those of a CSV file, in its order, each once. Raises InvalidInput when it is none, or empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return listed(lines)
    except OSError as error:
        raise InvalidInput("file", "unreadable") from error


def listed(lines: Iterable[str]) -> tuple[str, ...]:
    """Those of some lines. Whether they are anybody's is found out person by person. Raises InvalidInput."""
    try:
        found = tuple(dict.fromkeys(_numbers(csv.reader(lines, strict=True))))
    except UnicodeDecodeError as error:
        raise InvalidInput("file", "not_utf8") from error
    except csv.Error as error:
        raise InvalidInput("file", "not_csv") from error
    if not found:
        raise InvalidInput("file", "empty")
    return found


def _numbers(rows: Iterator[list[str]]) -> Iterator[str]:
    column = 0
    for place, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        if place == 0 and COLUMN in cells:
            column = cells.index(COLUMN)
        elif len(cells) > column and cells[column]:
            yield cells[column].upper()
