"""Folders of the product, by environment and by place."""

import sys
from pathlib import Path

from desk_app import paths


def test_resources_lie_beside_the_package_in_a_checkout() -> None:
    assert paths.resources() == Path(paths.__file__).resolve().parents[1] / "resources"


def test_home_follows_the_environment(tmp_path: Path) -> None:
    assert paths.home({"DESK_APP_HOME": str(tmp_path)}) == tmp_path
    assert paths.home({"DESK_APP_HOME": "here"}) == Path.cwd() / "here"
    assert paths.home({}).name == "desk-app"


def test_fonts_belong_to_the_virtual_environment(tmp_path: Path) -> None:
    assert paths.fonts({}) == Path(sys.prefix, "share", "desk-app", "fonts")
    assert paths.fonts({"DESK_APP_FONTS": str(tmp_path)}) == tmp_path


def test_fonts_are_static_truetype() -> None:
    from fontTools.ttLib import TTFont

    for style, weight in (("Regular", 400), ("SemiBold", 600)):
        with TTFont(paths.fonts() / f"NotoSansSC-{style}.ttf", lazy=True) as font:
            assert "glyf" in font
            assert "fvar" not in font
            assert font["OS/2"].usWeightClass == weight
            assert font["name"].getBestFamilyName() == "Noto Sans SC"
            assert set(map(ord, "社会保障卡𬍛㛃·")) <= font.getBestCmap().keys()
