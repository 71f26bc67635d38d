"""Copies and their reasons, the list of what was issued, codes from paper, the archive's check and purge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from desk_app.domain.audit import Action, AuditRecord, Outcome
from desk_app.domain.document import (
    CODE_TRIES,
    Agent,
    CodeAnswer,
    CodeVerdict,
    CopyReason,
    FileState,
    IssuedDocument,
    Recipient,
)
from desk_app.domain.errors import (
    AlreadyIssued,
    Cancelled,
    CopyTaken,
    DocumentNotKept,
    InvalidInput,
    TooManyCodes,
    TooYoungToPurge,
)
from desk_app.services.archive import normal_code
from desk_app.services.ports import Language
from desk_app.services.statements import Prepared
from tests.unit.domain.cases import case
from tests.unit.services.test_trail import A_STATEMENT, DESK, NOW, Counter, _city, _opened

AN_AGENT = Agent("王代办", "310101197001010013")


@pytest.fixture
def city(tmp_path: Path) -> Counter:
    return _city(tmp_path)


def _prepare(city: Counter, **changes: Any) -> Prepared:
    request = replace(A_STATEMENT, **changes)
    return city.services.statements.prepare(DESK, case(), request, Language.CHINESE)


def _issue(city: Counter, **changes: Any) -> IssuedDocument:
    prepared = _prepare(city, **changes)
    path = city.folder / f"{prepared.issued.serial}.pdf"
    city.services.statements.save(DESK, _opened(city), prepared, path)
    issued: IssuedDocument = prepared.issued
    return issued


def _last(city: Counter, action: Action) -> AuditRecord:
    return [record for record in city.trail() if record.action is action][-1]


def test_another_copy_needs_a_reason_and_is_told_about_the_last_one(city: Counter) -> None:
    first = _issue(city)
    with pytest.raises(AlreadyIssued) as told:
        _prepare(city)
    assert (told.value.at, told.value.window, told.value.copy_number) == (NOW, "07", 1)
    refused = _last(city, Action.PREVIEW_STATEMENT)
    assert (refused.outcome, refused.detail) == (Outcome.REFUSED, "already_issued")
    again = _issue(city, reason=CopyReason.LOST)
    assert (first.copy_number, first.reason) == (1, None)
    assert (again.copy_number, again.reason) == (2, CopyReason.LOST)


def test_another_language_is_another_document(city: Counter) -> None:
    _issue(city)
    request, english = A_STATEMENT, Language.ENGLISH
    other = city.services.statements.prepare(DESK, case(), request, english)
    assert other.issued.copy_number == 1


def test_what_never_left_the_desk_is_no_copy(city: Counter) -> None:
    _prepare(city)
    assert _prepare(city).issued.copy_number == 1


def test_another_reason_is_told_in_words(city: Counter) -> None:
    _issue(city)
    with pytest.raises(InvalidInput) as wrong:
        _prepare(city, reason=CopyReason.OTHER, remark=" ")
    assert (wrong.value.field, wrong.value.problem) == ("remark", "missing")
    told = _issue(city, reason=CopyReason.OTHER, remark=" 雨水打湿 ")
    assert told.remark == "雨水打湿"


def test_two_windows_that_drew_the_same_copy_issue_it_once(city: Counter) -> None:
    one, other = _prepare(city), _prepare(city)
    save = city.services.statements.save
    save(DESK, _opened(city), one, city.folder / "one.pdf")
    with pytest.raises(CopyTaken):
        save(DESK, _opened(city), other, city.folder / "other.pdf")
    assert not (city.folder / "other.pdf").exists()
    refused = _last(city, Action.SAVE_STATEMENT)
    assert (refused.outcome, refused.detail) == (Outcome.REFUSED, "copy_taken")


@pytest.mark.parametrize(
    ("agent", "field"),
    [
        (None, "agent_name"),
        (replace(AN_AGENT, name=" "), "agent_name"),
        (replace(AN_AGENT, id_number="1"), "agent_id_number"),
        (replace(AN_AGENT, id_number=A_STATEMENT.id_number), "agent_id_number"),
    ],
)
def test_an_agent_shows_papers(city: Counter, agent: Agent | None, field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        _prepare(city, recipient=Recipient.AGENT, agent=agent)
    assert wrong.value.field == field


def test_the_agent_is_on_record_and_a_holder_has_none(city: Counter) -> None:
    taken = _issue(city, recipient=Recipient.AGENT, agent=AN_AGENT)
    assert taken.agent == AN_AGENT
    assert _issue(city, reason=CopyReason.LOST, agent=AN_AGENT).agent is None


def test_what_was_issued_is_listed_and_opened(city: Counter) -> None:
    issued = _issue(city)
    assert city.services.archive.issued_to(DESK, case()) == (issued,)
    assert _last(city, Action.LIST_DOCUMENTS).detail == "1"
    assert city.services.archive.open(DESK, case(), issued) == b"pdf"
    assert _last(city, Action.OPEN_DOCUMENT).detail == issued.serial


@pytest.mark.parametrize("found", [None, b"another"])
def test_a_file_that_is_not_as_it_was_issued_is_not_shown(
    city: Counter, found: bytes | None
) -> None:
    issued = _issue(city)
    city.store.records.files[issued.sha256] = found
    with pytest.raises(DocumentNotKept):
        city.services.archive.open(DESK, case(), issued)
    assert _last(city, Action.OPEN_DOCUMENT).outcome is Outcome.FAILED


def test_a_code_is_answered_with_when_and_where_and_no_more(city: Counter) -> None:
    issued = _issue(city)
    typed = issued.verification_code.lower().replace("-", " ")
    answer = city.services.archive.answer(DESK, typed)
    assert answer == CodeAnswer(CodeVerdict.ISSUED, issued.serial, NOW, DESK.hall, b"pdf")
    told = _last(city, Action.VERIFY_CODE)
    assert (told.outcome, told.detail) == (Outcome.DONE, f"issued {issued.serial}")
    assert told.subject_reference is None
    with_serial = city.services.archive.answer(DESK, typed, f" {issued.serial} ")
    assert with_serial.verdict is CodeVerdict.ISSUED


@pytest.mark.parametrize(
    ("change", "asked", "verdict"),
    [
        (lambda one: one, "990101-20260101-000001", CodeVerdict.UNKNOWN),
        (lambda one: replace(one, verification_code="2" * 16), None, CodeVerdict.UNKNOWN),
        (
            lambda one: replace(one, valid_until=NOW.date() - timedelta(days=1)),
            None,
            CodeVerdict.EXPIRED,
        ),
    ],
)
def test_other_codes_are_answered_with_nothing(
    city: Counter,
    change: Callable[[IssuedDocument], IssuedDocument],
    asked: str | None,
    verdict: CodeVerdict,
) -> None:
    issued = _issue(city)
    city.store.records.statements[issued.serial] = change(issued)
    answer = city.services.archive.answer(DESK, issued.verification_code, asked)
    assert answer == CodeAnswer(verdict)


def test_guessing_ends_after_some_tries_and_is_in_the_trail(city: Counter) -> None:
    issued = _issue(city)
    for _ in range(CODE_TRIES):
        wrong = city.services.archive.answer(DESK, "2222-2222-2222-2222")
        assert wrong.verdict is CodeVerdict.UNKNOWN
        city.store.records.code_tries = {
            (number, code, at - timedelta(seconds=1)): found
            for (number, code, at), found in city.store.records.code_tries.items()
        }
    with pytest.raises(TooManyCodes):
        city.services.archive.answer(DESK, issued.verification_code)
    refused = _last(city, Action.VERIFY_CODE)
    assert (refused.outcome, refused.detail) == (Outcome.REFUSED, "too_many_codes")


@pytest.mark.parametrize("typed", ["", "2345", "2345-6789-ABCD-EFGO", "2345-6789-ABCD-EFGHJ"])
def test_what_is_no_code_is_not_even_tried(city: Counter, typed: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        city.services.archive.answer(DESK, typed)
    assert wrong.value.problem == "not_a_code"
    assert not city.store.records.code_tries


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert normal_code(" 2345 6789–abcd-efgh") == "2345-6789-ABCD-EFGH"


def test_the_archive_is_checked_file_by_file(city: Counter) -> None:
    _issue(city)
    looked: list[int] = []
    report = city.services.archive.verify(DESK, looked.append)
    assert (report.counts, report.faults) == ({FileState.SOUND: 1}, ())
    assert looked == [1]
    assert _last(city, Action.VERIFY_ARCHIVE).outcome is Outcome.DONE


@pytest.mark.parametrize("state", [FileState.ALTERED, FileState.MISSING])
def test_what_is_altered_or_missing_is_named(city: Counter, state: FileState) -> None:
    issued = _issue(city)
    if state is FileState.MISSING:
        del city.store.records.files[issued.sha256]
    else:
        city.store.records.files[issued.sha256] = b"another"
    report = city.services.archive.verify(DESK)
    assert [(one.serial, one.state) for one in report.faults] == [(issued.serial, state)]
    told = _last(city, Action.VERIFY_ARCHIVE)
    assert (told.outcome, told.detail) == (Outcome.FAILED, "1 1")


def test_the_check_can_be_stopped(city: Counter) -> None:
    _issue(city)
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        city.services.archive.verify(DESK, cancel=stop)


def test_old_files_are_removed_and_never_in_silence(city: Counter) -> None:
    issued = _issue(city)
    old = replace(issued, issued_at=NOW - timedelta(days=4000))
    city.store.records.statements[issued.serial] = old
    assert city.services.archive.purge(DESK, date(2016, 11, 23)) == 1
    assert _last(city, Action.PURGE_ARCHIVE).detail == "before 2016-11-23 1"
    with pytest.raises(DocumentNotKept):
        city.services.archive.open(DESK, case(), old)
    report = city.services.archive.verify(DESK)
    assert (report.counts, report.faults) == ({FileState.REMOVED: 1}, ())
    assert city.services.archive.issued_to(DESK, case()) == (old,)


def test_what_the_policy_keeps_is_not_removed(city: Counter) -> None:
    with pytest.raises(TooYoungToPurge) as young:
        city.services.archive.purge(DESK, date(2016, 11, 25))
    assert young.value.keep_years == 10
    assert _last(city, Action.PURGE_ARCHIVE).outcome is not Outcome.DONE
