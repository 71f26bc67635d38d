"""The shift's page: what the day amounts to, its report, and the sign-off."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from desk_app.domain.errors import CannotSave, InvalidInput, NoPrinter
from desk_app.domain.operator import Operator, Role
from desk_app.services.ports import Language
from tests.fakes.services import OPERATOR, day_report
from tests.ui.rig import Counter, names

SUPERVISOR = Operator("2001", "郑国栋", frozenset({Role.SUPERVISOR}))


def open_page(counter: Counter) -> None:
    counter.session.main.header.pages.choose("shift")
    counter.until(lambda: counter.session._shift.state.report is not None)


@pytest.fixture
def at_work(counter: Counter) -> Counter:
    """A clerk looks at their shift."""
    counter.sign_in()
    counter.until(lambda: bool(counter.script.calls["begin_shift"]))
    open_page(counter)
    return counter


def test_a_shift_begins_with_signing_in(counter: Counter) -> None:
    counter.sign_in()
    counter.until(lambda: bool(counter.script.calls["begin_shift"]))
    ((desk,),) = counter.script.calls["begin_shift"]
    assert (desk.operator, desk.window) == (OPERATOR, "3")


def test_who_works_no_shifts_has_no_such_page(counter: Counter) -> None:
    auditor = Operator("8001", "梁振", frozenset({Role.AUDITOR}))
    counter.script.answers["sign_in"] = auditor
    counter.sign_in()
    assert not counter.sees("当班")
    assert not counter.script.calls["begin_shift"]


def test_the_day_is_shown_by_kind_with_what_is_left(at_work: Counter) -> None:
    for seen in ("待平台确认：2", "办理失败：7", "待审批：4", "待领卡：1", "已打印单据：30"):
        assert at_work.sees(seen), seen
    assert at_work.sees("读卡识别")
    assert at_work.sees("43")
    assert at_work.sees("3 号窗口")


def test_a_clerk_is_not_offered_the_hall(at_work: Counter) -> None:
    assert "统计范围" not in names(at_work.operator, QComboBox)


def test_a_supervisor_looks_at_the_hall(counter: Counter) -> None:
    counter.script.answers["sign_in"] = SUPERVISOR
    counter.sign_in()
    open_page(counter)
    counter.find(QComboBox, "统计范围").setCurrentIndex(1)
    counter.until(lambda: bool(counter.script.calls["day_of_hall"]))
    counter.until(lambda: counter.session._shift.state.report == day_report(None))


def test_signing_off_with_a_remark(at_work: Counter) -> None:
    at_work.type("给下一班的备注", "打印机卡纸")
    at_work.press("确认签退")
    at_work.until_seen("已签退")
    ((_, remark),) = at_work.script.calls["close_shift"]
    assert remark == "打印机卡纸"
    assert at_work.sees("没有开班")
    assert not at_work.sees("打印机卡纸")
    at_work.press("重新开班")
    at_work.until_seen("3 号窗口")
    assert len(at_work.script.calls["begin_shift"]) == 2


def test_a_missing_remark_is_asked_for_and_the_shift_goes_on(at_work: Counter) -> None:
    at_work.script.answers["close_shift"] = InvalidInput("remark", "empty")
    at_work.press("确认签退")
    at_work.until_seen("备注：不能为空")
    assert at_work.find(QLineEdit, "给下一班的备注").isVisible()
    assert at_work.button("确认签退").isEnabled()


def test_the_report_is_saved_in_the_windows_language(at_work: Counter, tmp_path: Path) -> None:
    at_work.press("保存日报……")
    dialog = at_work.operator.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.selectedFiles()[0].endswith("20261123-1001.pdf")
    path = tmp_path / "day.pdf"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    at_work.until_seen("日报已保存")
    assert path.read_bytes().startswith(b"%PDF")
    ((_, report, language),) = at_work.script.calls["day_document"]
    assert (report, language) == (day_report(), Language.CHINESE)


def test_a_full_disk_and_a_missing_printer_are_told(at_work: Counter, tmp_path: Path) -> None:
    at_work.script.answers["save_day"] = CannotSave(str(tmp_path), "full")
    at_work.session._shift.save(tmp_path / "x.pdf", Language.CHINESE)
    at_work.until_seen("文件不能存到这个位置")
    at_work.script.answers["print_day"] = NoPrinter()
    at_work.press("打印日报")
    at_work.until_seen("没有可用的打印机")
    assert at_work.button("打印日报").isEnabled()


def test_printing(at_work: Counter) -> None:
    at_work.press("打印日报")
    at_work.until_seen("日报已交给打印机")
    assert at_work.script.calls["print_day"][0][2] == "20261123"
