"""Where the product's own files lie, in a checkout and in an installed wheel."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """The folder of shipped files (translations, icons, theme, region policies, templates).

    A wheel carries it inside the package, an editable checkout has it beside the package.
    """
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


def home(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of this terminal's database, keys, archive and logs; it may not exist yet.

    `DESK_APP_HOME` names it; otherwise it is the user's data folder for `desk-app`.
    """
    if chosen := env.get("DESK_APP_HOME"):
        return Path(chosen).expanduser().absolute()
    import platformdirs  # only here: a terminal is normally told its home

    return Path(platformdirs.user_data_dir("desk-app"))


def fonts(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of the static Noto Sans SC fonts that `make setup` builds.

    `DESK_APP_FONTS` names another one; otherwise it belongs to the virtual environment.
    """
    if chosen := env.get("DESK_APP_FONTS"):
        return Path(chosen).expanduser().absolute()
    return Path(sys.prefix) / "share" / "desk-app" / "fonts"
