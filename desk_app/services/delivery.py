"""Delivery of the outbox: every instruction to the platform is written down first and settled here.

Per card in order; an entry that got no answer stays pending under the same Idempotency-Key and holds back
those behind it. Before an e-card's issue is declared done or failed, the platform is asked again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.card import RegisteredCard
from desk_app.domain.e_card import Authorization, ECard
from desk_app.domain.errors import (
    AlreadyBound,
    DeskError,
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
    StaleVersion,
)
from desk_app.domain.operator import Desk
from desk_app.domain.outbox import (
    Asker,
    Instruction,
    OutboxEntry,
    OutboxKind,
    OutboxState,
    ReportCard,
    RevokeECard,
)
from desk_app.domain.region import ECardAction, RegionPolicy
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import Clock, Platform, Store, UnitOfWork

Answer = ECard | RegisteredCard | Authorization

_ACTIONS = {
    OutboxKind.REPORT_CARD: Action.REPORT_CARD,
    OutboxKind.ISSUE_E_CARD: Action.BIND,
    OutboxKind.SUSPEND_E_CARD: Action.SUSPEND,
    OutboxKind.RESUME_E_CARD: Action.RESUME,
    OutboxKind.REVOKE_E_CARD: Action.UNBIND,
    OutboxKind.REBIND_E_CARD: Action.REBIND,
    OutboxKind.REVOKE_AUTHORIZATION: Action.REVOKE_AUTHORIZATION,
}

_NOT_OUR_FAULT = frozenset({401, 403, 408, 425, 429})
"""Refusals of the terminal or of the moment, not of the instruction: it stays pending."""


@dataclass(frozen=True)
class Delivered:
    """What one round of delivery did: counts, and the refusals by entry."""

    delivered: int
    refused: int
    left: int
    refusals: dict[UUID, DeskError]


@dataclass(frozen=True)
class Delivery:
    """Sends what is pending. Safe to repeat, to interrupt, and to run at several counters at once."""

    store: Store
    platform: Platform
    clock: Clock
    policy: RegionPolicy

    def write_down(
        self, uow: UnitOfWork, desk: Desk, instruction: Instruction, order_key: str | None = None
    ) -> UUID:
        """Put an instruction into the outbox, in the caller's transaction; gives its id. `order_key`: the
        card whose instructions it goes in order with, where that is another one than its own."""
        request = self.platform.freeze(instruction)
        asked_by = str(Asker(desk.operator.number, desk.window, desk.hall))
        code, now = instruction.identification_code, self.clock.now()
        return uow.outbox.add(uuid4(), code, request, now, asked_by, order_key).id

    def settle(self, entry_id: UUID, identification_code: str) -> bool:
        """Deliver what is pending for a card; False when the entry has to wait for an answer. Raises what
        the platform refused it with."""
        refusals = self.deliver_pending(identification_code).refusals
        if entry_id in refusals:
            raise refusals[entry_id]
        with self.store.begin(write=False) as uow:
            entry = uow.outbox.get(entry_id)
        return entry is not None and entry.state is OutboxState.DELIVERED

    @on(LaneName.PLATFORM)
    def deliver_pending(self, identification_code: str | None = None) -> Delivered:
        """Send the pending entries of one card, or of all. Never raises a PlatformError: what could not
        be sent is left for the next round."""
        with self.store.begin(write=False) as uow:
            entries = deque(uow.outbox.pending(identification_code))
        refusals: dict[UUID, DeskError] = {}
        delivered, left, stopped = 0, 0, set[str]()
        while entries:
            entry = entries.popleft()
            if entry.order_key in stopped:
                left += 1
                continue
            try:
                entries.extend(self._deliver(entry))
                delivered += 1
            except (PlatformError, StaleVersion) as error:
                if _must_wait(error):
                    self._count_unanswered(entry)
                    stopped.add(entry.order_key)
                    left += 1
                else:
                    self._settle_refused(entry, error)
                    refusals[entry.id] = error
        return Delivered(delivered, len(refusals), left, refusals)

    def _deliver(self, entry: OutboxEntry) -> tuple[OutboxEntry, ...]:
        """Send one entry and settle it; gives what is to be sent because of its answer. Raises what the
        platform refused it with, or why it must wait."""
        try:
            answer = self._send(entry)
        except StaleVersion as stale:
            entry = self._outbid(entry, stale)
            answer = self._send(entry)
        return self._settle_delivered(entry, answer)

    def _count_unanswered(self, entry: OutboxEntry) -> None:
        with self.store.begin() as uow:
            uow.outbox.unanswered(entry.id)
            uow.commit()

    def _send(self, entry: OutboxEntry) -> Answer:
        try:
            return self.platform.deliver(entry.request, entry.id)
        except PlatformError as error:
            if entry.request.kind is not OutboxKind.ISSUE_E_CARD:
                raise
            bound = self._already_bound(entry, error)
            if bound is None:
                raise
            return bound

    def _already_bound(self, entry: OutboxEntry, error: PlatformError) -> ECard | None:
        """Ask again before declaring failure: the card's active e-card as the platform has it now."""
        if isinstance(error, AlreadyBound) and error.e_card is not None:
            found: tuple[ECard, ...] = (error.e_card,)
        else:
            found = self._e_cards_of(entry)
        ours = (e for e in found if e.identification_code == entry.identification_code)
        return next((e for e in ours if e.is_active), None)

    def _e_cards_of(self, entry: OutboxEntry) -> tuple[ECard, ...]:
        """All e-cards the card has had, as the platform has them; none when it does not answer."""
        try:
            return self.platform.find_e_cards(identification_code=entry.identification_code)
        except PlatformError:
            return ()

    def _outbid(self, entry: OutboxEntry, stale: StaleVersion) -> OutboxEntry:
        """The platform holds a newer version of the card: the register's word goes out above it."""
        mirror = self.platform.physical_card(entry.identification_code)
        current = max(stale.current or 0, mirror.version if mirror is not None else 0)
        with self.store.begin() as uow:
            before = uow.cards.get(entry.identification_code)
            card = uow.cards.outbid(entry.identification_code, current)
            if before is not None:
                code = card.identification_code
                uow.applications.card_outbid(code, before.version, card.version)
            again = replace(
                entry,
                id=uuid4(),
                request=self.platform.freeze(ReportCard(card)),
                attempts=0,
            )
            uow.outbox.supersede(entry.id, again.id, again.request)
            uow.commit()
        return again

    def _settle_delivered(self, entry: OutboxEntry, answer: Answer) -> tuple[OutboxEntry, ...]:
        """Keep the answer, and what the platform says when asked again: e-cards follow their card's state
        by the platform's own rule. Ended ones first, so that one card never shows two active ones.

        Raises PlatformUnreachable for a report after which nobody can tell how the e-cards are: repeating
        it is safe, and without it the store's memory of them would stay wrong."""
        match answer:
            case RegisteredCard():
                e_cards = self._e_cards_after(entry)
            case ECard():
                e_cards = (*self._e_cards_of(entry), answer)
            case _:
                e_cards = ()
        with self.store.begin() as uow:
            if isinstance(answer, RegisteredCard):
                uow.cards.mirrored(answer.identification_code, answer.version)
            for e_card in sorted(e_cards, key=lambda e: (e.is_active, e.version)):
                uow.e_cards.put(e_card)
            uow.outbox.settle(entry.id, OutboxState.DELIVERED)
            subject = None if isinstance(answer, Authorization) else answer.id_number
            uow.audit.append(self._entry(entry, Outcome.DONE, subject, None))
            more = self._ended(uow, entry, answer) if isinstance(answer, RegisteredCard) else ()
            uow.commit()
        return more

    def _e_cards_after(self, report: OutboxEntry) -> tuple[ECard, ...]:
        try:
            return self.platform.find_e_cards(identification_code=report.identification_code)
        except PlatformError as error:
            raise PlatformUnreachable("e_cards_not_told") from error

    def _ended(
        self, uow: UnitOfWork, report: OutboxEntry, card: RegisteredCard
    ) -> tuple[OutboxEntry, ...]:
        """The end of an e-card that the region does not let outlive this state of its card, and that nobody
        knew of when the card's state was changed: its issue had no answer yet, say."""
        code, ends = card.identification_code, self.policy.e_card_actions.get(card.state)
        e_card = uow.e_cards.active_of_card(code)
        if e_card is None or ends is not ECardAction.REVOKE:
            return ()
        waiting = {(one.identification_code, one.request.kind) for one in uow.outbox.pending(code)}
        if (code, OutboxKind.REVOKE_E_CARD) in waiting:
            return ()
        revoke = self.platform.freeze(RevokeECard(e_card.sign_no, code, str(card.state)))
        now, by, order = self.clock.now(), report.asked_by, report.order_key
        return (uow.outbox.add(uuid4(), code, revoke, now, by, order),)

    def _settle_refused(self, entry: OutboxEntry, error: PlatformError | StaleVersion) -> None:
        problem = getattr(error, "problem", "") or error.code
        with self.store.begin() as uow:
            uow.outbox.settle(entry.id, OutboxState.REFUSED, problem)
            card = uow.cards.get(entry.identification_code)
            subject = card.id_number if card is not None else None
            uow.audit.append(self._entry(entry, Outcome.REFUSED, subject, problem))
            uow.commit()

    def _entry(
        self,
        entry: OutboxEntry,
        outcome: Outcome,
        subject: str | None,
        detail: str | None,
    ) -> AuditEntry:
        by = entry.asker
        at, action = self.clock.now(), _ACTIONS[entry.request.kind]
        return AuditEntry(
            at, action, outcome, by.number, by.window, by.hall, subject, detail=detail
        )


def _must_wait(error: DeskError) -> bool:
    if isinstance(error, PlatformUnreachable):
        return True
    return isinstance(error, PlatformRefused) and (
        error.retryable or error.status in _NOT_OUR_FAULT
    )
