"""Who stands at the counter: by the card in the reader, or by a typed number with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.card import Authenticity, CardReading, CardState, RegisteredCard
from desk_app.domain.e_card import ECard
from desk_app.domain.errors import (
    InvalidInput,
    PlatformError,
    ReasonRequired,
    UnknownPerson,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.purpose import Purpose, PurposeKind
from desk_app.domain.visit import Case, Visit, VisitStep
from desk_app.services.case_facts import judged, with_facts
from desk_app.services.delivery import Delivery
from desk_app.services.lanes import LaneName, on
from desk_app.services.lapses import Lapses
from desk_app.services.permit import needs
from desk_app.services.ports import (
    Cancellation,
    CardReader,
    Clock,
    Platform,
    Progress,
    Store,
    UnitOfWork,
)
from desk_app.services.trail import purpose_of, record, step, subject_of


@dataclass(frozen=True)
class Identification:
    """Opens, completes and ends a visit."""

    reader: CardReader
    store: Store
    platform: Platform
    delivery: Delivery
    clock: Clock
    lapses: Lapses

    @on(LaneName.CARD)
    def read_card(
        self,
        reader: str | None = None,
        progress: Progress | None = None,
        cancel: Cancellation | None = None,
    ) -> CardReading:
        """Read the card. Raises the CardErrors, Cancelled, and Counterfeit with what was read."""
        return self.reader.read(reader, progress=progress, cancel=cancel)

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.IDENTIFY)
    def open_case(self, desk: Desk, reading: CardReading) -> Case:
        """Begin a visit with a card: register, verdict, the e-card that the store remembers.

        A counterfeit's reading may be given too: the case then says so, holds no citizen, and the
        attempt is in the audit."""
        counterfeit = reading.authenticity is Authenticity.COUNTERFEIT
        with self.store.begin(purpose=self._card_is_here(desk, reading)) as uow:
            code = reading.card.identification_code
            self.lapses.look_at(uow, desk, code)
            case = Case(
                self._open_visit(uow, desk),
                reading=reading,
                holder=None if counterfeit else _holder_on(reading),
                policy=self.lapses.policy,
            )
            if case.holder is not None:
                case = step(uow, self.clock, case, VisitStep.IDENTIFIED)
            case = judged(with_facts(uow, case, code), self.clock.now().date())
            outcome = Outcome.REFUSED if counterfeit else Outcome.DONE
            detail = str(reading.authenticity)
            record(
                uow,
                self.clock,
                desk,
                Action.IDENTIFY,
                case=case,
                outcome=outcome,
                detail=detail,
            )
            if case.verdict is not None and case.verdict.usable:
                case = step(uow, self.clock, case, VisitStep.VERIFIED)
            uow.commit()
        return case

    @on(LaneName.PLATFORM)
    @needs(Permission.SERVE, Action.IDENTIFY)
    def known_of(
        self, desk: Desk, reading: CardReading
    ) -> tuple[RegisteredCard | None, ECard | None]:
        """The register's entry and the e-card of a card, without opening a visit; audited all the same.
        The e-card is the platform's word, or the store's memory while the platform does not answer."""
        code = reading.card.identification_code
        with self.store.begin(purpose=self._card_is_here(desk, reading)) as uow:
            registered = uow.cards.get(code)
            remembered = uow.e_cards.active_of_card(code)
            subject, detail = reading.holder.id_number, str(reading.authenticity)
            record(uow, self.clock, desk, Action.IDENTIFY, subject=subject, detail=detail)
            uow.commit()
        try:
            found = self.platform.find_e_cards(identification_code=code)
        except PlatformError:
            return registered, remembered
        return registered, next((e_card for e_card in found if e_card.is_active), None)

    @on(LaneName.PLATFORM)
    def refresh_e_card(self, case: Case) -> Case:
        """Ask the platform about the card's e-card, after sending what is still pending for it, and look at
        what the register says by now: also while the platform does not answer."""
        if case.registered is None:
            return case
        code = case.registered.identification_code
        known = self._ask_platform(code)
        with self.store.begin(write=False) as uow:
            case = judged(with_facts(uow, case, code), self.clock.now().date())
        return replace(case, platform_known=known)

    def _ask_platform(self, code: str) -> bool:
        """Bring the store's memory of the card's e-cards up to date; False when the platform is silent."""
        try:
            self.delivery.deliver_pending(code)
            found = self.platform.find_e_cards(identification_code=code)
        except PlatformError:
            return False
        with self.store.begin() as uow:
            for e_card in found:
                uow.e_cards.put(e_card)
            uow.commit()
        return True

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.LOOK_UP)
    def look_up(self, desk: Desk, id_number: str) -> Case:
        """Begin a visit without a card. The data stay masked until `reveal`. Raises UnknownPerson, and
        InvalidInput for anything that is not 18 letters and digits."""
        number = id_number.strip().upper()
        if len(number) != 18 or not (number.isascii() and number.isalnum()):
            raise InvalidInput("id_number", "not_18_characters")
        purpose = purpose_of(self.clock, desk, PurposeKind.LOOK_UP, number)
        with self.store.begin(purpose=purpose) as uow:
            holder = uow.holders.get(number)
            outcome = Outcome.REFUSED if holder is None else Outcome.DONE
            record(uow, self.clock, desk, Action.LOOK_UP, subject=number, outcome=outcome)
            if holder is None:
                uow.commit()
                raise UnknownPerson
            card = _current_card(uow.cards.of_holder(number))
            code = card.identification_code if card is not None else None
            if code is not None:
                self.lapses.look_at(uow, desk, code)
            case = Case(
                self._open_visit(uow, desk),
                holder=holder,
                revealed=False,
                policy=self.lapses.policy,
            )
            case = with_facts(uow, case, code)
            case = step(uow, self.clock, case, VisitStep.IDENTIFIED)
            uow.commit()
        return case

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.REVEAL)
    def reveal(self, desk: Desk, case: Case, reason: str) -> Case:
        """Show the data of a person who was looked up; the reason goes to the audit."""
        if not reason.strip():
            raise ReasonRequired
        kind, subject = PurposeKind.REVEAL, subject_of(case)
        purpose = purpose_of(self.clock, desk, kind, subject, reason=reason.strip())
        with self.store.begin(purpose=purpose) as uow:
            record(uow, self.clock, desk, Action.REVEAL, case=case, reason=reason.strip())
            uow.commit()
        return replace(case, revealed=True)

    @on(LaneName.STORE)
    def end_visit(self, desk: Desk, case: Case) -> None:
        """The card has left, or the clerk has ended the visit."""
        with self.store.begin() as uow:
            uow.visits.close(case.visit.id, self.clock.now())
            uow.commit()

    def _card_is_here(self, desk: Desk, reading: CardReading) -> Purpose | None:
        """A counterfeit's chip says nothing about a person whose data one might read."""
        genuine = reading.authenticity is not Authenticity.COUNTERFEIT
        number = reading.holder.id_number if genuine else None
        code = reading.card.identification_code
        return purpose_of(self.clock, desk, PurposeKind.CARD, number, code)

    def _open_visit(self, uow: UnitOfWork, desk: Desk) -> Visit:
        visit = Visit(uuid4(), self.clock.now(), desk.operator.number, desk.window)
        uow.visits.open(visit)
        return visit


def _holder_on(reading: CardReading) -> Holder | None:
    on_card = reading.holder
    if on_card.id_number is None:
        return None
    return Holder(
        on_card.id_number,
        on_card.name or "",
        on_card.sex,
        on_card.ethnicity,
        on_card.birthplace,
        on_card.birth_date,
    )


def _current_card(cards: tuple[RegisteredCard, ...]) -> RegisteredCard | None:
    """The newest card in the holder's hands, else the newest that is not cancelled, else the newest."""
    living = [card for card in cards if card.state is not CardState.CANCELLED]
    out = [card for card in living if card.state is not CardState.IN_PRODUCTION]
    return next(iter(out or living or cards), None)
