"""One document at a printer: where it is, what is wrong, and whether it came out."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from desk_app.domain.printing import Mishap, PrinterTrouble
from desk_app.services.ports import PrintState
from desk_app.ui.scene import Tone
from desk_app.ui.screens.printouts.presenter import Printout, PrintoutsPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.pill import Pill
from desk_app.ui.words import Words

_TONES = {
    PrintState.SENT: Tone.INFO,
    PrintState.UNTRACKED: Tone.UNKNOWN,
    PrintState.WAITING: Tone.INFO,
    PrintState.PRINTING: Tone.INFO,
    PrintState.PRINTED: Tone.GOOD,
    PrintState.STOPPED: Tone.WARNING,
    PrintState.FAILED: Tone.DANGER,
    PrintState.CANCELLED: Tone.NEUTRAL,
}


class PrintoutCard(Card):
    """Draws a Printout. Its buttons are few: cancel while it is open; yes or no when it has ended; what was
    found, and once more, after a no."""

    def __init__(self, speech: Speech, presenter: PrintoutsPresenter, serial: str) -> None:
        super().__init__(margin=2 * GRID)
        self._speech, self._serial = speech, serial
        self._state = Pill()
        self._where = label("strong", wrap=False)
        self._trouble = Banner()
        self._question = label("strong")
        self._cancel = button("secondary", lambda: presenter.cancel(serial))
        self._yes = button("primary", lambda: presenter.came_out(serial))
        self._no = button("secondary", lambda: presenter.did_not(serial))
        self._found = Choice()
        self._again = button("primary", lambda: presenter.again(serial, self._mishap()))
        self._leave = button("quiet", lambda: presenter.forget(serial, self._mishap()))
        self._named = (
            (self._cancel, "cancel"),
            (self._yes, "yes"),
            (self._leave, "leave"),
        )
        for each, name in (*self._named, (self._no, "no")):
            each.setObjectName(f"printout-{name}")
        self._again.setObjectName("printout-again")
        self._found.setObjectName("printout-found")
        self._found.setMinimumContentsLength(12)
        self.add(Wrapping(self._where, self._state, self._cancel), self._trouble, self._question)
        self.add(Wrapping(self._yes, self._no, self._found, self._again, self._leave))

    def draw(self, item: Printout) -> None:
        """Show where it is."""
        words, job = self._speech.words, item.job
        state = job.state
        self._where.setText(words.say("printouts.where", serial=item.serial, queue=job.queue))
        tone = Tone.WARNING if job.trouble is not None else _TONES[state]
        self._state.show_state(tone, words.of(state))
        self._draw_trouble(item, words)
        self._draw_question(item, words)
        self._found.offer([(each, words.of(each)) for each in Mishap])
        self._found.setAccessibleName(words.say("printouts.found_of", serial=item.serial))
        for each, name in self._named:
            each.setText(words.say(f"printouts.{name}"))
            self._name(each)
        self._no.setText(words.say("printouts.no" if job.ended else "printouts.elsewhere"))
        self._name(self._no)
        self._again.setText(words.say("printouts.again" if item.again else "printouts.note"))
        self._name(self._again)
        asked = item.job.ended and not item.not_out
        self._cancel.setVisible(not job.ended)
        self._yes.setVisible(asked)
        self._no.setVisible(asked or (not item.not_out and item.job.trouble is not None))
        self._found.setVisible(item.not_out)
        self._again.setVisible(item.not_out)
        self._leave.setVisible(item.not_out and item.again is not None)
        pressed = (self._cancel, self._yes, self._no, self._again, self._leave)
        for part in (self._found, *pressed):
            part.setEnabled(not item.busy)

    def _name(self, pressed: QPushButton) -> None:
        """Buttons of several documents look alike; a screen reader tells them apart."""
        say, what = self._speech.words.say, pressed.text()
        pressed.setAccessibleName(say("printouts.of", what=what, serial=self._serial))

    def _draw_trouble(self, item: Printout, words: Words) -> None:
        trouble = item.job.trouble
        if trouble is None:
            self._trouble.clear()
            return
        tell_trouble(self._trouble, item, words)

    def _draw_question(self, item: Printout, words: Words) -> None:
        key = ""
        if item.not_out:
            key = "not_out" if item.job.ended else "not_out_open"
            key = key if item.again else "not_out_left"
        elif item.job.state is PrintState.UNTRACKED:
            key = "ask_untracked"
        elif item.job.ended:
            key = "ask" if item.here else "ask_left"
        self._question.setText(words.say(f"printouts.{key}") if key else "")
        self._question.setVisible(bool(key))

    def _mishap(self) -> Mishap:
        found = self._found.chosen()
        return found if isinstance(found, Mishap) else Mishap.NOTHING


def tell_trouble(banner: Banner, item: Printout, words: Words, *, named: bool = False) -> None:
    """What is wrong with a printer, what to do, and the queue's own word; `named` says with which, in
    less room."""
    trouble = item.job.trouble or PrinterTrouble.OTHER
    text = words.say(f"printer_trouble.{trouble}.name")
    if named:
        queue, serial = item.job.queue, item.serial
        text = words.say("printouts.trouble", trouble=text, queue=queue, serial=serial)
    step = words.say(f"printer_trouble.{trouble}.next_step")
    told = item.job.detail and not named
    detail = words.say("printouts.detail", detail=item.job.detail) if told else ""
    banner.tell(Tone.WARNING, text, step, detail)
