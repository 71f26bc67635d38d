"""Printing: what any printer promises, kept by the fake one and by a real CUPS."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desk_app.domain.errors import NoPrinter, PrinterRefused, PrintServiceDown
from desk_app.domain.printing import PrintChoice, PrinterOffer, PrinterTrouble
from desk_app.print.spool import CupsPrinter
from desk_app.services.ports import Printer, PrintJob, PrintState
from tests.fakes.printer import FakePrinter
from tests.fixtures.print_service import ask
from tests.integration.print.conftest import Queues

WINDOW8 = PrintChoice("window8")
SHEET = b"%PDF-1.7\nsheet\n%%EOF\n"


def until(printer: Printer, job: PrintJob, reached: Callable[[PrintJob], bool]) -> PrintJob:
    """The job once it is as wanted, or as it is after a minute."""
    deadline = time.monotonic() + 20
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
        assert printer.print(SHEET, "310000-20261123-000042", WINDOW8).queue == "window8"

    def test_a_queue_that_is_gone_is_named(self, printer: Printer) -> None:
        with pytest.raises(NoPrinter) as caught:
            printer.print(SHEET, "310000-20261123-000042", PrintChoice("window9"))
        assert caught.value.queue == "window9"

    def test_a_job_that_has_ended_cannot_be_cancelled_any_more(self, printer: Printer) -> None:
        done = until(printer, printer.print(SHEET, "x"), in_state(PrintState.PRINTED))
        assert printer.cancel(done).state is PrintState.PRINTED
        assert done.ended

    def test_a_queue_that_is_gone_offers_nothing(self, printer: Printer) -> None:
        assert printer.offer("window9") == PrinterOffer()

    def test_what_a_printer_does_not_offer_is_left_out(self, printer: Printer) -> None:
        choice = PrintChoice("window7", "na_ledger_11x17in", "two-sided-up", "tray-77", "sepia")
        job = printer.print(SHEET, "x", choice)
        assert until(printer, job, in_state(PrintState.PRINTED)).state is PrintState.PRINTED


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
    assert stuck.trouble is PrinterTrouble.NO_PAPER
    (queues.tray / "empty").unlink()
    assert until(printer, stuck, in_state(PrintState.PRINTED)).state is PrintState.PRINTED


def test_a_broken_printer_stops_its_queue_and_says_why(queues: Queues) -> None:
    (queues.tray / "broken").touch()
    printer = CupsPrinter("window7")
    stopped = until(printer, printer.print(SHEET, "x"), in_state(PrintState.STOPPED))
    assert (stopped.state, stopped.detail) == (PrintState.STOPPED, "The fuser is broken")


def test_a_job_in_a_paused_queue_is_stopped_until_it_goes_on_or_is_cancelled(
    queues: Queues,
) -> None:
    ask("cupsdisable", "-r", "Paper is being changed", "window7")
    printer = CupsPrinter("window7")
    held = until(printer, printer.print(SHEET, "x"), in_state(PrintState.STOPPED))
    assert (held.state, held.trouble) == (PrintState.STOPPED, PrinterTrouble.PAUSED)
    assert held.detail == "Paper is being changed"
    ask("cupsenable", "window7")
    assert until(printer, held, in_state(PrintState.PRINTED)).state is PrintState.PRINTED
    ask("cupsdisable", "window7")
    held = until(printer, printer.print(SHEET, "y"), in_state(PrintState.STOPPED))
    assert printer.cancel(held).state is PrintState.CANCELLED
    ask("cupsenable", "window7")
    assert not queues.printed(held.job_id).exists()


def test_a_queue_that_is_removed_takes_its_jobs_along(queues: Queues) -> None:
    ask("cupsdisable", "window7")
    printer = CupsPrinter()
    job = printer.print(SHEET, "x", PrintChoice("window7"))
    ask("lpadmin", "-x", "window7")
    gone = until(printer, job, lambda job: job.ended)
    assert (gone.state, gone.trouble) == (PrintState.FAILED, PrinterTrouble.GONE)
    assert printer.queues() == ("window8",)


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
    printer = CupsPrinter()
    assert printer.queues() == ()
    assert printer.offer() == PrinterOffer()
    with pytest.raises(PrintServiceDown):
        printer.print(SHEET, "x")
    job = PrintJob("window7-1", "window7", PrintState.WAITING)
    assert printer.job(job) == replace(job, trouble=PrinterTrouble.NO_SERVICE)
    with pytest.raises(PrintServiceDown):
        printer.cancel(job)


def test_without_cups_installed_there_is_no_printer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert CupsPrinter().queues() == ()
    job = PrintJob("window7-1", "window7", PrintState.SENT)
    assert CupsPrinter().job(job).state is PrintState.UNTRACKED
    with pytest.raises(PrintServiceDown):
        CupsPrinter().print(SHEET, "x")
