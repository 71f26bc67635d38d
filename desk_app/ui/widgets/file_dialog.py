"""Asking for a file or a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def file_dialog(parent: QWidget, title: str, chosen: Callable[[Path], object]) -> QFileDialog:
    """A dialog to be set up and opened; it gives what was chosen, and goes when it is closed."""
    dialog = QFileDialog(parent, title)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # named and dressed like the rest
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def ask_where_to_save_pdf(
    parent: QWidget, title: str, name: str, chosen: Callable[[Path], object]
) -> None:
    """Ask for a PDF file to write, called `name` unless told otherwise."""
    dialog = file_dialog(parent, title, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(name)
    dialog.open()
