"""Purposes, the life of a card and decisions, as the database keeps them on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from desk_app.domain.errors import BrokenPromise, QuotaReached
from desk_app.domain.lifecycle import TRANSITIONS
from desk_app.domain.operator import Role
from desk_app.domain.purpose import GOOD_FOR, QUOTA, QUOTA_PERIOD, Purpose, PurposeKind
from desk_app.services.ports import Store
from desk_app.store.engine import SqlStore
from tests.fakes.store import FakeStore
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected, refused, run
from tests.integration.store.samples import CODE, NOON, OUYANG, registered
from tests.integration.store.sessions import account


def _purpose(minute: float = 0, number: str = "1001") -> Purpose:
    at = NOON + timedelta(minutes=minute)
    return Purpose(uuid4(), PurposeKind.LOOK_UP, number, at, OUYANG.id_number)


@pytest.fixture
def staffed(any_store: Store) -> Store:
    registered(any_store)
    with any_store.begin() as uow:
        uow.operators.put(account("1001", Role.CLERK))
        uow.commit()
    return any_store


def test_a_unit_of_work_may_begin_with_a_purpose(staffed: Store) -> None:
    with staffed.begin(purpose=_purpose()) as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG
        uow.commit()
    with staffed.begin(write=False, purpose=_purpose()) as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG
        if not isinstance(staffed, FakeStore):
            with pytest.raises(BrokenPromise):
                uow.holders.put(OUYANG)


def test_whoever_has_no_account_writes_none(staffed: Store) -> None:
    with staffed.begin(purpose=_purpose(number="cli")) as uow:
        uow.commit()


def test_the_quota_is_of_an_hour(staffed: Store) -> None:
    if not isinstance(staffed, FakeStore) and staffed._door.writing.dialect.name != "sqlite":  # type: ignore[attr-defined]
        pytest.skip("PostgreSQL holds the owner to no quota; tests/attack does it as a clerk")
    with staffed.begin() as uow:
        for number in range(QUOTA):
            uow.purposes.add(_purpose(number / 10))
        uow.commit()
    with pytest.raises(QuotaReached), staffed.begin(purpose=_purpose(30)):
        pass
    after = QUOTA_PERIOD.total_seconds() / 60 + 1
    with staffed.begin(purpose=_purpose(after)) as uow:
        uow.commit()


def test_signing_in_and_out_changes_nothing_where_nobody_has_a_login(staffed: Store) -> None:
    staffed.enter("1001", "whatever")
    with staffed.unattended().begin(write=False) as uow:
        assert uow.holders.get(OUYANG.id_number) == OUYANG
    with staffed.begin() as uow:
        uow.operators.set_login("1001", "whatever")
        uow.commit()
    staffed.leave()
    with staffed.begin(write=False) as uow:
        assert uow.operators.get("1001") is not None


def test_the_databases_transitions_are_the_domains(place: Place) -> None:
    with connected(place) as connection:
        asked = text("SELECT change, source, target, permission, four_eyes FROM transition")
        found = {(*row[:4], bool(row[4])) for row in connection.execute(asked)}
    assert found == {(t.change, t.source, t.target, t.permission, t.four_eyes) for t in TRANSITIONS}


def test_the_databases_limits_are_the_domains(postgres: Place) -> None:
    with connected(postgres) as connection:
        asked = text(
            "SELECT pg_get_viewdef('desk_open_purpose'), prosrc FROM pg_proc"
            " WHERE proname = 'desk_purpose'"
        )
        view, quota = connection.execute(asked).one()
    assert f"'{GOOD_FOR}'".replace("'2:", "'02:") in view
    hours = QUOTA_PERIOD.total_seconds() / 3600
    assert f"interval '{hours:.0f} hour'" in quota
    assert f"lately >= {QUOTA} " in quota


@pytest.mark.parametrize(
    "leap",
    [
        "UPDATE card SET state = 'lost'",
        "UPDATE card SET state = 'locked'",
        "UPDATE card SET state = 'temporarily_lost'",
    ],
)
def test_on_sqlite_a_card_changes_along_the_table_only(
    sqlcipher: Place, opened: Callable[[Place], SqlStore], leap: str
) -> None:
    registered(opened(sqlcipher))
    assert refused(sqlcipher, leap)
    run(sqlcipher, "UPDATE card SET state = 'normal'")


_FILED = (
    "INSERT INTO application (id, number, kind, identification_code, id_number, region, card_state,"
    ' card_version, applicant, reason, filed_by, filed_at, hall, "window", state, version, changed_at,'
    f" changed_window) VALUES ('{uuid4().hex}', 'n-1', 'formal_loss', '{CODE}', '{OUYANG.id_number}',"
    " '310000', 'normal', 1, 'holder', 'x', '1001', '2026-11-23 12:00:00', 'h', '1', 'filed', 1,"
    " '2026-11-23 12:00:00', '1')"
)
_DECIDED = (
    "UPDATE application SET state = 'rejected', approved = 0, decided_by = '2001', decided_window = '9',"
    " decided_at = '2026-11-23 12:05:00', decision_reason = 'x'"
)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE application SET filed_by = '2001'",
        "UPDATE application SET hall = 'x'",
        "UPDATE application SET decided_by = '1001'",
        "UPDATE application SET decision_reason = 'y'",
        "UPDATE application SET state = 'completed', approved = 1",
        "DELETE FROM application",
        "DELETE FROM purpose",
        "UPDATE purpose SET reason = 'x'",
    ],
)
def test_on_sqlite_what_was_filed_and_decided_stands(
    sqlcipher: Place, opened: Callable[[Place], SqlStore], forgery: str
) -> None:
    store = registered(opened(sqlcipher))
    with store.begin() as uow:
        uow.operators.put(account("1001", Role.CLERK))
        uow.operators.put(account("2001", Role.SUPERVISOR))
        uow.purposes.add(_purpose())
        uow.commit()
    run(sqlcipher, _FILED, _DECIDED)
    assert refused(sqlcipher, forgery)
