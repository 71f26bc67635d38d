"""The window at a real printer: error states as a clerk walks them, and Qt where the commands are missing."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from desk_app.domain.errors import NoPrinter, PrinterRefused
from desk_app.domain.printing import A4, NO_OFFER, PrintChoice, PrinterTrouble
from desk_app.print.spool import CupsPrinter
from desk_app.services.lanes import LaneName
from desk_app.services.ports import Printer, PrintJob, PrintState
from desk_app.ui.qt_printer import QtPrinter
from tests.fakes.services import one_page_pdf
from tests.fixtures.print_service import (
    HOLD_UPS,
    IppPrinter,
    PrivateCups,
    a_private_cups,
    an_ipp_printer,
    ask,
    end_jobs,
    wait_for,
)
from tests.ui.rig import Counter
from tests.ui.test_papers_and_lists import prepared
from tests.ui.test_printouts import of

QUEUE = "七号窗口"


@pytest.fixture(scope="module")
def eve_printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IppPrinter]:
    """A real IPP printer."""
    with an_ipp_printer(tmp_path_factory.mktemp("printer")) as printer:
        yield printer


@pytest.fixture(scope="module")
def cups(eve_printer: IppPrinter) -> Iterator[PrivateCups]:
    """A private CUPS with one queue, in Chinese, at the IPP printer."""
    with a_private_cups() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUPS_SERVER", server.address)
        ask("lpadmin", "-p", QUEUE, "-E", "-v", eve_printer.uri, "-m", "everywhere")
        wait_for(lambda: A4 in CupsPrinter().offer(QUEUE).papers, "the queue knows no paper")
        yield server


@pytest.fixture
def at_printer(counter: Counter, cups: PrivateCups, eve_printer: IppPrinter) -> Iterator[Counter]:
    """A counter whose printing goes to that CUPS."""
    printer = CupsPrinter()
    script = counter.script.answers
    script["queues"] = lambda: tuple(printer.queues())
    script["offer"] = printer.offer
    script["print"] = lambda _desk, case, made, choice: (
        case,
        printer.print(made.document.pdf, made.issued.serial, choice),
    )

    def again(
        _desk: Any, made: Any, former: PrintJob, _found: Any, choice: PrintChoice
    ) -> PrintJob:
        if not former.ended:
            printer.cancel(former)
        return printer.print(made.document.pdf, made.issued.serial, choice)

    script["print_again"] = again
    script["job"] = printer.job
    script["cancel"] = lambda _desk, _serial, job: printer.cancel(job)
    yield counter
    eve_printer.relieve()
    end_jobs()


def printing(counter: Counter) -> None:
    prepared(counter)
    counter.press("打印")
    counter.until(lambda: bool(counter.session.printouts.state.items))


@pytest.mark.parametrize(("reason", "trouble"), HOLD_UPS[:4])
def test_the_clerk_sees_it_mends_it_and_confirms(
    at_printer: Counter, eve_printer: IppPrinter, reason: str, trouble: PrinterTrouble
) -> None:
    words = at_printer.windows.speech.words
    eve_printer.holds_up(reason)
    printing(at_printer)
    at_printer.until_seen(words.say(f"printer_trouble.{trouble}.name"))
    assert at_printer.sees(words.say(f"printer_trouble.{trouble}.next_step"))
    eve_printer.relieve()
    at_printer.until_seen("每一页都打出来了吗？")
    assert not at_printer.sees(words.say(f"printer_trouble.{trouble}.name"))
    at_printer.press(of("是，都打出来了"))
    at_printer.until(lambda: not at_printer.session.printouts.state.items)


def test_a_queue_that_is_stopped_and_a_job_cancelled_at_the_device(
    at_printer: Counter, eve_printer: IppPrinter
) -> None:
    ask("cupsdisable", QUEUE)
    printing(at_printer)
    at_printer.until_seen("打印队列已停止")
    eve_printer.holds_up("media-empty-error")
    ask("cupsenable", QUEUE)
    at_printer.until_seen("打印机缺纸")
    eve_printer.cancel_current()
    eve_printer.relieve()
    question = "每一页都打出来了吗？"
    at_printer.until(lambda: at_printer.sees("已取消") or at_printer.sees(question))
    if at_printer.sees(
        question
    ):  # CUPS 2.4 takes it for completed at times; the clerk sees no paper
        at_printer.press(of("没有……"))
    at_printer.press(of("再打印一次"))
    at_printer.until_seen("每一页都打出来了吗？")
    assert len(at_printer.script.calls["print"]) == 1


def test_a_stuck_job_is_cancelled_before_it_is_printed_again(
    at_printer: Counter, eve_printer: IppPrinter
) -> None:
    eve_printer.holds_up("media-empty-error")
    printing(at_printer)
    at_printer.until_seen("打印机缺纸")
    at_printer.press(of("换一台打印……"))
    at_printer.press(of("再打印一次"))
    at_printer.until(lambda: bool(at_printer.script.calls["print_again"]))
    eve_printer.relieve()
    at_printer.until_seen("每一页都打出来了吗？")
    former = at_printer.script.calls["print_again"][0][2]
    assert CupsPrinter().job(former).state is PrintState.CANCELLED


def test_a_printer_that_is_switched_off_is_told(
    at_printer: Counter, eve_printer: IppPrinter
) -> None:
    eve_printer.stop()
    try:
        printing(at_printer)
        at_printer.until_seen("打印机没有回应")
    finally:
        eve_printer.start()
    at_printer.until_seen("每一页都打出来了吗？")


def ink(pdf: bytes) -> int:
    """How many pixels, of 50 to the inch, are dark on all pages together: in which order duplex pages go
    out, and which of them is the blank back, is the printer's affair."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", "50", "-gray", "-"], input=pdf, capture_output=True, check=True
    )
    return sum(pixel < 200 for pixel in drawn.stdout)


class TestQt:
    """Printing by Qt on the print lane, at the same printer."""

    @pytest.fixture
    def printer(self, counter: Counter, cups: PrivateCups) -> QtPrinter:
        return QtPrinter()

    def test_it_finds_the_queues_and_what_they_offer(
        self, printer: QtPrinter, counter: Counter
    ) -> None:
        lane = counter.lanes[LaneName.PRINT]
        assert lane.call(printer.queues) == (QUEUE,)
        offer = lane.call(lambda: printer.offer(QUEUE))
        assert offer.papers == (A4,)
        assert "two-sided-long-edge" in offer.sides
        assert printer.offer("nowhere") == NO_OFFER

    def test_it_draws_every_page_on_the_lane(
        self, printer: QtPrinter, counter: Counter, eve_printer: IppPrinter
    ) -> None:
        choice = PrintChoice(QUEUE, A4, "two-sided-long-edge", "", "monochrome")
        lane = counter.lanes[LaneName.PRINT]
        job = lane.call(lambda: printer.print(one_page_pdf(), "by-qt", choice))
        assert (job.state, job.queue, job.ended) == (PrintState.UNTRACKED, QUEUE, True)
        counter.until(lambda: eve_printer.came_out("by-qt") is not None)
        sheet = eve_printer.came_out("by-qt")
        info = subprocess.run(["pdfinfo", "-"], input=sheet, capture_output=True, check=True)
        assert re.search(rb"Pages: +2\n", info.stdout)  # CUPS adds the sheet's blank back
        assert b"(A4)" in info.stdout
        assert 200 < ink(sheet or b"") < 2000  # one word, large
        assert eve_printer.asked_for("by-qt")["IPP_SIDES"] == "two-sided-long-edge"

    def test_it_says_that_it_cannot_follow_or_cancel(self, printer: Printer) -> None:
        job = PrintJob("", QUEUE, PrintState.SENT)
        assert printer.job(job).state is PrintState.UNTRACKED
        with pytest.raises(PrinterRefused):
            printer.cancel(job)

    def test_a_queue_that_is_not_there_and_a_file_that_is_none(self, printer: Printer) -> None:
        with pytest.raises(NoPrinter):
            printer.print(one_page_pdf(), "x", PrintChoice("nowhere"))
        with pytest.raises(PrinterRefused):
            printer.print(b"no pdf", "x", PrintChoice(QUEUE))
