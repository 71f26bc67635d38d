"""What the counter knows of e-cards."""

from __future__ import annotations

from sqlalchemy import select

from desk_app.domain.e_card import ECard, ECardState
from desk_app.domain.errors import OneToOne
from desk_app.store.tables import e_card
from desk_app.store.transaction import Transaction


class SqlECards:
    """Implements `services.ports.ECards`. That a card has one active e-card is a partial unique index; that
    an e-card has one card is its primary key."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, sign_no: str) -> ECard | None:
        """One e-card."""
        row = self._transaction.one(select(e_card).where(e_card.c.sign_no == sign_no))
        return ECard(**row._mapping) if row is not None else None

    def active_of_card(self, identification_code: str) -> ECard | None:
        """The one that is not revoked."""
        of_card = select(e_card).where(e_card.c.identification_code == identification_code)
        row = self._transaction.one(of_card.where(e_card.c.state != ECardState.REVOKED))
        return ECard(**row._mapping) if row is not None else None

    def of_holder(self, id_number: str) -> tuple[ECard, ...]:
        """All of a person, newest first."""
        newest_first = e_card.c.signed_at.desc(), e_card.c.sign_no
        found = select(e_card).where(e_card.c.id_number == id_number).order_by(*newest_first)
        return tuple(ECard(**row._mapping) for row in self._transaction.all(found))

    def put(self, new: ECard) -> None:
        """Insert or update; an older version than the stored one changes nothing.

        Raises OneToOne for a second active e-card of a card, and for a second card of an e-card: only a
        newer version moves it."""
        insert = self._transaction.insert(e_card)
        fields = {name: insert.excluded[name] for name in vars(new) if name != "sign_no"}
        upsert = insert.on_conflict_do_update(
            index_elements=["sign_no"], set_=fields, where=e_card.c.version < new.version
        )
        if self._transaction.one(upsert.returning(e_card.c.sign_no), vars(new)) is not None:
            return
        stored = self.get(new.sign_no)
        if stored is None or stored.version > new.version:
            return
        if stored.identification_code != new.identification_code:
            raise OneToOne
