"""The hall's seal: where its letters are, and that nothing is printed under it."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import hypot
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pikepdf
import pytest
from pypdf import PdfReader

from desk_app import paths
from desk_app.print.documents import StatementDocuments
from desk_app.print.fonts import DocumentFonts, Faces
from desk_app.print.geometry import A4_LARGE, PAGE_HEIGHT
from desk_app.print.pen import Pen
from desk_app.print.seal import draw_seal
from desk_app.print.template import SealTemplate
from desk_app.services.ports import Document, Language, Signer
from tests.fakes.statements import IMPRINT, annual

RADIUS = 54.0
TEMPLATE = SealTemplate(38, "电子业务专用章")
LONGEST = "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿合奇县社会保险事业管理中心服务大厅"
LETTER = re.compile(
    r"/F\d+ ([\d.]+) Tf (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) Tm"
)


def letters(name: str, line: str = "") -> list[tuple[float, ...]]:
    """Size and text matrix of each letter of a seal whose centre is the origin."""
    pen = Pen(DocumentFonts(Faces(paths.fonts())))
    draw_seal(pen, 0, 0, RADIUS, name, replace(TEMPLATE, line=line))
    return [tuple(map(float, found)) for found in LETTER.findall(pen.content().untagged().decode())]


def corners(letter: tuple[float, ...], advance: float = 1.0) -> list[tuple[float, float]]:
    """Of the box of a full-width letter's ink."""
    size, a, b, c, d, x, y = letter
    return [
        (x + size * (a * u + c * v), y + size * (b * u + d * v))
        for u in (0.06, advance - 0.06)
        for v in (-0.08, 0.84)
    ]


@pytest.mark.parametrize("name", ["厅", "社保局", "徐汇区社会保险服务大厅", LONGEST, LONGEST * 2])
def test_every_letter_is_between_ring_and_star(name: str) -> None:
    drawn = letters(name)
    assert len(drawn) == len(name)
    for letter in drawn:
        reaches = [hypot(*corner) for corner in corners(letter)]
        assert max(reaches) < RADIUS * 0.945
        assert min(reaches) > RADIUS * 0.31


@pytest.mark.parametrize("name", ["社保局", "徐汇区社会保险服务大厅", LONGEST, LONGEST * 2])
def test_letters_of_the_rim_do_not_touch(name: str) -> None:
    drawn = letters(name)
    for left, right in pairwise(drawn):
        size, a, b, *_, x, y = left
        foot_x, foot_y = corners(right)[0]
        # How far the right letter's foot is along the left one's baseline, in its widths.
        along = ((foot_x - x) * a + (foot_y - y) * b) / (hypot(a, b) ** 2 * size)
        assert along > 0.94


def test_the_name_is_centred_at_the_top() -> None:
    drawn = letters("一二三")
    middle = drawn[1]
    assert middle[1:5] == pytest.approx((1, 0, 0, 1), abs=0.001)
    assert drawn[0][2] == pytest.approx(-drawn[2][2], abs=0.002)


def test_a_long_line_below_the_star_becomes_smaller() -> None:
    short, long = letters("", "专用章"), letters("", "社会保险事业管理业务专用章")
    assert long[0][0] < short[0][0]
    assert all(hypot(*corner) < RADIUS * 0.945 for one in long for corner in corners(one))


def spoken(page: pikepdf.Page) -> list[str]:
    """What is read out instead of what is drawn."""
    marks = [
        each.operands[1]
        for each in pikepdf.parse_content_stream(page)
        if str(each.operator) == "BDC"
    ]
    return [str(mark.ActualText) for mark in marks if "/ActualText" in mark]


@pytest.mark.parametrize("language", Language)
def test_it_is_on_the_last_page_and_reads_as_its_words(language: Language) -> None:
    document = StatementDocuments(paths.fonts()).statement(annual("good", 2025), IMPRINT, language)
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        said = [spoken(page) for page in pdf.pages]
    words = f"{IMPRINT.hall} {TEMPLATE.line}"
    assert [words in each for each in said] == [False] * (len(said) - 1) + [True]


@pytest.mark.parametrize("large", [True, False])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("signed", [True, False])
def test_what_is_said_beside_it_ends_where_it_ends(
    tmp_path: Path, large: bool, language: Language, signed: bool
) -> None:
    """In the narrowest place too: in large print and both languages."""
    signer = cast(Signer, SimpleNamespace(sign=lambda pdf, _at, _seal: pdf)) if signed else None
    document = StatementDocuments(paths.fonts(), signer=signer).statement(
        annual("good", 2025), IMPRINT, language, large_print=large
    )
    (tmp_path / "statement.pdf").write_bytes(document.pdf)
    x, y = seal_of(document, A4_LARGE.scale if large else 1.0)
    foot = "Service" if language is Language.ENGLISH else "服务大厅"
    words = list(words_of(tmp_path / "statement.pdf", document.pages))
    begins = min(top for _, top, _, _, word in words if word == foot)
    said = [one for one in words if y - RADIUS < one[1] < begins and one[0] < x - RADIUS]
    assert len(said) >= 3
    assert max(bottom for _, _, _, bottom, _ in said) < y + RADIUS


@pytest.mark.parametrize("year", [2024, 2025])
def test_it_is_never_alone_on_a_page(year: int) -> None:
    key = "bound" if year == 2024 else "good"
    document = StatementDocuments(paths.fonts()).statement(
        annual(key, year), IMPRINT, Language.ENGLISH
    )
    last = PdfReader(io.BytesIO(document.pdf)).pages[-1].extract_text()
    assert document.pages == 2
    assert all(f"{year}-{month:02d}" in last for month in (10, 11, 12))


@pytest.mark.parametrize("hall", [IMPRINT.hall, LONGEST, "Xuhui Social Insurance Hall"])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("language", Language)
def test_nothing_is_printed_under_it(
    tmp_path: Path, hall: str, signed: bool, language: Language
) -> None:
    content, imprint = annual("good", 2025), replace(IMPRINT, hall=hall, signed=signed)
    document = StatementDocuments(paths.fonts()).statement(content, imprint, language)
    (tmp_path / "statement.pdf").write_bytes(document.pdf)
    under = list(words_in_seal(tmp_path / "statement.pdf", document))
    assert under == [f"{hall} {TEMPLATE.line}"]


def words_in_seal(file: Path, document: Document) -> Iterator[str]:
    """The words on the last page whose boxes, as poppler sees them, meet the square around the seal."""
    x, y = seal_of(document)
    for left, top, right, bottom, word in words_of(file, document.pages):
        beside = right < x - RADIUS or left > x + RADIUS
        if not beside and bottom > y - RADIUS and top < y + RADIUS:
            yield word


def seal_of(document: Document, scale: float = 1.0) -> tuple[float, float]:
    """Where the seal's middle is on the last page, from the upper left corner."""
    page = PdfReader(io.BytesIO(document.pdf)).pages[-1]
    stream = page.get_contents().get_data().decode()  # type: ignore[union-attr]
    found = re.search(r"q 1 0 0 1 (\S+) (\S+) cm \S+ \S+ \S+ rg", stream)
    assert found
    return float(found[1]) * scale, PAGE_HEIGHT - float(found[2]) * scale


def words_of(file: Path, page: int) -> Iterator[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom and text of each word of a page."""
    only = ["-f", str(page), "-l", str(page)]
    boxes = subprocess.run(
        ["pdftotext", "-bbox", *only, file, "-"], capture_output=True, text=True, check=True
    ).stdout
    for found in re.finditer(
        r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</word>', boxes
    ):
        left, top, right, bottom = map(float, found.groups()[:4])
        yield left, top, right, bottom, found[5]


def test_a_character_that_no_font_has_leaves_its_room_free() -> None:
    drawn = letters("社\U000f0000保")
    assert len(drawn) == 2
    assert drawn[0][2] == pytest.approx(-drawn[1][2], abs=0.002)
