"""Documents that cost nothing to draw, and a drawing that happens at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from desk_app.domain.document import Imprint
from desk_app.domain.statement import StatementContent
from desk_app.services.ports import Document, Drawing, Language, Sheet, Undrawn


class QuickDocuments:
    """Implements `services.ports.Documents` as far as a batch needs it: a page that says its serial. A holder
    whose name is 坏 cannot be drawn."""

    def __init__(self, pause: float = 0.0) -> None:
        self._pause = pause

    def statement(
        self, content: StatementContent, imprint: Imprint, language: Language
    ) -> Document:
        if content.holder.name == "坏":
            raise ZeroDivisionError
        time.sleep(self._pause)
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        writer.add_metadata({"/Subject": imprint.serial})
        file = BytesIO()
        writer.write(file)
        pdf = file.getvalue()
        return Document(pdf, 1, sha256(pdf).hexdigest(), template_version="1")


def quick() -> QuickDocuments:
    """A recipe for workers."""
    return QuickDocuments()


def slow() -> QuickDocuments:
    """A recipe for workers that gives a test time to interfere."""
    return QuickDocuments(0.01)


def subject_of(pdf: bytes) -> str:
    """The serial in a quick document."""
    about = PdfReader(BytesIO(pdf)).metadata
    assert about is not None
    return str(about["/Subject"])


@dataclass
class InlineDrawings:
    """Implements `services.ports.Drawings` in this process; `before` is called with each chunk's sheets, and
    may raise, or do what somebody else does at that time."""

    documents: QuickDocuments = field(default_factory=QuickDocuments)
    before: Callable[[Sequence[Sheet]], None] = lambda _: None
    opened: list[str | None] = field(default_factory=list)
    closed: int = 0
    most_waiting: int = 0

    def open(self, cluster: str | None = None, workers: int | None = None) -> Drawing:
        self.opened.append(cluster)
        return _Inline(self, workers or 1)


class _Inline:
    def __init__(self, of: InlineDrawings, workers: int) -> None:
        self._of = of
        self.workers = workers
        self._waiting = 0

    def submit(self, sheets: Sequence[Sheet]) -> _Sheets:
        self._waiting += 1
        self._of.most_waiting = max(self._of.most_waiting, self._waiting)
        return _Sheets(self, sheets)

    def drawn(self, sheets: Sequence[Sheet]) -> list[Document | Undrawn]:
        self._waiting -= 1
        self._of.before(sheets)
        return [self._one(sheet) for sheet in sheets]

    def _one(self, sheet: Sheet) -> Document | Undrawn:
        try:
            return self._of.documents.statement(sheet.content, sheet.imprint, sheet.language)
        except ZeroDivisionError as error:
            return Undrawn(type(error).__name__)

    def close(self) -> None:
        self._of.closed += 1


class _Sheets:
    def __init__(self, drawing: _Inline, sheets: Sequence[Sheet]) -> None:
        self._drawing, self._sheets = drawing, sheets

    def result(self) -> list[Document | Undrawn]:
        return self._drawing.drawn(self._sheets)
