"""The page of batches: ordering, confirming, following, stopping, going on, and forgetting."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QTableView

from desk_app.domain.batch import BatchProgress, BatchScope, BatchState, Counts, Delivery
from desk_app.domain.errors import FolderFull, NobodyInBatch
from desk_app.ui.header import Page, pages_of
from desk_app.ui.pace import pace
from desk_app.ui.words import Words
from tests.fakes import cases
from tests.fakes.decisions import SUPERVISOR
from tests.fakes.services import ADMINISTRATOR, AUDITOR, OPERATOR
from tests.ui.rig import Counter, all_texts, shown

PLANNED, STOPPED, DONE, OTHER = cases.batches()


@pytest.fixture
def page(counter: Counter) -> Counter:
    """A supervisor has signed in and is on the page."""
    counter.supervise()
    counter.press("批量")
    counter.until(lambda: bool(state(counter).batches))
    return counter


def state(counter: Counter) -> Any:
    return counter.session._batches.state


def choose(counter: Counter, row: int) -> None:
    counter.find(QTableView, "批次").selectRow(row)


def fill(counter: Counter, scope: str, reason: str = "年度寄送") -> None:
    for name, text in (("为谁出具", scope), ("文件", "每个单位合为一个文件")):
        box = counter.find(QComboBox, name)
        box.setCurrentIndex(box.findText(text))
    counter.type("年度", "2025")
    counter.find(QComboBox, "办理原因（记入审计）").setEditText(reason)


def accept(counter: Counter, folder: Path) -> None:
    """Choose a folder in the dialog that is open."""
    (dialog,) = shown(counter.operator, QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.close()


def test_only_supervisors_are_offered_the_page() -> None:
    assert Page.BATCHES in pages_of(SUPERVISOR)
    for other in (OPERATOR, ADMINISTRATOR, AUDITOR):
        assert Page.BATCHES not in pages_of(other)


def test_an_employers_statements_are_ordered(page: Counter) -> None:
    fill(page, "一个单位的参保人")
    page.type("单位编号", "91310000")
    page.press("统计人数 (F5)")
    page.until_seen("共 3200 人，2025 年")
    ((desk, order),) = page.script.calls["plan_batch"]
    assert desk.operator == SUPERVISOR
    assert (order.scope, order.year, order.delivery, order.reason) == (
        BatchScope.EMPLOYER,
        2025,
        Delivery.EMPLOYER,
        "年度寄送",
    )
    assert (order.employer_number, order.language, order.id_numbers) == ("91310000", "zh_CN", ())


def test_a_list_is_ordered_as_it_was_typed(page: Counter) -> None:
    fill(page, "名单上的人")
    page.find(QPlainTextEdit, "身份证号码名单").setPlainText("99010119880229123x\n\n1\n1")
    page.press("统计人数 (F5)")
    page.until_seen("共 2 人")
    ((_, order),) = page.script.calls["plan_batch"]
    assert order.id_numbers == (cases.ID_NUMBER, "1")


def test_a_list_is_read_from_a_file(page: Counter, tmp_path: Path) -> None:
    fill(page, "名单上的人")
    path = tmp_path / "list.csv"
    path.write_text("\ufeffid_number\n1\n", encoding="utf-8")
    page.press("从文件读入…")
    accept(page, path)
    assert page.find(QPlainTextEdit, "身份证号码名单").toPlainText() == "id_number\n1\n"
    path.write_bytes("身份".encode("gbk"))
    page.press("从文件读入…")
    accept(page, path)
    page.until_seen(Words("zh_CN").problem("unreadable"))
    assert page.find(QPlainTextEdit, "身份证号码名单").toPlainText() == ""


def test_an_empty_list_is_not_ordered(page: Counter) -> None:
    fill(page, "名单上的人")
    page.press("统计人数 (F5)")
    page.until_seen(Words("zh_CN").problem("empty"))
    assert not page.script.calls["plan_batch"]


def test_what_is_refused_is_said(page: Counter) -> None:
    page.script.answers["plan_batch"] = NobodyInBatch()
    fill(page, "全市参保人")
    page.press("统计人数 (F5)")
    page.until_seen("该年度没有符合条件的参保人")
    assert page.button("统计人数 (F5)").isEnabled()
    assert page.find(QLineEdit, "年度").text() == "2025"


def test_a_planned_one_begins_once_its_folder_is_chosen(page: Counter, tmp_path: Path) -> None:
    choose(page, 0)
    page.until_seen("共 214 人，2025 年")
    page.press("选择文件夹并开始…")
    assert not page.script.calls["run_batch"]
    accept(page, tmp_path)
    page.until_seen("全部完成")
    ((_, batch_id, folder, *_),) = page.script.calls["run_batch"]
    assert (batch_id, folder) == (PLANNED.id, tmp_path)


def running(counter: Counter) -> tuple[Callable[[BatchProgress], None], threading.Event]:
    """The stopped one goes on, until it is released."""
    choose(counter, 1)
    counter.script.hold("run_batch")
    counter.press("继续")
    counter.until(lambda: bool(counter.script.calls["run_batch"]))
    *_, report, cancel = counter.script.calls["run_batch"][0]
    return report, cancel


def far(issued: int, done_now: int) -> BatchProgress:
    counts = Counts(planned=3200 - issued, issued=issued)
    batch = replace(STOPPED, state=BatchState.RUNNING, counts=counts)
    return BatchProgress(batch, done_now, 10.0)


def test_progress_is_shown_with_rate_and_remaining_time(page: Counter) -> None:
    report, _ = running(page)
    page.until_seen("正在启动…")
    report(far(2000, 200))
    page.until_seen("2000 / 3200")
    assert page.sees("每秒 20.0 份，还需 60 秒")
    report(replace(far(3200, 1400), merging=True))
    page.until_seen("正在合并文件…")
    page.script.release("run_batch")
    page.until_seen("全部完成")


def test_another_one_can_be_looked_at_meanwhile(page: Counter) -> None:
    report, _ = running(page)
    choose(page, 0)
    page.until_seen("共 214 人")
    assert not page.button("选择文件夹并开始…").isEnabled()
    report(far(2000, 200))
    page.until_seen("2000")
    assert page.sees("共 214 人")
    page.script.release("run_batch")
    page.until(lambda: state(page).running is None)
    assert page.button("选择文件夹并开始…").isEnabled()


def test_stopping_waits_for_what_is_being_drawn(page: Counter) -> None:
    page.script.answers["run_batch"] = STOPPED
    _, cancel = running(page)
    page.press("停止")
    assert cancel.is_set()
    page.until_seen("正在停下…")
    page.script.release("run_batch")
    page.until_seen("继续")
    assert state(page).running is None


def test_one_that_runs_elsewhere_is_stopped_there(page: Counter) -> None:
    own = replace(OTHER, operator_number=SUPERVISOR.number)
    page.script.answers["batches"] = (own,)
    page.script.answers["stop_batch"] = replace(own, state=BatchState.STOPPED)
    page.session._batches.refresh()
    page.until(lambda: len(state(page).batches) == 1)
    choose(page, 0)
    page.until_seen("正在别处办理。")
    page.press("停止")
    page.until_seen("继续")


def test_a_colleagues_is_to_be_looked_at_only(page: Counter) -> None:
    choose(page, 3)
    page.until_seen("这是其他操作员的批次")
    assert not page.sees("停止")
    assert not page.sees("继续")
    assert not page.script.calls["failed_of_batch"]


def test_a_full_disk_is_said_and_it_can_go_on(page: Counter) -> None:
    page.script.answers["run_batch"] = FolderFull("/tmp", 300, 2)
    running(page)
    page.script.release("run_batch")
    page.until_seen("磁盘空间不够")
    assert page.sees("需要 300 MB，剩余 2 MB")
    assert page.button("继续").isEnabled()


def test_whoever_got_none_is_listed_masked(page: Counter) -> None:
    choose(page, 2)
    page.until_seen("参保登记中没有此人")
    assert page.sees("990*************3X")
    assert cases.ID_NUMBER not in "".join(all_texts(page.operator))


def test_the_folder_is_opened(page: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    choose(page, 2)
    page.until_seen("打开文件夹")
    page.press("打开文件夹")
    assert [url.toLocalFile() for url in opened] == ["/tmp"]


def test_whoever_leaves_stops_what_they_run_and_leaves_nothing(page: Counter) -> None:
    fill(page, "名单上的人")
    page.find(QPlainTextEdit, "身份证号码名单").setPlainText(cases.ID_NUMBER)
    _, cancel = running(page)
    page.session.sign_out()
    assert cancel.is_set()
    assert cases.ID_NUMBER not in "".join(all_texts(page.operator))
    typed = page.operator.findChildren(QPlainTextEdit)
    assert [each.toPlainText() for each in typed] == [""]
    assert state(page).batches == ()
    page.script.release("run_batch")
    page.until(lambda: page.script.calls["sign_out"] != [])
    assert state(page).batches == ()


def test_a_new_one_is_begun_from_the_form(page: Counter) -> None:
    choose(page, 0)
    page.press("新建批次")
    page.until(lambda: state(page).chosen is None)
    assert page.sees("为谁出具")


@pytest.mark.parametrize(
    ("open_ones", "told"),
    [(40, "20 s"), (4000, "33 min"), (14600, "2 h 2 min")],
)
def test_remaining_time_is_told_in_the_unit_that_fits(open_ones: int, told: str) -> None:
    batch = replace(STOPPED, counts=Counts(planned=open_ones))
    assert pace(BatchProgress(batch, 20, 10.0), Words("en")) == f"2.0 per second, {told} to go"
