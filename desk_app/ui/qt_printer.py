"""Printing by Qt, for a machine without the commands of CUPS: pages go out as pictures, and nobody hears of a
job again (docs/adr/0012). It has the same promises as `Printer` but for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desk_app.domain.errors import NoPrinter, PrinterRefused
from desk_app.domain.printing import A4, AS_USUAL, PrintChoice, PrinterOffer
from desk_app.services.ports import PrintJob, PrintState
from desk_app.ui.pdf_document import opened

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

_FINEST = 600
"""Dots per inch: more costs memory and shows on no paper."""

_COLOUR, _GREY = "color", "monochrome"
_ONE_SIDE, _LONG_EDGE, _SHORT_EDGE = "one-sided", "two-sided-long-edge", "two-sided-short-edge"


class QtPrinter:
    """The queues that Qt finds. Without a window there is none: its platform plug-in brings the printers."""

    def __init__(self, queue: str | None = None) -> None:
        """`queue` is this window's default; otherwise the system's own."""
        self._preferred = queue

    def queues(self) -> Sequence[str]:
        """Names of the queues, the default one first; empty when there is none."""
        from PySide6.QtCore import QCoreApplication
        from PySide6.QtPrintSupport import QPrinterInfo

        if QCoreApplication.instance() is None:
            return ()
        names = QPrinterInfo.availablePrinterNames()
        default = self._preferred or QPrinterInfo.defaultPrinterName()
        return tuple(sorted(names, key=lambda name: name != default))

    def offer(self, queue: str | None = None) -> PrinterOffer:
        """Sides and colours; a tray, or another paper than A4, only the system's own settings can choose."""
        from PySide6.QtPrintSupport import QPrinter

        found = self._found(queue or "")
        if found is None:
            return PrinterOffer()
        modes = {
            QPrinter.DuplexMode.DuplexNone: _ONE_SIDE,
            QPrinter.DuplexMode.DuplexLongSide: _LONG_EDGE,
            QPrinter.DuplexMode.DuplexShortSide: _SHORT_EDGE,
        }
        offered = found.supportedDuplexModes()
        sides = tuple(word for mode, word in modes.items() if mode in offered)
        inks = {QPrinter.ColorMode.GrayScale: _GREY, QPrinter.ColorMode.Color: _COLOUR}
        known = found.supportedColorModes()
        colours = tuple(word for ink, word in inks.items() if ink in known)
        return PrinterOffer((A4,), sides, (), colours)

    def print(self, pdf: bytes, title: str, choice: PrintChoice = AS_USUAL) -> PrintJob:
        """Draw every page on the printer. Raises NoPrinter, PrinterRefused."""
        found = self._found(choice.queue)
        if found is None:
            raise NoPrinter(queue=choice.queue or self._preferred)
        printer = _set_up(found, title, self.offer(choice.queue or None).fitting(choice))
        _draw(pdf, printer)
        return PrintJob("", found.printerName(), PrintState.UNTRACKED)

    def job(self, job: PrintJob) -> PrintJob:
        """Qt gives no job's number and no fault: nothing more will be known."""
        return replace(job, state=PrintState.UNTRACKED)

    def cancel(self, job: PrintJob) -> PrintJob:
        """Nobody here can reach it any more. Raises PrinterRefused."""
        raise PrinterRefused(reason="untracked")

    def _found(self, queue: str) -> QPrinterInfo | None:
        from PySide6.QtPrintSupport import QPrinterInfo

        queues = self.queues()
        wanted = queue or self._preferred or next(iter(queues), "")
        return QPrinterInfo.printerInfo(wanted) if wanted in queues else None


def _set_up(found: QPrinterInfo, title: str, choice: PrintChoice) -> QPrinter:
    from PySide6.QtCore import QMarginsF
    from PySide6.QtGui import QPageLayout, QPageSize
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(found, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setResolution(min(printer.resolution(), _FINEST))
    printer.setFullPage(True)
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)
    )
    printer.setPageLayout(layout)
    if choice.colour:
        grey = choice.colour == _GREY
        printer.setColorMode(QPrinter.ColorMode.GrayScale if grey else QPrinter.ColorMode.Color)
    modes = {
        _ONE_SIDE: QPrinter.DuplexMode.DuplexNone,
        _LONG_EDGE: QPrinter.DuplexMode.DuplexLongSide,
        _SHORT_EDGE: QPrinter.DuplexMode.DuplexShortSide,
    }
    if choice.sides in modes:
        printer.setDuplex(modes[choice.sides])
    return printer


def _draw(pdf: bytes, printer: QPrinter) -> None:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPainter
    from PySide6.QtPrintSupport import QPrinter

    size = printer.paperRect(QPrinter.Unit.DevicePixel).size().toSize()
    painter = QPainter()
    with opened(pdf) as document:
        try:
            if document.pageCount() < 1 or not painter.begin(printer):
                raise PrinterRefused(reason="not_drawn")
            for page in range(document.pageCount()):
                if page and not printer.newPage():
                    raise PrinterRefused(reason="not_drawn")
                painter.drawImage(QPoint(0, 0), document.render(page, size))
        finally:
            if painter.isActive():
                painter.end()
