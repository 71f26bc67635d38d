"""Drawing a statement, beside the plainest ReportLab canvas that draws the same page in the same font.

The floor draws what our drawing has recorded, text by text and rule by rule, so it has neither data nor
layout to work out; it measures no text and breaks no line. Ours does all of that, from the same content.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from statistics import median
from unittest.mock import patch

import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks import Measure
from desk_app import paths
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent, StatementKind
from desk_app.print import flow, frame, geometry, statement, template
from desk_app.print.documents import StatementDocuments
from desk_app.print.fonts import DocumentFonts, Encoded, Faces
from desk_app.print.geometry import Ink, Style, Weight
from desk_app.print.pen import Pen
from desk_app.sandbox.people import person
from desk_app.services.ports import Language

ROUNDS = 15
SHORT = "bound", StatementKind.ANNUAL, MonthRange.year(2025)
LONG = "thirty_years", StatementKind.CONTRIBUTIONS, MonthRange(200111, 202610)


def measure() -> list[Measure]:
    """Twelve and three hundred months, warm: milliseconds and bytes."""
    for weight in Weight:
        name = f"NotoSansSC-{weight.value}"
        pdfmetrics.registerFont(TTFont(weight.value, str(paths.fonts() / f"{name}.ttf")))
    return [
        row for name, case in (("short", SHORT), ("long", LONG)) for row in _measured(name, *case)
    ]


def _measured(
    name: str, key: str, kind: StatementKind, months: MonthRange
) -> tuple[Measure, Measure]:
    content = _content(key, kind, months)
    documents = StatementDocuments()
    pages = _recorded(content)
    ours, floor = _compared(
        lambda: documents.statement(content, IMPRINT, Language.CHINESE).pdf,
        lambda: _naive(pages),
    )
    document = documents.statement(content, IMPRINT, Language.CHINESE)
    note = f"{document.pages} pages; floor: plainest ReportLab canvas, {len(pages)} pages"
    size, plain = len(document.pdf), len(_naive(pages))
    return (
        Measure(f"draw a {name} statement", "ms", ours, floor, note),
        Measure(f"size of a {name} statement", "kB", size / 1000, plain / 1000, note),
    )


def _compared(ours: Callable[[], bytes], floor: Callable[[], bytes]) -> tuple[float, float]:
    """Median milliseconds of both, drawn in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for draw, taken in zip((ours, floor), times, strict=True):
            started = time.perf_counter()
            draw()
            taken.append(1000 * (time.perf_counter() - started))
    return median(times[0]), median(times[1])


# --- what is drawn --------------------------------------------------------------------------------------

_SERIAL, _CODE = "310000-20261123-000042", "7K3F-M9QX-RT2B-W8HD"
IMPRINT = Imprint(
    _SERIAL,
    _CODE,
    f"https://verify.example.cn/s?serial={_SERIAL}&code={_CODE}",
    1,
    datetime(2026, 11, 23, 2, 42, tzinfo=UTC),
    "徐汇区社会保险服务大厅",
    "07",
    "310104028",
)


def _content(key: str, kind: StatementKind, months: MonthRange) -> StatementContent:
    who = person(key)
    rows = tuple(row for row in who.contributions() if months.first <= row.month <= months.last)
    years = tuple(
        year
        for year in who.pension_years()
        if months.first // 100 <= year.year <= months.last // 100
    )
    return StatementContent(
        kind, who.holder, months, rows, years, date(2026, 11, 23), who.cards[0].card_number
    )


class _Recorder(Pen):
    """Draws, and remembers what it was asked to draw."""

    def __init__(self, fonts: DocumentFonts, scale: float = 1) -> None:
        super().__init__(fonts, scale)
        self.texts: list[tuple[float, float, str, Style]] = []
        self.rules: list[tuple[float, float, float, float, Ink]] = []
        self.tints: list[tuple[float, float, float, float]] = []
        self.literals: list[str] = []

    def show(self, x: float, y: float, encoded: Encoded, style: Style) -> None:
        self.texts.append((x, y, "".join(run.text for run in encoded.runs), style))
        super().show(x, y, encoded, style)

    def rule(self, x: float, y: float, length: float, weight: float, ink: Ink = Ink.RULE) -> None:
        self.rules.append((x, y, length, weight, ink))

    def literal(self, operators: str) -> None:
        self.literals.append(operators)

    def tint(self, x: float, y: float, width: float, height: float) -> None:
        self.tints.append((x, y, width, height))


def _recorded(content: StatementContent) -> list[list[_Recorder]]:
    """For each page what is drawn on it: the frame and the page's own."""
    layout = template.load(paths.resources() / "documents", content.kind, Language.CHINESE)
    fonts = DocumentFonts(Faces(paths.fonts()))
    with patch.object(frame, "Pen", _Recorder), patch.object(flow, "Pen", _Recorder):
        drawing = statement.StatementDrawing(content, IMPRINT, layout, fonts)
        drawing.draw()
    pens = [pen for pen in (drawing.frame, *drawing.pages) if isinstance(pen, _Recorder)]
    return [[pens[0], page] for page in pens[1:]]


# --- the floor ------------------------------------------------------------------------------------------


def _naive(pages: list[list[_Recorder]]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(geometry.PAGE_WIDTH, geometry.PAGE_HEIGHT))
    matrix = segno.make(IMPRINT.verify_url, micro=False, error="m", boost_error=False).matrix
    for page in pages:
        _qr(canvas, matrix)
        for chart in page[1].literals:
            canvas.addLiteral(chart)
        for pen in page:
            _draw(canvas, pen)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: Canvas, pen: _Recorder) -> None:
    canvas.setFillColorRGB(*_rgb(Ink.TINT))
    for x, y, width, height in pen.tints:
        canvas.rect(x, y, width, height, stroke=0, fill=1)
    for x, y, length, weight, ink in pen.rules:
        canvas.setLineWidth(weight)
        canvas.setStrokeColorRGB(*_rgb(ink))
        canvas.line(x, y, x + length, y)
    for x, y, text, style in pen.texts:
        canvas.setFont(style.weight.value, style.size)
        canvas.setFillColorRGB(*_rgb(style.ink))
        canvas.drawString(x, y, text)


def _qr(canvas: Canvas, matrix: Sequence[bytearray]) -> None:
    module = geometry.QR_SIZE / len(matrix)
    canvas.setFillColorRGB(0, 0, 0)
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                x = geometry.RIGHT - geometry.QR_SIZE + column * module
                canvas.rect(x, geometry.TOP - (row + 1) * module, module, module, stroke=0, fill=1)


def _rgb(ink: Ink) -> tuple[float, float, float]:
    red, green, blue = map(float, ink.value.split())
    return red, green, blue
