"""Printing at a real IPP Everywhere printer behind a real CUPS, with all that a printer can have."""

import subprocess
import time
from collections.abc import Callable
from itertools import count

import pytest

from desk_app.domain.errors import PrintingForbidden, PrintServiceDown
from desk_app.domain.printing import A4, PrintChoice, PrinterTrouble
from desk_app.print.spool import CupsPrinter
from desk_app.services.ports import PrintJob, PrintState
from tests.fakes.services import one_page_pdf
from tests.fixtures.print_service import HOLD_UPS, IppPrinter, PrivateCups, ask
from tests.integration.print.test_printer import in_state, until

NUMBERS = count(1)


@pytest.fixture
def title() -> str:
    """A serial that no other test prints."""
    return f"310000-20261123-{next(NUMBERS):06d}"


def in_trouble(trouble: PrinterTrouble) -> Callable[[PrintJob], bool]:
    return lambda job: job.trouble is trouble


def test_a_printer_says_what_it_can_do(ipp_queue: str) -> None:
    offer = CupsPrinter().offer(ipp_queue)
    assert {A4, "iso_a5_148x210mm"} <= set(offer.papers)
    assert offer.sides == ("one-sided", "two-sided-long-edge", "two-sided-short-edge")
    assert offer.trays == ("auto", "main", "photo")
    assert set(offer.colours) == {"monochrome", "color"}


def test_what_is_chosen_reaches_the_printer(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    printer = CupsPrinter()
    choice = PrintChoice(ipp_queue, A4, "two-sided-long-edge", "photo", "monochrome")
    done = until(printer, printer.print(one_page_pdf(), title, choice), lambda job: job.ended)
    assert (done.state, done.trouble, done.queue) == (PrintState.PRINTED, None, ipp_queue)
    asked = eve_printer.asked_for(title)
    assert asked["IPP_SIDES"] == "two-sided-long-edge"
    assert asked["IPP_PRINT_COLOR_MODE"] == "monochrome"
    assert "media-source=photo" in asked["IPP_MEDIA_COL"]
    assert "x-dimension=21000 y-dimension=29700" in asked["IPP_MEDIA_COL"]
    assert asked.get("IPP_COPIES", "1") == "1"


def test_the_printer_gets_text_and_not_a_picture_of_it(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    printer = CupsPrinter(ipp_queue)
    until(printer, printer.print(one_page_pdf(), title), lambda job: job.ended)
    sheet = eve_printer.came_out(title)
    assert sheet is not None
    text = subprocess.run(["pdftotext", "-", "-"], input=sheet, capture_output=True, check=True)
    assert text.stdout.split() == [b"Statement"]
    images = subprocess.run(["pdfimages", "-list", "-"], input=sheet, capture_output=True)
    assert len(images.stdout.splitlines()) == 2  # a heading of two lines, and no image


@pytest.mark.parametrize(("reason", "trouble"), HOLD_UPS)
def test_what_holds_the_printer_up_is_told_and_ends(
    ipp_queue: str, eve_printer: IppPrinter, title: str, reason: str, trouble: PrinterTrouble
) -> None:
    eve_printer.holds_up(reason)
    printer = CupsPrinter(ipp_queue)
    stuck = until(printer, printer.print(one_page_pdf(), title), in_trouble(trouble))
    assert (stuck.state, stuck.trouble) == (PrintState.STOPPED, trouble)
    assert eve_printer.came_out(title) is None
    eve_printer.relieve()
    done = until(printer, stuck, lambda job: job.ended)
    assert (done.state, done.trouble, done.detail) == (PrintState.PRINTED, None, "")
    assert eve_printer.came_out(title) is not None


def test_a_jam_that_the_printer_calls_completed_stays_suspicious(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    eve_printer.reports("media-jam-error")
    printer = CupsPrinter(ipp_queue)
    done = until(printer, printer.print(one_page_pdf(), title), lambda job: job.ended)
    assert (done.state, done.trouble) == (PrintState.PRINTED, PrinterTrouble.JAM)


def test_a_job_that_is_cancelled_at_the_window_never_comes_out(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    eve_printer.holds_up("media-empty-error")
    printer = CupsPrinter(ipp_queue)
    stuck = until(printer, printer.print(one_page_pdf(), title), in_state(PrintState.STOPPED))
    cancelled = until(printer, printer.cancel(stuck), lambda job: job.ended)
    assert (cancelled.state, cancelled.trouble) == (PrintState.CANCELLED, None)


def test_a_job_that_is_cancelled_at_the_device_ends(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    """CUPS 2.4 takes it for completed at times: why the clerk is asked whether it came out."""
    eve_printer.holds_up("media-empty-error")
    printer = CupsPrinter(ipp_queue)
    stuck = until(printer, printer.print(one_page_pdf(), title), in_state(PrintState.STOPPED))
    eve_printer.cancel_current()
    eve_printer.relieve()
    ended = until(printer, stuck, lambda job: job.ended)
    assert ended.state in (PrintState.CANCELLED, PrintState.PRINTED)


def test_a_printer_that_is_switched_off_is_told_and_prints_when_it_is_back(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    eve_printer.stop()
    printer = CupsPrinter(ipp_queue)
    try:
        stuck = until(
            printer, printer.print(one_page_pdf(), title), in_trouble(PrinterTrouble.OFFLINE)
        )
        assert (stuck.state, stuck.trouble) == (PrintState.STOPPED, PrinterTrouble.OFFLINE)
    finally:
        eve_printer.start()
    assert until(printer, stuck, lambda job: job.ended).state is PrintState.PRINTED
    assert eve_printer.came_out(title) is not None


def test_a_job_that_waits_behind_a_stuck_one_says_why(
    ipp_queue: str, eve_printer: IppPrinter, title: str
) -> None:
    eve_printer.holds_up("media-empty-error")
    printer = CupsPrinter(ipp_queue)
    until(printer, printer.print(one_page_pdf(), title), in_state(PrintState.STOPPED))
    behind = until(
        printer, printer.print(one_page_pdf(), f"{title}-2"), in_state(PrintState.STOPPED)
    )
    assert (behind.state, behind.trouble) == (PrintState.STOPPED, PrinterTrouble.NO_PAPER)


def test_a_print_service_that_restarts_loses_no_document(
    ipp_queue: str, eve_printer: IppPrinter, cups: PrivateCups, title: str
) -> None:
    """CUPS 2.4 may leave the job waiting for ever then; it can be cancelled and printed again, once."""
    eve_printer.holds_up("media-empty-error")
    printer = CupsPrinter(ipp_queue)
    stuck = until(printer, printer.print(one_page_pdf(), title), in_state(PrintState.STOPPED))
    eve_printer.cancel_current()
    cups.stop()
    try:
        lost = printer.job(stuck)
        assert lost.trouble is PrinterTrouble.NO_SERVICE
        assert not lost.ended
        with pytest.raises(PrintServiceDown):
            printer.cancel(lost)
    finally:
        eve_printer.relieve()
        cups.start()
    printer.cancel(lost)
    assert until(printer, lost, lambda job: job.ended).state is not PrintState.PRINTED
    again = printer.print(one_page_pdf(), title)
    assert until(printer, again, lambda job: job.ended).state is PrintState.PRINTED
    assert eve_printer.came_out(title) is not None


def test_a_user_who_may_not_print_is_told_so(ipp_queue: str, title: str) -> None:
    ask("lpadmin", "-p", ipp_queue, "-u", "allow:nobody-here")
    with pytest.raises(PrintingForbidden) as caught:
        CupsPrinter(ipp_queue).print(one_page_pdf(), title)
    assert caught.value.queue == ipp_queue


def test_a_printer_that_is_added_or_removed_is_seen_at_once(
    ipp_queue: str, eve_printer: IppPrinter
) -> None:
    printer = CupsPrinter()
    ask("lpadmin", "-p", "added", "-E", "-v", eve_printer.uri, "-m", "everywhere")
    assert set(printer.queues()) == {ipp_queue, "added"}
    ask("lpadmin", "-x", "added")
    assert set(printer.queues()) == {ipp_queue}


def test_asking_after_a_job_is_quick(ipp_queue: str, eve_printer: IppPrinter, title: str) -> None:
    """A counter asks every two seconds, on the lane that documents are drawn on."""
    eve_printer.holds_up("media-empty-error")
    printer = CupsPrinter(ipp_queue)
    job = printer.print(one_page_pdf(), title)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        job = printer.job(job)
        took.append(time.perf_counter() - began)
    assert min(took) < 1
