"""A clerk and a supervisor side by side: two real counters on one PostgreSQL and one platform, whose windows
are worked by hand. What one does, the other sees without asking."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QComboBox, QRadioButton, QTableView
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from desk_app import app
from desk_app.domain.application import ApplicationState
from desk_app.domain.card import CardState
from desk_app.sandbox.people import person
from desk_app.sandbox.seed import register_seed
from desk_app.seeding import seed
from desk_app.services.lanes import LaneName
from desk_app.settings import DatabaseSettings, HallSettings, PlatformSettings, Settings
from desk_app.store.engine import SqlStore
from desk_app.ui.settings import WindowSettings
from desk_app.ui.task_runner import TaskRunner
from desk_app.ui.widgets.table import Table
from desk_app.ui.windows import Windows
from tests.fixtures.platform import Clock, served
from tests.fixtures.postgresql import Cluster
from tests.ui.rig import Counter

HALL = "示范社会保险服务大厅"
SOON = 2.0
"""Seconds within which one window shows what was done at the other."""


class RealCounter(Counter):
    """A counter of the product's own wiring, but for the readers; nobody is signed in."""

    def __init__(self, wait: Callable[..., None], counter: app.Counter) -> None:
        hall = counter.settings.hall
        self._wait = wait
        self.counter = counter
        self.runner = TaskRunner(counter.lanes)
        self.windows = Windows(WindowSettings(hall.name, hall.window, hall.region, "zh_CN"))
        self.operator = self.windows.operator
        self.session = self.windows.connect_services(
            counter.services, self.runner, counter.queue_watch()
        )
        self.citizen = self.session.citizen
        self.operator.show()

    def enter(self, number: str) -> None:
        """Sign in as one of the demo hall's operators."""
        demo = next(o for o in register_seed().operators() if o.operator.number == number)
        self.type("工号", number)
        self.type("密码", demo.password)
        self.press("登录")
        self.until(lambda: self.session.main.isVisible())

    def close(self) -> None:
        self.operator.close()
        self.citizen.close()
        self.runner.close()
        for window in (self.citizen, self.operator):
            window.deleteLater()


@pytest.fixture
def side_by_side(
    postgresql: Cluster, tmp_path: Path, qtbot: QtBot
) -> Iterator[tuple[RealCounter, RealCounter]]:
    """Windows 3 and 9 of one hall."""

    def wait(holds: Callable[[], bool]) -> None:
        qtbot.waitUntil(holds, timeout=30_000)

    with ExitStack() as stack:
        url = stack.enter_context(postgresql.database())
        running = stack.enter_context(served(tmp_path / "platform", Clock()))
        at = PlatformSettings(running.url, running.terminal, running.secret)
        made = []
        for window in ("3", "9"):
            hall = HallSettings(name=HALL, window=window)
            settings = Settings(hall, platform=at, database=DatabaseSettings(url))
            counter = stack.enter_context(app.opened(settings, tmp_path / window))
            if not made:
                counter.lanes[LaneName.STORE].call(seed, counter.store, hall=HALL)
            made.append(RealCounter(wait, counter))
            stack.callback(made[-1].close)
        yield made[0], made[1]


def choose(counter: Counter, name: str, text: str) -> None:
    counter.find(QComboBox, name).setCurrentText(text)


def queue(counter: Counter) -> Table:
    found = counter.find(QTableView, "审批")
    assert isinstance(found, Table)
    return found


def open_first(supervisor: Counter) -> None:
    queue(supervisor).selectRow(0)
    supervisor.press("查看申请")
    supervisor.until(lambda: supervisor.session._queue.state.file is not None)


def file_a_loss(clerk: Counter, key: str) -> None:
    """The holder stands at the window without the card."""
    say = clerk.windows.speech.words.say
    clerk.type(say("look_up.number"), person(key).holder.id_number)
    clerk.press(say("look_up.submit"))
    clerk.until(lambda: clerk.scene.case is not None)
    clerk.press(say("look_up.reveal"))
    clerk.find(QComboBox, say("reveal.reason")).setEditText("本人到场挂失")
    clerk.press(say("reveal.submit"))
    clerk.until(lambda: clerk.scene.case.revealed)
    clerk.press("申请正式挂失")
    choose(clerk, "原因", "遗失")
    clerk.press("提交申请")
    clerk.until_seen("正式挂失已受理")


def working_as(counter: RealCounter) -> set[str]:
    """Operators whose logins are connected to the server and listen."""
    store = cast(SqlStore, counter.counter.store)
    with store.unattended().listening().connect() as connection:
        asked = "SELECT usename FROM pg_stat_activity WHERE query = 'LISTEN desk_application'"
        names = connection.execute(text(asked)).scalars()
        return {name.rpartition("_")[2] for name in names}


def within(seconds: float, counter: Counter, holds: Callable[[], bool]) -> float:
    began = time.monotonic()
    counter.until(holds)
    took = time.monotonic() - began
    assert took < seconds, f"{took:.2f} s"
    return took


def test_what_a_clerk_files_a_supervisor_approves_and_the_clerk_sees_it(
    side_by_side: tuple[RealCounter, RealCounter],
) -> None:
    clerk, supervisor = side_by_side
    clerk.enter("1001")
    supervisor.enter("2001")
    supervisor.until_seen("没有符合条件的申请。")
    assert not supervisor.citizen.isVisible()

    file_a_loss(clerk, "good")
    within(SOON, supervisor, lambda: queue(supervisor).rows.rowCount() == 1)
    assert supervisor.sees("正式挂失（1）")

    open_first(supervisor)
    supervisor.until_seen("卡转为正式挂失，不能再使用。")
    assert supervisor.sees("3 号窗口，工号 1001")
    supervisor.find(QRadioButton, "批准").setChecked(True)
    supervisor.type("您的密码（确认是您本人）", "demo-supervisor-2001")
    supervisor.press("确认批准")
    supervisor.until_seen("已批准。")

    within(SOON, clerk, lambda: clerk.sees("审批结果（1）"))
    clerk.until(lambda: clerk.scene.case.registered.state is CardState.LOST)
    clerk.press("审批结果（1）")
    clerk.until_seen("9 号窗口，工号 2001")
    assert clerk.sees("已办结")

    choose(supervisor, "申请状态", "已办结")
    supervisor.until(lambda: queue(supervisor).rows.rowCount() == 1)
    assert supervisor.sees("已办结")
    assert working_as(clerk) | working_as(supervisor) >= {"1001", "2001"}


def test_a_rejection_reaches_the_clerk_with_its_reason_and_the_card_works_again(
    side_by_side: tuple[RealCounter, RealCounter],
) -> None:
    clerk, supervisor = side_by_side
    clerk.enter("1001")
    supervisor.enter("2001")
    file_a_loss(clerk, "good")
    supervisor.until(lambda: queue(supervisor).rows.rowCount() == 1)
    open_first(supervisor)
    supervisor.find(QRadioButton, "退回，不批准").setChecked(True)
    supervisor.find(QComboBox, "退回理由").setEditText("签名与证件不符")
    supervisor.find(QRadioButton, "要解除，卡恢复使用").setChecked(True)
    supervisor.type("您的密码（确认是您本人）", "not the password")
    supervisor.press("确认退回")
    supervisor.until_seen("密码不对，没有审批。")
    supervisor.type("您的密码（确认是您本人）", "demo-supervisor-2001")
    supervisor.press("确认退回")
    supervisor.until_seen("已退回。")

    within(SOON, clerk, lambda: clerk.sees("审批结果（1）"))
    clerk.until(lambda: clerk.scene.case.registered.state is CardState.NORMAL)
    clerk.until_seen("签名与证件不符")
    with supervisor.counter.store.begin(write=False) as uow:
        (one,) = uow.applications.of_holder(person("good").holder.id_number)
    assert one.state is ApplicationState.REJECTED
