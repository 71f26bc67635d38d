"""Random walks through the life of cards: clerks, supervisors and one who is both, over a line that fails.

Every rule is one verb at one window, on the card as it is now or as an older case still shows it. The model
says whether it must succeed; what is refused must be refused with the error for it, and change nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from typing import ClassVar, TypeVar
from uuid import UUID

from hypothesis import event, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desk_app.domain.application import (
    HOLDER,
    Applicant,
    ApplicantKind,
    ApplicationKind,
    ApplicationState,
    ReplacementReason,
)
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.decision import Choice, Verdict
from desk_app.domain.e_card import ConsentMethod, ECard
from desk_app.domain.errors import (
    DeskError,
    FourEyes,
    HolderHasECard,
    InstructionPending,
    InvalidInput,
    NotPermitted,
    NotPossible,
    Outdated,
    PlatformUnreachable,
    StaleVersion,
    StateForbids,
)
from desk_app.domain.permissions import Permission
from desk_app.domain.visit import Case
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from tests.fixtures.fault_proxy import Fault
from tests.integration.loss.hall import PASSWORD, SHANGHAI, SUZHOU, WINDOWS, reading
from tests.integration.store.conftest import Place
from tests.stateful import checks
from tests.stateful.city import City, Death, Killed, Surroundings
from tests.stateful.model import Card, Filed, Model

T = TypeVar("T")

RELATIVE = person(Variant.GOOD).holder
APPLICANTS = {
    ApplicantKind.HOLDER: HOLDER,
    ApplicantKind.AGENT: Applicant(
        ApplicantKind.AGENT, RELATIVE.name, RELATIVE.id_number, "委托书 2026-11-20"
    ),
    ApplicantKind.GUARDIAN: Applicant(
        ApplicantKind.GUARDIAN, RELATIVE.name, RELATIVE.id_number, "出生证明"
    ),
}
REASONS = {CardState.NORMAL: "damaged", CardState.LOCKED: "damaged", CardState.LOST: "lost"}
POLICIES = {policy.code: policy for policy in (SHANGHAI, SUZHOU)}
SUPERVISORS = ("2001", "2002", "3001")
APPROVE, REJECT = Verdict(True), Verdict(False, "材料不全")
LIFT = Verdict(False, "持卡人已找到卡", lift_protection=True)

# What is chosen more often stands here more often: most steps shall be possible, and meet each other.
clerks = st.sampled_from(("1001", "1002", "3001") * 3 + ("2001",))
deciders = st.sampled_from(SUPERVISORS * 3 + ("1002",))
some = st.sampled_from((0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7))
seldom = st.sampled_from((False, False, False, True))
applicants = st.sampled_from((ApplicantKind.HOLDER, *ApplicantKind))
faults = st.sampled_from((Fault.NONE, Fault.CLOSE, Fault.LOSE_ANSWER, Fault.CUT_ANSWER))
DECIDED = (ApplicationState.APPROVED, ApplicationState.COMPLETED, ApplicationState.REJECTED)
troubles = st.one_of(
    st.none(),
    st.sampled_from((Fault.CLOSE, Fault.LOSE_ANSWER, *Death)),
    st.lists(faults, min_size=1, max_size=6),
)
"""A good line again; an outage, or a counter that dies when it sends next; faults of the next requests."""


class Walk(RuleBasedStateMachine):
    """One walk, in a database of its own; `database` and `around` are set by whoever runs it."""

    database: ClassVar[Callable[[ExitStack], Place]]
    around: ClassVar[Surroundings]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.before = checks.Remembered()
        self.cases: list[Case] = []
        self.choices: list[Choice] = []

    @initialize(region=st.sampled_from(sorted(POLICIES)))
    def settle_in(self, region):
        policy = POLICIES[region]
        self.city = City(type(self).database(self.open), self.around, policy)
        self.open.callback(self.city.close)
        self.model = Model(policy)
        for card, holder in self.city.settle_in():
            self.model.cards[card.identification_code] = Card(holder, card.state)

    def teardown(self) -> None:
        with self.open:
            if sys.exception() is None and hasattr(self, "city"):
                self._all_is_well_again()

    # --- at the clerk's window

    @rule(number=clerks, nth=some, with_card=st.booleans())
    def open_case(self, number, nth, with_card):
        """Somebody comes to the window; the case may be worked on much later."""
        case = self._opened(number, self._code(nth, lambda _: True), with_card)
        if case is not None:
            self.cases.append(case)

    @rule(number=clerks, nth=some, old=seldom)
    def activate(self, number, nth, old):
        case = self._case(number, self._code(nth, self._in(CardState.NOT_ACTIVATED)), True, old)
        if case is None:
            return
        code = code_of(case)
        can = self.model.cards[code].state is CardState.NOT_ACTIVATED
        self._act(
            number,
            Permission.SERVE,
            lambda: self.city.activation.activate(self.city.desk(number), case),
            lambda _: self.model.becomes(code, CardState.NORMAL),
            can,
            (NotPossible, StaleVersion) if old else (NotPossible,),
            old,
        )

    @rule(number=clerks, nth=some, old=seldom, method=st.sampled_from(ConsentMethod))
    def bind(self, number, nth, old, method):
        case = self._case(number, self._code(nth, self._unbound), True, old)
        if case is None:
            return
        code, e_cards = code_of(case), self.city.e_cards
        pending = self._pending(code)
        normal = self.model.cards[code].state is CardState.NORMAL
        can = normal and self._e_card(code) is None and "issue_e_card" not in pending
        if old and normal:
            can = None  # an e-card that it got since is found, and is as good as bound
        elsewhere = any(
            other != code and card.holder == self.model.cards[code].holder
            for other, card in self.model.cards.items()
        )

        def bind() -> Case:
            desk, agreed = self.city.desk(number), case
            if agreed.consent is None:
                agreed = e_cards.consent(desk, agreed, method)
                self.cases.append(agreed)
            return e_cards.bind(desk, agreed)

        calm = self.city.calm
        allowed = (NotPossible, HolderHasECard) if elsewhere else (NotPossible,)
        bound = self._act(
            number,
            Permission.SERVE,
            bind,
            lambda _: None,
            None if can and elsewhere else can,
            allowed,
            old,
        )
        if bound is not None and not bound.binding_pending:
            e_card = self._e_card(code)
            assert e_card is not None
            assert bound.e_card == e_card
        elif bound is not None:
            assert not calm

    @rule(number=clerks, nth=some, old=seldom)
    def unbind(self, number, nth, old):
        case = self._case(number, self._code(nth, self._bound), True, old)
        if case is None:
            return
        can = self._e_card(code_of(case)) is not None and not self._binding(code_of(case))
        self._act(
            number,
            Permission.SERVE,
            lambda: self.city.e_cards.unbind(self.city.desk(number), case, "本人申请"),
            lambda _: None,
            can,
            (NotPossible,),
            old,
            (InstructionPending,),
        )

    @rule(number=clerks, nth=some, with_card=seldom, old=seldom)
    def report_loss(self, number, nth, with_card, old):
        case = self._case(number, self._code(nth, self._in(CardState.NORMAL)), with_card, old)
        if case is None:
            return
        code = code_of(case)
        state = self.model.cards[code].state
        until = self.city.clock.now() + self.model.policy.temporary_loss
        self._act(
            number,
            Permission.FILE,
            lambda: self.city.loss.report_temporary(self.city.desk(number), case),
            lambda _: self.model.protect(code, until),
            state is CardState.NORMAL and case.reading is None,
            (NotPossible,),
            old,
        )

    @rule(number=clerks, nth=some, applicant=applicants, with_card=seldom, old=seldom)
    def file_loss(self, number, nth, applicant, with_card, old):
        self._file(ApplicationKind.FORMAL_LOSS, number, nth, applicant, with_card, old)

    @rule(number=clerks, nth=some, applicant=applicants, no_card=seldom, old=seldom)
    def file_release(self, number, nth, applicant, no_card, old):
        self._file(ApplicationKind.RELEASE, number, nth, applicant, not no_card, old)

    @rule(number=clerks, nth=some, applicant=applicants, with_card=st.booleans(), old=seldom)
    def file_replacement(self, number, nth, applicant, with_card, old):
        self._file(ApplicationKind.REPLACEMENT, number, nth, applicant, with_card, old)

    @rule(number=clerks, nth=some, applicant=applicants, with_card=st.booleans(), old=seldom)
    def file_cancellation(self, number, nth, applicant, with_card, old):
        self._file(ApplicationKind.CANCELLATION, number, nth, applicant, with_card, old)

    def _file(
        self,
        kind: ApplicationKind,
        number: str,
        nth: int,
        applicant: ApplicantKind,
        with_card: bool,
        old: bool,
    ) -> None:
        def fits(code: str) -> bool:
            return self.model.can_file(kind, code, with_card, ApplicantKind.HOLDER)

        case = self._case(number, self._code(nth, fits), with_card, old)
        if case is None:
            return
        code = code_of(case)
        card = self.model.cards[code]
        reason = REASONS.get(card.state, ReplacementReason.LOST)
        if kind is not ApplicationKind.REPLACEMENT:
            reason = "在地铁上遗失"

        def filed(done: Case) -> None:
            application = done.application
            assert application is not None
            assert (application.kind, application.filed_by) == (kind, number)
            self.model.filed[application.id] = Filed(kind, code, number, WINDOWS[number])
            if kind is ApplicationKind.FORMAL_LOSS:
                self.model.protect(code, None)

        desk = self.city.desk(number)
        self._act(
            number,
            Permission.FILE,
            lambda: self.city.loss.file(desk, case, kind, APPLICANTS[applicant], reason),
            filed,
            self.model.can_file(kind, code, case.reading is not None, applicant),
            (NotPossible, InvalidInput),
            old,
        )

    @precondition(lambda self: self._replacements())
    @rule(number=clerks, nth=some, old=seldom)
    def hand_over(self, number, nth, old):
        made = self._replacements()
        case = self._case(number, chosen(made, nth, self.model.can_hand_over), True, old)
        if case is None:
            return
        code = code_of(case)
        again = old and self.model.cards[code].state is not CardState.IN_PRODUCTION
        can = self.model.can_hand_over(code)

        def handed_over(_: Case) -> None:
            if can:
                self.model.hand_over(code, WINDOWS[number])

        self._act(
            number,
            Permission.FILE,
            lambda: self.city.replacement.hand_over(self.city.desk(number), case),
            handed_over,
            None if again else can,  # a repeat changes nothing
            (NotPossible,),
            old,
            (InstructionPending, PlatformUnreachable),
        )

    @precondition(lambda self: self.model.filed)
    @rule(number=clerks, nth=some)
    def tell_outcome(self, number, nth):
        filed_id = self._filed(nth, *DECIDED)
        filed = self.model.filed[filed_id]
        with self.city.store.begin(write=False) as uow:
            told = uow.applications.get(filed_id).told_at is not None

        def known(_) -> None:
            if not told:
                filed.changed(WINDOWS[number])

        self._act(
            number,
            Permission.FILE,
            lambda: self.city.decisions.told(self.city.desk(number), filed_id),
            known,
            filed.state is not ApplicationState.FILED,
            (Outdated,),
        )

    # --- at the supervisor's window

    @precondition(lambda self: self.model.filed)
    @rule(number=deciders, nth=some)
    def look_at(self, number, nth):
        """A case is opened; the decision may come when it is not like this any more."""
        choice = self._seen(number, self._filed(nth, ApplicationState.FILED))
        if choice is not None:
            self.choices.append(choice)

    @precondition(lambda self: self.model.filed)
    @rule(number=deciders, nth=some, old=seldom, back=st.booleans())
    def take(self, number, nth, old, back):
        choice = self._choice(number, nth, old)
        if choice is None:
            return
        filed = self.model.filed[choice.application_id]
        verb = self.city.decisions.put_back if back else self.city.decisions.take
        fits = filed.state is ApplicationState.FILED and choice.version == filed.version
        error = self._refusal(
            number,
            Permission.DECIDE,
            lambda: verb(self.city.desk(number), choice),
            lambda _: filed.changed(WINDOWS[number]),
            fits,
            (Outdated,),
        )
        if isinstance(error, Outdated):
            assert error.window == filed.window

    @precondition(lambda self: self.model.filed)
    @rule(number=deciders, nth=some, old=seldom)
    def approve(self, number, nth, old):
        self._decide_one(number, nth, old, APPROVE)

    @precondition(lambda self: self.model.filed)
    @rule(number=deciders, nth=some, old=seldom, lift=st.booleans())
    def reject(self, number, nth, old, lift):
        self._decide_one(number, nth, old, LIFT if lift else REJECT)

    def _decide_one(self, number: str, nth: int, old: bool, verdict: Verdict) -> None:
        choice = self._choice(number, nth, old)
        if choice is not None:
            self._decide(
                number,
                choice,
                verdict,
                lambda: self.city.decisions.decide(
                    self.city.desk(number), choice, verdict, PASSWORD
                ),
            )

    @precondition(lambda self: len(self.model.filed) > 1)
    @rule(number=deciders, verdict=st.sampled_from((APPROVE, REJECT)))
    def decide_several(self, number, verdict):
        """Those that wait, as they are now; each by itself."""
        decisions, desk = self.city.decisions, self.city.desk(number)
        for filed_id, filed in list(self.model.filed.items()):
            if filed.state is not ApplicationState.FILED:
                continue
            with self.city.store.begin(write=False) as uow:
                card = uow.cards.get(filed.code)
            assert card is not None
            choice = Choice(filed_id, filed.version, card.version)

            def decide(choice: Choice = choice) -> object:
                (answer,) = decisions.decide_several(desk, [choice], verdict, PASSWORD)
                if isinstance(answer, DeskError):
                    raise answer
                return answer

            self._decide(number, choice, verdict, decide)

    def _decide(
        self, number: str, choice: Choice, verdict: Verdict, decide: Callable[[], object]
    ) -> None:
        filed = self.model.filed[choice.application_id]
        with self.city.store.begin(write=False) as uow:
            card = uow.cards.get(filed.code)
        assert card is not None
        same = filed.state is ApplicationState.FILED and choice.version == filed.version
        moved = verdict.approved and choice.card_version != card.version
        expected: type[DeskError] | None = None
        if filed.filed_by == number:
            expected = FourEyes
        elif not same or moved:
            expected = Outdated
        elif verdict.approved and not self.model.can_approve(filed):
            expected = StateForbids

        def decided(application) -> None:
            now, window = self.city.clock.now(), WINDOWS[number]
            self.model.decide(filed, window, verdict.approved, verdict.lift_protection, now)
            if filed.state is ApplicationState.APPROVED:
                self._ordered(filed, application.new_identification_code)

        error = self._refusal(
            number,
            Permission.DECIDE,
            decide,
            decided,
            expected is None,
            (expected,) if expected is not None else (),
        )
        if isinstance(error, Outdated):
            if not same:
                assert error.window == filed.window
            assert error.at is not None
            assert error.window

    # --- time, the line, and death

    @rule(hours=st.integers(1, 150), number=clerks, looked_for=st.booleans())
    def time_passes(self, hours, number, looked_for):
        """And some counter may look for protections that have come to their end."""
        self.city.clock.forward(hours=hours)

        def ended(_: int) -> None:
            for code in self.model.cards:
                self.model.lapse(code, self.city.clock.now())

        if looked_for:
            desk = self.city.desk(number)
            self._act(number, None, lambda: self.city.lapses.end_due(desk), ended, True, ())

    @rule(trouble=troubles)
    def line_changes(self, trouble):
        match trouble:
            case None:
                self.city.calm_down()
            case Fault():
                self.city.proxy.steady = trouble
            case Death():
                self.city.line.death = trouble
            case list():
                self.city.proxy.fail(*trouble)

    @precondition(lambda self: self._waits())
    @rule()
    def deliver(self):
        calm = self.city.calm
        done = self._act("1001", None, self.city.delivery.deliver_pending, lambda _: None, True, ())
        if calm:
            assert done is not None
            assert done.left == 0
            checks.converged(self.city)

    # --- what must hold

    @invariant()
    def holds(self):
        if hasattr(self, "city"):
            self.city.clock.forward(seconds=1)
            checks.after_each_step(self.city, self.model, self.before)

    def _all_is_well_again(self) -> None:
        """The outage ends, the counters are started anew, and everything is delivered."""
        self.city.calm_down()
        self.city.restart()
        assert self.city.delivery.deliver_pending().left == 0
        assert self.city.rows("SELECT id FROM outbox WHERE state = 'pending'") == []
        checks.converged(self.city)
        checks.after_each_step(self.city, self.model, self.before)

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
        name = sys._getframe(2 if effect.__name__ == "took_effect" else 1).f_code.co_name
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
                assert isinstance(error, NotPermitted)  # noqa: PT017
            elif not isinstance(error, outages) or calm:
                assert isinstance(error, refusals), repr(error)  # noqa: PT017
                assert can is not True or old, "it was possible, and was refused"
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
                    holder, card.state, loss is not None, until, card.replaces
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
            self.model.lapse(code_of(case), self.city.clock.now())
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

    def _waits(self) -> bool:
        return bool(self.city.rows("SELECT 1 FROM outbox WHERE state = 'pending'"))

    def _e_card(self, code: str) -> ECard | None:
        with self.city.store.begin(write=False) as uow:
            return uow.e_cards.active_of_card(code)

    def _pending(self, code: str) -> set[str]:
        with self.city.store.begin(write=False) as uow:
            pending = uow.outbox.pending(code)
        return {str(e.request.kind) for e in pending if e.identification_code == code}

    def _binding(self, code: str) -> bool:
        return "issue_e_card" in self._pending(code)


def chosen(among: list[T], nth: int, fits: Callable[[T], bool]) -> T:
    return sorted(among, key=lambda one: not fits(one))[nth % len(among)]


def code_of(case: Case) -> str:
    assert case.registered is not None
    return case.registered.identification_code
