"""What takes more than one transaction: purposes that were committed, quotas, operators who are disabled
while they are signed in, and locks."""

from collections.abc import Callable, Iterator
from itertools import count

import psycopg
import pytest

from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.domain.purpose import QUOTA
from tests.attack.attempts import FORBIDDEN
from tests.attack.city import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    FILED_PAST,
    HALL,
    HERE,
    LOST,
    PASSWORD,
    STRANGER,
    SUPERVISOR,
    person,
)
from tests.attack.conftest import Hall, Session, rolled_back, rows
from tests.attack.roles import application, change, decide, outbox, purpose

_numbers = count(5001)

Hire = Callable[..., str]


@pytest.fixture
def hire(hall: Hall) -> Hire:
    """Makes an operator of this test's own, by the owner, and gives the number."""

    def hired(*roles: Role) -> str:
        number = str(next(_numbers))
        store = hall.store()
        try:
            with store.begin() as uow:
                operator = Operator(number, "新来的", frozenset(roles))
                uow.operators.put(OperatorAccount(operator, "", hall=HALL))
                uow.operators.set_login(number, PASSWORD)
                uow.commit()
        finally:
            store.close()
        return number

    return hired


@pytest.fixture
def clerk(hall: Hall, hire: Hire) -> Iterator[tuple[str, psycopg.Connection]]:
    number = hire(Role.CLERK)
    with hall.connect(number) as session:
        yield number, session
        if not session.closed and not session.broken:
            session.rollback()


def _seen(session: psycopg.Connection, table: str = "holder") -> int:
    found = session.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    assert found is not None
    session.rollback()
    return int(found[0])


def test_a_committed_purpose_opens_one_citizen_and_a_rolled_back_one_none(
    clerk: tuple[str, psycopg.Connection],
) -> None:
    number, session = clerk
    session.execute(purpose(number, STRANGER))
    assert session.execute("SELECT count(*) FROM holder").fetchone() == (0,)
    session.rollback()
    assert _seen(session) == 0
    session.execute(purpose(number, STRANGER))
    session.commit()
    assert [_seen(session, table) for table in ("holder", "card", "e_card")] == [1] * 3
    assert (_seen(session, "contribution"), _seen(session, "pension_year")) == (12, 1)
    issued = session.execute("SELECT DISTINCT id_number FROM statement").fetchall()
    assert issued == [(person(STRANGER),)]  # one or more: batches go on in this hall


def test_a_purpose_is_over_after_its_time(
    hall: Hall, clerk: tuple[str, psycopg.Connection]
) -> None:
    number, session = clerk
    session.execute(purpose(number, STRANGER))
    session.commit()
    assert _seen(session) == 1
    with hall.connect("owner") as owner:
        owner.execute(
            "UPDATE purpose SET at = at - interval '2 hours' WHERE operator_number = %s", [number]
        )
    assert _seen(session) == 0


def test_a_purpose_is_nobody_elses(hall: Hall, hire: Hire) -> None:
    one, other = hire(Role.CLERK), hire(Role.CLERK)
    with hall.connect(one) as first, hall.connect(other) as second:
        first.execute(purpose(one, STRANGER))
        first.commit()
        assert (_seen(first), _seen(second)) == (1, 0)


def test_nobody_harvests_a_thousand_citizens(
    hall: Hall, clerk: tuple[str, psycopg.Connection]
) -> None:
    number, session = clerk
    for _ in range(QUOTA):
        session.execute(purpose(number, STRANGER))
        session.commit()
    with pytest.raises(psycopg.Error) as refused:
        session.execute(purpose(number, STRANGER))
    assert refused.value.sqlstate == "DQ001"
    session.rollback()
    with hall.connect("owner") as owner:
        kept = "SELECT count(*) FROM purpose WHERE operator_number = %s"
        assert owner.execute(kept, [number]).fetchone() == (QUOTA,)
        owner.execute(
            "UPDATE purpose SET at = at - interval '61 min' WHERE operator_number = %s", [number]
        )
    session.execute(purpose(number, STRANGER))
    session.commit()
    assert f"operator {number} has reached the quota" in (hall.cluster.folder / "log").read_text()


def test_a_thousand_at_once_are_too_many_as_well(
    clerk: tuple[str, psycopg.Connection],
) -> None:
    number, session = clerk
    harvest = (
        purpose(number, STRANGER).replace("VALUES (", "SELECT ").removesuffix(")")
        + " FROM generate_series(1, 1000)"
    )
    with pytest.raises(psycopg.Error) as refused:
        session.execute(harvest.encode())
    assert refused.value.sqlstate == "DQ001"


def test_many_sessions_share_one_quota(hall: Hall, hire: Hire) -> None:
    number = hire(Role.CLERK)
    with hall.connect("owner") as owner:
        for _ in range(QUOTA - 1):
            owner.execute(purpose(number, STRANGER).encode())
    with hall.connect(number) as first, hall.connect(number) as second:
        first.execute(purpose(number, STRANGER))
        second.execute("SET lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute(purpose(number, STRANGER))
        second.rollback()
        first.commit()
        with pytest.raises(psycopg.Error) as refused:
            second.execute(purpose(number, STRANGER))
        assert refused.value.sqlstate == "DQ001"


def test_a_write_after_being_disabled_mid_session_fails(hall: Hall, hire: Hire) -> None:
    number = hire(Role.CLERK)
    with hall.connect(number) as session, hall.connect(ADMINISTRATOR) as administrator:
        session.execute(purpose(number, HERE))
        session.commit()
        session.execute(application(number))
        administrator.execute("SELECT desk_disable_operator(%s)", [number])
        administrator.commit()
        with pytest.raises(psycopg.OperationalError):
            session.commit()
    with pytest.raises(psycopg.OperationalError):
        hall.connect(number)
    with hall.connect("owner") as owner:
        assert owner.execute(
            "SELECT count(*) FROM application WHERE filed_by = %s", [number]
        ).fetchone() == (0,)


def test_whose_session_was_not_ended_is_still_refused(hall: Hall, hire: Hire) -> None:
    """Where the owner may signal nobody, the rules themselves ask who is active."""
    number = hire(Role.CLERK)
    with hall.connect(number) as session, hall.connect("owner") as owner:
        session.execute(purpose(number, HERE))
        session.commit()
        assert _seen(session) == 1
        session.execute("SELECT 1")
        owner.execute("UPDATE operator SET active = false WHERE number = %s", [number])
        owner.commit()
        with pytest.raises(psycopg.Error) as refused:
            session.execute(application(number))
        assert refused.value.sqlstate == FORBIDDEN
        session.rollback()
        assert _seen(session) == 0
        owner.execute("UPDATE operator SET active = true WHERE number = %s", [number])
        owner.commit()
        assert _seen(session) == 1


def test_taking_a_role_away_takes_effect_at_once(hall: Hall, hire: Hire) -> None:
    number = hire(Role.CLERK, Role.SUPERVISOR)
    store = hall.store()
    with hall.connect(number) as session:
        session.execute(purpose(number, LOST, "case"))
        session.rollback()
        with store.begin() as uow:
            account = uow.operators.get(number)
            assert account is not None
            clerk_only = Operator(number, "新来的", frozenset({Role.CLERK}))
            uow.operators.put(OperatorAccount(clerk_only, "", hall=HALL))
            uow.commit()
        for statement in (purpose(number, LOST, "case"), decide(number, LOST)):
            with pytest.raises(psycopg.Error) as refused:
                session.execute(statement.encode())
            assert refused.value.sqlstate == FORBIDDEN
            session.rollback()
        session.execute(purpose(number, LOST))
        session.rollback()
    store.close()


def test_nobody_who_holds_advisory_locks_stops_the_trail(hall: Hall, sessions: Session) -> None:
    record = f"SELECT desk_audit('{HALL}', 'at', 'lock', 'done', '{CLERK}', '1', NULL, NULL, NULL)"
    with hall.connect(SUPERVISOR) as holder, rolled_back(sessions(CLERK)) as session:
        holder.execute("SELECT pg_advisory_lock(key) FROM generate_series(1, 1000) AS key")
        session.execute("SET LOCAL lock_timeout = '2s'")
        assert session.execute(record.encode()).rowcount == 1


def test_an_operator_who_keeps_a_transaction_open_stops_the_hall_for_as_long_as_locks_wait(
    hall: Hall, hire: Hire
) -> None:
    """What PostgreSQL cannot prevent, and what limits it: the login's time-out of idle transactions."""
    one, other = hire(Role.CLERK), hire(Role.CLERK)
    record = f"SELECT desk_audit('{HALL}', 'at', 'lock', 'done', '', '1', NULL, NULL, NULL)"
    with hall.connect(one) as keeper, hall.connect(other) as session:
        limit = keeper.execute("SHOW idle_in_transaction_session_timeout").fetchone()
        assert limit == ("2min",)
        keeper.execute(record.encode())
        session.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            session.execute(record.encode())
        session.rollback()
        keeper.rollback()
        assert session.execute(record.encode()).rowcount == 1
        session.rollback()


def test_settings_are_each_logins_own(sessions: Session) -> None:
    with rolled_back(sessions(CLERK)) as session:
        found = [
            session.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("synchronous_commit", "statement_timeout", "lock_timeout")
        ]
    assert found == [("on",), ("1min",), ("10s",)]


def test_a_wrong_password_does_not_come_in_and_the_typed_one_is_not_it(hall: Hall) -> None:
    for password in ("wrong", PASSWORD):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(
                host="127.0.0.1",
                port=hall.cluster.port,
                dbname="hall",
                user=f"hall_{CLERK}",
                password=password,
            )


def test_an_operator_reaches_no_other_database(hall: Hall, hire: Hire) -> None:
    with hall.cluster.database() as other, psycopg.connect(hall.cluster.dsn()) as root:
        name = other.rpartition("/")[2]
        root.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC".encode())
        root.commit()
        number = hire(Role.CLERK)
        with hall.connect(number) as session:
            found = session.execute(
                "SELECT has_database_privilege(%s, 'CONNECT')", [name]
            ).fetchone()
            assert found == (False,)


DOOR = [
    "SELECT * FROM holder",
    "SELECT * FROM contribution",
    "SELECT * FROM statement",
    "SELECT * FROM audit",
    "SELECT * FROM purpose",
    "SELECT password_hash FROM operator",
    "SELECT * FROM desk_accounts(NULL, NULL, false)",
    f"SELECT desk_set_login('{CLERK}', 'x')",
    f"SELECT desk_disable_operator('{CLERK}')",
    f"SELECT desk_put_operator('{CLERK}', 'x', '{HALL}', '$login$', true, 0, NULL, NULL, NULL, '{{clerk}}')",
    f"SELECT desk_put_operator('{CLERK}', '操作员{CLERK}', '{HALL}', '', true, 0, NULL, now(), NULL,"
    " '{clerk}')",
    f"SELECT desk_audit('{HALL}', 'at', 'anchor', 'done', '1', '2', 'x', NULL, NULL)",
    purpose(CLERK, STRANGER),
    application(CLERK),
    outbox(CLERK).replace("report_card", "issue_e_card"),
    outbox(CLERK).replace("report_card", "revoke_e_card"),  # of a card that works
    "UPDATE card SET state = 'normal', version = version + 1",
    "UPDATE card SET state = 'expired', version = version + 1",
    change(FILED_PAST, "expired"),
    f"SET ROLE hall_{CLERK}",
]


@pytest.mark.parametrize("statement", DOOR)
def test_by_the_door_nobody_gets_to_citizens_or_accounts(sessions: Session, statement: str) -> None:
    with rolled_back(sessions("door")) as door, pytest.raises(psycopg.Error) as refused:
        rows(door, statement)
    assert refused.value.sqlstate == FORBIDDEN


def test_by_the_door_an_account_is_asked_for_and_a_failure_counted(sessions: Session) -> None:
    with rolled_back(sessions("door")) as door:
        asked = f"SELECT password_hash, failures FROM desk_accounts('{CLERK}', NULL, true)"
        before = door.execute(asked.encode()).fetchone()
        assert before is not None
        assert before[0] == f"$login$hall_{CLERK}"
        door.execute(
            f"SELECT desk_put_operator(number, name, hall, password_hash, active, failures + 1, NULL,"
            f" password_set_at, card, roles) FROM desk_accounts('{CLERK}', NULL, true)".encode()
        )
        after = door.execute(asked.encode()).fetchone()
        assert after == (f"$login$hall_{CLERK}", before[1] + 1)


def test_what_the_door_audits_says_so(hall: Hall, sessions: Session) -> None:
    with rolled_back(sessions("door")) as door:
        record = f"SELECT desk_audit('{HALL}', 'at', 'sign_in', 'refused', '{CLERK}', '2', NULL, NULL, NULL)"
        door.execute(record.encode())
        door.commit()
    with rolled_back(sessions(AUDITOR)) as auditor:
        newest = "SELECT operator_number, detail, at FROM audit ORDER BY seq DESC LIMIT 1"
        number, detail, at = auditor.execute(newest.encode()).fetchone() or ("", "", "")
    assert (number, detail) == (CLERK, "by the door")
    assert at != "at"


def test_one_citizen_does_not_stand_for_another(sessions: Session) -> None:
    with rolled_back(sessions(CLERK)) as session:
        seen = session.execute("SELECT id_number FROM holder").fetchall()
    assert (person(STRANGER),) not in seen
    assert (person(HERE),) in seen
