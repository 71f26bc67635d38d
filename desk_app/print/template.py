"""Templates: the words, the order of the parts and the columns of a kind of document, in one language.

They are TOML files in `resources/documents`; a value that differs between languages is a table with one
entry per language. A document in both languages has the two words in one text, Chinese first, with BELOW
between them (`flow.parts` sets them); an entry `both` says something else for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from desk_app.domain.errors import BrokenPromise
from desk_app.domain.statement import StatementKind
from desk_app.print.logo import Logo, logo_of
from desk_app.services.ports import Language

_LANGUAGES = frozenset(Language)

BELOW = "\n"
"""Between a word and the same word in the other language."""


class Section(StrEnum):
    """The parts of a statement."""

    HOLDER = "holder"
    SUMMARY = "summary"
    CHART = "chart"
    ACCOUNT = "account"
    MONTHS = "months"
    GROWTH = "growth"
    ALL_YEARS = "all_years"
    CERTIFIED = "certified"
    EMPLOYER = "employer"
    SERVICES = "services"
    AUTHORIZATIONS = "authorizations"
    CHANNELS = "channels"


class Align(StrEnum):
    """Where a cell's text stands in its column."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which field it shows, its share of the width, its head and the head above several."""

    field: str
    share: float
    head: str
    group: str | None
    align: Align
    wrap: bool = False
    """Whether its texts may have several lines."""


@dataclass(frozen=True, slots=True)
class SealTemplate:
    """The hall's seal: how many millimetres across, and the words below its star."""

    diameter: float
    line: str


@dataclass(frozen=True)
class Template:
    """One kind of document in one language."""

    version: str
    """The product's, the city's where it has its own, and whether it is that of large print."""
    logo: Logo | None
    language: Language
    title: str
    subtitle: str
    period: str
    sections: tuple[Section, ...]
    words: Mapping[str, str]
    headings: Mapping[str, str]
    insurances: Mapping[str, str]
    states: Mapping[str, str]
    marks: Mapping[str, str]
    sexes: Mapping[str, str]
    formats: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    """Words for the codes of a list, by list: `standing`, `service_group` …"""
    columns: Mapping[str, tuple[Column, ...]]
    seal: SealTemplate


@cache
def load(
    folder: Path,
    kind: StatementKind,
    language: Language,
    large_print: bool = False,
    city: Path | None = None,
) -> Template:
    """Read a template; `city` is a folder with what differs in a city. Raises BrokenPromise when the product
    was installed without it or it is wrong."""
    try:
        entries = merged(entries_of(folder, "common"), entries_of(folder, kind))
        version = f"{entries['version']}"
        if city is not None:
            for name in ("common", kind):
                if (city / f"{name}.toml").exists():
                    entries = merged(entries, entries_of(city, name))
            version += f"+{city.name}-{entries['version']}"
        large = entries.pop("large", {})
        if large_print:
            entries = merged(entries, large)
            version += " large"
        return template_of(spoken(entries, language), language, version, city)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BrokenPromise(f"document template {kind} in {folder}: {error!r}") from error


def entries_of(folder: Path, name: str) -> dict[str, Any]:
    """One file as it stands."""
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of `base` with those of `over` in their place, table by table; lists are replaced."""
    result = dict(base)
    if over and over.keys() <= _LANGUAGES:
        result.pop(Language.BOTH, None)  # it said what the others said
    for key, value in over.items():
        known = result.get(key)
        if isinstance(value, dict) and isinstance(known, dict):
            value = merged(known, value)
        result[key] = value
    return result


def template_of(
    entries: Mapping[str, Any], language: Language, version: str, city: Path | None
) -> Template:
    """A template whose words are all in this language; `version` is what the issue records."""
    logo = entries.get("logo")
    return Template(
        version=version,
        logo=None if city is None or logo is None else logo_of(city / logo),
        language=language,
        title=entries["title"],
        subtitle=entries["subtitle"],
        period=entries["period"],
        sections=tuple(map(Section, entries["sections"])),
        words=entries["words"],
        headings=entries["headings"],
        insurances=entries["insurances"],
        states=entries["states"],
        marks=entries["marks"],
        sexes=entries["sexes"],
        formats=entries["formats"],
        names=entries.get("names", {}),
        columns={
            name: tuple(column_of(column, entries["groups"], language) for column in columns)
            for name, columns in entries["columns"].items()
        },
        seal=SealTemplate(**entries["seal"]),
    )


def column_of(entry: Mapping[str, Any], groups: Mapping[str, str], language: Language) -> Column:
    """One column of a template's table."""
    group = entry.get("group")
    return Column(
        field=entry["field"],
        share=entry["width"],
        head=word(entry, language),
        group=None if group is None else groups[group],
        align=Align(entry.get("align", Align.RIGHT)),
        wrap=entry.get("wrap", False),
    )


def spoken(entry: Any, language: Language) -> Any:
    """The entry with every table of languages replaced by its word in this one."""
    if not isinstance(entry, dict):
        return entry
    if entry and entry.keys() <= _LANGUAGES:
        return word(entry, language)
    return {key: spoken(value, language) for key, value in entry.items()}


def word(entry: Mapping[str, str], language: Language) -> str:
    """The word in a language; in both, the English one below the Chinese one where they differ."""
    if language is not Language.BOTH or language in entry:
        return entry[language]
    chinese, english = entry[Language.CHINESE], entry[Language.ENGLISH]
    return chinese if chinese == english else f"{chinese}{BELOW}{english}"


def in_one_line(text: str) -> str:
    """A text of both languages where there is no room for one below the other."""
    return text.replace(BELOW, " ")


def filled(sentence: str, values: Mapping[str, object]) -> str:
    """The sentence with its blanks filled in, each language with the words of its own."""
    spoken_values = {
        name: str(value).split(BELOW) for name, value in values.items() if _is_both(value)
    }
    if not spoken_values:
        return sentence.format(**values)
    lines = sentence.split(BELOW)
    if len(lines) == 1:
        return sentence.format(
            **{**values, **{name: " ".join(said) for name, said in spoken_values.items()}}
        )
    return BELOW.join(
        line.format(**{**values, **{name: said[place] for name, said in spoken_values.items()}})
        for place, line in enumerate(lines)
    )


def _is_both(value: object) -> bool:
    return isinstance(value, str) and BELOW in value
