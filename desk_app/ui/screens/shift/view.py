"""The shift's page."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.audit import Action
from desk_app.domain.shift import DayReport
from desk_app.services.ports import Language
from desk_app.ui.scene import Tone
from desk_app.ui.screens.shift.presenter import ShiftPresenter, ShiftState
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.facts import Pills
from desk_app.ui.widgets.fields import named
from desk_app.ui.widgets.file_dialog import ask_where_to_save_pdf
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.table import Cell, Table, TableRow
from desk_app.ui.words import Words

_COLUMNS = ("kind", "done", "pending", "refused", "failed", "total")
_LEFT_TONES = {
    "undelivered": Tone.WARNING,
    "refused": Tone.DANGER,
    "failed": Tone.DANGER,
    "filed": Tone.INFO,
    "to_hand_over": Tone.INFO,
    "printed": Tone.NEUTRAL,
}
"""What a day leaves behind, with the tone that it has while there is any."""


class ShiftView(QWidget):
    """Draws ShiftState."""

    def __init__(self, speech: Speech, presenter: ShiftPresenter) -> None:
        super().__init__()
        self._speech = speech
        self._presenter = presenter
        self._since, self._notice = label("muted"), Banner()
        self._whose = Choice(lambda hall: presenter.look_at(whole_hall=bool(hall)))
        self._whose.setObjectName("shift-whose")
        self._whose.setMinimumContentsLength(12)
        self._left = Pills()
        self._table = Table(stretched=0)
        self._refresh = button("secondary", presenter.refresh)
        self._save = button("secondary", self._ask_path)
        self._print = button("secondary", lambda: presenter.print(self._language))
        self._sign_off, self._remark = self._signing_off()
        self._begin = button("primary", presenter.begin)
        self._arrange()
        speech.listen(lambda: self._draw(presenter.state))
        presenter.watch(self._draw)

    @property
    def _language(self) -> Language:
        return Language(self._speech.words.language)

    def _arrange(self) -> None:
        bind, title = self._speech.bind, label("title")
        bind("shift.title", title.setText)
        bind("shift.table", self._table.setAccessibleName)
        bind("shift.whose", self._whose.setAccessibleName)
        named_buttons = {
            "refresh": self._refresh,
            "save": self._save,
            "print": self._print,
            "begin": self._begin,
        }
        for name, made in named_buttons.items():
            made.setObjectName(f"shift-{name}")
            bind(f"shift.{name}", made.setText)
        line = Wrapping(self._whose, self._refresh, self._save, self._print)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(GRID + GRID // 2)
        for each in (title, self._since, self._notice, line, self._left):
            inside.addWidget(each)
        inside.addWidget(self._table, 1)
        inside.addWidget(Wrapping(self._begin))
        inside.addWidget(self._sign_off)

    def _signing_off(self) -> tuple[Card, QLineEdit]:
        box, text = Card(), label("body")
        title = label("heading")
        field_box, field = named(self._speech, "shift.remark", "shift-remark")
        field.setMaxLength(500)
        self._close = button("primary", self._sign)
        self._close.setObjectName("shift-close")
        self._speech.bind("shift.sign_off", title.setText)
        self._speech.bind("shift.sign_off_text", text.setText)
        self._speech.bind("shift.close", self._close.setText)
        box.add(title, text, field_box, self._close)
        return box, field

    def _sign(self) -> None:
        self._presenter.close(self._remark.text())

    def _draw(self, state: ShiftState) -> None:
        words, running = self._speech.words, state.running
        moment = words.moment(running.opened_at) if running is not None else ""
        window = running.window if running is not None else ""
        since = words.say("shift.since", moment=moment, window=window)
        self._since.setText(since if running is not None else words.say("shift.none"))
        self._notice.show_notice(state.notice, words)
        pairs = [("", words.say("shift.own"))]
        if state.may_see_hall:
            pairs.append(("hall", words.say("shift.hall")))
        self._whose.offer(pairs, "hall" if state.whole_hall else "")
        self._whose.setVisible(state.may_see_hall)
        self._draw_report(state.report, words)
        ready = state.report is not None and not state.busy and not state.loading
        for each in (self._save, self._print):
            each.setEnabled(ready)
        self._refresh.setEnabled(not state.loading and not state.busy)
        self._whose.setEnabled(not state.busy)
        self._sign_off.setVisible(running is not None)
        self._close.setEnabled(ready)
        self._begin.setVisible(running is None)
        self._begin.setEnabled(not state.busy)
        if running is None:
            self._remark.setText("")

    def _draw_report(self, report: DayReport | None, words: Words) -> None:
        titles = [words.say(f"shift.{column}") for column in _COLUMNS]
        counts = report.by(lambda tally: tally.kind) if report is not None else {}
        busiest = sorted(counts.items(), key=lambda item: -item[1].total())
        self._table.refill(titles, [_row(kind, ends, words) for kind, ends in busiest])
        self._left.show_states(_left(report, words) if report is not None else [])
        self._left.setVisible(report is not None)

    def _ask_path(self) -> None:
        report = self._presenter.state.report
        if report is None:
            return
        ask_where_to_save_pdf(
            self,
            self._speech.words.say("shift.save_title"),
            f"{report.day:%Y%m%d}-{report.operator_number or 'hall'}.pdf",
            lambda path: self._presenter.save(path, self._language),
        )


def _row(kind: str, ends: Counter[str], words: Words) -> TableRow:
    counts = [str(ends[outcome] or "") for outcome in _COLUMNS[1:-1]]
    texts = (words.of(Action(kind)), *counts, str(ends.total()))
    return TableRow(kind, tuple(map(Cell, texts)))


def _left(report: DayReport, words: Words) -> list[tuple[Tone, str]]:
    left = report.backlog
    counts = {
        "undelivered": left.undelivered,
        "refused": left.refused,
        "failed": report.total("failed"),
        "filed": left.filed,
        "to_hand_over": left.to_hand_over,
        "printed": report.printed,
    }
    return [
        (
            _LEFT_TONES[name] if count else Tone.GOOD if name != "printed" else Tone.NEUTRAL,
            words.say(f"shift.left_{name}", count=count),
        )
        for name, count in counts.items()
    ]
