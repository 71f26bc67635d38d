"""A batch opens the people whom its supervisor has claimed, and nobody else; the app itself gets one done."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from desk_app.domain.batch import (
    BATCH_QUOTA,
    Batch,
    BatchOrder,
    BatchScope,
    BatchState,
    Counts,
    Delivery,
    ItemState,
)
from desk_app.domain.errors import NotPermitted, QuotaReached
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.print.binding import PdfBinder
from desk_app.regions import policy_of
from desk_app.services.batches import Batches
from desk_app.store.engine import SqlStore
from tests.attack.attempts import FORBIDDEN
from tests.attack.city import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    DEPUTY,
    HALL,
    HERE,
    PASSWORD,
    STRANGER,
    SUPERVISOR,
    person,
)
from tests.attack.conftest import DATABASE, DOOR_PASSWORD, Hall, Session, rolled_back, rows
from tests.fakes.drawing import InlineDrawings
from tests.integration.batches.city import Now

BATCH = UUID(int=0xBA)
DIGEST = sha256(b"x").hexdigest()


def batch(by: str, batch_id: UUID = BATCH, scope: str = "list", state: str = "planned") -> str:
    employer = "'913'" if scope == "employer" else "NULL"
    return (
        "INSERT INTO batch (id, scope, year, language, delivery, reason, employer_number,"
        ' operator_number, hall, "window", planned_at, state) VALUES'
        f" ('{batch_id}', '{scope}', 2025, 'zh_CN', 'person', 'r', {employer}, '{by}', '{HALL}', '1',"
        f" now(), '{state}')"
    )


def item(number: int = STRANGER, place: int = 1) -> str:
    return (
        "INSERT INTO batch_item (batch, number, id_number, state) VALUES"
        f" ('{BATCH}', {place}, '{person(number)}', 'planned')"
    )


RUN = f"UPDATE batch SET state = 'running' WHERE id = '{BATCH}'"


def claim(at: str = "now()", serial: str = "b-1") -> str:
    return (
        f"UPDATE batch_item SET state = 'claimed', serial = '{serial}', verification_code = 'v',"
        f" copy_number = 2, claimed_at = {at} WHERE batch = '{BATCH}'"
    )


def issue(by: str, number: int = STRANGER, serial: str = "b-1") -> str:
    return (
        "INSERT INTO statement (serial, verification_code, kind, id_number, subject, recipient,"
        ' copy_number, issued_at, valid_until, hall, "window", operator_number, sha256, pages, language,'
        f" template_version, reason, remark) VALUES ('{serial}', 'v', 'annual', '{person(number)}',"
        f" '202501-202512', 'holder', 2, now(), '2036-01-01', '{HALL}', '1', '{by}', '{DIGEST}', 1, 'zh_CN',"
        " '1', 'other', 'r')"
    )


FILE = (
    "INSERT INTO document_file (sha256, size, kept_at, pdf)"
    f" VALUES ('{DIGEST}', 1, now(), 'x'::bytea)"
)
ISSUED = (
    f"UPDATE batch_item SET state = 'issued', sha256 = '{DIGEST}', pages = 1, size = 1"
    f" WHERE batch = '{BATCH}'"
)
READ = f"SELECT * FROM holder WHERE id_number = '{person(STRANGER)}'"
PAID = READ.replace("*", "c.*").replace("WHERE", "JOIN contribution AS c ON c.person = id WHERE")


@pytest.fixture
def claimed(besieged: Hall) -> Iterator[None]:
    """A batch of the supervisor in which the stranger was claimed, committed; gone again afterwards."""
    with besieged.connect(SUPERVISOR) as session:
        for statement in (batch(SUPERVISOR), item(), RUN, claim()):
            session.execute(statement.encode())
    yield
    with besieged.connect("owner") as owner:
        owner.execute(f"DELETE FROM batch_item WHERE batch = '{BATCH}'".encode())
        owner.execute(f"DELETE FROM batch WHERE id = '{BATCH}'".encode())


@pytest.mark.usefixtures("claimed")
@pytest.mark.parametrize("read", [READ, PAID])
def test_whom_a_supervisor_has_claimed_they_may_read(besiegers: Session, read: str) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        assert rows(session, read) >= 1
    with rolled_back(besiegers(DEPUTY)) as session:
        assert rows(session, read) == 0
    with rolled_back(besiegers(SUPERVISOR)) as session:
        assert rows(session, f"SELECT * FROM holder WHERE id_number = '{person(HERE)}'") == 0


def test_a_claim_of_the_same_transaction_opens_nothing(besiegers: Session) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        assert rows(session, batch(SUPERVISOR), item(), RUN, claim(), READ) == 0
    with rolled_back(besiegers(SUPERVISOR)) as session:
        session.execute("SAVEPOINT s")
        done = (batch(SUPERVISOR), item(), RUN, claim(), "RELEASE s")
        assert rows(session, *done, READ) == 0


@pytest.mark.usefixtures("claimed")
def test_an_ended_batch_opens_nothing(besiegers: Session) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        stopped = f"UPDATE batch SET state = 'stopped' WHERE id = '{BATCH}'"
        assert rows(session, stopped, READ) == 0


@pytest.mark.usefixtures("claimed")
@pytest.mark.parametrize("who", [CLERK, DEPUTY, ADMINISTRATOR, AUDITOR])
def test_nobody_else_sees_its_people(besiegers: Session, who: str) -> None:
    with rolled_back(besiegers(who)) as session:
        asked = f"SELECT * FROM batch_item WHERE batch = '{BATCH}'"
        if who == DEPUTY:
            assert rows(session, asked) == 0
            assert rows(session, f"SELECT * FROM batch WHERE id = '{BATCH}'") == 1
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                rows(session, asked)


@pytest.mark.usefixtures("claimed")
def test_a_claimed_one_is_issued_with_its_record(besiegers: Session) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        assert rows(session, issue(SUPERVISOR), FILE, ISSUED) == 1


@pytest.mark.usefixtures("claimed")
@pytest.mark.parametrize(
    "tried",
    [
        (ISSUED,),
        (FILE,),
        (issue(SUPERVISOR, HERE),),
        (issue(SUPERVISOR, serial="b-2"),),
        (issue(DEPUTY),),
        (issue(SUPERVISOR), ISSUED, ISSUED),
        (issue(SUPERVISOR), ISSUED, claim(serial="b-3")),
        (f"UPDATE batch SET reason = 'other' WHERE id = '{BATCH}'",),
        (f"UPDATE batch_item SET id_number = '{person(HERE)}' WHERE batch = '{BATCH}'",),
        (f"DELETE FROM batch_item WHERE batch = '{BATCH}'",),
        (f"SELECT desk_plan_batch('{BATCH}')",),
    ],
    ids=lambda tried: str(len(tried)) + tried[-1][:40],
)
def test_nothing_else_is(besiegers: Session, tried: tuple[str, ...]) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        with pytest.raises(psycopg.Error) as refused:
            rows(session, *tried)
        assert refused.value.sqlstate == FORBIDDEN


@pytest.mark.usefixtures("claimed")
@pytest.mark.parametrize(
    ("who", "tried"),
    [
        (CLERK, batch(CLERK, uuid4())),
        (ADMINISTRATOR, batch(ADMINISTRATOR, uuid4())),
        (AUDITOR, batch(AUDITOR, uuid4())),
        (SUPERVISOR, batch(DEPUTY, uuid4())),
        (SUPERVISOR, batch(SUPERVISOR, uuid4(), state="running")),
        (DEPUTY, item(HERE, 2)),
        (DEPUTY, f"SELECT desk_plan_batch('{BATCH}')"),
        (DEPUTY, f"SELECT * FROM desk_last_copies('{BATCH}', '{{x}}', 'annual', '', '')"),
        (CLERK, "SELECT * FROM desk_open_claim"),
    ],
    ids=[
        "clerk",
        "administrator",
        "auditor",
        "in_a_name",
        "at_once",
        "item",
        "plan",
        "copies",
        "claims",
    ],
)
def test_others_can_do_nothing_with_batches(besiegers: Session, who: str, tried: str) -> None:
    with rolled_back(besiegers(who)) as session:
        with pytest.raises(psycopg.Error) as refused:
            rows(session, tried)
        assert refused.value.sqlstate == FORBIDDEN


def test_nobody_claims_at_another_time(besiegers: Session) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        early = claim("now() - interval '1 hour'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            rows(session, batch(SUPERVISOR), item(), RUN, early)


@pytest.mark.parametrize(("scope", "at_least"), [("city", 10), ("employer", 10)])
def test_a_city_is_numbered_without_being_seen(
    besiegers: Session, scope: str, at_least: int
) -> None:
    with rolled_back(besiegers(SUPERVISOR)) as session:
        planned = (batch(SUPERVISOR, scope=scope), f"SELECT desk_plan_batch('{BATCH}')")
        assert (
            rows(session, *planned, f"SELECT * FROM batch_item WHERE batch = '{BATCH}'") >= at_least
        )
        assert rows(session, READ) == 0


@pytest.fixture
def supervisors(hall: Hall, request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """A counter that came in by the door, with a supervisor signed in: the deputy, unless told otherwise."""
    store = hall.store(f"{DATABASE}_door", DOOR_PASSWORD)
    store.enter(getattr(request, "param", DEPUTY), PASSWORD)
    yield store
    store.close()


def test_the_app_itself_gets_a_batch_done(supervisors: SqlStore, tmp_path: Path) -> None:
    policy, at = policy_of("310000"), "https://v.example"
    batches = Batches(supervisors, InlineDrawings(), PdfBinder(), Now(), policy, at, chunk=3)
    desk = Desk(HALL, "9", "310000", Operator(DEPUTY, "副主任", frozenset({Role.SUPERVISOR})))
    order = BatchOrder(BatchScope.EMPLOYER, 2025, "zh_CN", Delivery.EMPLOYER, "年度寄送", "913")
    planned = batches.plan(desk, order)
    ended = batches.run(desk, planned.id, tmp_path / "out")
    people = planned.counts.total
    assert people >= 10
    assert (ended.state, ended.counts) == (BatchState.DONE, Counts(issued=people))
    with supervisors.begin(write=False) as uow:
        assert uow.holders.get(person(STRANGER)) is None  # settled ones are closed again
        issued = uow.batches.issued(planned.id, 100)
    assert {one.state for one in issued} == {ItemState.ISSUED}
    listed = BatchOrder(
        BatchScope.LIST, 2025, "en", Delivery.PERSON, "r", id_numbers=("1", person(HERE))
    )
    second = batches.plan(desk, listed)
    assert batches.run(desk, second.id, tmp_path / "two").counts == Counts(issued=1, failed=1)
    stopped = batches.stop(desk, second.id)
    assert stopped.state is BatchState.DONE


# Another supervisor: whoever has used up a quota gets no batch done in the other tests.
@pytest.mark.parametrize("supervisors", [SUPERVISOR], indirect=True)
def test_clerks_get_none_done_and_nobody_too_many(supervisors: SqlStore) -> None:
    clerk = Desk(HALL, "9", "310000", Operator(CLERK, "王敏", frozenset({Role.SUPERVISOR})))
    policy, at = policy_of("310000"), "https://v.example"
    batches = Batches(supervisors, InlineDrawings(), PdfBinder(), Now(), policy, at)
    order = BatchOrder(BatchScope.LIST, 2025, "en", Delivery.PERSON, "r", id_numbers=("1",))
    with pytest.raises(NotPermitted):
        batches.plan(clerk, order)
    one = Desk(HALL, "9", "310000", Operator(SUPERVISOR, "主任", frozenset({Role.SUPERVISOR})))
    planned: list[Batch] = []

    def plan_on_and_on() -> None:
        for _ in range(BATCH_QUOTA + 1):
            planned.append(batches.plan(one, order))

    with pytest.raises(QuotaReached):
        plan_on_and_on()
    assert len(planned) <= BATCH_QUOTA
