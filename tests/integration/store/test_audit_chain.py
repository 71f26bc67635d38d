"""A forger who has got rid of the triggers: the chain says where the trail was touched."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from desk_app.domain.audit_chain import BrokenLink
from desk_app.domain.errors import StoreUnavailable, TrailBroken
from desk_app.store.audit import reference
from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected, run
from tests.integration.store.samples import HALL, NOON, OTHER_HALL, OUYANG, entry

ENTRIES = 1200
"""More than the store reads at a time."""


@pytest.fixture
def trail(place: Place, opened: Callable[[Place], SqlStore]) -> SqlStore:
    """Two halls: one with many records, written a minute after the other, and one with three."""
    store = opened(place)
    with store.begin() as uow:
        for minute in range(ENTRIES):
            uow.audit.append(entry(minute))
        for minute in range(3):
            uow.audit.append(entry(minute, hall=OTHER_HALL))
        uow.commit()
    _disarm(place)
    return store


def test_an_untouched_trail_holds(trail: SqlStore) -> None:
    seen: list[int] = []
    with trail.begin(write=False) as uow:
        assert sum(1 for _ in uow.audit.records()) == ENTRIES + 3
        other, main = uow.audit.verify(seen.append)
        last = list(uow.audit.records())[-1]
    assert (other.hall, other.records, other.broken) == (OTHER_HALL, 3, None)
    assert (main.hall, main.first, main.last) == (HALL, 1, ENTRIES)
    assert (main.records, main.digest, main.broken) == (ENTRIES, last.digest, None)
    assert seen == list(range(1, ENTRIES + 4))


@pytest.mark.parametrize(
    ("forgery", "broken", "minute"),
    [
        ("UPDATE audit SET operator_number = '1002' WHERE seq = 700", 700, 699),
        ("UPDATE audit SET at = '2026-11-23T04:00:00.123456+00:00' WHERE seq = 2", 2, 0),
        ("UPDATE audit SET at = 'yesterday' WHERE seq = 2", 2, None),
        ("UPDATE audit SET action = 'nonsense' WHERE seq = 3", 3, 2),
        ("UPDATE audit SET subject_reference = NULL WHERE seq = 1", 1, 0),
        ("UPDATE audit SET reason = 'holder asked' WHERE seq = 1200", 1200, 1199),
        ("UPDATE audit SET reason = '' WHERE seq = 1200", 1200, 1199),
        ("UPDATE audit SET detail = NULL WHERE seq = 1", 1, 0),
        ("UPDATE audit SET digest = previous WHERE seq = 600", 600, 599),
        ("UPDATE audit SET previous = digest WHERE seq = 600", 600, 599),
        ("DELETE FROM audit WHERE seq = 5", 5, 3),
        ("DELETE FROM audit WHERE seq = 1", 1, 1),
        ("DELETE FROM audit WHERE seq > 1198", 1199, 1197),
        ("DELETE FROM audit", 1, None),
        ("UPDATE audit_head SET digest = 'f'", 1201, 1199),
        ("DELETE FROM audit_head", 1201, 1199),
    ],
)
def test_a_touched_trail_says_where_and_of_what_time(
    place: Place, trail: SqlStore, forgery: str, broken: int, minute: int | None
) -> None:
    run(place, forgery if "WHERE" not in forgery else f"{forgery} AND hall = '{HALL}'")
    with trail.begin(write=False) as uow:
        found = uow.audit.verify()[1].broken
        assert uow.audit.first_broken() is not None
    at = None if minute is None else NOON + timedelta(minutes=minute)
    assert found == BrokenLink(HALL, broken, at)


def test_swapped_entries_are_found(place: Place, trail: SqlStore) -> None:
    run(
        place,
        f"UPDATE audit SET seq = -1 WHERE seq = 10 AND hall = '{HALL}'",
        f"UPDATE audit SET seq = 10 WHERE seq = 11 AND hall = '{HALL}'",
        f"UPDATE audit SET seq = 11 WHERE seq = -1 AND hall = '{HALL}'",
    )
    assert _first_broken(trail) == BrokenLink(HALL, 10, NOON + timedelta(minutes=10))


def test_an_entry_that_moves_to_another_hall_is_missed_and_is_found(
    place: Place, trail: SqlStore
) -> None:
    run(place, f"UPDATE audit SET hall = '{OTHER_HALL}' WHERE seq = 4 AND hall = '{HALL}'")
    with trail.begin(write=False) as uow:
        broken = [report.broken for report in uow.audit.verify()]
    at = NOON + timedelta(minutes=3)
    assert broken == [
        BrokenLink(OTHER_HALL, 4, at),
        BrokenLink(HALL, 4, NOON + timedelta(minutes=2)),
    ]


def test_a_record_that_is_none_is_not_shown_as_one(place: Place, trail: SqlStore) -> None:
    run(place, f"UPDATE audit SET action = 'nonsense' WHERE seq = 3 AND hall = '{HALL}'")
    with trail.begin(write=False) as uow, pytest.raises(TrailBroken) as broken:
        list(uow.audit.records())
    assert (broken.value.hall, broken.value.seq) == (HALL, 3)


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


def _first_broken(store: SqlStore) -> BrokenLink | None:
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
