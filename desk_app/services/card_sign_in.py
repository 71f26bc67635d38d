"""Signing in by one's own card: the card proves itself to the security module, and its holder to the card."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.card import Authenticity, CardReading
from desk_app.domain.errors import OperatorCardRefused, OperatorLocked, WrongPin
from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.services.lanes import LaneName, on
from desk_app.services.ports import CardReader, Clock, Store, UnitOfWork
from desk_app.services.trail import leaves

BY_CARD = "card"
"""What the audit says of how somebody signed in."""


@dataclass(frozen=True)
class CardPresented:
    """An operator's card in a reader, before its PIN is asked for."""

    reader: str
    identification_code: str
    tries_left: int


@dataclass(frozen=True)
class CardSignIn:
    """Nothing repeats a try by itself, and no PIN is kept. What the card counts, the store need not."""

    reader: CardReader
    store: Store
    clock: Clock
    hall: str
    """Where this counter stands."""

    @on(LaneName.CARD)
    @leaves(Action.SIGN_IN)
    def look(self, window: str) -> CardPresented:
        """The card that is in, and how many tries its PIN has; costs none. Raises the CardErrors and
        OperatorCardRefused."""
        reading = self.reader.read()
        code, tries = reading.card.identification_code, reading.pin_tries_left
        problem = _unproven(reading) or _exhausted(tries)
        with self.store.begin() as uow:
            account = self._holder(uow, code)
            if problem is not None or account is None:
                raise self._refused(uow, account, window, problem or "no_operator")
        assert tries is not None
        return CardPresented(reading.reader, code, tries)

    @on(LaneName.CARD)
    @leaves(Action.SIGN_IN)
    def sign_in(self, presented: CardPresented, pin: str, window: str) -> Operator:
        """The operator whose card it is, if the PIN is right; tried once. Raises WrongPin with the tries
        that are left, OperatorCardRefused, InvalidInput (which costs no try) and the CardErrors."""
        shown = presented.identification_code
        check = self.reader.verify_pin(pin, shown, presented.reader)
        code = check.reading.card.identification_code
        problem = _unproven(check.reading)
        if code != shown:
            problem = "other_card"
        with self.store.begin() as uow:
            account = self._holder(uow, code)
            if problem is not None or account is None:
                raise self._refused(uow, account, window, problem or "no_operator")
            if not check.verified:
                self._note(uow, account, window, Outcome.REFUSED, f"{BY_CARD} {WrongPin.code}")
                uow.commit()
                if check.tries_left == 0:
                    raise OperatorCardRefused("pin_locked")
                raise WrongPin(check.tries_left)
            now = self.clock.now()
            if account.locked_until is not None and account.locked_until > now:
                self._note(uow, account, window, Outcome.REFUSED, OperatorLocked.code)
                uow.commit()
                raise OperatorLocked(account.locked_until)
            try:
                self.store.enter(account.operator.number, None)
            except OperatorCardRefused as refusal:
                raise self._refused(uow, account, window, refusal.problem) from refusal
            if account.failures or account.locked_until:
                uow.operators.put(replace(account, failures=0, locked_until=None))
            self._note(uow, account, window, Outcome.DONE, BY_CARD)
            uow.commit()
        return account.operator

    def _holder(self, uow: UnitOfWork, code: str) -> OperatorAccount | None:
        account = uow.operators.by_card(code)
        return account if account is not None and account.active else None

    def _refused(
        self, uow: UnitOfWork, account: OperatorAccount | None, window: str, problem: str
    ) -> OperatorCardRefused:
        self._note(uow, account, window, Outcome.REFUSED, f"{BY_CARD} {problem}")
        uow.commit()
        return OperatorCardRefused(problem)

    def _note(
        self,
        uow: UnitOfWork,
        account: OperatorAccount | None,
        window: str,
        outcome: Outcome,
        detail: str,
    ) -> None:
        number = account.operator.number if account is not None else ""
        at, action = self.clock.now(), Action.SIGN_IN
        uow.audit.append(AuditEntry(at, action, outcome, number, window, self.hall, detail=detail))


def _unproven(reading: CardReading) -> str | None:
    """A card that did not prove itself could say that any PIN is right."""
    return None if reading.authenticity is Authenticity.GENUINE else "not_proven"


def _exhausted(tries: int | None) -> str | None:
    if tries is None:
        return "no_pin"
    return "pin_locked" if tries == 0 else None
