"""Fills an empty store with the sandbox's synthetic city."""

from __future__ import annotations

from datetime import datetime

from desk_app.domain.operator import OperatorAccount
from desk_app.sandbox.seed import register_seed
from desk_app.services.ports import Store
from desk_app.store.passwords import Argon2Passwords


def seed(store: Store, generated: int = 0, hall: str = "") -> int:
    """Put the demo city, `generated` people more, and the demo operators of `hall` into a store at once.

    Gives the number of people; 0, and nothing done, when the store has been seeded before."""
    city = register_seed(generated)
    passwords, now = Argon2Passwords(), datetime.now().astimezone()
    with store.begin() as uow:
        if any(uow.operators.get(demo.operator.number) for demo in city.operators()):
            return 0
        for demo in city.operators():
            hashed = passwords.hash(demo.password)
            account = OperatorAccount(demo.operator, hashed, password_set_at=now, hall=hall)
            uow.operators.put(account)
            uow.operators.set_login(demo.operator.number, demo.password)
        holders = list(city.holders())
        for holder in holders:
            uow.holders.put(holder)
        for card in city.cards():
            uow.cards.add(card)
        uow.contributions.add(city.contributions())
        uow.pension_accounts.add(city.pension_years())
        uow.commit()
    return len(holders)
