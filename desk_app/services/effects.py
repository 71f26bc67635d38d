"""What a decision brings about, in its own transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desk_app.domain.application import (
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
)
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.decision import CHANGES, Verdict
from desk_app.domain.lifecycle import Change
from desk_app.domain.numbers import card_number, identification_code, serial_of
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import ReportCard
from desk_app.domain.region import RegionPolicy
from desk_app.services.card_changes import change_card
from desk_app.services.delivery import Delivery
from desk_app.services.ports import Clock, UnitOfWork

VALIDITY = 10
"""Years that a third-generation card is valid."""


@dataclass(frozen=True)
class Effects:
    """Changes the card, orders its replacement, ends or limits its protection."""

    delivery: Delivery
    clock: Clock
    policy: RegionPolicy

    def settle(
        self,
        uow: UnitOfWork,
        desk: Desk,
        application: Application,
        card: RegisteredCard,
        verdict: Verdict,
    ) -> Application:
        """The application with the decision, its effects being in the same transaction."""
        now = self.clock.now()
        decision = Decision(
            verdict.approved,
            desk.operator.number,
            desk.window,
            now,
            verdict.reason.strip(),
            verdict.lift_protection,
        )
        state, code = ApplicationState.REJECTED, None
        if verdict.approved:
            replacing = application.kind is ApplicationKind.REPLACEMENT
            state = ApplicationState.APPROVED if replacing else ApplicationState.COMPLETED
            code = self._new_code(uow, application) if replacing else None
        decided = uow.applications.decide(
            application.id, application.version, state, decision, code
        )
        if not verdict.approved:
            self._rejected(uow, desk, application, card, verdict)
        elif code is not None:
            self._order_replacement(uow, desk, card, code, now.date())
        else:
            self._change(uow, desk, card, *CHANGES[application.kind])
        return decided

    def _change(self, uow: UnitOfWork, desk: Desk, card: RegisteredCard, *changes: Change) -> None:
        for change in changes:
            card = change_card(uow, self.delivery, desk, self.policy, card, change)
        uow.temporary_losses.end(card.identification_code, self.clock.now())

    def _rejected(
        self,
        uow: UnitOfWork,
        desk: Desk,
        application: Application,
        card: RegisteredCard,
        verdict: Verdict,
    ) -> None:
        """A card that was protected for its formal loss works again if the holder wants that; otherwise it
        stays protected for as long as after a temporary loss."""
        protected = card.state is CardState.TEMPORARILY_LOST
        if application.kind is not ApplicationKind.FORMAL_LOSS or not protected:
            return
        if verdict.lift_protection:
            self._change(uow, desk, card, Change.LIFT_PROTECTION)
        else:
            until = self.clock.now() + self.policy.temporary_loss
            uow.temporary_losses.set_end(card.identification_code, until)

    def _new_code(self, uow: UnitOfWork, application: Application) -> str:
        serial = uow.cards.next_serial(application.region)
        return identification_code(application.region, serial, secrets.token_hex(4))

    def _order_replacement(
        self, uow: UnitOfWork, desk: Desk, old: RegisteredCard, code: str, today: date
    ) -> None:
        """Enter the new card into the register, in production; the platform hears of it in the old one's
        order, so that everything about the two arrives as it happened."""
        new = replace(
            old,
            identification_code=code,
            card_number=card_number(serial_of(code)),
            state=CardState.IN_PRODUCTION,
            issued_on=today,
            valid_until=_years_later(today, VALIDITY) - timedelta(days=1),
            version=1,
            mirrored_version=0,
            replaces=old.identification_code,
        )
        uow.cards.add(new)
        self.delivery.write_down(uow, desk, ReportCard(new), old.identification_code)


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
