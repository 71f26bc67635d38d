"""One binding in a process of its own that is killed, without warning, at its n-th boundary.

A boundary is the moment before and after every commit and every instruction to the platform.
Arguments: the card's identification code, and n (0 = never). Prints how many boundaries there were.
"""

import os
import signal
import sys
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from desk_app import app, paths, settings
from desk_app.domain.activation import verify
from desk_app.domain.card import Algorithm, Authenticity, CardReading, CardRecord, HolderRecord
from desk_app.domain.e_card import ConsentMethod
from desk_app.domain.operator import Operator, Role
from desk_app.services.delivery import Delivery


class Fuse:
    """Counts boundaries and kills this process at the chosen one."""

    def __init__(self, at: int) -> None:
        self.at, self.passed = at, 0

    def burn(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedUnit:
    """A unit of work with a boundary on both sides of its commit."""

    def __init__(self, unit: Any, fuse: Fuse) -> None:
        self._unit, self._fuse = unit, fuse

    def __enter__(self) -> Self:
        self._unit.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._unit.__exit__(kind, error, traceback)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def commit(self) -> None:
        self._fuse.burn()
        self._unit.commit()
        self._fuse.burn()


class FusedStore:
    """A store of fused units."""

    def __init__(self, store: Any, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse

    def begin(self, *, write: bool = True, **why: Any) -> Any:
        unit = self._store.begin(write=write, **why)
        return FusedUnit(unit, self._fuse) if write else unit

    def unattended(self) -> Self:
        return type(self)(self._store.unattended(), self._fuse)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class FusedPlatform:
    """A platform with a boundary on both sides of every instruction."""

    def __init__(self, platform: Any, fuse: Fuse) -> None:
        self._platform, self._fuse = platform, fuse

    def deliver(self, *arguments: Any) -> Any:
        self._fuse.burn()
        answer = self._platform.deliver(*arguments)
        self._fuse.burn()
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)


def main(identification_code: str, at: int) -> None:
    """Consent and bind, as the counter does."""
    home = paths.home()
    fuse = Fuse(at)
    with app.opened(settings.load(home), home) as counter:
        store: Any = FusedStore(counter.store, fuse)
        platform: Any = FusedPlatform(counter.platform, fuse)
        e_cards = counter.services.e_cards
        delivery = Delivery(store, platform, e_cards.clock)
        e_cards = replace(e_cards, store=store, platform=platform, delivery=delivery)
        identification = replace(
            counter.services.identification, store=store, platform=platform, delivery=delivery
        )
        desk = counter.desk(Operator("1001", "林晓", frozenset({Role.CLERK})))
        case = identification.open_case(desk, _reading(counter.store, identification_code))
        case = e_cards.consent(desk, case, ConsentMethod.CITIZEN_SCREEN)
        case = e_cards.bind(desk, case)
        assert case.e_card is not None
    print(fuse.passed)


def _reading(store: Any, code: str) -> CardReading:
    with store.begin(write=False) as uow:
        card = uow.cards.get(code)
    record = CardRecord(code, valid_until=card.valid_until, card_number=card.card_number)
    holder = HolderRecord(card.id_number, card.name)
    reading = CardReading("", b"", Algorithm.SM4, record, holder, Authenticity.GENUINE)
    assert verify(reading, card, card.issued_on).usable
    return reading


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
