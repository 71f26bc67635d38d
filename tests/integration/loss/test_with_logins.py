"""The same on PostgreSQL as a hall has it: each operator by a login of their own, under its rules."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest

from desk_app.domain.application import (
    Application,
    ApplicationKind,
    ApplicationState,
    QueueFilter,
    TemporaryLoss,
)
from desk_app.domain.audit import Action
from desk_app.domain.card import CardState
from desk_app.domain.decision import Choice, Verdict
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import FourEyes, Outdated
from desk_app.domain.operator import OperatorAccount
from desk_app.store.engine import SqlStore, open_store
from desk_app.store.passwords import Argon2Passwords
from tests.fakes.platform import FakePlatform
from tests.fixtures.postgresql import Cluster
from tests.integration.loss.hall import (
    APPROVED,
    OPERATORS,
    PASSWORD,
    SHANGHAI,
    SIGN_NO,
    SUZHOU,
    Hall,
    normal,
)
from tests.integration.loss.hall import reading as reading_of
from tests.integration.store.samples import CODE, NOON, OUYANG, SECOND_CODE, e_card

OTHER_CODE = "310000D15600000500000109C7E5F23B"

LOSS, RELEASE = ApplicationKind.FORMAL_LOSS, ApplicationKind.RELEASE
REPLACEMENT, CANCELLATION = ApplicationKind.REPLACEMENT, ApplicationKind.CANCELLATION
HALL = "示例服务大厅"
_NUMBERS = count(1)


class Now:
    """The real time: the database stamps by its own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone()


At = Callable[[str], Hall]


@pytest.fixture
def at(postgresql: Cluster) -> Iterator[At]:
    """A window by the number of the operator behind it; each has a session of its own."""
    name = f"loss_{next(_NUMBERS)}"
    postgresql.owned(name)

    def store(user: str, password: str) -> SqlStore:
        address = f"{user}:{password}@127.0.0.1:{postgresql.port}/{name}"
        return open_store(f"postgresql+psycopg://{address}", Path())

    platform, windows = FakePlatform(), dict[str, Hall]()
    with ExitStack() as stack:
        owner = store(f"{name}_owner", "owner")
        stack.callback(owner.close)
        owner.upgrade()
        settle_in(owner, platform)
        with psycopg.connect(postgresql.dsn(name), autocommit=True) as root:
            root.execute(f"ALTER ROLE {name}_door LOGIN PASSWORD 'door'")

        def window(number: str) -> Hall:
            if number not in windows:
                own = store(f"{name}_door", "door")
                stack.callback(own.close)
                own.enter(number, PASSWORD)
                passwords = Argon2Passwords(own.proves)
                windows[number] = Hall(own, SHANGHAI, Now(), platform, passwords)  # type: ignore[arg-type]
            return windows[number]

        window.owner = owner  # type: ignore[attr-defined]
        yield window


def settle_in(store: SqlStore, platform: FakePlatform) -> None:
    bound = e_card(SIGN_NO, CODE)
    platform.cards[CODE], platform.e_cards[SIGN_NO] = normal(), bound
    with store.begin() as uow:
        for one in OPERATORS:
            uow.operators.put(OperatorAccount(one, "$argon2id$…", hall=HALL))
            uow.operators.set_login(one.number, PASSWORD)
        uow.holders.put(OUYANG)
        uow.cards.add(normal())
        uow.e_cards.put(bound)
        uow.commit()


def approve(at: At, filed: Application, verdict: Verdict = APPROVED) -> Application:
    hall = at("2001")
    choice = hall.decisions.open(hall.desk("2001"), filed.id).choice
    return hall.decisions.decide(hall.desk("2001"), choice, verdict, PASSWORD)


def test_from_the_loss_to_the_new_card(at: At) -> None:
    clerk, supervisor = at("1001"), at("2001")
    clerk.loss.report_temporary(clerk.desk("1001"), clerk.without_card())
    assert clerk.mirrored() is CardState.TEMPORARILY_LOST
    filed = clerk.file(LOSS)
    (waiting,) = supervisor.decisions.queue(supervisor.desk("2001"), QueueFilter()).entries
    assert (waiting.application.number, waiting.holder_name) == (filed.number, OUYANG.name)
    seen = Choice(filed.id, filed.version)
    taken = supervisor.decisions.take(supervisor.desk("2001"), seen)
    with pytest.raises(Outdated):
        approve_as_seen(at, seen)
    supervisor.decisions.put_back(supervisor.desk("2001"), Choice(taken.id, taken.version))
    approve(at, filed)
    assert clerk.mirrored() is CardState.LOST
    (outcome,) = clerk.decisions.outcomes(clerk.desk("1001"))
    assert clerk.decisions.told(clerk.desk("1001"), outcome.id).told_at is not None

    code = approve(at, clerk.file(REPLACEMENT, reason="lost")).new_identification_code
    assert code is not None
    other = at("1002")  # whoever hands it over
    case = other.replacement.hand_over(other.desk("1002"), read(other, at, code))
    assert case.registered is not None
    assert case.registered.state is CardState.NORMAL
    assert (clerk.mirrored(code), clerk.mirrored()) == (CardState.NORMAL, CardState.CANCELLED)
    moved = clerk.platform.e_cards[SIGN_NO]
    assert (moved.identification_code, moved.state) == (code, ECardState.ISSUED)
    assert case.e_card == moved


def approve_as_seen(at: At, choice: Choice) -> None:
    hall = at("2002")
    hall.decisions.decide(hall.desk("2002"), choice, Verdict(True), PASSWORD)


def read(hall: Hall, at: At, code: str):  # type: ignore[no-untyped-def]
    """The card in the reader; what it says, the test learns from the owner."""
    from tests.integration.loss.hall import reading

    with at.owner.begin(write=False) as uow:  # type: ignore[attr-defined]
        card = uow.cards.get(code)
    case = hall.identification.open_case(hall.desk("1002"), reading(card))
    return hall.identification.refresh_e_card(case)


@pytest.mark.parametrize("lift", [True, False])
def test_a_rejection_with_and_without_the_protection(at: At, lift: bool) -> None:
    clerk = at("1001")
    decided = approve(at, clerk.file(LOSS), Verdict(False, "证件不符", lift))
    assert decided.state is ApplicationState.REJECTED
    expected = CardState.NORMAL if lift else CardState.TEMPORARILY_LOST
    assert clerk.mirrored() is expected
    loss = clerk.without_card().temporary_loss
    assert (loss is None) is lift
    if loss is not None:
        assert loss.until is not None


def test_release_and_cancellation(at: At) -> None:
    clerk = at("1001")
    clerk.loss.report_temporary(clerk.desk("1001"), clerk.without_card())
    case = read(at("1002"), at, CODE)
    filed = at("1002").file(RELEASE, case, reason="找到了", number="1002")
    approve(at, filed)
    assert clerk.mirrored() is CardState.NORMAL
    approve(at, clerk.file(CANCELLATION, reason="出国定居"))
    assert clerk.mirrored() is CardState.CANCELLED
    assert clerk.platform.e_cards[SIGN_NO].state is ECardState.REVOKED


def test_with_both_roles_nobody_decides_what_they_have_filed(at: At) -> None:
    both = at("3001")
    filed = both.file(LOSS, number="3001")
    choice = Choice(filed.id, filed.version)
    with pytest.raises(FourEyes):
        both.decisions.decide(both.desk("3001"), choice, Verdict(True), PASSWORD)
    assert both.mirrored() is CardState.TEMPORARILY_LOST


@pytest.mark.parametrize("by_case", [True, False])
def test_a_temporary_loss_ends_at_its_date_whoever_notices(at: At, by_case: bool) -> None:
    now = datetime.now(UTC)
    with at.owner.begin() as uow:  # type: ignore[attr-defined]
        card = uow.cards.change_state(CODE, CardState.TEMPORARILY_LOST, 1)
        began, until = now - timedelta(days=6), now - timedelta(days=1)
        uow.temporary_losses.add(TemporaryLoss(CODE, began, until, "1001", "3"))
        uow.commit()
    hall = at("1002")
    hall.platform.cards[CODE] = replace(card)
    if by_case:
        case = hall.without_card("1002")
        assert case.registered is not None
        assert case.registered.state is CardState.NORMAL
    else:
        assert hall.lapses.end_due(hall.desk("1002")) == 1
        assert at("2001").lapses.end_due(hall.desk("2001")) == 0
    assert hall.mirrored() is CardState.NORMAL


@pytest.mark.parametrize("by_case", [True, False])
def test_a_card_expires_after_its_last_day_whoever_notices(at: At, by_case: bool) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    with at.owner.begin() as uow:  # type: ignore[attr-defined]
        uow.cards.add(normal(SECOND_CODE, valid_until=yesterday))
        uow.cards.add(normal(OTHER_CODE, valid_until=yesterday))
        until = datetime.now(UTC) + timedelta(days=2)
        uow.temporary_losses.add(TemporaryLoss(OTHER_CODE, NOON, until, "1001", "3"))
        uow.commit()
    hall = at("1002")
    hall.platform.cards |= {code: normal(code) for code in (SECOND_CODE, OTHER_CODE)}
    if by_case:
        reading = reading_of(normal(SECOND_CODE, valid_until=yesterday))
        case = hall.identification.open_case(hall.desk("1002"), reading)
        assert case.registered is not None
        assert case.registered.state is CardState.EXPIRED
        hall.identification.refresh_e_card(case)
    else:
        assert hall.lapses.expire_due(hall.desk("1002")) == 1
        assert at("2001").lapses.expire_due(hall.desk("2001")) == 0
    assert hall.mirrored(SECOND_CODE) is CardState.EXPIRED
    with at.owner.begin(write=False) as uow:  # type: ignore[attr-defined]
        protected = uow.cards.get(OTHER_CODE)
        trail = [(r.action, r.operator_number) for r in uow.audit.records()]
    assert protected is not None
    assert protected.state is CardState.NORMAL
    assert (Action.EXPIRE, "1002") in trail


def test_by_the_door_an_e_card_that_nobody_knew_of_ends_with_the_loss(at: At) -> None:
    first = at("1001")
    clerk = Hall(first.store, SUZHOU, first.clock, first.platform, first.passwords)
    ended = replace(clerk.platform.e_cards[SIGN_NO], state=ECardState.REVOKED, version=2)
    with at.owner.begin() as uow:  # type: ignore[attr-defined]
        uow.e_cards.put(ended)
        uow.commit()
    clerk.platform.e_cards |= {SIGN_NO: ended, "S-2": e_card("S-2", CODE)}
    clerk.platform.down = True
    clerk.loss.report_temporary(clerk.desk("1001"), clerk.without_card())
    clerk.platform.down = False
    done = clerk.delivery.deliver_pending()
    assert (done.delivered, done.refused, done.left) == (2, 0, 0)
    assert clerk.e_card("S-2").state is ECardState.REVOKED
