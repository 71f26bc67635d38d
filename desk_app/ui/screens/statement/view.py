"""The statement screen: what is wanted on the left, exactly what will print on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.screens.printouts.presenter import PrintoutsPresenter
from desk_app.ui.screens.printouts.view import PrintoutList
from desk_app.ui.screens.statement.delivery import Delivery
from desk_app.ui.screens.statement.form import StatementForm
from desk_app.ui.screens.statement.presenter import StatementPresenter, StatementState
from desk_app.ui.screens.statement.preview import Preview
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID
from desk_app.ui.widgets.layouts import Arrangement, Regions

if TYPE_CHECKING:
    from desk_app.ui.screens.receipt.form import ReceiptForm

_PRINTERS_CHECK = 5000
"""Milliseconds between two looks for printers that have come or gone."""

_ARRANGEMENTS = (
    Arrangement(54, (("form",), ("preview",)), (1, 2)),
    Arrangement(0, (("form", "preview"),), (1,)),
)


class StatementView(QWidget):
    """Draws StatementState."""

    def __init__(
        self,
        speech: Speech,
        presenter: StatementPresenter,
        printouts: PrintoutsPresenter,
        form: StatementForm | ReceiptForm | None = None,
    ) -> None:
        """`form` is where the document is chosen."""
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._form = form or StatementForm(speech, presenter)
        self._delivery = Delivery(speech, presenter, self)
        of_this_visit = PrintoutList(speech, printouts, lambda item: item.here and item.asks)
        self._preview = Preview(speech)
        regions = Regions(_ARRANGEMENTS)
        regions.add("form", self._form)
        regions.add("preview", _stacked(self._delivery, of_this_visit, self._preview), grows=True)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.addWidget(regions)
        self._look = QTimer(self)
        self._look.setInterval(_PRINTERS_CHECK)
        self._look.timeout.connect(presenter.look_for_printers)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _draw(self, state: StatementState) -> None:
        self._form.draw(state)
        self._delivery.draw(state)
        self._preview.draw(state)
        if state.open and not self._look.isActive():
            self._look.start()
        elif not state.open:
            self._look.stop()


def _stacked(*widgets: QWidget) -> QWidget:
    """Widgets below each other; the last one gets the room that is left."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    for widget in widgets:
        column.addWidget(widget, int(widget is widgets[-1]))
    return box
