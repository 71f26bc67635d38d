"""What PostgreSQL itself writes into the trail for an operator who is logged in by name."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from desk_app.domain.audit import AuditQuery, AuditRecord
from desk_app.domain.audit_chain import GENESIS, Anchor, Link, canonical, digest_of
from desk_app.domain.permissions import Role
from desk_app.store.audit import reference
from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import Place
from tests.integration.store.raw import connected, refused, run
from tests.integration.store.samples import HALL, OTHER_HALL, OUYANG, entry
from tests.integration.store.sessions import account, login, scalar

MAY_AUDIT = "EXECUTE ON FUNCTION desk_audit"
CALL = "SELECT desk_audit('{hall}', 'yesterday', '{action}', 'done', '{operator}', '07', 'x', NULL, 'd')"


@pytest.fixture
def staffed(postgres: Place, opened: Callable[[Place], SqlStore]) -> Place:
    with opened(postgres).begin() as uow:
        uow.operators.put(account("1001", Role.CLERK))
        uow.operators.put(account("4001", Role.AUDITOR, hall=OTHER_HALL))
        uow.commit()
    return postgres


@pytest.fixture
def clerk(staffed: Place) -> Iterator[Place]:
    with login(staffed, "1001", MAY_AUDIT) as session:
        yield session


def test_the_owner_is_no_operator_and_an_operator_is_known_by_the_login(
    staffed: Place, clerk: Place
) -> None:
    assert scalar(staffed, "SELECT desk_operator()") is None
    assert scalar(clerk, "SELECT desk_operator()") == "1001"


def test_number_hall_and_time_are_the_sessions_whatever_the_client_says(
    staffed: Place, clerk: Place
) -> None:
    before = datetime.now(UTC)
    run(clerk, CALL.format(hall=OTHER_HALL, action="identify", operator="1002"))
    run(staffed, CALL.format(hall=OTHER_HALL, action="identify", operator="1002"))
    forged, given = _audit(staffed, HALL), _audit(staffed, OTHER_HALL)
    assert [(r["operator_number"], r["window"], r["detail"]) for r in forged] == [
        ("1001", "07", "d for 1002/07")
    ]
    at = datetime.fromisoformat(forged[0]["at"])
    assert before - timedelta(seconds=1) < at < datetime.now(UTC) + timedelta(seconds=1)
    assert [(r["operator_number"], r["at"]) for r in given] == [("1002", "yesterday")]


def test_a_counter_that_is_logged_in_by_name_writes_through_its_own_session(
    staffed: Place, clerk: Place, opened: Callable[[Place], SqlStore]
) -> None:
    with opened(clerk).begin() as uow:
        uow.audit.append(entry(hall=OTHER_HALL))
        uow.audit.append(entry(operator_number="1002"))
        uow.commit()
    records = _records(opened(staffed))
    assert [(r.hall, r.seq, r.operator_number) for r in records] == [
        (HALL, 1, "1001"),
        (HALL, 2, "1001"),
    ]
    with opened(staffed).begin(write=False) as uow:
        assert uow.audit.first_broken() is None


@pytest.mark.parametrize(
    "forgery",
    [
        "INSERT INTO audit SELECT * FROM audit",
        "UPDATE audit SET operator_number = '1002'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "INSERT INTO audit_head VALUES ('x', 0, '')",
        "UPDATE audit_head SET seq = 0",
        "DELETE FROM audit_head",
        "SELECT pepper FROM installation",
        "SELECT desk_subject('x')",
        "SELECT desk_reference('x')",
        "SELECT seq FROM audit_head FOR UPDATE",
        CALL.format(hall=HALL, action="anchor", operator="1001"),
        "SELECT desk_purge('x', '', '1001', '07', NULL, '1-1 1 x')",
    ],
)
def test_an_operator_gets_past_the_function_nowhere(
    staffed: Place, clerk: Place, forgery: str
) -> None:
    run(clerk, CALL.format(hall=HALL, action="identify", operator="1001"))
    assert refused(clerk, forgery)


def test_a_table_of_ones_own_does_not_stand_in_for_the_trails(staffed: Place, clerk: Place) -> None:
    run(
        clerk,
        "CREATE TEMPORARY TABLE operator (number text, hall text)",
        "INSERT INTO operator VALUES ('1001', 'elsewhere')",
        CALL.format(hall="elsewhere", action="identify", operator="1001"),
    )
    assert len(_audit(staffed, HALL)) == 1


def test_a_login_that_is_nobodys_writes_nothing(staffed: Place) -> None:
    with login(staffed, "9999", MAY_AUDIT) as stranger:
        assert refused(stranger, CALL.format(hall=HALL, action="identify", operator="1001"))


def test_nobody_who_is_an_operator_purges_even_if_let_call_it(staffed: Place) -> None:
    long_ago = CALL.format(hall=HALL, action="identify", operator="1001")
    run(staffed, long_ago.replace("yesterday", "2001-01-01T00:00:00.000000+00:00"))
    (only,) = _audit(staffed, HALL)
    call = f"SELECT desk_purge('{HALL}', '', '1001', '07', NULL, '1-1 1 {only['digest']}')"
    with login(staffed, "1001", "EXECUTE ON FUNCTION desk_purge") as session:
        assert refused(session, call)
    run(staffed, call)
    assert [row["action"] for row in _audit(staffed, HALL)] == ["anchor"]


def test_only_auditors_turn_numbers_into_references(staffed: Place) -> None:
    asked = f"SELECT desk_reference('{OUYANG.id_number}')"
    pepper = str(scalar(staffed, "SELECT pepper FROM installation"))
    may_ask = "EXECUTE ON FUNCTION desk_reference"
    with login(staffed, "4001", may_ask) as auditor:
        assert scalar(auditor, asked) == reference(OUYANG.id_number, bytes.fromhex(pepper))
    with login(staffed, "1001", may_ask) as clerk:
        assert refused(clerk, asked)


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)
_MAYBE = st.none() | _TEXT
_LINKS = st.builds(
    Link,
    hall=_TEXT,
    seq=st.integers(1, 2**63 - 1),
    at=_TEXT,
    action=_TEXT,
    outcome=_TEXT,
    operator_number=_TEXT,
    window=_TEXT,
    subject_reference=_MAYBE,
    reason=_MAYBE,
    detail=_MAYBE,
    previous=_TEXT,
    digest=st.just(""),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(links=st.lists(_LINKS, min_size=1, max_size=20))
def test_the_database_computes_the_same_digest(postgres: Place, links: list[Link]) -> None:
    values = ", ".join(f":{name}" for name in Link._fields)
    asked = text(f"SELECT desk_link(CAST(ROW({values}) AS audit))")
    with connected(postgres) as connection:
        for link in links:
            assert connection.execute(asked, link._asdict()).scalar_one() == digest_of(link)


@given(one=_LINKS, other=_LINKS)
def test_no_two_records_have_the_same_canonical_form(one: Link, other: Link) -> None:
    same = one._replace(digest="") == other._replace(digest="")
    assert (canonical(one) == canonical(other)) is same


@given(link=_LINKS, cut=st.integers(0, 8))
def test_a_letter_that_moves_to_the_next_field_changes_the_form(link: Link, cut: int) -> None:
    moved = link._replace(action=link.action[:cut], outcome=link.action[cut:] + link.outcome)
    assert (canonical(moved) == canonical(link)) is (moved == link)


@given(first=st.integers(1, 10**9), count=st.integers(1, 10**9))
def test_an_anchor_is_read_as_it_was_written(first: int, count: int) -> None:
    anchor = Anchor(first, first + count - 1, GENESIS)
    written = Link("h", 1, "", "anchor", "done", "1", "1", None, None, str(anchor), "", "")
    assert Anchor.read(written) == anchor
    assert Anchor.read(written._replace(action="identify")) is None
    assert Anchor.read(written._replace(detail=f" {anchor}")) is None


def _audit(place: Place, hall: str) -> list[dict[str, str]]:
    asked = text("SELECT * FROM audit WHERE hall = :hall ORDER BY seq")
    with connected(place) as connection:
        return [dict(row._mapping) for row in connection.execute(asked, {"hall": hall})]


def _records(store: SqlStore) -> list[AuditRecord]:
    with store.begin(write=False) as uow:
        return list(uow.audit.records(AuditQuery()))
