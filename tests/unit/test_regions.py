"""Region policies: the shipped files, their schema, and mistakes that are named."""

import json
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from desk_app import paths
from desk_app.domain.card import CardState
from desk_app.domain.errors import BadSettings
from desk_app.domain.lifecycle import Change
from desk_app.domain.region import ECardAction
from desk_app.regions import policy_of

FOLDER = paths.resources() / "regions"
FILES = sorted(FOLDER.glob("*.toml"))
SCHEMA = Draft202012Validator(json.loads((FOLDER / "schema.json").read_text()))
SHANGHAI = (FOLDER / "310000.toml").read_text()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_follows_the_schema_and_loads(path: Path) -> None:
    content = tomllib.loads(path.read_text())
    SCHEMA.validate(content)
    assert policy_of(content.get("code", "999999")).source == path.name


def test_shanghai() -> None:
    policy = policy_of("310000")
    assert policy.names["en"] == "Shanghai"
    assert policy.temporary_loss == timedelta(days=5)
    assert policy.renewal_opens == timedelta(days=60)
    suspends = policy.e_card_action(Change.REPORT_TEMPORARY_LOSS, CardState.TEMPORARILY_LOST)
    assert suspends is ECardAction.SUSPEND


def test_another_city_differs_in_each_point() -> None:
    one, other = policy_of("310000"), policy_of("320500")
    for field in fields(one):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(ours, dict):
            assert ours.keys() == theirs.keys()
            assert all(ours[key] != theirs[key] for key in ours)
        assert ours != theirs


def test_a_region_without_a_file_goes_by_the_general_rules() -> None:
    policy = policy_of("540102")
    assert (policy.code, policy.source) == ("540102", "default.toml")
    assert not policy.release_after_formal_loss


@pytest.mark.parametrize(
    ("change", "action"),
    [(Change.CANCEL, ECardAction.REVOKE), (Change.GIVE_UP, None)],
)
def test_a_cancelled_card_ends_its_e_card_unless_a_replacement_takes_it_over(
    change: Change, action: ECardAction | None
) -> None:
    for code in ("310000", "320500"):
        assert policy_of(code).e_card_action(change, CardState.CANCELLED) is action
        assert policy_of(code).e_card_action(Change.RELEASE, CardState.NORMAL) is None


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("code =", "kode =", "kode", "unknown_key"),
        ('code = "310000"', "", "code", "missing"),
        ('code = "310000"', 'code = "320500"', "code", "not_the_files_name"),
        ("[documents]", "[papers]", "papers", "unknown_key"),
        ("temporary_days = 5", "", "loss.temporary_days", "missing"),
        ("temporary_days = 5", "days = 5", "loss.days", "unknown_key"),
        ("temporary_days = 5", "temporary_days = 0", "loss.temporary_days", "out_of_range"),
        ("temporary_days = 5", "temporary_days = 31", "loss.temporary_days", "out_of_range"),
        ("temporary_days = 5", "temporary_days = true", "loss.temporary_days", "not_a_number"),
        ("temporary_days = 5", 'temporary_days = "5"', "loss.temporary_days", "not_a_number"),
        ("= true", '= "yes"', "loss.release_after_formal_loss", "not_true_or_false"),
        ('lost = "suspend"', 'lost = "none"', "e_card.temporarily_lost", "not_a_choice"),
        ('"Shanghai"', '" "', "names.en", "not_text"),
        (
            "escalation_hours = 4",
            "escalation_hours = 721",
            "applications.escalation_hours",
            "out_of_range",
        ),
        ("[loss]", "[loss", "", "not_toml"),
    ],
)
def test_a_mistake_is_named_with_its_file(
    tmp_path: Path, old: str, new: str, key: str, problem: str
) -> None:
    assert old in SHANGHAI
    (tmp_path / "310000.toml").write_text(SHANGHAI.replace(old, new, 1))
    with pytest.raises(BadSettings) as refused:
        policy_of("310000", tmp_path)
    assert (refused.value.key, refused.value.problem) == (key, problem)
    assert refused.value.source == "310000.toml"


@pytest.mark.parametrize(
    "broken", [{"loss": {"temporary_days": 31}}, {"loss": {}}, {"code": "31"}, {"extra": 1}]
)
def test_the_schema_refuses_what_the_loader_refuses(broken: dict[str, Any]) -> None:
    content = tomllib.loads(SHANGHAI)
    for name, value in broken.items():
        content[name] = {**content[name], **value} if value and name == "loss" else value
    assert list(SCHEMA.iter_errors(content))


def test_a_folder_without_rules_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        policy_of("310000", tmp_path)
    assert (refused.value.source, refused.value.problem) == ("default.toml", "file_unreadable")
