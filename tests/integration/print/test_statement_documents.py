"""Statements as PDFs, looked at from outside: what they say, what is embedded, and what they never show."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from desk_app import paths
from desk_app.domain.contribution import NO_PERSONAL_SHARE, ContributionState
from desk_app.domain.errors import FontsMissing
from desk_app.domain.statement import StatementContent
from desk_app.print.documents import StatementDocuments
from desk_app.print.wording import money
from desk_app.services.ports import Document, Documents, Language
from tests.fakes.statements import CODE, IMPRINT, SERIAL, annual, contributions
from tests.fixtures.poppler import text_of, told

RARE = "王𬍛𠅤𰻞㛃𪚥𰀀𠀣"
LONGEST = "买买提依明·阿布都克里木·吐尔逊·艾合买提江·肉孜"
UNKNOWN = "王\U0001aff0明"

CASES = {
    "twelve months": annual("good", 2025),
    "owed months": annual("good", 2026),
    "two employers": annual("bound", 2024),
    "thirty years": contributions("thirty_years", 199611, 202610),
    "everything": contributions("good", 201007, 202610),
    "one month": contributions("one_month", 202610, 202610),
    "rare name": annual("rare_name", 2025, name=RARE),
    "long name": annual("long_name", 2025, name=LONGEST * 2),
    "latin name": annual("foreigner", 2025),
    "unknown character": annual("good", 2025, name=UNKNOWN),
    "nothing that year": annual("nothing", 2025),
    "nothing ever": contributions("nothing", 199701, 202610),
    "missing fields": replace(
        annual("good", 2025, sex=None, birth_date=None), card_number=None, pension_years=()
    ),
    "no name": annual("good", 2025, name=""),
}


@pytest.fixture(params=list(CASES))
def content(request: pytest.FixtureRequest) -> StatementContent:
    return CASES[request.param]


@pytest.fixture
def document(documents: Documents, content: StatementContent, language: Language) -> Document:
    return documents.statement(content, IMPRINT, language)


@pytest.fixture
def file(document: Document, tmp_path: Path) -> Path:
    path = tmp_path / "statement.pdf"
    path.write_bytes(document.pdf)
    return path


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- the file -------------------------------------------------------------------------------------------


def test_the_file_is_sound(file: Path) -> None:
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", file)


def test_every_font_is_an_embedded_subset_that_can_be_copied_from(file: Path) -> None:
    fonts = told("pdffonts", file).splitlines()[2:]
    assert fonts
    for line in fonts:
        assert re.match(r"[A-Z]{6}\+", line), line
        assert re.search(r"Identity-H +yes yes yes", line), line


def test_nothing_leaves_the_margins(file: Path) -> None:
    boxes = re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"',
        told("pdftotext", "-bbox", file, "-"),
    )
    assert boxes
    for box in boxes:
        left, top, right, bottom = map(float, box)
        assert left >= 44.5
        assert right <= 595.28 - 44.5
        assert top >= 30
        assert bottom <= 841.89 - 25


def test_no_two_words_overlap(file: Path) -> None:
    page = told("pdftotext", "-bbox", file, "-").split("<page ")[1]
    boxes = [
        tuple(map(float, box))
        for box in re.findall(
            r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', page
        )
    ]
    for index, (left, top, right, bottom) in enumerate(boxes):
        middle = (top + bottom) / 2
        for other in boxes[index + 1 :]:
            if other[1] < middle < other[3]:
                assert min(right, other[2]) - max(left, other[0]) < 1


def test_the_same_input_gives_the_same_bytes(
    document: Document, content: StatementContent, language: Language
) -> None:
    again = StatementDocuments(paths.fonts()).statement(content, IMPRINT, language)
    assert again == document
    assert document.sha256 == hashlib.sha256(document.pdf).hexdigest()


def test_the_serial_is_found_again_and_nothing_personal_is_in_the_metadata(
    documents: Documents, document: Document, content: StatementContent, language: Language
) -> None:
    assert documents.serial_of(document.pdf) == SERIAL
    reader = PdfReader(io.BytesIO(document.pdf))
    said = " ".join(map(str, (reader.metadata or {}).values()))
    assert content.holder.id_number not in said
    assert not content.holder.name or content.holder.name not in said
    assert reader.root_object["/Lang"] == language.tag
    assert reader.metadata
    assert reader.metadata.title
    assert reader.metadata.creation_date == IMPRINT.printed_at


# --- what it says ---------------------------------------------------------------------------------------


def test_every_page_says_which_document_it_is(document: Document, language: Language) -> None:
    pages = text_of(document.pdf).split("\f")[:-1]
    assert len(pages) == document.pages
    for number, page in enumerate(pages, start=1):
        for said in (SERIAL, CODE, "2026-11-23 10:42", "徐汇区社会保险服务大厅", "310104028"):
            assert said in page
        chinese, english = f"第{number}页共{document.pages}页", f"Page{number}of{document.pages}"
        assert language is Language.ENGLISH or chinese in squeezed(page)
        assert language is Language.CHINESE or english in squeezed(page)


def test_the_holder_is_named_in_full_on_every_page(
    document: Document, content: StatementContent
) -> None:
    for page in text_of(document.pdf).split("\f")[:-1]:
        assert squeezed(content.holder.name or "—") in squeezed(page)
        assert content.holder.id_number in page


def test_every_amount_and_every_sum_is_printed(
    document: Document, content: StatementContent
) -> None:
    words = text_of(document.pdf).split()
    for row in content.contributions:
        assert money(row.base_fen) in words
        assert money(row.employer_fen) in words
        assert row.insurance in NO_PERSONAL_SHARE or money(row.personal_fen) in words
    if content.contributions:
        employer = sum(row.employer_fen for row in content.contributions)
        personal = sum(row.personal_fen for row in content.contributions)
        assert {money(employer), money(personal), money(employer + personal)} <= set(words)
    assert "None" not in words


def test_every_employer_is_named_in_full(document: Document, content: StatementContent) -> None:
    said = squeezed(text_of(document.pdf))
    for row in content.contributions:
        assert row.employer_number in said
        assert row.employer_name in said


def test_a_month_is_marked_with_its_state(documents: Documents) -> None:
    said = text_of(documents.statement(CASES["everything"], IMPRINT, Language.CHINESE).pdf)
    marks = {
        ContributionState.PAID: "●",
        ContributionState.OWED: "△",
        ContributionState.TRANSFERRED_IN: "○",
    }
    for row in CASES["everything"].contributions:
        month = f"{row.month // 100}-{row.month % 100:02d}"
        assert re.search(rf"^{month} .* — {marks[row.state]}$", said, re.MULTILINE), month


def test_every_page_of_the_months_has_the_columns_heads(documents: Documents) -> None:
    document = documents.statement(CASES["thirty years"], IMPRINT, Language.CHINESE)
    assert document.pages > 5
    for page in text_of(document.pdf).split("\f")[:-1]:
        assert "费款所属期" in page
        assert "单位编号" in page  # the employer's heading is repeated, or comes first


def test_years_have_sums_that_stay_with_a_month_above_them(documents: Documents) -> None:
    said = text_of(documents.statement(CASES["thirty years"], IMPRINT, Language.CHINESE).pdf)
    lines = said.splitlines()
    for year in range(1996, 2027):
        (place,) = [i for i, line in enumerate(lines) if line.startswith(f"{year} 年小计")]
        assert re.match(rf"{year}-\d\d ", lines[place - 1]), year


def test_the_pension_account_of_the_year_is_printed(documents: Documents) -> None:
    content = CASES["twelve months"]
    (year,) = content.pension_years
    words = text_of(documents.statement(content, IMPRINT, Language.ENGLISH).pdf).split()
    for fen in (year.opening_fen, year.credited_fen, year.interest_fen, year.closing_fen):
        assert money(fen) in words
    assert str(year.months_total) in words


@pytest.mark.parametrize("case", ["nothing that year", "nothing ever"])
def test_somebody_with_nothing_on_record_is_told_so(documents: Documents, case: str) -> None:
    chinese, english = (
        text_of(documents.statement(CASES[case], IMPRINT, each).pdf)
        for each in (Language.CHINESE, Language.ENGLISH)
    )
    assert "本市没有您的缴费记录" in squeezed(chinese)
    assert "no contributions of yours on record" in " ".join(english.split())


# --- names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_can_be_copied_out(documents: Documents, character: str) -> None:
    pdf = documents.statement(CASES["rare name"], IMPRINT, Language.CHINESE).pdf
    assert character in text_of(pdf)
    assert character in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_character_without_a_glyph_is_a_visible_box_reported_and_still_copied(
    documents: Documents,
) -> None:
    document = documents.statement(CASES["unknown character"], IMPRINT, Language.CHINESE)
    assert document.unprintable == ("\U0001aff0",)
    said = text_of(document.pdf)
    assert UNKNOWN in squeezed(said)
    assert "U+1AFF0" in said


def test_only_what_is_needed_is_embedded(documents: Documents, tmp_path: Path) -> None:
    def embedded(case: str) -> set[str]:
        path = tmp_path / "statement.pdf"
        path.write_bytes(documents.statement(CASES[case], IMPRINT, Language.CHINESE).pdf)
        lines = told("pdffonts", path).splitlines()[2:]
        return {line.split()[0].partition("+")[2] for line in lines}

    usual = {"NotoSansSC-Regular", "NotoSansSC-SemiBold"}
    assert embedded("two employers") == usual
    assert embedded("rare name") == usual | {"BabelStoneHan", "HanaMinB"}


# --- ours or not ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"not a PDF at all" * 100])
def test_another_file_is_none_of_ours(documents: Documents, pdf: bytes) -> None:
    assert documents.serial_of(pdf) is None


def test_a_damaged_file_is_no_crash(documents: Documents) -> None:
    pdf = documents.statement(CASES["one month"], IMPRINT, Language.CHINESE).pdf
    for end in range(0, len(pdf), len(pdf) // 40):
        assert documents.serial_of(pdf[:end]) in (None, SERIAL)


@cache
def sound_pdf() -> bytes:
    return (
        StatementDocuments(paths.fonts())
        .statement(CASES["nothing ever"], IMPRINT, Language.ENGLISH)
        .pdf
    )


@given(
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20
    )
)
def test_a_mangled_file_is_no_crash(changes: list[tuple[float, int]]) -> None:
    documents = StatementDocuments(paths.fonts())
    pdf = bytearray(sound_pdf())
    for place, value in changes:  # where the file's structure is
        pdf[len(pdf) - 3000 + int(place * 3000)] = value
    serial = documents.serial_of(bytes(pdf))
    assert serial is None or isinstance(serial, str)


def test_another_program_s_pdf_is_none_of_ours(documents: Documents) -> None:
    pdf = documents.statement(CASES["one month"], IMPRINT, Language.CHINESE).pdf
    assert documents.serial_of(pdf.replace(b"desk-app", b"word-app")) is None


def test_without_fonts_the_error_is_ours(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing):
        StatementDocuments(tmp_path).statement(CASES["one month"], IMPRINT, Language.CHINESE)


def test_the_pdf_library_is_not_loaded_before_something_is_drawn() -> None:
    program = (
        "import sys, desk_app.print.documents as d; d.StatementDocuments();"
        "sys.exit(any(name in sys.modules for name in ('reportlab', 'pypdf', 'fontTools')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_size_is_what_was_promised(documents: Documents) -> None:
    short = documents.statement(CASES["two employers"], IMPRINT, Language.CHINESE)
    long = documents.statement(CASES["thirty years"], IMPRINT, Language.CHINESE)
    assert len(short.pdf) <= 58_000
    assert len(long.pdf) <= 100_000
