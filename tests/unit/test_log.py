"""The log of a terminal holds no personal data, and is its user's alone."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_app.log import start_log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    start_log(tmp_path)
    yield tmp_path / "logs" / "desk-app.log"
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising


def test_numbers_are_blacked_out_in_messages_and_tracebacks(log: Path) -> None:
    ours = logging.getLogger("desk_app.some")
    ours.info("served %s", "00000019880229000X")
    try:
        raise ValueError("310000D15600000500000107A5C3F019")
    except ValueError:
        ours.info("failed", exc_info=True)

    text = log.read_text(encoding="utf-8")
    assert "served [redacted]" in text
    assert "ValueError: [redacted]" in text


def test_libraries_are_heard_from_warnings_on_and_we_from_info_on(log: Path) -> None:
    logging.getLogger("httpx").info("GET /v1/e-cards?id_number=1")
    logging.getLogger("desk_app.gateway").info("platform answers again")

    text = log.read_text(encoding="utf-8")
    assert "e-cards" not in text
    assert "platform answers again" in text


def test_only_its_user_reads_the_log(log: Path) -> None:
    assert log.stat().st_mode & 0o077 == 0
    assert log.parent.stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_written_costs_the_log_and_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    start_log(blocked)
