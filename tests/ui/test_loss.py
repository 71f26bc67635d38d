"""A lost card at the window: reported, applied for, its outcome told, and the new card handed over."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QWidget

from desk_app.domain.application import ApplicantKind, ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.errors import InvalidInput, NotPossible
from desk_app.domain.verbs import Hindrance, Verb
from tests.fakes import cases
from tests.ui.rig import Counter


def serve(counter: Counter, case: object) -> None:
    counter.script.answers["open_case"] = case
    counter.serve()


def choose(counter: Counter, name: str, text: str) -> None:
    counter.find(QComboBox, name).setCurrentText(text)


def test_a_loss_is_reported_after_one_question_and_its_end_is_shown(counter: Counter) -> None:
    serve(counter, cases.revealed())
    counter.press("临时挂失")
    assert counter.sees("5 天后自动恢复")
    assert not counter.script.calls["report_temporary"]
    counter.press("立即挂失")
    counter.until_seen("卡已临时挂失。")
    assert counter.sees("银行挂失")
    assert counter.sees("停用至")
    assert counter.sees("2026年11月28日")
    assert counter.sees("已经临时挂失：")
    assert len(counter.script.calls["report_temporary"]) == 1


def test_reporting_can_be_left_alone(counter: Counter) -> None:
    serve(counter, cases.revealed())
    counter.press("临时挂失")
    counter.press("取消")
    assert not counter.sees("立即挂失")
    assert not counter.script.calls["report_temporary"]


def test_a_card_in_the_reader_is_not_lost_and_the_window_says_so(counter: Counter) -> None:
    serve(counter, cases.case())
    assert not counter.button("临时挂失").isEnabled()
    assert counter.sees("卡就在读卡器里，没有遗失")


def test_the_holder_applies_without_papers(counter: Counter) -> None:
    serve(counter, cases.revealed())
    counter.press("申请正式挂失")
    assert not counter.button("提交申请").isEnabled()
    assert not counter.sees("申请人姓名")
    choose(counter, "原因", "被盗")
    counter.press("提交申请")
    counter.until_seen("正式挂失已受理")
    ((_, _, kind, applicant, reason),) = counter.script.calls["file"]
    assert (kind, applicant.kind, reason) == (
        ApplicationKind.FORMAL_LOSS,
        ApplicantKind.HOLDER,
        "被盗",
    )
    assert counter.sees("正式挂失：待审批（990101-20261123-000007）")
    assert counter.sees("这张卡有一项申请等待审批")


def test_an_agent_gives_name_number_and_authorisation(counter: Counter) -> None:
    serve(counter, cases.revealed())
    counter.press("申请正式挂失")
    choose(counter, "原因", "遗失")
    choose(counter, "申请人", "代办人")
    assert not counter.button("提交申请").isEnabled()
    counter.type("申请人姓名", "卢文轩")
    counter.type("申请人证件号码", "11010119900307002X")
    assert not counter.button("提交申请").isEnabled()
    counter.type("授权材料", "2026-11-20 委托书")
    counter.press("提交申请")
    counter.until_seen("正式挂失已受理")
    applicant = counter.script.calls["file"][0][3]
    assert (applicant.kind, applicant.name) == (ApplicantKind.AGENT, "卢文轩")
    assert (applicant.id_number, applicant.authorisation) == (
        "11010119900307002X",
        "2026-11-20 委托书",
    )


def test_what_is_refused_leaves_the_form_as_it_is_and_the_next_citizen_finds_it_empty(
    counter: Counter,
) -> None:
    refusal = InvalidInput("applicant_id_number", "not_an_id_number")
    counter.script.answers["file"] = refusal
    serve(counter, cases.revealed())
    counter.press("申请注销")
    choose(counter, "原因", "出国定居")
    choose(counter, "申请人", "代办人")
    for name, text in (("申请人姓名", "卢文轩"), ("申请人证件号码", "1"), ("授权材料", "委托书")):
        counter.type(name, text)
    counter.press("提交申请")
    counter.until_seen("申请人证件号码：不是有效的身份证号码")
    assert counter.sees("卢文轩")
    counter.press("取消")
    counter.press("申请注销")
    assert not counter.sees("卢文轩")
    assert not counter.button("提交申请").isEnabled()


@pytest.mark.parametrize(
    ("state", "offered"),
    [(CardState.NORMAL, ["损坏换卡"]), (CardState.LOST, ["遗失补卡"])],
)
def test_a_replacement_offers_the_reasons_that_fit(
    counter: Counter, state: CardState, offered: list[str]
) -> None:
    serve(counter, replace(cases.revealed(), registered=cases.registered(state)))
    counter.press("申请补换卡")
    box = counter.find(QComboBox, "原因")
    assert [box.itemText(at) for at in range(box.count())] == offered
    counter.press("提交申请")
    counter.until_seen("补换卡已受理")
    assert counter.script.calls["file"][0][4] in ("damaged", "lost")


def test_the_new_card_is_handed_over_at_one_press(counter: Counter) -> None:
    serve(counter, cases.replacement_in_reader())
    counter.press("发放新卡")
    counter.until_seen("电子社保卡已转到新卡，旧卡已注销。")
    counter.until_seen("新卡已发放")
    assert len(counter.script.calls["hand_over"]) == 1


def test_a_refused_hand_over_says_why(counter: Counter) -> None:
    why = NotPossible(Verb.HAND_OVER, (Hindrance.NOT_APPROVED,))
    counter.script.answers["hand_over"] = why
    serve(counter, cases.replacement_in_reader())
    counter.press("发放新卡")
    counter.until_seen("没有与这张新卡对应的已批准申请")


def test_the_outcome_is_told_at_the_next_visit_once(counter: Counter) -> None:
    outcome = cases.rejected()
    counter.script.answers["refresh_e_card"] = lambda case: case
    serve(counter, replace(cases.revealed(), outcome=outcome))
    assert counter.sees("正式挂失：已退回")
    assert counter.sees("请告知市民原因：授权书没有签字")
    counter.press("已告知市民")
    counter.until(lambda: counter.scene.case.outcome is None)
    assert not counter.sees("授权书没有签字")
    assert counter.script.calls["told"][0][1] == outcome.id


def test_an_outcome_stays_hidden_until_the_citizen_is_shown(counter: Counter) -> None:
    serve(counter, replace(cases.revealed(), revealed=False, outcome=cases.rejected()))
    assert not counter.sees("授权书没有签字")


def test_an_approved_replacement_is_told_as_waiting_to_be_handed_over(counter: Counter) -> None:
    approved = replace(cases.rejected(), state=ApplicationState.APPROVED)
    serve(counter, replace(cases.revealed(), outcome=approved, application=approved))
    assert counter.sees("正式挂失：已批准，待领卡")
    assert counter.sees("请告知市民。")


@pytest.mark.parametrize("job", ["end_due", "expire_due"])
def test_whoever_signs_in_has_what_is_due_ended_and_the_citizen_shown_anew(
    counter: Counter, job: str
) -> None:
    counter.script.answers[job] = 1
    counter.sign_in()
    counter.until(lambda: bool(counter.script.calls[job]))
    assert counter.script.calls[job][0][0].operator.number == "1001"
    counter.insert()
    counter.until(lambda: counter.scene.case is not None)
    asked = len(counter.script.calls["refresh_e_card"])
    counter.session._lapses.look()
    counter.until(lambda: len(counter.script.calls["refresh_e_card"]) > asked)
    counter.session.sign_out()
    looked = len(counter.script.calls[job])
    counter.session._lapses.look()
    assert len(counter.script.calls[job]) == looked


def test_without_a_card_the_verbs_of_loss_come_first_also_for_the_tab_key(counter: Counter) -> None:
    serve(counter, cases.revealed())
    report, bind = counter.button("临时挂失"), counter.button("签发电子社保卡")
    counter.until(lambda: top(report) < top(bind))
    last = counter.button("申请注销")
    assert last.nextInFocusChain().objectName() == "verb-activate"
    counter.remove()
    counter.until(lambda: counter.scene.case is None)
    counter.until(lambda: top(report) > top(bind))


def top(widget: QWidget) -> int:
    return widget.mapToGlobal(widget.rect().topLeft()).y()


def test_the_citizen_reads_until_when_and_the_number_of_the_application(counter: Counter) -> None:
    serve(counter, cases.revealed())
    counter.press("临时挂失")
    counter.press("立即挂失")
    counter.until_seen("2026年11月28日", counter.citizen)
    assert counter.sees("银行挂失", counter.citizen)
    counter.press("申请正式挂失")
    choose(counter, "原因", "被盗")
    counter.press("提交申请")
    counter.until_seen("受理编号 990101-20261123-000007", counter.citizen)
    counter.remove()
    counter.until(lambda: not counter.sees("受理编号", counter.citizen))


def test_the_citizen_reads_nothing_of_it_before_it_is_certain_who_they_are(
    counter: Counter,
) -> None:
    masked = replace(cases.protected(cases.revealed()), revealed=False)
    serve(counter, replace(masked, application=cases.application()))
    assert not counter.sees("受理编号", counter.citizen)
    assert not counter.sees("已停用", counter.citizen)
