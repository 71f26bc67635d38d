"""The auditor's own login on PostgreSQL does all that the page and the command line ask of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_app.domain.audit import Action, AuditQuery
from desk_app.domain.errors import DeskError
from desk_app.domain.operator import Desk, Operator
from desk_app.domain.permissions import Role
from desk_app.services.audit_export import ExportFormat
from desk_app.services.auditing import Auditing
from desk_app.services.ports import UnitOfWork
from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import TEMPLATE, Place
from tests.integration.store.samples import HALL, NOON, OTHER_HALL, OUYANG, entry
from tests.integration.store.sessions import account, login


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def trail(postgres: Place, opened: Callable[[Place], SqlStore]) -> SqlStore:
    store = opened(postgres)
    with store.begin() as uow:
        uow.operators.put(account("4001", Role.AUDITOR))
        uow.operators.put(account("1001", Role.CLERK))
        for minute in range(5):
            uow.audit.append(entry(minute))
            uow.audit.append(entry(minute, None, OTHER_HALL))
        uow.commit()
    return store


def _desk(number: str, role: Role) -> Desk:
    return Desk("anywhere", "03", "310000", Operator(number, "许诺", frozenset({role})))


def test_an_auditor_searches_verifies_and_exports(
    postgres: Place, trail: SqlStore, opened: Callable[[Place], SqlStore], tmp_path: Path
) -> None:
    with login(postgres, "4001", f'"{TEMPLATE}_auditor"') as session:
        service = Auditing(opened(session), _Clock(), 10)
        desk, query = _desk("4001", Role.AUDITOR), AuditQuery(citizen=OUYANG.id_number)
        found = service.search(desk, query, 50)
        reports = service.verify(desk)
        path = tmp_path / "trail.jsonl"
        assert service.export(desk, AuditQuery(), ExportFormat.JSONL, path) == 12
    assert [(r.hall, r.seq) for r in found[1:]] == [(HALL, seq) for seq in (5, 4, 3, 2, 1)]
    assert (found[0].action, found[0].operator_number) == (Action.SEARCH_AUDIT, "4001")
    assert [report.broken for report in reports] == [None, None]
    with trail.begin(write=False) as uow:
        mine = list(uow.audit.records(AuditQuery(operator_number="4001")))
    assert {r.hall for r in mine} == {HALL}
    assert [r.action for r in mine] == [
        Action.SEARCH_AUDIT,
        Action.VERIFY_AUDIT,
        Action.EXPORT_AUDIT,
    ]


@pytest.mark.parametrize(
    "read",
    [
        lambda uow: uow.audit.page(AuditQuery(), 50),
        lambda uow: uow.audit.page(AuditQuery(citizen=OUYANG.id_number), 50),
        lambda uow: uow.audit.verify(),
    ],
    ids=["page", "citizen", "verify"],
)
def test_a_clerks_login_reads_no_trail(
    postgres: Place,
    trail: SqlStore,
    opened: Callable[[Place], SqlStore],
    read: Callable[[UnitOfWork], object],
) -> None:
    with (
        login(postgres, "1001") as session,
        opened(session).begin(write=False) as uow,
        pytest.raises(DeskError),
    ):
        read(uow)
    with trail.begin(write=False) as uow:
        assert read(uow)


def test_not_even_the_administrators_login_purges(
    postgres: Place, trail: SqlStore, opened: Callable[[Place], SqlStore]
) -> None:
    with trail.begin() as uow:
        uow.audit.append(entry(hall="老大厅", at=NOON.replace(year=2020)))
        uow.commit()
    with trail.begin(write=False) as uow:
        anchor = uow.audit.older_than(NOON)["老大厅"]
    anchored = entry(9, None, "老大厅", action=Action.ANCHOR, detail=str(anchor))
    with (
        login(postgres, "1001", f'"{TEMPLATE}_administrator"') as session,
        opened(session).begin() as uow,
        pytest.raises(DeskError),
    ):
        uow.audit.purge(anchored)
    with trail.begin() as uow:
        uow.audit.purge(anchored)
        uow.commit()
