"""A citizen without a card: looked up by number, masked until a reason is given, ended by the clerk."""

from PySide6.QtWidgets import QComboBox

from desk_app.domain.errors import InvalidInput, UnknownPerson
from tests.fakes import cases
from tests.ui.rig import Counter
from tests.ui.test_card_in_card_out import assert_nobody_is_on_any_screen


def look_up(counter: Counter) -> None:
    counter.sign_in()
    counter.type("社会保障号码", cases.ID_NUMBER)
    counter.press("查询")
    counter.until(lambda: counter.scene.case is not None)


def test_a_person_is_masked_until_a_reason_is_given(counter: Counter) -> None:
    look_up(counter)
    for trace in (cases.ID_NUMBER, cases.NAME, "1988", cases.CARD_NUMBER):
        assert not counter.sees(trace)
    assert counter.sees("凭号码查询")
    assert not counter.button("打印单据").isEnabled()
    counter.press("显示完整信息")
    assert not counter.button("说明理由并显示").isEnabled()
    counter.find(QComboBox, "查看理由").setEditText("本人持有效证件到场，未带卡")
    counter.press("说明理由并显示")
    counter.until_seen(cases.NAME)
    assert counter.script.calls["reveal"][0][2] == "本人持有效证件到场，未带卡"
    assert counter.button("打印单据").isEnabled()


def test_the_clerk_ends_the_visit_and_nothing_stays(counter: Counter) -> None:
    look_up(counter)
    counter.press("结束本次业务")
    assert_nobody_is_on_any_screen(counter)
    counter.until(lambda: len(counter.script.calls["end_visit"]) == 1)


def test_a_card_that_goes_in_begins_a_visit_of_its_own(counter: Counter) -> None:
    look_up(counter)
    counter.insert()
    counter.until(lambda: counter.scene.case is not None and counter.scene.case.reading is not None)
    assert len(counter.script.calls["end_visit"]) == 1


def test_a_number_that_nobody_has_can_be_corrected(counter: Counter) -> None:
    counter.script.answers["look_up"] = UnknownPerson()
    counter.sign_in()
    counter.type("社会保障号码", cases.ID_NUMBER)
    counter.press("查询")
    counter.until_seen("没有找到这个证件号码的参保人")
    assert counter.sees(cases.ID_NUMBER)
    counter.insert()
    assert not counter.sees(cases.ID_NUMBER)


def test_a_number_of_the_wrong_form_is_told(counter: Counter) -> None:
    counter.script.answers["look_up"] = InvalidInput("id_number", "not_18_characters")
    counter.sign_in()
    counter.type("社会保障号码", "123")
    counter.press("查询")
    counter.until_seen("社会保障号码：应为 18 位数字或字母。")


def test_a_double_click_looks_up_once(counter: Counter) -> None:
    counter.script.hold("look_up")
    counter.sign_in()
    counter.type("社会保障号码", cases.ID_NUMBER)
    button = counter.button("查询")
    button.click()
    button.click()
    counter.script.release("look_up")
    counter.until(lambda: counter.scene.case is not None)
    assert len(counter.script.calls["look_up"]) == 1


def test_a_number_typed_is_gone_after_signing_out(counter: Counter) -> None:
    counter.sign_in()
    counter.type("社会保障号码", cases.ID_NUMBER)
    counter.press("退出登录")
    assert_nobody_is_on_any_screen(counter)
