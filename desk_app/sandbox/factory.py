"""The card factory: makes the replacement card that the city has ordered last.

What was ordered stands in the sandbox platform's mirror, to which every new card is reported; so the factory
works whichever database the counters use.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.holder import Holder
from desk_app.domain.numbers import birth_date_of, card_number, serial_of
from desk_app.sandbox.card import EmulatedCard
from desk_app.sandbox.image import personalise
from desk_app.sandbox.people import people
from desk_app.sandbox.platform.database import FILE

ORDERED = "ordered"
"""What panels and the command line call this card."""

ENGLISH, CHINESE = "The replacement made last", "最近制成的补换卡"

_VALID_YEARS = 10
_LAST = """SELECT identification_code, id_number, name, region, status, valid_until, replaces FROM cards
WHERE replaces IS NOT NULL ORDER BY status = 'in_production' DESC, rowid DESC LIMIT 1"""


class NothingOrdered(Exception):
    """No replacement was ordered yet, or the platform has not heard of it."""


def ordered_card(folder: Path) -> EmulatedCard:
    """The card, as it comes from the factory; one that waits to be handed over before one that was. `folder`
    is the sandbox platform's. Raises NothingOrdered."""
    card = _last_ordered(folder / FILE)
    return EmulatedCard(personalise(card, _holder_of(card)))


def _last_ordered(file: Path) -> RegisteredCard:
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
            row = db.execute(_LAST).fetchone()
    except sqlite3.OperationalError as error:
        raise NothingOrdered from error
    if row is None:
        raise NothingOrdered
    code, id_number, name, region, status, until, replaces = row
    valid_until = date.fromisoformat(until) if until else None
    return RegisteredCard(
        identification_code=code,
        card_number=card_number(serial_of(code)),
        id_number=id_number,
        name=name,
        region=region,
        state=CardState(status),
        issued_on=_issued_on(valid_until) if valid_until else None,
        valid_until=valid_until,
        replaces=replaces,
    )


def _issued_on(valid_until: date) -> date:
    """The card's last day is the day before its issue, ten years on."""
    after = valid_until + timedelta(days=1)
    try:
        return after.replace(year=after.year - _VALID_YEARS)
    except ValueError:
        return date(after.year - _VALID_YEARS, 3, 1)


def _holder_of(card: RegisteredCard) -> Holder:
    """What the card says of its holder: all that the demo city knows, or what the platform knows."""
    known = (one.holder for one in people() if one.holder.id_number == card.id_number)
    born = birth_date_of(card.id_number)
    return next(known, Holder(card.id_number, card.name, birth_date=born))
