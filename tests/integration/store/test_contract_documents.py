"""Issued documents, their files and verification codes: what every store promises (`services.ports`)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk_app.domain.document import (
    CODE_PERIOD,
    CODE_TRIES,
    Agent,
    CheckedFile,
    CodeRecord,
    CopyReason,
    FileState,
    IssuedDocument,
    Recipient,
)
from desk_app.domain.errors import (
    BrokenPromise,
    CopyTaken,
    StoreUnavailable,
    TooManyCodes,
    UnknownPerson,
)
from desk_app.domain.statement import StatementKind
from desk_app.services.ports import Store, UnitOfWork
from tests.integration.store.samples import (
    AIZEMAITI,
    CHINA,
    NOON,
    OUYANG,
    file_of,
    registered,
    statement,
)

SERIAL = "310000-20261123-000001"
THE_SAME = (OUYANG.id_number, StatementKind.ANNUAL, "202501-202512", "zh_CN")
LONG_AGO = NOON - timedelta(days=1000)


@pytest.fixture
def city(any_store: Store) -> Store:
    return registered(any_store)


def _add(uow: UnitOfWork, serial: str, **changes: Any) -> IssuedDocument:
    issued = statement(serial, **changes)
    uow.statements.add(issued, file_of(serial))
    return issued


def _issued(city: Store, serial: str = SERIAL, **changes: Any) -> IssuedDocument:
    with city.begin() as uow:
        issued = _add(uow, serial, **changes)
        uow.commit()
    return issued


def test_an_issue_is_found_by_number_and_by_file(city: Store) -> None:
    issued = _issued(city)
    with city.begin(write=False) as uow:
        assert uow.statements.by_serial(issued.serial) == issued
        assert uow.statements.by_digest(issued.sha256) == issued
        assert uow.statements.by_serial("310000-20261123-000002") is None
        assert uow.statements.by_digest("f" * 64) is None


@pytest.mark.parametrize(
    "other",
    [
        {"kind": StatementKind.CONTRIBUTIONS},
        {"subject": "202401-202412"},
        {"language": "en"},
        {"id_number": AIZEMAITI.id_number},
    ],
)
def test_copies_are_those_of_the_very_same_document(city: Store, other: dict[str, Any]) -> None:
    agent = Agent("王代办", AIZEMAITI.id_number)
    with city.begin() as uow:
        jammed = _add(
            uow,
            "2",
            copy_number=2,
            recipient=Recipient.AGENT,
            agent=agent,
            reason=CopyReason.PRINTER_JAM,
        )
        first = _add(uow, "1")
        _add(uow, "3", **other)
        assert uow.statements.copies(*THE_SAME) == (first, jammed)


def test_no_copy_number_is_given_out_twice(city: Store) -> None:
    with city.begin() as uow:
        _add(uow, "1")
        with pytest.raises(CopyTaken):
            _add(uow, "2")


def test_what_somebody_was_given_comes_newest_first(city: Store) -> None:
    with city.begin() as uow:
        old = _add(uow, "9", issued_at=LONG_AGO)
        new = _add(uow, "1", copy_number=2)
        _add(uow, "2", id_number=AIZEMAITI.id_number)
        assert uow.statements.of_person(OUYANG.id_number) == (new, old)
        assert uow.statements.of_person("nobody") == ()


def test_another_reason_has_words(city: Store) -> None:
    with city.begin() as uow:
        told = _add(uow, "1", reason=CopyReason.OTHER, remark="雨水打湿")
        assert uow.statements.by_serial("1") == told


def test_a_document_for_somebody_unknown_is_not_taken(city: Store) -> None:
    with city.begin() as uow, pytest.raises(UnknownPerson):
        _add(uow, "1", id_number="nobody")


def test_a_number_is_issued_once(city: Store) -> None:
    with city.begin() as uow:
        _add(uow, "1")
        with pytest.raises(StoreUnavailable):
            _add(uow, "1", subject="202401-202412")


def test_the_file_of_an_issue_is_kept_byte_for_byte(city: Store) -> None:
    issued = _issued(city)
    with city.begin(write=False) as uow:
        assert uow.archive.file(issued.sha256) == file_of(SERIAL)
        assert uow.archive.file("f" * 64) is None


def test_what_was_rolled_back_left_no_file_behind(city: Store) -> None:
    with city.begin() as uow:
        issued = _add(uow, SERIAL)
    with city.begin(write=False) as uow:
        assert uow.archive.file(issued.sha256) is None
        assert uow.statements.by_serial(SERIAL) is None


def test_a_file_that_is_not_the_one_that_was_issued_is_not_taken(city: Store) -> None:
    with city.begin() as uow, pytest.raises(BrokenPromise):
        uow.statements.add(statement(SERIAL), b"another")


def test_the_same_file_is_kept_once(city: Store) -> None:
    first = _issued(city)
    again = replace(first, serial="2", copy_number=2)
    with city.begin() as uow:
        uow.statements.add(again, file_of(SERIAL))
        uow.commit()
    with city.begin(write=False) as uow:
        assert uow.archive.file(first.sha256) == file_of(SERIAL)
        assert uow.archive.removable(NOON + timedelta(days=1)) == 1
        states = [CheckedFile(serial, FileState.SOUND) for serial in (first.serial, "2")]
        assert list(uow.archive.check("", 10)) == sorted(states, key=lambda one: one.serial)


def test_files_are_checked_page_by_page(city: Store) -> None:
    for place in range(1, 6):
        _issued(city, f"{place}", copy_number=place)
    found: list[str] = []
    with city.begin(write=False) as uow:
        while page := uow.archive.check(found[-1] if found else "", 2):
            assert len(page) <= 2
            assert {one.state for one in page} == {FileState.SOUND}
            found += [one.serial for one in page]
    assert found == ["1", "2", "3", "4", "5"]


def test_old_files_go_and_their_issues_stay(city: Store) -> None:
    old = _issued(city, "1", issued_at=LONG_AGO)
    new = _issued(city, "2", copy_number=2)
    before = LONG_AGO + timedelta(seconds=1)
    with city.begin() as uow:
        assert uow.archive.removable(LONG_AGO) == 0
        assert uow.archive.removable(before) == 1
        uow.archive.remove(before, NOON)
        uow.commit()
    with city.begin() as uow:
        assert uow.archive.file(old.sha256) is None
        assert uow.archive.file(new.sha256) == file_of("2")
        assert uow.statements.by_digest(old.sha256) == old
        states = [one.state for one in uow.archive.check("", 10)]
        assert states == [FileState.REMOVED, FileState.SOUND]
        assert uow.archive.removable(before) == 0


def test_a_file_goes_when_its_last_issue_is_old(city: Store) -> None:
    first = _issued(city, "1", issued_at=LONG_AGO)
    with city.begin() as uow:
        again = replace(first, serial="2", copy_number=2, issued_at=NOON)
        uow.statements.add(again, file_of("1"))
        assert uow.archive.removable(LONG_AGO + timedelta(days=1)) == 0


def test_files_of_the_last_year_stay_whatever_the_policy(city: Store) -> None:
    now = datetime.now(CHINA)
    issued = _issued(city, issued_at=now - timedelta(days=360))
    with city.begin() as uow, pytest.raises(StoreUnavailable):
        uow.archive.remove(now, now)
    with city.begin(write=False) as uow:
        assert uow.archive.file(issued.sha256) == file_of(SERIAL)


CODE = "2345-6789-ABCD-EFGH"


def _try(city: Store, code: str, at: Any = NOON) -> CodeRecord | None:
    with city.begin() as uow:
        uow.codes.tried(code, "1001", at)
        uow.commit()
    with city.begin() as uow:
        answer = uow.codes.answer(code, "1001", at)
        uow.commit()
    return answer


def test_a_code_leads_to_its_issue_and_file(city: Store) -> None:
    far = NOON.date() + timedelta(days=36500)
    issued = _issued(city, valid_until=far)
    answer = _try(city, CODE)
    assert answer == CodeRecord(SERIAL, issued.issued_at, issued.hall, far, file_of(SERIAL))


def test_an_expired_code_leads_to_no_file(city: Store) -> None:
    issued = _issued(city, valid_until=LONG_AGO.date())
    answer = _try(city, CODE)
    assert answer == CodeRecord(SERIAL, issued.issued_at, issued.hall, LONG_AGO.date(), None)


def test_a_code_that_was_never_printed_leads_nowhere(city: Store) -> None:
    _issued(city)
    assert _try(city, "2345-6789-ABCD-EFGJ") is None


def test_a_code_that_was_not_tried_is_not_answered(city: Store) -> None:
    _issued(city)
    with city.begin() as uow:
        assert uow.codes.answer(CODE, "1001", NOON) is None


def test_too_many_codes_that_lead_nowhere_end_it_for_an_hour(city: Store) -> None:
    _issued(city)
    for place in range(CODE_TRIES):
        assert _try(city, f"wrong {place}") is None
        if place == 0:
            assert _try(city, CODE) is not None  # right ones count for nothing
    with city.begin() as uow, pytest.raises(TooManyCodes):
        uow.codes.tried(CODE, "1001", NOON)
    with city.begin() as uow:
        uow.codes.tried(CODE, "1002", NOON)  # somebody else
    assert _try(city, CODE, NOON + CODE_PERIOD + timedelta(seconds=1)) is not None
