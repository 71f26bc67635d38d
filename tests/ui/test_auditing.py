"""The auditor's page: looking, paging, verifying, exporting, and forgetting."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QTableView

from desk_app.domain.audit import Action, AuditQuery, Outcome
from desk_app.domain.errors import Cancelled, CannotSave
from desk_app.services.audit_export import ExportFormat
from desk_app.ui.header import Page, pages_of
from desk_app.ui.screens.audit.presenter import SIZE, Work
from tests.fakes import cases
from tests.fakes.services import AUDITOR, OPERATOR
from tests.ui.rig import Counter, all_texts, shown


@pytest.fixture
def auditing(counter: Counter) -> Counter:
    """An auditor has signed in and is on the page."""
    counter.script.answers["sign_in"] = AUDITOR
    counter.sign_in()
    counter.until_seen("审计记录")
    return counter


def search(counter: Counter) -> None:
    asked = len(counter.script.calls["search"])
    counter.press("查询（F5）")
    counter.until(lambda: counter.session._audit.state.work is None)
    assert len(counter.script.calls["search"]) == asked + 1


def table(counter: Counter) -> QTableView:
    (found,) = shown(counter.operator, QTableView)
    return found


def choose(counter: Counter, field: str, text: str) -> None:
    box = counter.find(QComboBox, field)
    box.setCurrentIndex(box.findText(text))


def test_only_auditors_are_offered_the_page() -> None:
    assert pages_of(AUDITOR)[0] is Page.AUDIT
    assert Page.AUDIT not in pages_of(OPERATOR)


def test_what_is_filled_in_is_what_is_asked_for(auditing: Counter) -> None:
    auditing.type("市民身份证号", f" {cases.ID_NUMBER.lower()}")
    auditing.type("工号", "1001")
    choose(auditing, "操作", "查看完整信息")
    choose(auditing, "结果", "被拒绝")
    auditing.type("起始日期", "2026-11-01")
    auditing.type("截止日期", "2026-11-23")
    search(auditing)
    ((desk, query, size, before),) = auditing.script.calls["search"]
    assert (desk.operator, size, before) == (AUDITOR, SIZE + 1, None)
    assert query == AuditQuery(
        citizen=cases.ID_NUMBER,
        operator_number="1001",
        action=Action.REVEAL,
        outcome=Outcome.REFUSED,
        since=datetime(2026, 11, 1).astimezone(),
        until=datetime(2026, 11, 24).astimezone(),
    )
    assert query.until - query.since == timedelta(days=23)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("市民身份证号", "310101"),
        ("起始日期", "昨天"),
        ("截止日期", "2026-02-30"),
    ],
)
def test_what_makes_no_sense_is_not_asked_for(auditing: Counter, field: str, text: str) -> None:
    auditing.type(field, text)
    auditing.press("查询（F5）")
    auditing.until_seen("填写的内容不对。")
    assert auditing.script.calls["search"] == []


def test_days_in_the_wrong_order_are_told(auditing: Counter) -> None:
    auditing.type("起始日期", "2026-11-02")
    auditing.type("截止日期", "2026-11-01")
    auditing.press("查询（F5）")
    auditing.until_seen("填写的内容不对。")


def test_pages_go_back_and_forth(auditing: Counter) -> None:
    assert not auditing.button("下一页").isEnabled()
    search(auditing)
    assert table(auditing).model().rowCount() == SIZE
    assert not auditing.button("上一页").isEnabled()
    auditing.press("下一页")
    auditing.until_seen("第 2 页，10 条，最新的在前")
    assert auditing.script.calls["search"][-1][3] == cases.audit_record(11)
    assert not auditing.button("下一页").isEnabled()
    auditing.press("上一页")
    auditing.until_seen("第 1 页，50 条，最新的在前")


def test_a_record_is_shown_in_full(auditing: Counter) -> None:
    search(auditing)
    table(auditing).selectRow(2)
    record = cases.audit_record(58)
    auditing.until_seen(" ".join(record.digest[at : at + 8] for at in range(0, 64, 8)))
    assert auditing.sees(record.hall)
    search(auditing)
    auditing.until_seen("请在表格中选择一条记录。")


def test_chains_that_hold_are_told_with_their_last_digests(auditing: Counter) -> None:
    auditing.press("核验链条")
    auditing.until_seen("链条全部完整。")
    (report, _) = cases.chain_reports()
    assert auditing.sees(report.digest[:8])


def test_a_broken_chain_is_told_with_its_place(auditing: Counter) -> None:
    auditing.script.answers["verify"] = cases.chain_reports(broken=True)
    auditing.press("核验链条")
    auditing.until_seen("审计记录被动过：链条对不上。")
    assert auditing.sees("徐汇社会保险服务大厅：链条在第 17 条断开")
    assert auditing.sees("请不要做任何改动")


def test_verifying_tells_how_far_it_is_and_can_be_stopped(auditing: Counter) -> None:
    auditing.script.hold("verify")
    auditing.press("核验链条")
    auditing.until_seen("已核验 500 / 60000 条…")
    assert not auditing.button("查询（F5）").isEnabled()
    ((_, _, cancel),) = auditing.script.calls["verify"]
    auditing.press("停止")
    assert cancel.is_set()
    auditing.script.answers["verify"] = Cancelled()
    auditing.script.release("verify")
    auditing.until(lambda: auditing.session._audit.state.work is None)
    assert auditing.button("查询（F5）").isEnabled()


@pytest.mark.parametrize(
    ("name", "form"), [("trail.csv", ExportFormat.CSV), ("trail.JSONL", ExportFormat.JSONL)]
)
def test_what_was_found_is_exported_whole(
    auditing: Counter, tmp_path: Path, name: str, form: ExportFormat
) -> None:
    assert not auditing.button("导出查询结果").isEnabled()
    auditing.type("工号", "1001")
    search(auditing)
    auditing.press("导出查询结果")
    dialog = auditing.operator.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / name))
    dialog.reject()
    auditing.until_seen("已把 60 条记录写入文件。")
    ((_, query, asked, path),) = auditing.script.calls["export"]
    assert (query.operator_number, asked, path) == ("1001", form, tmp_path / name)


def test_what_cannot_be_saved_is_told(auditing: Counter, tmp_path: Path) -> None:
    search(auditing)
    auditing.script.answers["export"] = CannotSave("x", "disk")
    auditing.session._audit.export(tmp_path / "x.csv")
    auditing.until(lambda: auditing.session._audit.state.notice is not None)
    assert auditing.session._audit.state.work is None


def test_nothing_of_it_stays_when_the_auditor_leaves(auditing: Counter) -> None:
    auditing.type("市民身份证号", cases.ID_NUMBER)
    search(auditing)
    table(auditing).selectRow(1)
    auditing.session.sign_out()
    auditing.until(lambda: not auditing.session.main.isVisible())
    held = list(all_texts(auditing.operator))
    assert not any(cases.ID_NUMBER in text for text in held)
    assert not any(cases.audit_record(58).digest[:8] in text for text in held)


def test_what_comes_after_the_auditor_has_left_reaches_nobody(
    auditing: Counter,
) -> None:
    auditing.script.hold("search")
    auditing.press("查询（F5）")
    assert auditing.session._audit.state.work is Work.SEARCHING
    auditing.session.sign_out()
    auditing.script.release("search")
    auditing.until(lambda: bool(auditing.script.calls["sign_out"]))
    assert auditing.session._audit.state.records == ()
