"""The counter that the tests of the window work at."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.ui.application import dress_application, finish_dressing
from tests.ui.rig import Counter

_SILENT = r"This plugin does not support (propagateSizeHints|raise)\(\)"
"""What the offscreen platform says of every window; it means nothing."""


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.qt_log_ignore(_SILENT, extend=True))


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The one QApplication, in the product's style and fonts."""
    dress_application(qapp)
    finish_dressing()
    return qapp


@pytest.fixture
def counter(qtbot: QtBot) -> Iterator[Counter]:
    """Two windows, nobody signed in."""
    made = Counter(lambda holds: qtbot.waitUntil(holds, timeout=30_000))
    yield made
    made.close()
