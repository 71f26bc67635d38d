"""Refusals: RFC 9457 problem details with the contract's `code`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """One answer as it goes over the wire; `settled` ones are given again under their key."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    settled: bool = True


def answer(content: Mapping[str, Any], status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, _encode(content))


class Problem(Exception):
    """A refusal; `members` are the extension members of the problem (`e_card`, `until` …).

    `settled` says that the rules have decided: the answer is the outcome of its Idempotency-Key. A request
    that never got as far (not authentic, not understood) has no outcome, and may be sent again corrected.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        settled: bool = False,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.settled = settled
        self.headers = headers or {}
        self.members = members

    def answer(self) -> Answer:
        """The problem as problem+json."""
        content = {
            "type": f"urn:problem:{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.members,
        }
        return Answer(self.status, _encode(content), PROBLEM_JSON, self.headers, self.settled)


def refused(status: int, code: str, detail: str, **members: Any) -> Problem:
    """A refusal by the rules: the definitive outcome of its request."""
    return Problem(status, code, detail, settled=True, **members)


def malformed(detail: str) -> Problem:
    """The request's form is not the contract's."""
    return Problem(400, "malformed", detail)


def _encode(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
