"""Printer and paper that a clerk has chosen at this window, by kind of document: remembered beside the
window's other choices, and begun with what the settings say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from desk_app.domain.printing import PrintChoice, PrintKind

FILE = "printing.json"


class PrintChoices:
    """`remember` is the file in which the window's choices are kept; None keeps none."""

    def __init__(self, remember: Path | None, default: Callable[[PrintKind], PrintChoice]) -> None:
        self._file = remember.with_name(FILE) if remember is not None else None
        self._default = default
        self._chosen = _read(self._file)

    def of(self, kind: PrintKind) -> PrintChoice:
        """What was chosen last, or what the settings say."""
        return self._chosen.get(kind) or self._default(kind)

    def keep(self, kind: PrintKind, choice: PrintChoice) -> None:
        """From now on this; what is as the settings have it follows them. A full or read-only disk costs no
        more than the memory."""
        self._chosen.pop(kind, None)
        if choice != self._default(kind):
            self._chosen[kind] = choice
        if self._file is None:
            return
        try:
            kept = {str(kind): asdict(choice) for kind, choice in self._chosen.items()}
            self._file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        except OSError:
            return


def _read(file: Path | None) -> dict[PrintKind, PrintChoice]:
    """What is kept; nothing where it makes no sense."""
    if file is None or not file.is_file():
        return {}
    try:
        kept = json.loads(file.read_text("utf-8"))
        return {PrintKind(kind): PrintChoice(**_texts(choice)) for kind, choice in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _texts(choice: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in choice.items()}
