"""The middle of the counter: every verb as a large button; a disabled one says why and what would help."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.domain.verbs import Offer, Verb
from desk_app.ui.scene import Scene
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, label
from desk_app.ui.widgets.layouts import Tiles
from desk_app.ui.widgets.verb_card import VerbCard
from desk_app.ui.words import Words

_TILE = 230
"""Pixels below which a verb's tile does not shrink before another column is given up."""

_KEYS = {
    Verb.ACTIVATE: "F4",
    Verb.CONSENT: "F6",
    Verb.BIND: "F7",
    Verb.CLAIM: "F8",
    Verb.STATEMENT: "F9",
    Verb.AUTHORIZATIONS: "F10",
    Verb.UNBIND: "Ctrl+U",
    Verb.REPORT_LOSS: "Ctrl+L",
    Verb.FORMAL_LOSS: "Ctrl+G",
    Verb.RELEASE: "Ctrl+R",
    Verb.REPLACE: "Ctrl+N",
    Verb.HAND_OVER: "Ctrl+H",
    Verb.CANCEL: "Ctrl+E",
}
"""Function keys in the window's order; what takes two keys ends or stops something."""

_OF_LOSS = (
    Verb.REPORT_LOSS,
    Verb.FORMAL_LOSS,
    Verb.RELEASE,
    Verb.REPLACE,
    Verb.HAND_OVER,
    Verb.CANCEL,
)
_GROUPS = {
    "counter.verbs": tuple(verb for verb in Verb if verb not in _OF_LOSS),
    "counter.verbs_loss": _OF_LOSS,
}
"""Headings, and what stands below each."""


class VerbsPanel(QWidget):
    """Draws what is offered."""

    def __init__(self, speech: Speech, presenter: CounterPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._cards = {
            verb: VerbCard(str(verb), _KEYS[verb], partial(presenter.use, verb)) for verb in Verb
        }
        self._groups = [self._group(heading, verbs) for heading, verbs in _GROUPS.items()]
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(2 * GRID)
        for group in self._groups:
            self._inside.addWidget(group)
        self._inside.addStretch(1)
        self._loss_first = False

    def _put_first(self, loss: bool) -> None:
        """Put the verbs of loss above the others, or below them, on the screen and for the Tab key."""
        if loss is self._loss_first:
            return
        self._loss_first = loss
        ordered = list(reversed(self._groups)) if loss else self._groups
        for at, group in enumerate(ordered):
            self._inside.insertWidget(at, group)
        names = list(_GROUPS.values())
        verbs = [verb for group in (reversed(names) if loss else names) for verb in group]
        for before, after in pairwise(verbs):
            self.setTabOrder(self._cards[before].button, self._cards[after].button)

    def _group(self, heading: str, verbs: tuple[Verb, ...]) -> Card:
        title = label("heading")
        self._speech.bind(heading, title.setText)
        tiles = Tiles(*(self._cards[verb] for verb in verbs), least=_TILE, gap=GRID)
        box = Card(margin=2 * GRID, spacing=GRID + GRID // 2)
        box.add(title)
        box.inside.addWidget(tiles)
        return box

    def draw(self, scene: Scene) -> None:
        """Show what is offered in the scene; who comes without a card has mostly lost it."""
        self._put_first(scene.case is not None and scene.case.reading is None)
        for offer in self._presenter.offers():
            busy = scene.busy is offer.verb
            name = self._speech.words.say(f"verb.{offer.verb}.{'busy' if busy else 'name'}")
            reason = _reason(offer, self._speech.words)
            enabled = offer.enabled and scene.busy is None
            self._cards[offer.verb].show_verb(name, reason, enabled=enabled)


def _reason(offer: Offer, words: Words) -> str:
    """What the verb does; or for each hindrance why, and what would enable it."""
    if offer.enabled:
        return words.say(f"verb.{offer.verb}.about")
    return "\n".join(
        words.say(
            "counter.hindrance",
            why=words.say(f"hindrance.{hindrance}.why"),
            way_out=words.say(f"hindrance.{hindrance}.way_out"),
        )
        for hindrance in offer.hindrances
    )
