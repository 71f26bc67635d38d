"""Loading one person's 300 months among 1,000,000 rows, against the same question in raw SQL.

Both read the same encrypted file over connections with the same cache. The floor gives the driver's bare
tuples; ours gives the contributions that a statement prints, and opens and ends a unit of work around it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import Measure
from desk_app.domain.contribution import Contribution, ContributionState, Insurance, MonthRange
from desk_app.domain.holder import Holder
from desk_app.store.connections import encrypted_sqlite
from desk_app.store.engine import DATABASE_FILE, SqlStore, open_store

ROWS = 1_000_000
MONTHS = 300
PEOPLE = ROWS // (MONTHS * len(Insurance)) + 1
ROUNDS = 500

ASKED = MonthRange(200001, 202412)
RAW = """
SELECT c.month, c.insurance, e.number, e.name, c.base_fen, c.employer_fen, c.personal_fen, c.state
FROM contribution AS c JOIN employer AS e ON e.id = c.employer
WHERE c.person = (SELECT id FROM holder WHERE id_number = ?) AND c.month BETWEEN ? AND ?
ORDER BY c.month, c.insurance
"""


def measure() -> list[Measure]:
    """Fill a database (some 20 s), then load people in turn from it, ours and raw alternating."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as home:
        store = open_store(None, Path(home))
        started = time.perf_counter()
        _fill(store)
        note = f"filled in {time.perf_counter() - started:.0f} s; 4 insurances, 1,200 rows"
        engines = encrypted_sqlite(Path(home) / DATABASE_FILE)
        with engines.reading.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            ours, floor = _compared(_ours(store), _raw(raw))
        engines.dispose()
        store.close()
    return [Measure("load 300 months of one person among 1,000,000 rows", "ms", ours, floor, note)]


def _fill(store: SqlStore) -> None:
    store.upgrade()
    with store.begin() as uow:
        for person in range(PEOPLE):
            uow.holders.put(Holder(_number(person), f"示例{person}"))
        uow.contributions.add(_rows())
        uow.commit()


def _rows() -> Iterator[tuple[str, Contribution]]:
    """Everybody changes the employer every five years."""
    for person in range(PEOPLE):
        for month in range(MONTHS):
            by = (person * 7 + month // 60) % 500
            for insurance in Insurance:
                yield (
                    _number(person),
                    Contribution(
                        (2000 + month // 12) * 100 + month % 12 + 1,
                        insurance,
                        f"9131000{by:011}",
                        f"上海示例第{by}有限公司",
                        746_000 + month,
                        119_360,
                        59_680,
                        ContributionState.PAID,
                    ),
                )


def _number(person: int) -> str:
    return f"31010119880{person:07}"


def _ours(store: SqlStore) -> Callable[[str], int]:
    def load(id_number: str) -> int:
        with store.begin(write=False) as uow:
            return len(uow.contributions.of_person(id_number, ASKED))

    return load


def _raw(connection: Any) -> Callable[[str], int]:
    def load(id_number: str) -> int:
        return len(connection.execute(RAW, (id_number, ASKED.first, ASKED.last)).fetchall())

    return load


def _compared(*loads: Callable[[str], int]) -> list[float]:
    """The median of each, in milliseconds, over the same people, with everybody in both caches."""
    for person in range(PEOPLE):
        for load in loads:
            load(_number(person))
    chosen = random.Random(1)
    times: list[list[float]] = [[] for _ in loads]
    for _ in range(ROUNDS):
        person = chosen.randrange(PEOPLE)
        for load, taken in zip(loads, times, strict=True):
            started = time.perf_counter()
            rows = load(_number(person))
            taken.append((time.perf_counter() - started) * 1000)
            assert rows == MONTHS * len(Insurance)
    return [median(taken) for taken in times]


if __name__ == "__main__":
    for one in measure():
        print(
            f"{one.name}: {one.ours:.2f} / {one.floor:.2f} {one.unit}, {one.ratio:.2f} ({one.note})"
        )
