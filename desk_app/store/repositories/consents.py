"""Consents given; never changed."""

from __future__ import annotations

from sqlalchemy import select

from desk_app.domain.e_card import Consent
from desk_app.store.tables import consent
from desk_app.store.transaction import Transaction


class SqlConsents:
    """Implements `services.ports.Consents`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, given: Consent) -> None:
        """Keep one."""
        self._transaction.execute(consent.insert(), vars(given))

    def latest(self, identification_code: str) -> Consent | None:
        """The last one given for a card."""
        of_card = select(consent).where(consent.c.identification_code == identification_code)
        row = self._transaction.one(of_card.order_by(consent.c.given_at.desc()).limit(1))
        return Consent(**row._mapping) if row is not None else None
