"""A document's first page so small that it is known again and nobody reads a word of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize

from desk_app.ui.pdf_document import opened

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

_WIDTH = 72
"""Pixels of an A4 page's width: 9 dots per inch. A body line is one pixel high, the largest title three, and
a module of the QR code a third of a pixel wide."""


def thumbnail(pdf: bytes) -> QImage | None:
    """Page 1, on white; None for what is no PDF."""
    from PySide6.QtGui import QColor, QImage, QPainter

    with opened(pdf) as document:
        if document.pageCount() < 1:
            return None
        page = document.pagePointSize(0)
        drawn = document.render(0, QSize(_WIDTH, round(_WIDTH * page.height() / page.width())))
    paper = QImage(drawn.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, drawn)
    painter.setPen(QColor("grey"))
    painter.drawRect(paper.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return paper


def png(image: QImage) -> bytes:
    """The image as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
