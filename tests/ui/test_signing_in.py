"""An operator comes: number and password, one try at a time."""

from datetime import UTC, datetime

from desk_app.domain.errors import (
    InvalidInput,
    OperatorCardRefused,
    OperatorLocked,
    PasswordDue,
    StoreUnavailable,
    WrongPin,
)
from desk_app.domain.operator import Operator
from desk_app.ui.screens.sign_in.presenter import SignInPresenter
from tests.fakes.services import OPERATOR, PASSWORD
from tests.ui.rig import Counter


def test_the_operator_signs_in_and_is_named(counter: Counter) -> None:
    counter.sign_in()
    assert counter.sees(OPERATOR.name)
    assert counter.sees("请插入社会保障卡")
    assert counter.script.calls["sign_in"] == [("1001", PASSWORD, "3")]


def test_a_wrong_password_is_told_with_the_next_step_and_is_not_kept(counter: Counter) -> None:
    counter.type("工号", "1001")
    counter.type("密码", "wrong")
    counter.press("登录")
    counter.until_seen("工号或密码不对")
    assert counter.sees("连续输错会暂时锁定")
    assert not counter.sees("wrong")
    assert counter.button("登录").isEnabled()


def test_a_locked_number_says_until_when(counter: Counter) -> None:
    until = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    counter.script.answers["sign_in"] = OperatorLocked(until)
    counter.type("工号", "1001")
    counter.type("密码", "x")
    counter.press("登录")
    counter.until_seen(f"{until.astimezone():%H:%M} 之后可以再试")


def test_an_empty_field_is_asked_for_without_a_try(counter: Counter) -> None:
    counter.press("登录")
    assert counter.sees("请输入工号")
    counter.type("工号", "1001")
    counter.press("登录")
    assert counter.sees("请输入密码")
    assert not counter.script.calls["sign_in"]


def test_pressing_twice_tries_once(counter: Counter) -> None:
    counter.script.hold("sign_in")
    counter.type("工号", "1001")
    counter.type("密码", PASSWORD)
    counter.button("登录").click()
    counter.button("正在登录……").click()
    counter.script.release("sign_in")
    counter.until(lambda: counter.session.main.isVisible())
    assert len(counter.script.calls["sign_in"]) == 1


def test_nothing_of_the_password_stays_after_signing_in_and_out(counter: Counter) -> None:
    counter.sign_in()
    counter.press("退出登录")
    assert counter.button("登录").isVisible()
    assert not counter.sees(PASSWORD)
    assert not counter.sees(OPERATOR.number)
    counter.until(lambda: len(counter.script.calls["sign_out"]) == 1)


def test_the_language_can_be_chosen_before_signing_in(counter: Counter) -> None:
    counter.press("English")
    assert counter.button("Sign in").isVisible()
    counter.press("中文")
    assert counter.button("登录").isVisible()


def test_a_try_before_the_services_are_up_waits_for_them() -> None:
    welcomed: list[Operator] = []
    presenter = SignInPresenter("3", welcomed.append)
    presenter.submit("1001", PASSWORD)
    assert presenter.state.busy

    class Runner:
        def submit(self, job, *args, done, failed):  # type: ignore[no-untyped-def]
            done(job(*args))

    class Service:
        def sign_in(self, number: str, password: str, window: str) -> Operator:
            return OPERATOR

    presenter.connect(Runner(), Service())  # type: ignore[arg-type]
    assert welcomed == [OPERATOR]


def test_services_that_do_not_come_up_are_told_again_and_again() -> None:
    presenter = SignInPresenter("3", lambda _operator: None)
    error = StoreUnavailable("disk gone")
    presenter.fail(error)
    assert presenter.state.error is error
    presenter.submit("1001", PASSWORD)
    assert presenter.state.error is error
    assert not presenter.state.busy


# --- a password that is due, and one's own card ----------------------------------------------------------

NEW = "quite another password"


def due(counter: Counter) -> None:
    counter.script.answers["sign_in"] = PasswordDue()
    counter.type("工号", "1001")
    counter.type("密码", PASSWORD)
    counter.press("登录")
    counter.until_seen("需要先修改密码")


def test_a_password_that_is_due_is_changed_on_the_way_in(counter: Counter) -> None:
    due(counter)
    assert not counter.session.main.isVisible()
    assert counter.sees("至少 10 个字符")
    counter.type("新密码", NEW)
    counter.type("再输一次新密码", NEW)
    counter.press("修改密码并登录")
    counter.until(lambda: counter.session.main.isVisible())
    assert counter.script.calls["change_password"] == [("1001", PASSWORD, NEW, "3")]
    counter.press("退出登录")
    assert not counter.sees(NEW)


def test_a_new_password_is_typed_twice_and_a_bad_one_told(counter: Counter) -> None:
    due(counter)
    counter.press("修改密码并登录")
    assert counter.sees("请输入新密码。")
    counter.type("新密码", NEW)
    counter.type("再输一次新密码", "something else")
    counter.press("修改密码并登录")
    assert counter.sees("两次填写不一致")
    assert not counter.script.calls["change_password"]
    counter.script.answers["change_password"] = InvalidInput("new_password", "same_as_last")
    counter.type("再输一次新密码", NEW)
    counter.press("修改密码并登录")
    counter.until_seen("不能与上一个密码相同")
    assert counter.button("修改密码并登录").isEnabled()


def test_one_can_go_back_from_changing_and_nothing_stays(counter: Counter) -> None:
    due(counter)
    counter.type("新密码", NEW)
    counter.press("返回")
    assert counter.button("登录").isVisible()
    assert not counter.sees(NEW)
    assert not counter.sees("需要先修改密码")


def test_card_and_pin_sign_in_with_the_tries_shown_first(counter: Counter) -> None:
    counter.press("用我的卡登录")
    counter.until_seen("还可以试 3 次")
    assert not counter.sees("这是最后一次")
    counter.press("用卡密码登录")
    assert counter.sees("请输入卡密码。")
    counter.type("卡密码", "246802")
    counter.press("用卡密码登录")
    counter.until(lambda: counter.session.main.isVisible())
    ((_, pin, window),) = counter.script.calls["card_sign_in"]
    assert (pin, window) == ("246802", "3")


def test_a_wrong_pin_is_not_kept_and_the_last_try_is_warned_of(counter: Counter) -> None:
    counter.press("用我的卡登录")
    counter.until_seen("还可以试 3 次")
    counter.script.answers["card_sign_in"] = WrongPin(1)
    counter.type("卡密码", "246801")
    counter.press("用卡密码登录")
    counter.until_seen("这是最后一次")
    assert counter.sees("还可以试 1 次")
    assert not counter.sees("246801")
    counter.script.answers["card_sign_in"] = OperatorCardRefused("pin_locked")
    counter.type("卡密码", "246801")
    counter.press("用卡密码登录")
    counter.until_seen("卡密码已锁定")
    assert counter.button("登录").isVisible()
    assert len(counter.script.calls["card_sign_in"]) == 2


def test_a_card_that_is_nobodys_is_told_before_a_pin_is_asked_for(counter: Counter) -> None:
    counter.script.answers["look"] = OperatorCardRefused("no_operator")
    counter.press("用我的卡登录")
    counter.until_seen("这张卡不能用来登录")
    assert counter.button("登录").isVisible()
