"""The fixtures start what they promise, for real."""

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from smartcard import scard

from tests.fixtures.pcscd import CardService
from tests.fixtures.postgresql import Cluster


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_every_test_gets_an_empty_database(postgres_database: str) -> None:
    with _connect(postgres_database) as connection:
        (tables,) = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() or (None,)
        connection.execute("CREATE TABLE left_behind (name text)")
    assert tables == 0


test_and_the_next_one_too = test_every_test_gets_an_empty_database


def test_a_database_is_copied_from_a_template_filled_once(postgresql: Cluster) -> None:
    calls: list[str] = []

    def fill(url: str) -> None:
        calls.append(url)
        with _connect(url) as connection:
            connection.execute("CREATE TABLE city AS SELECT '上海' AS name")

    for _ in range(2):
        with (
            postgresql.database(postgresql.prepare("fixture_template", fill)) as url,
            _connect(url) as connection,
        ):
            assert connection.execute("SELECT name FROM city").fetchone() == ("上海",)
    assert len(calls) == 1


def test_the_durable_cluster_keeps_its_promises(durable_postgresql: Cluster) -> None:
    with psycopg.connect(durable_postgresql.dsn()) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_a_window_opens_on_the_display(display: str) -> None:
    code = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([])\n"
        "label = QLabel('ready'); label.show()\n"
        "print(app.platformName(), app.primaryScreen().size().toTuple())"
    )
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    shown = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (shown.stdout.strip(), shown.stderr) == ("xcb (1920, 1080)", "")


def _readers() -> list[str]:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
    try:
        result, readers = scard.SCardListReaders(context, [])
        assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
        return list(readers)
    finally:
        scard.SCardReleaseContext(context)


def test_the_card_service_offers_two_virtual_slots(pcscd: CardService) -> None:
    assert _readers() == ["Virtual PCD 00 00", "Virtual PCD 00 01"]


def test_the_card_service_can_be_restarted(pcscd: CardService) -> None:
    if not pcscd.is_ours():
        pytest.skip("the smart-card service is someone else's")
    pcscd.restart()
    assert len(_readers()) == 2


def test_home_is_this_tests_own(desk_home: Path, tmp_path: Path) -> None:
    assert os.environ["DESK_APP_HOME"] == str(desk_home)
    assert desk_home.is_relative_to(tmp_path)


def test_the_loopback_port_is_free(loopback_port: int) -> None:
    with socket.create_server(("127.0.0.1", loopback_port)):
        pass


@pytest.mark.expected_log("disk is nearly full")
def test_an_expected_log_passes() -> None:
    logging.getLogger("desk_app.store").warning("the disk is nearly %s", "full")


@pytest.mark.parametrize(
    ("mark", "body", "complaint"),
    [
        ("", "log.warning('odd')", "unexpected log"),
        ("@pytest.mark.expected_log('other')", "log.error('odd')", "unexpected log"),
        ("@pytest.mark.expected_log('odd')", "log.info('odd')", "expected but not logged"),
    ],
)
def test_other_logs_fail(pytester: pytest.Pytester, mark: str, body: str, complaint: str) -> None:
    pytester.makeconftest("pytest_plugins = ['tests.fixtures.log_guard']")
    pytester.makeini("[pytest]\nmarkers = expected_log(pattern): x\n")
    pytester.makepyfile(
        f"import logging, pytest\nlog = logging.getLogger('desk_app.x')\n{mark}\n"
        f"def test_it():\n    {body}\n"
    )
    outcome = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:schemathesis")
    outcome.assert_outcomes(passed=1, errors=1)
    outcome.stdout.fnmatch_lines([f"*{complaint}*"])
