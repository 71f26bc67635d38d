"""The surrogate keys by which the big tables refer to insured persons."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ScalarSelect, bindparam, select

from desk_app.domain.errors import UnknownPerson
from desk_app.store.tables import holder
from desk_app.store.transaction import Transaction


def person_key() -> ScalarSelect[int]:
    """The key of the person whose number is bound as `id_number`; NULL when unknown."""
    return select(holder.c.id).where(holder.c.id_number == bindparam("id_number")).scalar_subquery()


def person_keys(transaction: Transaction, id_numbers: Iterable[str]) -> dict[str, int]:
    """The keys of several people. Raises UnknownPerson when one is not in the store."""
    asked = set(id_numbers)
    found = select(holder.c.id_number, holder.c.id).where(holder.c.id_number.in_(sorted(asked)))
    keys = {row.id_number: row.id for row in transaction.all(found)}
    if len(keys) < len(asked):
        raise UnknownPerson
    return keys
