"""Documents on their way to paper: followed, told of, confirmed, printed again."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from desk_app.domain.errors import PrintingForbidden, PrintServiceDown
from desk_app.domain.printing import A4, Mishap, PrintChoice, PrinterTrouble, PrintKind
from desk_app.services.ports import PrintJob, PrintState
from desk_app.ui.header import Page
from desk_app.ui.print_choices import FILE, PrintChoices
from tests.fakes.services import OPERATOR
from tests.ui.rig import Counter
from tests.ui.test_papers_and_lists import choose, prepared

SERIAL = "990101-20261123-000042"


def of(what: str) -> str:
    """A button's name as a screen reader tells it."""
    return f"{what} · 编号 {SERIAL}"


def in_state(
    state: PrintState, trouble: PrinterTrouble | None = None, detail: str = ""
) -> Callable[[PrintJob], PrintJob]:
    return lambda job: replace(job, state=state, trouble=trouble, detail=detail)


def printing(counter: Counter) -> None:
    prepared(counter)
    counter.press("打印")
    counter.until(lambda: bool(counter.session.printouts.state.items))


def becomes(counter: Counter, state: PrintState, *more: Any) -> None:
    """The queue's answer from now on, and the next look at it."""
    counter.script.answers["job"] = in_state(state, *more)
    printouts = counter.session.printouts
    wanted = in_state(state, *more)

    def there() -> bool:
        printouts.check()
        (item,) = printouts.state.items
        return item.job == wanted(item.job)

    counter.until(there)


def test_a_job_is_followed_to_its_end_and_confirmed(counter: Counter) -> None:
    printing(counter)
    counter.until_seen("正在打印")
    becomes(counter, PrintState.PRINTED)
    assert counter.sees("打印完成")
    assert counter.sees("每一页都打出来了吗？")
    counter.press(of("是，都打出来了"))
    counter.until(lambda: not counter.session.printouts.state.items)
    assert counter.script.calls["confirm"][0][1:] == (SERIAL, None)
    assert not counter.button("已交给打印机").isEnabled()


@pytest.mark.parametrize("trouble", PrinterTrouble)
def test_every_trouble_is_told_with_its_next_step(
    counter: Counter, trouble: PrinterTrouble
) -> None:
    printing(counter)
    becomes(counter, PrintState.STOPPED, trouble, "media-empty-error")
    words = counter.windows.speech.words
    assert counter.sees(words.say(f"printer_trouble.{trouble}.name"))
    assert counter.sees(words.say(f"printer_trouble.{trouble}.next_step"))
    assert counter.sees("打印机原话：media-empty-error")
    assert counter.button(of("取消任务")).isEnabled()
    becomes(counter, PrintState.PRINTING)
    assert not counter.sees(words.say(f"printer_trouble.{trouble}.name"))


def test_a_jam_that_counts_as_printed_is_doubted(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.PRINTED, PrinterTrouble.JAM)
    assert counter.sees("打印机卡纸了")
    assert counter.sees("每一页都打出来了吗？")


def test_what_did_not_come_out_is_printed_again_with_its_reason(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.PRINTED)
    counter.press(of("没有……"))
    assert counter.sees("编号和份数不变")
    choose(counter, f"什么问题？编号 {SERIAL}", "卡纸或撕破")
    choose(counter, "打印机", "back-office")
    counter.script.answers["job"] = in_state(PrintState.PRINTING)
    counter.press(of("再打印一次"))
    counter.until(lambda: bool(counter.script.calls["print_again"]))
    _, made, former, found, choice = counter.script.calls["print_again"][0]
    assert made is counter.script.calls["print"][0][2]
    assert (former.job_id, former.state) == ("17", PrintState.PRINTED)
    assert found is Mishap.JAMMED
    assert choice.queue == "back-office"
    counter.until_seen("正在打印")
    (item,) = counter.session.printouts.state.items
    assert item.job.job_id == "18"
    assert len(counter.script.calls["print"]) == 1


def test_once_more_can_fail_once_more(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.FAILED, PrinterTrouble.GONE)
    counter.script.answers["print_again"] = PrintServiceDown()
    counter.press(of("再打印一次"))
    counter.until_seen("打印服务没有回应。")
    assert counter.button(of("再打印一次")).isEnabled()
    counter.script.answers["job"] = in_state(PrintState.PRINTING)
    counter.script.answers["print_again"] = PrintJob("19", "hall", PrintState.PRINTING)
    counter.press(of("再打印一次"))
    counter.until(lambda: counter.session.printouts.state.items[0].job.job_id == "19")
    assert not counter.sees("打印服务没有回应。")
    becomes(counter, PrintState.PRINTED)
    counter.press(of("没有……"))
    counter.press(of("再打印一次"))
    counter.until(lambda: len(counter.script.calls["print_again"]) == 3)
    assert counter.script.calls["print_again"][2][2].job_id == "19"


def test_a_job_can_be_cancelled_and_left(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.WAITING)
    counter.press(of("取消任务"))
    counter.until_seen("已取消")
    assert counter.script.calls["cancel"][0][1] == SERIAL
    counter.press(of("不再打印"))
    counter.until(lambda: not counter.session.printouts.state.items)
    assert counter.script.calls["confirm"][0][2] is Mishap.NOTHING


def test_a_job_that_may_not_be_cancelled_goes_on(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.WAITING)
    counter.script.answers["cancel"] = PrintingForbidden(queue="hall")
    counter.press(of("取消任务"))
    counter.until_seen("您没有使用这台打印机的权限")
    assert counter.button(of("取消任务")).isEnabled()


def test_a_double_click_and_a_held_key_print_once(counter: Counter) -> None:
    prepared(counter)
    counter.script.hold("print")
    button = counter.button("打印")
    button.click()
    button.click()
    counter.script.release("print")
    counter.until(lambda: counter.session._statement.state.handed)
    for _ in range(20):
        button.click()
        QTest.keyClick(button, Qt.Key.Key_Return)
        counter.session._statement.print()
    counter.until(lambda: bool(counter.script.calls["job"]))
    assert len(counter.script.calls["print"]) == 1
    assert not counter.script.calls["print_again"]


def test_trouble_is_told_on_every_page_and_leads_to_the_list(counter: Counter) -> None:
    printing(counter)
    counter.press("返回柜台")
    assert not counter.sees("打印机缺纸")
    becomes(counter, PrintState.STOPPED, PrinterTrouble.NO_PAPER)
    assert counter.sees(f"打印机缺纸。编号 {SERIAL}，打印机 hall。")
    counter.press("渠道")
    assert counter.sees("打印机缺纸")
    counter.press("查看打印任务")
    assert counter.session._page is Page.PRINTOUTS
    assert counter.sees("打印任务（1）")
    assert counter.button(of("取消任务")).isEnabled()
    assert not counter.sees(f"打印机缺纸。编号 {SERIAL}")


def test_an_open_job_outlives_its_visit_without_naming_anybody(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.STOPPED, PrinterTrouble.NO_PAPER)
    counter.remove()
    counter.until(lambda: counter.scene.case is None)
    (item,) = counter.session.printouts.state.items
    assert (item.here, item.again) == (False, None)
    becomes(counter, PrintState.PRINTED)
    assert counter.sees(f"已离开市民的单据还在打印机 hall 里：编号 {SERIAL}")
    counter.press("查看打印任务")
    counter.press(of("没有……"))
    assert counter.sees("市民已经离开")
    counter.press(of("记录下来"))
    counter.until(lambda: not counter.session.printouts.state.items)
    assert counter.script.calls["confirm"][0][1:] == (SERIAL, Mishap.NOTHING)
    assert not counter.script.calls["print_again"]
    assert counter.sees("没有未了结的打印任务")


def test_what_has_come_out_goes_with_its_visit(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.PRINTED)
    counter.remove()
    counter.until(lambda: not counter.session.printouts.state.items)


def test_an_open_job_outlives_the_shift(counter: Counter) -> None:
    printing(counter)
    becomes(counter, PrintState.STOPPED, PrinterTrouble.OFFLINE)
    counter.session.sign_out()
    becomes(counter, PrintState.STOPPED, PrinterTrouble.JAM)
    counter.sign_in()
    assert counter.sees("打印机卡纸了")
    assert counter.session.desk is not None
    assert counter.session.desk.operator == OPERATOR


def test_a_printer_without_news_asks_for_eyes(counter: Counter) -> None:
    counter.script.answers["print"] = lambda _desk, case, *_: (
        case,
        PrintJob("", "office", PrintState.UNTRACKED),
    )
    printing(counter)
    assert counter.sees("这种打印方式不会报告进度和故障")
    assert not counter.script.calls["job"]


def test_a_printer_that_comes_or_goes_is_seen(counter: Counter) -> None:
    prepared(counter)
    choose(counter, "打印机", "back-office")
    counter.until(lambda: counter.session._statement.state.offer.trays != ())
    counter.script.answers["queues"] = ("hall", "new")
    counter.session._statement.look_for_printers()
    box = counter.find(QComboBox, "打印机")
    counter.until(lambda: box.findText("new") > 0)
    assert box.findText("back-office") < 0
    assert box.currentText() == "默认打印机"
    counter.until(lambda: counter.session._statement.state.offer.trays == ())
    counter.script.answers["queues"] = ()
    counter.session._statement.look_for_printers()
    counter.until_seen("这个窗口没有打印机")
    assert not counter.button("打印").isEnabled()
    assert counter.button("另存为……").isEnabled()


def test_what_a_printer_offers_can_be_chosen_and_is_remembered(counter: Counter) -> None:
    prepared(counter)
    counter.until_seen("单双面")
    assert not counter.sees("纸盒")
    choose(counter, "打印机", "back-office")
    counter.until_seen("纸盒")
    choose(counter, "单双面", "双面")
    choose(counter, "纸盒", "主纸盒")
    choose(counter, "颜色", "黑白")
    counter.press("打印")
    counter.until(lambda: bool(counter.script.calls["print"]))
    wanted = PrintChoice("back-office", A4, "two-sided-long-edge", "main", "monochrome")
    assert counter.script.calls["print"][0][3] == wanted
    counter.press("返回柜台")
    counter.press("打印单据")
    counter.until(lambda: counter.session._statement.state.choice == wanted)


def test_choices_are_kept_by_window_and_kind(tmp_path: Any) -> None:
    usual = {PrintKind.RECEIPT: PrintChoice("receipts")}

    def default(kind: PrintKind) -> PrintChoice:
        return usual.get(kind, PrintChoice())

    file = tmp_path / "window.conf"
    choices = PrintChoices(file, default)
    assert choices.of(PrintKind.RECEIPT).queue == "receipts"
    choices.keep(PrintKind.STATEMENT, PrintChoice("七号", sides="one-sided"))
    again = PrintChoices(file, default)
    assert again.of(PrintKind.STATEMENT) == PrintChoice("七号", sides="one-sided")
    assert again.of(PrintKind.DAY_REPORT) == PrintChoice()
    again.keep(PrintKind.STATEMENT, PrintChoice())
    assert json.loads((tmp_path / FILE).read_text()) == {}


@pytest.mark.parametrize("kept", ["{", "[]", '{"statement": {"copies": "9"}}', '{"poster": {}}'])
def test_choices_that_make_no_sense_are_none(tmp_path: Any, kept: str) -> None:
    (tmp_path / FILE).write_text(kept)
    choices = PrintChoices(tmp_path / "window.conf", lambda _kind: PrintChoice("hall"))
    assert choices.of(PrintKind.STATEMENT) == PrintChoice("hall")


def test_choices_on_a_full_disk_last_until_the_window_closes(tmp_path: Any) -> None:
    choices = PrintChoices(tmp_path / "missing" / "window.conf", lambda _kind: PrintChoice())
    choices.keep(PrintKind.STATEMENT, PrintChoice("hall"))
    assert choices.of(PrintKind.STATEMENT).queue == "hall"
