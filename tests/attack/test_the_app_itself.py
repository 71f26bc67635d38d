"""The product's own services come in by the door, sign their operators in, and get everything done under
the same rules that stop everybody else."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desk_app.domain.application import ApplicationKind, ApplicationState
from desk_app.domain.card import CardState
from desk_app.domain.errors import (
    FourEyes,
    InvalidInput,
    NotPermitted,
    OperatorCardRefused,
    OperatorDisabled,
    PasswordDue,
    QuotaReached,
    SignInRefused,
    UnknownPerson,
)
from desk_app.domain.holder import Holder
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.domain.purpose import QUOTA, Purpose, PurposeKind
from desk_app.services.operators import OperatorDetails, OperatorService
from desk_app.services.sign_in import SignIn
from desk_app.store.engine import SqlStore
from desk_app.store.passwords import Argon2Passwords
from tests.attack import city
from tests.attack.city import ADMINISTRATOR, BOTH, CLERK, PASSWORD, STRANGER, SUPERVISOR, person
from tests.attack.conftest import DATABASE, DOOR_PASSWORD
from tests.attack.conftest import Hall as Server
from tests.integration.loss.hall import SHANGHAI, Hall, SetClock
from tests.integration.store.samples import card, e_card

NOBODY_ELSE = Holder("310101199901010017", "欧阳𬍛", "2", "01", "310101", date(1999, 1, 1))
CODE = "310000D1560000050000019990000001"
SIGN_NO = "S-app-1"


@pytest.fixture
def door(hall: Server) -> Iterator[Callable[[], SqlStore]]:
    """Opens stores as a counter does whose settings name the door."""
    with ExitStack() as stack:

        def opened() -> SqlStore:
            store = hall.store(f"{DATABASE}_door", DOOR_PASSWORD)
            stack.callback(store.close)
            return store

        yield opened


@pytest.fixture
def counters(hall: Server, door: Callable[[], SqlStore]) -> Callable[[str], Hall]:
    """Windows with operators who are signed in at one server, over one platform."""
    clock = SetClock(datetime.now(UTC).astimezone())
    windows: dict[str, Hall] = {}

    def at(number: str) -> Hall:
        if number not in windows:
            store = door()
            store.enter(number, PASSWORD)
            first = next(iter(windows.values()), None)
            window = Hall(store, SHANGHAI, clock, *([first.platform] if first else []))
            window.decisions = replace(window.decisions, passwords=Argon2Passwords(store.proves))
            windows[number] = window
        return windows[number]

    return at


@pytest.fixture
def citizen(hall: Server, counters: Callable[[str], Hall]) -> None:
    """One more citizen, whom the owner has brought in and the platform knows."""
    theirs = card(CODE, NOBODY_ELSE, state=CardState.NORMAL, mirrored_version=1, card_number="E1")
    bound = e_card(SIGN_NO, CODE, id_number=NOBODY_ELSE.id_number)
    store = hall.store()
    with store.begin() as uow:
        if uow.holders.get(NOBODY_ELSE.id_number) is None:
            uow.holders.put(NOBODY_ELSE)
            uow.cards.add(theirs)
            uow.e_cards.put(bound)
        uow.commit()
    store.close()
    platform = counters(CLERK).platform
    platform.cards[CODE], platform.e_cards[SIGN_NO] = theirs, bound


def test_a_lost_card_is_replaced_by_people_who_can_do_no_more_than_their_part(
    counters: Callable[[str], Hall], citizen: None
) -> None:
    clerk, supervisor = counters(CLERK), counters(SUPERVISOR)
    case = clerk.without_card(holder=NOBODY_ELSE)
    assert case.holder == NOBODY_ELSE
    lost = supervisor.decide(clerk.file(ApplicationKind.FORMAL_LOSS, case))
    assert lost.state is ApplicationState.COMPLETED
    case = clerk.without_card(holder=NOBODY_ELSE)
    assert case.registered is not None
    assert case.registered.state is CardState.LOST
    asked = clerk.file(ApplicationKind.REPLACEMENT, case, reason="lost")
    approved = supervisor.decide(asked)
    code = approved.new_identification_code
    assert code is not None
    clerk.clock.at = datetime.now(UTC).astimezone()
    with clerk.store.begin(write=False) as uow:
        new = uow.cards.get(code)
    assert new is not None
    from tests.integration.loss.hall import reading

    here = clerk.identification.open_case(clerk.desk(CLERK), reading(new, NOBODY_ELSE))
    here = clerk.identification.refresh_e_card(here)
    clerk.replacement.hand_over(clerk.desk(CLERK), here)
    with clerk.store.begin(write=False) as uow:
        states = {
            c.identification_code: c.state for c in uow.cards.of_holder(NOBODY_ELSE.id_number)
        }
        moved = uow.e_cards.get(SIGN_NO)
    assert states == {CODE: CardState.CANCELLED, code: CardState.NORMAL}
    assert moved is not None
    assert moved.identification_code == code
    assert clerk.platform.cards[CODE].state is CardState.CANCELLED


def test_one_person_does_not_decide_what_they_have_filed(
    counters: Callable[[str], Hall],
) -> None:
    own = city.application_id(city.OWN)
    window = counters(BOTH)
    with window.store.begin(write=False) as uow:
        application = uow.applications.get(own)
    assert application is not None
    with pytest.raises(FourEyes):
        window.decide(application, number=BOTH)


def test_signing_in_by_the_door(door: Callable[[], SqlStore]) -> None:
    store = door()
    service = SignIn(store, Argon2Passwords(store.proves), SetClock(_now()), city.HALL)
    with pytest.raises(SignInRefused):
        service.sign_in(CLERK, "wrong", "1")
    with pytest.raises(SignInRefused):
        service.sign_in("7777", PASSWORD, "1")
    with store.begin(write=False) as uow, pytest.raises(NotPermitted):
        uow.holders.get(person(city.HERE))
    operator = service.sign_in(CLERK, PASSWORD, "1")
    assert operator.number == CLERK
    desk = Desk(city.HALL, "1", "310000", operator)
    with store.begin(write=False) as uow:
        assert uow.holders.get(person(city.HERE)) is not None
        assert uow.holders.get(person(STRANGER)) is None
        account = uow.operators.get(CLERK)
    assert account is not None
    assert (account.failures, account.password_hash) == (0, f"$login$hall_{CLERK}")
    service.confirm(desk, PASSWORD)
    with pytest.raises(SignInRefused):
        service.confirm(desk, "wrong")
    service.sign_out(desk)
    with store.begin(write=False) as uow, pytest.raises(NotPermitted):
        uow.holders.get(person(city.HERE))


def test_a_card_alone_opens_no_login(door: Callable[[], SqlStore]) -> None:
    with pytest.raises(OperatorCardRefused):
        door().enter(CLERK, None)


def test_an_administrator_makes_and_disables_operators_without_any_sql(
    door: Callable[[], SqlStore], hall: Server
) -> None:
    store, clock = door(), SetClock(_now())
    store.enter(ADMINISTRATOR, PASSWORD)
    service = OperatorService(store, Argon2Passwords(store.proves), clock)
    chief = Operator(ADMINISTRATOR, "x", frozenset({Role.ADMINISTRATOR}))
    desk = Desk(city.HALL, "1", "310000", chief)
    wanted = OperatorDetails("6001", "新人", frozenset({Role.CLERK}), city.HALL)
    given = service.create(desk, wanted)
    counter = door()
    sign_in = SignIn(counter, Argon2Passwords(counter.proves), clock, city.HALL)
    with pytest.raises(PasswordDue):
        sign_in.sign_in("6001", given.password, "2")
    with pytest.raises(InvalidInput):
        sign_in.change_password("6001", given.password, given.password, "2")
    sign_in.change_password("6001", given.password, "a better one, 2026", "2")
    with counter.begin() as uow:
        uow.purposes.add(_look_up("6001", city.HERE))
        uow.commit()
    sign_in.sign_in("6001", "a better one, 2026", "2")
    service.disable(desk, "6001")
    with pytest.raises(OperatorDisabled), counter.begin():
        pass
    with pytest.raises(SignInRefused):
        sign_in.sign_in("6001", "a better one, 2026", "2")
    with pytest.raises(NotPermitted):
        service.change(
            desk,
            OperatorDetails(
                ADMINISTRATOR, "x", frozenset({Role.ADMINISTRATOR, Role.CLERK}), city.HALL
            ),
        )


def test_whoever_looks_up_too_many_is_stopped_and_that_is_in_the_trail(
    counters: Callable[[str], Hall], hall: Server
) -> None:
    window = counters("1009")
    window.desk = lambda number="1001": Desk(  # type: ignore[method-assign]
        city.HALL, "1", "310000", Operator("1009", "x", frozenset({Role.CLERK}))
    )
    with hall.connect("owner") as owner:
        for _ in range(QUOTA):
            owner.execute(
                "INSERT INTO purpose (id, kind, operator_number, at, id_number, reason)"
                " VALUES (gen_random_uuid(), 'look_up', '1009', now(), 'x', '')"
            )
    with pytest.raises(QuotaReached):
        window.identification.look_up(window.desk(), person(city.HERE))
    with hall.connect("owner") as owner:
        newest = "SELECT action, outcome, operator_number FROM audit ORDER BY at DESC LIMIT 1"
        assert owner.execute(newest).fetchone() == ("look_up", "refused", "1009")


def test_a_number_that_nobody_has_finds_nobody(counters: Callable[[str], Hall]) -> None:
    window = counters(CLERK)
    with pytest.raises(UnknownPerson):
        window.identification.look_up(window.desk(CLERK), "310101200001010019")


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _look_up(number: str, citizen: int) -> Purpose:
    from uuid import uuid4

    return Purpose(uuid4(), PurposeKind.LOOK_UP, number, _now(), person(citizen))
