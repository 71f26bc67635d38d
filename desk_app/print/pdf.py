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

from desk_app.print.archival import CREATOR, About, information, metadata, output_intent
from desk_app.print.fonts import Embedded
from desk_app.print.geometry import PAGE_HEIGHT, PAGE_WIDTH
from desk_app.print.objects import File
from desk_app.print.pen import Content
from desk_app.print.structure import Sheet, outline, structure

__all__ = ["About", "assemble", "serial_of"]

LONG = 4
"""Pages; a longer document has bookmarks."""

_SERIAL = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)+")
_BOX = f"[0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]"
_SHARED = b"/Artifact<</Type/Pagination>>BDC\n/Frame Do\nEMC\n"
_SYMBOLIC = 4
_CMAP_BLOCK = 100
"""Entries that one block of a character map may have."""


def assemble(
    about: About, fonts: Iterable[Embedded], frame: Content, pages: Sequence[Content]
) -> bytes:
    """Put a file together; `frame` is drawn under every page. The same input gives the same bytes."""
    file = File()
    tree, first, *numbers = (file.reserve() for _ in range(len(pages) + 1))
    faces = " ".join(f"/{font.resource} {_font(file, font)} 0 R" for font in fonts)
    resources = file.add(f"<</Font<<{faces}>>{_shared_form(file, frame, faces, len(pages))}>>")
    sheets = [
        Sheet(first, (frame.marks, pages[0].marks)),
        *(Sheet(number, (page.marks,)) for number, page in zip(numbers, pages[1:], strict=True)),
    ]
    for key, (sheet, content) in enumerate(zip(sheets, _contents(frame, pages), strict=True)):
        stream = file.stream("", content)
        file.put(
            sheet.number,
            f"<</Type/Page/Parent {tree} 0 R/MediaBox{_BOX}/Resources {resources} 0 R"
            f"/Contents {stream} 0 R/StructParents {key}/Tabs/S>>",
        )
    kids = " ".join(f"{sheet.number} 0 R" for sheet in sheets)
    file.put(tree, f"<</Type/Pages/Count {len(sheets)}/Kids[{kids}]>>")
    return file.finish(_catalogue(file, about, tree, sheets), information(file, about))


def _catalogue(file: File, about: About, tree: int, sheets: Sequence[Sheet]) -> int:
    bookmarks = outline(file, sheets) if len(sheets) > LONG else None
    listed = "" if bookmarks is None else f"/Outlines {bookmarks} 0 R/PageMode/UseOutlines"
    return file.add(
        f"<</Type/Catalog/Pages {tree} 0 R/Lang({about.language})/MarkInfo<</Marked true>>"
        f"/StructTreeRoot {structure(file, about.language, sheets)} 0 R"
        f"/ViewerPreferences<</DisplayDocTitle true>>/Metadata {metadata(file, about)} 0 R"
        f"/OutputIntents[{output_intent(file)}]{listed}>>"
    )


def _shared_form(file: File, frame: Content, faces: str, pages: int) -> str:
    if pages == 1:
        return ""
    entries = f"/Type/XObject/Subtype/Form/BBox{_BOX}/Resources<</Font<<{faces}>>>>"
    return f"/XObject<</Frame {file.stream(entries, frame.untagged())} 0 R>>"


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


def _font(file: File, font: Embedded) -> int:
    """A Type 0 font over a CIDFontType2 whose codes are the glyph numbers of the subset. PDF/A-2 asks for no
    set of its codes (CIDSet), and for the identity as map of codes to glyphs."""
    program, widths = font.program(), " ".join(map(str, font.advances))
    tag = "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])
    name = f"/{tag}+{font.file.name}"
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    descendant = file.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}{system}/CIDToGIDMap/Identity/DW 1000"
        f"/W[1[{widths}]]/FontDescriptor {_descriptor(file, font, name, program)} 0 R>>"
    )
    characters = file.stream("", _character_map(font.characters))
    return file.add(
        f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {characters} 0 R>>"
    )


def _descriptor(file: File, font: Embedded, name: str, program: bytes) -> int:
    face = font.file
    box = " ".join(map(str, face.box))
    return file.add(
        f"<</Type/FontDescriptor/FontName{name}/Flags {_SYMBOLIC}/FontBBox[{box}]/ItalicAngle 0"
        f"/Ascent {face.ascent}/Descent {face.descent}/CapHeight {face.ascent}/StemV {face.weight // 5}"
        f"/FontFile2 {file.stream(f'/Length1 {len(program)}', program)} 0 R>>"
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
