"""Many PDFs as one, each under a bookmark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO


class PdfBinder:
    """Implements `services.ports.Binder`. A bound file is for paper: its documents' own files, tags and
    signatures are in the archive."""

    def bind(self, parts: Sequence[tuple[str, Path]], file: BinaryIO) -> None:
        """Write the documents one after the other, each under a bookmark of its name."""
        from pypdf import PdfWriter

        writer = PdfWriter()
        for name, path in parts:
            writer.append(str(path), outline_item=name, import_outline=False)
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=False)
        writer.write(file)
        writer.close()
