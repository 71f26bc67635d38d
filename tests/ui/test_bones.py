"""What the window stands on: the bridge between threads, the first paint, the constants of Python."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget, QPushButton
from pytestqt.qtbot import QtBot

from desk_app.domain.errors import BrokenPromise, CardBusy, NoReader, StoreUnavailable
from desk_app.services.lanes import LaneName, Lanes, on
from desk_app.ui.application import Outside, Start
from desk_app.ui.scene import Notice, Stage, Tone
from desk_app.ui.settings import Preferences, WindowSettings, recall, remember
from desk_app.ui.task_runner import TaskRunner
from desk_app.ui.theme import Appearance
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.windows import Windows
from desk_app.ui.words import Words
from tests.fakes import cases
from tests.fakes.services import Script, fake_services
from tests.fixtures.errors import domain_errors
from tests.ui.rig import Counter


class Jobs:
    """Jobs on two lanes."""

    def __init__(self) -> None:
        self.gate = threading.Event()

    @on(LaneName.STORE)
    def thread(self) -> int:
        return threading.get_ident()

    @on(LaneName.CARD)
    def wait(self) -> str:
        assert self.gate.wait(10)
        return "done"

    @on(LaneName.STORE)
    def refuse(self) -> None:
        raise CardBusy("Reader A")

    @on(LaneName.STORE)
    def stumble(self) -> None:
        raise ValueError(cases.ID_NUMBER)


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes()
    yield made
    made.close()


def test_a_job_runs_on_its_lane_and_its_result_comes_to_the_windows_thread(
    lanes: Lanes, qtbot: QtBot
) -> None:
    runner, here = TaskRunner(lanes), threading.get_ident()
    answers: list[tuple[int, int]] = []
    runner.submit(
        Jobs().thread,
        done=lambda there: answers.append((there, threading.get_ident())),
        failed=lambda error: pytest.fail(repr(error)),
    )
    qtbot.waitUntil(lambda: bool(answers))
    there, delivered = answers[0]
    assert there != here
    assert delivered == here


def test_errors_come_back_as_they_are(lanes: Lanes, qtbot: QtBot) -> None:
    runner = TaskRunner(lanes)
    errors: list[Exception] = []
    runner.submit(Jobs().refuse, done=lambda _: None, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], CardBusy)


@pytest.mark.expected_log("ValueError in a job")
def test_a_bugs_place_is_logged_but_not_its_message(
    lanes: Lanes, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[Exception] = []
    runner = TaskRunner(lanes)
    runner.submit(Jobs().stumble, done=lambda _: None, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert "stumble" in caplog.text
    assert cases.ID_NUMBER not in caplog.text


def test_an_unmarked_job_is_a_bug(lanes: Lanes) -> None:
    with pytest.raises(BrokenPromise):
        TaskRunner(lanes).submit(lambda: None, done=lambda _: None, failed=lambda _: None)


def test_after_closing_nothing_comes_through(lanes: Lanes, qtbot: QtBot) -> None:
    runner, jobs = TaskRunner(lanes), Jobs()
    answers: list[str] = []
    runner.submit(jobs.wait, done=answers.append, failed=lambda _: None)
    heard = runner.relay(answers.append)
    runner.close()
    jobs.gate.set()
    heard("late")
    qtbot.wait(50)
    assert answers == []


def test_every_error_is_shown_with_its_next_step(counter: Counter) -> None:
    counter.sign_in()
    for kind in domain_errors():
        error = kind()
        told = Words("zh_CN").explain(error)
        counter.session.visit.change(notice=Notice(Tone.DANGER, error=error))
        assert counter.sees(told.message), kind
        assert counter.sees(told.next_step), kind
        counter.session.visit.change(notice=None, stage=Stage.TROUBLE, trouble=error)
        assert counter.sees(told.message), kind
        assert counter.sees(told.next_step), kind
        counter.session.visit.restart()
        assert not counter.sees(told.message), kind


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def test_nothing_heavy_is_imported_before_the_window_is_painted() -> None:
    """Import costs more than painting does: so it comes after."""
    code = """
import sys
from desk_app.ui.application import make_application
from desk_app.ui.settings import WindowSettings
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.windows import Windows
app = make_application()
windows = Windows(WindowSettings("hall", "3", "990101"))
windows.operator.painted.connect(app.quit)
windows.operator.show()
app.exec()
heavy = ("sqlalchemy", "reportlab", "httpx", "segno", "smartcard", "PySide6.QtPdf", "PySide6.QtSvg",
         "desk_app.domain", "desk_app.services", "desk_app.app")
print([name for name in heavy if name in sys.modules])
"""
    done = run_python(code)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_interpreter_survives_a_days_worth_of_calls_into_qt() -> None:
    code = """
import sys
from PySide6.QtWidgets import QLabel
from desk_app.ui.application import make_application
from desk_app.ui.constants import keep_constants
app = make_application()
keep_constants()
label = QLabel()
for number in range(300_000):
    label.setEnabled(True)
print("alive", sys.getrefcount(None) > 1_000_000)
"""
    done = run_python(code)
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.strip() == "alive True"


class Monitor:
    """Publishes one event as soon as it is started."""

    def __init__(self) -> None:
        self.stopped = False

    def start(self, publish) -> None:  # type: ignore[no-untyped-def]
        from desk_app.domain.card import CardEvent, CardEventKind

        thread = threading.Thread(
            target=publish, args=(CardEvent(CardEventKind.READER_ADDED, "Reader A"),)
        )
        thread.start()
        thread.join()

    def stop(self) -> None:
        self.stopped = True


SETTINGS = WindowSettings("hall", "3", "990101", language="zh_CN")


def test_the_services_are_made_off_the_windows_thread_and_then_connected(
    lanes: Lanes, qtbot: QtBot
) -> None:
    monitor, threads = Monitor(), []

    def compose() -> Outside:
        threads.append(threading.get_ident())
        return Outside(fake_services(Script()), lanes, monitor)  # type: ignore[arg-type]

    windows = Windows(SETTINGS)
    start = Start(windows, compose)
    with qtbot.waitSignal(start.connected, timeout=30_000):
        start.begin()
    assert threads != [threading.get_ident()]
    assert windows.session is not None
    header = windows.session.main.header
    qtbot.waitUntil(lambda: "就绪" in header._reader._text.text())
    windows.operator.close()
    start.end()
    assert monitor.stopped


def test_services_that_do_not_come_up_are_told_in_the_window(qtbot: QtBot) -> None:
    def compose() -> Outside:
        raise StoreUnavailable("no such file")

    windows = Windows(SETTINGS)
    start = Start(windows, compose)
    windows.operator.show()
    start.begin()
    qtbot.waitUntil(lambda: "数据库没有响应" in windows._sign_in_view._error.text())
    windows.operator.close()
    start.end()


def test_choices_are_remembered(tmp_path: Path) -> None:
    file = tmp_path / "window.conf"
    chosen = Preferences("en", "zh_CN", Appearance(150, dark=True))
    remember(file, chosen)
    assert recall(file) == chosen
    file.write_text("language=fr\nscale=huge\n")
    assert recall(file) == Preferences()
    assert recall(tmp_path / "none") == Preferences()
    remember(tmp_path / "no" / "folder", chosen)


class Sandbox:
    def __init__(self) -> None:
        self.inside: str | None = None

    def variants(self) -> list[tuple[str, str, str]]:
        return [("good", "正常卡", "Good card"), ("mute", "无应答卡", "Mute card")]

    def insert(self, variant: str) -> None:
        self.inside = variant

    def remove(self) -> None:
        self.inside = None

    def current(self) -> str | None:
        return self.inside


def test_rehearsal_cards_are_hidden_until_f12_and_can_be_put_in(counter: Counter) -> None:
    sandbox = Sandbox()
    counter.windows.offer_sandbox(sandbox)
    counter.sign_in()
    panel = counter.operator.findChild(QDockWidget, "dev-panel")
    assert panel is not None
    assert not panel.isVisible()
    panel.show()
    counter.press("插入")
    assert sandbox.inside == "good"
    assert counter.sees("读卡器中：正常卡")
    counter.windows._other_language()
    assert counter.sees("Good card")
    counter.press("Take out")
    assert sandbox.inside is None


def test_without_a_reader_the_counter_says_so(counter: Counter) -> None:
    counter.script.answers["read_card"] = NoReader()
    counter.sign_in()
    counter.insert()
    counter.until_seen("没有找到读卡器")


def test_a_button_that_comes_while_its_line_is_hidden_has_a_place_of_its_own(qtbot: QtBot) -> None:
    first, second = QPushButton("回执"), QPushButton("知道了")
    line = Wrapping(first, second)
    first.hide()
    qtbot.addWidget(line)
    line.resize(400, 40)
    line.show()
    line.hide()
    first.show()
    line.show()
    assert not first.geometry().intersects(second.geometry())
