"""Reading the trail, and shortening it behind an anchor: the same on both databases and on the fake."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk_app.domain.audit import Action, AuditEntry, AuditQuery, Outcome
from desk_app.domain.audit_chain import Anchor
from desk_app.domain.errors import StoreUnavailable
from desk_app.services.ports import Store
from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import Place
from tests.integration.store.raw import refused, run
from tests.integration.store.samples import AIZEMAITI, HALL, OTHER_HALL, OUYANG
from tests.integration.store.samples import NOON as TODAY
from tests.integration.store.samples import entry as entry_of_today

NOON = TODAY.replace(year=2020)
"""Long enough ago to be removed."""


def entry(minute: int = 0, *args: Any, **changes: Any) -> AuditEntry:
    return entry_of_today(minute, *args, **{"at": NOON + timedelta(minutes=minute), **changes})


@pytest.fixture
def trail(any_store: Store) -> Store:
    """Ten records in one hall, a minute apart, and three in another."""
    with any_store.begin() as uow:
        for minute in range(10):
            subject = (OUYANG, AIZEMAITI)[minute % 2].id_number
            uow.audit.append(entry(minute, subject, operator_number=f"100{minute % 3}"))
        for minute in range(3):
            uow.audit.append(entry(minute, None, OTHER_HALL, action=Action.SIGN_IN))
        uow.commit()
    return any_store


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        (AuditQuery(hall=HALL), range(10)),
        (AuditQuery(citizen=OUYANG.id_number), range(0, 10, 2)),
        (AuditQuery(citizen="11010119900101001X"), ()),
        (AuditQuery(operator_number="1002"), (2, 5, 8)),
        (AuditQuery(action=Action.SIGN_IN), range(3)),
        (AuditQuery(outcome=Outcome.REFUSED), ()),
        (AuditQuery(hall=HALL, since=NOON + timedelta(minutes=8)), (8, 9)),
        (AuditQuery(hall=HALL, until=NOON + timedelta(minutes=2)), (0, 1)),
        (AuditQuery(citizen=OUYANG.id_number, operator_number="1002"), (2, 8)),
    ],
)
def test_records_are_found_by_what_is_asked_for(
    trail: Store, query: AuditQuery, minutes: range
) -> None:
    expected = [NOON + timedelta(minutes=minute) for minute in minutes]
    with trail.begin(write=False) as uow:
        assert [record.at for record in uow.audit.records(query)] == expected
        newest = uow.audit.page(query, 100)
    assert [record.at for record in newest] == expected[::-1]


def test_pages_follow_each_other_without_gap_or_overlap(trail: Store) -> None:
    with trail.begin(write=False) as uow:
        everything = uow.audit.page(AuditQuery(), 100)
        assert uow.audit.count() == len(everything) == 13
        pages, before = [], None
        while page := uow.audit.page(AuditQuery(), 4, before):
            pages.append(page)
            before = page[-1]
    assert [len(page) for page in pages] == [4, 4, 4, 1]
    assert tuple(record for page in pages for record in page) == everything
    assert [r.at for r in everything] == sorted((r.at for r in everything), reverse=True)


def _purge(store: Store, minutes: int, **changes: object) -> Anchor:
    with store.begin() as uow:
        anchor = uow.audit.older_than(NOON + timedelta(minutes=minutes))[HALL]
        uow.audit.purge(_anchored(anchor, **changes))
        uow.commit()
    return anchor


def _anchored(anchor: Anchor, **changes: object) -> AuditEntry:
    return entry(600, None, action=Action.ANCHOR, detail=str(anchor), **changes)


def test_what_is_old_is_the_beginning_of_each_chain(trail: Store) -> None:
    with trail.begin() as uow:
        uow.audit.append(
            entry(1)
        )  # somebody's clock was wrong: it stays, and so does what follows it
        uow.commit()
    with trail.begin(write=False) as uow:
        old = uow.audit.older_than(NOON + timedelta(minutes=2))
        digests = {(r.hall, r.seq): r.digest for r in uow.audit.records()}
        assert old == {
            HALL: Anchor(1, 2, digests[HALL, 2]),
            OTHER_HALL: Anchor(1, 2, digests[OTHER_HALL, 2]),
        }
        assert uow.audit.older_than(NOON) == {}


def test_a_purged_trail_holds_from_its_anchor_on_and_again_after_the_next(trail: Store) -> None:
    for minutes, first in ((4, 5), (7, 8)):
        _purge(trail, minutes)
        with trail.begin(write=False) as uow:
            report = next(r for r in uow.audit.verify() if r.hall == HALL)
            assert (report.first, report.broken) == (first, None)
    with trail.begin(write=False) as uow:
        kept = [(r.seq, r.action) for r in uow.audit.records(AuditQuery(hall=HALL))]
    identified, anchored = Action.IDENTIFY, Action.ANCHOR
    assert kept == [
        (8, identified),
        (9, identified),
        (10, identified),
        (11, anchored),
        (12, anchored),
    ]


def test_a_trail_can_go_on_from_its_anchor_alone(trail: Store) -> None:
    _purge(trail, 60)
    with trail.begin() as uow:
        uow.audit.append(entry(700))
        uow.commit()
    with trail.begin(write=False) as uow:
        assert [r.seq for r in uow.audit.records(AuditQuery(hall=HALL))] == [11, 12]
        assert uow.audit.first_broken() is None


@pytest.mark.parametrize(
    "forged",
    [
        lambda a: Anchor(a.first, a.last + 1, a.digest),
        lambda a: Anchor(a.first + 1, a.last, a.digest),
        lambda a: Anchor(a.first, a.last, "0" * 64),
    ],
)
def test_an_anchor_that_names_something_else_removes_nothing(
    trail: Store, forged: Callable[[Anchor], Anchor]
) -> None:
    with trail.begin() as uow:
        anchor = uow.audit.older_than(NOON + timedelta(minutes=4))[HALL]
        with pytest.raises(StoreUnavailable):
            uow.audit.purge(_anchored(forged(anchor)))
    with trail.begin(write=False) as uow:
        assert uow.audit.count() == 13


def test_records_of_the_last_year_are_not_removed_by_anybody(any_store: Store) -> None:
    now = datetime.now(UTC)
    with any_store.begin() as uow:
        uow.audit.append(entry(at=now - timedelta(days=360)))
        uow.commit()
    with any_store.begin() as uow:
        anchor = uow.audit.older_than(now)[HALL]
        with pytest.raises(StoreUnavailable):
            uow.audit.purge(_anchored(anchor))
    with any_store.begin(write=False) as uow:
        assert uow.audit.count() == 1


@pytest.mark.parametrize(
    "forgery",
    [
        "DELETE FROM audit WHERE seq = 5",
        "DELETE FROM audit WHERE action = 'anchor'",
        "UPDATE audit SET detail = '1-10 10 x' WHERE action = 'anchor'",
        "DELETE FROM audit",
    ],
)
def test_behind_an_anchor_nothing_more_goes(
    place: Place, opened: Callable[[Place], SqlStore], forgery: str
) -> None:
    store = opened(place)
    with store.begin() as uow:
        for minute in range(10):
            uow.audit.append(entry(minute))
        uow.commit()
    _purge(store, 4)
    assert refused(place, forgery)


def test_without_its_anchor_a_shortened_trail_is_found(
    place: Place, opened: Callable[[Place], SqlStore]
) -> None:
    store = opened(place)
    with store.begin() as uow:
        for minute in range(10):
            uow.audit.append(entry(minute))
        uow.commit()
    if place.kind == "sqlite":
        run(place, "DROP TRIGGER audit_no_delete")
    else:
        run(place, "ALTER TABLE audit DISABLE TRIGGER audit_no_delete")
    run(place, "DELETE FROM audit WHERE seq <= 3")
    with store.begin(write=False) as uow:
        broken = uow.audit.first_broken()
    assert broken is not None
    assert (broken.hall, broken.seq, broken.at) == (HALL, 1, NOON + timedelta(minutes=3))
