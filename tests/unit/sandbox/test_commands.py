"""`sandbox card` without a virtual reader at hand."""

import pytest

from desk_app.sandbox import commands
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.commands import plug


def test_an_unknown_card_lists_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert plug("golden") == 2
    problem = capsys.readouterr().err
    assert "There is no card 'golden'" in problem
    assert all(f"  {variant} " in problem for variant in Variant)


@pytest.mark.parametrize(
    ("typed", "variant"),
    [
        ("torn-out", Variant.TORN_OUT),
        ("Not activated", Variant.NOT_ACTIVATED),
        ("generation2", Variant.GENERATION_2),
        ("gen-2", Variant.GENERATION_2),
        ("rare", Variant.RARE_NAME),
        ("lost", Variant.LOST),
        ("damaged", Variant.DAMAGED),
        ("t0", Variant.T0),
        ("gen", None),
        ("", None),
    ],
)
def test_a_kind_is_found_however_its_name_is_written(typed: str, variant: Variant | None) -> None:
    assert commands._chosen(typed) is variant


def test_there_are_two_slots(capsys: pytest.CaptureFixture[str]) -> None:
    assert plug("good", slot=3) == 2
    assert "slots 1 and 2" in capsys.readouterr().err


def test_without_a_reader_it_says_what_to_start(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, loopback_port: int
) -> None:
    monkeypatch.setattr(commands, "PORTS", (loopback_port, loopback_port))
    assert plug("good") == 1
    assert "start pcscd with the vpcd driver" in capsys.readouterr().err
