"""The structure of documents, as a screen reader finds it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf

from desk_app.domain.receipt import ReceiptKind
from desk_app.print.documents import StatementDocuments
from desk_app.services.ports import Language
from tests.fakes.receipts import receipt
from tests.fakes.statements import CODE, IMPRINT, SERIAL, annual, contributions
from tests.fixtures.poppler import told
from tests.integration.print import test_day_reports as day

CASES = {
    "short": annual("bound", 2025),
    "long": contributions("thirty_years", 200111, 202610),
    "two pages": contributions("thirty_years", 202501, 202610),
    "owed": contributions("good", 201007, 202610),
    "nothing": annual("nothing", 2025),
}
DOCUMENTS = StatementDocuments()


@cache
def drawn(case: str, language: Language) -> bytes:
    if case == "day report":
        return day.drawn(DOCUMENTS, day.REPORT, language).pdf
    if case == "receipt":
        return DOCUMENTS.receipt(receipt(ReceiptKind.BINDING), IMPRINT, language).pdf
    if case == "large print":
        return DOCUMENTS.statement(CASES["short"], IMPRINT, language, large_print=True).pdf
    return DOCUMENTS.statement(CASES[case], IMPRINT, language).pdf


@pytest.fixture(
    params=[
        ("long", Language.CHINESE),
        ("large print", Language.CHINESE),
        *((case, each) for case in ("short", "owed", "nothing", "day report") for each in Language),
        *(("receipt", each) for each in Language),
    ]
)
def pdf(request: pytest.FixtureRequest) -> Iterator[Pdf]:
    with pikepdf.open(io.BytesIO(drawn(*request.param))) as opened:
        yield opened


def kids(element: Object) -> list[Object]:
    found = element.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, Array) else [found]


def elements(element: Object) -> Iterator[Object]:
    """The element and all below it, in reading order."""
    yield element
    for kid in kids(element):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield from elements(kid)


def tree(pdf: Pdf) -> list[Object]:
    return list(elements(pdf.Root.StructTreeRoot.K))


def attributes(pdf: Pdf, element: Object) -> dict[str, Object]:
    own = element.get("/A") or pdf.Root.StructTreeRoot.ClassMap[str(element.get("/C"))]
    return dict(own.items())


def pieces(page: pikepdf.Page) -> Iterator[tuple[str, int | None, list[str]]]:
    """Tag, number and operators of every marked piece of a page, and of what is in none (tag '')."""
    nested: list[tuple[str, int | None, list[str]]] = [("", None, [])]
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            properties = operands[1] if name == "BDC" else {}
            number = properties.get("/MCID")
            nested.append((str(operands[0]), None if number is None else int(number), []))
        elif name == "EMC":
            yield nested.pop()
        else:
            nested[-1][2].append(name)
    yield nested.pop()
    assert not nested


def test_the_document_says_that_it_is_tagged_and_in_which_language(pdf: Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang in ("zh-CN", "en")
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert all(page.Tabs == Name.S for page in pdf.pages)


def test_everything_drawn_is_in_one_element_or_an_artifact(pdf: Pdf) -> None:
    for page in pdf.pages:
        numbers = []
        for tag, number, operators in pieces(page):
            if tag == "":
                assert set(operators) <= {"BT", "ET", "rg", "Tf", "q", "cm", "Q"}
            elif tag not in ("/Artifact", "/Span"):
                numbers.append(number)
        assert sorted(numbers) == list(range(len(numbers)))  # type: ignore[type-var]


def test_pieces_and_elements_know_each_other(pdf: Pdf) -> None:
    root = pdf.Root.StructTreeRoot
    parents = dict(zip(root.ParentTree.Nums[::2], root.ParentTree.Nums[1::2], strict=True))
    said: dict[tuple[int, int], Object] = {}
    for element in tree(pdf):
        for kid in kids(element):
            if isinstance(kid, Dictionary):
                if kid.get("/Type") == Name.MCR:
                    said[(int(kid.Pg.StructParents), int(kid.MCID))] = element
                else:
                    assert kid.P.objgen == element.objgen
            else:
                said[(int(element.Pg.StructParents), int(kid))] = element
    for page in pdf.pages:
        key = int(page.StructParents)
        for number, parent in enumerate(parents[key]):
            assert said.pop((key, number)).objgen == parent.objgen
        drawn_pieces = [number for _, number, _ in pieces(page) if number is not None]
        assert len(drawn_pieces) == len(parents[key])
    assert not said
    assert root.ParentTreeNextKey == len(pdf.pages)


def test_there_is_one_title_and_headings_do_not_skip(pdf: Pdf) -> None:
    tags = [str(element.S) for element in tree(pdf)]
    assert tags[0] == "/Document"
    assert tags.count("/H1") == 1
    headings = [int(tag[2:]) for tag in tags if re.fullmatch(r"/H\d", tag)]
    assert headings[0] == 1
    assert set(headings) <= {1, 2}


def test_every_table_is_whole_and_regular(pdf: Pdf) -> None:
    for table in (element for element in tree(pdf) if Name.Table == element.S):
        filled: dict[tuple[int, int], bool] = {}
        widths = set()
        for line, row in enumerate(kids(table)):
            assert row.S == Name.TR
            column = 0
            for cell in kids(row):
                assert cell.S in (Name.TH, Name.TD)
                while (line, column) in filled:
                    column += 1
                about = attributes(pdf, cell) if "/C" in cell else {}
                assert (cell.S == Name.TH) == ("/Scope" in about)
                for across in range(int(about.get("/ColSpan", 1))):
                    for down in range(int(about.get("/RowSpan", 1))):
                        filled[(line + down, column + across)] = True
            widths.add(sum(1 for at in filled if at[0] == line))
        assert len(widths) == 1


def test_every_picture_has_words_and_a_place_for_it(pdf: Pdf) -> None:
    pictures = [element for element in tree(pdf) if Name.Figure == element.S]
    for picture in pictures:
        assert str(picture.Alt).strip()
        left, bottom, right, top = map(float, attributes(pdf, picture)["/BBox"])
        assert 0 <= left < right <= 596
        assert 0 <= bottom < top <= 842


def test_a_table_over_many_pages_is_one_and_its_head_is_read_once() -> None:
    with pikepdf.open(io.BytesIO(drawn("long", Language.CHINESE))) as pdf:
        tables = [element for element in tree(pdf) if Name.Table == element.S]
        months = kids(tables[-1])
        assert len(tables) == 2
        assert len(months) > 300
        pages = {cell.Pg.objgen for row in months for cell in kids(row)}
        assert len(pages) == len(pdf.pages) > 5
        heads = [
            row
            for row in months
            if len(kids(row)) > 1 and all(cell.S == Name.TH for cell in kids(row))
        ]
        assert len(heads) == 2  # a head in two lines


def structure_text(case: str, language: Language, tmp_path: pytest.TempPathFactory) -> str:
    path = tmp_path.mktemp("tags") / "document.pdf"
    path.write_bytes(drawn(case, language))
    return told("pdfinfo", "-struct-text", path)


def test_poppler_reads_the_cells_of_a_row_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    said = structure_text("two pages", Language.ENGLISH, tmp_path_factory)
    cells = re.findall(r'"(.*)"', said)
    at = cells.index("2025-01")
    assert cells[at + 1].replace(",", "").replace(".", "").isdigit()
    assert "2026-10" in cells
    assert said.count("H1 (block)") == 1


def test_what_repeats_is_read_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    said = structure_text("two pages", Language.CHINESE, tmp_path_factory)
    texts = re.findall(r'"(.*)"', said)
    for once in (SERIAL, CODE, "费款所属期"):
        assert sum(once in text for text in texts) == 1, once
    assert not any(re.search("第 ?[0-9]+ ?页", text) for text in texts)
    assert "《" in texts[-2] + texts[-1]  # the foot, with the law, comes last


@pytest.mark.parametrize(
    ("language", "marked", "spoken"), [("en", "zh-CN", "王小明"), ("zh-CN", "en", "Maria Garcia")]
)
def test_words_of_another_language_say_so(language: str, marked: str, spoken: str) -> None:
    content = annual("bound", 2025)
    content = replace(content, holder=replace(content.holder, name=spoken))
    pdf = DOCUMENTS.statement(content, IMPRINT, Language(language.replace("-", "_"))).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        data = b"".join(page.Contents.read_bytes() for page in opened.pages)
        spans = set(re.findall(rb"/Span<</Lang\(([\w-]+)\)>>BDC", data))
    assert spans == {marked.encode()}


# --- bookmarks ------------------------------------------------------------------------------------------


def test_a_long_document_has_bookmarks_of_its_parts_and_years() -> None:
    with pikepdf.open(io.BytesIO(drawn("long", Language.CHINESE))) as pdf:
        assert pdf.Root.PageMode == Name.UseOutlines
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            parts = list(outline.root)
            years = [(each.title, pages[each.destination[0].objgen]) for each in parts[-1].children]
            assert all(each.destination[1] == Name.XYZ for each in parts)
        assert (pdf.Root.Outlines.Count, pdf.Root.Outlines.Last.Count) == (2, -26)  # folded away
    assert len(parts) == 2
    assert [title for title, _ in years] == [str(year) for year in range(2001, 2027)]
    assert [page for _, page in years] == sorted(page for _, page in years)
    assert years[-1][1] >= len(pages) - 2


def test_a_short_one_has_none() -> None:
    with pikepdf.open(io.BytesIO(drawn("short", Language.CHINESE))) as pdf:
        assert "/Outlines" not in pdf.Root
