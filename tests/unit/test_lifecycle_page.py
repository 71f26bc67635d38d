"""docs/lifecycle.md is what the table says."""

import runpy
from pathlib import Path

from desk_app.domain.lifecycle import TRANSITIONS

ROOT = Path(__file__).parents[2]


def test_the_page_is_drawn_from_the_table_as_it_is_now() -> None:
    drawn = runpy.run_path(str(ROOT / "tools" / "draw_lifecycle.py"))
    page = (ROOT / "docs" / "lifecycle.md").read_text("utf-8")
    assert page == drawn["page"](), "run .venv/bin/python tools/draw_lifecycle.py"
    assert page.count("\n| ") == len(TRANSITIONS) + 1
