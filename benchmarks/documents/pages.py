"""The statements that are drawn, and the recorder of what stands where on their pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from unittest.mock import patch

import segno

from benchmarks.documents.recorded import Area, Colour, Page, Text
from desk_app import paths
from desk_app.domain.contribution import MonthRange
from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent, StatementKind
from desk_app.print import flow, frame, geometry, statement, template
from desk_app.print.fonts import DocumentFonts, Encoded, Faces
from desk_app.print.geometry import Ink, Style
from desk_app.print.pen import Pen
from desk_app.sandbox.people import person
from desk_app.services.ports import Language

CASES = {
    "short": ("bound", StatementKind.ANNUAL, MonthRange.year(2025)),
    "long": ("thirty_years", StatementKind.CONTRIBUTIONS, MonthRange(200111, 202610)),
}
"""Twelve months and three hundred."""

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


def content_of(case: str) -> StatementContent:
    """What the statement says."""
    key, kind, months = CASES[case]
    who = person(key)
    rows = tuple(row for row in who.contributions() if months.first <= row.month <= months.last)
    years = range(months.first // 100, months.last // 100 + 1)
    accounts = tuple(year for year in who.pension_years() if year.year in years)
    card = who.cards[0].card_number
    return StatementContent(kind, who.holder, months, rows, accounts, date(2026, 11, 23), card)


def record(case: str) -> list[Page]:
    """What stands where on each page, as our own layout finds it."""
    content = content_of(case)
    layout = template.load(paths.resources() / "documents", content.kind, Language.CHINESE)
    fonts = DocumentFonts(Faces(paths.fonts()))
    with patch.object(frame, "Pen", _Recorder), patch.object(flow, "Pen", _Recorder):
        drawing = statement.StatementDrawing(content, IMPRINT, layout, fonts)
        drawing.draw()
    first, *pages = (pen.page for pen in (drawing.frame, *drawing.pages) if _recorded(pen))
    return [Page(first.texts + page.texts, first.areas + _code() + page.areas) for page in pages]


def _rgb(ink: Ink) -> Colour:
    red, green, blue = map(float, ink.value.split())
    return red, green, blue


class _Recorder(Pen):
    """Draws, and remembers what it was asked to draw."""

    def __init__(self, fonts: DocumentFonts, scale: float = 1.0) -> None:
        super().__init__(fonts, scale)
        self.page = Page()

    def show(self, x: float, y: float, encoded: Encoded, style: Style) -> None:
        if self._marked or self._element is not None:  # else it comes again, as a paragraph
            text = "".join(run.text for run in encoded.runs)
            weight = style.weight.value
            self.page.texts.append(Text(x, y, text, style.size, weight, _rgb(style.ink)))
        super().show(x, y, encoded, style)

    def rule(self, x: float, y: float, length: float, weight: float, ink: Ink = Ink.RULE) -> None:
        self.page.areas.append(Area(x, y - weight / 2, length, weight, _rgb(ink)))

    def tint(self, x: float, y: float, width: float, height: float) -> None:
        self.page.areas.append(Area(x, y, width, height, _rgb(Ink.TINT)))


def _recorded(pen: Pen) -> bool:
    assert isinstance(pen, _Recorder)
    return True


def _code() -> list[Area]:
    """The dark modules of the QR code."""
    matrix = segno.make(IMPRINT.verify_url, micro=False, error="m", boost_error=False).matrix
    module = geometry.QR_SIZE / len(matrix)
    left, top = geometry.RIGHT - geometry.QR_SIZE, geometry.TOP
    return [
        Area(left + column * module, top - (row + 1) * module, module, module, (0, 0, 0))
        for row, modules in enumerate(matrix)
        for column, dark in enumerate(modules)
        if dark
    ]
