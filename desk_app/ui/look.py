"""The colours and sizes in use, and how widgets that draw with them hear of new ones.

Not through Qt's StyleChange: that comes in the middle of a layout's pass, where a widget that changes its
size pulls the layout's feet away.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desk_app.ui.theme import Appearance, Theme, theme

_current: Theme | None = None


def wear(chosen: Theme) -> None:
    """Use these colours and sizes from now on."""
    global _current
    _current = chosen


def dress(window: QWidget) -> None:
    """Tell the widgets of a window that colours and sizes have changed: those that have a `dress`."""
    for widget in (window, *window.findChildren(QWidget)):
        take_on = getattr(widget, "dress", None)
        if take_on is not None:
            take_on()


def colour(name: str) -> str:
    """A token's colour as `#RRGGBB`."""
    return (_current or theme(Appearance())).colours[name]


def pixels(name: str) -> int:
    """Size of a kind of text in pixels, in the operator's window."""
    return (_current or theme(Appearance())).sizes[name]
