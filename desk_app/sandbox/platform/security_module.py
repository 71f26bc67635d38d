"""The platform's hardware security module, as the sandbox has it: judges a card's cryptogram (card.md)."""

from __future__ import annotations

import hmac
import re
import secrets

from desk_app.domain.card import Algorithm
from desk_app.sandbox import crypto
from desk_app.sandbox.platform.call import Call
from desk_app.sandbox.platform.problems import Answer, answer, refused

_IDENTIFICATION_CODE = re.compile("[0-9A-F]{32}")
_EIGHT_BYTES = re.compile("[0-9A-Fa-f]{16}")


def authenticate(call: Call) -> Answer:
    """POST /v1/card-authentications"""
    code, algorithm = call.body.get("identification_code"), call.body.get("algorithm")
    if not (isinstance(code, str) and _IDENTIFICATION_CODE.fullmatch(code)):
        raise refused(422, "malformed", "identification_code must be 32 digits, 0-9 and A-F.")
    if algorithm not in tuple(Algorithm):
        raise refused(422, "malformed", "algorithm must be DES, SSF33 or SM4.")
    diversifier, factor, random, response, challenge = (
        _eight_bytes(call, name)
        for name in ("historical_factor", "factor", "random", "response", "challenge")
    )
    if algorithm != Algorithm.SM4:
        raise refused(422, "unsupported_algorithm", "Only SM4 keys are held here.")
    if not hmac.compare_digest(response, crypto.internal_response(diversifier, factor, random)):
        return answer({"genuine": False, "external": None})
    fresh = secrets.token_bytes(8)
    cryptogram = crypto.external_cryptogram(diversifier, fresh, challenge)
    external = {"cryptogram": cryptogram.hex().upper(), "factor": fresh.hex().upper()}
    return answer({"genuine": True, "external": external})


def _eight_bytes(call: Call, name: str) -> bytes:
    value = call.body.get(name)
    if not (isinstance(value, str) and _EIGHT_BYTES.fullmatch(value)):
        raise refused(422, "malformed", f"{name} must be 8 bytes as 16 hexadecimal digits.")
    return bytes.fromhex(value)
