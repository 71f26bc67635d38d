"""What a city's own templates may say: checked when the counter starts, so that nobody finds out at the desk.

A city's file says only what differs. Whatever it says must be of the kind that the product's file has in the
same place: no word that nothing prints, no blank that nothing fills, no column that nothing knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desk_app.domain.errors import BadSettings
from desk_app.print.template import Align
from desk_app.services.ports import Language

_SHARES = frozenset(
    f"{insurance}.{payer}"
    for insurance in ("pension", "medical", "unemployment", "work_injury")
    for payer in ("employer", "personal")
)

FIELDS: Mapping[str, frozenset[str]] = {
    "imprint": frozenset(
        (
            *("serial", "verification_code", "copy_number", "data_as_of", "printed_at"),
            *("hall", "window", "operator_number", "copy_reason"),
        )
    ),
    "holder": frozenset(("name", "id_number", "card_number", "sex", "birth_date")),
    "summary": frozenset(
        (
            *("insurance", "paid", "owed", "transferred_in"),
            *("employer", "personal", "all"),
        )
    ),
    "account": frozenset(
        ("year", "opening", "months", "credited", "interest", "closing", "months_total")
    ),
    "months": _SHARES
    | {"month", "base", "state", "payer"}
    | {share.partition(".")[0] for share in _SHARES},
    "insured": frozenset(("insurance", "standing", "first", "last", "months")),
    "employer_now": frozenset(("name", "number", "since")),
    "services": frozenset(
        f"{side}.{field}"
        for side in ("first", "second")
        for field in ("name", "physical", "electronic")
    ),
    "authorizations": frozenset(
        ("grantee", "kind", "scope", "purpose", "granted", "until", "state")
    ),
    "channels": frozenset(("name", "number", "functional", "security")),
}
"""Every table and strip with the fields that its columns may show."""

_COLUMN_KEYS = frozenset(("field", "width", "align", "group", "wrap"))
_BLANK = re.compile(r"\{(\w*)")
_LANGUAGES = frozenset(Language)
_NEEDED = frozenset((Language.CHINESE, Language.ENGLISH))


def check(own: Mapping[str, Any], product: Mapping[str, Any], source: str) -> None:
    """Raise BadSettings naming the entry of `own` that does not fit, and the file."""
    for key, reason in _faults(own, product):
        raise BadSettings(key, reason, source)


def _faults(own: Mapping[str, Any], product: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in own.items():
        if key == "version":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                yield key, "not_a_number"
        elif key == "logo":
            if not isinstance(value, str):
                yield key, "not_text"
        elif key not in product:
            yield key, "unknown_key"
        elif key == "sections":
            yield from _section_faults(value, product[key])
        elif key == "columns":
            yield from _table_faults("columns", value, product)
        elif key == "large":
            yield from _large_faults(value, product)
        else:
            yield from _word_faults(key, value, product[key])


def check_receipts(own: Mapping[str, Any], product: Mapping[str, Any], source: str) -> None:
    """The same for receipts: their sentences may have any field in their blanks."""
    fields = frozenset(product["fields"])
    rest = {key: value for key, value in own.items() if key != "kinds"}
    check(rest, product, source)
    for key, reason in _kind_faults("kinds", own.get("kinds", {}), product["kinds"], fields):
        raise BadSettings(key, reason, source)


def _kind_faults(
    path: str, own: object, known: object, fields: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Kinds of receipts down to their facts (lists of fields), notes (lists of sentences) and sentences."""
    if isinstance(known, list):
        yield from _list_faults(path, own, isinstance(known[0], str), fields)
    elif isinstance(known, dict) and not known.keys() <= _LANGUAGES:
        if not isinstance(own, dict):
            yield path, "not_a_section"
            return
        for name, value in own.items():
            if name in known:
                yield from _kind_faults(f"{path}.{name}", value, known[name], fields)
            else:
                yield f"{path}.{name}", "unknown_key"
    else:
        yield from _sentence_faults(path, own, fields)


def _list_faults(
    path: str, own: object, of_fields: bool, fields: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if not isinstance(own, list):
        yield path, "not_a_list"
    elif of_fields:
        if not {str(each) for each in own} <= fields:
            yield path, "not_a_choice"
    else:
        for each in own:
            yield from _sentence_faults(path, each, fields)


def _sentence_faults(path: str, own: object, fields: frozenset[str]) -> Iterator[tuple[str, str]]:
    allowed = dict.fromkeys(_NEEDED, " ".join(f"{{{field}}}" for field in fields))
    yield from _word_faults(path, own, allowed)


def _large_faults(value: object, product: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield "large", "not_a_section"
    elif value.keys() - {"columns"}:
        yield f"large.{min(value.keys() - {'columns'})}", "unknown_key"
    else:
        yield from _table_faults("large.columns", value.get("columns", {}), product)


def _section_faults(value: object, known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A city leaves parts out and puts them in another order."""
    if not isinstance(value, list) or not value or len(set(map(str, value))) < len(value):
        yield "sections", "not_a_list"
    elif not set(value) <= set(known):
        yield "sections", "not_a_choice"


def _word_faults(key: str, value: object, known: object) -> Iterator[tuple[str, str]]:
    """A word, or a table of words, beside the product's."""
    if isinstance(known, dict) and not known.keys() <= _LANGUAGES:
        if not isinstance(value, dict):
            yield key, "not_a_section"
            return
        for name, each in value.items():
            if name not in known:
                yield f"{key}.{name}", "unknown_key"
            else:
                yield from _word_faults(f"{key}.{name}", each, known[name])
        return
    texts = value if isinstance(value, dict) else {Language.CHINESE: value}
    if isinstance(value, dict) and not _NEEDED <= value.keys() <= _LANGUAGES:
        yield key, "not_in_both_languages"
    elif not all(isinstance(text, str) for text in texts.values()):
        yield key, "not_text"
    elif _blanks(value) - _blanks(known):
        yield key, "unknown_blank"


def _blanks(said: object) -> set[str]:
    texts = said.values() if isinstance(said, dict) else (said,)
    return {blank for text in texts for blank in _BLANK.findall(str(text))}


def _table_faults(
    path: str, tables: object, product: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if not isinstance(tables, dict):
        yield path, "not_a_section"
        return
    for name, columns in tables.items():
        if name not in product["columns"]:
            yield f"{path}.{name}", "unknown_key"
        elif not isinstance(columns, list) or not columns:
            yield f"{path}.{name}", "not_a_list"
        else:
            for number, column in enumerate(columns, start=1):
                place = f"{path}.{name}[{number}]"
                yield from _column_faults(place, column, _fields(name), product["groups"])


def _fields(name: str) -> frozenset[str]:
    return FIELDS["imprint" if name == "desk" else name]


def _column_faults(
    place: str, column: object, fields: frozenset[str], groups: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if not isinstance(column, dict):
        yield place, "not_a_section"
        return
    width = column.get("width")
    if column.get("field") not in fields:
        yield f"{place}.field", "not_a_choice"
    elif isinstance(width, bool) or not isinstance(width, int | float) or width <= 0:
        yield f"{place}.width", "not_a_number"
    elif not column.keys() >= _NEEDED:
        yield place, "not_in_both_languages"
    elif unknown := column.keys() - _COLUMN_KEYS - _LANGUAGES:
        yield f"{place}.{min(unknown)}", "unknown_key"
    elif column.get("align", Align.RIGHT) not in list(Align):
        yield f"{place}.align", "not_a_choice"
    elif column.get("group", next(iter(groups))) not in groups:
        yield f"{place}.group", "not_a_choice"
    elif not all(isinstance(column[language], str) for language in column.keys() & _LANGUAGES):
        yield place, "not_text"
