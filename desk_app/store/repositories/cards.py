"""The city's card register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, exists, select, update

from desk_app.domain.application import ApplicationState
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.errors import StaleVersion, UnknownPerson
from desk_app.domain.lifecycle import Change, sources
from desk_app.domain.numbers import FIRST_SERIAL
from desk_app.store.tables import application, card, card_counter, holder, temporary_loss
from desk_app.store.transaction import AnyRow, Transaction

_EXPIRING = card.c.state.in_(
    bindparam("expiring", sources(Change.EXPIRE), expanding=True, literal_execute=True)
)
"""Spelled out in the query, as in the index `card_expiry`: else SQLite would not use that."""


class SqlCards:
    """Implements `services.ports.Cards`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, identification_code: str) -> RegisteredCard | None:
        """One card. In a unit of work that writes, nobody else changes it until that ends."""
        found = select(card).where(card.c.identification_code == identification_code)
        return _value(self._transaction.one(self._transaction.held(found, card)))

    def of_holder(self, id_number: str) -> tuple[RegisteredCard, ...]:
        """All cards of a person, newest issue first."""
        newest_first = card.c.issued_on.desc().nulls_last(), card.c.identification_code
        found = select(card).where(card.c.id_number == id_number).order_by(*newest_first)
        return _values(self._transaction.all(found))

    def add(self, new: RegisteredCard) -> None:
        """A new card. Raises UnknownPerson when its holder is not in the store."""
        person = select(holder.c.id).where(holder.c.id_number == new.id_number)
        if self._transaction.one(person) is None:
            raise UnknownPerson
        self._transaction.execute(card.insert(), vars(new))

    def change_state(
        self, identification_code: str, state: CardState, version: int
    ) -> RegisteredCard:
        """Set the state and raise the version by one, if it still is `version`; else StaleVersion."""
        changed = (
            update(card)
            .where(card.c.identification_code == identification_code, card.c.version == version)
            .values(state=state, version=version + 1)
            .returning(card)
        )
        after = _value(self._transaction.one(changed))
        if after is None:
            current = self.get(identification_code)
            raise StaleVersion(current.version if current is not None else None)
        return after

    def next_serial(self, region: str) -> int:
        """A serial number that no card of the region has had, for one that is to be made."""
        insert = self._transaction.insert(card_counter)
        counted = insert.on_conflict_do_update(
            index_elements=["region"], set_={"last": card_counter.c.last + 1}
        ).returning(card_counter.c.last)
        first = {"region": region, "last": FIRST_SERIAL}
        serial: int = self._transaction.execute(counted, first).scalar_one()
        return serial

    def to_expire(self, today: date, limit: int) -> tuple[str, ...]:
        """Those that expire by the calendar (`card_expiry` is the index for it), oldest last day first."""
        of_card, code = card.c.identification_code, application.c.identification_code
        waits = exists().where(code == of_card, application.c.state == ApplicationState.FILED)
        lost = temporary_loss.c.identification_code == of_card
        protected = exists().where(lost, temporary_loss.c.ended_at.is_(None))
        found = (
            select(of_card)
            .where(card.c.valid_until < today, _EXPIRING, ~waits, ~protected)
            .order_by(card.c.valid_until, of_card)
            .limit(limit)
        )
        return tuple(row.identification_code for row in self._transaction.all(found))

    def mirrored(self, identification_code: str, version: int) -> None:
        """Remember that the platform has acknowledged this version; an older one is not remembered."""
        self._transaction.execute(
            update(card)
            .where(card.c.identification_code == identification_code)
            .where(card.c.mirrored_version < version)
            .values(mirrored_version=version)
        )

    def outbid(self, identification_code: str, version: int) -> RegisteredCard:
        """Raise the version above `version`, which the platform holds, and give the card."""
        self._transaction.execute(
            update(card)
            .where(card.c.identification_code == identification_code, card.c.version <= version)
            .values(version=version + 1)
        )
        after = self.get(identification_code)
        if after is None:
            raise StaleVersion
        return after


def _value(row: AnyRow | None) -> RegisteredCard | None:
    return RegisteredCard(**row._mapping) if row is not None else None


def _values(rows: Sequence[AnyRow]) -> tuple[RegisteredCard, ...]:
    return tuple(RegisteredCard(**row._mapping) for row in rows)
