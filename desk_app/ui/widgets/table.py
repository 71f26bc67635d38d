"""Tables of values: a model that holds rows and never asks anybody, and a view of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from desk_app.ui import look
from desk_app.ui.icons import pixmap
from desk_app.ui.scene import Tone

_LEAST_HEIGHT = 260

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Cell:
    """A text, and the tone of the state that it says, if any."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True)
class TableRow:
    """Cells, and the key by which whoever filled the table knows the row again."""

    key: str
    cells: tuple[Cell, ...]


class RowsModel(QAbstractTableModel):
    """Holds titles and rows."""

    def __init__(self) -> None:
        super().__init__()
        self._titles: tuple[str, ...] = ()
        self._rows: tuple[TableRow, ...] = ()
        self.icon_size = 18

    def fill(self, titles: Sequence[str], rows: Sequence[TableRow]) -> None:
        """Hold these rows instead."""
        self.beginResetModel()
        self._titles, self._rows = tuple(titles), tuple(rows)
        self.endResetModel()

    def key(self, row: int) -> str:
        """The key of a row."""
        return self._rows[row].key

    def place(self, key: str | None) -> int | None:
        """In which row a key is now."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: columns."""
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: a cell's text; with a tone also its shape."""
        cell = self._rows[index.row()].cells[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._titles[index.column()]}: {cell.text}"
        if role == Qt.ItemDataRole.DecorationRole and cell.tone is not None:
            return pixmap(str(cell.tone), look.colour(str(cell.tone)), self.icon_size, 2.0)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Qt: a column's title."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._titles[section]
        return None


class Table(QTableView):
    """Shows a RowsModel, one row selected at a time or `several`. Tab leaves the table, arrows move inside
    it."""

    def __init__(self, stretched: int, *, several: bool = False) -> None:
        super().__init__()
        self.rows = RowsModel()
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._stretched = stretched

    def fill(self, titles: Sequence[str], rows: Sequence[TableRow]) -> None:
        """Show these rows instead."""
        self.rows.fill(titles, rows)
        self.dress()

    def refill(self, titles: Sequence[str], rows: Sequence[TableRow]) -> None:
        """Show these rows instead, with the same rows selected, current and in sight as far as they are still
        there."""
        selected, current = self.selected_keys(), self._key_at(self.currentIndex().row())
        first = self._key_at(self.rowAt(0))
        top = self.verticalScrollBar().value() - self._offset(first)
        self.fill(titles, rows)
        flags, model = QItemSelectionModel.SelectionFlag, self.selectionModel()
        for key in selected:
            if (row := self.rows.place(key)) is not None:
                model.select(self.rows.index(row, 0), flags.Select | flags.Rows)
        if (row := self.rows.place(current)) is not None:
            model.setCurrentIndex(self.rows.index(row, 0), flags.NoUpdate)
        self.updateGeometries()
        self.verticalScrollBar().setValue(top + self._offset(first))

    def dress(self) -> None:
        """Fit rows and icons to the type."""
        body = look.pixels("body")
        self.rows.icon_size = round(body * 1.3)
        self.setIconSize(QSize(self.rows.icon_size, self.rows.icon_size))
        self.verticalHeader().setDefaultSectionSize(body * 3)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the width has changed."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Every column as wide as it needs, one of them as wide as there is room; else scroll."""
        wanted = [
            max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))
            for column in range(self.rows.columnCount())
        ]
        room = self.viewport().width() - sum(wanted)
        for column, width in enumerate(wanted):
            self.setColumnWidth(column, width + max(room, 0) * (column == self._stretched))

    def selected_key(self) -> str | None:
        """Key of the selected row."""
        return next(iter(self.selected_keys()), None)

    def selected_keys(self) -> tuple[str, ...]:
        """Keys of the selected rows, from the top."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.rows.key(row) for row in chosen)

    def _key_at(self, row: int) -> str | None:
        return self.rows.key(row) if 0 <= row < self.rows.rowCount() else None

    def _offset(self, key: str | None) -> int:
        """Pixels from the first row's upper edge to that of the row with this key; 0 when it is gone."""
        row = self.rows.place(key)
        return 0 if row is None else row * self.verticalHeader().defaultSectionSize()
