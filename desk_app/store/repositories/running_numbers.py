"""Running numbers per region and day: of statements, and of applications."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table

from desk_app.store.transaction import Transaction


def running_number(transaction: Transaction, counter: Table, region: str, day: datetime) -> str:
    """`310000-20261123-000042`: the next of the day, counted in the region's own time, unique, and never
    given again once this unit of work is committed."""
    insert = transaction.insert(counter)
    counted = insert.on_conflict_do_update(
        index_elements=["region", "day"], set_={"last": counter.c.last + 1}
    ).returning(counter.c.last)
    first = {"region": region, "day": day.date(), "last": 1}
    number = transaction.execute(counted, first).scalar_one()
    return f"{region}-{day:%Y%m%d}-{number:06d}"
