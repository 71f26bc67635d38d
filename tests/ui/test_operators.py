"""An administrator looks after operators without a line of SQL."""

import pytest
from PySide6.QtWidgets import QCheckBox, QTableView

from desk_app.domain.errors import LastAdministrator, OperatorExists
from desk_app.domain.operator import Role
from desk_app.services.operators import OperatorDetails
from tests.fakes.services import ADMINISTRATOR
from tests.ui.rig import Counter, all_texts

GIVEN = "abcd-efgh-jkmn"


@pytest.fixture
def office(counter: Counter) -> Counter:
    """An administrator has signed in and sees the list."""
    counter.script.answers["sign_in"] = ADMINISTRATOR
    counter.sign_in()
    counter.press("人员管理")
    counter.until_seen("共 4 人")
    return counter


def choose(office: Counter, number: str) -> None:
    table = office.find(QTableView, "人员管理")
    model = table.model()
    rows = [row for row in range(model.rowCount()) if model.index(row, 0).data() == number]
    table.selectRow(rows[0])


def test_the_page_is_offered_to_administrators_only(counter: Counter) -> None:
    counter.sign_in()
    assert not counter.sees("人员管理")


def test_everybody_is_listed_with_roles_state_and_password(office: Counter) -> None:
    for seen in ("王敏", "周敏", "已停用", "锁定至", "初始密码，待修改", "主管"):
        assert office.sees(seen), seen


def test_an_administrator_serves_nobody(office: Counter) -> None:
    assert not office.sees("柜台业务")
    office.insert()
    assert office.scene.case is None


def fill(office: Counter, number: str = "1003") -> None:
    office.press("新增人员")
    office.type("工号", number)
    office.type("姓名", "高远")
    office.find(QCheckBox, "经办人").setChecked(True)


def test_a_new_operators_password_is_shown_once(office: Counter) -> None:
    fill(office)
    office.press("保存")
    office.until_seen(GIVEN)
    ((desk, details, password),) = office.script.calls["create"]
    assert desk.operator == ADMINISTRATOR
    hall = "示范社会保险服务大厅"
    assert details == OperatorDetails("1003", "高远", frozenset({Role.CLERK}), hall)
    assert password == ""
    assert office.sees("共 5 人")
    office.press("已记下，隐藏")
    assert GIVEN not in list(all_texts(office.operator))


def test_a_refusal_keeps_what_was_typed(office: Counter) -> None:
    office.script.answers["create"] = OperatorExists()
    fill(office, "1001x")
    office.press("保存")
    office.until_seen("已经有人使用")
    assert office.sees("1001x")
    assert office.button("保存").isEnabled()
    del office.script.answers["create"]
    office.type("工号", "1003")
    office.press("保存")
    office.until_seen(GIVEN)
    assert office.script.calls["create"][-1][1].number == "1003"


def test_roles_are_changed_and_the_number_stays(office: Counter) -> None:
    choose(office, "1001")
    office.press("修改")
    office.find(QCheckBox, "主管").setChecked(True)
    office.press("保存")
    office.until_seen("已完成")
    ((_, details),) = office.script.calls["change"]
    assert (details.number, details.name) == ("1001", "王敏")
    assert details.roles == {Role.CLERK, Role.SUPERVISOR}


def test_disabling_is_asked_for_twice_and_enabling_is_not(office: Counter) -> None:
    choose(office, "1001")
    office.press("停用")
    assert office.sees("停用 王敏（1001）？")
    assert not office.script.calls["disable"]
    office.press("不改动")
    assert not office.sees("停用 王敏（1001）？")
    office.press("停用")
    office.press("确定")
    office.until_seen("已完成")
    assert [args[1] for args in office.script.calls["disable"]] == ["1001"]
    choose(office, "1002")
    office.press("启用")
    office.until(lambda: [args[1] for args in office.script.calls["enable"]] == ["1002"])


def test_only_what_makes_sense_is_offered(office: Counter) -> None:
    names = ("修改", "停用", "启用", "解锁工号", "重置密码")
    assert not any(office.button(name).isEnabled() for name in names)
    offered = {
        number: {name for name in names if chosen(office, number, name)}
        for number in ("1001", "1002", "2001")
    }
    assert offered == {
        "1001": {"修改", "停用", "重置密码"},
        "1002": {"修改", "启用"},
        "2001": {"修改", "停用", "解锁工号", "重置密码"},
    }


def chosen(office: Counter, number: str, name: str) -> bool:
    choose(office, number)
    return office.button(name).isEnabled()


def test_a_reset_password_is_shown_once_and_gone_after_signing_out(office: Counter) -> None:
    choose(office, "1001")
    office.press("重置密码")
    office.press("确定")
    office.until_seen(GIVEN)
    office.press("退出登录")
    assert GIVEN not in list(all_texts(office.operator))


def test_the_last_administrator_is_told_why_not(office: Counter) -> None:
    office.script.answers["disable"] = LastAdministrator()
    choose(office, "9001")
    office.press("停用")
    office.press("确定")
    office.until_seen("没有管理员能管理人员")
    assert office.button("新增人员").isEnabled()
