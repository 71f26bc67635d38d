"""Day reports as PDFs, looked at from outside."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from pypdf import PdfReader

from desk_app import paths
from desk_app.domain.audit import Action, Outcome
from desk_app.domain.operator import Operator, Role
from desk_app.domain.shift import Backlog, DayReport, Shift, Tally
from desk_app.print.day_template import load_day
from desk_app.print.documents import StatementDocuments
from desk_app.services.ports import Document, Language

AT = datetime(2026, 11, 23, 17, 40, tzinfo=timezone(timedelta(hours=8)))
CLERK = Operator("1001", "林晓", frozenset({Role.CLERK}))
TALLIES = (
    Tally("identify", "done", "3", 9, 41),
    Tally("identify", "refused", "3", 9, 2),
    Tally("bind", "pending", "12", 14, 5),
    Tally("print_statement", "failed", "3", 19, 7),
    Tally("print_statement", "done", "3", 16, 30),
)
WORKED = Shift(UUID(int=1), "1001", "大厅", "3", AT - timedelta(hours=9), AT, "打印机卡纸，已重打")
REPORT = DayReport(
    "示范社会保险服务大厅", date(2026, 11, 23), "1001", TALLIES, Backlog(2, 1, 4, 3), (WORKED,)
)


def drawn(
    documents: StatementDocuments, report: DayReport, language: Language = Language.ENGLISH
) -> Document:
    return documents.day_report(report, CLERK, AT, language)


def text_of(document: Document) -> str:
    reader = PdfReader(io.BytesIO(document.pdf))
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("language", Language)
def test_the_template_has_a_word_for_every_action_and_outcome(language: Language) -> None:
    template = load_day(paths.resources() / "documents", language)
    assert template.kinds.keys() == {str(action) for action in Action}
    assert {column.field for column in template.columns["counts"]} >= set(Outcome)


def test_it_says_what_is_left_what_was_done_and_who_signed_off(
    documents: StatementDocuments,
) -> None:
    text = text_of(drawn(documents, REPORT))
    for said in (
        "Day Report",
        "2026-11-23, operator 1001",
        "Awaiting the platform",
        "Identify by card",
        "Window 12",
        "19:00",
        "08:40",
        "17:40",
        "Remark of 1001: 打印机卡纸，已重打",
        "林晓 1001",
    ):
        assert said in text, said


def test_every_table_sums_up_to_the_same(documents: StatementDocuments) -> None:
    text = text_of(drawn(documents, REPORT))
    sums = [line.split() for line in text.splitlines() if line.startswith("Total ")]
    assert REPORT.total() == 85
    assert sums == [["Total", "71", "5", "2", "7", "85"]] * 3


def test_the_chart_shows_the_whole_day_from_eight_on(documents: StatementDocuments) -> None:
    text = text_of(drawn(documents, REPORT))
    assert all(f"{hour:02d}:00" in text for hour in range(8, 20))
    assert "07:00" not in text
    assert "20:00" not in text


def test_bars_are_as_long_as_their_counts(documents: StatementDocuments) -> None:
    reader = PdfReader(io.BytesIO(drawn(documents, REPORT).pdf))
    content = b"".join(page.get_contents().get_data() for page in reader.pages)  # type: ignore[union-attr]
    bars = [line.split() for line in content.splitlines() if line.endswith(b" re f")]
    heights = sorted({float(bar[-3]) for bar in bars if bar[-3] != b"8.00"})
    assert heights[0] / heights[-1] == pytest.approx(5 / 43, rel=0.01)


def test_a_day_without_anything_says_so(documents: StatementDocuments) -> None:
    empty = replace(REPORT, tallies=(), backlog=Backlog(), shifts=(), operator_number=None)
    text = text_of(drawn(documents, empty))
    assert "Nothing has been done on this day yet." in text
    assert "No shift was worked on this day." in text
    assert "whole hall" in text


def test_a_long_remark_is_read_in_full(documents: StatementDocuments) -> None:
    remark = "平台确认" * 124 + "完毕"
    document = drawn(documents, replace(REPORT, shifts=(replace(WORKED, remark=remark),)))
    assert remark in text_of(document).replace("\n", "")


def test_the_same_report_gives_the_same_bytes(documents: StatementDocuments) -> None:
    assert drawn(documents, REPORT) == drawn(documents, REPORT)


def test_a_report_is_not_taken_for_a_statement(documents: StatementDocuments) -> None:
    assert documents.serial_of(drawn(documents, REPORT).pdf) is None


def test_a_big_hall_goes_on_on_the_next_page(documents: StatementDocuments) -> None:
    many = tuple(
        Tally(str(action), "done", str(window), 9, window)
        for action in Action
        for window in range(1, 60)
    )
    document = drawn(documents, replace(REPORT, tallies=many, operator_number=None))
    assert document.pages > 2
    assert f"Page {document.pages} of {document.pages}" in text_of(document)
