"""Which characters a document can show: block by block of GB 18030-2022, and what copies out."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_app import paths
from desk_app.print import geometry as g
from desk_app.print import pdf
from desk_app.print.flow import Flow
from desk_app.print.fonts import DocumentFonts, Faces
from desk_app.print.geometry import Weight
from desk_app.print.pen import Pen
from tests.fixtures.poppler import text_of

FACES = Faces(paths.fonts())
ABOUT = pdf.About("字", "310000-1", "zh-CN", datetime(2026, 11, 25, tzinfo=UTC))

COVERED = {
    "unified ideographs": (0x4E00, 0x9FFF, 20992),
    "extension A": (0x3400, 0x4DBF, 6592),
    "extension B": (0x20000, 0x2A6DF, 42720),
    "extension C": (0x2A700, 0x2B739, 4154),
    "extension D": (0x2B740, 0x2B81D, 222),
    "extension E": (0x2B820, 0x2CEA1, 5762),
    "extension F": (0x2CEB0, 0x2EBE0, 7473),
    "extension G": (0x30000, 0x3134A, 3045),
    "Kangxi radicals": (0x2F00, 0x2FD5, 214),
    "Latin letters with marks": (0xC0, 0x24F, 400),
    "more Latin letters with marks": (0x1E00, 0x1EFF, 256),
}
"""First and last, and how many of them some font of the set-up has: docs/operations.md has the same table."""


@pytest.mark.parametrize("block", COVERED)
def test_as_many_characters_of_the_block_as_we_say(block: str) -> None:
    first, last, promised = COVERED[block]
    found = sum(
        FACES.find(Weight.REGULAR, chr(code)) is not None for code in range(first, last + 1)
    )
    assert found == promised
    assert promised == last - first + 1 or block == "extension G"


def test_the_manual_of_operation_says_the_same() -> None:
    said = Path("docs/operations.md").read_text(encoding="utf-8")
    for first, last, promised in COVERED.values():
        row = f"U+{first:04X} to U+{last:04X} | {promised:,} of {last - first + 1:,} |"
        assert row in said, row


def test_the_face_of_the_document_comes_first_then_mainland_forms() -> None:
    def font(character: str) -> str:
        found = FACES.find(Weight.REGULAR, character)
        assert found is not None
        return found[0].name

    assert font("骨") == "NotoSansSC-Regular"  # its form differs in Taiwan and Japan
    assert font("𠀀") == "BabelStoneHan"
    assert font("𠀣").startswith("HanaMin")
    assert font("ẹ") in ("NotoSansSC-Regular", "DejaVuSans")


def page(*lines: str) -> tuple[bytes, DocumentFonts]:
    fonts = DocumentFonts(FACES)
    flow = Flow(fonts, lambda _pen, _number: g.BODY_TOP)
    for line in lines:
        flow.paragraph(line, g.BODY)
    contents = [each.content() for each in flow.pages]
    return pdf.assemble(ABOUT, fonts.embedded.values(), Pen(fonts).content(), contents), fonts


def test_characters_of_every_block_copy_out_as_they_are() -> None:
    lines = [
        "".join(chr(first + (last - first) * at // 29) for at in range(30))
        for first, last, promised in COVERED.values()
        if promised == last - first + 1
    ]
    file, fonts = page(*lines)
    said = text_of(file)
    assert not fonts.unprintable
    for line in lines:
        same = unicodedata.normalize("NFKC", said)  # poppler gives the ideograph for a radical
        assert unicodedata.normalize("NFKC", line) in same


@pytest.mark.parametrize(
    "text",
    [
        "〇一二",
        "买买提·阿布都",
        "Łukasz Żółć",
        "Nguyễn Thị Hồng",
        "葛\U000e0100城",
        "辻\U000e0101",
        "㐂\ufe00",
        "Jose\u0301",
        "𬍛\U000e0100𰻞",
    ],
)
def test_a_name_copies_out_exactly(text: str) -> None:
    file, fonts = page(text)
    assert not fonts.unprintable
    assert text_of(file).strip() == text


def test_a_selected_variant_is_drawn_as_such_where_a_font_has_it() -> None:
    plain = FACES.find(Weight.REGULAR, "辻")
    variant = FACES.find(Weight.REGULAR, "辻\U000e0101")
    assert plain is not None
    assert variant is not None
    assert variant != plain
    assert FACES.find(Weight.REGULAR, "王\U000e01ef") == FACES.find(Weight.REGULAR, "王")


def test_an_unknown_character_with_a_selector_is_one_box_and_copies_with_it() -> None:
    file, fonts = page("王\U0001aff0\U000e0100明")
    assert list(fonts.unprintable) == ["\U0001aff0"]
    assert "王\U0001aff0\U000e0100明" in "".join(text_of(file).split())


def test_a_mark_that_no_font_joins_is_drawn_behind_its_letter() -> None:
    file, fonts = page("b\u0301x")
    assert not fonts.unprintable
    assert text_of(file).strip() == "b\u0301x"
