"""A counter with real windows, real lanes and scripted services; its readers are in the test's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from desk_app.domain.card import CardEvent, CardEventKind
from desk_app.domain.operator import Operator, Role
from desk_app.services.lanes import Lanes
from desk_app.ui.settings import WindowSettings
from desk_app.ui.task_runner import TaskRunner
from desk_app.ui.windows import Windows
from tests.fakes.decisions import SUPERVISOR, FakeQueueWatch
from tests.fakes.services import OPERATOR, PASSWORD, Script, fake_services

READER = "Reader A"
SETTINGS = WindowSettings("示范社会保险服务大厅", "3", "990101", language="zh_CN")

W = TypeVar("W", bound=QWidget)


class Counter:
    """Reads like a day at the counter: sign in, insert, press, see."""

    def __init__(self, wait: Callable[..., None], settings: WindowSettings = SETTINGS) -> None:
        self._wait = wait
        self._insertion = 0
        self.script = Script()
        self.lanes = Lanes()
        self.runner = TaskRunner(self.lanes)
        self.windows = Windows(settings)
        self.operator = self.windows.operator
        self.watch = FakeQueueWatch()
        self.session = self.windows.connect_services(
            fake_services(self.script), self.runner, self.watch
        )
        self.citizen = self.session.citizen
        self.operator.show()

    def close(self) -> None:
        self.operator.close()
        self.citizen.close()
        for gate in list(self.script._gates):
            self.script.release(gate)
        self.runner.close()
        self.lanes.close()
        for window in (self.citizen, self.operator):
            window.deleteLater()

    def sign_in(self) -> None:
        self.type("工号", OPERATOR.number)
        self.type("密码", PASSWORD)
        self.press("登录")
        self.until(lambda: self.session.main.isVisible())

    def supervise(self, who: Operator = SUPERVISOR) -> None:
        """A supervisor has signed in and sees the queue."""
        self.script.answers["sign_in"] = who
        self.sign_in()
        if Role.CLERK in who.roles:
            self.press(self.windows.speech.words.say("header.queue"))
        self.until(lambda: self.session._queue.state.queue is not None)

    def event(self, kind: CardEventKind, reader: str = READER) -> None:
        if kind is CardEventKind.CARD_INSERTED:
            self._insertion += 1
        self.session.on_card_event(CardEvent(kind, reader, None, self._insertion))

    def insert(self, reader: str = READER) -> None:
        self.event(CardEventKind.CARD_INSERTED, reader)

    def remove(self, reader: str = READER) -> None:
        self.event(CardEventKind.CARD_REMOVED, reader)

    def serve(self) -> None:
        """Signed in, with a citizen on the screen."""
        self.sign_in()
        self.insert()
        self.until(lambda: self.scene.case is not None)
        self.until(lambda: bool(self.script.calls["refresh_e_card"]))

    @property
    def scene(self):  # type: ignore[no-untyped-def]
        return self.session.visit.scene

    def until(self, holds: Callable[[], bool]) -> None:
        self._wait(holds)

    def find(self, kind: type[W], name: str, window: QWidget | None = None) -> W:
        """The visible widget of a kind with an accessible name or text."""
        found = [each for each in shown(window or self.operator, kind) if name_of(each) == name]
        assert found, (
            f"no {kind.__name__} “{name}”; there are {names(window or self.operator, kind)}"
        )
        return found[0]

    def button(self, name: str, window: QWidget | None = None) -> QAbstractButton:
        return self.find(QAbstractButton, name, window)

    def press(self, name: str, window: QWidget | None = None) -> None:
        pressed = self.button(name, window)
        assert pressed.isEnabled(), f"“{name}” is disabled"
        pressed.click()

    def type(self, name: str, text: str) -> None:
        self.find(QLineEdit, name).setText(text)

    def sees(self, text: str, window: QWidget | None = None) -> bool:
        """Whether a text can be read somewhere in a window."""
        return any(text in each for each in visible_texts(window or self.operator))

    def until_seen(self, text: str, window: QWidget | None = None) -> None:
        try:
            self.until(lambda: self.sees(text, window))
        except AssertionError as error:
            there = "\n".join(visible_texts(window or self.operator))
            raise AssertionError(f"“{text}” is nowhere in:\n{there}") from error


def shown(window: QWidget, kind: type[W]) -> list[W]:
    return [each for each in window.findChildren(kind) if each.isVisible()]


def names(window: QWidget, kind: type[QWidget]) -> list[str]:
    return [name_of(each) for each in shown(window, kind)]


def name_of(widget: QWidget) -> str:
    """The name that assistive technology tells."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text().replace("&", "")
    return ""


def visible_texts(window: QWidget) -> list[str]:
    return [text for each in shown(window, QWidget) for text in texts_of(each) if text]


def all_texts(window: QWidget) -> Iterator[str]:
    """Everything that any widget of a window holds, hidden ones and what only a screen reader tells too."""
    yield window.windowTitle()
    for each in [window, *window.findChildren(QWidget)]:
        yield from texts_of(each)
        yield each.accessibleName()
        yield each.accessibleDescription()
        yield each.toolTip()
        yield each.statusTip()
        yield each.whatsThis()


def texts_of(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))
        yield widget.currentText()
    if isinstance(widget, QTableView) and (model := widget.model()) is not None:
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                yield str(model.index(row, column).data())
