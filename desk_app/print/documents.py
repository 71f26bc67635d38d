"""Statements as A4 PDFs: what goes in is data, what comes out is the finished file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from desk_app import paths
from desk_app.domain.document import Imprint
from desk_app.domain.operator import Operator
from desk_app.domain.receipt import ReceiptContent
from desk_app.domain.shift import DayReport
from desk_app.domain.statement import StatementContent
from desk_app.print.day_report import DayReportDrawing
from desk_app.print.day_template import load_day
from desk_app.print.fonts import DocumentFonts, Faces
from desk_app.print.geometry import A4, A4_LARGE
from desk_app.print.receipt import ReceiptDrawing
from desk_app.print.receipt_template import load_receipt
from desk_app.print.statement import StatementDrawing
from desk_app.print.template import load
from desk_app.services.ports import Document, Language, Signer

_Drawing = StatementDrawing | ReceiptDrawing | DayReportDrawing


class StatementDocuments:
    """Draws statements from the templates in one folder with the fonts of another; both are opened when
    they are first needed, and kept."""

    def __init__(
        self,
        fonts: Path | None = None,
        templates: Path | None = None,
        city: Path | None = None,
        signer: Signer | None = None,
    ) -> None:
        """By default the product's own fonts and templates, and unsigned; `city` is a folder with what
        differs."""
        self._faces = Faces(fonts or paths.fonts())
        self._templates = templates or paths.resources() / "documents"
        self._city = city
        self._signer = signer

    def statement(
        self,
        content: StatementContent,
        imprint: Imprint,
        language: Language,
        *,
        large_print: bool = False,
    ) -> Document:
        """The statement as an A4 PDF. Raises FontsMissing, SigningError."""
        template = load(self._templates, content.kind, language, large_print, self._city)
        fonts = DocumentFonts(self._faces, language.tag)
        sheet = A4_LARGE if large_print else A4
        imprint = self._to_be_signed(imprint)
        drawing = StatementDrawing(content, imprint, template, fonts, sheet)
        return self._finished(drawing, imprint, language, template.version)

    def receipt(self, content: ReceiptContent, imprint: Imprint, language: Language) -> Document:
        """The receipt as an A4 PDF. Raises FontsMissing, SigningError."""
        template = load_receipt(self._templates, content.kind, language, self._city)
        fonts = DocumentFonts(self._faces, language.tag)
        imprint = self._to_be_signed(imprint)
        drawing = ReceiptDrawing(content, imprint, template, fonts)
        return self._finished(drawing, imprint, language, template.sheet.version)

    def day_report(
        self, report: DayReport, drawn_by: Operator, at: datetime, language: Language
    ) -> Document:
        """A day's report as an A4 PDF. Raises FontsMissing."""
        fonts = DocumentFonts(self._faces, language.tag)
        template = load_day(self._templates, language)
        drawing = DayReportDrawing(report, drawn_by, at, template, fonts)
        file = _drawn(drawing, drawing.subject, at, language)
        return _document(file, drawing)

    def serial_of(self, pdf: bytes) -> str | None:
        """The statement number that a PDF claims, or None when it is none of ours or unreadable."""
        from desk_app.print.pdf import serial_of

        return serial_of(pdf)

    def _to_be_signed(self, imprint: Imprint) -> Imprint:
        return replace(imprint, signed=self._signer is not None)

    def _finished(
        self,
        drawing: StatementDrawing | ReceiptDrawing,
        imprint: Imprint,
        language: Language,
        version: str,
    ) -> Document:
        """The file as it is issued: with the hall's signature, where there is to be one."""
        file = _drawn(drawing, imprint.serial, imprint.printed_at, language)
        if self._signer is not None:
            file = self._signer.sign(file, imprint.printed_at, drawing.seal)
        return _document(file, drawing, version)


def _drawn(drawing: _Drawing, subject: str, at: datetime, language: Language) -> bytes:
    """Draw it, and put its file together."""
    from desk_app.print import pdf

    drawing.draw()
    about = pdf.About(drawing.title, subject, language.tag, at)
    pages = [page.content() for page in drawing.pages]
    return pdf.assemble(about, drawing.fonts.embedded.values(), drawing.frame.content(), pages)


def _document(file: bytes, drawing: _Drawing, version: str = "") -> Document:
    digest, unprintable = sha256(file).hexdigest(), tuple(drawing.fonts.unprintable)
    return Document(file, len(drawing.pages), digest, unprintable, version)
