"""The command line from outside, as scripts and acceptance programs use it."""

import json
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_app.sandbox.people import person
from tests.e2e.conftest import Hall
from tests.fixtures.pcscd import CardService

NUMBER = person("thirty_years").holder.id_number


@contextmanager
def plugged(hall: Hall, variant: str) -> Iterator[None]:
    process = hall.start("-m", "desk_app", "sandbox", "card", variant)
    assert process.stdout is not None
    assert "slot 1" in process.stdout.readline()
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def card(hall: Hall) -> tuple[int, dict]:
    done = hall.desk_app("card", "--json")
    return done.returncode, json.loads(done.stdout)


def test_a_good_card_is_one_json_object(hall: Hall, pcscd: CardService) -> None:
    with plugged(hall, "good"):
        status, told = card(hall)

    holder = person("good").holder
    assert status == 0
    assert list(told) == [
        "reader",
        "atr",
        "algorithm",
        "card",
        "holder",
        "authenticity",
        "pin_tries_left",
        "warnings",
        "register",
        "e_card",
    ]
    assert told["holder"]["id_number"] == holder.id_number
    assert told["holder"]["name"] == holder.name
    assert told["holder"]["birth_date"] == "1988-02-29"
    assert told["card"]["region"] == "310000"
    assert (told["algorithm"], told["authenticity"]) == ("SM4", "genuine")
    assert told["register"] == "normal"
    assert told["warnings"] == []


def test_a_card_with_an_e_card_says_so_with_the_contracts_names(
    hall: Hall, pcscd: CardService
) -> None:
    with plugged(hall, "bound"):
        status, told = card(hall)

    assert status == 0
    assert told["e_card"]["status"] in ("issued", "claimed")
    assert told["e_card"]["identification_code"] == told["card"]["identification_code"]


@pytest.mark.parametrize(
    ("variant", "code"),
    [
        ("mute", "mute_card"),
        ("foreign", "unsupported_card"),
        ("damaged", "card_damaged"),
        ("counterfeit", "counterfeit"),
        ("torn-out", "card_removed"),
    ],
)
def test_a_card_that_cannot_be_served_is_an_error_with_a_next_step(
    hall: Hall, pcscd: CardService, variant: str, code: str
) -> None:
    with plugged(hall, variant):
        status, told = card(hall)

    assert status == 1
    assert told["error"]["code"] == code
    assert told["error"]["message"]
    assert told["error"]["next_step"]


def test_an_empty_reader_is_an_error_too(hall: Hall, pcscd: CardService) -> None:
    status, told = card(hall)

    assert (status, told["error"]["code"]) == (1, "no_card")


def test_a_kind_of_card_is_chosen_by_the_beginning_of_its_name(
    hall: Hall, pcscd: CardService
) -> None:
    with plugged(hall, "rare"):
        _, told = card(hall)

    assert told["holder"]["name"] == person("rare_name").holder.name


def test_an_unknown_kind_of_card_lists_those_that_there_are(hall: Hall) -> None:
    done = hall.desk_app("sandbox", "card", "nonsense")

    assert done.returncode == 2
    assert "counterfeit" in done.stderr


def test_a_statement_is_issued_and_known_again(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "statement.pdf"
    done = hall.desk_app(
        "statement", "--id", NUMBER, "--kind", "annual", "--year", "2024", "-o", str(file)
    )
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    known = hall.desk_app("verify", str(file), "--json")
    assert known.returncode == 0
    assert json.loads(known.stdout)["verdict"] == "unaltered"

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    altered = hall.desk_app("verify", str(file), "--json")
    assert altered.returncode == 1
    assert json.loads(altered.stdout)["verdict"] in ("altered", "unknown")


def test_the_number_can_be_given_where_no_list_of_processes_shows_it(
    hall: Hall, tmp_path: Path
) -> None:
    file = tmp_path / "details.pdf"
    process = subprocess.run(
        [
            sys.executable,
            *("-m", "desk_app", "statement", "--id", "-", "--kind", "contributions"),
            *("--from", "2020-01", "--to", "202412", "-o", str(file)),
        ],
        input=NUMBER + "\n",
        env=hall.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert process.returncode == 0, process.stderr
    assert file.exists()


def test_contributions_can_be_asked_for_by_the_year(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "year.pdf"
    done = hall.desk_app(
        "statement", "--id", NUMBER, "--kind", "contributions", "--year", "2024", "-o", str(file)
    )

    assert done.returncode == 0, done.stderr
    assert file.exists()


@pytest.mark.parametrize("kind", ["insured", "pension_account", "overview"])
def test_what_is_about_all_there_is_needs_no_months(hall: Hall, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "whole.pdf"
    more = ("--document-language", "both", "--large-print", "-o", str(file))
    done = hall.desk_app("statement", "--id", NUMBER, "--kind", kind, *more)

    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--id", NUMBER, "--kind", "annual", "--year", "2199"),
        ("--id", "1", "--kind", "annual", "--year", "2024"),
        ("--id", "000000190001010000", "--kind", "annual", "--year", "2024"),
        ("--id", NUMBER, "--kind", "annual"),
        ("--id", NUMBER, "--kind", "contributions", "--from", "202412", "--to", "202401"),
        ("--id", NUMBER, "--kind", "contributions", "--from", "202413", "--to", "202501"),
    ],
)
def test_a_statement_that_cannot_be_made_says_why(
    hall: Hall, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    file = tmp_path / "none.pdf"
    done = hall.desk_app("statement", *arguments, "-o", str(file))

    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not file.exists()


def test_a_folder_that_is_not_there_costs_nothing_but_a_message(hall: Hall, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "s.pdf"
    done = hall.desk_app(
        "statement", "--id", NUMBER, "--kind", "annual", "--year", "2023", "-o", str(target)
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_bad_import_names_every_bad_row_and_takes_nothing(hall: Hall, tmp_path: Path) -> None:
    header = "id_number,month,insurance,employer_number,employer_name,base,employer,personal,state"
    good = f"{NUMBER},203001,pension,E1,一家单位,10000.00,1600.00,800.00,paid"
    file = tmp_path / "rows.csv"
    file.write_text(
        "\n".join(
            [
                header,
                good,
                good,
                f"{NUMBER},203013,pension,E1,一家单位,1,1,1,paid",
                f"{NUMBER},203002,pension,E1,一家单位,1.001,1,1,paid",
                "000000190001010000,203002,pension,E1,一家单位,1,1,1,paid",
            ]
        ),
        encoding="utf-8",
    )

    bad = hall.desk_app("db", "import", str(file), "--language", "en")
    assert bad.returncode == 1
    for line in (3, 4, 5, 6):
        assert f"line {line}" in bad.stderr
    file.write_text(f"{header}\n{good}\n", encoding="utf-8")
    assert hall.desk_app("db", "import", str(file)).returncode == 0


def test_a_file_with_another_header_names_the_columns_it_lacks(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id_number;month\n", encoding="utf-8")

    done = hall.desk_app("db", "import", str(file), "--language", "en")

    assert done.returncode == 1
    assert "line 1, Employer name: missing" in done.stderr


def test_a_bad_row_over_several_lines_is_named_by_its_first(hall: Hall, tmp_path: Path) -> None:
    header = "id_number,month,insurance,employer_number,employer_name,base,employer,personal,state"
    file = tmp_path / "rows.csv"
    file.write_text(f'{header}\n{NUMBER},203001,pension,E1,"一家\n单位",x,1,1,paid\n', "utf-8")

    done = hall.desk_app("db", "import", str(file), "--language", "en")

    assert "line 2, Contribution base" in done.stderr


def test_the_doctor_says_why_a_thing_failed(hall: Hall) -> None:
    other = Hall(hall.home, hall.environment | {"DESK_APP_PLATFORM__SECRET": "another"})

    done = other.desk_app("--language", "en", "doctor", "--json")

    platform = next(c for c in json.loads(done.stdout)["checks"] if c["check"] == "platform")
    assert done.returncode == 1
    assert "signature" in platform["detail"]


def test_the_doctor_finds_bad_settings_in_json_too(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[hall]\nregion = '1'\n")
    (tmp_path / "file").touch()
    by_file = hall.desk_app("doctor", "--json", "--config", str(tmp_path / "bad.toml"))
    nowhere = Hall(hall.home, hall.environment | {"DESK_APP_HOME": str(tmp_path / "file/home")})

    for done, name in ((by_file, "hall.region"), (nowhere.desk_app("doctor", "--json"), "HOME")):
        assert done.returncode == 1
        told = json.loads(done.stdout)
        assert [check["check"] for check in told["checks"]] == ["settings"]
        assert name in told["checks"][0]["detail"]
        assert not told["ok"]


def test_a_card_that_cannot_be_read_for_bad_settings_says_which(hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[hall]\nregion = '1'\n")

    done = hall.desk_app("card", "--json", "--config", str(tmp_path / "bad.toml"))

    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "bad_settings"
    assert "hall.region" in error["message"]


def test_the_doctor_tells_each_thing_and_what_to_do(hall: Hall, pcscd: CardService) -> None:
    done = hall.desk_app("--language", "en", "doctor", "--json")

    checks = {check["check"]: check for check in json.loads(done.stdout)["checks"]}
    assert set(checks) == {
        "smart_card_service",
        "readers",
        "card",
        "database",
        "platform",
        "printer",
        "fonts",
        "clock",
        "disk",
        "region",
        "signature",
    }
    for name in ("smart_card_service", "readers", "database", "platform", "fonts", "disk"):
        assert checks[name]["state"] == "ok", checks[name]
    assert all(check["next_step"] for check in checks.values() if check["state"] != "ok")
    assert done.returncode == 0


def test_a_platform_that_is_down_is_found_and_the_card_is_read_all_the_same(
    hall: Hall, pcscd: CardService
) -> None:
    alone = Hall(hall.home, hall.environment | {"DESK_APP_PLATFORM__URL": "http://127.0.0.1:9"})
    assert alone.desk_app("doctor").returncode == 1

    with plugged(hall, "good"):
        status, told = card(alone)
    assert status == 0
    assert told["authenticity"] == "unverified"
    assert told["holder"]["id_number"] is None


def test_a_mistake_in_the_settings_is_named_before_and_after_the_command(
    hall: Hall, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[hall]\nnmae = 'x'\n")

    for arguments in (("--config", str(bad), "doctor"), ("doctor", "--config", str(bad))):
        done = hall.desk_app(*arguments)
        assert done.returncode == 1
        assert "hall.nmae" in done.stderr


def test_no_command_leaves_a_number_or_a_name_in_the_log(hall: Hall) -> None:
    written = "".join(
        file.read_text("utf-8") for file in (hall.home / "logs").iterdir() if file.is_file()
    )
    for key in ("good", "bound", "thirty_years"):
        holder = person(key).holder
        assert holder.id_number not in written
        assert holder.name not in written


def test_paper_is_known_by_its_code_and_the_archive_holds_its_file(
    hall: Hall, tmp_path: Path
) -> None:
    file, page = tmp_path / "statement.pdf", tmp_path / "page.png"
    asked = ("statement", "--id", NUMBER, "--kind", "annual", "--year", "2022", "-o")
    assert hall.desk_app(*asked, str(file)).returncode == 0
    again = hall.desk_app(*asked, str(file))
    assert again.returncode == 1
    assert "已经开具过" in again.stderr
    assert hall.desk_app(*asked, str(file), "--reason", "lost").returncode == 0
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text.stdout)
    assert code is not None
    thumbnail = ("--thumbnail", str(page), "--json")
    told = hall.desk_app("verify", "--code", code[0].lower(), *thumbnail)
    answer = json.loads(told.stdout)
    assert (told.returncode, answer["verdict"]) == (0, "issued")
    assert answer.keys() == {"verdict", "serial", "issued_at", "hall", "thumbnail"}
    assert page.read_bytes().startswith(b"\x89PNG")
    wrong = hall.desk_app("verify", "--code", "2222-2222-2222-2222")
    assert (wrong.returncode, wrong.stdout) == (1, "查无此验证码对应的单据。\n")
    checked = hall.desk_app("archive", "verify")
    assert checked.returncode == 0
    assert "0 份被改动，0 份缺失" in checked.stdout
    young = hall.desk_app("archive", "purge", "--before", "2025-01-01")
    assert young.returncode == 1
    assert hall.desk_app("archive", "purge", "--before", "2001-01-01").returncode == 0
    assert hall.desk_app("verify").returncode == 1
