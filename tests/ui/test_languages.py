"""Both windows speak another language at once, without a restart, and not always the same one."""

import re

import pytest
from PySide6.QtGui import QAction

from desk_app.domain.card import CardState
from desk_app.domain.errors import MuteCard, RiskHold
from tests.fakes import cases
from tests.fakes.services import OPERATOR
from tests.ui.rig import SETTINGS, Counter, visible_texts

CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
NAMES = (cases.NAME, OPERATOR.name, SETTINGS.hall, "欧**", "中文", "人工核查")
"""What is not translated: names, what came from outside, and the name of the other language."""


def untranslated(texts: list[str]) -> list[str]:
    found = []
    for text in texts:
        rest = text
        for name in NAMES:
            rest = rest.replace(name, "")
        if CHINESE.search(rest):
            found.append(text)
    return found


def choose(counter: Counter, text: str) -> None:
    """An entry of the display menu; both languages have theirs under two headings."""
    menu = counter.session.main.header.findChild(type(counter.windows._display))
    assert menu is not None
    action = next(a for a in menu.findChildren(QAction) if a.text() == text)
    action.trigger()


def test_everything_on_both_windows_is_said_in_the_chosen_language(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(CardState.NOT_ACTIVATED)
    counter.script.answers["activate"] = RiskHold("人工核查", cases.NOW)
    counter.serve()
    counter.press("启用社保功能")
    counter.until_seen("风险核查")
    counter.windows._other_language()
    assert untranslated(visible_texts(counter.operator)) == []
    assert untranslated(visible_texts(counter.citizen)) == []
    assert counter.sees("Not activated")
    assert "window 3" in counter.operator.windowTitle()
    counter.windows._other_language()
    assert counter.sees("未启用")
    assert not counter.sees("Not activated")


@pytest.mark.parametrize("verb", ["Ask for consent", "Print statement"])
def test_open_panels_change_language_too(counter: Counter, verb: str) -> None:
    counter.serve()
    counter.press({"Ask for consent": "请持卡人确认同意", "Print statement": "打印单据"}[verb])
    counter.until(lambda: counter.scene.busy is None)
    counter.windows._other_language()
    assert untranslated(visible_texts(counter.operator)) == []
    assert untranslated(visible_texts(counter.citizen)) == []


def test_authorisations_and_lists_change_language_too(counter: Counter) -> None:
    counter.sign_in()
    counter.press("本市开通服务")
    counter.until_seen("共 105 项")
    counter.windows._other_language()
    assert untranslated(visible_texts(counter.operator)) == []
    counter.press("Channels")
    counter.until_seen("7 channels")
    notes = {"限期整改"}  # the platform's own words
    assert set(untranslated(visible_texts(counter.operator))) <= notes


def test_troubles_change_language_too(counter: Counter) -> None:
    counter.script.answers["read_card"] = MuteCard("Reader A")
    counter.sign_in()
    counter.insert()
    counter.until_seen("芯片没有反应")
    counter.windows._other_language()
    assert counter.sees("its chip does not answer")
    assert untranslated(visible_texts(counter.operator)) == []


def test_the_citizen_may_choose_their_own_language(counter: Counter) -> None:
    counter.serve()
    counter.press("请持卡人确认同意")
    counter.press("English", counter.citizen)
    assert counter.sees("Notice on issuing", counter.citizen)
    assert counter.button("I agree", counter.citizen).isVisible()
    assert counter.sees("等待持卡人在市民屏确认")
    counter.remove()
    assert counter.sees("欢迎光临", counter.citizen)


def test_the_menu_changes_language_size_and_colours(counter: Counter) -> None:
    counter.sign_in()
    choose(counter, "特大 200 %")
    assert counter.windows.preferences.appearance.scale == 200
    choose(counter, "深色")
    assert counter.windows.preferences.appearance.dark
    choose(counter, "English")
    assert counter.button("Sign out").isVisible()
