"""The template of the day report, in one language: `resources/documents/day_report.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from desk_app.domain.errors import BrokenPromise
from desk_app.print.template import Column, column_of, spoken
from desk_app.services.ports import Language


@dataclass(frozen=True)
class DayTemplate:
    """Words, headings and columns; `kinds` are the words for the actions of the audit."""

    title: str
    own: str
    hall: str
    formats: Mapping[str, str]
    words: Mapping[str, str]
    headings: Mapping[str, str]
    kinds: Mapping[str, str]
    columns: Mapping[str, tuple[Column, ...]]

    def say(self, word: str, **values: object) -> str:
        """One of the words with its blanks filled in."""
        return self.words[word].format(**values)


@cache
def load_day(folder: Path, language: Language) -> DayTemplate:
    """Read it. Raises BrokenPromise when the product was installed without it or it is wrong."""
    try:
        entries = tomllib.loads((folder / "day_report.toml").read_text(encoding="utf-8"))
        columns = {
            name: tuple(column_of(column, {}, language) for column in listed)
            for name, listed in entries.pop("columns").items()
        }
        entries.pop("version")
        return DayTemplate(**spoken(entries, language), columns=columns)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BrokenPromise(f"document template day_report in {folder}: {error!r}") from error
