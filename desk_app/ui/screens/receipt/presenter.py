"""Receipts for what was done in this visit: drawn at once, then printed or saved as statements are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from desk_app.domain.application import ApplicantKind
from desk_app.domain.document import Recipient
from desk_app.domain.e_card import CLAIM_LIFE, ClaimCode
from desk_app.domain.printing import PrintKind
from desk_app.domain.receipt import FILING, Occasion, ReceiptKind, occasions
from desk_app.domain.verbs import Verb, offer
from desk_app.domain.visit import Case
from desk_app.services.catalogue import Services
from desk_app.services.statements import Prepared
from desk_app.ui.scene import CurrentVisit, Notice, Panel, Tone
from desk_app.ui.screens.statement.presenter import (
    Paper,
    StatementPresenter,
    StatementState,
    Work,
)


@dataclass(frozen=True)
class ReceiptState(StatementState):
    """`occasion` is what the receipt is about, one of `occasions`."""

    occasions: tuple[Occasion, ...] = ()
    occasion: Occasion | None = None


class ReceiptPresenter(StatementPresenter):
    """Works while the receipt panel of the scene is open, and forgets everything when it closes."""

    panel = Panel.RECEIPT
    closed = ReceiptState()
    kind = PrintKind.RECEIPT
    state: ReceiptState

    def __init__(
        self,
        services: Services,
        visit: CurrentVisit,
        paper: Paper,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`seconds` is a clock that only goes forward."""
        self._receipts = services.receipts
        self._e_cards = services.e_cards
        self._seconds = seconds
        self._claim_until: float | None = None
        self._renewed = False
        super().__init__(services.statements, visit, paper)

    def choose(self, **changes: object) -> None:
        """The clerk wants it in another language, or for somebody else: it is drawn anew."""
        if self.state.work is None:
            super().choose(**changes)
            self.prepare()

    def choose_occasion(self, occasion: object) -> None:
        """The clerk wants another receipt."""
        if isinstance(occasion, Occasion) and self.state.work is None:
            self._about(occasion)

    def prepare(self) -> None:
        """Draw the receipt; that of a binding with a fresh claim code, where the platform gives one."""
        case, occasion = self._visit.scene.case, self.state.occasion
        if case is None or occasion is None or self.state.work is not None:
            return
        self._claim_until = None
        self._show(prepared=None, handed=False)
        self._begin(Work.PREPARING)
        claimable = offer(case, Verb.CLAIM).enabled
        if occasion.kind is ReceiptKind.BINDING and claimable:
            self._visit.run(
                self._e_cards.claim_code,
                self._desk,
                case,
                done=self._has_claim,
                failed=lambda _error: self._draw_receipt(None),
            )
        else:
            self._draw_receipt(None)

    def print(self) -> None:
        """Hand it to a printer, once; one whose claim code has expired is drawn anew and shown first."""
        if not self._renew():
            super().print()

    def save(self, path: Path) -> None:
        """Write it to a file; one whose claim code has expired is drawn anew and shown first."""
        if not self._renew():
            super().save(path)

    def _renew(self) -> bool:
        until = self._claim_until
        if until is None or self._seconds() < until or self.state.work is not None:
            return False
        if self.state.handed or self.state.prepared is None:
            return False
        self._renewed = True
        self.prepare()
        return True

    def _has_prepared(self, prepared: Prepared) -> None:
        super()._has_prepared(prepared)
        if self._renewed:
            self._renewed = False
            self._show(notice=Notice(Tone.WARNING, "receipt.claim_renewed"))

    def _open(self, case: Case) -> None:
        offered = occasions(case)
        wanted = self._visit.scene.receipt
        self._show(open=True, occasions=offered)
        self._ask_for_queues()
        if wanted is not None:
            self._about(wanted)

    def _about(self, occasion: Occasion) -> None:
        order = replace(self.state.order, recipient=self._taken_by(occasion))
        offered = self.state.occasions
        if occasion not in offered:
            offered = (*offered, occasion)
        self._show(occasion=occasion, occasions=offered, order=order, notice=None)
        self.prepare()

    def _taken_by(self, occasion: Occasion) -> Recipient:
        """Whoever files an application takes its receipt."""
        case = self._visit.scene.case
        filed = case.application if case is not None else None
        here = filed is not None and filed.id == occasion.application_id
        if filed is None or not here or occasion.kind not in FILING.values():
            return Recipient.HOLDER
        in_person = filed.applicant.kind is ApplicantKind.HOLDER
        return Recipient.HOLDER if in_person else Recipient.AGENT

    def _has_claim(self, answer: tuple[Case, ClaimCode]) -> None:
        case, claim = answer
        self._claim_until = self._seconds() + CLAIM_LIFE.total_seconds()
        self._visit.change(case=case)
        self._draw_receipt(claim)

    def _draw_receipt(self, claim: ClaimCode | None) -> None:
        case, order = self._visit.scene.case, self.state.order
        job, about = self._receipts.prepare, self.state.occasion
        language, recipient = order.language, order.recipient
        args = (self._desk, case, about, language, recipient, claim)
        self._run(job, *args, done=self._has_prepared)
