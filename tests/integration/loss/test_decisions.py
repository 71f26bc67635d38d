"""Decisions: by a second person, on what they saw, once."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from desk_app.domain.activation import Condition
from desk_app.domain.application import (
    Application,
    ApplicationKind,
    ApplicationState,
    QueueFilter,
)
from desk_app.domain.card import CardState
from desk_app.domain.decision import Choice, Consequence, Verdict
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import (
    DeskError,
    FourEyes,
    NotPermitted,
    OperatorLocked,
    Outdated,
    ReasonRequired,
    SignInRefused,
)
from desk_app.domain.lifecycle import Change
from desk_app.domain.outbox import OutboxKind, OutboxState
from desk_app.domain.purpose import PurposeKind
from desk_app.domain.region import ECardAction
from tests.fakes.store import FakeStore
from tests.integration.loss.hall import PASSWORD, SHANGHAI, Hall, normal
from tests.integration.store.samples import CODE, NOON, OUYANG, SECOND_CODE

LOSS, RELEASE = ApplicationKind.FORMAL_LOSS, ApplicationKind.RELEASE
REPLACEMENT, CANCELLATION = ApplicationKind.REPLACEMENT, ApplicationKind.CANCELLATION
REJECTED = Verdict(False, " 证件不符 ")


def test_approval_makes_a_loss_formal(hall: Hall) -> None:
    filed = hall.file(LOSS)
    hall.clock.forward(minutes=5)

    decided = hall.decide(filed)

    assert decided.state is ApplicationState.COMPLETED
    assert decided.decision is not None
    assert (decided.decision.operator_number, decided.decision.window) == ("2001", "9")
    assert decided.decision.at == NOON + timedelta(minutes=5)
    assert hall.mirrored() is CardState.LOST
    assert hall.e_card().state is ECardState.SUSPENDED
    assert hall.without_card().temporary_loss is None
    assert hall.reports() == [CardState.TEMPORARILY_LOST, CardState.LOST]
    assert ("approve", "done", "2001") in hall.trail()


def test_a_rejection_says_why_and_leaves_the_card_protected_for_some_days(hall: Hall) -> None:
    filed = hall.file(LOSS)
    with pytest.raises(ReasonRequired):
        hall.decide(filed, Verdict(False, "  "))

    decided = hall.decide(filed, REJECTED)

    assert decided.state is ApplicationState.REJECTED
    assert decided.decision is not None
    assert decided.decision.reason == "证件不符"
    assert hall.card().state is CardState.TEMPORARILY_LOST
    case = hall.without_card()
    assert (case.application, case.outcome) == (None, decided)
    assert case.temporary_loss is not None
    assert case.temporary_loss.until == NOON + timedelta(days=5)
    hall.clock.forward(days=5)
    assert hall.lapses.end_due(hall.desk("1001")) == 1
    assert hall.mirrored() is CardState.NORMAL


def test_a_rejection_lifts_the_protection_if_the_holder_wants_that(hall: Hall) -> None:
    hall.decide(hall.file(LOSS), replace(REJECTED, lift_protection=True))
    assert hall.mirrored() is CardState.NORMAL
    assert hall.e_card().state is ECardState.ISSUED
    assert hall.without_card().temporary_loss is None


def test_nobody_decides_what_they_have_filed_though_they_have_both_roles(hall: Hall) -> None:
    filed = hall.file(LOSS, number="3001")
    for verdict in (Verdict(True), REJECTED):
        with pytest.raises(FourEyes):
            hall.decide(filed, verdict, number="3001")
    assert hall.card().state is CardState.TEMPORARILY_LOST
    assert hall.trail().count(("approve", "refused", "3001")) == 1
    assert hall.trail().count(("reject", "refused", "3001")) == 1


def test_a_clerk_sees_no_queue_and_decides_nothing(hall: Hall) -> None:
    filed, desk = hall.file(LOSS, number="1002"), hall.desk("1001")
    choice = Choice(filed.id, filed.version)
    for forbidden in (
        lambda: hall.decisions.queue(desk, QueueFilter()),
        lambda: hall.decisions.open(desk, filed.id),
        lambda: hall.decisions.take(desk, choice),
        lambda: hall.decisions.put_back(desk, choice),
        lambda: hall.decisions.decide(desk, choice, Verdict(True), PASSWORD),
        lambda: hall.decisions.decide_several(desk, [choice], Verdict(True), PASSWORD),
    ):
        with pytest.raises(NotPermitted):
            forbidden()


def test_every_decision_takes_the_password_and_wrong_ones_lock(hall: Hall) -> None:
    filed = hall.file(LOSS)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            hall.decide(filed, password="guess")
    with pytest.raises(OperatorLocked):
        hall.decide(filed)
    assert hall.card().state is CardState.TEMPORARILY_LOST
    assert hall.trail().count(("approve", "refused", "2001")) == 6
    hall.clock.forward(minutes=16)
    assert hall.decide(filed).state is ApplicationState.COMPLETED


def test_a_decision_on_what_was_changed_says_what_when_and_where(hall: Hall) -> None:
    filed = hall.file(LOSS)
    hall.clock.forward(minutes=1)
    taken = hall.decisions.take(hall.desk("2002"), Choice(filed.id, filed.version))
    assert taken.assigned_to == "2002"
    assert outdated(hall, filed) == ("taken", NOON + timedelta(minutes=1), "5")
    hall.clock.forward(minutes=1)
    back = hall.decisions.put_back(hall.desk("2002"), Choice(filed.id, taken.version))
    assert outdated(hall, taken) == ("put_back", NOON + timedelta(minutes=2), "5")
    hall.decide(back, REJECTED, number="2002")
    assert outdated(hall, back) == ("rejected", NOON + timedelta(minutes=2), "5")
    with pytest.raises(Outdated):
        hall.decisions.open(hall.desk("2001"), uuid4())


def outdated(hall: Hall, seen: Application) -> tuple[str, object, str]:
    with pytest.raises(Outdated) as refused:
        hall.decide(seen)
    return refused.value.what, refused.value.at, refused.value.window


def test_a_card_that_was_changed_since_it_was_seen_is_not_decided_on(hall: Hall) -> None:
    filed = hall.file(CANCELLATION, hall.with_card(), reason="出国定居")
    hall.clock.forward(hours=1)
    hall.loss.report_temporary(hall.desk("1002"), hall.without_card("1002"))

    assert outdated(hall, filed) == ("card", NOON + timedelta(hours=1), "4")

    file = hall.decisions.open(hall.desk("2001"), filed.id)
    assert file.card.state is CardState.TEMPORARILY_LOST
    hall.decisions.decide(hall.desk("2001"), file.choice, Verdict(True), PASSWORD)
    assert hall.mirrored() is CardState.CANCELLED


def test_a_card_whose_state_forbids_it_can_still_be_rejected(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    filed = hall.file(RELEASE, hall.with_card(), reason="找到了")
    hall.clock.forward(days=6)
    hall.lapses.end_due(hall.desk("1001"))
    assert hall.decisions.open(hall.desk("2001"), filed.id).consequences == ()
    assert outdated(hall, filed)[0] == "card"
    assert hall.decide(filed, REJECTED).state is ApplicationState.REJECTED
    assert hall.card().state is CardState.NORMAL


def test_of_two_supervisors_who_decide_at_once_one_is_told_of_the_other(hall: Hall) -> None:
    filed = hall.file(LOSS)
    start, results = Barrier(2), list[object]()

    def decide(number: str, verdict: Verdict) -> None:
        start.wait()
        try:
            results.append(hall.decide(filed, verdict, number=number))
        except DeskError as error:
            results.append(error)

    threads = [
        Thread(target=decide, args=("2001", Verdict(True))),
        Thread(target=decide, args=("2002", REJECTED)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [each for each in results if isinstance(each, Application)]
    lost = [each for each in results if isinstance(each, Outdated)]
    assert (len(won), len(lost)) == (1, 1), results
    assert won[0].decision is not None
    assert lost[0].window == won[0].decision.window


def test_several_are_decided_each_by_itself(hall: Hall) -> None:
    with hall.store.begin() as uow:
        uow.cards.add(normal(SECOND_CODE))
        uow.commit()
    first = hall.file(LOSS)
    own = hall.file(CANCELLATION, hall.with_card(SECOND_CODE), reason="重复", number="3001")
    choices = [Choice(first.id, first.version), Choice(own.id, own.version), Choice(uuid4(), 1)]

    results = hall.decisions.decide_several(hall.desk("3001"), choices, Verdict(True), PASSWORD)

    assert isinstance(results[0], Application)
    assert isinstance(results[1], FourEyes)
    assert isinstance(results[2], Outdated)
    assert hall.card().state is CardState.LOST
    assert hall.card(SECOND_CODE).state is CardState.NORMAL
    with pytest.raises(ReasonRequired):
        hall.decisions.decide_several(hall.desk("2001"), choices, Verdict(False), PASSWORD)


def test_the_queue_counts_what_waits_what_is_mine_and_what_waits_too_long(hall: Hall) -> None:
    filed, desk = hall.file(LOSS), hall.desk("2001")
    queue = hall.decisions.queue(desk, QueueFilter(kind=CANCELLATION))
    assert (queue.entries, queue.counts[LOSS], queue.mine, queue.escalated) == ((), 1, 0, 0)
    hall.decisions.take(desk, Choice(filed.id, filed.version))
    hall.clock.forward(hours=4)
    queue = hall.decisions.queue(desk, QueueFilter())
    assert [entry.holder_name for entry in queue.entries] == [OUYANG.name]
    assert (queue.mine, queue.escalated) == (1, 1)
    assert hall.decisions.queue(desk, QueueFilter(hall="别的大厅")).counts[LOSS] == 0


def test_a_case_shows_all_that_bears_on_it_and_is_audited(hall: Hall) -> None:
    first = hall.decide(hall.file(LOSS))
    filed = hall.file(REPLACEMENT, reason="lost")
    file = hall.decisions.open(hall.desk("2001"), filed.id)
    assert (file.application, file.holder, file.history) == (filed, OUYANG, (first,))
    assert (file.card, file.cards) == (hall.card(), (hall.card(),))
    assert file.e_card == hall.e_card()
    assert file.consequences == (
        Consequence(Change.HAND_OVER, CardState.NORMAL, None),
        Consequence(Change.GIVE_UP, CardState.CANCELLED, None),
    )
    assert ("open_application", "done", "2001") in hall.trail()


@pytest.mark.parametrize(
    ("kind", "with_card", "expected"),
    [
        (LOSS, False, (Change.APPROVE_FORMAL_LOSS, CardState.LOST, ECardAction.SUSPEND)),
        (CANCELLATION, True, (Change.CANCEL, CardState.CANCELLED, ECardAction.REVOKE)),
    ],
)
def test_consequences_are_what_then_happens(
    hall: Hall,
    kind: ApplicationKind,
    with_card: bool,
    expected: tuple[Change, CardState, ECardAction],
) -> None:
    case = hall.with_card() if with_card else None
    filed = hall.file(kind, case)
    (consequence,) = hall.decisions.open(hall.desk("2001"), filed.id).consequences
    assert consequence == Consequence(*expected)
    hall.decide(filed)
    assert hall.card().state is consequence.card_state


def test_elsewhere_a_lost_card_ends_its_e_card(elsewhere: Hall) -> None:
    hall = elsewhere
    hall.decide(hall.file(LOSS))
    assert hall.mirrored() is CardState.LOST
    assert hall.e_card().state is ECardState.REVOKED


def test_the_outcome_waits_for_the_clerk_until_the_citizen_was_told(hall: Hall) -> None:
    desk, decided = hall.desk("1001"), hall.decide(hall.file(LOSS), REJECTED)
    assert hall.decisions.outcomes(desk) == (decided,)
    assert hall.decisions.outcomes(hall.desk("1002")) == ()
    # Another clerk may be the one whom the citizen meets next.
    assert hall.without_card("1002").outcome == decided
    hall.clock.forward(days=1)
    told = hall.decisions.told(hall.desk("1002"), decided.id)
    assert told.told_at == NOON + timedelta(days=1)
    assert hall.decisions.told(desk, decided.id) == told
    assert hall.decisions.outcomes(desk) == ()
    assert hall.without_card().outcome is None
    with pytest.raises(NotPermitted):
        hall.decisions.told(hall.desk("2001"), decided.id)


def test_what_is_not_decided_cannot_be_told(hall: Hall) -> None:
    filed = hall.file(LOSS)
    with pytest.raises(Outdated):
        hall.decisions.told(hall.desk("1001"), filed.id)


def test_a_decision_during_an_outage_reaches_the_platform_later_in_order(hall: Hall) -> None:
    hall.platform.down = True
    hall.decide(hall.file(LOSS))
    assert hall.card().state is CardState.LOST
    assert hall.mirrored() is CardState.NORMAL
    hall.platform.down = False
    hall.platform.answers_to_lose = 2
    while hall.delivery.deliver_pending().left:
        pass
    assert hall.mirrored() is CardState.LOST
    assert hall.card().mirrored_version == hall.card().version == 3
    assert hall.platform.cards[CODE].version == 3


def test_the_purpose_is_stated_with_the_password_and_only_with_the_right_one() -> None:
    store = FakeStore()
    hall = Hall(store, SHANGHAI)
    hall.settle_in(normal())
    filed = hall.file(LOSS)
    of_supervisor = [p for p in store.records.purposes if p.operator_number == "2001"]
    with pytest.raises(SignInRefused):
        hall.decide(filed, password="wrong")
    assert [p for p in store.records.purposes if p.operator_number == "2001"] == of_supervisor
    hall.decide(filed)
    stated = [p for p in store.records.purposes if p.operator_number == "2001"]
    assert [(p.kind, p.id_number) for p in stated] == [(PurposeKind.CASE, filed.id_number)]


def test_only_what_got_no_answer_counts_as_an_attempt(hall: Hall) -> None:
    def attempts() -> list[int]:
        with hall.store.begin(write=False) as uow:
            return [entry.attempts for entry in uow.outbox.pending()]

    hall.platform.down = True
    hall.file(LOSS)
    assert attempts() == [1]
    hall.delivery.deliver_pending()
    assert attempts() == [2]
    hall.platform.down = False
    hall.delivery.deliver_pending()
    with hall.store.begin(write=False) as uow:
        told = uow.outbox.last(CODE, *OutboxKind)
    assert told is not None
    assert (told.state, told.attempts) == (OutboxState.DELIVERED, 2)


@pytest.mark.parametrize("down", [False, True])
def test_the_window_that_shows_the_card_sees_the_five_conditions_anew(
    hall: Hall, down: bool
) -> None:
    shown = hall.with_card()
    assert shown.verdict is not None
    assert shown.verdict.usable
    hall.decide(hall.file(CANCELLATION, hall.with_card(), number="1002"))
    hall.platform.down = down

    case = hall.identification.refresh_e_card(shown)

    assert case.registered == hall.card()
    assert case.verdict is not None
    assert case.verdict.holds(Condition.STATE) is False
    assert case.platform_known is not down
