"""The list of documents on their way to paper, and the line about them that stands over every page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.scene import Tone
from desk_app.ui.screens.printouts.card import PrintoutCard, tell_trouble
from desk_app.ui.screens.printouts.presenter import (
    Printout,
    PrintoutsPresenter,
    PrintoutsState,
)
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, button, label


class PrintoutList(QWidget):
    """A card for each document, in the order of printing."""

    def __init__(
        self,
        speech: Speech,
        presenter: PrintoutsPresenter,
        shown: Callable[[Printout], bool] = lambda _item: True,
    ) -> None:
        super().__init__()
        self._speech, self._presenter, self._shown = speech, presenter, shown
        self._cards: dict[str, PrintoutCard] = {}
        self._notice = Banner()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(GRID)
        self._inside.addWidget(self._notice)
        speech.listen(lambda: self.draw(presenter.state))
        presenter.watch(self.draw)

    def draw(self, state: PrintoutsState) -> None:
        """Show what is there; a card goes with its document."""
        items = [item for item in state.items if self._shown(item)]
        for serial in self._cards.keys() - {item.serial for item in items}:
            gone = self._cards.pop(serial)
            self._inside.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for item in items:
            if item.serial not in self._cards:
                self._cards[item.serial] = PrintoutCard(self._speech, self._presenter, item.serial)
                self._inside.addWidget(self._cards[item.serial])
            self._cards[item.serial].draw(item)
        self._notice.show_notice(state.notice, self._speech.words)
        self.setVisible(bool(items) or state.notice is not None)


class PrintoutsView(QWidget):
    """The page of all of them."""

    def __init__(self, speech: Speech, presenter: PrintoutsPresenter) -> None:
        super().__init__()
        self._speech = speech
        title, self._about = label("heading"), label("muted")
        speech.bind("printouts.title", title.setText)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.setSpacing(2 * GRID)
        inside.addWidget(title)
        inside.addWidget(self._about)
        inside.addWidget(PrintoutList(speech, presenter))
        inside.addStretch(1)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def _draw(self, state: PrintoutsState) -> None:
        self._about.setText(
            self._speech.words.say("printouts.about" if state.items else "printouts.none")
        )


class PrintoutsNotice(Banner):
    """Over every page that does not show it anyway: a document that needs somebody's hand."""

    def __init__(
        self, speech: Speech, presenter: PrintoutsPresenter, go: Callable[[], object]
    ) -> None:
        self._go = button("secondary", go)
        self._go.setObjectName("printouts-go")
        super().__init__(self._go)
        self._speech, self._presenter = speech, presenter
        self._covered = False
        speech.bind("printouts.go", self._go.setText)
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    def cover(self, covered: bool) -> None:
        """Whether the page that is open shows the same."""
        self._covered = covered
        self._draw(self._presenter.state)

    def _draw(self, state: PrintoutsState) -> None:
        item, words = state.troubled, self._speech.words
        self._go.setVisible(self._presenter.serving)
        if item is None or self._covered:
            self.clear()
        elif item.job.trouble is not None:
            tell_trouble(self, item, words, named=True)
        else:
            key = "left_not_out" if item.not_out else "left_out"
            text = words.say(f"printouts.{key}", serial=item.serial, queue=item.job.queue)
            self.tell(Tone.WARNING, text)
