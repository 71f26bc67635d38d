"""Column types that give the same values on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer
from sqlalchemy.types import TypeDecorator

from desk_app.domain.errors import BrokenPromise

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A surrogate key; SQLite numbers rows by itself only under the very type name INTEGER."""


class Moment(TypeDecorator[datetime]):
    """A timezone-aware moment, given back in UTC. SQLite has no time zones and holds plain UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the driver gets. Raises BrokenPromise for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise BrokenPromise("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the driver gave, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def coded(codes: type[StrEnum]) -> Enum:
    """One of the codes, stored as its value; the migrations hold the CHECK that says so."""
    return Enum(
        codes,
        native_enum=False,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )
