"""The supervisor's side: the queue, one case with what will come of it, and a second person's decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from desk_app.domain.application import (
    Application,
    ApplicationKind,
    QueueEntry,
    QueueFilter,
)
from desk_app.domain.audit import Action
from desk_app.domain.card import RegisteredCard
from desk_app.domain.decision import Choice, Consequence, Verdict, consequences
from desk_app.domain.e_card import ECard
from desk_app.domain.errors import (
    BrokenPromise,
    DeskError,
    FourEyes,
    Outdated,
    ReasonRequired,
    StateForbids,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.purpose import Purpose, PurposeKind
from desk_app.domain.region import RegionPolicy
from desk_app.services.card_changes import card_outdated
from desk_app.services.delivery import Delivery
from desk_app.services.effects import Effects
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Passwords, Store, UnitOfWork
from desk_app.services.sign_in import authenticate
from desk_app.services.trail import note, purpose_of, record

__all__ = ["CaseFile", "Choice", "Consequence", "Decisions", "Queue", "QueueEntry", "Verdict"]


Cards = Mapping[UUID, str]
"""Identification codes by application."""


@dataclass(frozen=True)
class Queue:
    """The entries that were asked for, oldest first, and of all that wait in the hall: how many of each kind,
    how many this supervisor has taken, and how many have waited too long."""

    entries: tuple[QueueEntry, ...]
    counts: Mapping[ApplicationKind, int]
    mine: int
    escalated: int
    escalation: timedelta
    """After which an application has waited too long."""


@dataclass(frozen=True)
class CaseFile:
    """One application with all that bears on it. `history` are the holder's other applications, newest first;
    `cards` all cards of the holder. `consequences` is empty where the card's state does not allow approval
    any more."""

    application: Application
    holder: Holder
    card: RegisteredCard
    e_card: ECard | None
    history: tuple[Application, ...]
    cards: tuple[RegisteredCard, ...]
    consequences: tuple[Consequence, ...]

    @property
    def choice(self) -> Choice:
        """What a decision on this file is about."""
        return Choice(self.application.id, self.application.version, self.card.version)


@dataclass(frozen=True)
class Decisions:
    """Every decision takes the supervisor's password, another person than the one who filed it, and the
    application and the card as they were seen."""

    store: Store
    delivery: Delivery
    passwords: Passwords
    clock: Clock
    policy: RegionPolicy

    @property
    def effects(self) -> Effects:
        """What decisions bring about."""
        return Effects(self.delivery, self.clock, self.policy)

    @on(LaneName.STORE)
    @needs(Permission.DECIDE, Action.OPEN_APPLICATION)
    def queue(self, desk: Desk, wanted: QueueFilter) -> Queue:
        """What waits in the supervisor's hall (or in the one that is asked for). Raises NotPermitted."""
        hall = wanted.hall or desk.hall
        waiting = QueueFilter(hall=hall)
        mine = replace(waiting, assigned_to=desk.operator.number)
        late = replace(waiting, filed_until=self.clock.now() - self.policy.escalation)
        with self.store.begin(write=False) as uow:
            return Queue(
                uow.applications.queue(replace(wanted, hall=hall)),
                uow.applications.counts(waiting),
                sum(uow.applications.counts(mine).values()),
                sum(uow.applications.counts(late).values()),
                self.policy.escalation,
            )

    @on(LaneName.STORE)
    @needs(Permission.DECIDE, Action.OPEN_APPLICATION)
    def open(self, desk: Desk, application_id: UUID) -> CaseFile:
        """One case; that it was looked at is in the audit. Raises NotPermitted, and Outdated where there is
        no such application."""
        purpose = self._case_of(desk, application_id)
        with self.store.begin(write=False, purpose=purpose) as uow:
            application = _existing(uow, application_id)
            number = application.id_number
            holder, card = uow.holders.get(number), uow.cards.get(application.identification_code)
            if holder is None or card is None:
                raise BrokenPromise("an application without its holder or card")
            e_card = uow.e_cards.active_of_card(card.identification_code)
            history = tuple(a for a in uow.applications.of_holder(number) if a != application)
            cards = uow.cards.of_holder(number)
        with self.store.begin() as uow:
            self._record(uow, desk, Action.OPEN_APPLICATION, application)
            uow.commit()
        after = self._consequences(application, card, e_card)
        return CaseFile(application, holder, card, e_card, history, cards, after)

    @on(LaneName.STORE)
    @needs(Permission.DECIDE, Action.TAKE_APPLICATION)
    def take(self, desk: Desk, choice: Choice) -> Application:
        """This supervisor will decide it. Raises NotPermitted, Outdated."""
        now, number = self.clock.now(), desk.operator.number
        with self.store.begin() as uow:
            taken = uow.applications.take(
                choice.application_id, choice.version, number, now, desk.window
            )
            self._record(uow, desk, Action.TAKE_APPLICATION, taken)
            uow.commit()
        return taken

    @on(LaneName.STORE)
    @needs(Permission.DECIDE, Action.PUT_BACK_APPLICATION)
    def put_back(self, desk: Desk, choice: Choice) -> Application:
        """Whoever takes it will decide it. Raises NotPermitted, Outdated."""
        with self.store.begin() as uow:
            back = uow.applications.put_back(
                choice.application_id, choice.version, self.clock.now(), desk.window
            )
            self._record(uow, desk, Action.PUT_BACK_APPLICATION, back)
            uow.commit()
        return back

    @on(LaneName.PLATFORM)
    @needs(Permission.DECIDE, Action.APPROVE)
    def decide(self, desk: Desk, choice: Choice, verdict: Verdict, password: str) -> Application:
        """Approve or reject, and bring about what follows from it.

        Raises NotPermitted, ReasonRequired for a rejection without one, SignInRefused and OperatorLocked for
        the password, QuotaReached, FourEyes, StateForbids, and Outdated with what was changed, when and at
        which window."""
        cards = self._confirm(desk, (choice,), verdict, password)
        return self._decide(desk, choice, verdict, cards)

    @on(LaneName.PLATFORM)
    @needs(Permission.DECIDE, Action.APPROVE)
    def decide_several(
        self, desk: Desk, choices: Iterable[Choice], verdict: Verdict, password: str
    ) -> tuple[Application | DeskError, ...]:
        """The same verdict on each of them by itself: the application as decided, or why it was not. Raises
        what concerns all of them: NotPermitted, ReasonRequired, SignInRefused, OperatorLocked, and
        QuotaReached."""
        choices = tuple(choices)
        cards = self._confirm(desk, choices, verdict, password)
        return tuple(self._attempt(desk, choice, verdict, cards) for choice in choices)

    @on(LaneName.STORE)
    @needs(Permission.FILE, Action.TELL_OUTCOME)
    def outcomes(self, desk: Desk) -> tuple[Application, ...]:
        """What this clerk has filed and somebody has decided, as long as the citizen has not been told."""
        with self.store.begin(write=False) as uow:
            return uow.applications.to_tell(desk.operator.number)

    @on(LaneName.STORE)
    @needs(Permission.FILE, Action.TELL_OUTCOME)
    def told(self, desk: Desk, application_id: UUID) -> Application:
        """The citizen has been told the outcome. Telling again changes nothing. Raises NotPermitted, and
        Outdated for one that is not decided."""
        now = self.clock.now()
        with self.store.begin() as uow:
            found = _existing(uow, application_id)
            if found.told_at is not None:
                return found
            told = uow.applications.told(application_id, found.version, now, desk.window)
            self._record(uow, desk, Action.TELL_OUTCOME, told)
            uow.commit()
        return told

    def _consequences(
        self, application: Application, card: RegisteredCard, e_card: ECard | None
    ) -> tuple[Consequence, ...]:
        try:
            return consequences(application, card, e_card, self.policy)
        except StateForbids:
            return ()

    def _confirm(
        self, desk: Desk, choices: Iterable[Choice], verdict: Verdict, password: str
    ) -> Cards:
        """Prove the supervisor by the password, and state with it why these citizens' data are read, so that
        it is committed before they are. Gives the cards that it is about."""
        if not verdict.approved and not verdict.reason.strip():
            raise ReasonRequired
        number, action = desk.operator.number, _action(verdict)
        with self.store.begin(write=False) as uow:
            found = [uow.applications.get(choice.application_id) for choice in choices]
        wanted = [application for application in found if application is not None]
        with self.store.begin() as uow:
            authenticate(
                uow, self.passwords, self.clock, number, password, desk.hall, desk.window, action
            )
            for one in wanted:
                purpose = purpose_of(self.clock, desk, PurposeKind.CASE, one.id_number)
                if purpose is not None:
                    uow.purposes.add(purpose)
            uow.commit()
        return {one.id: one.identification_code for one in wanted}

    def _attempt(
        self, desk: Desk, choice: Choice, verdict: Verdict, cards: Cards
    ) -> Application | DeskError:
        try:
            return self._decide(desk, choice, verdict, cards)
        except DeskError as refusal:
            return refusal

    def _decide(self, desk: Desk, choice: Choice, verdict: Verdict, cards: Cards) -> Application:
        try:
            with self.store.begin() as uow:
                code = cards.get(choice.application_id)
                application, card = self._seen(uow, desk, choice, verdict, code)
                decided = self.effects.settle(uow, desk, application, card, verdict)
                self._record(uow, desk, _action(verdict), decided, reason=verdict.reason.strip())
                uow.commit()
        except (FourEyes, Outdated, StateForbids) as refusal:
            self._note_refusal(desk, choice, verdict, refusal)
            raise
        self.delivery.deliver_pending(decided.identification_code)
        return decided

    def _seen(
        self, uow: UnitOfWork, desk: Desk, choice: Choice, verdict: Verdict, code: str | None
    ) -> tuple[Application, RegisteredCard]:
        """The application and its card, if they still are what the supervisor saw. A rejection changes
        nothing that depends on the card."""
        # The card first, as everybody does who needs both: else two could wait for each other.
        card = uow.cards.get(code) if code is not None else None
        application = _existing(uow, choice.application_id)
        if card is None:
            raise BrokenPromise("an application without its card")
        if application.filed_by == desk.operator.number:
            raise FourEyes
        seen = choice.card_version or application.card_version
        if verdict.approved and application.version == choice.version and card.version != seen:
            raise card_outdated(uow, card.identification_code)
        return replace(application, version=choice.version), card

    def _case_of(self, desk: Desk, application_id: UUID) -> Purpose | None:
        with self.store.begin(write=False) as uow:
            number = _existing(uow, application_id).id_number
        return purpose_of(self.clock, desk, PurposeKind.CASE, number)

    def _record(
        self,
        uow: UnitOfWork,
        desk: Desk,
        action: Action,
        application: Application,
        reason: str | None = None,
    ) -> None:
        subject, detail = application.id_number, f"{application.kind} {application.number}"
        record(uow, self.clock, desk, action, subject=subject, reason=reason or None, detail=detail)

    def _note_refusal(
        self, desk: Desk, choice: Choice, verdict: Verdict, refusal: DeskError
    ) -> None:
        with self.store.begin(write=False) as uow:
            found = uow.applications.get(choice.application_id)
        subject = found.id_number if found is not None else None
        note(self, desk, _action(verdict), refusal, subject)


def _action(verdict: Verdict) -> Action:
    return Action.APPROVE if verdict.approved else Action.REJECT


def _existing(uow: UnitOfWork, application_id: UUID) -> Application:
    found = uow.applications.get(application_id)
    if found is None:
        raise Outdated("application")
    return found
