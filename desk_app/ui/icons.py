"""The product's own icons, drawn from SVG in the colour that is asked for."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from desk_app.paths import resources


def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """An icon for buttons, with the colour that it has on a disabled one."""
    made = QIcon(pixmap(name, colour, 24, 2.0))
    if disabled is not None:
        made.addPixmap(pixmap(name, disabled, 24, 2.0), QIcon.Mode.Disabled)
    return made


@cache
def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """One icon at `size` logical pixels."""
    from PySide6.QtSvg import QSvgRenderer  # not before the first icon: the window is painted first

    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode())).render(painter)
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@cache
def _svg(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text("utf-8")
