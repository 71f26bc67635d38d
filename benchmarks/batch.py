"""Documents per second of a whole batch, with one process and with one per core, against drawing alone.

The floor draws the same statements in this process, one after the other, and throws them away: no store, no
file, no record. Ours reads, draws, makes files durable and records them, in an encrypted database.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from benchmarks import Measure
from desk_app.app import SystemClock
from desk_app.domain.batch import BatchOrder, BatchScope, Delivery
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.domain.statement import StatementContent, StatementKind
from desk_app.print.binding import PdfBinder
from desk_app.print.documents import StatementDocuments
from desk_app.print.workers import ProcessDrawings
from desk_app.regions import policy_of
from desk_app.seeding import seed
from desk_app.services.batches import Batches
from desk_app.services.ports import Language
from desk_app.store.engine import SqlStore, open_store

PEOPLE = 1200
YEAR = 2025
DESK = Desk("hall", "1", "310000", Operator("bench", "bench", frozenset({Role.SUPERVISOR})))


def measure() -> list[Measure]:
    """Fill a database, then issue everybody's statement with one process, and again with all of them."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as home:
        store = open_store(None, Path(home))
        store.upgrade()
        seed(store, PEOPLE)
        cores = len(os.sched_getaffinity(0))
        floor = _floor(store)
        alone, _ = _batch(store, Path(home) / "one", 1)
        together, people = _batch(store, Path(home) / "all", cores)
        store.close()
    note = f"{people} people, {len(os.sched_getaffinity(0))} cores; per document"
    return [
        Measure("batch, 1 process, per document", "ms", alone, floor, note),
        Measure(f"batch, {cores} processes, per document", "ms", together, floor, note),
        Measure(
            f"batch, {cores} processes against 1", "ms", together, alone, "files and records too"
        ),
    ]


def _floor(store: SqlStore) -> float:
    """Milliseconds per document, drawn here."""
    documents, imprint = StatementDocuments(), _imprint()
    months = MonthRange.year(YEAR)
    people = _insured(store)
    with store.begin(write=False) as uow:
        found = uow.batches.on_record(people, months)
    sheets = [
        StatementContent(
            StatementKind.ANNUAL,
            one.holder,
            months,
            one.contributions,
            tuple(each for each in one.account if each.year == YEAR),
            imprint.printed_at.date(),
            one.card_number,
            tuple(each for each in one.account if each.year <= YEAR),
        )
        for one in found.values()
    ]
    documents.statement(sheets[0], imprint, Language.CHINESE)  # opens the fonts
    started = time.perf_counter()
    for sheet in sheets:
        documents.statement(sheet, imprint, Language.CHINESE)
    return (time.perf_counter() - started) / len(sheets) * 1000


def _insured(store: SqlStore) -> list[str]:
    """A few hundred of those who will be in the batch."""
    batches = _service(store)
    planned = batches.plan(DESK, _order())
    with store.begin(write=False) as uow:
        return [item.id_number for item in uow.batches.waiting(planned.id, 300)]


def _batch(store: SqlStore, folder: Path, processes: int) -> tuple[float, int]:
    """Milliseconds per document, and how many; all of the run, with the start of its processes: a clock that
    begins with the first chunk would leave out what the others have drawn meanwhile."""
    batches = _service(store)
    planned = batches.plan(DESK, _order())
    started = time.perf_counter()
    batches.run(DESK, planned.id, folder, workers=processes)
    return (time.perf_counter() - started) / planned.counts.total * 1000, planned.counts.total


def _service(store: SqlStore) -> Batches:
    drawings, policy = ProcessDrawings(StatementDocuments), policy_of("310000")
    return Batches(store, drawings, PdfBinder(), SystemClock(), policy, "https://v.example")


def _order() -> BatchOrder:
    return BatchOrder(BatchScope.CITY, YEAR, "zh_CN", Delivery.PERSON, "benchmark")


def _imprint() -> Imprint:
    code = "2345-6789-ABCD-EFGH"
    at = SystemClock().now()
    return Imprint("310000-20260101-000001", code, "https://v.example", 1, at, "hall", "1", "bench")
