"""The citizen of the visit: name, states, numbers, the physical card and the e-card."""

from __future__ import annotations

from desk_app.domain.visit import Case
from desk_app.ui.scene import Scene, Tone
from desk_app.ui.screens.counter.arrival import Arrival, worth_reading_again
from desk_app.ui.screens.counter.citizen_facts import citizen_facts
from desk_app.ui.screens.counter.presenter import CounterPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import Card, button, label, on_key
from desk_app.ui.widgets.facts import Pills, Rows, line
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.pill import Pill


class CitizenPanel(Card):
    """The citizen, the physical card, the e-card."""

    def __init__(self, speech: Speech, arrival: Arrival, presenter: CounterPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._scene = Scene()
        self._name = label("display")
        self._pills = Pills()
        self._person, self._card, self._e_card = Rows(), Rows(), Rows()
        self._unmask = button("link", self._toggle)
        self._unmask.setObjectName("unmask")
        on_key(self._unmask, "F3")
        self._masked = label("muted")
        self._reveal = button("primary", presenter.ask_to_reveal)
        self._reveal.setObjectName("reveal")
        self._end = button("secondary", arrival.end_visit)
        self._end.setObjectName("end-visit")
        self._again = button("primary", arrival.read_again)
        self._again.setObjectName("verify-again")
        on_key(self._again, "F5")
        self._e_card_pill = Pill()
        self._refresh = button("link", presenter.refresh)
        self._refresh.setObjectName("refresh")
        self._notes = Banner()
        self._warnings = Banner()
        self._ends = label("small")
        self._e_card_title, self._card_title = label("strong"), label("strong")
        speech.bind("citizen.card", self._card_title.setText)
        speech.bind("citizen.e_card", self._e_card_title.setText)
        speech.bind("look_up.reveal", self._reveal.setText)
        speech.bind("look_up.masked", self._masked.setText)
        speech.bind("counter.end_visit", self._end.setText)
        speech.bind("counter.read_again", self._again.setText)
        speech.bind("counter.refresh", self._refresh.setText)
        speech.bind("counter.card_ends", self._ends.setText)
        self._arrange()

    def draw(self, scene: Scene) -> None:
        """Show the citizen of the scene, or nobody."""
        self._scene = scene
        if scene.case is None:
            self._clear()
        else:
            self._show(scene.case)

    def _arrange(self) -> None:
        self.add(self._name, self._pills, self._masked)
        buttons = Wrapping(self._again, self._reveal, self._unmask, self._end)
        self.inside.addWidget(buttons)
        self.add(self._warnings, self._person, line(), self._card_title, self._card, line())
        e_card = Wrapping(self._e_card_title, self._e_card_pill, self._refresh)
        self.inside.addWidget(e_card)
        self.add(self._e_card, self._notes, self._ends)

    def _show(self, case: Case) -> None:
        words, scene = self._speech.words, self._scene
        facts = citizen_facts(case, words, unmasked=scene.unmasked)
        self._name.setText(facts.name)
        self._pills.show_states(facts.pills)
        self._person.show_rows(facts.rows)
        self._card.show_rows(facts.card_rows)
        self._e_card.show_rows(facts.e_card_rows)
        self._e_card_pill.show_state(*facts.e_card)
        _warn(self._warnings, words.say("counter.warnings"), facts.warnings)
        _warn(self._notes, words.say("platform_state.title"), facts.notes)
        looked_up = case.reading is None
        self._unmask.setText(words.say("citizen.hide" if scene.unmasked else "citizen.show"))
        self._unmask.setVisible(case.revealed and case.holder is not None)
        self._masked.setVisible(not case.revealed)
        self._reveal.setVisible(not case.revealed)
        self._end.setVisible(looked_up)
        self._again.setVisible(worth_reading_again(case))
        self._ends.setVisible(not looked_up)
        self._card_title.setVisible(bool(facts.card_rows))

    def _clear(self) -> None:
        self._name.setText("")
        self._pills.show_states(())
        for rows in (self._person, self._card, self._e_card):
            rows.show_rows(())
        self._e_card_pill.show_state(Tone.NEUTRAL, "")
        self._warnings.clear()
        self._notes.clear()

    def _toggle(self) -> None:
        self._presenter.unmask(not self._scene.unmasked)


def _warn(banner: Banner, title: str, lines: tuple[str, ...]) -> None:
    if lines:
        banner.tell(Tone.WARNING, title, "\n".join(lines))
    else:
        banner.clear()
