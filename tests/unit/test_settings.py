"""Settings: defaults, file, environment, and mistakes that are named."""

from dataclasses import replace
from pathlib import Path

import pytest

from desk_app import settings
from desk_app.domain.errors import BadSettings
from desk_app.domain.printing import PrintChoice, PrintKind


def written(folder: Path, text: str) -> Path:
    path = folder / "desk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_terminal_works_with_its_sandbox(tmp_path: Path) -> None:
    found = settings.load(tmp_path, env={})

    assert found.platform.url == "http://127.0.0.1:8465"
    assert found.platform.is_sandbox
    assert found.platform.port == 8465
    assert found.database.url == ""


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path, '[hall]\nname = "东厅"\nwindow = 7\n[platform]\nurl = "https://p.example"\n'
    )
    env = {"DESK_APP_CONFIG": str(path), "DESK_APP_PLATFORM__URL": "http://127.0.0.1:1"}

    found = settings.load(tmp_path, env=env)

    assert (found.hall.name, found.hall.window) == ("东厅", "7")
    assert found.platform.url == "http://127.0.0.1:1"


def test_a_named_file_comes_before_the_variable_and_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "desk-app.toml").write_text('[hall]\nwindow = "home"\n')
    named = written(tmp_path, '[hall]\nwindow = "named"\n')

    assert settings.load(tmp_path, env={}).hall.window == "home"
    assert settings.load(tmp_path, named, env={"DESK_APP_CONFIG": "/none"}).hall.window == "named"


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("[hal]\n", "hal", "unknown_section"),
        ("hall = 3\n", "hall", "not_a_section"),
        ("[hall]\nnmae = 'x'\n", "hall.nmae", "unknown_key"),
        ("[hall]\nname = ['x']\n", "hall.name", "not_text"),
        ("[hall]\nname = true\n", "hall.name", "not_text"),
        ("[hall]\nregion = '31'\n", "hall.region", "not_a_region_code"),
        ("[hall]\nidle_minutes = 'soon'\n", "hall.idle_minutes", "not_a_number"),
        ("[hall]\nidle_minutes = -1\n", "hall.idle_minutes", "not_a_number"),
        ("[platform]\nurl = 'p.example'\n", "platform.url", "not_an_address"),
        ("[database]\nurl = 'mysql://x'\n", "database.url", "not_supported"),
        ("[printer]\nsystem = 'lpd'\n", "printer.system", "not_supported"),
        ("[printing]\nqueue = 'x'\n", "printing", "unknown_section"),
        ("[audit]\nkeep_years = 0\n", "audit.keep_years", "not_whole_years"),
        ("[archive]\nkeep_years = 0\n", "archive.keep_years", "not_whole_years"),
        ("[audit]\nkeep_years = 'ten'\n", "audit.keep_years", "not_whole_years"),
        ("[signature]\nunsigned = 'hide'\n", "signature.unsigned", "not_a_choice"),
        (
            "[signature]\nwithout_time_stamp = 'wait'\n",
            "signature.without_time_stamp",
            "not_a_choice",
        ),
        ("[signature]\ntime_stamp_url = 'tsa'\n", "signature.time_stamp_url", "not_an_address"),
        (
            "[signature]\ntime_stamp_seconds = 'few'\n",
            "signature.time_stamp_seconds",
            "not_a_number",
        ),
        ("[hall\n", "", "not_toml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, key: str, problem: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(BadSettings) as refused:
        settings.load(tmp_path, path, env={})

    assert (refused.value.key, refused.value.problem) == (key, problem)
    assert refused.value.source == str(path)


def test_a_file_that_was_asked_for_and_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="bad_settings") as refused:
        settings.load(tmp_path, tmp_path / "none.toml", env={})

    assert refused.value.problem == "file_unreadable"


def test_a_kind_of_document_has_the_usual_printer_but_for_what_is_different(tmp_path: Path) -> None:
    text = (
        "[printer]\nqueue = '七号'\nsides = 'two-sided-long-edge'\ntray = 'tray-1'\n"
        "[printer_receipt]\ntray = 'tray-2'\n[printer_day_report]\nqueue = 'office'\n"
    )
    env = {"DESK_APP_PRINTER_STATEMENT__COLOUR": "monochrome"}

    found = settings.load(tmp_path, written(tmp_path, text), env).printing

    usual = PrintChoice("七号", sides="two-sided-long-edge", tray="tray-1")
    assert found[PrintKind.STATEMENT] == replace(usual, colour="monochrome")
    assert found[PrintKind.RECEIPT] == replace(usual, tray="tray-2")
    assert found[PrintKind.DAY_REPORT] == PrintChoice("office")
