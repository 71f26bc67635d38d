"""Where what is previewed goes: a printer, with the paper that it offers, or a file."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLabel, QWidget

from desk_app.domain.printing import A4, PrinterOffer
from desk_app.ui.screens.statement.presenter import StatementPresenter, StatementState, Work
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.file_dialog import ask_where_to_save_pdf
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.words import Words


class Delivery(Card):
    """Draws what StatementState says of printing and saving. What a printer offers no choice of is not
    shown."""

    def __init__(self, speech: Speech, presenter: StatementPresenter, window: QWidget) -> None:
        super().__init__(margin=2 * GRID)
        self._speech = speech
        self._presenter = presenter
        self._window = window
        self._state = StatementState()
        self._named: dict[str, QLabel] = {}
        self._choices = {
            name: self._choice(name) for name in ("queue", "paper", "sides", "tray", "colour")
        }
        self._choices["queue"].setMinimumContentsLength(12)
        self._notice = Banner()
        self._print = button("primary", presenter.print)
        self._print.setObjectName("statement-print")
        self._save = button("secondary", self._ask_path)
        self._save.setObjectName("statement-save")
        self._no_printer = label("body")
        speech.bind("statement.no_printer", self._no_printer.setText)
        fields = [part for name in self._choices for part in self._parts(name)]
        self.add(self._no_printer, Wrapping(*fields), Wrapping(self._print, self._save))
        self.add(self._notice)

    def draw(self, state: StatementState) -> None:
        """Show what can be done with what is previewed."""
        words = self._speech.words
        self._state = state
        self.setVisible(state.prepared is not None or state.notice is not None)
        self._draw_choices(state, words)
        printing = state.work is Work.PRINTING
        handed = "handed" if state.handed else "print"
        self._print.setText(words.say(f"statement.{'printing' if printing else handed}"))
        saving = state.work is Work.SAVING
        self._save.setText(words.say("statement.saving" if saving else "statement.save"))
        ready = state.prepared is not None and state.work is None
        for each in (self._save, *self._choices.values()):
            each.setEnabled(ready)
        self._no_printer.setVisible(state.queues == ())
        self._print.setEnabled(ready and not state.handed and state.queues != ())
        self._notice.show_notice(state.notice, words)

    def _draw_choices(self, state: StatementState, words: Words) -> None:
        choice, offer = state.choice, state.offer
        queues = [(queue, queue) for queue in state.queues or ()]
        usual = ("", words.say("statement.queue_default"))
        self._choices["queue"].offer([usual, *queues], choice.queue)
        self._shown("queue", bool(queues))
        for name, offered in _offered(offer).items():
            pairs = [(each, words.coded(f"print_{name}", each)) for each in offered]
            if name != "paper":
                pairs.insert(0, ("", words.say("statement.as_printer")))
            self._choices[name].offer(pairs, getattr(choice, name))
            self._shown(name, bool(queues) and len(offered) > 1)

    def _shown(self, name: str, shown: bool) -> None:
        for part in self._parts(name):
            part.setVisible(shown)

    def _parts(self, name: str) -> tuple[QWidget, QWidget]:
        return self._named[name], self._choices[name]

    def _choice(self, name: str) -> Choice:
        made = Choice(partial(self._chosen, name))
        made.setObjectName(f"statement-{name}")
        self._named[name] = label("strong", wrap=False)
        self._speech.bind(f"statement.{name}", self._named[name].setText, made.setAccessibleName)
        return made

    def _chosen(self, name: str, value: object) -> None:
        self._presenter.choose_printer(**{name: str(value or "")})

    def _ask_path(self) -> None:
        """A file name of the statement's number: no personal data in file names."""
        if self._state.prepared is None:
            return
        title = self._speech.words.say("statement.save_title")
        name = f"{self._state.prepared.issued.serial}.pdf"
        ask_where_to_save_pdf(self._window, title, name, self._presenter.save)


def _offered(offer: PrinterOffer) -> dict[str, list[str]]:
    """What there is to choose from; sheets that a page cannot be read on are not among the papers."""
    papers = [paper for paper in offer.papers if paper in _PAPERS]
    colours = [colour for colour in offer.colours if colour in ("monochrome", "color")]
    return {
        "paper": sorted({A4, *papers}, key=_PAPERS.index),
        "sides": list(offer.sides),
        "tray": list(offer.trays),
        "colour": colours,
    }


_PAPERS = [A4, "iso_a3_297x420mm", "jis_b4_257x364mm", "iso_b4_250x353mm"]
"""PWG 5101.1 names of A4 and larger sheets."""
