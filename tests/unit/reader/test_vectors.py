"""Every vector of `tests/vectors/card/`, by the one thing that each file is about."""

import tomllib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from desk_app.domain.card import FieldWarning
from desk_app.domain.errors import CardDamaged
from desk_app.reader.application import CardApplication
from desk_app.reader.atr import historical_bytes, historical_factor
from desk_app.reader.items import decode_card, decode_holder
from desk_app.reader.tlv import parse_records
from tests.fakes.scripted_card import ScriptedCard

FOLDER = Path(__file__).parents[2] / "vectors" / "card"
SELECT = "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF"


def vectors() -> list[Any]:
    return [
        pytest.param(file.stem, vector, id=f"{file.stem}: {vector['name']}")
        for file in sorted(FOLDER.glob("*.toml"))
        for vector in tomllib.loads(file.read_text())["vector"]
    ]


def ef05(vector: dict[str, Any]) -> dict[str, Any]:
    card, warnings = decode_card(parse_records(bytes.fromhex(vector["records"])))
    return {**asdict(card), "region": card.region, "warnings": codes(warnings)}


def ef06(vector: dict[str, Any]) -> dict[str, Any]:
    values = parse_records(bytes.fromhex(vector["records"]))
    holder, warnings = decode_holder(values, vector["specification"])
    return {**asdict(holder), "warnings": codes(warnings)}


def fci(vector: dict[str, Any]) -> dict[str, Any]:
    application = CardApplication(ScriptedCard((SELECT, vector["fci"])))
    unknown = ["algorithm_malformed"] if application.has_unknown_algorithm else []
    return {"algorithm": application.algorithm, "warnings": unknown}


def atr(vector: dict[str, Any]) -> dict[str, Any]:
    given = bytes.fromhex(vector["atr"])
    factor = historical_factor(given)
    historical = historical_bytes(given).hex().upper()
    return {"historical": historical, "factor": factor and factor.hex().upper()}


def codes(warnings: list[FieldWarning]) -> list[str]:
    return [warning.code for warning in warnings]


DECODERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "ef05": ef05,
    "ef06": ef06,
    "fci": fci,
    "atr": atr,
}


@pytest.mark.parametrize(("about", "vector"), vectors())
def test_the_card_is_understood(about: str, vector: dict[str, Any]) -> None:
    expected = vector["expected"]
    if "missing" in expected:
        with pytest.raises(CardDamaged) as damaged:
            DECODERS[about](vector)
        assert damaged.value.missing == expected["missing"]
        return
    told = DECODERS[about](vector)
    assert {name: told[name] for name in expected} == expected
    assert not {name for name, value in told.items() if value and name not in expected}
