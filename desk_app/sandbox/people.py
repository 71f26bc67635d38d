"""Synthetic people: the featured ones that the card catalogue shows, passers-by, and any number more.

Deterministic: the same call gives the same people on every machine and every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import islice
from random import Random

from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.contribution import Contribution, PensionYear
from desk_app.domain.holder import Holder
from desk_app.sandbox import careers, identities, names
from desk_app.sandbox.careers import Career
from desk_app.sandbox.featured import FEATURED, USUAL_VALIDITY, VALIDITY, Featured

COUNT = 60
"""How many people the demo city has."""

_FIRST_SERIAL = 107
"""Of the featured people's cards; the card contract's example has this one."""
_REPLACED_SERIAL = 1107
_PASSERS_BY_SERIAL = 20_000
_GENERATED_SERIAL = 10_000_000


@dataclass(frozen=True)
class Person:
    """Somebody with everything that the city has of them; `key` is a name for programs, never shown."""

    key: str
    holder: Holder
    cards: tuple[RegisteredCard, ...]
    """In the register, newest issue first; empty for somebody the register does not know."""
    career: Career

    def contributions(self) -> Iterator[Contribution]:
        """Monthly contributions, ordered by month, then insurance."""
        return careers.contributions(self.career)

    def pension_years(self) -> Iterator[PensionYear]:
        """The pension account, oldest year first."""
        return careers.pension_years(self.career)


def people() -> tuple[Person, ...]:
    """Everybody in the demo city; the featured people first, keyed as in the catalogue of cards."""
    featured = tuple(_featured())
    passers_by = _strangers(identities.CITY_AREA, _PASSERS_BY_SERIAL, Random(310199), "passer-by")
    return featured + tuple(islice(passers_by, COUNT - len(featured)))


@cache
def person(key: str) -> Person:
    """One of the featured people. Raises KeyError."""
    return {one.key: one for one in _featured()}[key]


def generate(count: int, seed: int) -> Iterator[Person]:
    """`count` different people, none of them in `people()`, for benchmarks and large seeds."""
    strangers = _strangers(identities.GENERATED_AREA, _GENERATED_SERIAL, Random(seed), "generated")
    return islice(strangers, count)


# --- the featured people --------------------------------------------------------------------------------


def _featured() -> Iterator[Person]:
    for place, row in enumerate(FEATURED):
        holder = _featured_holder(row)
        issued_on, valid_until = VALIDITY.get(row.key, USUAL_VALIDITY)
        card = _card(holder, _FIRST_SERIAL + place, issued_on, valid_until, row.state)
        if row.key == "replaced":
            yield Person(row.key, holder, _replaced(holder, card), row.career)
        else:
            yield Person(row.key, holder, (card,), row.career)


def _featured_holder(row: Featured) -> Holder:
    born = date.fromisoformat(row.born)
    if row.key == "foreigner":
        number = identities.foreign_id_number(20260001)
    else:
        sequence = 901 if row.sex == "1" else 902
        number = identities.id_number(identities.CITY_AREA, born, sequence)
    return Holder(number, row.name, row.sex, row.ethnicity, row.birthplace, born)


def _replaced(holder: Holder, new: RegisteredCard) -> tuple[RegisteredCard, RegisteredCard]:
    """A new card beside the lost one that it is to replace and that still has the holder's e-card."""
    lost = _card(holder, _REPLACED_SERIAL, date(2019, 5, 5), date(2029, 5, 4), CardState.LOST)
    return replace(new, replaces=lost.identification_code), lost


def _card(
    holder: Holder, serial: int, issued_on: date, valid_until: date, state: CardState
) -> RegisteredCard:
    """A card that the platform has mirrored."""
    return RegisteredCard(
        identification_code=identities.identification_code(serial),
        card_number=identities.card_number(serial),
        id_number=holder.id_number,
        name=holder.name,
        region=identities.REGION,
        state=state,
        issued_on=issued_on,
        valid_until=valid_until,
        version=1,
        mirrored_version=1,
    )


# --- everybody else --------------------------------------------------------------------------------------

_FIRST_BIRTHDAY = date(1962, 1, 1)
_BIRTHDAYS = 16_436
"""Days on which strangers are born, to the end of 2006."""
_SPACE = _BIRTHDAYS * 900
"""Birthdays by sequence numbers 1–900: how many different ID numbers there are."""
_PERIOD = 2**24
_BIRTHPLACES = (
    *("310101", "310104", "310105", "310106", "310109", "310115"),
    *("310103", "320102", "340104"),
)


def _strangers(area: str, first_serial: int, rng: Random, key: str) -> Iterator[Person]:
    """Different people until the ID numbers run out."""
    for count, place in enumerate(_walk(rng.randrange(_PERIOD))):
        days, sequence = divmod(place, 900)
        born = _FIRST_BIRTHDAY + timedelta(days)
        holder = _stranger(rng, identities.id_number(area, born, sequence + 1), born)
        issued_on = date(rng.randint(2018, 2025), rng.randint(1, 12), rng.randint(1, 28))
        valid_until = issued_on.replace(year=issued_on.year + 10) - timedelta(1)
        card = _card(holder, first_serial + count, issued_on, valid_until, CardState.NORMAL)
        yield Person(f"{key}-{count + 1}", holder, (card,), careers.any_career(rng, born.year))


def _walk(place: int) -> Iterator[int]:
    """Every number below `_SPACE` once, in a scattered order.

    A linear congruential generator of full period (Hull and Dobell: odd increment, multiplier ≡ 1 mod 4)."""
    for _ in range(_PERIOD):
        place = (place * 1_664_525 + 1_013_904_223) % _PERIOD
        if place < _SPACE:
            yield place


def _stranger(rng: Random, id_number: str, born: date) -> Holder:
    sex = "1" if int(id_number[16]) % 2 else "2"
    ethnicity = rng.choice(names.ETHNICITIES)
    name = names.any_name(rng, sex, ethnicity)
    return Holder(id_number, name, sex, ethnicity, rng.choice(_BIRTHPLACES), born)
