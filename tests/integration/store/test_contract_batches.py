"""Batches: what every store does with them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from desk_app.domain.batch import (
    BATCH_QUOTA,
    Batch,
    BatchItem,
    BatchScope,
    BatchState,
    Counts,
    Delivery,
    ItemFault,
    ItemState,
)
from desk_app.domain.card import CardState
from desk_app.domain.contribution import Insurance, MonthRange
from desk_app.domain.errors import DeskError, Outdated, QuotaReached
from desk_app.domain.holder import Holder
from desk_app.services.ports import Store
from desk_app.store.engine import SqlStore
from tests.fakes.store import FakeStore
from tests.integration.store.conftest import Place
from tests.integration.store.samples import (
    AIZEMAITI,
    HALL,
    NOON,
    OUYANG,
    SECOND_CODE,
    card,
    contribution,
    file_of,
    pension_year,
    registered,
    statement,
)

RUNNER, OTHER = UUID(int=1), UUID(int=2)
NOBODY = "310101190001010000"
YEAR = MonthRange.year(2025)


def planned(**changes: object) -> Batch:
    fresh = Batch(
        uuid4(),
        BatchScope.LIST,
        2025,
        "zh_CN",
        Delivery.PERSON,
        "年度寄送",
        None,
        "2001",
        HALL,
        "07",
        NOON,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


def kept(store: Store, batch: Batch, *people: str) -> Batch:
    with store.begin() as uow:
        uow.batches.add(batch)
        if people:
            uow.batches.add_people(batch.id, people)
        else:
            uow.batches.add_insured(batch.id)
        uow.commit()
    return batch


def running(store: Store, *people: str) -> Batch:
    batch = kept(store, planned(), *people)
    with store.begin() as uow:
        uow.batches.take(batch.id, RUNNER, "/srv/out")
        uow.commit()
    return batch


def claimed(item: BatchItem, serial: str) -> BatchItem:
    code = "2345-6789-ABCD-EFGH"
    known = {"serial": serial, "verification_code": code, "copy_number": 1, "claimed_at": NOON}
    return replace(item, state=ItemState.CLAIMED, **known)  # type: ignore[arg-type]


def issued(item: BatchItem, to: str | None = None) -> BatchItem:
    digest = statement(str(item.serial)).sha256
    known = {"sha256": digest, "pages": 2, "size": 4711, "deliver_to": to}
    return replace(item, state=ItemState.ISSUED, **known)  # type: ignore[arg-type]


def issue(store: Store, batch: Batch, *to: str | None) -> tuple[BatchItem, ...]:
    """Claim and issue the next ones, one for each address."""
    with store.begin() as uow:
        waiting = uow.batches.waiting(batch.id, len(to))
        items = [claimed(item, f"310000-20261123-{item.number:06d}") for item in waiting]
        uow.batches.claim(batch.id, RUNNER, items)
        uow.commit()
    with store.begin() as uow:
        done = tuple(issued(item, address) for item, address in zip(items, to, strict=True))
        uow.statements.add_all(
            [
                (statement(str(item.serial), id_number=item.id_number), file_of(str(item.serial)))
                for item in done
            ]
        )
        uow.batches.settle(batch.id, RUNNER, done)
        uow.commit()
    return done


def test_a_batch_is_found_again_with_how_many_are_in_it(any_store: Store) -> None:
    store = registered(any_store)
    batch = kept(store, planned(), OUYANG.id_number, NOBODY, OUYANG.id_number)
    with store.begin(write=False) as uow:
        assert uow.batches.get(batch.id) == replace(batch, counts=Counts(planned=2))
        waiting = uow.batches.waiting(batch.id, 10)
        assert uow.batches.get(uuid4()) is None
    assert waiting == (BatchItem(1, OUYANG.id_number), BatchItem(2, NOBODY))


def test_a_hall_sees_its_own_newest_first(any_store: Store) -> None:
    store = registered(any_store)
    older = kept(store, planned(), NOBODY)
    newer = kept(store, planned(planned_at=NOON + timedelta(hours=1)), NOBODY)
    kept(store, planned(hall="elsewhere"), NOBODY)
    with store.begin(write=False) as uow:
        assert [one.id for one in uow.batches.of_hall(HALL)] == [newer.id, older.id]


def test_the_insured_of_a_year_are_numbered(any_store: Store) -> None:
    store = registered(any_store)
    with store.begin() as uow:
        rows = [
            (OUYANG.id_number, contribution(202501)),
            (OUYANG.id_number, contribution(202502, Insurance.MEDICAL)),
            (AIZEMAITI.id_number, contribution(202512, employer_number="9131ELSE")),
            (AIZEMAITI.id_number, contribution(202412)),
        ]
        uow.contributions.add(rows)
        uow.commit()
    city = kept(store, planned(scope=BatchScope.CITY))
    employer = kept(store, planned(scope=BatchScope.EMPLOYER, employer_number="91310000MA1"))
    nobody = kept(store, planned(scope=BatchScope.EMPLOYER, employer_number="NONE"))
    with store.begin(write=False) as uow:
        of_city = uow.batches.waiting(city.id, 10)
        of_employer = uow.batches.waiting(employer.id, 10)
        assert uow.batches.waiting(nobody.id, 10) == ()
    both = sorted([OUYANG.id_number, AIZEMAITI.id_number])
    assert [item.id_number for item in of_city] == both
    assert [item.number for item in of_city] == [1, 2]
    assert [item.id_number for item in of_employer] == [OUYANG.id_number]


def test_an_item_is_claimed_then_issued_with_its_record(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, OUYANG.id_number, AIZEMAITI.id_number)
    (done,) = issue(store, batch, "E1")
    with store.begin(write=False) as uow:
        found = uow.batches.get(batch.id)
        assert found is not None
        assert found.counts == Counts(planned=1, issued=1)
        assert uow.batches.issued(batch.id, 10) == (done,)
        assert uow.batches.of_serials(batch.id, [str(done.serial), "other"]) == {
            done.serial: done.sha256
        }


def test_no_item_is_issued_without_its_record(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, OUYANG.id_number)
    with store.begin() as uow:
        (waiting,) = uow.batches.waiting(batch.id, 1)
        item = claimed(waiting, "310000-20261123-000001")
        uow.batches.claim(batch.id, RUNNER, [item])
        uow.commit()
    with pytest.raises(DeskError) as refused, store.begin() as uow:
        uow.batches.settle(batch.id, RUNNER, [issued(item)])
    assert not isinstance(refused.value, Outdated)


def test_no_item_is_settled_twice(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, OUYANG.id_number)
    (done,) = issue(store, batch, None)
    with pytest.raises(Outdated), store.begin() as uow:
        uow.batches.settle(batch.id, RUNNER, [done])
    with pytest.raises(Outdated), store.begin() as uow:
        uow.batches.claim(batch.id, RUNNER, [claimed(done, "310000-20261123-000009")])


def test_whoever_lost_a_batch_changes_nothing_in_it(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, OUYANG.id_number)
    with store.begin() as uow:
        (waiting,) = uow.batches.waiting(batch.id, 1)
        uow.batches.claim(batch.id, RUNNER, [claimed(waiting, "310000-20261123-000001")])
        uow.commit()
    with store.begin() as uow:
        taken = uow.batches.take(batch.id, OTHER, "/srv/out")
        uow.commit()
    assert (taken.runner, taken.state, taken.counts) == (
        OTHER,
        BatchState.RUNNING,
        Counts(planned=1),
    )
    for change in ("settle", "claim"):
        with pytest.raises(Outdated), store.begin() as uow:
            getattr(uow.batches, change)(batch.id, RUNNER, [])
    with pytest.raises(Outdated), store.begin() as uow:
        uow.batches.move(batch.id, RUNNER, BatchState.DONE)


def test_a_batch_is_stopped_once(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, OUYANG.id_number)
    with store.begin() as uow:
        assert uow.batches.stop(batch.id)
        assert not uow.batches.stop(batch.id)
        found = uow.batches.get(batch.id)
        uow.commit()
    assert found is not None
    assert (found.state, found.runner) == (BatchState.STOPPED, None)


def test_a_batch_ends_with_its_manifest(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, OUYANG.id_number)
    with store.begin() as uow:
        uow.batches.move(batch.id, RUNNER, BatchState.DONE, "ab" * 32)
        found = uow.batches.get(batch.id)
        uow.commit()
    assert found is not None
    assert (found.state, found.manifest_sha256, found.folder) == (
        BatchState.DONE,
        "ab" * 32,
        "/srv/out",
    )


def test_the_failed_are_listed_with_why(any_store: Store) -> None:
    store = registered(any_store)
    batch = running(store, NOBODY, OUYANG.id_number)
    with store.begin() as uow:
        (waiting,) = uow.batches.waiting(batch.id, 1)
        uow.batches.claim(batch.id, RUNNER, [claimed(waiting, "310000-20261123-000001")])
        fault = ItemFault.UNKNOWN_PERSON
        failed = replace(waiting, state=ItemState.FAILED, fault=fault)
        uow.batches.settle(batch.id, RUNNER, [failed])
        found = uow.batches.failed(batch.id, 10)
        uow.commit()
    assert found == (failed,)


@pytest.mark.parametrize("by_delivery", [False, True])
def test_the_issued_come_page_by_page(any_store: Store, by_delivery: bool) -> None:
    store = registered(any_store)
    people = [OUYANG, AIZEMAITI, Holder("310101199001010011", "张三")]
    with store.begin() as uow:
        uow.holders.put(people[2])
        uow.commit()
    batch = running(store, *(one.id_number for one in people))
    issue(store, batch, "E2", None, "E1")
    pages = []
    last: BatchItem | None = None
    with store.begin(write=False) as uow:
        while page := uow.batches.issued(batch.id, 2, after=last, by_delivery=by_delivery):
            pages.append([item.number for item in page])
            last = page[-1]
    assert pages == ([[2, 3], [1]] if by_delivery else [[1, 2], [3]])


def test_what_is_on_record_of_many_is_what_is_on_record_of_each(any_store: Store) -> None:
    store = registered(
        any_store,
        card(card_number="OLD", state=CardState.NORMAL),
        card(SECOND_CODE, card_number="MADE", state=CardState.IN_PRODUCTION, issued_on=None),
    )
    with store.begin() as uow:
        rows = [
            (holder.id_number, contribution(month, insurance))
            for holder in (OUYANG, AIZEMAITI)
            for month in (202412, 202501, 202502)
            for insurance in (Insurance.MEDICAL, Insurance.PENSION)
        ]
        uow.contributions.add(rows)
        years = [(OUYANG.id_number, pension_year(year)) for year in (2024, 2025)]
        uow.pension_accounts.add(years)
        uow.commit()
    asked = [AIZEMAITI.id_number, NOBODY, OUYANG.id_number]
    with store.begin(write=False) as uow:
        found = uow.batches.on_record(asked, YEAR)
        single = uow.contributions.of_person(OUYANG.id_number, YEAR)
    assert set(found) == {OUYANG.id_number, AIZEMAITI.id_number}
    ouyang = found[OUYANG.id_number]
    assert (ouyang.holder, ouyang.contributions) == (OUYANG, single)
    assert ouyang.account == (pension_year(2024), pension_year(2025))
    assert ouyang.adds_up
    assert (ouyang.has_anything(2024), ouyang.has_anything(2023)) == (True, True)
    assert ouyang.card_number == "OLD"
    assert ouyang.last_employer == "91310000MA1"
    assert found[AIZEMAITI.id_number].account == ()
    assert found[AIZEMAITI.id_number].adds_up
    assert found[AIZEMAITI.id_number].card_number is None


def test_nobody_is_on_record_of_nobody(any_store: Store) -> None:
    with any_store.begin(write=False) as uow:
        assert uow.batches.on_record([NOBODY], YEAR) == {}


def test_the_last_copies_of_many(any_store: Store) -> None:
    store = registered(any_store)
    batch = kept(store, planned(), OUYANG.id_number, AIZEMAITI.id_number)
    with store.begin() as uow:
        for at, changes in enumerate(({}, {"copy_number": 2}, {"subject": "202401-202412"})):
            serial = f"310000-20261123-{at:06d}"
            uow.statements.add(statement(serial, **changes), file_of(serial))  # type: ignore[arg-type]
        people = [OUYANG.id_number, AIZEMAITI.id_number]
        one = statement("")
        found = uow.batches.last_copies(batch.id, people, "annual", one.subject, one.language)
        uow.commit()
    assert found == {OUYANG.id_number: 2}


def test_nobody_plans_more_batches_than_a_day_needs(store_of_one_user: Store) -> None:
    """On PostgreSQL the owner may; operators may not (tests/attack)."""
    store = registered(store_of_one_user)
    for minute in range(BATCH_QUOTA):
        kept(store, planned(planned_at=NOON + timedelta(minutes=minute)), NOBODY)
    with pytest.raises(QuotaReached):
        kept(store, planned(planned_at=NOON + timedelta(hours=1)), NOBODY)
    kept(store, planned(planned_at=NOON + timedelta(days=1, minutes=1)), NOBODY)


@pytest.fixture(params=["fake", "sqlcipher"])
def store_of_one_user(request: pytest.FixtureRequest, opened: Callable[[Place], SqlStore]) -> Store:
    if request.param == "fake":
        return FakeStore()
    return opened(request.getfixturevalue("sqlcipher"))
