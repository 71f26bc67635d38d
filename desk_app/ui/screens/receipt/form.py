"""What the clerk chooses for a receipt: for what, in which language, for whom."""

from __future__ import annotations

from collections.abc import Callable

from desk_app.domain.document import Recipient
from desk_app.domain.receipt import Occasion, ReceiptKind
from desk_app.services.ports import Language
from desk_app.ui.screens.receipt.presenter import ReceiptPresenter
from desk_app.ui.screens.statement.presenter import StatementState, Work
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice


class ReceiptForm(Card):
    """Draws ReceiptState's occasion and order."""

    def __init__(self, speech: Speech, presenter: ReceiptPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        title, text = label("heading"), label("muted")
        back = button("quiet", presenter.back)
        back.setObjectName("receipt-back")
        speech.bind("receipt.title", title.setText)
        speech.bind("receipt.text", text.setText)
        speech.bind("statement.back", back.setText)
        self.add(back, title, text)
        self._occasion = self._field("receipt.occasion", presenter.choose_occasion)
        self._language = self._field(
            "statement.language", lambda value: presenter.choose(language=value)
        )
        self._recipient = self._field(
            "statement.recipient", lambda who: presenter.choose(recipient=who)
        )
        self._claim = label("small")
        self._again = button("secondary", presenter.prepare)
        self._again.setObjectName("receipt-again")
        speech.bind("receipt.claim", self._claim.setText)
        self.inside.addSpacing(GRID)
        self.add(self._claim)
        self.inside.addWidget(self._again)

    def draw(self, _state: StatementState) -> None:
        """Show what is chosen, and what can be chosen."""
        words, state = self._speech.words, self._presenter.state
        occasions = [(each, self._words_for(each)) for each in state.occasions]
        self._occasion.offer(occasions, state.occasion)
        self._language.offer([(each, words.of(each)) for each in Language], state.order.language)
        self._recipient.offer([(each, words.of(each)) for each in Recipient], state.order.recipient)
        about = state.occasion
        self._claim.setVisible(about is not None and about.kind is ReceiptKind.BINDING)
        preparing = state.work is Work.PREPARING
        self._again.setText(words.say("statement.preparing" if preparing else "receipt.again"))
        for each in (self._occasion, self._language, self._recipient, self._again):
            each.setEnabled(state.work is None)

    def _words_for(self, occasion: Occasion) -> str:
        words, time = self._speech.words, f"{occasion.at.astimezone():%m-%d %H:%M}"
        return words.say("receipt.choice", kind=words.of(occasion.kind), time=time)

    def _field(self, key: str, chosen: Callable[[object], object]) -> Choice:
        field, title = Choice(chosen), label("strong")
        field.setObjectName(f"receipt-{key.partition('.')[2]}")
        title.setBuddy(field)
        self._speech.bind(key, title.setText, field.setAccessibleName)
        self.add(title, field)
        return field
