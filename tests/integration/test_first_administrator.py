"""A fresh database gets its first administrator from the command line, and no second one that way."""

from pathlib import Path

import pytest

from desk_app import app
from desk_app.cli import main
from desk_app.domain.errors import PasswordDue
from desk_app.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESK_APP_HOME", str(tmp_path))
    monkeypatch.delenv("DESK_APP_CONFIG", raising=False)
    return tmp_path


def create(number: str = "9001", name: str = "许文静") -> int:
    return main(["--language", "en", "db", "administrator", "--number", number, "--name", name])


def test_the_first_administrator(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert create() == 0
    password = capsys.readouterr().out.split()[-1]
    with app.opened(Settings(), home) as counter:
        sign_in = counter.services.sign_in
        with pytest.raises(PasswordDue):
            sign_in.sign_in("9001", password, "1")
        operator = sign_in.change_password("9001", password, "a password of my own", "1")
        desk = counter.desk(operator)
        assert [one.operator for one in counter.services.operators.all(desk)] == [operator]
        assert desk.hall == counter.services.operators.all(desk)[0].hall


def test_there_is_no_second_one_from_the_command_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create() == 0
    assert create("9002", "别人") == 1
    assert "administrator" in capsys.readouterr().err


def test_a_number_that_will_not_do_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert create("a b") == 1
    assert "Operator number" in capsys.readouterr().err
