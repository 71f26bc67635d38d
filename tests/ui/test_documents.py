"""Another copy, an agent's papers, what was issued before, and codes from paper."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QTableView, QWidget

from desk_app.domain.document import Agent, CodeAnswer, CodeVerdict, CopyReason, Recipient
from desk_app.domain.errors import AlreadyIssued, DocumentNotKept, TooManyCodes
from desk_app.domain.operator import Operator, Role
from desk_app.domain.statement import StatementKind
from desk_app.services.ports import Language
from desk_app.ui.scene import Panel
from desk_app.ui.thumbnail import png, thumbnail
from tests.fakes.services import issued_documents, one_page_pdf
from tests.ui.rig import Counter
from tests.ui.test_papers_and_lists import choose, open_statement, prepared

AUDITOR = Operator("9001", "钱审计", frozenset({Role.AUDITOR}))
EARLIER = AlreadyIssued(issued_documents()[1].issued_at, "3", 2)


def asked_why(counter: Counter) -> None:
    open_statement(counter)
    counter.script.answers["prepare"] = EARLIER
    counter.press("生成预览")
    counter.until(lambda: counter.sees("此单据已经开具过"))
    del counter.script.answers["prepare"]


def test_the_same_document_again_says_when_it_was_issued_and_asks_why(counter: Counter) -> None:
    asked_why(counter)
    assert counter.sees("第 2 份")
    choose(counter, "补发原因", "打印机卡纸")
    counter.press("生成预览")
    counter.until(lambda: counter.session._statement.state.prepared is not None)
    request = counter.script.calls["prepare"][-1][2]
    assert (request.reason, request.remark) == (CopyReason.PRINTER_JAM, "")


def test_another_reason_is_said_in_words(counter: Counter) -> None:
    asked_why(counter)
    choose(counter, "补发原因", "其他原因")
    counter.type("原因说明", "雨水打湿")
    counter.press("生成预览")
    counter.until(lambda: counter.session._statement.state.prepared is not None)
    request = counter.script.calls["prepare"][-1][2]
    assert (request.reason, request.remark) == (CopyReason.OTHER, "雨水打湿")


def test_the_reason_is_asked_for_anew_for_the_next_copy_and_for_another_document(
    counter: Counter,
) -> None:
    asked_why(counter)
    choose(counter, "补发原因", "打印机卡纸")
    choose(counter, "年度", "2024")
    assert counter.session._statement.state.order.reason is None
    assert not counter.sees("此单据已经开具过")
    asked = counter.session._statement.state.order
    counter.press("生成预览")
    counter.until(lambda: counter.session._statement.state.prepared is not None)
    assert counter.session._statement.state.order == replace(asked, reason=None)


def test_an_agent_shows_papers(counter: Counter) -> None:
    open_statement(counter)
    assert not [f for f in counter.operator.findChildren(QLineEdit) if f.isVisible()]
    choose(counter, "领取人", counter.windows.speech.words.of(Recipient.AGENT))
    counter.type("代办人姓名", "王代办")
    counter.type("代办人证件号码", "310101197001010019")
    counter.press("生成预览")
    counter.until(lambda: counter.session._statement.state.prepared is not None)
    request = counter.script.calls["prepare"][-1][2]
    assert request.recipient is Recipient.AGENT
    assert request.agent == Agent("王代办", "310101197001010019")


def test_the_preview_says_that_nothing_was_issued_and_the_file_does_not(counter: Counter) -> None:
    prepared(counter)
    mark = counter.operator.findChild(QWidget, "watermark")
    assert mark is not None
    assert mark.isVisible()
    assert mark.accessibleName() == "预览"
    assert counter.session._statement.state.prepared.document.pdf == one_page_pdf()  # type: ignore[union-attr]


def listed(counter: Counter) -> QTableView:
    open_statement(counter)
    counter.press("已开具单据…")
    counter.until(lambda: bool(counter.session._issued.state.items))
    return counter.find(QTableView, "已开具单据")


def test_what_the_citizen_was_given_is_listed_newest_first_and_agents_are_masked(
    counter: Counter,
) -> None:
    table = listed(counter)
    model = table.model()
    assert model.rowCount() == 3
    rows = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(3)
    ]
    assert rows[0][1] == "参保证明"
    assert rows[2][2] == "2025年1月至2025年12月"
    table.selectRow(0)
    counter.until(lambda: counter.sees("代办人王**，310*************19"))
    assert not counter.sees("王代办")
    table.selectRow(1)
    counter.until(lambda: counter.sees("2（本人遗失）"))


def test_a_file_is_opened_from_the_list_and_closed_with_the_visit(counter: Counter) -> None:
    table = listed(counter)
    table.selectRow(1)
    counter.press("调阅原件")
    counter.until(lambda: counter.session._issued.state.pdf is not None)
    assert counter.script.calls["open_document"][-1][2] == issued_documents()[1].__class__(
        **vars(counter.session._issued.state.items[1])  # type: ignore[index]
    )
    table.selectRow(2)
    assert counter.session._issued.state.pdf is None
    counter.remove()
    counter.until(lambda: counter.scene.case is None)
    assert counter.session._issued.state.items is None


def test_a_file_that_is_not_kept_is_told(counter: Counter) -> None:
    table = listed(counter)
    counter.script.answers["open_document"] = DocumentNotKept()
    table.selectRow(0)
    counter.press("调阅原件")
    counter.until(lambda: counter.sees("档案中没有这份单据开具时的原件"))


def test_another_copy_is_drawn_from_the_list_and_asks_why(counter: Counter) -> None:
    table = listed(counter)
    counter.script.answers["prepare"] = EARLIER
    table.selectRow(1)
    counter.press("补发副本…")
    counter.until(lambda: counter.sees("此单据已经开具过"))
    order = counter.session._statement.state.order
    assert (order.kind, order.year, order.language) == (
        StatementKind.ANNUAL,
        2025,
        Language.CHINESE,
    )
    counter.press("已开具单据…")
    counter.until(lambda: counter.scene.panel is Panel.ISSUED)
    counter.press("返回单据")
    assert counter.scene.panel is Panel.STATEMENT


def checking(counter: Counter, code: str = "abcd efgh jklm npqr") -> None:
    counter.session.main.header.pages.choose("verify")
    counter.type("验证码", code)
    counter.press("核验此码")


@pytest.fixture
def auditor(counter: Counter) -> Counter:
    counter.script.answers["sign_in"] = AUDITOR
    counter.sign_in()
    return counter


def test_an_auditor_checks_a_code_and_sees_a_thumbnail(auditor: Counter) -> None:
    checking(auditor)
    auditor.until(lambda: auditor.sees("本单据由我处开具"))
    assert auditor.sees("990101-20261123-000004")
    assert auditor.script.calls["answer"][-1][1:] == ("abcd efgh jklm npqr", None)
    page = auditor.operator.findChild(QLabel, "verify-thumbnail")
    assert page is not None
    assert not page.pixmap().isNull()


@pytest.mark.parametrize("verdict", [CodeVerdict.EXPIRED, CodeVerdict.UNKNOWN])
def test_another_answer_tells_nothing_more(auditor: Counter, verdict: CodeVerdict) -> None:
    auditor.script.answers["answer"] = CodeAnswer(verdict)
    checking(auditor)
    word = auditor.windows.speech.words.of(verdict)
    auditor.until(lambda: auditor.sees(word))
    page = auditor.operator.findChild(QLabel, "verify-thumbnail")
    assert page is not None
    assert not page.isVisible()


def test_too_many_codes_are_told_and_signing_out_clears_the_page(auditor: Counter) -> None:
    auditor.script.answers["answer"] = TooManyCodes()
    checking(auditor)
    auditor.until(lambda: auditor.sees("查无记录的验证码输入过多"))
    auditor.session.sign_out()
    field = auditor.operator.findChild(QLineEdit, "verify-code")
    assert field is None or field.text() == ""


def test_a_thumbnail_is_too_small_to_read() -> None:
    image = thumbnail(one_page_pdf())
    assert image is not None
    assert image.width() <= 100
    assert QImage.fromData(png(image)).size() == image.size()
    assert thumbnail(b"no PDF") is None


def test_the_choice_of_a_reason_is_offered_only_where_it_is_needed(counter: Counter) -> None:
    open_statement(counter)
    assert "补发原因" not in {
        b.accessibleName() for b in counter.operator.findChildren(QComboBox) if b.isVisible()
    }
