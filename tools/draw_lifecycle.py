"""Draws docs/lifecycle.md from the table in desk_app/domain/lifecycle.py; a test compares the two.

.venv/bin/python tools/draw_lifecycle.py
"""

from __future__ import annotations

from pathlib import Path

from desk_app.domain.card import CardState
from desk_app.domain.lifecycle import TRANSITIONS, Transition
from desk_app.ui.words import Words

PAGE = Path(__file__).parents[1] / "docs" / "lifecycle.md"

_HEAD = """\
# The life of a card

Drawn by `tools/draw_lifecycle.py` from the table in `desk_app/domain/lifecycle.py`: do not edit.
Services look every change up in that table, and a change that is not in it is refused (`state_forbids`).
"""

_E_CARD = """\
## The e-card with it

One card, one e-card. The platform itself stops the e-card of a card that is not normal, lets it work
again when the card is normal again, and ends it with a cancelled card (`docs/platform-contract.md`). The
region decides (`resources/regions`) in which states it is ended at once instead of being stopped. When a
replacement is handed over, the e-card moves to the new card *before* the old one is reported as
cancelled, and keeps its sign number: the holder does not apply again.

## What each of them takes

A temporary loss ends by itself at its date; while a formal loss waits for its decision the card is
protected without a date. A rejected formal loss leaves the card protected for as long as a temporary loss
lasts, or lifts the protection if the holder wants that. An application carries the version of its card: a
decision on another version is refused with what was changed, when and at which window.
"""


def page() -> str:
    """The whole document."""
    return "\n".join((_HEAD, _diagram(), _table(), _E_CARD))


def _diagram() -> str:
    said = Words("en")
    lines = [f"  {state} : {said.of(state)}" for state in CardState]
    lines.append(f"  [*] --> {CardState.IN_PRODUCTION}")
    lines += [f"  {r.source} --> {r.target} : {said.of(r.change)}" for r in TRANSITIONS]
    lines.append(f"  {CardState.CANCELLED} --> [*]")
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def _table() -> str:
    rows = ["| change | 办理 | from | to | by | four eyes |", "|---|---|---|---|---|---|"]
    return "\n".join((*rows, *map(_row, TRANSITIONS))) + "\n"


def _row(row: Transition) -> str:
    english, chinese = Words("en"), Words("zh_CN")
    cells = (
        f"{english.of(row.change)} (`{row.change}`)",
        chinese.of(row.change),
        english.of(row.source),
        english.of(row.target),
        "the calendar" if row.permission is None else f"`{row.permission}`",
        "yes" if row.four_eyes else "",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
