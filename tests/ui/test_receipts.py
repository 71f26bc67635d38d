"""Receipts: offered where something was done, drawn at once, printed like any document."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton, QTableView

from desk_app.domain.application import Application, ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.document import Recipient
from desk_app.domain.errors import FontsMissing, PlatformUnreachable
from desk_app.domain.receipt import ReceiptKind
from desk_app.domain.visit import Case, VisitStep
from desk_app.services.ports import Language, PrintState
from tests.fakes import cases
from tests.fakes.receipts import AGENT
from tests.fakes.services import one_page_pdf
from tests.ui.rig import Counter, name_of, shown

PRINT = "打印回执"


def asked(counter: Counter) -> tuple[object, ...]:
    """What the last receipt was asked for: occasion, language, recipient and claim code."""
    return counter.script.calls["prepare_receipt"][-1][2:]


def drawn(counter: Counter) -> None:
    counter.until(lambda: counter.session._receipt.state.prepared is not None)


def activated(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(CardState.NOT_ACTIVATED)
    counter.serve()
    counter.press("启用社保功能")
    counter.until(lambda: counter.scene.notice is not None)


def looked_up(counter: Counter, case: Case) -> None:
    counter.script.answers["look_up"] = case
    counter.sign_in()
    counter.type("社会保障号码", cases.ID_NUMBER)
    counter.press("查询")
    counter.until(lambda: counter.scene.case is not None)


def press_step(counter: Counter, beginning: str) -> None:
    """Press the button of a step, whose name ends with the time."""

    def found() -> list[str]:
        names = [name_of(each) for each in shown(counter.operator, QPushButton)]
        return [name for name in names if name.startswith(beginning)]

    counter.until(lambda: bool(found()))
    counter.press(found()[0])


def choose(counter: Counter, field: str, text: str) -> None:
    box = counter.find(QComboBox, field)
    box.setCurrentIndex(box.findText(text))


def test_after_a_verb_its_receipt_is_a_press_away(counter: Counter) -> None:
    activated(counter)
    counter.press(PRINT)
    drawn(counter)
    occasion, language, recipient, claim = asked(counter)
    assert occasion.kind is ReceiptKind.ACTIVATION  # type: ignore[attr-defined]
    assert (language, recipient, claim) == (Language.CHINESE, Recipient.HOLDER, None)
    document = next(
        each for each in counter.operator.findChildren(QPdfDocument) if each.pageCount()
    )
    assert "Statement" in document.getAllText(0).text()
    prepared = counter.session._receipt.state.prepared
    assert prepared is not None
    assert prepared.document.pdf == one_page_pdf()


def test_it_is_printed_once_and_again_as_the_same_copy(counter: Counter) -> None:
    activated(counter)
    counter.press(PRINT)
    drawn(counter)
    counter.script.answers["job"] = lambda job: replace(job, state=PrintState.PRINTED)
    counter.press("打印")
    counter.until_seen("每一页都打出来了吗？")
    (item,) = counter.session.printouts.state.items
    counter.press(f"没有…… · 编号 {item.serial}")
    counter.press(f"再打印一次 · 编号 {item.serial}")
    counter.until(lambda: bool(counter.script.calls["print_again"]))
    (first,), (again,) = counter.script.calls["print"], counter.script.calls["print_again"]
    assert first[2] is again[1]
    assert first[2].issued.kind == "activation"


def test_the_steps_of_the_visit_offer_their_receipts(counter: Counter) -> None:
    activated(counter)
    press_step(counter, "启用回执，")
    drawn(counter)
    assert asked(counter)[0].kind is ReceiptKind.ACTIVATION  # type: ignore[attr-defined]


def test_the_way_back_leads_to_the_counter_and_forgets_the_receipt(counter: Counter) -> None:
    activated(counter)
    counter.press(PRINT)
    drawn(counter)
    counter.press("返回柜台")
    assert counter.sees(cases.NAME)
    assert counter.session._receipt.state.prepared is None


def test_the_citizen_takes_the_receipt_along_from_the_screen(counter: Counter) -> None:
    activated(counter)
    counter.press(PRINT)
    drawn(counter)
    counter.remove()
    counter.until(lambda: counter.scene.case is None)
    assert counter.session._receipt.state.prepared is None
    assert not any(each.pageCount() for each in counter.operator.findChildren(QPdfDocument))


def test_another_language_draws_it_anew(counter: Counter) -> None:
    activated(counter)
    counter.press(PRINT)
    drawn(counter)
    choose(counter, "单据语言", "中英文对照")
    counter.until(lambda: len(counter.script.calls["prepare_receipt"]) == 2)
    assert asked(counter)[1] is Language.BOTH


def test_the_receipt_of_a_binding_carries_a_fresh_claim_code(counter: Counter) -> None:
    bound(counter)
    counter.press(PRINT)
    drawn(counter)
    claim = asked(counter)[3]
    assert claim is not None
    assert counter.sees("领取码 60 秒内有效")
    counter.press("重新生成")
    counter.until(lambda: len(counter.script.calls["prepare_receipt"]) == 2)
    assert asked(counter)[3] != claim


@pytest.mark.parametrize("press", ["打印", "另存为……"])
def test_an_expired_claim_code_is_not_printed_but_renewed(
    counter: Counter, press: str, tmp_path: Path
) -> None:
    bound(counter)
    counter.press(PRINT)
    drawn(counter)
    first, presenter = asked(counter)[3], counter.session._receipt
    presenter._seconds = lambda: monotonic() + 61
    if press == "打印":
        counter.press(press)
    else:
        presenter.save(tmp_path / "receipt.pdf")
    counter.until_seen("领取码已过期，回执上已换成新的领取码")
    assert asked(counter)[3] != first
    assert not counter.script.calls["print"]
    assert not counter.script.calls["save"]

    presenter._seconds = monotonic
    counter.press("打印")
    counter.until(lambda: len(counter.script.calls["print"]) == 1)


def test_without_a_claim_code_the_receipt_of_a_binding_is_drawn_all_the_same(
    counter: Counter,
) -> None:
    bound(counter)
    counter.script.answers["claim_code"] = PlatformUnreachable("refused")
    counter.press(PRINT)
    drawn(counter)
    assert asked(counter)[3] is None


def bound(counter: Counter) -> None:
    counter.serve()
    counter.press("请持卡人确认同意")
    counter.press("已签纸质同意书")
    counter.until(lambda: counter.scene.case.consent is not None)
    counter.press("签发电子社保卡")
    counter.until(lambda: counter.scene.case.e_card is not None)


def test_whoever_files_an_application_takes_its_receipt(counter: Counter) -> None:
    filed = cases.application(applicant=AGENT)
    looked_up(counter, filed_case(filed))
    press_step(counter, "正式挂失受理回执，")
    drawn(counter)
    occasion, _, recipient, _ = asked(counter)
    assert occasion.application_id == filed.id  # type: ignore[attr-defined]
    assert recipient is Recipient.AGENT


def filed_case(application: Application) -> Case:
    case = replace(cases.revealed(), application=application)
    return case.stepped(VisitStep.APPLICATION_FILED, cases.NOW)


def test_at_the_next_visit_the_outcome_is_there_to_be_printed(counter: Counter) -> None:
    rejected = cases.rejected()
    looked_up(counter, replace(cases.revealed(), outcome=rejected))
    counter.press("打印审批结果告知书")
    drawn(counter)
    occasion = asked(counter)[0]
    assert occasion.kind is ReceiptKind.DECISION  # type: ignore[attr-defined]
    assert occasion.application_id == rejected.id  # type: ignore[attr-defined]


def test_once_told_the_outcome_can_still_be_printed(counter: Counter) -> None:
    rejected = cases.rejected()
    counter.script.answers["told"] = rejected
    looked_up(counter, replace(cases.revealed(), outcome=rejected))
    counter.press("已告知市民")
    counter.until_seen("已告知市民审批结果。")
    counter.press(PRINT)
    drawn(counter)
    assert asked(counter)[0].kind is ReceiptKind.DECISION  # type: ignore[attr-defined]


def test_a_withdrawn_authorisation_has_a_receipt_of_its_own(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("授权管理")
    counter.until_seen("示范市第一人民医院")
    counter.find(QTableView, "授权管理").selectRow(0)
    counter.press("撤回选中的授权")
    counter.press("确认撤回")
    counter.until_seen("已撤回，对方不能再使用这些信息")
    counter.press(PRINT)
    drawn(counter)
    occasion = asked(counter)[0]
    assert occasion.kind is ReceiptKind.WITHDRAWAL  # type: ignore[attr-defined]
    assert occasion.authorization.id == "A1"  # type: ignore[attr-defined]


def test_what_stops_a_receipt_is_told_and_it_can_be_drawn_again(counter: Counter) -> None:
    activated(counter)
    counter.script.answers["prepare_receipt"] = FontsMissing()
    counter.press(PRINT)
    counter.until_seen("缺少打印字体")
    del counter.script.answers["prepare_receipt"]
    counter.press("重新生成")
    drawn(counter)


def test_everything_of_the_visit_can_be_chosen_on_the_page(counter: Counter) -> None:
    approved = cases.application(ApplicationKind.RELEASE, state=ApplicationState.FILED)
    case = cases.protected(filed_case(approved))
    looked_up(counter, case)
    press_step(counter, "解挂受理回执，")
    drawn(counter)
    box = counter.find(QComboBox, "回执种类")
    texts = [box.itemText(at) for at in range(box.count())]
    assert [text.partition("（")[0] for text in texts] == ["临时挂失回执", "解挂受理回执"]
    box.setCurrentIndex(0)
    counter.until(lambda: len(counter.script.calls["prepare_receipt"]) == 2)
    assert asked(counter)[0].kind is ReceiptKind.TEMPORARY_LOSS  # type: ignore[attr-defined]


def test_the_keyboard_reaches_a_receipt(counter: Counter) -> None:
    activated(counter)
    button = counter.button(PRINT)
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    drawn(counter)
