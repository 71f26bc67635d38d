"""Statements, authorisations, open services and channels."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QTableView

from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Recipient
from desk_app.domain.errors import (
    FontsMissing,
    NoPrinter,
    PlatformUnreachable,
)
from desk_app.domain.statement import ALL_MONTHS, StatementKind
from desk_app.services.ports import Language
from desk_app.ui.widgets.combo import Choice
from tests.fakes import cases
from tests.fakes.services import one_page_pdf
from tests.ui.rig import Counter


def open_statement(counter: Counter) -> None:
    counter.serve()
    counter.press("打印单据")
    counter.until(lambda: counter.button("生成预览").isEnabled())


def prepared(counter: Counter) -> None:
    open_statement(counter)
    counter.press("生成预览")
    counter.until(lambda: counter.button("打印").isEnabled())


def choose(counter: Counter, field: str, text: str) -> None:
    box = counter.find(QComboBox, field)
    box.setCurrentIndex(box.findText(text))


def test_the_form_begins_with_what_is_on_record(counter: Counter) -> None:
    open_statement(counter)
    assert counter.sees("有记录的月份：2018年9月 至 2026年10月")
    assert counter.find(QComboBox, "年度").currentText() == "2025"
    choose(counter, "单据种类", "缴费明细（按月份）")
    fields = ("开始年份", "开始月份", "结束年份", "结束月份")
    texts = [counter.find(QComboBox, field).currentText() for field in fields]
    assert texts == ["2025", "11", "2026", "10"]


@pytest.mark.parametrize(
    ("record", "year", "first"),
    [
        (MonthRange(202001, 202512), 2025, 202501),
        (MonthRange(202606, 202610), 2026, 202606),
        (MonthRange(202001, 202601), 2025, 202502),
    ],
)
def test_defaults_fit_any_record(
    counter: Counter, record: MonthRange, year: int, first: int
) -> None:
    counter.script.answers["months_on_record"] = record
    open_statement(counter)
    order = counter.session._statement.state.order
    assert (order.year, order.first, order.last) == (year, first, record.last)


def test_what_is_chosen_is_what_is_asked_for(counter: Counter) -> None:
    open_statement(counter)
    choose(counter, "单据种类", "缴费明细（按月份）")
    choose(counter, "开始年份", "2024")
    choose(counter, "开始月份", "03")
    choose(counter, "单据语言", "English")
    choose(counter, "领取人", "代办人（已核对证件与委托书）")
    counter.press("生成预览")
    counter.until(lambda: bool(counter.script.calls["prepare"]))
    request, language, overview = counter.script.calls["prepare"][0][2:]
    assert request.kind is StatementKind.CONTRIBUTIONS
    assert request.months == MonthRange(202403, 202610)
    assert request.recipient is Recipient.AGENT
    assert language is Language.ENGLISH
    assert not request.large_print
    assert overview is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("参保证明", StatementKind.INSURED),
        ("养老保险个人账户（历年）", StatementKind.PENSION_ACCOUNT),
    ],
)
def test_what_is_about_all_there_is_has_no_months_to_choose(
    counter: Counter, name: str, kind: StatementKind
) -> None:
    open_statement(counter)
    choose(counter, "单据种类", name)
    for field in ("year", "first_year", "first_month", "last_year", "last_month"):
        assert not counter.operator.findChild(Choice, f"statement-{field}").isVisible()
    choose(counter, "单据语言", "中英文对照")
    counter.press("大字版")
    counter.press("生成预览")
    counter.until(lambda: bool(counter.script.calls["prepare"]))
    request, language, _ = counter.script.calls["prepare"][0][2:]
    assert (request.kind, request.months) == (kind, ALL_MONTHS)
    assert request.large_print
    assert language is Language.BOTH


def test_an_overview_is_drawn_from_what_the_platform_says_now(counter: Counter) -> None:
    open_statement(counter)
    choose(counter, "单据种类", "服务与授权清单")
    counter.press("生成预览")
    counter.until(lambda: bool(counter.script.calls["prepare"]))
    request, _, overview = counter.script.calls["prepare"][0][2:]
    assert request.kind is StatementKind.OVERVIEW
    assert overview.services == cases.city_services()
    counter.until_seen("编号 990101-20261123-000042")


def test_a_range_that_ends_before_it_begins_is_told(counter: Counter) -> None:
    open_statement(counter)
    choose(counter, "单据种类", "缴费明细（按月份）")
    choose(counter, "结束年份", "2019")
    counter.press("生成预览")
    assert counter.sees("开始月份晚于结束月份")
    assert not counter.script.calls["prepare"]


def test_the_preview_shows_the_very_bytes(counter: Counter) -> None:
    prepared(counter)
    document = counter.operator.findChild(QPdfDocument)
    assert document is not None
    assert document.pageCount() == 1
    assert "Statement" in document.getAllText(0).text()
    assert counter.session._statement.state.prepared.document.pdf == one_page_pdf()  # type: ignore[union-attr]
    assert counter.sees("编号 990101-20261123-000042")


def test_choosing_something_else_takes_the_preview_away(counter: Counter) -> None:
    prepared(counter)
    choose(counter, "年度", "2024")
    assert not counter.sees("990101-20261123-000042")
    assert counter.operator.findChild(QPdfDocument).pageCount() == 0


@pytest.mark.parametrize(
    ("job", "press", "error", "message"),
    [
        ("prepare", "生成预览", FontsMissing(), "缺少打印字体"),
        ("print", "打印", NoPrinter(), "没有可用的打印机"),
    ],
)
def test_what_goes_wrong_with_a_paper_is_told(
    counter: Counter, job: str, press: str, error: Exception, message: str
) -> None:
    if job == "prepare":
        open_statement(counter)
    else:
        prepared(counter)
    counter.script.answers[job] = error
    counter.press(press)
    counter.until_seen(message)
    counter.until(lambda: counter.button(press).isEnabled())


def test_saving_asks_where_and_names_the_file_by_its_number(
    counter: Counter, tmp_path: Path
) -> None:
    prepared(counter)
    counter.press("另存为……")
    dialog = counter.operator.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == "990101-20261123-000042.pdf"
    dialog.selectFile(str(tmp_path / "one.pdf"))
    dialog.accept()  # type: ignore[attr-defined]
    counter.until_seen("已保存。")
    assert (tmp_path / "one.pdf").read_bytes() == one_page_pdf()


def test_nothing_on_record_is_said(counter: Counter) -> None:
    counter.script.answers["months_on_record"] = lambda _desk, _case: None
    counter.serve()
    counter.press("打印单据")
    counter.until_seen("还没有缴费记录")
    assert not counter.button("生成预览").isEnabled()


def test_the_holder_sees_and_withdraws_an_authorisation(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("授权管理")
    counter.until_seen("示范市第一人民医院")
    assert not counter.button("撤回选中的授权").isEnabled()
    table = counter.find(QTableView, "授权管理")
    table.selectRow(0)
    counter.press("撤回选中的授权")
    assert counter.sees("确认撤回“示范市第一人民医院”的授权？")
    counter.press("确认撤回")
    counter.until_seen("已撤回，对方不能再使用这些信息")
    assert counter.script.calls["revoke"][0][2] == "A1"
    assert table.model().index(0, 1).data() == "已撤回"


def test_a_withdrawn_authorisation_cannot_be_withdrawn_again(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("授权管理")
    counter.until_seen("李**")
    counter.find(QTableView, "授权管理").selectRow(2)
    assert not counter.button("撤回选中的授权").isEnabled()


def test_what_is_open_in_the_city_can_be_searched(counter: Counter) -> None:
    counter.sign_in()
    counter.press("本市开通服务")
    counter.until_seen("共 105 项")
    counter.type("按名称或编号查找", "S01")
    assert counter.sees("共 10 项")
    counter.type("按名称或编号查找", "")
    choose(counter, "服务类别", "缴费")
    assert counter.sees("共 15 项")
    counter.find(QCheckBox, "只看已开通").setChecked(True)
    assert counter.sees("共 10 项")
    table = counter.find(QTableView, "本市开通的社保卡服务")
    states = {table.model().index(row, 1).data() for row in range(table.model().rowCount())}
    assert states == {"已开通"}
    counter.type("按名称或编号查找", "没有这个")
    assert counter.sees("没有符合条件的服务")
    assert len(counter.script.calls["services"]) == 1


def test_channels_show_where_their_admission_stands(counter: Counter) -> None:
    counter.sign_in()
    counter.press("渠道")
    counter.until_seen("共 7 个渠道")
    for state in ("已授权", "整改中", "已终止", "安全测试中"):
        assert counter.sees(state)
    table = counter.find(QTableView, "电子社保卡渠道")
    icon = table.model().index(0, 1).data(Qt.ItemDataRole.DecorationRole)
    assert not icon.isNull()


def test_a_list_that_cannot_be_loaded_says_so_and_can_be_asked_for_again(
    counter: Counter,
) -> None:
    counter.script.answers["channels"] = PlatformUnreachable("refused")
    counter.sign_in()
    counter.press("渠道")
    counter.until_seen("全国平台没有回应")
    del counter.script.answers["channels"]
    counter.press("刷新渠道")
    counter.until_seen("共 7 个渠道")


def test_a_list_that_did_not_come_is_not_called_empty(counter: Counter) -> None:
    unreachable = PlatformUnreachable("refused")
    counter.script.answers |= {
        "channels": unreachable,
        "services": unreachable,
        "authorizations": unreachable,
        "open_case": cases.case(e_card=cases.e_card()),
    }
    counter.serve()
    for button, empty in (
        ("渠道", "共 0 个渠道"),
        ("本市开通服务", "没有符合条件的服务"),
        ("柜台业务", ""),
        ("授权管理", "没有任何授权"),
    ):
        counter.press(button)
        if empty:
            counter.until_seen("全国平台没有回应")
            assert not counter.sees(empty)


def test_a_card_may_come_while_a_list_is_open(counter: Counter) -> None:
    counter.sign_in()
    counter.press("渠道")
    counter.insert()
    assert counter.sees("读卡器：卡已插入")
    counter.until(lambda: counter.scene.case is not None)
    counter.press("柜台业务")
    assert counter.sees(cases.NAME)
