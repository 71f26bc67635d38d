"""Statements as A4 PDFs: what goes in is data, what comes out is the finished file."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from desk_app import paths
from desk_app.domain.document import Imprint
from desk_app.domain.operator import Operator
from desk_app.domain.shift import DayReport
from desk_app.domain.statement import StatementContent
from desk_app.print.day_report import DayReportDrawing
from desk_app.print.day_template import load_day
from desk_app.print.fonts import DocumentFonts, Faces
from desk_app.print.statement import StatementDrawing
from desk_app.print.template import load
from desk_app.services.ports import Document, Language


class StatementDocuments:
    """Draws statements from the templates in one folder with the fonts of another; both are opened when
    they are first needed, and kept."""

    def __init__(self, fonts: Path | None = None, templates: Path | None = None) -> None:
        """By default the product's own fonts and templates."""
        self._faces = Faces(fonts or paths.fonts())
        self._templates = templates or paths.resources() / "documents"

    def statement(
        self, content: StatementContent, imprint: Imprint, language: Language
    ) -> Document:
        """The statement as an A4 PDF. Raises FontsMissing."""
        from desk_app.print import pdf  # ReportLab: not before something is drawn

        template = load(self._templates, content.kind, language)
        fonts = DocumentFonts(self._faces)
        drawing = StatementDrawing(content, imprint, template, fonts)
        drawing.draw()
        about = pdf.About(
            drawing.title, imprint.serial, language.replace("_", "-"), imprint.printed_at
        )
        pages = [page.content() for page in drawing.pages]
        file = pdf.assemble(about, fonts.embedded.values(), drawing.frame.content(), pages)
        return Document(
            file,
            len(pages),
            sha256(file).hexdigest(),
            tuple(fonts.unprintable),
            str(template.version),
        )

    def day_report(
        self, report: DayReport, drawn_by: Operator, at: datetime, language: Language
    ) -> Document:
        """A day's report as an A4 PDF. Raises FontsMissing."""
        from desk_app.print import pdf

        fonts = DocumentFonts(self._faces)
        template = load_day(self._templates, language)
        drawing = DayReportDrawing(report, drawn_by, at, template, fonts)
        drawing.draw()
        about = pdf.About(drawing.title, drawing.subject, language.replace("_", "-"), at)
        pages = [page.content() for page in drawing.pages]
        file = pdf.assemble(about, fonts.embedded.values(), drawing.frame.content(), pages)
        return Document(file, len(pages), sha256(file).hexdigest(), tuple(fonts.unprintable))

    def serial_of(self, pdf: bytes) -> str | None:
        """The statement number that a PDF claims, or None when it is none of ours or unreadable."""
        from desk_app.print.pdf import serial_of

        return serial_of(pdf)
