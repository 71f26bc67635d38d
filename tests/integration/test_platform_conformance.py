"""The sandbox platform against the contract's own text: whatever is sent, and what comes back."""

import re
from functools import cache
from typing import Any
from uuid import uuid4

import jsonschema
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from requests.auth import AuthBase

from desk_app import paths
from desk_app.sandbox.people import person
from tests.fixtures.cards import asked_for, new_card, reported
from tests.fixtures.platform import Probe, expect

CONTRACT = paths.resources() / "contracts" / "platform.openapi.yaml"

UNDOCUMENTED = {400, 404, 405, 409, 413, 415, 422}
"""Refusals that any operation may have to give beside those that the contract lists for it."""


def contract() -> dict[str, Any]:
    """The contract, with the parameters declared that it leaves to be read off the paths."""
    content: dict[str, Any] = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    for path, item in content["paths"].items():
        item["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall("{(.+?)}", path)
        ]
    return content


schema = schemathesis.openapi.from_dict(contract())


class Signed(AuthBase):
    """Signs what is about to be sent."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        assert request.method is not None
        request.headers.update(self.probe.signature(request.method, request.path_url, content))
        request.headers["Idempotency-Key"] = str(uuid4())
        return request


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered_in_the_contracts_terms(
    case: schemathesis.Case, probe: Probe
) -> None:
    answer = case.call(base_url=probe.url, auth=Signed(probe))
    listed = {int(status) for status in case.operation.definition.raw["responses"]}
    assert answer.status_code in listed | UNDOCUMENTED
    if answer.status_code < 400:
        assert answer.headers["content-type"] == ["application/json"]
        return
    problem = answer.json()
    assert answer.headers["content-type"] == ["application/problem+json"]
    assert problem["status"] == answer.status_code
    assert all(isinstance(problem[name], str) for name in ("type", "title", "detail", "code"))


@cache
def components() -> dict[str, Any]:
    schemas: dict[str, Any] = contract()["components"]["schemas"]
    return schemas


def check(content: Any, name: str) -> None:
    """The content is what the contract's schema says, with all of its members and no others."""
    described = components()[name]
    optional = {"valid_until"} if name == "PhysicalCard" else set()
    assert described["properties"].keys() - optional <= content.keys()
    strict = {**described, "additionalProperties": False}
    jsonschema.validate(content, strict, format_checker=jsonschema.FormatChecker())


def test_every_answer_has_the_members_of_the_contract(probe: Probe) -> None:
    card = new_card()
    path = f"/v1/cards/{card.identification_code}"
    check(expect(probe.ask("PUT", path, reported(card)), 200), "PhysicalCard")
    check(probe.get(path), "PhysicalCard")
    e_card = probe.post("/v1/e-cards", asked_for(card), 201)
    check(e_card, "ECard")
    at = f"/v1/e-cards/{e_card['sign_no']}"
    check(probe.get(at), "ECard")
    for action in ("suspensions", "resumptions", "revocations"):
        check(probe.post(f"{at}/{action}", {"reason": "test"}), "ECard")
    for item in probe.get(f"/v1/e-cards?id_number={card.id_number}")["items"]:
        check(item, "ECard")


def test_every_item_of_the_catalogues_has_the_members_of_the_contract(probe: Probe) -> None:
    for target, name in (("/v1/regions/310000/services", "Service"), ("/v1/channels", "Channel")):
        for item in probe.get(target)["items"]:
            check(item, name)


def test_every_authorisation_has_the_members_of_the_contract(probe: Probe) -> None:
    holder = person("bound").holder
    (e_card,) = probe.get(f"/v1/e-cards?id_number={holder.id_number}")["items"]
    items = probe.get(f"/v1/e-cards/{e_card['sign_no']}/authorizations")["items"]
    assert items
    for item in items:
        check(item, "Authorization")


def test_the_served_contract_has_no_path_that_is_not_served(probe: Probe) -> None:
    for path, item in contract()["paths"].items():
        for method in item.keys() - {"parameters"}:
            answer = probe.ask(method.upper(), path.replace("{", "").replace("}", ""), b"{}")
            code = answer.json().get("code")
            assert code not in ("not_found", "method_not_allowed"), f"{method} {path}"
