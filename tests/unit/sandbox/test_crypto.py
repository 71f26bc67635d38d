"""The sandbox's key scheme against the card contract's vector."""

import pytest

from desk_app.sandbox.crypto import DIVERSIFIER, external_cryptogram, internal_response

HISTORICAL = bytes.fromhex("00814A44468660310000000107")


def test_internal_response_of_the_contract() -> None:
    factor, random = bytes.fromhex("1122334455667788"), bytes.fromhex("A0A1A2A3A4A5A6A7")
    response = internal_response(HISTORICAL[DIVERSIFIER], factor, random)
    assert response == bytes.fromhex("52F7BD5A824FC5D0")


def test_external_cryptogram_of_the_contract() -> None:
    factor, challenge = bytes.fromhex("8877665544332211"), bytes.fromhex("C5D71484F8CF9BF4")
    cryptogram = external_cryptogram(HISTORICAL[DIVERSIFIER], factor, challenge)
    assert cryptogram == bytes.fromhex("5B63650F2A0D7074")


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_every_input_counts(changed: int) -> None:
    inputs = [HISTORICAL[DIVERSIFIER], bytes(8), bytes(8)]
    before = external_cryptogram(*inputs)
    inputs[changed] = bytes(7) + b"\xff"
    assert external_cryptogram(*inputs) != before
