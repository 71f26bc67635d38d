"""Many rows at once into a table with a natural key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, bindparam, func, select

from desk_app.store.transaction import Transaction

if TYPE_CHECKING:
    from desk_app.store.transaction import AnyInsert

T = TypeVar("T")

BATCH = 5000
"""Rows that go to the database together."""


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows in lists of at most `BATCH`, streaming."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def put_rows(transaction: Transaction, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, or replace those with the same primary key; of two with one key the later one holds.

    A row has the table's columns in order, and begins with those of the key."""
    names, width = table.c.keys(), len(table.primary_key.columns)
    last = {tuple(row[:width]): row for row in rows}.values()
    if transaction.is_sqlite:
        insert = _or_replace(transaction.insert(table), table)
        transaction.execute(insert, [dict(zip(names, row, strict=True)) for row in last])
    else:
        columns = dict(zip(names, map(list, zip(*last, strict=True)), strict=True))
        transaction.execute(_from_arrays(transaction, table), columns)


def _from_arrays(transaction: Transaction, table: Table) -> AnyInsert:
    """One array per column: on PostgreSQL twice as fast as a statement per row."""
    from sqlalchemy.dialects import postgresql

    arrays = (bindparam(c.name, type_=postgresql.ARRAY(c.type)) for c in table.c)
    rows = func.unnest(*arrays).table_valued(*table.c.keys()).render_derived()
    return _or_replace(transaction.insert(table).from_select(table.c.keys(), select(rows)), table)


def _or_replace(insert: AnyInsert, table: Table) -> AnyInsert:
    fields = {c.name: insert.excluded[c.name] for c in table.c if not c.primary_key}
    key = table.primary_key.columns.keys()
    return insert.on_conflict_do_update(index_elements=key, set_=fields)
