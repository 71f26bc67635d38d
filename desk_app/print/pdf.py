"""The PDF file: fonts, a form that all pages share, pages, and what the file says about itself.

The objects are ReportLab's (`reportlab.pdfbase.pdfdoc`); the streams are ours (`desk_app.print.pen`). Its
canvas is not used: it adds an unembedded Helvetica, and its TrueType fonts cannot be copied out of beyond
U+FFFF. Here every font is embedded as a composite font, one code per character.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFDocument,
    PDFInfo,
    PDFObject,
    PDFObjectReference,
    PDFPage,
    PDFStream,
    PDFString,
)

from desk_app.print.fonts import Embedded
from desk_app.print.geometry import PAGE_HEIGHT, PAGE_WIDTH

CREATOR = "desk-app"
"""By which a file is known as one of ours, together with its subject, the statement number."""

_SERIAL = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)+")
_FORM = "Frame"
_SYMBOLIC = 4
_CMAP_BLOCK = 100
"""Entries that one block of a character map may have."""


@dataclass(frozen=True)
class About:
    """What the file says about itself. No personal data belongs here."""

    title: str
    serial: str
    language: str
    created: datetime


def assemble(about: About, fonts: Iterable[Embedded], form: bytes, pages: Iterable[bytes]) -> bytes:
    """Put a file together; `form` is drawn under every page. The same input gives the same bytes."""
    document = PDFDocument(invariant=1, pdfVersion=(1, 7), lang=about.language)
    document.info = _Info(about)
    document.Catalog.ViewerPreferences = PDFDictionary(  # type: ignore[attr-defined]
        {"DisplayDocTitle": "true"}
    )
    faces = {font.resource: _reference(document, _font(document, font)) for font in fonts}
    resources = {"Font": PDFDictionary(faces)}
    frame = _stream(form, **_form_entries(resources))
    document.updateSignature(form)
    shared = _reference(
        document,
        PDFDictionary(resources | {"XObject": PDFDictionary({_FORM: _reference(document, frame)})}),
    )
    for content in pages:
        document.updateSignature(content)
        document.addPage(_page(content, shared))
    return bytes(document.GetPDFData(None))


def serial_of(pdf: bytes) -> str | None:
    """The statement number in the metadata of a file that this product wrote; None for any other."""
    from pypdf import PdfReader  # only here: reading a file is rare, and its import slow

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it quotes what it cannot read
    try:
        metadata = PdfReader(BytesIO(pdf)).metadata
        if metadata is None or metadata.creator != CREATOR:
            return None
        serial = str(metadata.subject)
    except Exception:  # a mangled file breaks the library in more ways than it lists
        return None
    return serial if _SERIAL.fullmatch(serial) else None


def _reference(document: PDFDocument, value: PDFObject) -> PDFObjectReference:
    """Make the value an object of its own."""
    reference: PDFObjectReference = document.Reference(value)  # type: ignore[no-untyped-call]
    return reference


class _Info(PDFInfo):
    """ReportLab's dictionary without its placeholders, and with a time of our choice."""

    def __init__(self, about: About) -> None:
        super().__init__()
        self.title, self.subject = about.title, about.serial
        self.created = about.created

    def format(self, document: PDFDocument) -> bytes:
        entries = {
            "Title": PDFString(self.title),
            "Subject": PDFString(self.subject),
            "Creator": PDFString(CREATOR),
            "Producer": PDFString("ReportLab"),
            "CreationDate": PDFString(_date(self.created)),
        }
        return bytes(PDFDictionary(entries).format(document))


def _date(moment: datetime) -> str:
    """A moment as ISO 32000-1, 7.9.4 writes it."""
    zone = moment.strftime("%z")
    return moment.strftime("D:%Y%m%d%H%M%S") + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")


def _form_entries(resources: Mapping[str, PDFObject]) -> dict[str, object]:
    return {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": PDFArray([0, 0, PAGE_WIDTH, PAGE_HEIGHT]),
        "Resources": PDFDictionary(dict(resources)),
    }


def _page(content: bytes, resources: PDFObjectReference) -> PDFPage:
    page = PDFPage()
    page.MediaBox = PDFArray([0, 0, PAGE_WIDTH, PAGE_HEIGHT])
    page.Resources = resources
    page.Contents = _stream(b"/%s Do\n%s" % (_FORM.encode(), content))
    return page


def _stream(content: bytes, **entries: object) -> PDFStream:
    entries["Filter"] = "/FlateDecode"
    return PDFStream(PDFDictionary(entries), zlib.compress(content))


def _font(document: PDFDocument, font: Embedded) -> PDFDictionary:
    """A Type 0 font over a CIDFontType2 whose codes are the glyph numbers of the subset."""
    program = font.program()
    tag = "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])
    name = f"/{tag}+{font.file.name}"
    descendant = PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": PDFDictionary(
                {"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0}
            ),
            "CIDToGIDMap": "/Identity",
            "DW": 1000,
            "W": f"[1 [{' '.join(map(str, font.advances))}]]",
            "FontDescriptor": _reference(document, _descriptor(document, font, name, program)),
        }
    )
    return PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
            "DescendantFonts": PDFArray([_reference(document, descendant)]),
            "ToUnicode": _reference(document, _stream(_character_map(font.characters))),
        }
    )


def _descriptor(document: PDFDocument, font: Embedded, name: str, program: bytes) -> PDFDictionary:
    file = font.file
    return PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": _SYMBOLIC,
            "FontBBox": PDFArray(file.box),
            "ItalicAngle": 0,
            "Ascent": file.ascent,
            "Descent": file.descent,
            "CapHeight": file.ascent,
            "StemV": file.weight // 5,
            "FontFile2": _reference(document, _stream(program, Length1=len(program))),
        }
    )


def _character_map(characters: Mapping[str, int]) -> bytes:
    """What each code means, in UTF-16BE, so that characters beyond U+FFFF copy right."""
    return "\n".join(_character_map_lines(list(characters.items()))).encode("ascii")


def _character_map_lines(entries: list[tuple[str, int]]) -> Iterator[str]:
    yield "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
    yield "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def"
    yield "/CMapName /Adobe-Identity-UCS def /CMapType 2 def"
    yield "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    for start in range(0, len(entries), _CMAP_BLOCK):
        block = entries[start : start + _CMAP_BLOCK]
        yield f"{len(block)} beginbfchar"
        for character, code in block:
            yield f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        yield "endbfchar"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end"
