"""The card's data items (notice 人社信息函〔2012〕37号, V2.0) and how they become a record and warnings.

A missing, blank or malformed item becomes a warning beside everything that was read. Only two make the
card useless: the identification code and the social security number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desk_app.domain.card import CardRecord, FieldWarning, HolderRecord, Problem
from desk_app.domain.errors import CardDamaged
from desk_app.domain.numbers import is_valid_card_number, is_valid_id_number
from desk_app.reader import codec
from desk_app.reader.tlv import Values

_NAME_EXTENSION = 0x4E

_CATEGORIES = frozenset("1234")
_SEXES = frozenset("129")
_ETHNICITIES = frozenset({*(f"{n:02}" for n in range(1, 57)), "97", "98"})


@dataclass(frozen=True)
class Item:
    """One item: its tag, its name in `card --json`, and what decodes its value."""

    tag: int
    field: str
    decode: Callable[..., object]
    check: Callable[[str], bool] | None = None
    """A check character; its failure is a warning and never takes the value away."""
    continued_in: int | None = None
    """The tag of a second value, which `decode` is given too (empty where the card lacks it)."""


def _one_of(codes: frozenset[str], decode: Callable[[bytes], str]) -> Callable[[bytes], str]:
    def decode_code(value: bytes) -> str:
        code = decode(value)
        if code not in codes:
            raise codec.Undecodable(Problem.MALFORMED)
        return code

    return decode_code


_CARD_ITEMS = (
    Item(0x01, "identification_code", lambda value: codec.hexadecimal(value, 16)),
    Item(0x02, "category", _one_of(_CATEGORIES, codec.text)),
    Item(0x03, "spec_version", codec.text),
    Item(0x04, "initialising_institution", codec.digits),
    Item(0x05, "issued_on", codec.day),
    Item(0x06, "valid_until", codec.day),
    Item(0x07, "card_number", codec.text, check=is_valid_card_number),
)
_HOLDER_ITEMS = (
    Item(0x08, "id_number", codec.text, check=is_valid_id_number),
    Item(0x09, "name", codec.name, continued_in=_NAME_EXTENSION),
    Item(0x0A, "sex", _one_of(_SEXES, codec.text)),
    Item(0x0B, "ethnicity", _one_of(_ETHNICITIES, codec.digits)),
    Item(0x0C, "birthplace", lambda value: codec.digits(value, 6)),
    Item(0x0D, "birth_date", codec.day),
)


def decode_card(values: Values) -> tuple[CardRecord, list[FieldWarning]]:
    """EF05. Raises CardDamaged without a usable identification code."""
    fields, warnings = _decode(_CARD_ITEMS, values)
    _demand(fields, "identification_code")
    card = CardRecord(**fields)
    if not card.region.isdecimal():
        warnings.append(FieldWarning("region", Problem.MALFORMED))
    return card, warnings


def decode_holder(
    values: Values, spec_version: str | None
) -> tuple[HolderRecord, list[FieldWarning]]:
    """EF06. Raises CardDamaged without a usable social security number.

    The name's extension came with version 2 of the specification: older cards rightly lack it."""
    fields, warnings = _decode(_HOLDER_ITEMS, values)
    _demand(fields, "id_number")
    should_have_extension = spec_version is not None and not spec_version.startswith("1")
    if _NAME_EXTENSION not in values and should_have_extension:
        warnings.append(FieldWarning("name_extension", Problem.MISSING))
    return HolderRecord(**fields), warnings


def _decode(items: Iterable[Item], values: Values) -> tuple[dict[str, Any], list[FieldWarning]]:
    fields: dict[str, Any] = {}
    warnings = []
    for item in items:
        fields[item.field], problem = _decode_one(item, values)
        if problem is not None:
            warnings.append(FieldWarning(item.field, problem))
    return fields, warnings


def _decode_one(item: Item, values: Values) -> tuple[object, Problem | None]:
    if item.tag not in values:
        return None, Problem.MISSING
    parts = [values[item.tag]]
    if item.continued_in is not None:
        parts.append(values.get(item.continued_in, b""))
    if None in parts:
        return None, Problem.MALFORMED
    try:
        decoded = item.decode(*parts)
    except codec.Undecodable as error:
        return None, error.problem
    if item.check is not None and not item.check(str(decoded)):
        return decoded, Problem.CHECK_FAILED
    return decoded, None


def _demand(fields: Mapping[str, Any], field: str) -> None:
    if fields[field] is None:
        raise CardDamaged(missing=field)
