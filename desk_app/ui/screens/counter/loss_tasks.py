"""What the clerk fills in about a lost card: the report, an application with its papers, and its outcome."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desk_app.domain.applicants import replacement_reasons
from desk_app.domain.application import (
    HOLDER,
    Applicant,
    ApplicantKind,
    Application,
    ApplicationState,
    ReplacementReason,
)
from desk_app.domain.receipt import decision_of
from desk_app.domain.visit import Case
from desk_app.ui.scene import Panel, Scene, Tone
from desk_app.ui.screens.counter.presenter import FILED_BY_PANEL, CounterPresenter
from desk_app.ui.speech import Speech
from desk_app.ui.widgets.banner import Banner
from desk_app.ui.widgets.basics import GRID, Card, button, label
from desk_app.ui.widgets.combo import Choice
from desk_app.ui.widgets.layouts import Wrapping
from desk_app.ui.widgets.reason import ReasonBox
from desk_app.ui.words import Words


class ReportLossTask(Card):
    """Asks once before a card stops working, and says until when."""

    def __init__(self, speech: Speech, presenter: CounterPresenter) -> None:
        super().__init__()
        self._speech = speech
        title, self._text, bank = label("heading"), label("body"), label("muted")
        self._submit = button("danger", presenter.report_loss)
        self._submit.setObjectName("report-loss-submit")
        cancel = button("secondary", presenter.close_panel)
        speech.bind("report_loss_panel.title", title.setText)
        speech.bind("report_loss_panel.bank", bank.setText)
        speech.bind("report_loss_panel.submit", self._submit.setText)
        speech.bind("report_loss_panel.cancel", cancel.setText)
        buttons = Wrapping(self._submit, cancel)
        self.add(title, self._text, bank)
        self.inside.addWidget(buttons)

    def draw(self, scene: Scene) -> None:
        """Show it while the clerk is asked."""
        self.setVisible(scene.panel is Panel.REPORT_LOSS)
        policy = scene.case.policy if scene.case is not None else None
        days = policy.temporary_loss.days if policy is not None else 0
        self._text.setText(self._speech.words.say("report_loss_panel.text", days=days))
        self._submit.setEnabled(scene.busy is None)


class ApplicationTask(Card):
    """One form for every application: who applies, with which papers, and why."""

    def __init__(self, speech: Speech, presenter: CounterPresenter) -> None:
        super().__init__()
        self._speech, self._presenter = speech, presenter
        self._panel, self._busy = Panel.NONE, False
        self._title, self._text = label("heading"), label("muted")
        self._who = Choice(lambda _kind: self._allow())
        self._who.setObjectName("application-applicant")
        self._papers = _Papers(speech, self._allow)
        self._why = Choice(lambda _reason: self._allow())
        self._why.setObjectName("application-replacement-reason")
        self._reasons = {
            panel: ReasonBox(speech, f"{panel}_panel", self._allow)
            for panel in FILED_BY_PANEL
            if panel is not Panel.REPLACE
        }
        self._submit = button("primary", self._file)
        self._submit.setObjectName("application-submit")
        self._cancel = button("secondary", presenter.close_panel)
        who, why = label("strong"), label("strong")
        speech.bind("application_panel.applicant", who.setText, self._who.setAccessibleName)
        speech.bind("application_panel.reason", why.setText, self._why.setAccessibleName)
        for box in self._reasons.values():
            speech.bind("application_panel.reason", box.setAccessibleName)
        speech.bind("application_panel.submit", self._submit.setText)
        speech.bind("application_panel.cancel", self._cancel.setText)
        buttons = Wrapping(self._submit, self._cancel)
        self.add(self._title, self._text, who, self._who, self._papers, why, self._why)
        self.add(*self._reasons.values())
        self.inside.addWidget(buttons)

    def draw(self, scene: Scene) -> None:
        """Show the form of the open panel; a fresh one is empty."""
        panel = scene.panel if scene.panel in FILED_BY_PANEL else Panel.NONE
        if panel is not self._panel:
            self._panel = panel
            self._forget()
        self._busy = scene.busy is not None
        self.setVisible(panel is not Panel.NONE)
        if panel is Panel.NONE or scene.case is None:
            return
        words = self._speech.words
        self._title.setText(words.say(f"{panel}_panel.title"))
        self._text.setText(words.say(f"{panel}_panel.text"))
        self._who.offer([(kind, words.of(kind)) for kind in ApplicantKind])
        self._why.offer([(reason, words.of(reason)) for reason in _fitting(scene.case)])
        self._why.setVisible(panel is Panel.REPLACE)
        for each, box in self._reasons.items():
            box.setVisible(each is panel)
        self._allow()

    def _forget(self) -> None:
        self._who.offer([])
        self._why.offer([])
        self._papers.forget()
        for box in self._reasons.values():
            box.forget()

    def _allow(self) -> None:
        others = self._who.chosen() not in (None, ApplicantKind.HOLDER)
        self._papers.setVisible(others)
        complete = bool(self._reason()) and (not others or self._papers.complete())
        self._submit.setEnabled(complete and not self._busy)
        for each in (self._who, self._papers, self._why, *self._reasons.values()):
            each.setEnabled(not self._busy)

    def _reason(self) -> str:
        if self._panel is Panel.REPLACE:
            return str(self._why.chosen() or "")
        box = self._reasons.get(self._panel)
        return box.given() if box is not None else ""

    def _file(self) -> None:
        kind = self._who.chosen()
        agent = isinstance(kind, ApplicantKind) and kind is not ApplicantKind.HOLDER
        applicant = self._papers.of(kind) if agent else HOLDER  # type: ignore[arg-type]
        self._presenter.file(applicant, self._reason())


class _Papers(QWidget):
    """Name, ID number and authorisation of whoever applies for the holder."""

    def __init__(self, speech: Speech, changed: Callable[[], None]) -> None:
        super().__init__()
        self._fields: list[QLineEdit] = []
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID // 2)
        for name in ("applicant_name", "applicant_id_number", "authorisation"):
            title, field = label("strong"), QLineEdit()
            field.setObjectName(f"application-{name}")
            title.setBuddy(field)
            speech.bind(f"field.{name}", title.setText, field.setAccessibleName)
            field.textChanged.connect(lambda _text: changed())
            inside.addWidget(title)
            inside.addWidget(field)
            self._fields.append(field)
        speech.bind("application_panel.authorisation_hint", self._fields[2].setPlaceholderText)

    def complete(self) -> bool:
        """Whether everything is filled in; the service judges what."""
        return all(field.text().strip() for field in self._fields)

    def of(self, kind: ApplicantKind) -> Applicant:
        """The applicant as typed."""
        name, number, authorisation = (field.text() for field in self._fields)
        return Applicant(kind, name, number, authorisation)

    def forget(self) -> None:
        """Drop what was typed."""
        for field in self._fields:
            field.clear()


class OutcomeBanner(Banner):
    """A decision that the citizen has not been told yet, until the clerk says so."""

    def __init__(self, speech: Speech, presenter: CounterPresenter) -> None:
        self._told = button("primary", presenter.tell_outcome)
        self._told.setObjectName("outcome-told")
        self._receipt = button("secondary", self._open_receipt)
        self._receipt.setObjectName("outcome-receipt")
        super().__init__(self._receipt, self._told)
        self._speech = speech
        self._open = presenter.open_receipt
        self._outcome: Application | None = None
        speech.bind("decided.told", self._told.setText)
        speech.bind("decided.receipt", self._receipt.setText)

    def draw(self, scene: Scene) -> None:
        """Show it, once the citizen is known for certain."""
        case = scene.case
        if case is None or case.outcome is None or not case.revealed:
            self._outcome = None
            self.clear()
            return
        self._outcome = case.outcome
        self._receipt.setEnabled(scene.busy is None)
        self._told.setEnabled(scene.busy is None and not scene.waiting)
        rejected = case.outcome.state is ApplicationState.REJECTED
        self.tell(
            Tone.WARNING if rejected else Tone.GOOD, *_outcome(case.outcome, self._speech.words)
        )

    def _open_receipt(self) -> None:
        decided = decision_of(self._outcome) if self._outcome is not None else None
        if decided is not None:
            self._open(decided)


def _outcome(application: Application, words: Words) -> tuple[str, str, str]:
    """What was decided, what to tell the citizen, and number and day."""
    decision = application.decision
    message = words.say(
        "decided.message",
        kind=words.of(application.kind),
        state=words.of(application.state),
    )
    reason = decision.reason if decision is not None else ""
    key = "rejected" if application.state is ApplicationState.REJECTED else "approved"
    detail = words.say(
        "decided.detail",
        number=application.number,
        at=words.moment(decision.at) if decision is not None else "",
    )
    return message, words.say(f"decided.{key}", reason=reason), detail


def _fitting(case: Case) -> tuple[ReplacementReason, ...]:
    if case.registered is None or case.policy is None:
        return ()
    return replacement_reasons(case.registered, case.visit.opened_at.date(), case.policy)
