"""An operator comes: number and password, one try at a time."""

from datetime import UTC, datetime

from desk_app.domain.errors import OperatorLocked, StoreUnavailable
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
