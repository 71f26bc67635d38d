"""Printing: what any printer promises, kept by the fake one and by a real CUPS."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desk_app.domain.errors import NoPrinter, PrinterRefused
from desk_app.print.spool import CupsPrinter
from desk_app.services.ports import Printer, PrintJob, PrintState
from tests.fakes.printer import FakePrinter
from tests.integration.print.conftest import Queues, ask

SHEET = b"%PDF-1.7\nsheet\n%%EOF\n"


def until(printer: Printer, job: PrintJob, reached: Callable[[PrintJob], bool]) -> PrintJob:
    """The job once it is as wanted, or as it is after ten seconds."""
    deadline = time.monotonic() + 10
    while not reached(job) and time.monotonic() < deadline:
        time.sleep(0.05)
        job = printer.job(job)
    return job


def in_state(state: PrintState) -> Callable[[PrintJob], bool]:
    return lambda job: job.state is state


class TestEveryPrinter:
    """The contract of the port."""

    @pytest.fixture(params=["fake", "cups"])
    def printer(self, request: pytest.FixtureRequest) -> Printer:
        if request.param == "fake":
            return FakePrinter()
        request.getfixturevalue("queues")
        return CupsPrinter("window7")

    def test_the_default_queue_comes_first(self, printer: Printer) -> None:
        assert tuple(printer.queues()) == ("window7", "window8")

    def test_a_job_goes_to_the_default_queue_and_is_followed_to_its_end(
        self, printer: Printer
    ) -> None:
        job = printer.print(SHEET, "310000-20261123-000042")
        assert (job.queue, job.state) == ("window7", PrintState.SENT)
        done = until(printer, job, in_state(PrintState.PRINTED))
        assert (done.job_id, done.state, done.detail) == (job.job_id, PrintState.PRINTED, "")

    def test_another_queue_can_be_chosen(self, printer: Printer) -> None:
        assert printer.print(SHEET, "310000-20261123-000042", "window8").queue == "window8"

    def test_a_queue_that_is_gone_is_named(self, printer: Printer) -> None:
        with pytest.raises(NoPrinter) as caught:
            printer.print(SHEET, "310000-20261123-000042", "window9")
        assert caught.value.queue == "window9"


def test_the_sheet_that_comes_out_is_the_document_byte_for_byte(queues: Queues) -> None:
    printer = CupsPrinter()
    job = printer.print(SHEET, "310000-20261123-000042")
    assert job.queue == "window8"  # CUPS's own default
    until(printer, job, in_state(PrintState.PRINTED))
    assert queues.printed(job.job_id).read_bytes() == SHEET


def test_out_of_paper_is_told_and_ends_when_there_is_paper_again(queues: Queues) -> None:
    (queues.tray / "empty").touch()
    printer = CupsPrinter("window7")
    stuck = until(printer, printer.print(SHEET, "x"), in_state(PrintState.STOPPED))
    assert (stuck.state, stuck.detail) == (PrintState.STOPPED, "media-empty-warning")
    (queues.tray / "empty").unlink()
    assert until(printer, stuck, in_state(PrintState.PRINTED)).state is PrintState.PRINTED


def test_a_broken_printer_stops_its_queue_and_says_why(queues: Queues) -> None:
    (queues.tray / "broken").touch()
    printer = CupsPrinter("window7")
    stopped = until(printer, printer.print(SHEET, "x"), in_state(PrintState.STOPPED))
    assert (stopped.state, stopped.detail) == (PrintState.STOPPED, "The fuser is broken")


def test_a_job_in_a_paused_queue_is_stopped_and_a_cancelled_one_failed(queues: Queues) -> None:
    ask("cupsdisable", "window7")
    printer = CupsPrinter("window7")
    held = until(printer, printer.print(SHEET, "x"), in_state(PrintState.STOPPED))
    assert held.state is PrintState.STOPPED
    ask("cancel", held.job_id)
    assert until(printer, held, in_state(PrintState.FAILED)).state is PrintState.FAILED


def test_a_queue_that_takes_no_jobs_refuses(queues: Queues) -> None:
    ask("cupsreject", "window7")
    with pytest.raises(PrinterRefused, match="printer_refused") as caught:
        CupsPrinter("window7").print(SHEET, "x")
    assert "not accepting jobs" in caught.value.reason


def test_a_default_queue_that_was_removed_is_named(queues: Queues) -> None:
    ask("lpadmin", "-x", "window7")
    with pytest.raises(NoPrinter) as caught:
        CupsPrinter("window7").print(SHEET, "x")
    assert caught.value.queue == "window7"


def test_without_a_print_service_there_is_no_printer(
    monkeypatch: pytest.MonkeyPatch, loopback_port: int
) -> None:
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{loopback_port}")
    assert CupsPrinter().queues() == ()
    with pytest.raises(NoPrinter):
        CupsPrinter().print(SHEET, "x")


def test_without_cups_installed_there_is_no_printer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert CupsPrinter().queues() == ()
    job = PrintJob("window7-1", "window7", PrintState.SENT)
    assert CupsPrinter().job(job) == job
