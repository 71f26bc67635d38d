"""What ISO 19005-2, level B, demands of a document, requirement by requirement.

No validator is at hand in Debian or on PyPI; where veraPDF is installed, it is asked as well.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms

from desk_app import paths
from desk_app.domain.receipt import ReceiptKind
from desk_app.domain.statement import StatementContent
from desk_app.print.documents import StatementDocuments
from desk_app.print.signing import PadesSigner
from desk_app.print.signing_keys import CertificateFile, Secret
from desk_app.services.ports import Document, Language
from tests.fakes.receipts import receipt
from tests.fakes.statements import IMPRINT, SERIAL, annual, contributions
from tests.fixtures.authority import CertificateAuthority
from tests.fixtures.poppler import told

CASES = {
    "short": annual("bound", 2025),
    "long": contributions("thirty_years", 200111, 202610),
    "rare name": annual("rare_name", 2025, name="王𬍛𠅤𰻞\U0001aff0"),
    "nothing": annual("nothing", 2025),
}
RDF, XML = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://www.w3.org/XML/1998/namespace}"
DC, XMP = "{http://purl.org/dc/elements/1.1/}", "{http://ns.adobe.com/xap/1.0/}"
ADOBE, PDFA = "{http://ns.adobe.com/pdf/1.3/}", "{http://www.aiim.org/pdfa/ns/id/}"


_OPERATORS = "q Q cm w m l c h re S f W n BT ET Tf Td Tm Tr Tj rg RG g Do BMC BDC EMC"


def drawn(
    content: StatementContent, language: Language = Language.CHINESE, large: bool = False
) -> Document:
    return StatementDocuments().statement(content, IMPRINT, language, large_print=large)


def signed(folder: Path) -> bytes:
    hall = CertificateAuthority().hall(since=-9000, days=30_000)  # the imprint's day is in it
    signer = PadesSigner(CertificateFile(hall.pem(folder), None, Secret()))
    documents = StatementDocuments(signer=signer)
    return documents.statement(CASES["short"], IMPRINT, Language.CHINESE).pdf


def is_signed(file: bytes) -> bool:
    return b"/ByteRange" in file


@pytest.fixture(
    scope="module",
    params=[
        ("long", Language.ENGLISH, False),
        ("short", Language.CHINESE, True),
        *((case, each, False) for case in ("short", "rare name", "nothing") for each in Language),
        ("signed", Language.CHINESE, False),
        *(("receipt", each, False) for each in Language),
    ],
)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    case, language, large = request.param
    if case == "signed":
        return signed(tmp_path_factory.mktemp("signed"))
    if case == "receipt":
        content = receipt(ReceiptKind.BINDING)
        return StatementDocuments().receipt(content, IMPRINT, language).pdf
    return drawn(CASES[case], language, large).pdf


@pytest.fixture
def pdf(file: bytes) -> Iterator[Pdf]:
    with pikepdf.open(io.BytesIO(file)) as opened:
        yield opened


def objects(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    for each in pdf.objects:
        if isinstance(each, Dictionary | Stream):
            yield each


def fonts(pdf: Pdf) -> Iterator[tuple[Dictionary, Dictionary, TTFont]]:
    """Each composite font, its descendant and its program."""
    for font in objects(pdf):
        if font.get("/Subtype") == Name.Type0:
            inner = font.DescendantFonts[0]
            yield font, inner, TTFont(io.BytesIO(inner.FontDescriptor.FontFile2.read_bytes()))


def test_the_file_is_sound(file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(file)
    assert "No syntax or stream encoding errors" in told("qpdf", "--check", path)


def test_6_1_2_the_header_is_followed_by_a_binary_comment(file: bytes) -> None:
    version, comment = file.splitlines()[:2]
    assert re.fullmatch(rb"%PDF-1\.[0-7]", version)
    assert comment[:1] == b"%"
    assert len(comment) >= 5
    assert all(byte > 127 for byte in comment[1:5])


def test_6_1_3_the_file_has_an_identifier_no_encryption_and_ends_at_its_end(
    file: bytes, pdf: Pdf
) -> None:
    assert file.endswith(b"%%EOF\n")
    assert file.count(b"%%EOF") == 1 + is_signed(file)  # a signature is an update of its own
    assert "/Encrypt" not in pdf.trailer
    first, second = map(bytes, pdf.trailer.ID)
    assert (first != second) is is_signed(file)
    assert len(first) == 16


def test_6_1_7_streams_have_their_lengths_and_no_filter_but_flate(file: bytes, pdf: Pdf) -> None:
    begins = list(re.finditer(rb"/Length (\d+)[^\n]*>>\nstream\n", file))
    assert len(begins) > 5
    for begin in begins:
        assert file[begin.end() + int(begin[1]) :].startswith(b"\nendstream")
    for stream in objects(pdf):
        if isinstance(stream, Stream):
            assert stream.get("/Filter", Name.FlateDecode) == Name.FlateDecode
            assert not {"/F", "/FFilter", "/FDecodeParms"} & set(stream.keys())


def test_6_1_12_names_and_strings_keep_within_the_limits(pdf: Pdf) -> None:
    for each in objects(pdf):
        for key, value in each.items():
            assert len(key.encode()) <= 128
            assert not isinstance(value, pikepdf.String) or len(bytes(value)) <= 32767


def test_6_2_2_content_has_only_operators_of_the_standard(pdf: Pdf) -> None:
    for operators in contents(pdf):
        assert operators <= set(_OPERATORS.split())


def contents(pdf: Pdf) -> Iterator[set[str]]:
    for page in pdf.pages:
        streams = [page, *page.form_xobjects.values()]
        for stream in streams:
            yield {str(each.operator) for each in pikepdf.parse_content_stream(stream)}


def test_6_2_3_colours_have_one_output_intent_which_is_srgb(pdf: Pdf) -> None:
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == Name.GTS_PDFA1
    assert str(intent.OutputConditionIdentifier) == "sRGB IEC61966-2.1"
    profile = intent.DestOutputProfile
    assert profile.N == 3
    data = profile.read_bytes()
    assert (data[12:16], data[16:20], data[36:40]) == (b"mntr", b"RGB ", b"acsp")
    assert (data[8], data[9]) <= (4, 0x20)  # ISO 15076-1:2005


def test_the_profile_is_what_the_tool_builds_and_means_srgb() -> None:
    opened = ImageCms.ImageCmsProfile(str(paths.resources() / "colours/srgb.icc"))
    assert ImageCms.getProfileDescription(opened).strip() == "sRGB built-in"
    assert "No copyright" in ImageCms.getProfileCopyright(opened)
    colours = bytes(range(0, 256, 2)) * 3
    image = Image.frombytes("RGB", (128, 1), colours)
    same = ImageCms.profileToProfile(image, opened, ImageCms.createProfile("sRGB"))
    assert same is not None
    assert max(abs(a - b) for a, b in zip(colours, same.tobytes(), strict=True)) <= 1


def test_6_2_10_nothing_is_transparent_and_there_are_no_images(pdf: Pdf) -> None:
    for each in objects(pdf):
        assert not {"/SMask", "/CA", "/ca", "/BM", "/Group"} & set(each.keys())
        assert each.get("/Subtype") != Name.Image
        assert each.get("/Type") != Name.ExtGState


def test_6_2_11_fonts_are_embedded_with_their_own_widths(pdf: Pdf) -> None:
    found = list(fonts(pdf))
    assert found
    for font, inner, program in found:
        assert font.BaseFont == inner.BaseFont == inner.FontDescriptor.FontName
        assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
        assert font.Encoding == Name("/Identity-H")
        assert inner.CIDToGIDMap == Name.Identity
        assert inner.FontDescriptor.Flags & 4  # symbolic
        assert "/CIDSet" not in inner.FontDescriptor  # if there is one, it must be complete
        first, widths = inner.W
        assert first == 1
        em, metrics = program["head"].unitsPerEm, program["hmtx"]
        for glyph, width in enumerate(widths, start=1):
            assert abs(int(width) - metrics[program.getGlyphName(glyph)][0] * 1000 / em) <= 1


def test_6_2_11_every_code_that_is_shown_has_a_glyph_and_a_character(pdf: Pdf) -> None:
    known = {}
    for font, _, program in fonts(pdf):
        mapped = dict(re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", font.ToUnicode.read_bytes()))
        known[font.BaseFont] = {int(code, 16): text for code, text in mapped.items()}
        assert 0 < max(known[font.BaseFont]) < program["maxp"].numGlyphs
    for page in pdf.pages:
        faces = {name: font.BaseFont for name, font in page.Resources.Font.items()}
        face = None
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                face = faces[str(operands[0])]
            if str(operator) == "Tj":
                codes = bytes(operands[0])
                for at in range(0, len(codes), 2):
                    assert int.from_bytes(codes[at : at + 2]) in known[face]


def test_6_3_6_5_there_are_no_actions_attachments_or_annotations_but_a_signatures_field(
    file: bytes, pdf: Pdf
) -> None:
    names = {"/OpenAction", "/AA", "/AcroForm", "/Names", "/OCProperties", "/Requirements"}
    assert names & set(pdf.Root.keys()) == ({"/AcroForm"} if is_signed(file) else set())
    assert not any("/AA" in page for page in pdf.pages)
    fields = [field for page in pdf.pages for field in page.get("/Annots", ())]
    assert [field.FT for field in fields] == [Name.Sig] * is_signed(file)
    assert all("/N" in field.AP and "/AA" not in field for field in fields)


def test_6_6_2_the_metadata_say_what_the_information_dictionary_says(pdf: Pdf) -> None:
    metadata, info = pdf.Root.Metadata, pdf.docinfo
    assert (metadata.Type, metadata.Subtype) == (Name.Metadata, Name.XML)
    assert "/Filter" not in metadata
    said = ElementTree.fromstring(metadata.read_bytes())
    (about,) = said.iter(f"{RDF}Description")

    def value(name: str) -> str:
        found = about.find(name)
        assert found is not None
        inner = found.find(f".//{RDF}li")
        return str((found if inner is None else inner).text)

    assert value(f"{DC}title") == str(info["/Title"])
    assert value(f"{DC}description") == str(info["/Subject"]) == SERIAL
    assert value(f"{XMP}CreatorTool") == str(info["/Creator"]) == "desk-app"
    assert value(f"{ADOBE}Producer") == str(info["/Producer"])
    assert value(f"{DC}language") == str(pdf.Root.Lang)
    assert set(map(str, info.keys())) == set(
        "/Title /Subject /Creator /Producer /CreationDate /ModDate".split()
    )
    for key, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
        assert str(info[key]) == "D:20261123104207+08'00'"
        assert value(f"{XMP}{name}") == "2026-11-23T10:42:07+08:00"


def test_6_6_4_the_file_says_that_it_is_pdf_a_2b(file: bytes, pdf: Pdf) -> None:
    said = pdf.Root.Metadata.read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in said
    assert said in file  # any program finds it


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not installed")
def test_verapdf_finds_nothing(tmp_path: Path) -> None:
    for case, content in CASES.items():
        path = tmp_path / f"{case}.pdf"
        path.write_bytes(drawn(content).pdf)
        assert 'isCompliant="true"' in told("verapdf", "--flavour", "2b", path)


# --- the same bytes -------------------------------------------------------------------------------------

_PROGRAM = """
import hashlib
from tests.integration.print.test_archival import CASES, drawn
print([hashlib.sha256(drawn(each).pdf).hexdigest() for each in CASES.values()])
"""


def test_another_process_with_another_hash_seed_writes_the_same_bytes() -> None:
    said = set()
    for seed in ("0", "1", "4711"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM], env=environment, capture_output=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1


def test_every_byte_counts_in_the_identifier() -> None:
    one, other = (drawn(annual("bound", year)).pdf for year in (2024, 2025))
    identifiers = {re.findall(rb"/ID \[ <(\w+)>", each)[0] for each in (one, other)}
    assert len(identifiers) == 2


def test_streams_are_compressed() -> None:
    with pikepdf.open(io.BytesIO(drawn(CASES["long"]).pdf)) as pdf:
        for stream in objects(pdf):
            if isinstance(stream, Stream) and stream.get("/Type") != Name.Metadata:
                assert zlib.decompress(stream.read_raw_bytes())
