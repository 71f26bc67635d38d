"""The counter's verbs: what is offered, what is under way, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from desk_app.domain.application import Applicant, Application, ApplicationKind
from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import ClaimCode, ConsentMethod, ECardState
from desk_app.domain.errors import AlreadyBound, HolderHasECard, InstructionPending
from desk_app.domain.operator import Desk
from desk_app.domain.receipt import Occasion, decision_of, newest_occasion
from desk_app.domain.verbs import Hindrance, Offer, Verb, offer, offers
from desk_app.domain.visit import Case
from desk_app.services.catalogue import Services
from desk_app.services.loss import VERBS
from desk_app.ui.scene import CurrentVisit, Notice, Panel, Stage, Tone

T = TypeVar("T")

_NEEDS_ANSWER = frozenset({Verb.CLAIM, Verb.AUTHORIZATIONS})
"""Verbs that can do nothing at all without the platform; the others write down and complete later."""

_PANELS = {
    Verb.CONSENT: Panel.CONSENT,
    Verb.UNBIND: Panel.UNBIND,
    Verb.STATEMENT: Panel.STATEMENT,
    Verb.AUTHORIZATIONS: Panel.AUTHORIZATIONS,
    Verb.REPORT_LOSS: Panel.REPORT_LOSS,
    Verb.FORMAL_LOSS: Panel.FORMAL_LOSS,
    Verb.RELEASE: Panel.RELEASE,
    Verb.REPLACE: Panel.REPLACE,
    Verb.CANCEL: Panel.CANCEL,
}

FILED_BY_PANEL = {
    Panel.FORMAL_LOSS: ApplicationKind.FORMAL_LOSS,
    Panel.RELEASE: ApplicationKind.RELEASE,
    Panel.REPLACE: ApplicationKind.REPLACEMENT,
    Panel.CANCEL: ApplicationKind.CANCELLATION,
}
"""What is applied for in each of the forms."""


class CounterPresenter:
    """Carries out one verb at a time for the citizen of the current visit."""

    def __init__(self, services: Services, visit: CurrentVisit) -> None:
        self._services = services
        self._visit = visit
        self._desk: Desk | None = None
        self._refreshing = False
        self._refresh_after_verb = False
        self.platform_down = False

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on."""
        self._desk = desk

    def offers(self) -> tuple[Offer, ...]:
        """Every verb with what stands in its way now."""
        return tuple(self._with_platform(found) for found in offers(self._visit.scene.case))

    def arrived(self, case: Case) -> None:
        """A visit has begun: ask the platform for what the store cannot know."""
        self._refreshing = False
        self._refresh_after_verb = False
        self.refresh()

    def refresh(self) -> None:
        """Ask the platform about the e-card; what comes back is merged into the case."""
        case = self._visit.scene.case
        if case is None or self._visit.scene.stage is not Stage.SERVING or self._refreshing:
            return
        self._refreshing = True
        self._visit.run(
            self._services.identification.refresh_e_card,
            case,
            done=self._refreshed,
            failed=self._refresh_failed,
        )

    def use(self, verb: Verb) -> None:
        """The clerk has chosen a verb. Nothing happens while another is under way, or if not offered."""
        case, desk = self._ready(verb)
        if case is None or desk is None:
            return
        if verb in _PANELS:
            self._visit.change(panel=_PANELS[verb], notice=None, claim=None)
        elif verb is Verb.ACTIVATE:
            self._do(verb, self._services.activation.activate, desk, case, done=self._activated)
        elif verb is Verb.HAND_OVER:
            job = self._services.replacement.hand_over
            self._do(verb, job, desk, case, done=partial(self._done, verb))
        elif verb is Verb.BIND:
            self._do(verb, self._services.e_cards.bind, desk, case, done=self._bound)
        else:
            self._do(verb, self._services.e_cards.claim_code, desk, case, done=self._claim_shown)

    def agree(self, method: ConsentMethod) -> None:
        """The holder agrees, on the citizen's window or on paper."""
        case, desk = self._ready(Verb.CONSENT)
        if case is None or desk is None or self._visit.scene.panel is not Panel.CONSENT:
            return
        job = self._services.e_cards.consent
        self._do(Verb.CONSENT, job, desk, case, method, done=self._consented)

    def decline(self) -> None:
        """The holder does not agree."""
        if self._visit.scene.panel is Panel.CONSENT and self._visit.scene.busy is None:
            notice = Notice(Tone.WARNING, "counter.consent_declined")
            self._visit.change(panel=Panel.NONE, notice=notice)

    def unbind(self, reason: str) -> None:
        """End the e-card, for a reason."""
        case, desk = self._ready(Verb.UNBIND)
        if case is not None and desk is not None:
            job = self._services.e_cards.unbind
            self._do(Verb.UNBIND, job, desk, case, reason, done=self._unbound)

    def report_loss(self) -> None:
        """Protect the card at once."""
        case, desk = self._ready(Verb.REPORT_LOSS)
        if case is not None and desk is not None:
            job, verb = self._services.loss.report_temporary, Verb.REPORT_LOSS
            self._do(verb, job, desk, case, done=partial(self._done, verb))

    def file(self, applicant: Applicant, reason: str) -> None:
        """File what the open form is for; a refusal leaves the form as it is."""
        kind = FILED_BY_PANEL.get(self._visit.scene.panel)
        if kind is None:
            return
        verb = VERBS[kind]
        case, desk = self._ready(verb)
        if case is not None and desk is not None:
            job = self._services.loss.file
            done = partial(self._done, verb)
            self._do(verb, job, desk, case, kind, applicant, reason, done=done)

    def tell_outcome(self) -> None:
        """The citizen has heard what was decided."""
        case, desk, waiting = self._visit.scene.case, self._desk, self._visit.scene.waiting
        if case is None or case.outcome is None or desk is None or waiting:
            return
        self._visit.change(waiting=True)
        job = self._services.decisions.told
        self._visit.run(job, desk, case.outcome.id, done=self._told, failed=self._untold)

    def open_receipt(self, occasion: Occasion) -> None:
        """Preview a receipt, to be printed."""
        scene = self._visit.scene
        if scene.case is not None and scene.busy is None:
            panel = Panel.RECEIPT
            self._visit.change(panel=panel, receipt=occasion, notice=None, claim=None)

    def close_panel(self) -> None:
        """Back to the verbs. What is under way goes on."""
        self._visit.change(panel=Panel.NONE, claim=None)

    def ask_to_reveal(self) -> None:
        """Open the panel that asks for the reason."""
        self._visit.change(panel=Panel.REVEAL, notice=None)

    def unmask(self, shown: bool) -> None:
        """Show numbers in full, or masked again."""
        self._visit.change(unmasked=shown)

    def dismiss_notice(self) -> None:
        """The clerk has read it."""
        self._visit.change(notice=None)

    def check_claim(self) -> None:
        """Asked from time to time while a claim code is shown: has the holder claimed it?"""
        if self._visit.scene.claim is not None and self._visit.scene.busy is None:
            self.refresh()

    def _ready(self, verb: Verb) -> tuple[Case | None, Desk | None]:
        case = self._visit.scene.case
        idle = self._visit.scene.busy is None
        if not idle or case is None or not self._with_platform(offer(case, verb)).enabled:
            return None, None
        return case, self._desk

    def _with_platform(self, found: Offer) -> Offer:
        if found.enabled and self.platform_down and found.verb in _NEEDS_ANSWER:
            return Offer(found.verb, (Hindrance.PLATFORM_DOWN,))
        return found

    def _do(
        self, verb: Verb, job: Callable[..., T], *args: object, done: Callable[[T], None]
    ) -> None:
        self._visit.change(busy=verb, notice=None)
        self._visit.run(job, *args, done=done, failed=self._refused)

    def _activated(self, case: Case) -> None:
        self._done(Verb.ACTIVATE, case)

    def _consented(self, case: Case) -> None:
        self._done(Verb.CONSENT, case)

    def _unbound(self, case: Case) -> None:
        self._done(Verb.UNBIND, case)

    def _bound(self, case: Case) -> None:
        self._done(Verb.BIND, case)
        if case.binding_pending:
            self._visit.change(notice=Notice(Tone.WARNING, "counter.binding_pending"))

    def _claim_shown(self, answer: tuple[Case, ClaimCode]) -> None:
        case, code = answer
        self._done(Verb.CLAIM, case)
        self._visit.change(claim=code, panel=Panel.CLAIM, notice=None)

    def _done(self, verb: Verb, case: Case) -> None:
        before = self._visit.scene.case
        receipt = newest_occasion(before, case) if before is not None else None
        notice = Notice(Tone.GOOD, f"verb.{verb}.done", receipt=receipt)
        self._visit.change(case=case, busy=None, panel=Panel.NONE, notice=notice)
        self._catch_up()

    def _refused(self, error: Exception) -> None:
        tone = Tone.WARNING if isinstance(error, InstructionPending) else Tone.DANGER
        self._visit.change(busy=None, notice=Notice(tone, error=error))
        if isinstance(error, AlreadyBound | HolderHasECard | InstructionPending):
            self._refresh_after_verb = True
        self._catch_up()

    def _told(self, told: Application) -> None:
        case = self._visit.scene.case
        if case is not None and case.outcome is not None and case.outcome.id == told.id:
            receipt = decision_of(told)
            notice = Notice(Tone.GOOD, "decided.was_told", receipt=receipt)
            self._visit.change(case=replace(case, outcome=None), notice=notice)
        self._visit.change(waiting=False)

    def _untold(self, error: Exception) -> None:
        self._visit.change(waiting=False, notice=Notice(Tone.DANGER, error=error))

    def _catch_up(self) -> None:
        """What the platform said while a verb was under way was overwritten by the verb's answer."""
        if self._refresh_after_verb:
            self._refresh_after_verb = False
            self.refresh()

    def _refreshed(self, fresh: Case) -> None:
        self._refreshing = False
        scene = self._visit.scene
        if scene.busy is not None:
            self._refresh_after_verb = True
        if scene.case is None:
            return
        registered = _newer(scene.case.registered, fresh.registered)
        case = replace(
            scene.case,
            registered=registered,
            verdict=(fresh if registered is fresh.registered else scene.case).verdict,
            e_card=fresh.e_card,
            binding_pending=fresh.binding_pending,
            platform_known=fresh.platform_known,
            temporary_loss=fresh.temporary_loss,
            application=fresh.application,
            outcome=fresh.outcome,
        )
        self._visit.change(case=case)
        if scene.case.binding_pending and not case.binding_pending and case.e_card is not None:
            receipt = newest_occasion(scene.case, case)
            self._visit.change(notice=Notice(Tone.GOOD, "verb.bind.done", receipt=receipt))
        if scene.claim is not None and case.e_card and case.e_card.state is ECardState.CLAIMED:
            notice = Notice(Tone.GOOD, "counter.claimed")
            self._visit.change(panel=Panel.NONE, claim=None, notice=notice)

    def _refresh_failed(self, error: Exception) -> None:
        self._refreshing = False
        self._visit.change(notice=Notice(Tone.WARNING, error=error))


def _newer(ours: RegisteredCard | None, theirs: RegisteredCard | None) -> RegisteredCard | None:
    """What the register said last: an answer may have been asked for before the card was changed."""
    if ours is None or theirs is None:
        return theirs or ours
    return theirs if theirs.version >= ours.version else ours
