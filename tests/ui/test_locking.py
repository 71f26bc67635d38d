"""Nobody is at the window: it is covered, and whoever comes back finds the case as it was."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desk_app.domain.errors import NotPermitted, OperatorDisabled, OperatorLocked
from desk_app.domain.operator import Operator, Role
from desk_app.domain.verbs import Verb
from desk_app.ui.idle import IdleWatch
from desk_app.ui.screens.lock.presenter import LockState
from tests.fakes import cases
from tests.fakes.services import COLLEAGUE, OPERATOR, PASSWORD
from tests.ui.rig import Counter, visible_texts

MINUTE = 60.0


class Quiet:
    """A watch with a clock of its own, and what it told."""

    def __init__(self, seconds: float) -> None:
        self.time = 0.0
        self.told: list[int | str] = []
        expired = self.told.append
        self.watch = IdleWatch(
            seconds, self.told.append, lambda: expired("expired"), lambda: self.time
        )
        self.watch.start()

    def wait(self, seconds: float) -> None:
        self.time += seconds
        if self.watch.watches:
            self.watch.look()


@pytest.mark.usefixtures("qapp")
def test_a_minute_before_the_end_it_is_told_and_at_the_end_it_ends() -> None:
    quiet = Quiet(10 * MINUTE)
    quiet.wait(9 * MINUTE - 1)
    assert quiet.told == []
    quiet.wait(1)
    quiet.wait(30)
    assert quiet.told == [60, 30]
    quiet.wait(30)
    quiet.wait(30)
    assert quiet.told == [60, 30, 0, "expired"]


@pytest.mark.usefixtures("qapp")
def test_a_hand_in_time_begins_it_anew_and_takes_the_warning_away() -> None:
    quiet = Quiet(10 * MINUTE)
    quiet.wait(9.5 * MINUTE)
    quiet.watch.touch()
    quiet.wait(9 * MINUTE - 1)
    assert quiet.told == [30, 0]


@pytest.mark.usefixtures("qapp")
def test_nought_minutes_never_end() -> None:
    quiet = Quiet(0)
    quiet.wait(1000 * MINUTE)
    assert quiet.told == []


def lock(counter: Counter) -> None:
    counter.press("锁定")
    counter.until_seen("窗口已锁定")


def nothing_is_seen(counter: Counter) -> bool:
    texts = visible_texts(counter.operator) + visible_texts(counter.citizen)
    return not [part for part in cases.OF_THE_CITIZEN for text in texts if part in text]


def test_a_locked_window_shows_nothing_of_the_citizen_on_either_screen(counter: Counter) -> None:
    counter.serve()
    assert not nothing_is_seen(counter)
    lock(counter)
    assert nothing_is_seen(counter)
    assert counter.sees("请稍候", counter.citizen)
    assert counter.sees("有一件业务正在办理")
    assert not counter.session.main.isVisible()
    counter.until(lambda: [args[1] for args in counter.script.calls["lock"]] == ["operator"])


def test_the_same_operator_finds_the_case_as_it_was(counter: Counter) -> None:
    counter.serve()
    counter.session._presenter.unmask(True)
    counter.press("打印单据")
    before = counter.scene
    lock(counter)
    counter.type("密码", PASSWORD)
    counter.press("解锁")
    counter.until(lambda: counter.session.main.isVisible())
    counter.until(lambda: counter.scene.busy is None)
    assert counter.scene.case == before.case
    assert counter.scene.panel is before.panel
    assert counter.scene.unmasked
    assert not counter.script.calls["end_visit"]
    assert not counter.sees("请稍候", counter.citizen)


def test_a_wrong_password_and_none_do_not_unlock(counter: Counter) -> None:
    counter.serve()
    lock(counter)
    counter.press("解锁")
    assert counter.sees("请输入密码。")
    counter.type("密码", "wrong")
    counter.press("解锁")
    counter.until_seen("工号或密码不对")
    assert not counter.sees("wrong")
    counter.script.answers["unlock"] = OperatorLocked(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    counter.type("密码", PASSWORD)
    counter.press("解锁")
    counter.until_seen("已暂时锁定")
    assert nothing_is_seen(counter)


def test_no_key_reaches_what_is_covered(counter: Counter) -> None:
    counter.serve()
    lock(counter)
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F8, Qt.Key.Key_Escape):
        QTest.keyClick(counter.operator, key)
    assert counter.scene.panel == "none"
    assert counter.scene.busy is None
    assert counter.scene.case is not None


def test_a_dialog_is_closed_with_the_window(counter: Counter) -> None:
    counter.serve()
    counter.press("打印单据")
    counter.until(lambda: counter.button("生成预览").isEnabled())
    counter.press("生成预览")
    counter.until(lambda: counter.button("打印").isEnabled())
    counter.press("另存为……")
    counter.until(lambda: counter.operator.findChild(QFileDialog) is not None)
    counter.windows.cover.cover("idle")  # type: ignore[union-attr]
    dialog = counter.operator.findChild(QFileDialog)
    assert dialog is None or not dialog.isVisible()


def test_a_card_that_comes_while_locked_waits_until_somebody_is_back(counter: Counter) -> None:
    counter.sign_in()
    lock(counter)
    counter.insert()
    QTest.qWait(50)
    assert not counter.script.calls["read_card"]
    counter.type("密码", PASSWORD)
    counter.press("解锁")
    counter.until(lambda: counter.scene.case is not None)


def test_a_card_that_leaves_while_locked_ends_the_visit(counter: Counter) -> None:
    counter.serve()
    lock(counter)
    counter.remove()
    counter.until(lambda: bool(counter.script.calls["end_visit"]))
    counter.type("密码", PASSWORD)
    counter.press("解锁")
    counter.until(lambda: counter.session.main.isVisible())
    assert counter.scene.case is None


def take_over(counter: Counter) -> None:
    counter.press("换人接办")
    counter.type("工号", COLLEAGUE.number)
    counter.type("密码", PASSWORD)
    counter.press("由此人接办")


def test_another_operator_goes_on_with_the_case(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(read=cases.reading())
    counter.serve()
    case = counter.scene.case
    lock(counter)
    take_over(counter)
    counter.until(lambda: counter.session.main.isVisible())
    ((desk, number, _, taken),) = counter.script.calls["take_over"]
    assert (desk.operator, number, taken) == (OPERATOR, COLLEAGUE.number, case)
    assert counter.scene.case == case
    assert counter.sees(COLLEAGUE.name)
    assert not counter.script.calls["end_visit"]
    counter.session._presenter.use(Verb.CONSENT)
    counter.press("已签纸质同意书")
    counter.until(lambda: bool(counter.script.calls["consent"]))
    assert counter.script.calls["consent"][0][0].operator == COLLEAGUE


def test_what_was_drawn_under_the_first_operators_number_is_drawn_anew(counter: Counter) -> None:
    counter.serve()
    counter.press("打印单据")
    counter.until(lambda: counter.button("生成预览").isEnabled())
    counter.press("生成预览")
    counter.until(lambda: counter.session._statement.state.prepared is not None)
    lock(counter)
    take_over(counter)
    counter.until(lambda: counter.session.main.isVisible())
    assert counter.session._statement.state.prepared is None
    counter.press("生成预览")
    counter.until(lambda: counter.session._statement.state.prepared is not None)
    assert counter.script.calls["prepare"][-1][0].operator == COLLEAGUE


def test_who_may_not_serve_does_not_get_the_case(counter: Counter) -> None:
    counter.serve()
    lock(counter)
    counter.script.answers["take_over"] = NotPermitted()
    take_over(counter)
    counter.until_seen("没有这项权限")
    assert nothing_is_seen(counter)
    counter.press("返回")
    assert counter.button("解锁").isVisible()


def test_an_administrator_takes_over_an_empty_window(counter: Counter) -> None:
    administrator = Operator("9001", "许文静", frozenset({Role.ADMINISTRATOR}))
    counter.sign_in()
    lock(counter)
    counter.script.answers["take_over"] = administrator
    take_over(counter)
    counter.until(lambda: counter.session.main.isVisible())
    counter.insert()
    QTest.qWait(50)
    assert not counter.script.calls["read_card"]
    assert counter.sees("本窗口暂未开放", counter.citizen)


def test_signing_out_of_a_locked_window_ends_the_visit(counter: Counter) -> None:
    counter.serve()
    lock(counter)
    counter.press("退出登录并结束业务")
    assert counter.button("登录").isVisible()
    counter.until(lambda: bool(counter.script.calls["end_visit"]))
    assert counter.windows.cover is not None
    assert counter.windows.cover.presenter.state == LockState()


def test_idling_locks_and_a_key_before_that_does_not(counter: Counter) -> None:
    counter.serve()
    cover = counter.windows.cover
    assert cover is not None
    cover.idle._seconds = 10 * MINUTE
    cover.idle.start()
    cover.idle._last -= 9.5 * MINUTE
    cover.idle.look()
    assert counter.sees("秒后锁定窗口")
    handle = counter.operator.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert not counter.sees("秒后锁定窗口")
    cover.idle._last -= 10 * MINUTE
    cover.idle.look()
    assert counter.sees("窗口已锁定")
    counter.until(lambda: bool(counter.script.calls["lock"]))
    assert counter.script.calls["lock"][0][1] == "idle"


# --- an operator who is disabled meanwhile ---------------------------------------------------------------


def test_a_disabled_operator_is_led_out_with_the_reason(counter: Counter) -> None:
    counter.serve()
    counter.script.answers["claim_code"] = OperatorDisabled()
    counter.script.answers["consent"] = OperatorDisabled()
    counter.press("请持卡人确认同意")
    counter.press("已签纸质同意书")
    counter.until_seen("这个工号已被停用")
    assert counter.button("登录").isVisible()
    assert nothing_is_seen(counter)
    assert counter.session.desk is None


def test_a_disabled_operator_does_not_unlock(counter: Counter) -> None:
    counter.serve()
    lock(counter)
    counter.script.answers["unlock"] = OperatorDisabled()
    counter.type("密码", PASSWORD)
    counter.press("解锁")
    counter.until_seen("这个工号已被停用")
    assert counter.button("登录").isVisible()
    assert counter.scene.case is None


def test_no_two_things_on_the_counter_share_a_key(counter: Counter) -> None:
    counter.serve()
    pressed = [each for each in counter.operator.findChildren(QShortcut)]
    keys = [each.key().toString() for each in pressed if each.parent().isVisible()]
    assert "Ctrl+Shift+L" in keys
    assert len(keys) == len(set(keys)), sorted(keys)
