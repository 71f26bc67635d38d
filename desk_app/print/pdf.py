"""The PDF file: fonts, a form that later pages share, pages, structure, and what the file says about itself.

Files are PDF/A-2b and tagged: every font is embedded, colours are sRGB, nothing is transparent. What all
pages have in common is content of the first, and an artifact wherever it comes again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO

from reportlab.pdfbase.pdfdoc import (
    BasicFonts,
    PDFArray,
    PDFCatalog,
    PDFObjectReference,
    PDFPage,
    PDFString,
    ViewerPreferencesPDFDictionary,
)

from desk_app.print.archival import CREATOR, About, Information, metadata, output_intents
from desk_app.print.fonts import Embedded
from desk_app.print.geometry import PAGE_HEIGHT, PAGE_WIDTH
from desk_app.print.objects import Entries, File, Stream
from desk_app.print.pen import Content
from desk_app.print.structure import Sheet, outline, structure

__all__ = ["About", "assemble", "serial_of"]

LONG = 4
"""Pages; a longer document has bookmarks."""

_SERIAL = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)+")
_BOX = PDFArray([0, 0, PAGE_WIDTH, PAGE_HEIGHT])
_SHARED = b"/Artifact<</Type/Pagination>>BDC\n/Frame Do\nEMC\n"
_SYMBOLIC = 4
_CMAP_BLOCK = 100
"""Entries that one block of a character map may have."""


class _Catalog(PDFCatalog):
    """ReportLab's, with entries that it does not know."""

    def __init__(self, **entries: object) -> None:
        self.__NoDefault__ = [*self.__NoDefault__, *entries]
        vars(self).update(entries)


class _Page(PDFPage):
    """ReportLab's, with entries that it does not know."""

    def __init__(self, **entries: object) -> None:
        super().__init__()
        self.__NoDefault__ = [*self.__NoDefault__, *entries]
        vars(self).update(entries)


def assemble(
    about: About, fonts: Iterable[Embedded], frame: Content, pages: Sequence[Content]
) -> bytes:
    """Put a file together; `frame` is drawn under every page. The same input gives the same bytes."""
    file = File(about.language)
    resources = _resources(file, frame, len(pages))
    sheets = []
    for key, (page, content) in enumerate(zip(pages, _contents(frame, pages), strict=True)):
        sheet = _page(key, content, resources)
        file.addPage(sheet)
        sheets.append(Sheet(sheet, (page.marks,) if key else (frame.marks, page.marks)))
    for font in fonts:
        file.fonts[font.resource] = file.Reference(_font(file, font))
    file.info = Information(about)
    file.Catalog = _catalog(file, about, sheets)
    return file.format()


def _page(key: int, content: bytes, resources: PDFObjectReference) -> PDFPage:
    stream = Stream(content)
    return _Page(MediaBox=_BOX, Resources=resources, Contents=stream, StructParents=key, Tabs="/S")


def _catalog(file: File, about: About, sheets: Sequence[Sheet]) -> PDFCatalog:
    tree = structure(file, about.language, sheets)
    bookmarks = len(sheets) > LONG and outline(file, sheets)
    return _Catalog(
        Pages=file.Pages,
        Lang=PDFString(about.language),
        MarkInfo=Entries({"Marked": "true"}),
        StructTreeRoot=tree,
        ViewerPreferences=ViewerPreferencesPDFDictionary({"DisplayDocTitle": "true"}),
        Metadata=metadata(about),
        OutputIntents=output_intents(),
        Outlines=file.Outlines if bookmarks else None,
        PageMode="/UseOutlines" if bookmarks else None,
    )


def _resources(file: File, frame: Content, pages: int) -> PDFObjectReference:
    """Of all pages: the file's fonts, and a form of what they share where there are more than one."""
    resources = Entries({"Font": PDFObjectReference(BasicFonts)})
    if pages > 1:
        form = Stream(
            frame.untagged(),
            Type="/XObject",
            Subtype="/Form",
            BBox=_BOX,
            Resources=resources.copy(),
        )
        resources["XObject"] = Entries({"Frame": file.Reference(form)})
    return file.reference(resources)


def _contents(frame: Content, pages: Sequence[Content]) -> Iterator[bytes]:
    yield b"%b\n%b" % (frame.tagged(pages[0].marks.pieces), pages[0].tagged())
    for page in pages[1:]:
        yield _SHARED + page.tagged()


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


def _font(file: File, font: Embedded) -> Entries:
    """A Type 0 font over a CIDFontType2 whose codes are the glyph numbers of the subset. PDF/A-2 asks for no
    set of its codes (CIDSet), and for the identity as map of codes to glyphs."""
    program = font.program()
    tag = "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])
    name = f"/{tag}+{font.file.name}"
    system = {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
    descendant = {
        "Type": "/Font",
        "Subtype": "/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": Entries(system),
        "CIDToGIDMap": "/Identity",
        "DW": 1000,
        "W": f"[1[{' '.join(map(str, font.advances))}]]",
        "FontDescriptor": file.Reference(_descriptor(font, name, program)),
    }
    return Entries(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
            "DescendantFonts": PDFArray([file.Reference(Entries(descendant))]),
            "ToUnicode": Stream(_character_map(font.characters)),
        }
    )


def _descriptor(font: Embedded, name: str, program: bytes) -> Entries:
    face = font.file
    return Entries(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": _SYMBOLIC,
            "FontBBox": PDFArray(face.box),
            "ItalicAngle": 0,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": face.ascent,
            "StemV": face.weight // 5,
            "FontFile2": Stream(program, Length1=len(program)),
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
