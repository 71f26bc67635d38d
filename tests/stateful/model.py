"""What the hall should be like, by rules of its own: the walks compare the product with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from desk_app.domain.application import ApplicantKind, ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.holder import Holder
from desk_app.domain.region import RegionPolicy

S, K, A = CardState, ApplicationKind, ApplicationState

GONE = frozenset({S.CANCELLED, S.IN_PRODUCTION})
EXPIRING = frozenset({S.NOT_ACTIVATED, S.NORMAL, S.TEMPORARILY_LOST, S.LOCKED})


@dataclass
class Card:
    """A card, and how long it is protected (`until` None with `protected`: until a decision)."""

    holder: Holder
    state: CardState
    protected: bool = False
    until: datetime | None = None
    replaces: str | None = None
    last_day: date | None = None


@dataclass
class Filed:
    """An application; `window` is where it was changed last."""

    kind: ApplicationKind
    code: str
    filed_by: str
    window: str
    state: ApplicationState = A.FILED
    version: int = 1
    new_code: str | None = None

    def changed(self, window: str) -> None:
        self.version += 1
        self.window = window


@dataclass
class Model:
    policy: RegionPolicy
    cards: dict[str, Card] = field(default_factory=dict)
    filed: dict[UUID, Filed] = field(default_factory=dict)

    def open_of(self, code: str) -> Filed | None:
        waiting = (A.FILED, A.APPROVED)
        found = (f for f in self.filed.values() if f.code == code and f.state in waiting)
        return next(found, None)

    # --- what is possible

    def can_file(
        self, kind: ApplicationKind, code: str, with_card: bool, applicant: ApplicantKind
    ) -> bool:
        """Whether an application of this kind is taken; papers are those of `walk.APPLICANTS`."""
        card = self.cards[code]
        if self.open_of(code) is not None:
            return False
        if card.replaces is not None and self._made_for(code) is not None:
            return False
        if applicant is ApplicantKind.GUARDIAN and card.holder.birth_date is None:
            return False
        match kind:
            case K.FORMAL_LOSS:
                return not with_card and card.state in (S.NORMAL, S.TEMPORARILY_LOST)
            case K.RELEASE:
                formal = card.state is S.LOST and self.policy.release_after_formal_loss
                return with_card and (formal or card.state is S.TEMPORARILY_LOST)
            case K.REPLACEMENT:
                return card.state in (S.NORMAL, S.LOST, S.LOCKED, S.EXPIRED)
            case K.CANCELLATION:
                return card.state not in GONE

    def can_hand_over(self, code: str) -> bool:
        return self.cards[code].state is S.IN_PRODUCTION and self._made_for(code) is not None

    def can_approve(self, filed: Filed) -> bool:
        """Whether the card's state still allows what was applied for."""
        state = self.cards[filed.code].state
        match filed.kind:
            case K.FORMAL_LOSS:
                return state is S.TEMPORARILY_LOST
            case K.RELEASE:
                return state in (S.TEMPORARILY_LOST, S.LOST)
            case K.REPLACEMENT:
                return True
            case K.CANCELLATION:
                return state not in GONE

    def _made_for(self, code: str) -> Filed | None:
        old = self.cards[code].replaces
        filed = self.open_of(old) if old is not None else None
        return filed if filed is not None and filed.new_code == code else None

    # --- what comes of it

    def becomes(self, code: str, state: CardState) -> None:
        self.cards[code].state = state

    def protect(self, code: str, until: datetime | None) -> None:
        card = self.cards[code]
        card.state, card.protected, card.until = S.TEMPORARILY_LOST, True, until

    def works_again(self, code: str, state: CardState = S.NORMAL) -> None:
        card = self.cards[code]
        card.state, card.protected, card.until = state, False, None

    def look_at(self, code: str, now: datetime) -> None:
        """The card is on a screen: what the calendar has brought about is done first."""
        self.lapse(code, now)
        self.expire(code, now)

    def lapse(self, code: str, now: datetime) -> None:
        """The card was looked at, and its protection has an end that has come."""
        card = self.cards[code]
        if card.protected and card.until is not None and card.until <= now:
            card.protected, card.until = False, None
            self.expire(code, now)
            if card.state is S.TEMPORARILY_LOST:
                card.state = S.NORMAL

    def expire(self, code: str, now: datetime) -> None:
        """Its last day is over, and nothing is going on with it."""
        card, waits = self.cards[code], self.open_of(code)
        filed = waits is not None and waits.state is A.FILED
        if self.is_past(code, now) and card.state in EXPIRING and not (card.protected or filed):
            card.state = S.EXPIRED

    def is_past(self, code: str, now: datetime) -> bool:
        last = self.cards[code].last_day
        return last is not None and last < now.date()

    def decide(self, filed: Filed, window: str, approved: bool, lift: bool, now: datetime) -> None:
        code = filed.code
        filed.changed(window)
        filed.state = A.COMPLETED if approved else A.REJECTED
        if not approved:
            if filed.kind is K.FORMAL_LOSS:
                if lift:
                    self.works_again(code)
                else:
                    self.protect(code, now + self.policy.temporary_loss)
            return
        match filed.kind:
            case K.FORMAL_LOSS:
                self.works_again(code, S.LOST)
            case K.RELEASE:
                self.works_again(code)
            case K.CANCELLATION:
                self.works_again(code, S.CANCELLED)
            case K.REPLACEMENT:
                filed.state = A.APPROVED

    def hand_over(self, code: str, window: str) -> None:
        filed = self._made_for(code)
        assert filed is not None
        filed.changed(window)
        filed.state = A.COMPLETED
        self.becomes(code, S.NORMAL)
        self.works_again(filed.code, S.CANCELLED)
