"""An operator's day with the real store and the real documents: from being created to being disabled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_app import app
from desk_app.app import Counter
from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import (
    NotPermitted,
    OperatorDisabled,
    PasswordDue,
    SignInRefused,
    UnknownPerson,
)
from desk_app.domain.operator import Desk, Operator, Role
from desk_app.sandbox.catalogue import Variant
from desk_app.sandbox.people import person
from desk_app.seeding import seed
from desk_app.services.operators import OperatorDetails
from desk_app.services.ports import Language
from desk_app.settings import Settings

NEW_PASSWORD = "quite another password"
ADMINISTRATOR = ("9001", "demo-administrator-9001")
NUMBER = person(Variant.GOOD).holder.id_number


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    settings = Settings()
    with app.opened(settings, tmp_path_factory.mktemp("counter")) as opened:
        seed(opened.store, hall=settings.hall.name)
        yield opened


def sign_in(counter: Counter, number: str, password: str) -> Desk:
    return counter.desk(counter.services.sign_in.sign_in(number, password, "1"))


def test_a_day(counter: Counter, tmp_path: Path) -> None:
    services = counter.services
    office = sign_in(counter, *ADMINISTRATOR)

    details = OperatorDetails("1003", "高远", frozenset({Role.CLERK}), office.hall)
    given = services.operators.create(office, details)
    with pytest.raises(PasswordDue):
        sign_in(counter, "1003", given.password)
    clerk = services.sign_in.change_password("1003", given.password, NEW_PASSWORD, "1")
    desk = counter.desk(clerk)

    shift = services.shifts.begin(desk)
    assert services.shifts.begin(desk) == shift
    case = services.identification.look_up(desk, NUMBER)
    with pytest.raises(UnknownPerson):
        services.identification.look_up(desk, "000000190001010000")
    with pytest.raises(NotPermitted):
        services.operators.all(desk)

    report = services.shifts.own_day(desk)
    assert report.total("done", "look_up") == 1
    assert report.total("refused", "look_up") == 1
    assert report.total("refused", "list_operators") == 1
    document = services.shifts.document(desk, report, Language.CHINESE)
    services.shifts.save(desk, document, tmp_path / "day.pdf")
    assert (tmp_path / "day.pdf").read_bytes().startswith(b"%PDF")
    signed = services.shifts.close(desk, "")
    assert signed.shifts[0].closed_at is not None

    services.operators.disable(office, "1003")
    with pytest.raises(OperatorDisabled):
        services.identification.reveal(desk, case, "the holder asks")
    with pytest.raises(SignInRefused):
        sign_in(counter, "1003", NEW_PASSWORD)
    services.operators.enable(office, "1003")
    assert sign_in(counter, "1003", NEW_PASSWORD).operator == clerk

    with counter.store.begin(write=False) as uow:
        refused = [
            r.action
            for r in uow.audit.records()
            if r.operator_number == "1003" and r.outcome is Outcome.REFUSED
        ]
    assert refused == [
        Action.SIGN_IN,
        Action.LOOK_UP,
        Action.LIST_OPERATORS,
        Action.REVEAL,
        Action.SIGN_IN,
    ]


def test_a_colleague_goes_on_with_the_case(counter: Counter) -> None:
    first = sign_in(counter, "1001", "demo-clerk-1001")
    case = counter.services.identification.look_up(first, NUMBER)
    other = counter.services.sign_in.take_over(first, "1002", "demo-clerk-1002", case)
    assert other == Operator("1002", "周敏", frozenset({Role.CLERK}))
    revealed = counter.services.identification.reveal(counter.desk(other), case, "goes on")
    assert revealed.visit.id == case.visit.id
    with counter.store.begin(write=False) as uow:
        *_, last = uow.audit.records()
    assert (last.action, last.operator_number) == (Action.REVEAL, "1002")
