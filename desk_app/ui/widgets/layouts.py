"""Layouts that give way when the type is large or the window narrow: rows that wrap, regions that move."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desk_app.ui import look
from desk_app.ui.widgets.basics import GRID


class Wrapping(QWidget):
    """Widgets side by side that go on in the next line where there is no room."""

    def __init__(self, *widgets: QWidget, gap: int = GRID) -> None:
        super().__init__()
        self._items: list[QWidget] = []
        self._gap = gap
        self._right_from: int | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.add(*widgets)

    def add(self, *widgets: QWidget) -> None:
        """Put widgets at the end."""
        for widget in widgets:
            widget.setParent(self)
            self._items.append(widget)

    def push_right(self) -> None:
        """Widgets that are added from now on stand at the right end of their line."""
        self._right_from = len(self._items)

    def hasHeightForWidth(self) -> bool:
        """Qt: the narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt: height of all lines in `width`."""
        return self._arrange(width, move=False)

    def sizeHint(self) -> QSize:
        """Qt: all in one line."""
        sizes = [_hint(item) for item in self._shown()]
        width = sum(size.width() + self._gap for size in sizes) - self._gap
        height = max((size.height() for size in sizes), default=0)
        return QSize(max(width, 0), height).grownBy(self.contentsMargins())

    def minimumSizeHint(self) -> QSize:
        """Qt: as wide as the widest."""
        widths = [item.minimumSizeHint().width() for item in self._shown()]
        return QSize(max(widths, default=0), 0).grownBy(self.contentsMargins())

    def event(self, event: QEvent) -> bool:
        """Qt: a widget has come, gone, or wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._arrange(self.width(), move=True)
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: nobody told of what changed while it was hidden."""
        self.updateGeometry()
        self._arrange(self.width(), move=True)
        super().showEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Qt: arrange the widgets."""
        self._arrange(self.width(), move=True)

    def _shown(self) -> list[QWidget]:
        explicit = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
        return [i for i in self._items if not (i.isHidden() and i.testAttribute(explicit))]

    def _arrange(self, width: int, *, move: bool) -> int:
        """Place the widgets if they are to `move`; gives the height that they take in `width`."""
        inside = QRect(0, 0, width, 0).marginsRemoved(self.contentsMargins())
        x, y, line = inside.x(), inside.y(), 0
        row: list[tuple[QWidget, QRect]] = []
        for item in self._shown():
            size = _hint(item).boundedTo(QSize(max(inside.width(), 1), 16777215))
            if row and x + size.width() > inside.right() + 1:
                self._settle(row, line, inside.right(), move=move)
                x, y, line, row = inside.x(), y + line + self._gap, 0, []
            row.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + self._gap
            line = max(line, size.height())
        self._settle(row, line, inside.right(), move=move)
        return y + line + self.contentsMargins().bottom()

    def _settle(self, row: list[tuple[QWidget, QRect]], line: int, end: int, *, move: bool) -> None:
        """Centre the widgets of one line on each other; some stand at its end."""
        if not (row and move):
            return
        right = self._items if self._right_from is None else self._items[self._right_from :]
        room = 0 if self._right_from is None else end - row[-1][1].right()
        for item, place in row:
            down = (line - place.height()) // 2
            item.setGeometry(place.translated(room if item in right else 0, down))


class Tiles(Wrapping):
    """Widgets of equal width in as many columns as fit; each row is as high as its highest widget."""

    def __init__(self, *widgets: QWidget, least: int, gap: int = 2 * GRID) -> None:
        self._least = least
        super().__init__(*widgets, gap=gap)

    def sizeHint(self) -> QSize:
        """Qt: two columns; the height depends on the width, so none is asked for."""
        return QSize(2 * self._least + self._gap, 0)

    def _arrange(self, width: int, *, move: bool) -> int:
        items = self._shown()
        least = max([self._least, *(item.minimumSizeHint().width() for item in items)])
        columns = max(1, min(len(items), (width + self._gap) // (least + self._gap)))
        share = (width - self._gap * (columns - 1)) // columns
        y = 0
        for start in range(0, len(items), columns):
            line = items[start : start + columns]
            height = max(_height(item, share) for item in line)
            for at, item in enumerate(line):
                if move:
                    item.setGeometry(at * (share + self._gap), y, share, height)
            y += height + self._gap
        return max(y - self._gap, 0)


@dataclass(frozen=True)
class Arrangement:
    """Which regions stand in which column when the width is at least `ems` times the body text's size;
    `shares` are the columns' shares of the width."""

    ems: int
    columns: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]


class Regions(QWidget):
    """Named regions that are arranged anew when the window gets wider or narrower, or the type larger."""

    def __init__(self, arrangements: tuple[Arrangement, ...], spacing: int = 2 * GRID) -> None:
        super().__init__()
        self._arrangements = arrangements
        self._regions: dict[str, tuple[QWidget, bool]] = {}
        self._current: Arrangement | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(spacing)
        self._columns = [QVBoxLayout() for _ in range(max(len(a.columns) for a in arrangements))]
        for column in self._columns:
            column.setSpacing(spacing)
            column.addStretch(1)
            line.addLayout(column)
        self._line = line

    def add(self, name: str, widget: QWidget, *, grows: bool = False) -> None:
        """Put a widget in its region; one that `grows` takes the height that its column has left. The
        order of adding is the order of the Tab key."""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        widget.setSizePolicy(policy)
        widget.setParent(self)
        self._regions[name] = (widget, grows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the width has changed."""
        self._fit()
        super().resizeEvent(event)

    def dress(self) -> None:
        """The type may have become larger."""
        self._fit()

    def _fit(self) -> None:
        ems = _outer_width(self) / look.pixels("body")
        fitting = (each for each in self._arrangements if ems >= each.ems)
        wanted = next(fitting, self._arrangements[-1])
        if wanted is not self._current:
            self._current = wanted
            self._arrange(wanted)

    def _arrange(self, wanted: Arrangement) -> None:
        for at, column in enumerate(self._columns):
            for widget, _ in self._regions.values():
                column.removeWidget(widget)
            names = wanted.columns[at] if at < len(wanted.columns) else ()
            for place, name in enumerate(names):
                widget, grows = self._regions[name]
                column.insertWidget(place, widget, 1000 if grows else 0)
            self._line.setStretch(at, wanted.shares[at] if names else 0)


def _outer_width(widget: QWidget) -> int:
    """Width of the scroll area around a widget, with its scroll bar: an arrangement that came and went
    with the scroll bar would make it come and go for ever."""
    outer: QWidget | None = widget
    while outer is not None and not isinstance(outer, QScrollArea):
        outer = outer.parentWidget()
    return (outer or widget).width()


def _hint(widget: QWidget) -> QSize:
    return widget.sizeHint().expandedTo(widget.minimumSizeHint()).expandedTo(widget.minimumSize())


def _height(widget: QWidget, width: int) -> int:
    if widget.hasHeightForWidth():
        return widget.heightForWidth(width)
    return _hint(widget).height()
