"""The colours are legible: WCAG 2.2 contrast of every pair of text and ground that the windows use."""

import tomllib

import pytest

from desk_app.paths import resources
from desk_app.ui.theme import SCALES, Appearance, theme

TONES = ("good", "info", "warning", "danger", "neutral", "unknown")
GROUNDS = ("background", "surface", "sunken")

TEXT_PAIRS = [
    *((text, ground) for text in ("text", "muted") for ground in GROUNDS),
    *((tone, f"{tone}_soft") for tone in TONES),
    *((text, f"{tone}_soft") for text in ("text", "muted") for tone in TONES),
    *((tone, ground) for tone in ("danger", "accent_strong") for ground in GROUNDS),
    *(("text", soft) for soft in ("accent_soft",)),
    ("accent_strong", "accent_soft"),
    ("muted", "accent_soft"),
    ("accent", "surface"),
    ("accent", "background"),
    ("on_accent", "accent"),
    ("on_accent", "accent_strong"),
    ("on_danger", "danger"),
    ("on_danger", "danger_strong"),
    ("surface", "text"),
]
"""What the style sheet puts on what."""

SHAPE_PAIRS = [
    *(("control", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in (*GROUNDS, "accent_soft")),
    *((tone, f"{tone}_soft") for tone in TONES),
]
"""Borders and icons that say something by themselves."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tokens(mode: str) -> dict[str, str]:
    with (resources() / "theme" / "tokens.toml").open("rb") as file:
        colours: dict[str, str] = tomllib.load(file)[mode]
    return colours


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_legible(mode: str, text: str, ground: str) -> None:
    colours = tokens(mode)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_borders_and_focus_can_be_seen(mode: str, shape: str, ground: str) -> None:
    colours = tokens(mode)
    assert contrast(colours[shape], colours[ground]) >= 3


def test_both_modes_have_the_same_tokens() -> None:
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize("scale", SCALES)
def test_type_grows_with_the_chosen_size_and_the_citizen_reads_larger(scale: int) -> None:
    usual, chosen = theme(Appearance()), theme(Appearance(scale))
    citizen = theme(Appearance(scale), citizen=True)
    assert chosen.sizes["body"] == pytest.approx(usual.sizes["body"] * scale / 100, abs=1)
    assert citizen.sizes["body"] > chosen.sizes["body"]
    assert "$" not in chosen.style_sheet()
