"""What an answer of CUPS means, where no printer of the tests can be brought to say it."""

import pytest

from desk_app.domain.printing import A4, NO_OFFER, PrintChoice, PrinterOffer, PrinterTrouble
from desk_app.print.ipp import Answer, held_back, judged, printer_uri
from desk_app.print.spool import _options
from desk_app.services.ports import PrintJob, PrintState

JOB = PrintJob("七号-7", "七号", PrintState.SENT)


def answer(**attributes: str) -> Answer:
    return Answer(
        "successful-ok", {name.replace("_", "-"): value for name, value in attributes.items()}
    )


def test_an_answer_is_read_as_ipptool_writes_it() -> None:
    told = """
    Get printer attributes using get-printer-attributes                  [PASS]
        status-code = successful-ok (successful-ok)
        printer-state (enum) = idle
        sides-supported (1setOf keyword) = one-sided,two-sided-long-edge
    """
    read = Answer.of(told)
    assert read.status == "successful-ok"
    assert read.values("sides-supported") == ("one-sided", "two-sided-long-edge")
    assert Answer.of("ipptool: Unable to connect").status == ""


@pytest.mark.parametrize(
    ("reasons", "trouble"),
    [
        ("output-area-full-warning", PrinterTrouble.OUTPUT_FULL),
        ("offline-report", PrinterTrouble.OFFLINE),
        ("timed-out", PrinterTrouble.OFFLINE),
        ("moving-to-paused", PrinterTrouble.PAUSED),
        ("door-open", PrinterTrouble.COVER_OPEN),
        ("media-empty-error,media-jam-error", PrinterTrouble.JAM),
    ],
)
def test_reasons_have_a_meaning(reasons: str, trouble: PrinterTrouble) -> None:
    now = judged(JOB, answer(job_state="processing", job_printer_state_reasons=reasons))
    assert (now.state, now.trouble) == (PrintState.STOPPED, trouble)


def test_connecting_is_trouble_only_when_it_lasts() -> None:
    connecting = answer(job_state="processing", job_printer_state_reasons="connecting-to-device")
    first = judged(JOB, connecting)
    assert (first.state, first.trouble) == (PrintState.PRINTING, None)
    second = judged(first, connecting)
    assert (second.state, second.trouble) == (PrintState.STOPPED, PrinterTrouble.OFFLINE)
    assert judged(second, connecting).trouble is PrinterTrouble.OFFLINE


def test_a_job_that_failed_without_a_reason_tells_the_message() -> None:
    aborted = answer(job_state="aborted", job_printer_state_message="Filter failed")
    now = judged(JOB, aborted)
    assert (now.state, now.trouble, now.detail) == (
        PrintState.FAILED,
        PrinterTrouble.OTHER,
        "Filter failed",
    )


def test_reasons_that_outlived_a_restart_say_nothing_of_a_waiting_job() -> None:
    stale = answer(job_state="pending", job_printer_state_reasons="media-empty-warning")
    now = judged(JOB, stale)
    idle = answer(printer_state="idle", printer_state_reasons="media-empty-warning")
    assert (now.state, held_back(now, idle).state) == (PrintState.WAITING, PrintState.WAITING)


def test_a_queue_may_have_any_name() -> None:
    assert printer_uri("七号").endswith("/printers/%E4%B8%83%E5%8F%B7")
    assert printer_uri("a/b").endswith("/printers/a%2Fb")


def test_another_paper_is_scaled_to_and_a4_is_not() -> None:
    assert _options(PrintChoice()) == ["-o", f"media={A4}", "-o", "print-scaling=none"]
    larger = PrintChoice(paper="iso_a3_297x420mm", tray="tray-2")
    media = "media-col={media-size={x-dimension=29700 y-dimension=42000} media-source=tray-2}"
    assert _options(larger) == ["-o", media, "-o", "print-scaling=fit"]


def test_what_is_not_offered_falls_back_to_what_every_printer_has() -> None:
    choice = PrintChoice("q", "iso_a3_297x420mm", "two-sided-long-edge", "tray-2", "color")
    assert NO_OFFER.fitting(choice) == PrintChoice("q")
    all_of_it = PrinterOffer((choice.paper,), (choice.sides,), (choice.tray,), (choice.colour,))
    assert all_of_it.fitting(choice) == choice
