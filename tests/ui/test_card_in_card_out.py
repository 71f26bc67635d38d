"""A visit begins with a card going in and ends with it coming out; then nothing of the citizen stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QPushButton

from desk_app.domain.card import (
    Authenticity,
    CardEventKind,
    CardState,
    FieldWarning,
    HolderRecord,
    Problem,
)
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import (
    CardBusy,
    CardDamaged,
    CardRemoved,
    Counterfeit,
    UnsupportedCard,
)
from tests.fakes import cases
from tests.ui.rig import READER, Counter, all_texts, names


def assert_nobody_is_on_any_screen(counter: Counter) -> None:
    for window in (counter.operator, counter.citizen):
        for text in all_texts(window):
            for trace in cases.OF_THE_CITIZEN:
                assert trace not in text, f"“{trace}” is still in “{text}”"


def test_a_card_goes_in_and_its_holder_is_on_the_screen(counter: Counter) -> None:
    counter.serve()
    assert counter.sees(cases.NAME)
    for pill in ("真卡", "已登记", "身份相符", "已启用", "在有效期内"):
        assert counter.sees(pill)
    assert counter.sees("1988年2月29日")
    assert counter.sees("已识别市民")


def test_numbers_are_masked_until_they_are_asked_for(counter: Counter) -> None:
    counter.serve()
    assert not counter.sees(cases.ID_NUMBER)
    assert not counter.sees(cases.CARD_NUMBER)
    counter.press("显示完整号码")
    assert counter.sees(cases.ID_NUMBER)
    assert counter.sees(cases.CARD_NUMBER)
    counter.press("隐藏号码")
    assert not counter.sees(cases.ID_NUMBER)


def test_the_citizen_sees_no_more_than_is_needed(counter: Counter) -> None:
    counter.serve()
    assert counter.sees("您好", counter.citizen)
    for trace in (cases.ID_NUMBER, cases.NAME, cases.CARD_NUMBER, "1988"):
        assert not counter.sees(trace, counter.citizen)


def test_the_card_comes_out_and_nothing_stays_on_either_window(counter: Counter) -> None:
    bound = cases.case(e_card=cases.e_card(ECardState.CLAIMED))
    counter.script.answers["open_case"] = bound
    counter.serve()
    counter.press("显示完整号码")
    counter.press("授权管理")
    counter.until_seen("示范市第一人民医院")
    counter.press("返回柜台")
    counter.press("打印单据")
    counter.until_seen("有记录的月份：")
    counter.press("生成预览")
    counter.until_seen("990101-20261123-000042")
    assert cases.NAME in "".join(all_texts(counter.operator))
    counter.remove()
    assert_nobody_is_on_any_screen(counter)
    assert "990101-20261123-000042" not in "".join(all_texts(counter.operator))
    assert "第一人民医院" not in "".join(all_texts(counter.operator))
    assert counter.sees("请插入社会保障卡")
    assert counter.sees("欢迎光临", counter.citizen)
    counter.until(lambda: len(counter.script.calls["end_visit"]) == 1)


def test_a_card_that_was_in_before_signing_in_is_read_at_once(counter: Counter) -> None:
    counter.insert()
    assert not counter.script.calls["read_card"]
    counter.sign_in()
    counter.until_seen(cases.NAME)


def test_signing_out_ends_the_visit(counter: Counter) -> None:
    counter.serve()
    counter.press("退出登录")
    assert_nobody_is_on_any_screen(counter)
    assert counter.sees("暂未开放", counter.citizen)
    counter.until(lambda: len(counter.script.calls["end_visit"]) == 1)


def test_a_result_that_comes_after_the_card_has_left_is_dropped_and_its_visit_closed(
    counter: Counter,
) -> None:
    counter.sign_in()
    counter.script.hold("open_case")
    counter.insert()
    counter.until(lambda: bool(counter.script.calls["open_case"]))
    counter.remove()
    counter.script.release("open_case")
    counter.until(lambda: len(counter.script.calls["end_visit"]) == 1)
    assert counter.scene.case is None
    assert_nobody_is_on_any_screen(counter)


def test_after_a_fast_swap_only_the_second_card_is_shown(counter: Counter) -> None:
    counter.sign_in()
    counter.script.hold("read_card")
    counter.insert()
    counter.until(lambda: bool(counter.script.calls["read_card"]))
    counter.remove()
    counter.script.answers["read_card"] = lambda reader, *_: cases.reading(reader, name="赵甲")
    counter.script.answers["open_case"] = lambda _desk, read: cases.case(
        read=read, name=read.holder.name
    )
    counter.insert()
    counter.script.release("read_card")
    counter.until_seen("赵甲")
    assert not counter.sees(cases.NAME)


def test_reading_shows_its_step_and_can_be_cancelled(counter: Counter) -> None:
    counter.sign_in()
    counter.script.hold("read_card")
    counter.insert()
    assert counter.sees("正在读卡，请勿取出")
    assert counter.sees("正在连接卡片")
    assert counter.sees("正在读取您的卡片", counter.citizen)
    counter.press("停止读卡")
    counter.script.release("read_card")
    counter.until_seen("已按您的要求停止读卡")
    counter.press("重新读卡")
    counter.until_seen(cases.NAME)


def test_a_card_torn_out_while_it_is_read_says_so_and_waits_for_the_next(
    counter: Counter,
) -> None:
    counter.sign_in()
    counter.script.hold("read_card")
    counter.insert()
    counter.script.answers["read_card"] = CardRemoved(READER)
    counter.remove()
    counter.script.release("read_card")
    assert counter.sees("读卡过程中卡被取出了")
    del counter.script.answers["read_card"]
    counter.insert()
    counter.until_seen(cases.NAME)


@pytest.mark.parametrize(
    ("error", "message", "next_step"),
    [
        (CardBusy(READER, ("银行助手",)), "被另一个程序占用", "银行助手"),
        (UnsupportedCard(READER), "不是社会保障卡", "凭证件号码查询"),
        (CardDamaged(READER, "id_number"), "关键信息读不出来", "社会保障号码"),
    ],
)
def test_every_kind_of_bad_card_says_what_it_is_and_what_to_do(
    counter: Counter, error: Exception, message: str, next_step: str
) -> None:
    counter.script.answers["read_card"] = error
    counter.sign_in()
    counter.insert()
    counter.until_seen(message)
    assert counter.sees(next_step)
    assert counter.button("重新读卡").isEnabled()
    assert counter.sees("请稍候", counter.citizen)


def test_a_mute_card_is_told_to_be_turned_over(counter: Counter) -> None:
    counter.sign_in()
    counter.event(CardEventKind.CARD_MUTE)
    assert counter.sees("芯片没有反应")
    assert counter.sees("插反")
    assert counter.sees("读卡器：卡没有反应")
    counter.remove()
    assert counter.sees("请插入社会保障卡")


def test_a_button_that_was_hidden_gets_its_room_back(counter: Counter) -> None:
    counter.sign_in()
    counter.event(CardEventKind.CARD_MUTE)
    assert counter.sees("芯片没有反应")
    counter.remove()
    counter.script.answers["read_card"] = UnsupportedCard(READER)
    counter.insert()
    counter.until_seen("不是社会保障卡")
    again = counter.button("重新读卡")
    counter.until(lambda: again.parentWidget().height() >= again.sizeHint().height())


def test_a_counterfeit_is_named_and_shows_no_citizen(counter: Counter) -> None:
    fake = cases.reading(authenticity=Authenticity.COUNTERFEIT)
    counter.script.answers["read_card"] = Counterfeit(READER, fake)
    counter.sign_in()
    counter.insert()
    counter.until(lambda: counter.scene.case is not None)
    assert counter.sees("这张卡不是真卡")
    assert counter.sees("报告值班主管")
    assert not counter.sees(cases.NAME)
    assert not counter.sees(cases.ID_NUMBER)
    assert not counter.sees("身份相符")
    for verb in ("签发电子社保卡", "请持卡人确认同意", "打印单据"):
        assert not counter.button(verb).isEnabled()
    counter.remove()
    counter.until(lambda: len(counter.script.calls["end_visit"]) == 1)


def test_what_is_wrong_with_the_cards_data_is_said_in_words(counter: Counter) -> None:
    warnings = (
        FieldWarning("card_number", Problem.CHECK_FAILED),
        FieldWarning("birthplace", Problem.MALFORMED),
    )
    counter.script.answers["read_card"] = cases.reading(warnings=warnings)
    counter.serve()
    assert counter.sees("社会保障卡号：校验码不符")
    assert counter.sees("出生地：格式不对")


def test_the_state_of_the_register_is_said_in_its_own_words(counter: Counter) -> None:
    counter.script.answers["open_case"] = cases.case(CardState.TEMPORARILY_LOST)
    counter.serve()
    assert counter.sees("临时挂失")
    assert not counter.sees("已启用")


def test_a_card_that_can_be_renewed_says_so(counter: Counter) -> None:
    case = cases.case()
    assert case.registered is not None
    soon = replace(case.registered, valid_until=cases.TODAY + timedelta(days=60))
    counter.script.answers["open_case"] = replace(case, registered=soon)

    counter.serve()

    assert counter.sees("即将到期，可以换卡")
    assert not counter.sees("在有效期内")


def test_a_second_card_waits_for_its_turn(counter: Counter) -> None:
    counter.serve()
    counter.insert("Reader B")
    assert counter.sees("另有一张在等候")
    assert len(counter.script.calls["read_card"]) == 1
    counter.remove()
    counter.until(lambda: len(counter.script.calls["read_card"]) == 2)
    counter.until_seen(cases.NAME)


def test_unplugging_the_reader_ends_the_visit_and_says_why(counter: Counter) -> None:
    counter.serve()
    counter.event(CardEventKind.READER_REMOVED)
    assert_nobody_is_on_any_screen(counter)
    assert counter.sees("读卡器在使用中断开了")
    assert counter.sees("读卡器：未接读卡器")
    counter.event(CardEventKind.READER_ADDED)
    assert counter.sees("读卡器：就绪")


def test_the_smart_card_service_may_go_and_come_back(counter: Counter) -> None:
    counter.serve()
    counter.event(CardEventKind.SERVICE_DOWN)
    assert_nobody_is_on_any_screen(counter)
    assert counter.sees("智能卡服务没有响应")
    assert counter.sees("读卡器：服务未响应")
    counter.event(CardEventKind.SERVICE_UP)
    counter.event(CardEventKind.READER_ADDED)
    counter.insert()
    counter.until_seen(cases.NAME)


def test_a_card_that_could_not_prove_itself_is_read_again_without_taking_it_out(
    counter: Counter,
) -> None:
    read = replace(
        cases.reading(authenticity=Authenticity.UNVERIFIED),
        holder=HolderRecord(),
        warnings=(FieldWarning("holder", Problem.UNREAD),),
    )
    counter.script.answers["open_case"] = replace(cases.case(read=read), holder=None)
    counter.sign_in()
    counter.insert()
    counter.until_seen("姓名未读出")
    counter.script.answers["open_case"] = cases.case()

    counter.press("重新读卡")

    counter.until_seen(cases.NAME)
    assert counter.sees("真卡")
    assert "重新读卡" not in names(counter.operator, QPushButton)


def test_an_old_card_that_cannot_prove_itself_is_not_offered_to_be_read_again(
    counter: Counter,
) -> None:
    read = replace(cases.reading(authenticity=Authenticity.UNVERIFIED), algorithm=None)
    counter.script.answers["open_case"] = cases.case(read=read)

    counter.serve()

    assert "重新读卡" not in names(counter.operator, QPushButton)


def test_a_long_and_a_rare_name_are_shown_whole(counter: Counter) -> None:
    name = "阿卜杜热合曼·阿布都热依木江·买买提"
    read = cases.reading(name=name)
    counter.script.answers["open_case"] = cases.case(read=read, name=name)
    counter.serve()
    assert counter.sees(name)


def test_what_the_platform_did_not_say_is_shown_as_not_known(counter: Counter) -> None:
    counter.script.answers["refresh_e_card"] = lambda case: replace(case, platform_known=False)
    counter.serve()
    counter.until_seen("这里是本地记录")
