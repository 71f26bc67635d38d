"""The template of a receipt: `resources/documents/receipts.toml`, with the frame that it shares with all
documents from `common.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desk_app.domain.errors import BrokenPromise
from desk_app.domain.receipt import ReceiptKind
from desk_app.print.template import Template, entries_of, merged, spoken, template_of
from desk_app.services.ports import Language

RECEIPTS = "receipts"
"""The file of their templates."""
_ALWAYS = "always"


@dataclass(frozen=True)
class ReceiptTemplate:
    """One kind of receipt in one language. `facts`, `headlines` and `notes` go by circumstance: what holds
    always, and what only then. `words` are those for states and other codes, by table."""

    sheet: Template
    """What it shares with all documents."""
    labels: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]]
    headlines: Mapping[str, str]
    notes: Mapping[str, tuple[str, ...]]
    signature: str
    """Below the line for the citizen's signature; empty where none is wanted."""
    words: Mapping[str, Mapping[str, str]]

    def facts_of(self, circumstance: str) -> tuple[str, ...]:
        """The fields in their order."""
        return self.facts[_ALWAYS] + self.facts.get(circumstance, ())

    def headline_of(self, circumstance: str) -> str:
        """The sentence that stands out."""
        return self.headlines.get(circumstance) or self.headlines[_ALWAYS]

    def notes_of(self, circumstance: str) -> tuple[str, ...]:
        """What belongs to the circumstances first, then what holds always."""
        return self.notes.get(circumstance, ()) + self.notes[_ALWAYS]


@cache
def load_receipt(
    folder: Path, kind: ReceiptKind, language: Language, city: Path | None = None
) -> ReceiptTemplate:
    """Read it; `city` is a folder with what differs in a city. Raises BrokenPromise when the product was
    installed without it or it is wrong."""
    try:
        common, entries = entries_of(folder, "common"), entries_of(folder, RECEIPTS)
        version = f"{entries.pop('version')}"
        if city is not None:
            common = merged(common, entries_of(city, "common"))
            version += f"+{city.name}-{common['version']}"
            if (city / f"{RECEIPTS}.toml").exists():
                entries = merged(entries, entries_of(city, RECEIPTS))
        return _receipt(common, entries, kind, language, version, city)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BrokenPromise(f"document template receipts in {folder}: {error!r}") from error


def _receipt(
    common: Mapping[str, Any],
    entries: dict[str, Any],
    kind: ReceiptKind,
    language: Language,
    version: str,
    city: Path | None,
) -> ReceiptTemplate:
    own = entries.pop("kinds")[kind]
    words = entries.pop("words")
    sheet = {
        "title": own["title"],
        "subtitle": words.pop("subtitle"),
        "period": "",
        "sections": [],
        "words": words,
        "headings": entries.pop("headings"),
        "formats": entries.pop("formats"),
    }
    return ReceiptTemplate(
        sheet=template_of(spoken(merged(common, sheet), language), language, version, city),
        labels=spoken(entries.pop("fields"), language),
        facts={name: tuple(fields) for name, fields in own["facts"].items()},
        headlines=spoken(own["headline"], language),
        notes={
            name: tuple(spoken(note, language) for note in notes)
            for name, notes in own["notes"].items()
        },
        signature=spoken(own["signature"], language),
        words=spoken(entries, language),
    )
