"""What the window is told about its place, and what it remembers of the operator's choices."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from desk_app.ui.theme import SCALES, Appearance
from desk_app.ui.words import LANGUAGES


class WindowSettings(NamedTuple):
    """Hall, window and region as documents carry them. `language` None: the one chosen last.
    `remember` is the file in which choices are kept, None keeps none. After `idle_minutes` without a hand
    the window is locked, 0 never."""

    hall: str
    window: str
    region: str
    language: str | None = None
    remember: Path | None = None
    idle_minutes: int = 0


class Preferences(NamedTuple):
    """What an operator has chosen for the windows."""

    language: str = LANGUAGES[0]
    citizen_language: str = LANGUAGES[0]
    appearance: Appearance = Appearance()


def recall(file: Path | None) -> Preferences:
    """The choices kept in a file; the usual ones where there is none or it makes no sense."""
    if file is None or not file.is_file():
        return Preferences()
    kept = dict(line.split("=", 1) for line in file.read_text("utf-8").splitlines() if "=" in line)
    scale = int(kept.get("scale", "")) if kept.get("scale", "").isdigit() else 0
    return Preferences(
        _one_of(LANGUAGES, kept.get("language")),
        _one_of(LANGUAGES, kept.get("citizen_language")),
        Appearance(scale if scale in SCALES else SCALES[0], kept.get("dark") == "yes"),
    )


def remember(file: Path | None, chosen: Preferences) -> None:
    """Keep the choices; a full or read-only disk costs no more than them."""
    if file is None:
        return
    look = chosen.appearance
    lines = (
        f"language={chosen.language}",
        f"citizen_language={chosen.citizen_language}",
        f"scale={look.scale}",
        f"dark={'yes' if look.dark else 'no'}",
    )
    try:
        file.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError:
        return


def _one_of(known: tuple[str, ...], value: str | None) -> str:
    return value if value in known else known[0]
