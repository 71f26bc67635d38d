"""Who draws: the product from data, the others what stands where, each in its own plainest way.

A drawer is made once per process, as a program that prints all day would do, and then called per document.
"""

from __future__ import annotations

import html
import io
import os
from collections.abc import Callable
from pathlib import Path

from benchmarks.documents.recorded import Area, Colour, Page, Text, pages_of

Drawer = Callable[[], bytes]

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
_FONTS = Path(os.environ["DESK_APP_FONTS"])
_FILES = {weight: _FONTS / f"NotoSansSC-{weight}.ttf" for weight in ("Regular", "SemiBold")}


def ours(case: str) -> Drawer:
    """The product: layout, structure and all."""
    from benchmarks.documents.pages import IMPRINT, content_of
    from desk_app.print.documents import StatementDocuments
    from desk_app.services.ports import Language

    documents, content = StatementDocuments(), content_of(case)
    return lambda: documents.statement(content, IMPRINT, Language.CHINESE).pdf


def canvas(case: str) -> Drawer:
    """The plainest ReportLab canvas."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pages = pages_of(case)
    for weight, path in _FILES.items():
        pdfmetrics.registerFont(TTFont(weight, str(path)))

    def draw() -> bytes:
        file = io.BytesIO()
        drawn = Canvas(file, pagesize=(PAGE_WIDTH, PAGE_HEIGHT))
        for page in pages:
            for area in page.areas:
                drawn.setFillColorRGB(*area.ink)
                drawn.rect(area.x, area.y, area.width, area.height, stroke=0, fill=1)
            for text in page.texts:
                drawn.setFont(text.weight, text.size)
                drawn.setFillColorRGB(*text.ink)
                drawn.drawString(text.x, text.y, text.text)
            drawn.showPage()
        drawn.save()
        return file.getvalue()

    return draw


def fpdf2(case: str) -> Drawer:
    """fpdf2; it reads the fonts for each document, for it keeps none."""
    from fpdf import FPDF

    pages = pages_of(case)

    def draw() -> bytes:
        file = FPDF(unit="pt", format=(PAGE_WIDTH, PAGE_HEIGHT))
        file.set_auto_page_break(False)
        for weight, path in _FILES.items():
            file.add_font(weight, fname=path)
        for page in pages:
            file.add_page()
            for area in page.areas:
                file.set_fill_color(*_of_255(area.ink))
                top = PAGE_HEIGHT - area.y - area.height
                file.rect(area.x, top, area.width, area.height, style="F")
            for text in page.texts:
                file.set_font(text.weight, size=text.size)
                file.set_text_color(*_of_255(text.ink))
                file.text(text.x, PAGE_HEIGHT - text.y, text.text)
        return bytes(file.output())

    return draw


def typst(case: str) -> Drawer:
    """Typst; its compiler keeps the fonts."""
    import typst as library

    lines = [f"#set page(width: {PAGE_WIDTH}pt, height: {PAGE_HEIGHT}pt, margin: 0pt)"]
    lines.append('#set text(font: "Noto Sans SC", top-edge: "baseline", bottom-edge: "baseline")')
    for number, page in enumerate(pages_of(case)):
        lines += ["#pagebreak()"] * (number > 0)
        lines += map(_typst_area, page.areas)
        lines += map(_typst_text, page.texts)
    source = "\n".join(lines).encode()
    compiler = library.Compiler(font_paths=[str(_FONTS)], ignore_system_fonts=True)

    def draw() -> bytes:
        return bytes(compiler.compile(source, format="pdf"))

    return draw


def weasyprint(case: str) -> Drawer:
    """WeasyPrint."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    faces = "".join(
        f"@font-face {{ font-family: {weight}; src: url({path.as_uri()}) }}"
        for weight, path in _FILES.items()
    )
    style = CSS(
        string=f"""@page {{ size: {PAGE_WIDTH}pt {PAGE_HEIGHT}pt; margin: 0 }} {faces}
        div {{ position: absolute; white-space: pre; line-height: 1 }}
        section {{ position: relative; height: {PAGE_HEIGHT}pt; break-after: page }}""",
        font_config=fonts,
    )
    source = "".join(map(_html_page, pages_of(case)))

    def draw() -> bytes:
        written = HTML(string=source).write_pdf(stylesheets=[style], font_config=fonts)
        return bytes(written or b"")

    return draw


DRAWERS: dict[str, Callable[[str], Drawer]] = {
    "desk-app": ours,
    "canvas": canvas,
    "typst": typst,
    "fpdf2": fpdf2,
    "weasyprint": weasyprint,
}


def _of_255(ink: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in ink)
    return red, green, blue


def _typst_area(area: Area) -> str:
    top = PAGE_HEIGHT - area.y - area.height
    shape = f"rect(width: {area.width:.3f}pt, height: {area.height:.3f}pt, fill: rgb{_of_255(area.ink)})"
    return f"#place(top + left, dx: {area.x:.2f}pt, dy: {top:.2f}pt, {shape})"


def _typst_text(text: Text) -> str:
    weight = 400 if text.weight == "Regular" else 600
    ink = _of_255(text.ink)
    look = f"size: {text.size:.2f}pt, weight: {weight}, fill: rgb{ink}"
    said = text.text.replace("\\", "\\\\").replace('"', '\\"')
    place = f"dx: {text.x:.2f}pt, dy: {PAGE_HEIGHT - text.y:.2f}pt"
    return f'#place(top + left, {place}, text({look}, "{said}"))'


def _html_page(page: Page) -> str:
    shapes = "".join(
        f'<div style="left:{area.x:.2f}pt;top:{PAGE_HEIGHT - area.y - area.height:.2f}pt;'
        f"width:{area.width:.2f}pt;height:{area.height:.2f}pt;"
        f'background:rgb{_of_255(area.ink)}"></div>'
        for area in page.areas
    )
    texts = "".join(
        f'<div style="left:{text.x:.2f}pt;top:{PAGE_HEIGHT - text.y - text.size:.2f}pt;'
        f"font:{text.size:.2f}pt {text.weight};"
        f'color:rgb{_of_255(text.ink)}">{html.escape(text.text)}</div>'
        for text in page.texts
    )
    return f"<section>{shapes}{texts}</section>"
