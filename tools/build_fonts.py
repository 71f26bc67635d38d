#!/usr/bin/env python3
"""Cut the static Noto Sans SC fonts the product prints and shows with.

The source is the variable font in the package `justmytype-intl-cjk`, taken for the set-up only. A PDF
needs TrueType outlines of one weight: the variable font itself would be embedded as Thin. Only
the variation tables go; every glyph and layout feature stays. The licence (OFL 1.1, whose one
reserved name is "Source") lets the instances keep the family's name, and is laid beside them.

    .venv/bin/python tools/build_fonts.py [FOLDER]
"""

import importlib.resources
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from desk_app import paths

WEIGHTS = {"Regular": 400, "SemiBold": 600}
SOURCE = importlib.resources.files("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"


def cut(style: str, folder: Path) -> Path:
    """Write one static weight into the folder, all or nothing."""
    with importlib.resources.as_file(SOURCE / "NotoSansSC[wght].ttf") as source:
        font = TTFont(source)
        instancer.instantiateVariableFont(
            font, {"wght": WEIGHTS[style]}, inplace=True, updateFontNames=True
        )
    target = folder / f"NotoSansSC-{style}.ttf"
    unfinished = target.with_suffix(f".{os.getpid()}.tmp")
    font.save(unfinished)
    unfinished.replace(target)
    return target


def main(arguments: list[str]) -> None:
    """Build what is missing in the folder, by default the one `desk_app.paths.fonts` names."""
    folder = Path(arguments[0]) if arguments else paths.fonts({})
    folder.mkdir(parents=True, exist_ok=True)
    with importlib.resources.as_file(SOURCE / "OFL.txt") as licence:
        shutil.copyfile(licence, folder / "OFL.txt")
    missing = [style for style in WEIGHTS if not (folder / f"NotoSansSC-{style}.ttf").exists()]
    started = time.monotonic()
    with ProcessPoolExecutor() as pool:
        for target in pool.map(cut, missing, [folder] * len(missing)):
            print(f"   {target.name}, {target.stat().st_size / 1e6:.1f} MB", flush=True)
    if missing:
        print(f"   {len(missing)} fonts in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
