"""Applications and temporary losses: what every store promises."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from desk_app.domain.application import (
    HOLDER,
    Applicant,
    ApplicantKind,
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    QueueEntry,
    QueueFilter,
    TemporaryLoss,
)
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.errors import FourEyes, Outdated, StoreUnavailable
from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.services.ports import Store
from tests.integration.store.samples import (
    AIZEMAITI,
    CODE,
    NOON,
    OUYANG,
    SECOND_CODE,
    card,
    registered,
)

LATER = NOON + timedelta(minutes=10)
THIRD_CODE = "310000D15600000500000109C7E5F23B"
AGENT = Applicant(ApplicantKind.AGENT, "卢文轩", "310199199704179036", "授权书 2026-11-20")


@pytest.fixture
def city(any_store: Store) -> Store:
    cards = card(), card(SECOND_CODE, AIZEMAITI), card(THIRD_CODE, AIZEMAITI)
    store = registered(any_store, *cards)
    with store.begin() as uow:
        for number, role in (("1001", Role.CLERK), ("1002", Role.CLERK), ("2001", Role.SUPERVISOR)):
            operator = Operator(number, number, frozenset({role}))
            uow.operators.put(OperatorAccount(operator, "$argon2id$…"))
        uow.commit()
    return store


def filed(number: int = 1, code: str = CODE, **changes: Any) -> Application:
    values: dict[str, Any] = {
        "id": UUID(int=number),
        "number": f"310000-20261123-{number:06d}",
        "kind": ApplicationKind.FORMAL_LOSS,
        "identification_code": code,
        "id_number": (OUYANG if code == CODE else AIZEMAITI).id_number,
        "region": "310000",
        "card_state": CardState.NORMAL,
        "card_version": 2,
        "applicant": HOLDER,
        "reason": "在地铁上遗失",
        "filed_by": "1001",
        "filed_at": NOON + timedelta(minutes=number),
        "hall": "示例服务大厅",
        "window": "07",
    }
    return Application(**values | changes)


def decision(at: datetime = LATER, **changes: Any) -> Decision:
    return Decision(
        **{"approved": True, "operator_number": "2001", "window": "9", "at": at} | changes
    )


def kept(store: Store, *applications: Application) -> None:
    with store.begin() as uow:
        for one in applications:
            uow.applications.add(one)
        uow.commit()


def test_what_was_filed_is_given_back_as_it_was(city: Store) -> None:
    mine, agents = filed(), filed(2, SECOND_CODE, applicant=AGENT)
    kept(city, mine, agents)
    with city.begin(write=False) as uow:
        assert uow.applications.get(mine.id) == mine
        assert uow.applications.get(agents.id) == agents
        assert uow.applications.get(uuid4()) is None
        assert uow.applications.open_of_card(CODE) == mine
        assert uow.applications.open_of_card(THIRD_CODE) is None


def test_a_card_has_one_open_application(city: Store) -> None:
    kept(city, filed())
    with city.begin() as uow, pytest.raises(StoreUnavailable):
        uow.applications.add(filed(2))
    rejected = decision(approved=False, reason="证件不符", lift_protection=True)
    with city.begin() as uow:
        uow.applications.decide(filed().id, 1, ApplicationState.REJECTED, rejected)
        uow.applications.add(filed(2))
        uow.commit()
    with city.begin(write=False) as uow:
        first, second = uow.applications.get(UUID(int=1)), uow.applications.open_of_card(CODE)
        assert first == replace(
            filed(), state=ApplicationState.REJECTED, decision=rejected, version=2
        )
        assert second == filed(2)


def test_nobody_decides_what_they_have_filed(city: Store) -> None:
    kept(city, filed())
    own = decision(operator_number="1001")
    with city.begin() as uow, pytest.raises(FourEyes):
        uow.applications.decide(filed().id, 1, ApplicationState.COMPLETED, own)


@pytest.mark.parametrize(
    "wrong",
    [
        (ApplicationState.REJECTED, {"approved": False}),
        (ApplicationState.REJECTED, {"approved": True, "reason": "证件不符"}),
        (ApplicationState.COMPLETED, {"approved": False, "reason": "证件不符"}),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(city: Store, wrong: Any) -> None:
    state, values = wrong
    kept(city, filed())
    with city.begin() as uow, pytest.raises(StoreUnavailable):
        uow.applications.decide(filed().id, 1, state, decision(**values))


def test_an_approved_replacement_names_the_new_card_and_is_completed_later(city: Store) -> None:
    kept(city, filed(kind=ApplicationKind.REPLACEMENT))
    approved = ApplicationState.APPROVED
    with city.begin() as uow, pytest.raises(StoreUnavailable):
        uow.applications.decide(filed().id, 1, approved, decision())
    with city.begin() as uow:
        found = uow.applications.decide(filed().id, 1, approved, decision(), THIRD_CODE)
        assert found.new_identification_code == THIRD_CODE
        assert uow.applications.open_of_card(CODE) == found
        done = uow.applications.complete(found.id, found.version, LATER, "07")
        assert (done.state, done.version) == (ApplicationState.COMPLETED, 3)
        assert uow.applications.open_of_card(CODE) is None
        uow.commit()


def test_a_change_on_an_old_version_is_told_what_was_done_when_and_where(city: Store) -> None:
    kept(city, filed(), filed(2, SECOND_CODE))
    with city.begin() as uow:
        taken = uow.applications.take(filed().id, 1, "2001", LATER, "9")
        assert (taken.assigned_to, taken.version) == ("2001", 2)
        assert outdated(lambda: uow.applications.take(filed().id, 1, "2001", LATER, "8")) == (
            "taken",
            LATER,
            "9",
        )
        back = uow.applications.put_back(filed().id, 2, LATER, "9")
        assert (back.assigned_to, back.version) == (None, 3)
        assert outdated(lambda: decide(uow, 2)) == ("put_back", LATER, "9")
        decide(uow, 3)
        assert outdated(lambda: decide(uow, 3)) == ("completed", LATER, "9")
        # Neither is what is settled taken or decided on its present version.
        assert outdated(lambda: decide(uow, 4)) == ("completed", LATER, "9")
        assert outdated(lambda: uow.applications.take(filed().id, 4, "2001", LATER, "9"))
        told = uow.applications.told(filed().id, 4, LATER + timedelta(1), "07")
        assert told.told_at == LATER + timedelta(1)
        assert outdated(lambda: uow.applications.told(filed().id, 4, LATER, "07")) == (
            "told",
            told.told_at,
            "07",
        )
        assert outdated(lambda: uow.applications.told(UUID(int=2), 1, LATER, "07"))
        assert outdated(lambda: uow.applications.complete(UUID(int=2), 1, LATER, "07"))
        uow.commit()


def decide(uow: Any, version: int) -> Application:
    found: Application = uow.applications.decide(
        filed().id, version, ApplicationState.COMPLETED, decision()
    )
    return found


def outdated(change: Any) -> tuple[str, datetime | None, str]:
    with pytest.raises(Outdated) as refused:
        change()
    return refused.value.what, refused.value.at, refused.value.window


def test_the_queue_is_filtered_oldest_first_and_counted(city: Store) -> None:
    first = filed()
    second = filed(2, SECOND_CODE, kind=ApplicationKind.CANCELLATION, hall="别的大厅")
    third = filed(3, THIRD_CODE, kind=ApplicationKind.RELEASE, filed_by="1002")
    kept(city, third, second, first)
    with city.begin() as uow:
        third = uow.applications.take(third.id, 1, "2001", LATER, "9")
        uow.commit()

    def found(**wanted: Any) -> list[Application]:
        with city.begin(write=False) as uow:
            return [entry.application for entry in uow.applications.queue(QueueFilter(**wanted))]

    assert found() == [first, second, third]
    assert found(kind=ApplicationKind.CANCELLATION) == [second]
    assert found(hall="示例服务大厅") == [first, third]
    assert found(assigned_to="2001") == [third]
    assert found(text=" 000002") == [second]
    assert found(text="_") == []
    assert found(text=AIZEMAITI.id_number.lower()) == [second, third]
    assert found(text=AIZEMAITI.id_number[:9]) == []
    assert found(filed_until=second.filed_at) == [first, second]
    assert found(states=frozenset({ApplicationState.REJECTED})) == []
    with city.begin(write=False) as uow:
        assert uow.applications.queue(QueueFilter(text="000001")) == (
            QueueEntry(first, OUYANG.name),
        )
        assert uow.applications.counts(QueueFilter(hall="示例服务大厅")) == {
            ApplicationKind.FORMAL_LOSS: 1,
            ApplicationKind.RELEASE: 1,
            ApplicationKind.REPLACEMENT: 0,
            ApplicationKind.CANCELLATION: 0,
        }


def test_of_a_holder_and_to_be_told(city: Store) -> None:
    kept(city, filed(2, SECOND_CODE), filed(3, THIRD_CODE))
    with city.begin() as uow:
        assert uow.applications.to_tell("1001") == ()
        done = ApplicationState.COMPLETED
        decided = uow.applications.decide(UUID(int=3), 1, done, decision())
        assert uow.applications.to_tell("1001") == (decided,)
        assert uow.applications.to_tell("1002") == ()
        newest_first = [one.number[-1] for one in uow.applications.of_holder(AIZEMAITI.id_number)]
        assert newest_first == ["3", "2"]
        uow.applications.told(decided.id, decided.version, LATER, "07")
        assert uow.applications.to_tell("1001") == ()
        uow.commit()


def test_a_version_raised_for_the_platform_alone_leaves_what_is_open_valid(city: Store) -> None:
    kept(city, filed(), filed(2, SECOND_CODE))
    with city.begin() as uow:
        uow.applications.card_outbid(CODE, 2, 9)
        uow.applications.card_outbid(SECOND_CODE, 1, 9)
        first, second = (uow.applications.get(UUID(int=number)) for number in (1, 2))
        assert first == replace(filed(), card_version=9)
        assert second == filed(2, SECOND_CODE)


def test_applications_are_numbered_through_the_day(city: Store) -> None:
    with city.begin() as uow:
        assert uow.applications.next_number("310000", NOON) == "310000-20261123-000001"
        assert uow.applications.next_number("310000", NOON) == "310000-20261123-000002"
        assert uow.applications.next_number("310000", NOON + timedelta(1)).endswith("24-000001")
        assert uow.statements.next_serial("310000", NOON) == "310000-20261123-000001"


def test_new_cards_have_serial_numbers_that_no_other_has(city: Store) -> None:
    with city.begin() as uow:
        assert uow.cards.next_serial("310000") == 0xA0000000
        assert uow.cards.next_serial("310000") == 0xA0000001
        assert uow.cards.next_serial("320500") == 0xA0000000
        uow.commit()
    with city.begin() as uow:
        assert uow.cards.next_serial("310000") == 0xA0000002


def test_a_temporary_loss_runs_until_it_ends_once(city: Store) -> None:
    until = NOON + timedelta(days=5)
    loss = TemporaryLoss(CODE, NOON, until, "1001", "07")
    other = TemporaryLoss(SECOND_CODE, NOON, until - timedelta(days=1), "1001", "07")
    endless = TemporaryLoss(THIRD_CODE, NOON, None, "1001", "07")
    with city.begin() as uow:
        for one in (loss, other, endless):
            uow.temporary_losses.add(one)
        assert uow.temporary_losses.running(CODE) == loss
        assert uow.temporary_losses.due(until - timedelta(seconds=1)) == (other,)
        assert uow.temporary_losses.due(until) == (other, loss)
        assert uow.temporary_losses.end(CODE, until)
        assert not uow.temporary_losses.end(CODE, until)
        assert uow.temporary_losses.running(CODE) is None
        uow.temporary_losses.set_end(SECOND_CODE, None)
        assert uow.temporary_losses.running(SECOND_CODE) == replace(other, until=None)
        assert uow.temporary_losses.due(until + timedelta(days=99)) == ()
        again = replace(loss, started_at=until)
        uow.temporary_losses.add(replace(again, until=until + timedelta(days=5)))
        uow.commit()


def test_a_card_has_one_running_temporary_loss(city: Store) -> None:
    with city.begin() as uow:
        uow.temporary_losses.add(TemporaryLoss(CODE, NOON, None, "1001", "07"))
        with pytest.raises(StoreUnavailable):
            uow.temporary_losses.add(TemporaryLoss(CODE, LATER, None, "1001", "07"))


def test_cards_past_their_last_day_expire_oldest_first_unless_something_goes_on_with_them(
    any_store: Store,
) -> None:
    def dated(
        letter: str, last: date | None, state: CardState = CardState.NORMAL
    ) -> RegisteredCard:
        return card(letter * 32, valid_until=last, state=state)

    today = NOON.date()
    yesterday, long_ago = today - timedelta(days=1), date(2020, 1, 1)
    due = [dated("A", yesterday), dated("B", long_ago, CardState.LOCKED)]
    due += [dated("C", yesterday, CardState.NOT_ACTIVATED)]
    out = (CardState.LOST, CardState.EXPIRED, CardState.CANCELLED, CardState.IN_PRODUCTION)
    done = [dated(letter, long_ago, state) for letter, state in zip("DEFG", out, strict=True)]
    kept = [dated("H", today), dated("I", None)]
    waiting, decided = dated("J", yesterday), dated("K", yesterday)
    protected = dated("L", yesterday, CardState.TEMPORARILY_LOST)
    registered(any_store, *due, *done, *kept, waiting, decided, protected)
    with any_store.begin() as uow:
        for number in ("1001", "2001"):
            uow.operators.put(
                OperatorAccount(Operator(number, number, frozenset({Role.CLERK})), "$hash")
            )
        for number, each in enumerate((waiting, decided)):
            of_card = {"code": each.identification_code, "id_number": each.id_number}
            uow.applications.add(filed(number, **of_card))
        no = Decision(False, "2001", "9", NOON, "材料不全")
        uow.applications.decide(UUID(int=1), 1, ApplicationState.REJECTED, no)
        until = NOON + timedelta(days=1)
        uow.temporary_losses.add(
            TemporaryLoss(protected.identification_code, NOON, until, "1001", "3")
        )
        uow.commit()
    with any_store.begin(write=False) as uow:
        assert [code[0] for code in uow.cards.to_expire(today, 9)] == ["B", "A", "C", "K"]
        assert [code[0] for code in uow.cards.to_expire(today, 2)] == ["B", "A"]
        assert uow.cards.to_expire(long_ago, 9) == ()
