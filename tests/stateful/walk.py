"""Random walks through the life of cards: clerks, supervisors and one who is both, over a line that fails.

Every rule is one verb at one window, on the card as it is now or as an older case still shows it. The model
says whether it must succeed; what is refused must be refused with the error for it, and change nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from desk_app.domain.application import (
    HOLDER,
    Applicant,
    ApplicantKind,
    ApplicationKind,
    ApplicationState,
    ReplacementReason,
)
from desk_app.domain.card import CardState
from desk_app.domain.decision import Choice, Verdict
from desk_app.domain.e_card import ConsentMethod
from desk_app.domain.errors import (
    DeskError,
    FourEyes,
    HolderHasECard,
    InstructionPending,
    InvalidInput,
    NotPossible,
    Outdated,
    PlatformUnreachable,
    StateForbids,
)
from desk_app.domain.permissions import Permission
from desk_app.domain.visit import Case
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from tests.fixtures.fault_proxy import Fault
from tests.integration.loss.hall import PASSWORD, SHANGHAI, SUZHOU, WINDOWS
from tests.stateful import checks
from tests.stateful.attempts import SUPERVISORS, Attempts, chosen, code_of
from tests.stateful.city import City, Death
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
REASONS[CardState.EXPIRED] = "expiring"
POLICIES = {policy.code: policy for policy in (SHANGHAI, SUZHOU)}
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


class Walk(Attempts):
    """One walk, in a database of its own."""

    @initialize(region=st.sampled_from(sorted(POLICIES)))
    def settle_in(self, region):
        policy = POLICIES[region]
        self.city = City(type(self).database(self.open), self.around, policy)
        self.open.callback(self.city.close)
        self.model = Model(policy)
        for card, holder in self.city.settle_in():
            self.model.cards[card.identification_code] = Card(
                holder, card.state, last_day=card.valid_until
            )

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
        can = self.model.cards[code].state is CardState.NOT_ACTIVATED and self._in_date(code, old)
        self._act(
            number,
            Permission.SERVE,
            lambda: self.city.activation.activate(self.city.desk(number), case),
            lambda _: self.model.becomes(code, CardState.NORMAL),
            can,
            (NotPossible, Outdated) if old else (NotPossible,),
            old,
        )

    @rule(number=clerks, nth=some, old=seldom, method=st.sampled_from(ConsentMethod))
    def bind(self, number, nth, old, method):
        case = self._case(number, self._code(nth, self._unbound), True, old)
        if case is None:
            return
        code, e_cards = code_of(case), self.city.e_cards
        can = self._unbound(code) and not self._binding(code) and self._in_date(code, old)
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
            if choice.version != filed.version or not moved:
                assert error.window == filed.window
            assert error.at is not None
            assert error.window

    # --- time, the line, and death

    @rule(hours=st.integers(1, 150), number=clerks, looked_for=st.booleans())
    def time_passes(self, hours, number, looked_for):
        """And some counter may look for protections and cards that have come to their end."""
        self.city.clock.forward(hours=hours)
        now, desk = self.city.clock.now(), self.city.desk(number)

        def ended(_: int) -> None:
            for code in self.model.cards:
                self.model.lapse(code, now)

        def expired(_: int) -> None:
            for code in self.model.cards:
                self.model.expire(code, now)

        if looked_for:
            self._act(number, None, lambda: self.city.lapses.end_due(desk), ended, True, ())
            self._act(number, None, lambda: self.city.lapses.expire_due(desk), expired, True, ())

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
