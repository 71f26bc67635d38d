"""A forger who has got rid of the triggers: the chain says where the trail was touched."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from desk_app.domain.errors import StoreUnavailable
from desk_app.store.audit import reference
from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected, run
from tests.integration.store.samples import OUYANG, entry

ENTRIES = 1200
"""More than the store reads at a time."""


@pytest.fixture
def trail(place: Place, opened: Callable[[Place], SqlStore]) -> SqlStore:
    store = opened(place)
    with store.begin() as uow:
        for minute in range(ENTRIES):
            uow.audit.append(entry(minute))
        uow.commit()
    _disarm(place)
    return store


def test_an_untouched_trail_holds(trail: SqlStore) -> None:
    assert _first_broken(trail) is None
    with trail.begin(write=False) as uow:
        assert sum(1 for _ in uow.audit.records()) == ENTRIES


@pytest.mark.parametrize(
    ("forgery", "broken"),
    [
        ("UPDATE audit SET operator_number = '1002' WHERE seq = 700", 700),
        ("UPDATE audit SET at = '2026-11-23T12:00:00.000000+00:00' WHERE seq = 2", 2),
        ("UPDATE audit SET at = 'yesterday' WHERE seq = 2", 2),
        ("UPDATE audit SET action = 'nonsense' WHERE seq = 3", 3),
        ("UPDATE audit SET subject_reference = NULL WHERE seq = 1", 1),
        ("UPDATE audit SET reason = 'holder asked' WHERE seq = 1200", 1200),
        ("UPDATE audit SET detail = NULL WHERE seq = 1", 1),
        ("UPDATE audit SET digest = previous WHERE seq = 600", 600),
        ("UPDATE audit SET previous = digest WHERE seq = 600", 600),
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq > 1198", 1199),
        ("DELETE FROM audit", 1),
        ("UPDATE audit_head SET digest = 'f'", 1201),
        ("DELETE FROM audit_head", 1201),
    ],
)
def test_a_touched_trail_says_where(
    place: Place, trail: SqlStore, forgery: str, broken: int
) -> None:
    run(place, forgery)
    assert _first_broken(trail) == broken


def test_swapped_entries_are_found(place: Place, trail: SqlStore) -> None:
    run(
        place,
        "UPDATE audit SET seq = -1 WHERE seq = 10",
        "UPDATE audit SET seq = 10 WHERE seq = 11",
        "UPDATE audit SET seq = 11 WHERE seq = -1",
    )
    assert _first_broken(trail) == 10


def test_without_its_head_the_trail_takes_nothing_more(place: Place, trail: SqlStore) -> None:
    run(place, "DELETE FROM audit_head")
    with trail.begin() as uow:
        uow.audit.append(entry())
        with pytest.raises(StoreUnavailable):
            uow.commit()


def test_a_citizen_can_be_found_by_the_keyed_digest_alone(place: Place, trail: SqlStore) -> None:
    with connected(place) as connection:
        pepper = connection.execute(text("SELECT pepper FROM installation")).scalar_one()
        subjects = connection.execute(text("SELECT DISTINCT subject_reference FROM audit"))
        expected = reference(OUYANG.id_number, bytes.fromhex(pepper))
        assert subjects.scalars().all() == [expected]
    assert len(pepper) == 64
    assert expected != reference(OUYANG.id_number, bytes(32))


def _first_broken(store: SqlStore) -> int | None:
    with store.begin(write=False) as uow:
        return uow.audit.first_broken()


def _disarm(place: Place) -> None:
    """What the owner of the file, or the owner of the tables, can do."""
    if place.kind == "sqlite":
        with connected(place) as connection:
            listed = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in connection.execute(listed).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        run(place, *(f"ALTER TABLE {t} DISABLE TRIGGER USER" for t in ("audit", "audit_head")))
