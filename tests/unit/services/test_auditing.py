"""The auditor's verbs: they leave traces themselves, and nothing old goes but by the policy."""

import csv
import json
import stat
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from desk_app.domain.audit import Action, AuditEntry, AuditQuery, AuditRecord, Outcome
from desk_app.domain.audit_chain import Link, digest_of
from desk_app.domain.errors import (
    Cancelled,
    CannotSave,
    NotPermitted,
    TooYoungToPurge,
    TrailBroken,
)
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.services.audit_export import COLUMNS, ExportFormat
from desk_app.services.auditing import Auditing
from tests.fakes.store import FakeStore

NUMBER = "00000019880229000X"
HALL = "示例服务大厅"
NOW = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)
AUDITOR = Desk(HALL, "03", "310000", Operator("4001", "许诺", frozenset({Role.AUDITOR})))
ADMINISTRATOR = replace(AUDITOR, operator=Operator("3001", "何静", frozenset({Role.ADMINISTRATOR})))


class _Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def entry(days_ago: int, **changes: object) -> AuditEntry:
    at = NOW - timedelta(days=days_ago)
    revealed = AuditEntry(at, Action.REVEAL, Outcome.DONE, "1001", "07", HALL, NUMBER, "=本人来查")
    return replace(revealed, **changes)  # type: ignore[arg-type]


@pytest.fixture
def store() -> FakeStore:
    """Five records: two from before the policy's ten years, three from after."""
    filled = FakeStore()
    with filled.begin() as uow:
        for days_ago in (4000, 3900, 300, 2, 1):
            uow.audit.append(entry(days_ago))
        uow.commit()
    return filled


@pytest.fixture
def service(store: FakeStore) -> Auditing:
    return Auditing(store, _Clock(), keep_years=10)


def trail(store: FakeStore) -> list[AuditRecord]:
    with store.begin(write=False) as uow:
        return list(uow.audit.records())


def test_a_search_is_in_the_trail_before_it_shows_anything(
    store: FakeStore, service: Auditing
) -> None:
    query = AuditQuery(citizen=NUMBER, operator_number="1001", action=Action.REVEAL, since=NOW)
    assert service.search(AUDITOR, query, 50) == ()
    last = trail(store)[-1]
    assert (last.action, last.operator_number) == (Action.SEARCH_AUDIT, "4001")
    assert last.detail == "operator=1001 action=reveal since=2026-02-28T12:00+00:00"
    assert last.subject_reference == trail(store)[0].subject_reference
    assert NUMBER not in repr(last)


def test_the_next_page_is_a_search_too(store: FakeStore, service: Auditing) -> None:
    query = AuditQuery(citizen=NUMBER, action=Action.REVEAL)
    first = service.search(AUDITOR, query, 3)
    second = service.search(AUDITOR, query, 3, first[-1])
    assert [r.seq for r in (*first, *second)] == [5, 4, 3, 2, 1]
    assert trail(store)[-1].detail == "action=reveal before 3"


def test_whoever_may_not_read_the_trail_finds_nothing(store: FakeStore, service: Auditing) -> None:
    with pytest.raises(NotPermitted):
        service.search(ADMINISTRATOR, AuditQuery(citizen=NUMBER), 50)
    last = trail(store)[-1]
    assert (last.action, last.outcome) == (Action.SEARCH_AUDIT, Outcome.REFUSED)


def test_verifying_tells_how_far_it_is_and_what_it_found(
    store: FakeStore, service: Auditing
) -> None:
    seen: list[tuple[int, int]] = []
    (report,) = service.verify(AUDITOR, lambda done, total: seen.append((done, total)))
    assert (report.records, report.broken) == (5, None)
    assert seen == [(5, 5)]
    assert (trail(store)[-1].outcome, trail(store)[-1].detail) == (Outcome.DONE, "5")


def test_a_broken_chain_is_in_the_trail_as_well(store: FakeStore, service: Auditing) -> None:
    store.records.audit[HALL, 2] = replace(store.records.audit[HALL, 2], reason="forged")
    (report,) = service.verify(AUDITOR)
    assert report.broken is not None
    assert (report.broken.seq, report.broken.at) == (2, NOW - timedelta(days=3900))
    last = trail(store)[-1]
    assert (last.outcome, last.detail) == (Outcome.FAILED, f"{HALL} 2")


def test_verifying_can_be_stopped(store: FakeStore, service: Auditing) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        service.verify(AUDITOR, cancel=stop)
    assert trail(store)[-1].detail == "cancelled"


def test_json_lines_hold_what_was_chained(
    store: FakeStore, service: Auditing, tmp_path: Path
) -> None:
    path = tmp_path / "trail.jsonl"
    assert service.export(AUDITOR, AuditQuery(), ExportFormat.JSONL, path) == 5
    links = [Link(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    assert [link.seq for link in links] == [1, 2, 3, 4, 5]
    assert all(digest_of(link) == link.digest for link in links)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert trail(store)[-1].detail == "jsonl 5"


def test_a_table_opens_in_a_spreadsheet_and_runs_no_formula(
    service: Auditing, tmp_path: Path
) -> None:
    path = tmp_path / "trail.csv"
    assert service.export(AUDITOR, AuditQuery(citizen=NUMBER), ExportFormat.CSV, path) == 5
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 5
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["reason"] == "'=本人来查"
    assert rows[0]["at"] == "2015-03-18T12:00:00.000000+00:00"


def test_what_cannot_be_saved_leaves_nothing_but_its_trace(
    store: FakeStore, service: Auditing, tmp_path: Path
) -> None:
    with pytest.raises(CannotSave):
        service.export(AUDITOR, AuditQuery(), ExportFormat.CSV, tmp_path / "no" / "trail.csv")
    assert list(tmp_path.iterdir()) == []
    assert trail(store)[-1].outcome is Outcome.FAILED


def test_a_purge_exports_first_and_leaves_an_anchor(
    store: FakeStore, service: Auditing, tmp_path: Path
) -> None:
    before, path = trail(store), tmp_path / "old.jsonl"
    (purged,) = service.purge(ADMINISTRATOR, date(2016, 2, 28), path)
    assert (purged.anchor.first, purged.anchor.last) == (1, 2)
    removed = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(one["seq"], one["digest"]) for one in removed] == [
        (r.seq, r.digest) for r in before[:2]
    ]
    *kept, anchor, done = trail(store)
    assert kept == before[2:]
    assert (anchor.action, anchor.operator_number) == (Action.ANCHOR, "3001")
    assert (done.action, done.detail) == (Action.PURGE, "before 2016-02-28 2")
    assert anchor.detail == f"1-2 2 {before[1].digest}"
    assert anchor.reason == "before 2016-02-28"
    assert service.verify(AUDITOR)[0].broken is None


def test_what_the_policy_keeps_is_not_removed(
    store: FakeStore, service: Auditing, tmp_path: Path
) -> None:
    with pytest.raises(TooYoungToPurge) as young:
        service.purge(ADMINISTRATOR, date(2016, 3, 1), tmp_path / "old.jsonl")
    assert (young.value.keep_years, young.value.latest) == (10, date(2016, 2, 28))
    assert [r.seq for r in trail(store)] == [1, 2, 3, 4, 5, 6]
    assert trail(store)[-1].outcome is Outcome.FAILED
    assert list(tmp_path.iterdir()) == []


def test_a_leap_day_counts_as_the_day_before(store: FakeStore, tmp_path: Path) -> None:
    leap = _Clock(datetime(2028, 2, 29, tzinfo=UTC))
    with pytest.raises(TooYoungToPurge) as young:
        Auditing(store, leap, 10).purge(ADMINISTRATOR, date(2018, 3, 1), tmp_path / "x")
    assert young.value.latest == date(2018, 2, 28)


def test_nothing_old_is_nothing_done(store: FakeStore, service: Auditing, tmp_path: Path) -> None:
    assert service.purge(ADMINISTRATOR, date(2000, 1, 1), tmp_path / "old.jsonl") == ()
    assert len(trail(store)) == 5
    assert list(tmp_path.iterdir()) == []


def test_a_trail_that_does_not_hold_is_not_shortened(
    store: FakeStore, service: Auditing, tmp_path: Path
) -> None:
    forged = sha256(b"forged").hexdigest()
    store.records.audit[HALL, 4] = replace(store.records.audit[HALL, 4], digest=forged)
    with pytest.raises(TrailBroken) as broken:
        service.purge(ADMINISTRATOR, date(2016, 2, 28), tmp_path / "old.jsonl")
    assert broken.value.seq == 4
    assert list(tmp_path.iterdir()) == []


def test_an_auditor_only_reads(service: Auditing, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        service.purge(AUDITOR, date(2016, 2, 28), tmp_path / "old.jsonl")


def test_what_cannot_be_saved_is_not_removed(
    store: FakeStore, service: Auditing, tmp_path: Path
) -> None:
    with pytest.raises(CannotSave):
        service.purge(ADMINISTRATOR, date(2016, 2, 28), tmp_path / "no" / "old.jsonl")
    assert [r.seq for r in trail(store)][:5] == [1, 2, 3, 4, 5]
