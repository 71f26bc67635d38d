"""The pen: what is drawn says, by default and by a word."""

from collections.abc import Callable

import pytest

from desk_app import paths
from desk_app.print import geometry as g
from desk_app.print import tags
from desk_app.print.fonts import DocumentFonts, Faces
from desk_app.print.pen import Pen
from desk_app.print.tags import Element, Tag


@pytest.fixture
def pen() -> Pen:
    return Pen(DocumentFonts(Faces(paths.fonts())))


def marks(pen: Pen, first: int = 0) -> list[str]:
    """The marks of the stream, in order."""
    lines = pen.content().tagged(first).decode().splitlines()
    return [line for line in lines if line.endswith(("BDC", "BMC", "EMC"))]


def test_a_text_alone_is_what_its_style_says(pen: Pen) -> None:
    pen.text(50, 700, "标题", g.TITLE)
    pen.text(50, 600, "一段", g.BODY)
    assert [element.tag for element in pen.marks.elements] == [Tag.TITLE, Tag.PARAGRAPH]
    assert marks(pen) == ["/H1<</MCID 0>>BDC", "EMC", "/P<</MCID 1>>BDC", "EMC"]


def test_a_heading_is_a_bookmark(pen: Pen) -> None:
    pen.text(50, 600, "缴费明细", g.SECTION)
    assert [(each.depth, each.title, each.top) for each in pen.marks.bookmarks] == [
        (1, "缴费明细", 600 + g.SECTION.size)
    ]


def test_texts_of_one_element_are_one_piece(pen: Pen) -> None:
    with pen.tag(Tag.PARAGRAPH) as element:
        pen.text(50, 700, "姓名", g.LABEL)
        pen.text(50, 690, "王小明", g.VALUE)
    assert element.kids == [(pen.marks, 0)]
    assert marks(pen) == ["/P<</MCID 0>>BDC", "EMC"]


def test_an_element_within_another_cuts_it_in_two(pen: Pen) -> None:
    with pen.tag(Tag.SECTION) as outer:
        pen.text(50, 700, "前", g.BODY)
        with pen.tag(Tag.ITEM) as inner:
            pen.text(50, 690, "中", g.BODY)
        pen.text(50, 680, "后", g.BODY)
    assert outer.kids == [(pen.marks, 0), inner, (pen.marks, 2)]
    assert pen.marks.elements == [outer]


def test_an_element_goes_on_on_the_next_page_and_has_one_place(pen: Pen) -> None:
    after, element = Pen(DocumentFonts(Faces(paths.fonts()))), Element(Tag.PARAGRAPH)
    for page in (pen, after):
        with page.within(element):
            page.text(50, 700, "文", g.BODY)
    assert element.kids == [(pen.marks, 0), (after.marks, 0)]
    assert (pen.marks.elements, after.marks.elements) == ([element], [])


def test_a_picture_is_one_element_with_words(pen: Pen) -> None:
    with pen.figure("扫码 (验证)", 10, 20, 30, 40):
        pen.literal("0 0 1 1 re f")
        pen.literal("2 2 1 1 re f")
        pen.text(10, 20, "1", g.SMALL)
    (figure,) = pen.marks.elements
    assert figure.tag is Tag.FIGURE
    assert figure.picture == tags.Picture("扫码 (验证)", (10, 20, 40, 60))
    assert figure.kids == [(pen.marks, 0), (pen.marks, 1)]


def test_what_is_drawn_outside_pictures_is_an_ornament(pen: Pen) -> None:
    pen.literal("0 0 1 1 re f")
    pen.rule(0, 0, 10, 1)
    pen.tint(0, 0, 10, 10)
    assert marks(pen) == ["/Artifact BMC", "EMC"] * 2
    assert not pen.marks.elements


@pytest.mark.parametrize(
    "draw",
    [
        lambda pen: pen.text(50, 50, "第 1 页", g.SMALL),
        lambda pen: _tagged(pen),
        lambda pen: _celled(pen),
        lambda pen: _muted(pen),
    ],
    ids=["text", "element", "cell", "artifact"],
)
def test_nothing_in_an_artifact_is_read(pen: Pen, draw: Callable[[Pen], None]) -> None:
    with pen.artifact():
        draw(pen)
    assert not pen.marks.elements
    assert pen.marks.pieces == 0
    assert marks(pen) == ["/Artifact BMC", "EMC"]


def _tagged(pen: Pen) -> None:
    with pen.tag(Tag.PARAGRAPH):
        pen.text(50, 50, "续", g.SMALL)


def _celled(pen: Pen) -> None:
    with pen.cell(pen.row(Element(Tag.TABLE)), tags.DATA):
        pen.text(50, 50, "续", g.SMALL)


def _muted(pen: Pen) -> None:
    with pen.artifact():
        pen.text(50, 50, "续", g.SMALL)


def test_an_artifact_within_an_element_does_not_end_it(pen: Pen) -> None:
    with pen.tag(Tag.PARAGRAPH) as element:
        pen.text(50, 50, "前", g.SMALL)
        with pen.artifact():
            pen.text(50, 40, "饰", g.SMALL)
        pen.text(50, 30, "后", g.SMALL)
    assert element.kids == [(pen.marks, 0), (pen.marks, 1)]


def test_what_closes_is_kept_for_the_end(pen: Pen) -> None:
    with pen.closing():
        pen.text(50, 50, "法", g.SMALL)
    pen.text(50, 500, "正文", g.BODY)
    assert [len(pen.marks.elements), len(pen.marks.closing)] == [1, 1]


def test_pieces_are_numbered_from_where_the_page_is(pen: Pen) -> None:
    pen.text(50, 700, "标题", g.TITLE)
    pen.text(50, 600, "Maria", g.BODY)
    assert marks(pen, 7) == [
        "/H1<</MCID 7>>BDC",
        "EMC",
        "/P<</MCID 8>>BDC",
        "/Span<</Lang(en)>>BDC",
        "EMC",
        "EMC",
    ]


def test_without_marks_the_same_is_drawn(pen: Pen) -> None:
    pen.text(50, 700, "标题 Maria", g.TITLE)
    pen.rule(0, 0, 10, 1)
    content = pen.content()
    lines = content.tagged().decode().splitlines()
    plain = content.untagged().decode().splitlines()
    assert plain == [line for line in lines if not line.endswith(("BDC", "BMC", "EMC"))]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "(plain)"),
        (r"a(b)\c", r"(a\(b\)\\c)"),
        ("𬍛", r"(\376\377\330p\337[)"),
        ("\ud800", r"(\376\377\377\375)"),
    ],
)
def test_a_text_as_a_string_object(text: str, written: str) -> None:
    assert tags.literal(text) == written
