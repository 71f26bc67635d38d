"""The window can be used by keyboard alone, by ear, and at every type size."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desk_app.domain.batch import BatchProgress, BatchState, Counts
from desk_app.domain.card import CardState, FieldWarning, Problem
from desk_app.domain.decision import Verdict
from desk_app.domain.document import CopyReason, Recipient
from desk_app.domain.errors import AlreadyIssued, PasswordDue
from desk_app.domain.printing import PrinterTrouble
from desk_app.services.card_sign_in import CardPresented
from desk_app.services.ports import PrintJob, PrintState
from desk_app.ui.header import Page
from desk_app.ui.settings import Preferences
from desk_app.ui.theme import SCALES, Appearance
from desk_app.ui.widgets.qr_code import QrCode
from desk_app.ui.words import LANGUAGES, Words
from tests.fakes import cases
from tests.fakes.services import ADMINISTRATOR, AUDITOR, OPERATOR, PASSWORD, issued_documents
from tests.ui.rig import Counter, name_of, shown

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
SCENES = (
    "sign_in",
    "new_password",
    "card_pin",
    "idle",
    "serving",
    "consent",
    "claim",
    "unbind",
    "look_up",
    "trouble",
    "statement",
    "activated",
    "receipt",
    "another_copy",
    "issued",
    "stuck",
    "not_out",
    "printouts",
    "authorizations",
    "verify",
    "city",
    "channels",
    "queue",
    "chosen",
    "case",
    "rejection",
    "outcomes",
    "locked",
    "take_over",
    "operators",
    "operator_form",
    "password_given",
    "shift",
    "audit",
    "audit_broken",
    "batches",
    "batch_list",
    "batch_planned",
    "batch_running",
    "batch_done",
)


PRINTING = ("stuck", "not_out", "printouts")


def play(counter: Counter, scene: str, language: str = "zh_CN") -> None:
    """Bring the counter to a scene."""
    say = Words(language).say
    warnings = (FieldWarning("card_number", Problem.CHECK_FAILED),)
    if scene in ("claim", "unbind", "authorizations"):
        counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    elif scene in ("activated", "receipt"):
        counter.script.answers["open_case"] = cases.case(CardState.NOT_ACTIVATED)
    elif scene == "trouble":
        from desk_app.domain.errors import CardBusy

        counter.script.answers["read_card"] = CardBusy("Reader A", ("some-program",))
    else:
        counter.script.answers["open_case"] = cases.case(
            CardState.NORMAL, read=cases.reading(warnings=warnings)
        )
    if scene in ("sign_in", "new_password", "card_pin"):
        if language != "zh_CN":
            counter.windows._other_language()
        ask_at_the_door(counter, scene, say)
        return
    if scene in ("operators", "operator_form", "password_given"):
        counter.script.answers["sign_in"] = ADMINISTRATOR
    if scene in ("audit", "audit_broken"):
        counter.script.answers["sign_in"] = AUDITOR
        counter.script.answers["verify"] = cases.chain_reports(broken=True)
    if scene.startswith("batch"):
        look_at_batches(counter, scene, language)
        return
    if scene in ("queue", "chosen", "case", "rejection"):
        look_at_the_queue(counter, scene, language)
        return
    if scene == "outcomes":
        hall = counter.script.hall
        hall.decide(hall.applications[0], Verdict(False, "签名不符"))
    counter.sign_in()
    if language != "zh_CN":
        counter.windows._other_language()
    if scene in ("idle",):
        return
    if scene in ("operators", "operator_form", "password_given"):
        look_after_operators(counter, scene, say)
        return
    if scene == "shift":
        counter.session.main.header.pages.choose("shift")
        counter.until_seen(say("shift.left_filed", count=4))
        return
    if scene in ("audit", "audit_broken"):
        look_into_the_trail(counter, scene, say)
        return
    if scene == "verify":
        counter.session.main.header.pages.choose(Page.VERIFY)
        counter.type(say("verify.code"), "ABCD EFGH JKLM NPQR")
        counter.press(say("verify.check"))
        counter.until(lambda: counter.session._verify.state.answer is not None)
        return
    if scene in ("city", "channels"):
        counter.press(say(f"header.{scene}"))
        counter.until(lambda: bool(counter.script.calls["services" if scene == "city" else scene]))
        return
    if scene == "outcomes":
        counter.until(lambda: bool(counter.session._outcomes.state.items))
        counter.session.main.header.pages.choose(Page.OUTCOMES)
        return
    if scene == "look_up":
        counter.type(say("look_up.number"), cases.ID_NUMBER)
        counter.press(say("look_up.submit"))
        counter.until(lambda: counter.scene.case is not None)
        counter.press(say("look_up.reveal"))
        return
    counter.insert()
    counter.until(lambda: counter.scene.case is not None or counter.scene.trouble is not None)
    if scene in ("locked", "take_over"):
        counter.press(say("header.lock"))
        counter.until_seen(say("lock.title"))
        if scene == "take_over":
            counter.press(say("lock.another"))
        return
    if scene in ("consent", "claim", "unbind", "statement", "authorizations"):
        counter.press(say(f"verb.{scene}.name"))
        counter.until(lambda: counter.scene.busy is None)
    if scene in ("activated", "receipt"):
        counter.press(say("verb.activate.name"))
        counter.until_seen(say("receipt.print"))
    if scene == "receipt":
        counter.press(say("receipt.print"))
        counter.until(lambda: counter.button(say("statement.print")).isEnabled())
    if scene in ("issued", "another_copy"):
        ask_for_another_copy(counter, scene, say)
    if scene in ("statement", *PRINTING):
        if scene in PRINTING:
            counter.press(say("verb.statement.name"))
        counter.until(lambda: counter.button(say("statement.prepare")).isEnabled())
        counter.press(say("statement.prepare"))
        counter.until(lambda: counter.button(say("statement.print")).isEnabled())
    if scene in PRINTING:
        print_it(counter, scene, say)


def print_it(counter: Counter, scene: str, say: Callable[..., str]) -> None:
    """A document that is stuck; one that did not come out; both of that in the list, seen from elsewhere."""
    stuck, detail = PrinterTrouble.NO_PAPER, "media-empty-error"
    counter.script.answers["job"] = lambda job: replace(
        job, state=PrintState.STOPPED, trouble=stuck, detail=detail
    )
    counter.press(say("statement.print"))
    counter.until_seen(say("printer_trouble.no_paper.name"))
    serial = counter.session.printouts.state.items[0].serial
    if scene == "not_out":
        counter.session.printouts.did_not(serial)
    if scene == "printouts":
        former = PrintJob("3", "back-office", PrintState.PRINTED)
        counter.session.printouts.follow("990101-20261123-000041", former, lambda *_: None)
        counter.press(say("statement.back"))
        counter.press(say("printouts.go"))


def ask_for_another_copy(counter: Counter, scene: str, say: Callable[..., str]) -> None:
    counter.press(say("verb.statement.name"))
    counter.until(lambda: counter.button(say("statement.prepare")).isEnabled())
    if scene == "issued":
        counter.press(say("statement.issued"))
        counter.until(lambda: bool(counter.session._issued.state.items))
        counter.operator.findChild(QTableView, "issued-table").selectRow(1)
        counter.press(say("issued.look"))
        counter.until(lambda: counter.session._issued.state.pdf is not None)
        return
    statement = counter.session._statement
    statement.choose(recipient=Recipient.AGENT, agent_name="王代办")
    issued = issued_documents()[1]
    counter.script.answers["prepare"] = AlreadyIssued(issued.issued_at, issued.window, 2)
    counter.press(say("statement.prepare"))
    counter.until(lambda: statement.state.earlier is not None)
    statement.choose(reason=CopyReason.OTHER, remark="雨水打湿")


def look_into_the_trail(counter: Counter, scene: str, say: Callable[..., str]) -> None:
    counter.press(say("audit.search"))
    counter.until(lambda: counter.session._audit.state.page == 1)
    counter.operator.findChild(QTableView, "audit-table").selectRow(3)
    if scene == "audit_broken":
        counter.press(say("audit.verify"))
        counter.until(lambda: counter.session._audit.state.reports is not None)


def look_at_the_queue(counter: Counter, scene: str, language: str) -> None:
    counter.supervise()
    if language != "zh_CN":
        counter.windows._other_language()
    if scene == "queue":
        return
    counter.operator.findChild(QTableView, "queue-table").selectRow(0)
    if scene == "chosen":
        return
    counter.session._queue.open()
    counter.until(lambda: counter.session._queue.state.file is not None)
    if scene == "rejection":
        counter.find(QRadioButton, Words(language).say("decision.reject")).setChecked(True)


def look_at_batches(counter: Counter, scene: str, language: str) -> None:
    counter.supervise()
    if language != "zh_CN":
        counter.windows._other_language()
    say, batches = Words(language).say, counter.session._batches
    counter.press(say("header.batches"))
    counter.until(lambda: bool(batches.state.batches))
    if scene == "batch_list":
        choice = counter.find(QComboBox, say("batch.whose"))
        choice.setCurrentIndex(choice.findText(say("batch_scope.list")))
    if scene in ("batches", "batch_list"):
        return
    row = ("batch_planned", "batch_running", "batch_done").index(scene)
    counter.find(QTableView, say("batch.batches")).selectRow(row)
    if scene == "batch_done":
        counter.until(lambda: bool(batches.state.failed))
    elif scene == "batch_running":
        counter.script.hold("run_batch")
        counter.press(say("batch.resume"))
        counter.until(lambda: bool(counter.script.calls["run_batch"]))
        batch = replace(cases.batches()[1], counts=Counts(planned=1200, issued=1990, failed=10))
        batch = replace(batch, state=BatchState.RUNNING)
        counter.script.calls["run_batch"][0][3](BatchProgress(batch, 616, 21.4))
        counter.until(lambda: batches.state.progress is not None)


def ask_at_the_door(counter: Counter, scene: str, say: Callable[..., str]) -> None:
    if scene == "new_password":
        counter.script.answers["sign_in"] = PasswordDue()
        counter.type(say("sign_in.number"), "1001")
        counter.type(say("sign_in.password"), "x")
        counter.press(say("sign_in.password_submit"))
        counter.until_seen(say("sign_in.change_text"))
    elif scene == "card_pin":
        presented = CardPresented("Reader A", cases.CODE, 1)
        counter.script.answers["look"] = presented
        counter.press(say("sign_in.by_card"))
        counter.until_seen(say("sign_in.card_last_try"))


def look_after_operators(counter: Counter, scene: str, say: Callable[..., str]) -> None:
    counter.press(say("header.operators"))
    counter.until_seen(say("operators.count", count=4))
    counter.find(QTableView, say("operators.title")).selectRow(0)
    if scene == "operator_form":
        counter.press(say("operators.new"))
    elif scene == "password_given":
        counter.press(say("operators.reset"))
        counter.press(say("operators.confirm"))
        counter.until_seen(say("operators.given_once"))


def windows(counter: Counter) -> tuple[QWidget, QWidget]:
    return counter.operator, counter.citizen


def controls(window: QWidget) -> Iterator[QWidget]:
    """What can be operated; not the inner parts that Qt makes itself."""
    for each in shown(window, QWidget):
        inner = each.objectName().startswith("qt_") or isinstance(
            each.parent(), QComboBox | QAbstractItemView
        )
        if isinstance(each, CONTROLS) and not inner:
            yield each


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_every_control_has_a_name(counter: Counter, scene: str, language: str) -> None:
    play(counter, scene, language)
    for window in windows(counter):
        for each in controls(window):
            assert name_of(each).strip(), f"{type(each).__name__} {each.objectName()!r}"


@pytest.mark.parametrize("scene", SCENES)
def test_no_two_buttons_of_a_scene_have_the_same_name(counter: Counter, scene: str) -> None:
    play(counter, scene)
    for window in windows(counter):
        buttons = [name_of(each) for each in controls(window) if isinstance(each, QPushButton)]
        assert len(buttons) == len(set(buttons)), buttons


@pytest.mark.parametrize("scene", SCENES)
def test_every_control_can_be_reached_by_tab(counter: Counter, scene: str, qtbot: QtBot) -> None:
    play(counter, scene)
    window = counter.operator
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wanted = {
        each
        for each in controls(window)
        if each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert wanted
    reached: set[QWidget] = set()
    for _ in range(len(wanted) * 3 + 10):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
            proxy = focused.parentWidget()
            if isinstance(proxy, QComboBox):
                reached.add(proxy)
    for each in tuple(reached):  # inside a group the arrow keys go on
        if isinstance(each, QAbstractButton) and (group := each.group()) is not None:
            reached.update(group.buttons())
    missing = [name_of(each) for each in wanted - reached]
    assert not missing, missing


def test_tab_goes_from_who_is_here_to_what_can_be_done(counter: Counter, qtbot: QtBot) -> None:
    play(counter, "serving")
    window = counter.operator
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    counter.button("柜台业务").setFocus()
    order = []
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        order.append(name_of(focused) if focused is not None else "")
    assert order.index("显示完整号码") < order.index("请持卡人确认同意") < order.index("打印单据")


def test_function_keys_work_wherever_the_focus_is(counter: Counter, qtbot: QtBot) -> None:
    play(counter, "serving")
    counter.operator.activateWindow()
    qtbot.waitUntil(counter.operator.isActiveWindow)
    QTest.keyClick(counter.operator, Qt.Key.Key_F6)
    assert counter.sees("等待持卡人在市民屏确认")


def test_enter_signs_in(counter: Counter) -> None:
    counter.type("工号", "1001")
    counter.type("密码", "correct horse")
    QTest.keyClick(counter.find(QLineEdit, "密码"), Qt.Key.Key_Return)
    counter.until(lambda: counter.session.main.isVisible())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_clipped_at_any_type_size(
    counter: Counter, scene: str, language: str, qtbot: QtBot
) -> None:
    play(counter, scene, language)
    for scale in SCALES:
        for size in ((1366, 768), (1920, 1080), (1024, 700)):
            counter.operator.resize(*size)
            chosen = Appearance(scale, dark=scale == 150)
            counter.windows.choose(Preferences(language, language, chosen))
            settle(qtbot, windows(counter), f"{scale} % at {size}")


@pytest.mark.parametrize("scale", SCALES)
def test_the_claim_code_is_in_sight_at_once(counter: Counter, scale: int, qtbot: QtBot) -> None:
    counter.windows.choose(Preferences("en", "en", Appearance(scale)))
    counter.citizen.resize(1024, 768)
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    say = Words("en").say
    counter.type(say("sign_in.number"), OPERATOR.number)
    counter.type(say("sign_in.password"), PASSWORD)
    counter.press(say("sign_in.password_submit"))
    counter.until(counter.session.main.isVisible)
    counter.insert()
    counter.until(lambda: counter.scene.case is not None)

    counter.press(say("verb.claim.name"))

    code = counter.citizen.findChild(QrCode)
    assert code is not None
    qtbot.waitUntil(lambda: code.visibleRegion().boundingRect() == code.rect())
    labels = shown(counter.citizen, QLabel)
    (left,) = (each for each in labels if each.text().startswith("Expires in "))
    assert left.visibleRegion().boundingRect() == left.rect()


def test_a_notice_begins_at_its_beginning(counter: Counter, qtbot: QtBot) -> None:
    counter.windows.choose(Preferences(appearance=Appearance(200)))
    play(counter, "consent")
    bar = counter.citizen.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())

    counter.press("我同意", counter.citizen)
    counter.until(lambda: not counter.sees("我同意", counter.citizen))

    assert bar.value() == 0


@pytest.mark.parametrize("page", ["city", "channels"])
def test_a_page_opens_however_its_button_is_turned_on(counter: Counter, page: str) -> None:
    """AT-SPI's first action of a button that can be checked toggles it, which is no click."""
    play(counter, "serving")
    say = Words("zh_CN").say

    counter.button(say(f"header.{page}")).toggle()
    counter.until_seen(say(f"{page}.title"))
    counter.button(say("header.counter")).toggle()

    counter.until_seen(say("counter.verbs"))


def settle(qtbot: QtBot, both: tuple[QWidget, ...], where: str) -> None:
    """Layouts need some turns of the event loop; then nothing may be wrong any more."""

    def found() -> list[str]:
        return [problem for window in both for problem in problems(window)]

    QTest.qWait(5)
    try:
        qtbot.waitUntil(lambda: not found(), timeout=10_000)
    except qtbot.TimeoutError:
        pytest.fail(f"{where}: {found()[:3]}")


def problems(window: QWidget) -> Iterator[str]:
    """Texts that do not fit into their widgets, widgets that cover each other."""
    for each in shown(window, QLabel):
        if not each.text() or not each.pixmap().isNull():
            continue
        needed = each.heightForWidth(each.width()) if each.wordWrap() else each.sizeHint().height()
        if each.height() < needed - 1:
            yield f"label “{each.text()[:40]}” is {each.height()} high and needs {needed}"
        width = 0 if each.wordWrap() else each.sizeHint().width()
        if each.width() < width - 1:
            yield f"label “{each.text()[:40]}” is {each.width()} wide and needs {width}"
    for each in shown(window, QAbstractButton):
        hint = each.minimumSizeHint()
        if not each.text() or not isinstance(each, QPushButton | QCheckBox):
            continue
        if each.width() < hint.width() - 1 or each.height() < hint.height() - 1:
            yield f"button “{each.text()}” is {each.size()} and needs {hint}"
    yield from overlaps(window)
    yield from sideways(window)


def overlaps(window: QWidget) -> Iterator[str]:
    """Siblings with texts that lie on each other."""
    leaves = [
        each
        for each in shown(window, QWidget)
        if isinstance(each, QLabel | QPushButton | QLineEdit | QComboBox | QCheckBox)
    ]
    by_parent: dict[QWidget, list[QWidget]] = {}
    for each in leaves:
        by_parent.setdefault(each.parentWidget(), []).append(each)
    for siblings in by_parent.values():
        for at, one in enumerate(siblings):
            for other in siblings[at + 1 :]:
                common = one.geometry().intersected(other.geometry())
                if common.width() > 1 and common.height() > 1:
                    yield f"{name_of(one)!r} and {name_of(other)!r} overlap by {common}"


def sideways(window: QWidget) -> Iterator[str]:
    """Pages scroll down, never sideways (tables and previews may)."""
    for each in shown(window, QAbstractScrollArea):
        if isinstance(each, QScrollArea) and each.horizontalScrollBar().maximum() > 0:
            yield f"page {each.widget()} is {each.horizontalScrollBar().maximum()} px too wide"
