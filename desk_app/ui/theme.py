"""Colours and sizes: design tokens made into a style sheet. No Qt, so that it is quick to test."""

from __future__ import annotations

import tomllib
from functools import cache
from string import Template
from typing import Any, NamedTuple

from desk_app.paths import resources

SCALES = (100, 125, 150, 200)
"""Type sizes in per cent that the window offers."""

_TEXT_SIZES = ("display", "title", "heading", "body", "small")


class Appearance(NamedTuple):
    """How a window looks: type size in per cent, dark or light."""

    scale: int = 100
    dark: bool = False


class Theme(NamedTuple):
    """The values of one appearance. `colours` by token name, `#RRGGBB`; `sizes` in pixels."""

    colours: dict[str, str]
    sizes: dict[str, int]

    def style_sheet(self) -> str:
        """The Qt style sheet in these colours and sizes."""
        icons = (resources() / "icons").as_posix()
        mode = "dark" if self.colours["on_accent"] != "#FFFFFF" else "light"
        return _template().substitute(
            self.colours,
            **self.sizes,
            chevron=f"{icons}/chevron-{mode}.svg",
            tick=f"{icons}/tick-{mode}.svg",
        )


def theme(appearance: Appearance, *, citizen: bool = False) -> Theme:
    """The theme of the operator's window, or of the citizen's, which is read from farther away."""
    tokens = _tokens()
    size = tokens["size"]
    factor = appearance.scale / 100 * (size["citizen"] if citizen else 1)
    sizes = {name: round(size[name] * factor) for name in _TEXT_SIZES}
    sizes |= {
        "radius": size["radius"],
        "drop": round(sizes["body"] * 2.2),
        "search": sizes["body"] * 19,
        "row": round(size["body"] * factor * 1.6),
        "pill_radius": round(sizes["small"] * 0.9),
        "dot_radius": sizes["body"] // 2 + 2,  # a larger one than half the indicator makes a square
    }
    return Theme(tokens["dark" if appearance.dark else "light"], sizes)


@cache
def _tokens() -> dict[str, Any]:
    with (resources() / "theme" / "tokens.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _template() -> Template:
    return Template((resources() / "theme" / "style.qss").read_text("utf-8"))
