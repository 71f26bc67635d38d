"""A day in the supervisor's workspace: the queue, one case, the decision, and what happens meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QTableView,
)
from pytestqt.qtbot import QtBot

from desk_app.domain.application import ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.decision import Verdict
from desk_app.domain.errors import OperatorLocked, OutcomeUnknown, StoreUnavailable
from desk_app.domain.operator import Operator, Role
from desk_app.services.case_facts import judged
from desk_app.ui.scene import Tone
from desk_app.ui.screens.queue.presenter import QueueState
from desk_app.ui.widgets.table import Table
from desk_app.ui.words import Words
from tests.fakes import cases
from tests.fakes.decisions import BOTH, PASSWORD, Hall, application
from tests.ui.rig import Counter, all_texts

AUDITOR = Operator("4001", "沈明", frozenset({Role.AUDITOR}))


def table(counter: Counter) -> Table:
    found = counter.find(QTableView, "审批")
    assert isinstance(found, Table)
    return found


def state(counter: Counter) -> QueueState:
    return counter.session._queue.state


def columns(counter: Counter, column: int) -> list[str]:
    model = table(counter).model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def select(counter: Counter, *rows: int) -> None:
    shown = table(counter)
    shown.clearSelection()
    flags = QItemSelectionModel.SelectionFlag
    for row in rows:
        shown.selectionModel().select(shown.rows.index(row, 0), flags.Select | flags.Rows)


def open_case(counter: Counter, row: int = 0) -> None:
    select(counter, row)
    counter.press("查看申请")
    counter.until(lambda: state(counter).file is not None)


def choose(counter: Counter, name: str) -> None:
    counter.find(QRadioButton, name).setChecked(True)


def reject(counter: Counter, reason: str = "签名不符") -> None:
    choose(counter, "退回，不批准")
    counter.find(QComboBox, "退回理由").setEditText(reason)


def decide(counter: Counter, button: str, password: str = PASSWORD) -> None:
    counter.type("您的密码（确认是您本人）", password)
    counter.press(button)


# --- the queue -----------------------------------------------------------------------------------


def test_a_supervisor_begins_in_the_queue_and_no_citizens_window_opens(counter: Counter) -> None:
    counter.supervise()
    assert counter.sees("审批")
    assert not counter.sees("柜台业务")
    assert not counter.sees("读卡器")
    assert not counter.citizen.isVisible()
    counter.windows.show_citizen()
    assert not counter.citizen.isVisible()


def test_the_page_is_offered_only_to_who_may_decide(counter: Counter) -> None:
    counter.sign_in()
    assert not counter.sees("审批（")
    assert "审批" not in counter.session.main.header.pages.offered
    counter.press("退出登录")
    counter.script.answers["sign_in"] = AUDITOR
    counter.sign_in()
    assert "审批" not in counter.session.main.header.pages.offered
    assert not counter.script.calls["queue"]


def test_counts_ages_and_the_late_one_are_told_by_colour_shape_and_word(counter: Counter) -> None:
    counter.supervise()
    for text in (
        "全部（6）",
        "正式挂失（3）",
        "补换卡（1）",
        "解挂（1）",
        "注销（1）",
        "超时待审批：1 件",
    ):
        assert counter.sees(text), text
    ages = columns(counter, 0)
    assert ages[0] == "5 小时 0 分，超时"
    assert ages[1:3] == ["1 小时 35 分", "40 分钟"]
    model = table(counter).model()
    assert not model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).isNull()
    assert model.index(1, 0).data(Qt.ItemDataRole.DecorationRole) is None
    assert "欧阳" not in " ".join(columns(counter, 3))


def test_an_application_becomes_late_without_anybody_asking(counter: Counter) -> None:
    counter.supervise()
    now = state(counter).entries[1].application.filed_at + timedelta(hours=4)
    view = counter.session._queue_view
    assert view is not None
    view._now = lambda: now
    view._redraw()
    assert columns(counter, 0)[1] == "4 小时 0 分，超时"


def test_days_are_told_in_days(counter: Counter) -> None:
    counter.script.hall = Hall([application(60 * 24 * 3 + 61)])
    counter.supervise()
    assert columns(counter, 0) == ["3 天 1 小时，超时"]


def test_filters_by_kind_state_and_mine_and_search(counter: Counter) -> None:
    counter.supervise()
    counter.press("补换卡（1）")
    counter.until(lambda: columns(counter, 1) == ["补换卡"])
    counter.press("全部（6）")
    counter.until(lambda: len(columns(counter, 1)) == 6)
    search = counter.find(QLineEdit, "受理编号或完整的社会保障号码")
    search.setText("0040")
    QTest.keyClick(search, Qt.Key.Key_Return)
    counter.until(lambda: columns(counter, 2) == ["990101-20261123-0040"])
    search.clear()
    counter.until(lambda: len(columns(counter, 1)) == 6)
    mine = counter.find(QCheckBox, "只看我领取的（0）")
    mine.setChecked(True)
    counter.until_seen("没有符合条件的申请。")
    mine.setChecked(False)
    first = counter.script.hall.applications[0]
    counter.script.hall.decide(first, Verdict(True))
    states = counter.find(QComboBox, "申请状态")
    states.setCurrentIndex(states.findText("已办结"))
    counter.until(lambda: columns(counter, 6) == ["已办结"])
    wanted = counter.script.calls["queue"][-1][1]
    assert wanted.states == frozenset({ApplicationState.COMPLETED})


def test_taking_and_putting_back(counter: Counter) -> None:
    counter.supervise()
    select(counter, 1)
    assert not counter.button("放回").isEnabled()
    counter.press("领取")
    counter.until_seen("已领取，由您审批。")
    counter.until(lambda: columns(counter, 5)[1] == "2001")
    assert counter.sees("只看我领取的（1）")
    counter.press("放回")
    counter.until_seen("已放回，其他主管可以领取。")
    counter.until(lambda: columns(counter, 5)[1] == "")


def test_a_queue_that_cannot_be_loaded_says_so_and_keeps_what_was_there(counter: Counter) -> None:
    counter.supervise()
    counter.script.answers["queue"] = StoreUnavailable("unreachable")
    counter.press("刷新申请")
    counter.until_seen("数据库没有响应")
    assert len(columns(counter, 0)) == 6
    del counter.script.answers["queue"]
    counter.press("刷新申请")
    counter.until(lambda: not counter.sees("数据库没有响应"))


# --- one case ------------------------------------------------------------------------------------


def test_moving_through_the_queue_opens_nobodys_case(counter: Counter) -> None:
    counter.supervise()
    for row in range(4):
        table(counter).selectRow(row)
    counter.until_seen("审批前要先看内容。")
    assert not counter.script.calls["open"]


def test_a_case_shows_what_was_filed_and_what_approval_brings_about(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    for text in (
        "正式挂失　990101-20261123-0300",
        "已超时",
        "在公交车上丢失",
        "3 号窗口，工号 1001",
        "代办人",
        "李想",
        "委托书 2026-17，2026-11-20，欧阳",
        cases.NAME,
        "临时挂失",
        "已暂停",
        "解挂：已办结",
        "卡转为正式挂失，不能再使用。",
        "电子社保卡注销，不能恢复。",
    ):
        counter.until_seen(text)
    for secret in (cases.ID_NUMBER, cases.CARD_NUMBER, cases.SIGN_NO, "990101197503150015"):
        assert not counter.sees(secret)
    counter.press("显示完整号码")
    assert counter.sees(cases.ID_NUMBER)
    assert counter.sees("990101197503150015")
    open_case(counter, 1)
    assert not counter.sees(cases.ID_NUMBER)
    assert counter.sees("遗失补卡")
    assert counter.sees("电子社保卡转到新卡")


def test_another_selection_closes_the_case(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    select(counter, 1)
    assert not counter.sees(cases.NAME)
    assert state(counter).file is None


def test_signing_out_leaves_nothing(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    counter.press("显示完整号码")
    reject(counter, "秘密的理由")
    counter.type("您的密码（确认是您本人）", "half a pass")
    counter.press("退出登录")
    texts = " ".join(all_texts(counter.operator))
    for secret in (
        cases.NAME,
        "欧",
        cases.ID_NUMBER,
        "李想",
        "秘密的理由",
        "half a pass",
        "20261123",
    ):
        assert secret not in texts, secret
    assert counter.watch.publish is None


# --- the decision --------------------------------------------------------------------------------


def test_approving_takes_a_choice_and_the_password(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    assert not counter.button("确认批准").isEnabled()
    assert counter.sees("请选择批准或退回。")
    choose(counter, "批准")
    assert counter.sees("请输入您的密码。")
    decide(counter, "确认批准")
    counter.until_seen("已批准。")
    assert counter.sees("990101-20261123-0300")
    _, choice, verdict, password = counter.script.calls["decide"][0]
    assert (verdict, password) == (Verdict(True), PASSWORD)
    assert choice.card_version is not None
    counter.until(lambda: len(columns(counter, 0)) == 5)
    assert state(counter).file is None


def test_rejecting_takes_a_reason_and_for_a_loss_the_answer_about_protection(
    counter: Counter,
) -> None:
    counter.supervise()
    open_case(counter)
    choose(counter, "退回，不批准")
    assert counter.sees("退回要写明理由")
    box = counter.find(QComboBox, "退回理由")
    assert [box.itemText(at) for at in range(3)] == [
        "申请人的证件或授权材料不全",
        "申请人身份核对不一致",
        "持卡人撤回申请",
    ]
    box.setEditText("   ")
    assert not counter.button("确认退回").isEnabled()
    box.setCurrentIndex(2)
    assert counter.sees("请问明持卡人是否解除保护。")
    choose(counter, "要解除，卡恢复使用")
    decide(counter, "确认退回")
    counter.until_seen("已退回。")
    assert counter.script.calls["decide"][0][2] == Verdict(False, "持卡人撤回申请", True)


def test_only_a_rejected_loss_asks_about_protection(counter: Counter) -> None:
    counter.supervise()
    open_case(counter, 3)
    reject(counter)
    assert not counter.sees("持卡人要解除吗")
    decide(counter, "确认退回")
    counter.until_seen("已退回。")
    assert counter.script.calls["decide"][0][2] == Verdict(False, "签名不符")


def test_a_wrong_password_is_told_and_nothing_typed_is_lost_but_the_password(
    counter: Counter,
) -> None:
    counter.supervise()
    open_case(counter)
    reject(counter)
    choose(counter, "不解除，卡继续保护")
    decide(counter, "确认退回", "wrong")
    counter.until_seen("密码不对，没有审批。")
    assert counter.find(QLineEdit, "您的密码（确认是您本人）").text() == ""
    assert counter.find(QComboBox, "退回理由").currentText() == "签名不符"
    assert "wrong" not in " ".join(all_texts(counter.operator))
    decide(counter, "确认退回")
    counter.until_seen("已退回。")


def test_leaving_the_page_or_locking_drops_the_password_and_nothing_else(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    reject(counter, "写了一半")
    for leave, back in (("渠道", "审批"), ("锁定", None)):
        counter.type("您的密码（确认是您本人）", "half")
        counter.press(leave)
        assert "half" not in " ".join(all_texts(counter.operator))
        assert not counter.sees(cases.NAME)
        if back is not None:
            counter.press(back)
            assert counter.find(QComboBox, "退回理由").currentText() == "写了一半"


def test_after_too_many_wrong_passwords_it_says_until_when(counter: Counter) -> None:
    counter.script.answers["decide"] = OperatorLocked(cases.NOW)
    counter.supervise()
    open_case(counter)
    choose(counter, "批准")
    decide(counter, "确认批准")
    counter.until_seen(Words("zh_CN").explain(OperatorLocked(cases.NOW)).detail)


def test_a_double_click_decides_once(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    choose(counter, "批准")
    counter.script.hold("decide")
    counter.type("您的密码（确认是您本人）", PASSWORD)
    button = counter.button("确认批准")
    button.click()
    assert counter.sees("正在办理……")
    button.click()
    QTest.keyClick(counter.find(QLineEdit, "您的密码（确认是您本人）"), Qt.Key.Key_Return)
    counter.script.release("decide")
    counter.until_seen("已批准。")
    assert len(counter.script.calls["decide"]) == 1


def test_what_one_filed_oneself_cannot_be_decided_and_says_why(counter: Counter) -> None:
    counter.script.hall = Hall([application(9, filed_by=BOTH.number)])
    counter.supervise(BOTH)
    open_case(counter)
    assert columns(counter, 5) == ["本人受理"]
    assert counter.sees("这是您自己受理的申请，不能由您审批。")
    assert counter.sees("请转给另一位主管")
    assert not counter.sees("确认批准")


def test_a_card_whose_state_forbids_approval_can_only_be_rejected(counter: Counter) -> None:
    real = counter.script.hall
    counter.supervise()
    opened = counter.session._queue._decisions.open
    counter.script.answers["open"] = lambda _desk, which: replace(
        _file(counter, real, which), consequences=()
    )
    assert opened
    open_case(counter)
    assert not counter.find(QRadioButton, "批准").isEnabled()
    assert counter.sees("只能退回")


def _file(counter: Counter, hall: Hall, which: object):  # type: ignore[no-untyped-def]
    answer = counter.script.answers.pop("open")
    try:
        return counter.session._queue._decisions.open(counter.session._desk, which)
    finally:
        counter.script.answers["open"] = answer


def test_a_stale_decision_says_what_changed_when_and_where_and_shows_it(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    reject(counter, "我的理由")
    choose(counter, "不解除，卡继续保护")
    hall = counter.script.hall
    hall.put(replace(hall.applications[0], assigned_to="2009"))
    decide(counter, "确认退回")
    counter.until_seen("情况已经有人改动")
    assert counter.sees("申请已被领取：")
    assert counter.sees("9 号窗口。")
    counter.until_seen("2009 已领取")
    assert counter.find(QComboBox, "退回理由").currentText() == "我的理由"
    assert counter.find(QLineEdit, "您的密码（确认是您本人）").text() == ""


def test_what_another_has_decided_is_shown_as_decided(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    choose(counter, "批准")
    hall = counter.script.hall
    hall.decide(hall.applications[0], Verdict(False, "材料不全", True))
    decide(counter, "确认批准")
    counter.until_seen("申请已退回：")
    counter.until_seen("这件申请已经审批。")
    for text in ("材料不全", "9 号窗口，工号 2009", "已按持卡人要求解除"):
        assert counter.sees(text), text
    assert not counter.sees("确认批准")


def test_an_unknown_outcome_is_looked_up_at_once(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    choose(counter, "批准")
    hall = counter.script.hall

    def half_done(_desk, choice, verdict, _password):  # type: ignore[no-untyped-def]
        hall.decide(hall.get(choice.application_id), verdict, "2001", "3")
        raise OutcomeUnknown

    counter.script.answers["decide"] = half_done
    decide(counter, "确认批准")
    counter.until_seen("这件申请已经审批。")
    assert counter.sees("已办结")


def test_several_of_one_kind_are_decided_at_once(counter: Counter) -> None:
    counter.supervise()
    select(counter, 0, 4)
    assert counter.sees("一起审批 2 件：正式挂失")
    assert counter.sees("990101-20261123-0300、990101-20261123-0012")
    choose(counter, "批准")
    decide(counter, "确认批准")
    counter.until_seen("选中的申请都已审批。")
    assert len(counter.script.calls["decide_several"][0][1]) == 2
    counter.until(lambda: len(columns(counter, 0)) == 4)


@pytest.mark.parametrize(
    ("rows", "why"),
    [((0, 1), "不是同一种申请"), ((0, 2), "有您自己受理的")],
)
def test_what_differs_is_not_decided_together(
    counter: Counter, rows: tuple[int, ...], why: str
) -> None:
    counter.supervise()
    select(counter, *rows)
    assert counter.sees(why)
    assert not counter.sees("确认批准")


def test_of_several_each_that_was_not_decided_says_why(counter: Counter) -> None:
    counter.supervise()
    select(counter, 0, 4)
    hall = counter.script.hall
    hall.put(replace(hall.applications[0], assigned_to="2009"))
    choose(counter, "批准")
    decide(counter, "确认批准")
    counter.until_seen("有的申请没有审批")
    assert counter.sees("990101-20261123-0300：您看到之后，情况已经有人改动")
    assert counter.sees("990101-20261123-0012")
    notice = state(counter).notice
    assert notice is not None
    assert notice.tone is Tone.WARNING


# --- meanwhile, elsewhere ------------------------------------------------------------------------


def test_a_new_application_appears_without_taking_anything_away(
    counter: Counter, qtbot: QtBot
) -> None:
    loss = ApplicationKind.FORMAL_LOSS
    counter.script.hall = Hall([application(600 - n, loss) for n in range(60)])
    counter.supervise()
    open_case(counter, 30)
    reject(counter, "写了一半的理由")
    counter.type("您的密码（确认是您本人）", "half")
    shown = table(counter)
    shown.setFocus()
    bar = shown.verticalScrollBar()
    bar.setValue(700)
    seen = shown.rows.key(shown.rowAt(0))
    hall = counter.script.hall
    hall.applications.append(application(900, loss))  # older: it comes in above
    hall.applications.append(application(1, loss))
    counter.watch.change()
    counter.until(lambda: len(columns(counter, 0)) == 62)
    assert shown.selected_keys() == (str(hall.applications[30].id),)
    assert shown.rows.key(shown.rowAt(0)) == seen
    assert bar.value() == 700 + shown.verticalHeader().defaultSectionSize()
    assert state(counter).file is not None
    assert counter.find(QComboBox, "退回理由").currentText() == "写了一半的理由"
    assert counter.find(QLineEdit, "您的密码（确认是您本人）").text() == "half"
    assert counter.sees("正式挂失（62）")


def test_the_open_case_is_shown_anew_when_it_changes_elsewhere(counter: Counter) -> None:
    counter.supervise()
    open_case(counter)
    hall = counter.script.hall
    hall.put(replace(hall.applications[0], assigned_to="2009"))
    counter.watch.change()
    counter.until_seen("这件申请刚在别处有改动")
    counter.until_seen("2009 已领取")
    hall.decide(hall.applications[0], Verdict(True))
    counter.watch.change()
    counter.until_seen("这件申请已经审批。")
    assert len(counter.script.calls["open"]) == 3
    counter.watch.change()
    counter.until(lambda: not state(counter).loading)
    assert len(counter.script.calls["open"]) == 3


def test_many_changes_while_an_answer_is_awaited_are_one_more_question(counter: Counter) -> None:
    counter.supervise()
    asked = len(counter.script.calls["queue"])
    counter.script.hold("queue")
    for _ in range(20):
        counter.watch.change()
    QTest.qWait(30)
    counter.script.release("queue")
    counter.until(lambda: len(counter.script.calls["queue"]) == asked + 2)
    counter.until(lambda: not state(counter).loading)
    assert len(counter.script.calls["queue"]) == asked + 2


def test_the_watch_runs_only_while_the_page_is_open(counter: Counter) -> None:
    counter.supervise()
    assert counter.watch.publish is not None
    counter.press("渠道")
    assert counter.watch.publish is None
    counter.press("审批")
    assert counter.watch.publish is not None
    assert counter.watch.starts == 2


def test_nothing_is_watched_for_somebody_who_neither_files_nor_decides(counter: Counter) -> None:
    counter.script.answers["sign_in"] = AUDITOR
    counter.sign_in()
    assert counter.watch.starts == 0


# --- the clerk -----------------------------------------------------------------------------------


def test_the_clerk_sees_the_outcome_without_asking(counter: Counter) -> None:
    counter.sign_in()
    counter.until(lambda: bool(counter.script.calls["outcomes"]))
    assert counter.sees("审批结果")
    assert not counter.sees("审批结果（")
    hall = counter.script.hall
    hall.decide(hall.applications[0], Verdict(False, "签名不符"))
    counter.watch.change()
    counter.until_seen("审批结果（1）")
    counter.press("审批结果（1）")
    for text in ("990101-20261123-0300", "已退回", "签名不符", "9 号窗口，工号 2009"):
        counter.until_seen(text)
    assert "欧" not in " ".join(all_texts(counter.session.main))
    counter.until_seen("审批结果")
    assert not counter.sees("审批结果（"), "it has been looked at"
    hall.decide(hall.applications[1], Verdict(True))
    counter.watch.change()
    counter.until_seen("990101-20261123-0095")
    assert not counter.sees("审批结果（"), "it was seen as it came"
    counter.press("柜台业务")
    hall.decide(hall.applications[3], Verdict(True))
    counter.watch.change()
    counter.until_seen("审批结果（1）")


def test_the_open_case_of_the_same_citizen_is_refreshed(counter: Counter) -> None:
    counter.serve()
    asked = len(counter.script.calls["refresh_e_card"])
    hall = counter.script.hall
    hall.decide(hall.applications[0], Verdict(True))
    counter.watch.change()
    counter.until(lambda: len(counter.script.calls["refresh_e_card"]) == asked + 1)
    hall.decide(replace(hall.applications[1], id_number="99010119900101123X"), Verdict(True))
    counter.watch.change()
    counter.until_seen("审批结果（2）")
    assert len(counter.script.calls["refresh_e_card"]) == asked + 1


def test_a_decision_on_what_another_clerk_has_filed_shows_in_the_five_conditions(
    counter: Counter,
) -> None:
    kind = ApplicationKind.CANCELLATION
    filed = cases.application(kind, filed_by="1002")
    before = replace(cases.case(), application=filed)
    counter.script.answers["open_case"] = before
    counter.serve()
    counter.until_seen("已启用")
    cancelled = replace(cases.registered(CardState.CANCELLED), version=2)
    after = judged(replace(before, registered=cancelled, application=None), cases.TODAY)
    counter.script.answers["refresh_e_card"] = after
    counter.watch.change()
    counter.until(lambda: counter.scene.case.verdict == after.verdict)
    counter.until(lambda: not counter.sees("已启用"))
    asked = len(counter.script.calls["refresh_e_card"])
    heard = len(counter.script.calls["outcomes"])
    counter.watch.change()
    counter.until(lambda: len(counter.script.calls["outcomes"]) > heard)
    assert len(counter.script.calls["refresh_e_card"]) == asked, "nothing waits any more"


# --- by keyboard ---------------------------------------------------------------------------------


def test_a_case_is_decided_by_keyboard_alone(counter: Counter, qtbot: QtBot) -> None:
    counter.supervise()
    counter.operator.activateWindow()
    qtbot.waitUntil(counter.operator.isActiveWindow)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is table(counter))

    def press(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or counter.operator, key)

    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    counter.until(lambda: state(counter).file is not None)
    press(Qt.Key.Key_F6)
    counter.until_seen("已领取，由您审批。")
    for _ in range(30):
        if isinstance(QApplication.focusWidget(), QRadioButton):
            break
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Down)
    assert counter.find(QRadioButton, "退回，不批准").isChecked()
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Tab)
    for _ in range(5):
        if isinstance(QApplication.focusWidget(), QLineEdit):
            break
        press(Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    QTest.keyClicks(focused, PASSWORD)
    QTest.keyClick(focused, Qt.Key.Key_Return)
    counter.until_seen("已批准。")


def test_control_and_a_digit_open_the_pages_that_are_offered(
    counter: Counter, qtbot: QtBot
) -> None:
    counter.supervise()
    counter.operator.activateWindow()
    qtbot.waitUntil(counter.operator.isActiveWindow)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(counter.operator, Qt.Key.Key_3, control)
    counter.until_seen("共 7 个渠道")
    QTest.keyClick(counter.operator, Qt.Key.Key_1, control)
    counter.until(lambda: table(counter).isVisible())
    QTest.keyClick(counter.operator, Qt.Key.Key_9, control)
    assert table(counter).isVisible(), "there is no ninth page for a supervisor"
