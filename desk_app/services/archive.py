"""What was issued: to whom, by which code it is known, and whether the archive still holds it all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.document import (
    CheckedFile,
    CodeAnswer,
    CodeRecord,
    CodeVerdict,
    FileState,
    IssuedDocument,
)
from desk_app.domain.errors import (
    Cancelled,
    DocumentNotKept,
    InvalidInput,
    TooYoungToPurge,
    UnknownPerson,
)
from desk_app.domain.operator import Desk
from desk_app.domain.permissions import Permission
from desk_app.domain.verbs import Verb, require
from desk_app.domain.visit import Case
from desk_app.services.calendar import years_before
from desk_app.services.codes import CODE_ALPHABET
from desk_app.services.lanes import LaneName, on
from desk_app.services.permit import needs
from desk_app.services.ports import Cancellation, Clock, Store
from desk_app.services.trail import record, subject_of

_CODE = re.compile(f"[{CODE_ALPHABET}]{{16}}")

_PAGE = 100
"""Files that are compared in one query."""


@dataclass(frozen=True)
class ArchiveReport:
    """How many files are how, and those that are altered or missing."""

    counts: Mapping[FileState, int]
    faults: tuple[CheckedFile, ...]


@dataclass(frozen=True)
class Archiving:
    """The archive of issued documents; `keep_years` is the policy."""

    store: Store
    clock: Clock
    keep_years: int

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.LIST_DOCUMENTS)
    def issued_to(self, desk: Desk, case: Case) -> tuple[IssuedDocument, ...]:
        """What the citizen of the visit was given, newest first. Raises NotPossible while they are masked."""
        require(case, Verb.STATEMENT)
        number = subject_of(case)
        if number is None:
            raise UnknownPerson
        with self.store.begin() as uow:
            issued = uow.statements.of_person(number)
            told = str(len(issued))
            record(uow, self.clock, desk, Action.LIST_DOCUMENTS, case=case, detail=told)
            uow.commit()
        return issued

    @on(LaneName.STORE)
    @needs(Permission.SERVE, Action.OPEN_DOCUMENT, DocumentNotKept)
    def open(self, desk: Desk, case: Case, issued: IssuedDocument) -> bytes:
        """The file of one of them, to be looked at. Raises NotPossible, and DocumentNotKept for one that is
        not kept any more or not as it was issued."""
        require(case, Verb.STATEMENT)
        with self.store.begin() as uow:
            pdf = uow.archive.file(issued.sha256)
            if pdf is None or sha256(pdf).hexdigest() != issued.sha256:
                raise DocumentNotKept
            serial = issued.serial
            record(uow, self.clock, desk, Action.OPEN_DOCUMENT, case=case, detail=serial)
            uow.commit()
        return pdf

    @on(LaneName.STORE)
    @needs(Permission.VERIFY, Action.VERIFY_CODE)
    def answer(self, desk: Desk, typed: str, serial: str | None = None) -> CodeAnswer:
        """Whether, when and by which hall a document with this code (and number) was issued. Every try is
        counted before it is answered. Raises InvalidInput for what cannot be a code, and TooManyCodes."""
        code = normal_code(typed)
        number, now = desk.operator.number, self.clock.now()
        with self.store.begin() as uow:
            uow.codes.tried(code, number, now)
            uow.commit()
        with self.store.begin() as uow:
            found = uow.codes.answer(code, number, now)
            answer = _answer(found, serial, now.date())
            outcome = Outcome.FAILED if answer.verdict is CodeVerdict.UNKNOWN else Outcome.DONE
            detail = " ".join(filter(None, (answer.verdict, answer.serial)))
            action = Action.VERIFY_CODE
            record(uow, self.clock, desk, action, outcome=outcome, detail=detail)
            uow.commit()
        return answer

    @on(LaneName.STORE)
    @needs(Permission.READ_AUDIT, Action.VERIFY_ARCHIVE, Cancelled)
    def verify(
        self,
        desk: Desk,
        progress: Callable[[int], None] | None = None,
        cancel: Cancellation | None = None,
    ) -> ArchiveReport:
        """Compare every file with its digest; takes time in proportion to the archive. Raises Cancelled."""
        counts: Counter[FileState] = Counter()
        faults: list[CheckedFile] = []
        for page in self._pages():
            if cancel is not None and cancel.is_set():
                raise Cancelled
            counts.update(one.state for one in page)
            faults += [o for o in page if o.state in (FileState.ALTERED, FileState.MISSING)]
            if progress is not None:
                progress(counts.total())
        outcome = Outcome.FAILED if faults else Outcome.DONE
        detail = f"{counts.total()} {len(faults)}"
        with self.store.begin() as uow:
            action = Action.VERIFY_ARCHIVE
            record(uow, self.clock, desk, action, outcome=outcome, detail=detail)
            uow.commit()
        return ArchiveReport(dict(counts), tuple(faults))

    @on(LaneName.STORE)
    @needs(Permission.PURGE_AUDIT, Action.PURGE_ARCHIVE, TooYoungToPurge)
    def purge(self, desk: Desk, before: date) -> int:
        """Let go of the files of documents that were last issued before a day, and give their number; the
        records of the issues stay. Raises TooYoungToPurge for a day that the policy still keeps. On
        PostgreSQL only the owner of the tables can."""
        now = self.clock.now()
        if before > (latest := years_before(now.date(), self.keep_years)):
            raise TooYoungToPurge(self.keep_years, latest)
        day = datetime.combine(before, time.min, now.tzinfo)
        with self.store.begin() as uow:
            count = uow.archive.removable(day)
            if count:
                uow.archive.remove(day, now)
            detail = f"before {before} {count}"
            record(uow, self.clock, desk, Action.PURGE_ARCHIVE, detail=detail)
            uow.commit()
        return count

    def _pages(self) -> Iterator[tuple[CheckedFile, ...]]:
        last = ""
        while True:
            with self.store.begin(write=False) as uow:
                page = uow.archive.check(last, _PAGE)
            if not page:
                return
            yield page
            last = page[-1].serial


def normal_code(typed: str) -> str:
    """A code as it is printed, however it was typed. Raises InvalidInput."""
    letters = re.sub(r"[\s\-–—]", "", typed).upper()
    if not _CODE.fullmatch(letters):
        raise InvalidInput("verification_code", "not_a_code")
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _answer(found: CodeRecord | None, serial: str | None, today: date) -> CodeAnswer:
    """An expired code is answered with no more than that."""
    if found is None or (serial is not None and serial.strip() != found.serial):
        return CodeAnswer(CodeVerdict.UNKNOWN)
    if today > found.valid_until:
        return CodeAnswer(CodeVerdict.EXPIRED)
    return CodeAnswer(CodeVerdict.ISSUED, found.serial, found.issued_at, found.hall, found.pdf)
