"""The top line: one line at 1366 pixels for whoever is here, with every page within reach."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desk_app.domain.operator import Operator, Role
from desk_app.ui.header import Page, pages_of
from desk_app.ui.settings import Preferences
from desk_app.ui.theme import Appearance
from desk_app.ui.words import LANGUAGES, Words
from tests.fakes.decisions import BOTH
from tests.ui.rig import Counter, name_of, shown

EVERY_ROLE = Operator("3001", "阿卜杜热西提·买买提艾则孜", frozenset(Role))


def enter(counter: Counter, who: Operator, language: str = "zh_CN", scale: int = 100) -> None:
    counter.script.answers["sign_in"] = who
    counter.sign_in()
    counter.operator.resize(1366, 768)
    counter.windows.choose(Preferences(language, language, Appearance(scale)))


def buttons(counter: Counter) -> list[QPushButton]:
    return [
        each
        for each in shown(counter.session.main.header, QPushButton)
        if each.objectName().startswith("page-")
    ]


def more(counter: Counter) -> QPushButton:
    found = counter.session.main.header.findChild(QPushButton, "page-more")
    assert found is not None
    return found


def listed(counter: Counter) -> list[QAction]:
    menu = more(counter).menu()
    assert menu is not None
    menu.aboutToShow.emit()
    return menu.actions()


def open_page(counter: Counter, name: str) -> None:
    """By its button, or in the menu."""
    actions = {action.text(): action for action in listed(counter)}
    if name in actions:
        actions[name].trigger()
    else:
        counter.press(name)


@pytest.mark.parametrize("who", [BOTH, EVERY_ROLE], ids=["two_roles", "every_role"])
@pytest.mark.parametrize("scale", [100, 125, 150])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_line_and_every_page_is_there(
    counter: Counter, who: Operator, scale: int, language: str, qtbot: QtBot
) -> None:
    enter(counter, who, language, scale)
    header, say = counter.session.main.header, Words(language).say
    qtbot.waitUntil(lambda: header.height() < 2 * max(b.height() for b in buttons(counter)))
    offered = {say(f"header.{page}") for page in pages_of(who)}
    names = [name_of(each) for each in buttons(counter) if each is not more(counter)]
    inside = [action.text() for action in listed(counter)] if more(counter).isVisible() else []
    assert {*names, *inside} == offered
    assert len(inside) != 1, "a menu of one"
    end = max(each.geometry().right() for each in shown(header, QPushButton))
    assert end < header.width()
    full = say("sign_in.place", hall="示范社会保险服务大厅", window="3")
    assert full in {label.accessibleName() for label in shown(header, QLabel)}


def test_a_page_in_the_menu_opens_and_the_menu_says_so(counter: Counter) -> None:
    enter(counter, EVERY_ROLE, "en", 150)
    counter.until(more(counter).isVisible)
    assert more(counter).text() == "More"
    open_page(counter, "Channels")
    counter.until(lambda: more(counter).text() == "More: Channels")
    assert [a.text() for a in listed(counter) if a.isChecked()] == ["Channels"]
    open_page(counter, "Counter")
    counter.until(lambda: more(counter).text() == "More")


def test_the_keys_reach_the_pages_in_the_menu(counter: Counter, qtbot: QtBot) -> None:
    enter(counter, EVERY_ROLE, "en", 150)
    counter.operator.activateWindow()
    qtbot.waitUntil(counter.operator.isActiveWindow)
    counter.until(more(counter).isVisible)
    QTest.keyClick(counter.operator, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    ninth = counter.session.main.header.pages.offered[8]
    counter.until(lambda: more(counter).text() == f"More: {ninth}")


def test_all_come_back_when_there_is_room(counter: Counter) -> None:
    enter(counter, EVERY_ROLE, "en")
    counter.until(more(counter).isVisible)
    counter.operator.resize(2600, 768)
    counter.until(lambda: not more(counter).isVisible())
    assert len(buttons(counter)) == len(Page)
    counter.until_seen(EVERY_ROLE.name)
