"""What the counter does for a citizen, verb by verb."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QComboBox, QWidget

from desk_app.domain.card import CardState
from desk_app.domain.e_card import ClaimCode, ConsentMethod, ECardState
from desk_app.domain.errors import (
    AlreadyBound,
    HolderHasECard,
    InstructionPending,
    PlatformUnreachable,
    RiskHold,
    StaleVersion,
)
from desk_app.domain.verbs import Hindrance, Verb
from desk_app.services.delivery import Delivered
from desk_app.ui.widgets.qr_code import QrCode
from tests.fakes import cases
from tests.ui.rig import Counter


def consented(counter: Counter) -> None:
    counter.press("请持卡人确认同意")
    counter.press("我同意", counter.citizen)
    counter.until(lambda: counter.scene.case.consent is not None)


def test_without_a_citizen_every_verb_says_what_is_needed(counter: Counter) -> None:
    counter.sign_in()
    for verb in Verb:
        button = counter.button(counter.windows.speech.words.say(f"verb.{verb}.name"))
        assert not button.isEnabled()
        assert "还没有市民" in button.accessibleDescription()
    assert counter.sees("请插卡，或凭证件号码查询")


def test_a_disabled_verb_says_why_and_what_would_enable_it(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(CardState.NOT_ACTIVATED)
    counter.serve()
    assert not counter.button("签发电子社保卡").isEnabled()
    assert counter.sees("社保功能还没启用：请先点“启用社保功能”。")
    assert counter.sees("还没有电子社保卡：请先签发。")


def test_from_activation_to_the_claim_code(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(CardState.NOT_ACTIVATED)
    counter.serve()
    counter.press("启用社保功能")
    counter.until_seen("社保功能已启用。")
    assert counter.sees("银行")
    consented(counter)
    assert counter.sees("持卡人已同意，可以签发。")
    counter.press("签发电子社保卡")
    counter.until_seen("已签发，待领取")
    counter.press("出示领取码")
    counter.until_seen("领取码正在市民屏显示")
    assert shown_code(counter).is_shown
    for step in ("社保功能已启用", "持卡人已同意", "电子社保卡已签发", "已出示领取码"):
        counter.until_seen(step)


def test_the_citizen_reads_the_notice_and_agrees_on_their_own_window(counter: Counter) -> None:
    counter.serve()
    counter.press("请持卡人确认同意")
    assert counter.sees("电子社会保障卡签发告知书", counter.citizen)
    assert counter.sees("仅用于核验身份和签发", counter.citizen)
    assert counter.sees("等待持卡人在市民屏确认")
    counter.press("我同意", counter.citizen)
    counter.until(lambda: counter.scene.case.consent is not None)
    assert counter.script.calls["consent"][0][2] is ConsentMethod.CITIZEN_SCREEN
    assert not counter.sees("告知书", counter.citizen)


def test_the_citizen_may_decline(counter: Counter) -> None:
    counter.serve()
    counter.press("请持卡人确认同意")
    counter.press("不同意", counter.citizen)
    assert counter.sees("持卡人没有同意")
    assert not counter.button("签发电子社保卡").isEnabled()
    assert not counter.script.calls["consent"]


def test_consent_may_be_on_paper(counter: Counter) -> None:
    counter.serve()
    counter.press("请持卡人确认同意")
    counter.press("已签纸质同意书")
    counter.until(lambda: counter.scene.case.consent is not None)
    assert counter.scene.case.consent.method is ConsentMethod.PAPER


def test_a_double_click_binds_once(counter: Counter) -> None:
    counter.serve()
    consented(counter)
    counter.script.hold("bind")
    button = counter.button("签发电子社保卡")
    button.click()
    button.click()
    assert not button.isEnabled()
    assert counter.sees("正在签发……")
    counter.script.release("bind")
    counter.until_seen("已签发，待领取")
    assert len(counter.script.calls["bind"]) == 1


def test_while_one_verb_is_under_way_no_other_can_begin(counter: Counter) -> None:
    counter.serve()
    consented(counter)
    counter.script.hold("bind")
    counter.press("签发电子社保卡")
    for verb in Verb:
        name = "busy" if verb is Verb.BIND else "name"
        words = counter.windows.speech.words
        assert not counter.button(words.say(f"verb.{verb}.{name}")).isEnabled()
    counter.script.release("bind")
    counter.until(lambda: counter.scene.busy is None)


def test_a_binding_whose_answer_is_lost_is_explained_and_completes_by_itself(
    counter: Counter,
) -> None:
    counter.script.answers["bind"] = lambda _desk, case: replace(case, binding_pending=True)
    counter.serve()
    consented(counter)
    counter.press("签发电子社保卡")
    counter.until_seen("不需要重复提交")
    assert counter.sees("签发待平台确认")
    assert not counter.button("签发电子社保卡").isEnabled()
    counter.script.answers["refresh_e_card"] = lambda case: replace(
        case, binding_pending=False, e_card=cases.e_card()
    )
    counter.script.answers["deliver_pending"] = Delivered(1, 0, 0, {})
    counter.session._platform._healthy_rounds = 0
    counter.session._platform.ask()
    counter.until_seen("电子社保卡已签发，可以出示领取码。")


@pytest.mark.parametrize(
    ("error", "message", "next_step"),
    [
        (RiskHold("人工核查", cases.NOW), "风险核查", "不是办不了"),
        (StaleVersion(7), "刚被别处改过", "重新插入"),
        (AlreadyBound(cases.e_card()), "已经有一张电子社保卡", "领取码"),
        (HolderHasECard(cases.e_card()), "另一张实体卡", "先用那张卡解绑"),
        (PlatformUnreachable("timeout"), "全国平台没有回应", "不必重复提交"),
    ],
)
def test_a_refusal_says_what_happened_and_what_to_do_now(
    counter: Counter, error: Exception, message: str, next_step: str
) -> None:
    counter.script.answers["bind"] = error
    counter.serve()
    consented(counter)
    counter.press("签发电子社保卡")
    counter.until_seen(message)
    assert counter.sees(next_step)
    assert counter.button("签发电子社保卡").isEnabled()
    counter.press("知道了")
    assert not counter.sees(message)


@pytest.mark.expected_log("ZeroDivisionError in a job")
def test_a_bug_is_told_as_one_and_logged_without_its_message(counter: Counter) -> None:
    counter.script.answers["bind"] = ZeroDivisionError(cases.ID_NUMBER)
    counter.serve()
    consented(counter)
    counter.press("签发电子社保卡")
    counter.until_seen("意料之外")
    assert counter.sees("技术人员")
    assert not counter.sees(cases.ID_NUMBER)


def test_the_claim_code_counts_down_dies_and_can_be_renewed(counter: Counter) -> None:
    now = [datetime(2026, 11, 23, 1, 0, tzinfo=UTC)]
    counter.session._countdown._now = lambda: now[0]
    codes = iter(range(1, 9))
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.script.answers["claim_code"] = lambda _desk, case: (
        case,
        ClaimCode(f"https://claim.example/{next(codes)}", now[0] + timedelta(seconds=60), ()),
    )
    counter.serve()
    counter.press("出示领取码")
    counter.until_seen("60 秒后失效", counter.citizen)
    now[0] += timedelta(seconds=25)
    counter.until_seen("35 秒后失效", counter.citizen)
    assert counter.sees("剩余 35 秒")
    now[0] += timedelta(seconds=36)
    counter.until_seen("二维码已失效", counter.citizen)
    assert not shown_code(counter).is_shown
    assert counter.sees("领取码已失效")
    counter.press("换一个新的二维码", counter.citizen)
    counter.until_seen("60 秒后失效", counter.citizen)
    assert shown_code(counter).is_shown
    assert len(counter.script.calls["claim_code"]) == 2


def test_the_countdown_follows_the_platforms_clock(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.session._countdown.skew = -20.0
    counter.press("出示领取码")
    counter.until_seen("40 秒后失效", counter.citizen)


def test_a_claimed_e_card_puts_the_code_away(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("出示领取码")
    counter.until_seen("领取码正在市民屏显示")
    counter.script.answers["refresh_e_card"] = lambda case: replace(
        case, e_card=cases.e_card(ECardState.CLAIMED)
    )
    counter.until(lambda: not counter.session._presenter._refreshing)
    counter.session._presenter.check_claim()
    counter.until_seen("持卡人已领取电子社保卡")
    assert not counter.sees("领取码正在市民屏显示")
    assert counter.sees("可以在手机上使用", counter.citizen)


def test_the_code_goes_with_the_card(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("出示领取码")
    counter.until(lambda: counter.scene.claim is not None)
    code = shown_code(counter)
    counter.remove()
    assert not code.is_shown
    assert not code.isVisible()


def test_unbinding_asks_for_a_reason_first(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("解绑电子社保卡")
    assert counter.sees("不能恢复")
    assert not counter.button("确认解绑").isEnabled()
    counter.find(QComboBox, "解绑理由").setEditText("持卡人要求停用")
    counter.press("确认解绑")
    counter.until_seen("电子社保卡已解绑。")
    assert counter.script.calls["unbind"][0][2] == "持卡人要求停用"
    assert counter.button("请持卡人确认同意").isEnabled()


def test_unbinding_can_be_left_alone(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.serve()
    counter.press("解绑电子社保卡")
    counter.find(QComboBox, "解绑理由").setEditText("试试")
    counter.press("不解绑")
    assert not counter.sees("确认解绑电子社保卡？")
    assert not counter.script.calls["unbind"]
    counter.press("解绑电子社保卡")
    assert counter.find(QComboBox, "解绑理由").currentText() == ""


def test_an_instruction_that_waits_for_the_platform_is_no_failure(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.script.answers["unbind"] = InstructionPending()
    counter.serve()
    counter.press("解绑电子社保卡")
    counter.find(QComboBox, "解绑理由").setEditText("停用")
    counter.press("确认解绑")
    counter.until_seen("操作已登记，还在等平台确认")


def test_without_the_platform_local_work_goes_on(counter: Counter) -> None:
    counter.script.answers["health"] = PlatformUnreachable("refused")
    counter.script.answers["open_case"] = cases.case(e_card=cases.e_card())
    counter.session._platform.ask()
    counter.serve()
    counter.until_seen("全国平台：没有回应")
    assert not counter.button("出示领取码").isEnabled()
    assert counter.sees("全国平台没有回应：平台恢复后即可办理。")
    assert counter.button("打印单据").isEnabled()
    del counter.script.answers["health"]
    counter.session._platform.ask()
    counter.until_seen("全国平台：正常")
    assert counter.button("出示领取码").isEnabled()


def test_what_the_platform_said_meanwhile_survives_a_verbs_answer(counter: Counter) -> None:
    """A refresh that ends while a verb is under way must not be undone by the verb's older case."""
    counter.script.hold("refresh_e_card")
    counter.sign_in()
    counter.insert()
    counter.until(lambda: bool(counter.script.calls["refresh_e_card"]))
    counter.script.hold("consent")
    counter.press("请持卡人确认同意")
    counter.press("我同意", counter.citizen)
    counter.script.answers["refresh_e_card"] = lambda case: replace(
        case, e_card=cases.e_card(ECardState.SUSPENDED)
    )
    counter.script.release("refresh_e_card")
    counter.until_seen("已暂停")
    counter.script.release("consent")
    counter.until(lambda: counter.scene.case.consent is not None)
    counter.until_seen("已暂停")


def test_hindrances_of_the_window_are_those_of_the_rules(counter: Counter) -> None:
    counter.serve()
    offered = {offer.verb: offer.hindrances for offer in counter.session._presenter.offers()}
    assert offered[Verb.BIND] == (Hindrance.CONSENT_FIRST,)
    assert offered[Verb.ACTIVATE] == (Hindrance.ALREADY_ACTIVATED,)


def shown_code(counter: Counter) -> QrCode:
    found = counter.citizen.findChild(QWidget, "claim-code")
    assert isinstance(found, QrCode)
    return found
