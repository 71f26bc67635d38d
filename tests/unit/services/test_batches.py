"""Batches over a store in memory: what is planned, issued, listed as failed, stopped and gone on with."""

import errno
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.batch import (
    Batch,
    BatchProgress,
    BatchScope,
    BatchState,
    Counts,
    Delivery,
    ItemFault,
)
from desk_app.domain.contribution import PensionYear
from desk_app.domain.document import CopyReason
from desk_app.domain.errors import (
    BatchRuns,
    CannotSave,
    DrawingStopped,
    FolderFull,
    FolderTaken,
    InvalidInput,
    NobodyInBatch,
    NoSuchBatch,
    NothingToState,
    NotPermitted,
    ReasonRequired,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Operator, Role
from desk_app.services import batch_manifest
from desk_app.services.batch_folder import PARTS, BatchFolder
from desk_app.services.batch_list import listed, listed_in
from desk_app.services.batches import Batches
from desk_app.services.ports import Sheet
from tests.fakes.drawing import InlineDrawings, subject_of
from tests.fakes.store import FakeStore
from tests.integration.batches.city import (
    DESK,
    REASON,
    YEAR,
    issues_of,
    manifest_of,
    number,
    order,
    people,
    reread,
    service,
    settled,
)

CLERK = replace(DESK, operator=Operator("1001", "王敏", frozenset({Role.CLERK})))
COLLEAGUE = replace(DESK, operator=Operator("2002", "周敏", frozenset({Role.SUPERVISOR})))


class City:
    """Eleven people, and a service that draws at once."""

    def __init__(self, folder: Path) -> None:
        self.store = FakeStore()
        self.drawings = InlineDrawings()
        self.batches: Batches = service(self.store, self.drawings)
        self.folder = folder
        settled(self.store, 11)

    def plan(self, *listed: str, **wanted: Any) -> Batch:
        return self.batches.plan(DESK, order(*listed, **wanted))

    def run(self, batch: Batch, **how: Any) -> Batch:
        return self.batches.run(DESK, batch.id, self.folder, **how)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*.pdf"))

    def done(self, action: Action) -> list[Any]:
        with self.store.begin(write=False) as uow:
            return [r for r in uow.audit.records() if r.action is action]


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "out")


def test_a_city_gets_a_file_each(city: City) -> None:
    batch = city.plan()
    assert (batch.state, batch.counts) == (BatchState.PLANNED, Counts(planned=11))
    ended = city.run(batch)
    assert (ended.state, ended.counts) == (BatchState.DONE, Counts(issued=11))
    issued = issues_of(city.store, 11)
    assert city.files() == sorted(f"{serial}.pdf" for serial in issued)
    for serial in issued:
        assert subject_of((city.folder / f"{serial}.pdf").read_bytes()) == serial
    assert city.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in city.folder.iterdir()} == {0o600}
    assert city.drawings.closed == 1


def test_the_trail_has_the_order_and_every_document(city: City) -> None:
    city.run(city.plan())
    (planned,) = city.done(Action.PLAN_BATCH)
    assert (planned.reason, planned.detail.split()[1:]) == (REASON, ["city", "2025", "11"])
    begun, ended = city.done(Action.RUN_BATCH)
    assert begun.reason == REASON
    assert ended.detail.split()[1:3] == ["11", "0"]
    documents = city.done(Action.ISSUE_STATEMENT)
    assert len({record.subject_reference for record in documents}) == 11


def test_an_employer_gets_those_who_worked_there(city: City) -> None:
    assert city.plan(employer="E001").counts.total == 4
    with pytest.raises(NobodyInBatch):
        city.plan(employer="E999")


def test_files_are_merged_by_employer(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_manifest, "PAGES_PER_FILE", 3)
    batch = city.plan(delivery=Delivery.EMPLOYER)
    assert city.run(batch).state is BatchState.DONE
    parts = [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1)]  # four, four and three people
    assert city.files() == [f"E00{employer}-2025-00{part}.pdf" for employer, part in parts]
    rows = manifest_of(city.folder)
    assert [int(row["first_page"]) for row in rows[:4]] == [1, 2, 3, 1]
    assert not (city.folder / PARTS).exists()


def test_whoever_cannot_have_one_stops_nobody(city: City) -> None:
    with city.store.begin() as uow:
        uow.holders.put(Holder(number(0), "坏"))
        uow.holders.put(Holder("310101199001019999", "无"))
        # closing is not opening and what was credited
        uow.pension_accounts.add([(number(5), PensionYear(2020, 0, 12, 100, 1, 999, 12))])
        uow.commit()
    batch = city.plan(number(0), "1", "310101199001019999", number(5), number(1), number(1))
    ended = city.run(batch)
    assert (ended.state, ended.counts) == (BatchState.DONE, Counts(issued=1, failed=4))
    failed = city.batches.failed(DESK, batch.id)
    assert [(item.number, item.fault) for item in failed] == [
        (1, ItemFault.NOT_DRAWN),
        (2, ItemFault.UNKNOWN_PERSON),
        (3, ItemFault.NOTHING_TO_STATE),
        (4, ItemFault.TOTALS_DIFFER),
    ]


def test_a_second_one_is_a_copy_with_its_reason(city: City) -> None:
    city.run(city.plan(number(3)))
    second = city.plan(number(3))
    city.batches.run(DESK, second.id, city.folder.with_name("again"))
    first, copy = sorted(issues_of(city.store, 4).values(), key=lambda one: one.copy_number)
    assert (first.copy_number, first.reason) == (1, None)
    assert (copy.copy_number, copy.reason, copy.remark) == (2, CopyReason.OTHER, REASON)


def test_a_copy_that_a_counter_has_issued_meanwhile_is_drawn_anew(city: City) -> None:
    other = service(city.store, InlineDrawings())
    batch, elsewhere = city.plan(), city.plan(number(2))

    def meanwhile(sheets: Sequence[Sheet]) -> None:
        city.drawings.before = lambda _: None
        other.run(DESK, elsewhere.id, city.folder.with_name("elsewhere"))

    city.drawings.before = meanwhile
    assert city.run(batch).counts == Counts(issued=11)
    copies = [one for one in issues_of(city.store, 11).values() if one.id_number == number(2)]
    assert sorted(one.copy_number for one in copies) == [1, 2]
    assert len(city.files()) == 11


def test_a_cancelled_one_ends_after_what_is_being_drawn_and_goes_on(city: City) -> None:
    batch, cancel = city.plan(), threading.Event()
    city.batches = replace(city.batches, chunk=2)
    stopped = city.run(batch, cancel=cancel, progress=_once(cancel.set, after=2))
    assert (stopped.state, stopped.counts.claimed) == (BatchState.STOPPED, 0)
    assert stopped.counts.issued == 6  # two, and two chunks that were on their way
    assert len(city.files()) == stopped.counts.issued
    (record,) = city.done(Action.STOP_BATCH)
    assert record.outcome is Outcome.DONE
    assert city.run(batch).counts == Counts(issued=11)
    assert len(issues_of(city.store, 11)) == len(city.files()) == 11


def test_a_merge_can_be_stopped_and_gone_on_with(city: City) -> None:
    batch, cancel = city.plan(delivery=Delivery.EMPLOYER), threading.Event()

    def report(progress: BatchProgress) -> None:
        if progress.merging:
            cancel.set()

    stopped = city.run(batch, cancel=cancel, progress=report)
    assert (stopped.state, stopped.counts.issued) == (BatchState.STOPPED, 11)
    assert len(city.files()) == 1
    assert city.run(batch).state is BatchState.DONE
    assert len(city.files()) == 3
    assert city.batches.check(DESK, batch.id, city.folder).sound


def test_one_that_is_stopped_from_elsewhere_ends(city: City) -> None:
    batch = city.plan()
    stop = _once(lambda: city.batches.stop(DESK, batch.id), after=5)
    ended = city.run(batch, progress=stop)
    assert (ended.state, ended.runner) == (BatchState.STOPPED, None)
    assert ended.counts.issued < 11
    assert len(city.files()) == ended.counts.issued
    assert city.run(batch).counts == Counts(issued=11)
    assert sorted(city.files()) == sorted(f"{serial}.pdf" for serial in issues_of(city.store, 11))


def test_nobody_stops_what_does_not_run(city: City) -> None:
    batch = city.plan()
    assert city.batches.stop(DESK, batch.id).state is BatchState.PLANNED
    assert not city.done(Action.STOP_BATCH)


def test_progress_tells_rate_and_remaining_time(city: City) -> None:
    told: list[BatchProgress] = []
    city.run(city.plan(), progress=told.append)
    assert told[0].rate is None
    assert told[0].remaining is None
    assert [one.batch.counts.issued for one in told] == [0, 5, 10, 11, 11]
    assert told[1].rate is not None
    assert told[1].rate > 0
    assert told[1].remaining == pytest.approx(6 / told[1].rate)


def test_no_more_is_on_its_way_than_there_are_processes_and_one(city: City) -> None:
    city.run(city.plan(), workers=1)
    assert city.drawings.most_waiting == 2


def test_no_room_stops_before_anything_is_issued(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = city.plan()
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(10**9, 10**9, 10**6))
    with pytest.raises(FolderFull) as full:
        city.run(batch)
    assert full.value.needed_mb > full.value.free_mb == 1
    assert reread(city.store, batch).state is BatchState.PLANNED


def test_a_disk_that_fills_up_stops_it_and_it_goes_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = city.plan()
    fsync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(FolderFull):
            city.run(batch)
    stopped = reread(city.store, batch)
    assert stopped.state is BatchState.STOPPED
    assert stopped.counts.issued == len(issues_of(city.store, 11)) < 11
    assert city.run(batch).counts == Counts(issued=11)
    assert sorted(city.files()) == sorted(f"{serial}.pdf" for serial in issues_of(city.store, 11))


def test_processes_that_die_stop_it(city: City) -> None:
    batch = city.plan()

    def dead(_: Sequence[Sheet]) -> None:
        raise DrawingStopped("tcp://…")

    city.drawings.before = dead
    with pytest.raises(DrawingStopped):
        city.run(batch)
    assert reread(city.store, batch).state is BatchState.STOPPED
    stopped, failed = city.done(Action.STOP_BATCH)[0], city.done(Action.RUN_BATCH)[-1]
    assert stopped.outcome is failed.outcome is Outcome.FAILED
    assert city.drawings.closed == 1


def test_a_finished_one_is_not_run_again(city: City) -> None:
    done = city.run(city.plan())
    assert city.run(done) == done
    assert len(city.drawings.opened) == 1


def test_what_was_altered_is_found(city: City) -> None:
    batch = city.run(city.plan())
    assert city.batches.check(DESK, batch.id, city.folder).sound
    first, second = city.files()[:2]
    (city.folder / first).write_bytes(b"%PDF-forged")
    (city.folder / second).unlink()
    checked = city.batches.check(DESK, batch.id, city.folder)
    assert (checked.documents, checked.files, checked.sound) == (11, 11, False)
    assert set(checked.damaged) == {first, second}
    manifest = city.folder / batch_manifest.MANIFEST
    manifest.write_text(manifest.read_text().replace("11,", "12,"))
    assert not city.batches.check(DESK, batch.id, city.folder).manifest_is_ours
    with pytest.raises(CannotSave):
        city.batches.check(DESK, batch.id, city.folder / "elsewhere")


def test_the_checksum_is_what_sha256sum_reads(city: City) -> None:
    batch = city.run(city.plan())
    line = (city.folder / batch_manifest.CHECKSUM).read_text()
    assert line == f"{batch.manifest_sha256}  manifest.csv\n"


@pytest.mark.parametrize("verb", ["plan", "all", "called", "failed", "stop", "run", "check"])
def test_only_who_may_can_do_anything_with_batches(city: City, verb: str) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "plan": (order(),),
        "called": ("ab",),
        "run": (uuid4(), city.folder),
        "check": (uuid4(), city.folder),
    }
    given = arguments.get(verb, () if verb == "all" else (uuid4(),))
    with pytest.raises(NotPermitted):
        getattr(city.batches, verb)(CLERK, *given)


@pytest.mark.parametrize("verb", ["failed", "stop", "run", "check"])
def test_what_one_has_ordered_another_does_not_run(city: City, verb: str) -> None:
    batch = city.plan()
    given = (batch.id, city.folder) if verb in ("run", "check") else (batch.id,)
    with pytest.raises(NotPermitted):
        getattr(city.batches, verb)(COLLEAGUE, *given)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": "  "}, ReasonRequired),
        ({"year": 2199}, NothingToState),
        ({"year": 1950}, InvalidInput),
        ({"scope": BatchScope.EMPLOYER, "employer_number": " "}, InvalidInput),
        ({"scope": BatchScope.LIST}, NobodyInBatch),
        ({"year": YEAR - 1}, NobodyInBatch),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    city: City, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        city.batches.plan(DESK, replace(order(), **changes))
    assert city.batches.all(DESK) == ()


def test_a_batch_is_called_by_how_its_id_begins(city: City) -> None:
    batch = city.plan()
    assert city.batches.called(DESK, batch.short_id) == batch
    assert city.batches.all(DESK) == (batch,)
    for name in ("", "nope"):
        with pytest.raises(NoSuchBatch):
            city.batches.called(DESK, name)
    with pytest.raises(NoSuchBatch):
        city.batches.failed(DESK, uuid4())


def test_a_folder_is_of_one_process_and_one_batch(tmp_path: Path) -> None:
    mine, folder = uuid4(), tmp_path / "out"
    with BatchFolder(folder, mine).held(), pytest.raises(BatchRuns):
        _hold(BatchFolder(folder, mine))
    _hold(BatchFolder(folder, mine))
    with pytest.raises(FolderTaken):
        _hold(BatchFolder(folder, uuid4()))
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(FolderTaken):
        _hold(BatchFolder(tmp_path, mine))
    with pytest.raises(CannotSave):
        _hold(BatchFolder(tmp_path / "letter.txt" / "out", mine))


def test_what_a_kill_left_behind_is_told_apart(tmp_path: Path) -> None:
    folder = BatchFolder(tmp_path / "out", uuid4())
    with folder.held():
        folder.stage([("A", b"issued"), ("B", b"half"), ("C", b"never issued")])
        (folder.path / ".desk-app-temporary").write_bytes(b"half a manifest")
        digests = {"A": _sha256(b"issued"), "B": _sha256(b"whole")}
        folder.recover(lambda serials: digests, merged=False)
        folder.close_parts()
    assert sorted(path.name for path in folder.path.iterdir()) == [".desk-app-batch", "A.pdf"]


@pytest.mark.parametrize(
    "text",
    [
        "310101199001010001\n 31010119900101002x \n\n310101199001010001\n",
        "name,id_number\n张三,310101199001010001\n李四,31010119900101002X\n",
        "\ufeffid_number\n310101199001010001\n31010119900101002X,more\n",
    ],
)
def test_a_list_is_read_however_it_comes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    assert listed_in(path) == ("310101199001010001", "31010119900101002X")


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("身份证".encode("gbk"))
    with pytest.raises(InvalidInput):
        listed_in(path)
    with pytest.raises(InvalidInput):
        listed_in(tmp_path / "none.csv")
    for lines in ([], ["id_number"], ['"x"y']):
        with pytest.raises(InvalidInput):
            listed(lines)


def test_people_are_numbered_in_the_order_of_their_list(city: City) -> None:
    batch = city.plan(*reversed(people(3)))
    with city.store.begin(write=False) as uow:
        waiting = uow.batches.waiting(batch.id, 10)
    assert [item.id_number for item in waiting] == list(reversed(people(3)))


class _Usage:
    def __init__(self, total: int, used: int, free: int) -> None:
        self.total, self.used, self.free = total, used, free


def _once(act: Callable[[], object], after: int) -> Callable[[BatchProgress], None]:
    """Do something once so many are issued."""
    done: list[int] = []

    def report(progress: BatchProgress) -> None:
        if progress.batch.counts.issued >= after and not done:
            done.append(1)
            act()

    return report


def _hold(folder: BatchFolder) -> None:
    with folder.held():
        pass


def _sha256(content: bytes) -> str:
    return sha256(content).hexdigest()
