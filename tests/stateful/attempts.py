"""How a verb is tried in a walk, what is expected of it, and on what it is tried."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from typing import ClassVar, TypeVar
from uuid import UUID

from hypothesis import event, note
from hypothesis.stateful import RuleBasedStateMachine

from desk_app.domain.application import ApplicationState
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.decision import Choice
from desk_app.domain.e_card import ECard
from desk_app.domain.errors import DeskError, NotPermitted, NotPossible
from desk_app.domain.outbox import OutboxKind
from desk_app.domain.permissions import Permission
from desk_app.domain.visit import Case
from tests.integration.loss.hall import reading
from tests.integration.store.conftest import Place
from tests.stateful import checks
from tests.stateful.city import City, Killed, Surroundings
from tests.stateful.model import Card, Filed, Model

T = TypeVar("T")

SUPERVISORS = ("2001", "2002", "3001")


def chosen(among: list[T], nth: int, fits: Callable[[T], bool]) -> T:
    return sorted(among, key=lambda one: not fits(one))[nth % len(among)]


def _expect(holds: bool, what: str) -> None:
    assert holds, what


def code_of(case: Case) -> str:
    assert case.registered is not None
    return case.registered.identification_code


class Attempts(RuleBasedStateMachine):
    """What the rules of `walk.Walk` are made of; `database` and `around` are set by whoever runs them."""

    database: ClassVar[Callable[[ExitStack], Place]]
    around: ClassVar[Surroundings]
    city: City
    model: Model

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.before = checks.Remembered()
        self.cases: list[Case] = []
        self.choices: list[Choice] = []

    # --- how a verb is tried

    def _act(
        self,
        number: str,
        permission: Permission | None,
        verb: Callable[[], T],
        effect: Callable[[T], None],
        can: bool | None,
        refusals: tuple[type[DeskError], ...],
        old: bool = False,
        outages: tuple[type[DeskError], ...] = (),
    ) -> T | None:
        """Try a verb. `can`: whether it must succeed (with an old case it may be refused all the same), None
        where either will do; `outages` are errors that say that the platform was not heard."""
        done: list[T] = []

        def took_effect(answer: T) -> None:
            effect(answer)
            done.append(answer)

        self._refusal(
            number, permission, verb, took_effect, can, refusals, old=old, outages=outages
        )
        return done[0] if done else None

    def _refusal(
        self,
        number: str,
        permission: Permission | None,
        verb: Callable[[], T],
        effect: Callable[[T], None],
        can: bool | None,
        refusals: tuple[type[DeskError], ...],
        *,
        old: bool = False,
        outages: tuple[type[DeskError], ...] = (),
    ) -> DeskError | None:
        may = permission is None or self.city.desk(number).operator.may(permission)
        name = verb.__qualname__.split(".")[1]
        calm = self.city.calm
        try:
            answer = verb()
        except Killed:
            event(name, "killed")
            assert may
            self._come_back()
            return None
        except DeskError as error:
            note(f"{error.code} {error.facts}")
            event(name, error.code)
            if not may:
                _expect(isinstance(error, NotPermitted), "it was not permitted")
            elif calm or not isinstance(error, outages):
                _expect(isinstance(error, refusals), repr(error))
                _expect(can is not True or old, "it was possible, and was refused")
                overtaken = isinstance(error, NotPossible) and error.at is not None
                _expect(old or not overtaken, "only an old case is overtaken")
            return error
        assert may, "it was not permitted, and was done"
        assert can is not False, "it was not possible, and was done"
        event(name, "done" if calm else "done in trouble")
        effect(answer)
        return None

    def _come_back(self) -> None:
        """After a kill: what was committed is there, each card being as it was or one change further on."""
        before = deepcopy(self.model.cards)
        self.city.restart()
        after = checks.register(self.city)
        for code, card in after.items():
            was = before[code].state if code in before else CardState.IN_PRODUCTION
            assert card.state is was or (was, card.state) in checks.STEPS, code
        self._adopt(after)

    def _adopt(self, cards: dict[str, RegisteredCard]) -> None:
        """Take what the store has for what there is: a kill leaves open which of the two it is."""
        holders = {card.holder.id_number: card.holder for card in self.model.cards.values()}
        with self.city.store.begin(write=False) as uow:
            for code, card in cards.items():
                loss = uow.temporary_losses.running(code)
                until = loss.until if loss is not None else None
                holder = holders[card.id_number]
                self.model.cards[code] = Card(
                    holder, card.state, loss is not None, until, card.replaces, card.valid_until
                )
            for number in holders:
                for found in uow.applications.of_holder(number):
                    self.model.filed[found.id] = Filed(
                        found.kind,
                        found.identification_code,
                        found.filed_by,
                        "",
                        found.state,
                        found.version,
                        found.new_identification_code,
                    )
        query = "SELECT id, changed_window FROM application"
        windows = {
            str(row.id).replace("-", ""): row.changed_window for row in self.city.rows(query)
        }
        for filed_id, filed in self.model.filed.items():
            filed.window = windows[filed_id.hex]

    # --- what is chosen

    def _code(self, nth: int, fits: Callable[[str], bool]) -> str:
        """One of the cards, those first with which the verb makes sense."""
        return chosen(list(self.model.cards), nth, fits)

    def _replacements(self) -> list[str]:
        return [code for code, card in self.model.cards.items() if card.replaces is not None]

    def _filed(self, nth: int, *states: ApplicationState) -> UUID:
        """One of the applications, those in these states first, and of them the newest."""
        newest_first = list(reversed(self.model.filed))
        return chosen(newest_first, nth, lambda one: self.model.filed[one].state in states)

    def _case(self, number: str, code: str, with_card: bool, old: bool) -> Case | None:
        """A case about a card: a fresh one, or the last that was opened before."""
        if not old:
            return self._opened(number, code, with_card)
        kept = (c for c in reversed(self.cases) if code_of(c) == code)
        return next((c for c in kept if (c.reading is not None) == with_card), None)

    def _opened(self, number: str, code: str, with_card: bool) -> Case | None:
        """Opened by somebody who may, for those who may not."""
        identification = self.city.identification
        desk = self.city.desk(number if number in ("1001", "1002", "3001") else "1001")
        holder = self.model.cards[code].holder
        with self.city.store.begin(write=False) as uow:
            card = uow.cards.get(code)
        assert card is not None

        def opened() -> Case:
            if with_card:
                case = identification.open_case(desk, reading(card, holder))
            else:
                case = identification.look_up(desk, holder.id_number)
                case = identification.reveal(desk, case, "挂失")
            self.model.look_at(code_of(case), self.city.clock.now())
            return identification.refresh_e_card(case)

        return self._act(desk.operator.number, Permission.SERVE, opened, lambda _: None, True, ())

    def _seen(self, number: str, filed_id: UUID) -> Choice | None:
        seen: list[Choice] = []
        self._act(
            number,
            Permission.DECIDE,
            lambda: self.city.decisions.open(self.city.desk(number), filed_id),
            lambda file: seen.append(file.choice),
            True,
            (),
        )
        return seen[0] if seen else None

    def _choice(self, number: str, nth: int, old: bool) -> Choice | None:
        if old and self.choices:
            return self.choices[-1 - nth % len(self.choices)]
        filed_id = self._filed(nth, ApplicationState.FILED)
        return self._seen(number if number in SUPERVISORS else "2001", filed_id)

    def _ordered(self, filed: Filed, code: str | None) -> None:
        assert code is not None
        filed.new_code = code
        holder = self.model.cards[filed.code].holder
        self.model.cards[code] = Card(holder, CardState.IN_PRODUCTION, replaces=filed.code)

    def _in(self, state: CardState) -> Callable[[str], bool]:
        return lambda code: self.model.cards[code].state is state

    def _bound(self, code: str) -> bool:
        return self._e_card(code) is not None

    def _unbound(self, code: str) -> bool:
        return self._in(CardState.NORMAL)(code) and not self._bound(code)

    def _in_date(self, code: str, old: bool) -> bool | None:
        """Whether the card is so for a verb that needs that; an old case may still show it as it was."""
        if not self.model.is_past(code, self.city.clock.now()):
            return True
        return None if old else False

    def _waits(self) -> bool:
        return bool(self.city.rows("SELECT 1 FROM outbox WHERE state = 'pending'"))

    def _e_card(self, code: str) -> ECard | None:
        with self.city.store.begin(write=False) as uow:
            return uow.e_cards.active_of_card(code)

    def _binding(self, code: str) -> bool:
        with self.city.store.begin(write=False) as uow:
            pending = uow.outbox.pending(code)
        kinds = {(entry.identification_code, entry.request.kind) for entry in pending}
        return (code, OutboxKind.ISSUE_E_CARD) in kinds
