"""A store in memory with the rules of the real one; both pass tests/integration/store/test_contract_*.py."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice, takewhile
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from desk_app.domain.application import (
    ApplicantKind,
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    QueueEntry,
    QueueFilter,
    TemporaryLoss,
)
from desk_app.domain.audit import EVERYTHING, AuditEntry, AuditQuery, AuditRecord
from desk_app.domain.audit_chain import (
    GENESIS,
    Anchor,
    BrokenLink,
    ChainReport,
    Head,
    Link,
    check,
    digest_of,
    moment,
)
from desk_app.domain.batch import (
    BATCH_QUOTA,
    BATCH_QUOTA_PERIOD,
    Batch,
    BatchItem,
    BatchState,
    Counts,
    ItemState,
    OnRecord,
)
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.contribution import Contribution, MonthRange, PensionYear
from desk_app.domain.document import (
    CODE_PERIOD,
    CODE_TRIES,
    CheckedFile,
    CodeRecord,
    FileState,
    IssuedDocument,
)
from desk_app.domain.e_card import Consent, ECard
from desk_app.domain.errors import (
    BrokenPromise,
    CopyTaken,
    FourEyes,
    OneToOne,
    Outdated,
    QuotaReached,
    StaleVersion,
    StoreUnavailable,
    TooManyCodes,
    UnknownPerson,
)
from desk_app.domain.holder import Holder
from desk_app.domain.lifecycle import Change, sources
from desk_app.domain.numbers import FIRST_SERIAL
from desk_app.domain.operator import OperatorAccount
from desk_app.domain.outbox import FrozenRequest, OutboxEntry, OutboxKind, OutboxState
from desk_app.domain.purpose import QUOTA, QUOTA_PERIOD, Purpose
from desk_app.domain.shift import Backlog, Shift, Tally
from desk_app.domain.totals import (
    ContributionSum,
    PensionSum,
    contribution_sums,
    pension_sum,
)
from desk_app.domain.visit import StepTaken, Visit, VisitStep
from desk_app.services import ports


@dataclass(frozen=True)
class Changed:
    """An application with when and where it was changed last."""

    application: Application
    at: datetime
    window: str


@dataclass
class Records:
    """Everything the store holds. The values are immutable: a copy of the containers is a snapshot."""

    cards: dict[str, RegisteredCard] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict)
    e_cards: dict[str, ECard] = field(default_factory=dict)
    consents: dict[UUID, Consent] = field(default_factory=dict)
    contributions: dict[tuple[str, int, int], Contribution] = field(default_factory=dict)
    pension_years: dict[tuple[str, int], PensionYear] = field(default_factory=dict)
    statements: dict[str, IssuedDocument] = field(default_factory=dict)
    files: dict[str, bytes | None] = field(default_factory=dict)
    code_tries: dict[tuple[str, str, datetime], bool] = field(default_factory=dict)
    serials: Counter[str] = field(default_factory=Counter)
    batches: dict[UUID, Batch] = field(default_factory=dict)
    batch_items: dict[tuple[UUID, int], BatchItem] = field(default_factory=dict)
    visits: dict[UUID, Visit] = field(default_factory=dict)
    card_serials: Counter[str] = field(default_factory=Counter)
    applications: dict[UUID, Changed] = field(default_factory=dict)
    losses: dict[tuple[str, datetime], TemporaryLoss] = field(default_factory=dict)
    outbox: dict[int, OutboxEntry] = field(default_factory=dict)
    audit: dict[tuple[str, int], AuditRecord] = field(default_factory=dict)
    operators: dict[str, OperatorAccount] = field(default_factory=dict)
    purposes: list[Purpose] = field(default_factory=list)
    shifts: dict[UUID, Shift] = field(default_factory=dict)

    def snapshot(self) -> Records:
        """The same, unmoved by later changes."""
        return Records(**{f.name: getattr(self, f.name).copy() for f in fields(self)})


class FakeStore:
    """Implements `services.ports.Store`; `records` is what has been committed."""

    def __init__(self) -> None:
        self.records = Records()
        self.closed = False
        self.entered: str | None = None
        self.writer = threading.Lock()

    def begin(self, *, write: bool = True, purpose: Purpose | None = None) -> FakeUnitOfWork:
        if purpose is not None:
            with FakeUnitOfWork(self, True) as uow:
                uow.purposes.add(purpose)
                uow.commit()
        return FakeUnitOfWork(self, write)

    def enter(self, number: str, password: str | None) -> None:
        self.entered = number

    def leave(self) -> None:
        self.entered = None

    def unattended(self) -> FakeStore:
        return self

    def close(self) -> None:
        self.closed = True


class FakeUnitOfWork:
    """Implements `services.ports.UnitOfWork`."""

    def __init__(self, store: FakeStore, write: bool) -> None:
        self._store, self._write = store, write
        self._records: Records | None = None
        self._thread = 0
        self.cards: ports.Cards = FakeCards(self)
        self.holders: ports.Holders = FakeHolders(self)
        self.e_cards: ports.ECards = FakeECards(self)
        self.consents: ports.Consents = FakeConsents(self)
        self.contributions: ports.Contributions = FakeContributions(self)
        self.pension_accounts: ports.PensionAccounts = FakePensionAccounts(self)
        self.statements: ports.Statements = FakeStatements(self)
        self.batches: ports.Batches = FakeBatches(self)
        self.archive: ports.Archive = FakeArchive(self)
        self.codes: ports.VerificationCodes = FakeCodes(self)
        self.visits: ports.Visits = FakeVisits(self)
        self.outbox: ports.Outbox = FakeOutbox(self)
        self.applications: ports.Applications = FakeApplications(self)
        self.temporary_losses: ports.TemporaryLosses = FakeTemporaryLosses(self)
        self.audit: ports.Audit = FakeAudit(self)
        self.operators: ports.Operators = FakeOperators(self)
        self.purposes: ports.Purposes = FakePurposes(self)
        self.shifts: ports.Shifts = FakeShifts(self)
        self.day_figures: ports.DayFigures = FakeDayFigures(self)

    def __enter__(self) -> Self:
        if self._write and not self._store.writer.acquire(timeout=10):
            raise StoreUnavailable("busy")
        self._thread = threading.get_ident()
        self._records = self._store.records.snapshot()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._records = None
        if self._write:
            self._store.writer.release()

    def commit(self) -> None:
        committed = self.reading
        if self._write:
            self._store.records = committed
        self._records = None

    @property
    def reading(self) -> Records:
        """What this unit of work sees."""
        if self._records is None:
            raise BrokenPromise("used outside of its unit of work, or after an error or the commit")
        if threading.get_ident() != self._thread:
            raise BrokenPromise("a unit of work was used on another thread")
        return self._records

    @property
    def writing(self) -> Records:
        """The same, to be changed."""
        if not self._write:
            raise BrokenPromise("written in a unit of work that only reads")
        return self.reading

    def fail(self, error: Exception) -> Exception:
        """What the database refuses ends its transaction."""
        self._records = None
        return error


class Repository:
    def __init__(self, uow: FakeUnitOfWork) -> None:
        self._uow = uow

    def _known(self, id_number: str) -> None:
        if id_number not in self._uow.reading.holders:
            raise UnknownPerson


class FakeCards(Repository):
    def get(self, identification_code: str) -> RegisteredCard | None:
        return self._uow.reading.cards.get(identification_code)

    def of_holder(self, id_number: str) -> tuple[RegisteredCard, ...]:
        found = [c for c in self._uow.reading.cards.values() if c.id_number == id_number]
        undated = sorted(found, key=lambda card: card.identification_code)
        return tuple(sorted(undated, key=lambda card: str(card.issued_on or ""), reverse=True))

    def add(self, new: RegisteredCard) -> None:
        self._known(new.id_number)
        if new.identification_code in self._uow.reading.cards:
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._put(new)

    def change_state(
        self, identification_code: str, state: CardState, version: int
    ) -> RegisteredCard:
        card = self.get(identification_code)
        if card is None or card.version != version:
            raise StaleVersion(card.version if card is not None else None)
        return self._put(replace(card, state=state, version=version + 1))

    def next_serial(self, region: str) -> int:
        serials = self._uow.writing.card_serials
        serials[region] = serials.get(region, FIRST_SERIAL - 1) + 1
        return serials[region]

    def to_expire(self, today: date, limit: int) -> tuple[str, ...]:
        records = self._uow.reading
        filed = (one.application for one in records.applications.values())
        busy = {one.identification_code for one in filed if one.state is ApplicationState.FILED}
        busy |= {one.identification_code for one in records.losses.values() if not one.ended_at}
        able = [c for c in records.cards.values() if c.state in sources(Change.EXPIRE)]
        past = [(c.valid_until, c.identification_code) for c in able if c.valid_until]
        due = (code for until, code in sorted(past) if until < today and code not in busy)
        return tuple(islice(due, limit))

    def mirrored(self, identification_code: str, version: int) -> None:
        card = self.get(identification_code)
        if card is not None:
            self._put(replace(card, mirrored_version=max(version, card.mirrored_version)))

    def outbid(self, identification_code: str, version: int) -> RegisteredCard:
        card = self.get(identification_code)
        if card is None:
            raise StaleVersion
        return self._put(replace(card, version=max(card.version, version + 1)))

    def _put(self, card: RegisteredCard) -> RegisteredCard:
        self._uow.writing.cards[card.identification_code] = card
        return card


class FakeHolders(Repository):
    def get(self, id_number: str) -> Holder | None:
        return self._uow.reading.holders.get(id_number)

    def put(self, person: Holder) -> None:
        self._uow.writing.holders[person.id_number] = person


class FakeECards(Repository):
    def get(self, sign_no: str) -> ECard | None:
        return self._uow.reading.e_cards.get(sign_no)

    def active_of_card(self, identification_code: str) -> ECard | None:
        active = (e for e in self._uow.reading.e_cards.values() if e.is_active)
        return next((e for e in active if e.identification_code == identification_code), None)

    def of_holder(self, id_number: str) -> tuple[ECard, ...]:
        found = [e for e in self._uow.reading.e_cards.values() if e.id_number == id_number]
        return tuple(sorted(found, key=lambda e: e.signed_at, reverse=True))

    def put(self, new: ECard) -> None:
        stored = self.get(new.sign_no)
        if stored is not None and stored.version >= new.version:
            moved = stored.identification_code != new.identification_code
            if moved and stored.version == new.version:
                raise OneToOne
            return
        active = self.active_of_card(new.identification_code)
        if new.is_active and active is not None and active.sign_no != new.sign_no:
            raise self._uow.fail(OneToOne())
        self._uow.writing.e_cards[new.sign_no] = new


class FakeConsents(Repository):
    def add(self, given: Consent) -> None:
        known = given.identification_code in self._uow.reading.cards
        if not known or given.id in self._uow.reading.consents:
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._uow.writing.consents[given.id] = given

    def latest(self, identification_code: str) -> Consent | None:
        consents = self._uow.reading.consents.values()
        found = [c for c in consents if c.identification_code == identification_code]
        return max(found, key=lambda consent: consent.given_at, default=None)


class FakeContributions(Repository):
    def of_person(self, id_number: str, months: MonthRange) -> tuple[Contribution, ...]:
        rows = sorted(self._of(id_number))
        return tuple(row for row in rows if months.first <= row.month <= months.last)

    def months_on_record(self, id_number: str) -> MonthRange | None:
        months = [row.month for row in self._of(id_number)]
        return MonthRange(min(months), max(months)) if months else None

    def sums(self, id_number: str, months: MonthRange) -> tuple[ContributionSum, ...]:
        return contribution_sums(self.of_person(id_number, months))

    def add(self, rows: Iterable[tuple[str, Contribution]]) -> int:
        count = 0
        for id_number, row in rows:
            self._known(id_number)
            self._uow.writing.contributions[id_number, row.month, row.insurance] = row
            count += 1
        return count

    def _of(self, id_number: str) -> list[Contribution]:
        rows = self._uow.reading.contributions.items()
        return [row for (number, _, _), row in rows if number == id_number]


class FakePensionAccounts(Repository):
    def of_person(self, id_number: str) -> tuple[PensionYear, ...]:
        years = self._uow.reading.pension_years.items()
        return tuple(sorted(year for (number, _), year in years if number == id_number))

    def sum(self, id_number: str) -> PensionSum:
        return pension_sum(self.of_person(id_number))

    def add(self, rows: Iterable[tuple[str, PensionYear]]) -> int:
        count = 0
        for id_number, year in rows:
            self._known(id_number)
            self._uow.writing.pension_years[id_number, year.year] = year
            count += 1
        return count


class FakeStatements(Repository):
    def next_serial(self, region: str, day: datetime) -> str:
        prefix = f"{region}-{day:%Y%m%d}"
        self._uow.writing.serials[prefix] += 1
        return f"{prefix}-{self._uow.writing.serials[prefix]:06d}"

    def add(self, issued: IssuedDocument, pdf: bytes) -> None:
        if sha256(pdf).hexdigest() != issued.sha256:
            raise BrokenPromise("a file that is not the one that was issued")
        self._known(issued.id_number)
        taken = {(*_same(one), one.copy_number) for one in self._uow.reading.statements.values()}
        if issued.serial in self._uow.reading.statements:
            raise self._uow.fail(StoreUnavailable("integrity"))
        if (*_same(issued), issued.copy_number) in taken:
            raise self._uow.fail(CopyTaken())
        self._uow.writing.statements[issued.serial] = issued
        self._uow.writing.files.setdefault(issued.sha256, pdf)

    def add_all(self, issued: Sequence[tuple[IssuedDocument, bytes]]) -> None:
        for one, pdf in issued:
            self.add(one, pdf)

    def by_serial(self, serial: str) -> IssuedDocument | None:
        return self._uow.reading.statements.get(serial)

    def by_digest(self, sha256: str) -> IssuedDocument | None:
        issued = self._uow.reading.statements.values()
        return next((one for one in issued if one.sha256 == sha256), None)

    def copies(
        self, id_number: str, kind: str, subject: str, language: str
    ) -> tuple[IssuedDocument, ...]:
        asked = (id_number, kind, subject, language)
        copies = [one for one in self._uow.reading.statements.values() if _same(one) == asked]
        return tuple(sorted(copies, key=lambda one: (one.copy_number, one.serial)))

    def of_person(self, id_number: str) -> tuple[IssuedDocument, ...]:
        issued = self._uow.reading.statements.values()
        about = [one for one in issued if one.id_number == id_number]
        return tuple(sorted(about, key=lambda one: (one.issued_at, one.serial), reverse=True))


class FakeArchive(Repository):
    def file(self, sha256: str) -> bytes | None:
        return self._uow.reading.files.get(sha256)

    def check(self, after: str, size: int) -> tuple[CheckedFile, ...]:
        issued = self._uow.reading.statements
        serials = sorted(serial for serial in issued if serial > after)[:size]
        return tuple(CheckedFile(one, self._state(issued[one].sha256)) for one in serials)

    def removable(self, before: datetime) -> int:
        return len(self._old(before))

    def remove(self, before: datetime, at: datetime) -> None:
        old = self._old(before)
        kept = datetime.now(UTC) - timedelta(days=365)
        if any(one.sha256 in old and one.issued_at >= kept for one in self._every()):
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._uow.writing.files.update(dict.fromkeys(old))

    def _state(self, digest: str) -> FileState:
        if digest not in self._uow.reading.files:
            return FileState.MISSING
        pdf = self._uow.reading.files[digest]
        if pdf is None:
            return FileState.REMOVED
        return FileState.SOUND if sha256(pdf).hexdigest() == digest else FileState.ALTERED

    def _old(self, before: datetime) -> set[str]:
        younger = {one.sha256 for one in self._every() if one.issued_at >= before}
        return {d for d, pdf in self._uow.reading.files.items() if pdf is not None} - younger

    def _every(self) -> Iterable[IssuedDocument]:
        return self._uow.reading.statements.values()


class FakeCodes(Repository):
    def tried(self, code: str, operator_number: str, at: datetime) -> None:
        tries = self._uow.reading.code_tries.items()
        wrong = [
            when
            for (number, _, when), found in tries
            if number == operator_number and not found and when > at - CODE_PERIOD
        ]
        if len(wrong) >= CODE_TRIES:
            raise self._uow.fail(TooManyCodes())
        self._uow.writing.code_tries[operator_number, code, at] = False

    def answer(self, code: str, operator_number: str, at: datetime) -> CodeRecord | None:
        tries = [t for t in self._uow.reading.code_tries if t[:2] == (operator_number, code)]
        issued = self._uow.reading.statements.values()
        one = next((one for one in issued if one.verification_code == code), None)
        if one is None or not tries:
            return None
        self._uow.writing.code_tries.update(dict.fromkeys(tries, True))
        pdf = self._uow.reading.files.get(one.sha256)
        answered = pdf if at.date() <= one.valid_until else None
        return CodeRecord(one.serial, one.issued_at, one.hall, one.valid_until, answered)


def _same(issued: IssuedDocument) -> tuple[str, str, str, str]:
    return issued.id_number, issued.kind, issued.subject, issued.language


class FakeBatches(Repository):
    def add(self, new: Batch) -> None:
        since = new.planned_at - BATCH_QUOTA_PERIOD
        lately = [
            one
            for one in self._uow.reading.batches.values()
            if one.operator_number == new.operator_number and one.planned_at > since
        ]
        if len(lately) >= BATCH_QUOTA:
            raise self._uow.fail(QuotaReached())
        self._uow.writing.batches[new.id] = new

    def add_people(self, batch_id: UUID, id_numbers: Iterable[str]) -> int:
        people = list(dict.fromkeys(id_numbers))
        for number, one in enumerate(people, start=1):
            self._uow.writing.batch_items[batch_id, number] = BatchItem(number, one)
        return len(people)

    def add_insured(self, batch_id: UUID) -> int:
        batch = self._uow.reading.batches[batch_id]
        insured = {
            number
            for (number, month, _), row in self._uow.reading.contributions.items()
            if month // 100 == batch.year and batch.employer_number in (None, row.employer_number)
        }
        return self.add_people(batch_id, sorted(insured))

    def get(self, batch_id: UUID) -> Batch | None:
        found = self._uow.reading.batches.get(batch_id)
        if found is None:
            return None
        counts = Counter(str(item.state) for item in self._of(batch_id))
        return replace(found, counts=Counts(**counts))

    def of_hall(self, hall: str) -> tuple[Batch, ...]:
        ids = [one.id for one in self._uow.reading.batches.values() if one.hall == hall]
        found = [batch for batch in map(self.get, ids) if batch is not None]
        return tuple(sorted(found, key=lambda one: one.planned_at, reverse=True))

    def take(self, batch_id: UUID, runner: UUID, folder: str) -> Batch:
        batch = self._uow.reading.batches[batch_id]
        taken = replace(batch, runner=runner, folder=folder, state=BatchState.RUNNING)
        self._uow.writing.batches[batch_id] = taken
        for item in self._of(batch_id, ItemState.CLAIMED):
            self._put(batch_id, BatchItem(item.number, item.id_number))
        found = self.get(batch_id)
        assert found is not None
        return found

    def move(
        self, batch_id: UUID, runner: UUID, state: BatchState, manifest_sha256: str | None = None
    ) -> None:
        batch = self._of_runner(batch_id, runner)
        digest = manifest_sha256 or batch.manifest_sha256
        moved = replace(batch, state=state, manifest_sha256=digest)
        self._uow.writing.batches[batch_id] = moved

    def stop(self, batch_id: UUID) -> bool:
        batch = self._uow.reading.batches[batch_id]
        if batch.state is not BatchState.RUNNING:
            return False
        stopped = replace(batch, state=BatchState.STOPPED, runner=None)
        self._uow.writing.batches[batch_id] = stopped
        return True

    def waiting(self, batch_id: UUID, size: int) -> tuple[BatchItem, ...]:
        return self._of(batch_id, ItemState.PLANNED)[:size]

    def claim(self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem]) -> None:
        self._rewrite(batch_id, runner, items, ItemState.PLANNED)

    def settle(self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem]) -> None:
        records = self._uow.reading.statements
        for item in items:
            issue = records.get(item.serial or "")
            recorded = issue is not None and issue.sha256 == item.sha256
            if item.state is ItemState.ISSUED and not recorded:
                raise self._uow.fail(StoreUnavailable("integrity"))
        self._rewrite(batch_id, runner, items, ItemState.CLAIMED)

    def issued(
        self,
        batch_id: UUID,
        size: int,
        *,
        after: BatchItem | None = None,
        by_delivery: bool = False,
    ) -> tuple[BatchItem, ...]:
        def place(item: BatchItem) -> tuple[str, int]:
            return (item.deliver_to or "") if by_delivery else "", item.number

        found = sorted(self._of(batch_id, ItemState.ISSUED), key=place)
        behind = [item for item in found if after is None or place(item) > place(after)]
        return tuple(behind[:size])

    def failed(self, batch_id: UUID, limit: int) -> tuple[BatchItem, ...]:
        return self._of(batch_id, ItemState.FAILED)[:limit]

    def of_serials(self, batch_id: UUID, serials: Sequence[str]) -> Mapping[str, str]:
        issued = self._of(batch_id, ItemState.ISSUED)
        return {str(i.serial): str(i.sha256) for i in issued if i.serial in serials}

    def last_copies(
        self, batch_id: UUID, id_numbers: Sequence[str], kind: str, subject: str, language: str
    ) -> Mapping[str, int]:
        copies = self._uow.statements.copies
        found = {one: copies(one, kind, subject, language) for one in id_numbers}
        return {one: issues[-1].copy_number for one, issues in found.items() if issues}

    def on_record(self, id_numbers: Sequence[str], months: MonthRange) -> Mapping[str, OnRecord]:
        found = {}
        for number in id_numbers:
            holder = self._uow.reading.holders.get(number)
            if holder is None:
                continue
            cards = [
                one.card_number
                for one in self._uow.cards.of_holder(number)
                if one.state not in (CardState.IN_PRODUCTION, CardState.CANCELLED)
            ]
            found[number] = OnRecord(
                holder,
                self._uow.contributions.of_person(number, months),
                self._uow.pension_accounts.of_person(number),
                self._uow.contributions.sums(number, months),
                self._uow.pension_accounts.sum(number),
                cards[0] if cards else None,
            )
        return found

    def _rewrite(
        self, batch_id: UUID, runner: UUID, items: Sequence[BatchItem], before: ItemState
    ) -> None:
        self._of_runner(batch_id, runner)
        for item in items:
            if self._uow.reading.batch_items[batch_id, item.number].state is not before:
                raise Outdated("batch")
            self._put(batch_id, item)

    def _of_runner(self, batch_id: UUID, runner: UUID) -> Batch:
        batch = self._uow.reading.batches[batch_id]
        if batch.runner != runner:
            raise Outdated("batch")
        return batch

    def _put(self, batch_id: UUID, item: BatchItem) -> None:
        self._uow.writing.batch_items[batch_id, item.number] = item

    def _of(self, batch_id: UUID, *states: ItemState) -> tuple[BatchItem, ...]:
        items = sorted(self._uow.reading.batch_items.items())
        found = [item for (of, _), item in items if of == batch_id]
        return tuple(item for item in found if not states or item.state in states)


class FakeVisits(Repository):
    def open(self, new: Visit) -> None:
        self._uow.writing.visits[new.id] = new

    def step(self, visit_id: UUID, step: VisitStep, at: datetime) -> None:
        visit = self.get(visit_id)
        if visit is None:
            raise self._uow.fail(StoreUnavailable("integrity"))
        taken = (*visit.steps, StepTaken(step, at))
        self._uow.writing.visits[visit_id] = replace(visit, steps=taken)

    def close(self, visit_id: UUID, at: datetime) -> None:
        visit = self.get(visit_id)
        if visit is not None and visit.closed_at is None:
            self._uow.writing.visits[visit_id] = replace(visit, closed_at=at)

    def get(self, visit_id: UUID) -> Visit | None:
        return self._uow.reading.visits.get(visit_id)


class FakeOutbox(Repository):
    def add(
        self,
        entry_id: UUID,
        identification_code: str,
        request: FrozenRequest,
        at: datetime,
        asked_by: str,
        order_key: str | None = None,
    ) -> OutboxEntry:
        if self.get(entry_id) is not None:
            raise self._uow.fail(StoreUnavailable("integrity"))
        seq = max(self._uow.reading.outbox, default=0) + 1
        order_key = order_key or self._order_of(identification_code)
        entry = OutboxEntry(
            entry_id, seq, identification_code, order_key, request, at, asked_by=asked_by
        )
        self._uow.writing.outbox[seq] = entry
        return entry

    def get(self, entry_id: UUID) -> OutboxEntry | None:
        entries = self._uow.reading.outbox.values()
        return next((entry for entry in entries if entry.id == entry_id), None)

    def pending(self, identification_code: str | None = None) -> tuple[OutboxEntry, ...]:
        pending = [
            entry
            for _, entry in sorted(self._uow.reading.outbox.items())
            if entry.state is OutboxState.PENDING
        ]
        orders = {e.order_key for e in pending if e.identification_code == identification_code}
        orders.add(identification_code or "")
        return tuple(e for e in pending if identification_code is None or e.order_key in orders)

    def last(self, identification_code: str, *kinds: OutboxKind) -> OutboxEntry | None:
        entries = [entry for _, entry in sorted(self._uow.reading.outbox.items())]
        of_kinds = [e for e in entries if e.request.kind in kinds]
        found = [e for e in of_kinds if e.identification_code == identification_code]
        return found[-1] if found else None

    def _order_of(self, identification_code: str) -> str:
        waiting = [
            e
            for e in self.pending(identification_code)
            if e.identification_code == identification_code
        ]
        return waiting[-1].order_key if waiting else identification_code

    def unanswered(self, entry_id: UUID) -> None:
        entry = self.get(entry_id)
        if entry is not None and entry.state is OutboxState.PENDING:
            self._change(entry, attempts=entry.attempts + 1)

    def supersede(self, entry_id: UUID, new_id: UUID, request: FrozenRequest) -> None:
        entry = self.get(entry_id)
        if entry is None or entry.state is not OutboxState.PENDING:
            raise BrokenPromise("superseded an outbox entry that is not pending")
        self._change(entry, id=new_id, request=request, attempts=0)

    def settle(self, entry_id: UUID, state: OutboxState, outcome: str | None = None) -> None:
        entry = self.get(entry_id)
        if entry is not None and entry.state is OutboxState.PENDING:
            self._change(entry, state=state, outcome=outcome)
        elif entry is None or (entry.state, entry.outcome) != (state, outcome):
            raise BrokenPromise("settled an outbox entry twice, in two ways")

    def _change(self, entry: OutboxEntry, **changes: Any) -> None:
        self._uow.writing.outbox[entry.seq] = replace(entry, **changes)


class FakeApplications(Repository):
    def next_number(self, region: str, day: datetime) -> str:
        prefix = f"{region}-{day:%Y%m%d}"
        self._uow.writing.serials[f"application {prefix}"] += 1
        return f"{prefix}-{self._uow.writing.serials[f'application {prefix}']:06d}"

    def add(self, new: Application) -> None:
        records = self._uow.reading
        known = new.identification_code in records.cards and new.id_number in records.holders
        papers = new.applicant.kind is ApplicantKind.HOLDER or new.applicant.authorisation
        numbers = {one.number for one in self._every()}
        fresh = new.id not in records.applications and new.number not in numbers
        open_already = _is_open(new) and self.open_of_card(new.identification_code) is not None
        if not (known and papers and fresh) or open_already:
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._keep(new, new.filed_at, new.window)

    def get(self, application_id: UUID) -> Application | None:
        found = self._uow.reading.applications.get(application_id)
        return found.application if found is not None else None

    def open_of_card(self, identification_code: str) -> Application | None:
        found = (one for one in self._every() if _is_open(one))
        return next((a for a in found if a.identification_code == identification_code), None)

    def of_holder(self, id_number: str) -> tuple[Application, ...]:
        return tuple(reversed([a for a in self._every() if a.id_number == id_number]))

    def to_tell(self, filed_by: str) -> tuple[Application, ...]:
        decided = [one for one in self._every() if one.decision is not None]
        return tuple(one for one in decided if (one.filed_by, one.told_at) == (filed_by, None))

    def queue(self, wanted: QueueFilter) -> tuple[QueueEntry, ...]:
        holders = self._uow.reading.holders
        found = [one for one in self._every() if _lets_through(wanted, one)]
        return tuple(QueueEntry(one, holders[one.id_number].name) for one in found)

    def counts(self, wanted: QueueFilter) -> Mapping[ApplicationKind, int]:
        kinds = [entry.application.kind for entry in self.queue(wanted)]
        return {kind: kinds.count(kind) for kind in ApplicationKind}

    def take(
        self, application_id: UUID, version: int, operator_number: str, at: datetime, window: str
    ) -> Application:
        taken = {"assigned_to": operator_number}
        return self._change(application_id, version, at, window, taken, ApplicationState.FILED)

    def put_back(
        self, application_id: UUID, version: int, at: datetime, window: str
    ) -> Application:
        free = {"assigned_to": None}
        return self._change(application_id, version, at, window, free, ApplicationState.FILED)

    def decide(
        self,
        application_id: UUID,
        version: int,
        state: ApplicationState,
        decision: Decision,
        new_identification_code: str | None = None,
    ) -> Application:
        changes = {
            "state": state,
            "decision": decision,
            "new_identification_code": new_identification_code,
        }
        at, window = decision.at, decision.window
        found = self.get(application_id)
        if found is not None and found.version == version:
            replaced = found.kind is not ApplicationKind.REPLACEMENT or new_identification_code
            reasoned = decision.reason or state is not ApplicationState.REJECTED
            if found.filed_by == decision.operator_number:
                raise self._uow.fail(FourEyes())
            approved = decision.approved is (state is not ApplicationState.REJECTED)
            complete = replaced or state is ApplicationState.REJECTED
            if not (approved and reasoned and complete):
                raise self._uow.fail(StoreUnavailable("integrity"))
        return self._change(application_id, version, at, window, changes, ApplicationState.FILED)

    def complete(
        self, application_id: UUID, version: int, at: datetime, window: str
    ) -> Application:
        done = {"state": ApplicationState.COMPLETED}
        return self._change(application_id, version, at, window, done, ApplicationState.APPROVED)

    def told(self, application_id: UUID, version: int, at: datetime, window: str) -> Application:
        decided = set(ApplicationState) - {ApplicationState.FILED}
        return self._change(application_id, version, at, window, {"told_at": at}, *decided)

    def card_outbid(self, identification_code: str, before: int, after: int) -> None:
        found = self.open_of_card(identification_code)
        if found is not None and found.card_version == before:
            kept = self._uow.reading.applications[found.id]
            self._keep(replace(found, card_version=after), kept.at, kept.window)

    def _every(self) -> list[Application]:
        found = [kept.application for kept in self._uow.reading.applications.values()]
        return sorted(found, key=lambda one: (one.filed_at, one.number))

    def _change(
        self,
        application_id: UUID,
        version: int,
        at: datetime,
        window: str,
        changes: dict[str, Any],
        *still: ApplicationState,
    ) -> Application:
        kept = self._uow.reading.applications.get(application_id)
        if kept is None:
            raise Outdated("application")
        one = kept.application
        if one.version != version or one.state not in still:
            raise Outdated(_last_change(kept), kept.at, kept.window)
        return self._keep(replace(one, version=version + 1, **changes), at, window)

    def _keep(self, one: Application, at: datetime, window: str) -> Application:
        self._uow.writing.applications[one.id] = Changed(one, at, window)
        return one


def _is_open(one: Application) -> bool:
    return one.state in (ApplicationState.FILED, ApplicationState.APPROVED)


def _lets_through(wanted: QueueFilter, one: Application) -> bool:
    text = wanted.text.strip()
    return (
        one.state in wanted.states
        and wanted.kind in (None, one.kind)
        and wanted.assigned_to in (None, one.assigned_to)
        and wanted.hall in (None, one.hall)
        and (wanted.filed_until is None or one.filed_at <= wanted.filed_until)
        and (text in one.number or text.upper() == one.id_number)
    )


def _last_change(kept: Changed) -> str:
    one = kept.application
    if one.told_at is not None and one.told_at == kept.at:
        return "told"
    if one.state is not ApplicationState.FILED:
        return str(one.state)
    return "taken" if one.assigned_to is not None else "put_back"


class FakeTemporaryLosses(Repository):
    def add(self, loss: TemporaryLoss) -> None:
        code = loss.identification_code
        if code not in self._uow.reading.cards or self.running(code) is not None:
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._uow.writing.losses[code, loss.started_at] = loss

    def running(self, identification_code: str) -> TemporaryLoss | None:
        losses = self._uow.reading.losses.values()
        running = (loss for loss in losses if loss.ended_at is None)
        return next(
            (one for one in running if one.identification_code == identification_code), None
        )

    def due(self, now: datetime) -> tuple[TemporaryLoss, ...]:
        losses = [one for one in self._uow.reading.losses.values() if one.ended_at is None]
        come = [(one.until, one) for one in losses if one.until is not None and one.until <= now]
        return tuple(one for _, one in sorted(come, key=lambda pair: pair[0]))

    def set_end(self, identification_code: str, until: datetime | None) -> None:
        self._of(identification_code, until=until)

    def end(self, identification_code: str, at: datetime) -> bool:
        return self._of(identification_code, ended_at=at)

    def _of(self, identification_code: str, **changes: Any) -> bool:
        found = self.running(identification_code)
        if found is None:
            return False
        key = identification_code, found.started_at
        self._uow.writing.losses[key] = replace(found, **changes)
        return True


class FakeAudit(Repository):
    def append(self, entry: AuditEntry) -> None:
        values = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name != "subject"}
        values["at"] = entry.at.astimezone(UTC)
        seq, previous = self._head(entry.hall)
        record = AuditRecord(
            seq=seq + 1,
            subject_reference=_reference(entry.subject),
            previous=previous,
            digest="",
            **values,
        )
        linked = replace(record, digest=digest_of(_link(record)))
        self._uow.writing.audit[entry.hall, seq + 1] = linked

    def records(self, query: AuditQuery = EVERYTHING) -> Iterator[AuditRecord]:
        return iter([r for _, r in sorted(self._uow.reading.audit.items()) if _fits(r, query)])

    def page(
        self, query: AuditQuery, size: int, before: AuditRecord | None = None
    ) -> tuple[AuditRecord, ...]:
        newest = sorted(self.records(query), key=_age, reverse=True)
        return tuple(r for r in newest if before is None or _age(r) < _age(before))[:size]

    def count(self) -> int:
        return len(self._uow.reading.audit)

    def older_than(self, moment: datetime) -> dict[str, Anchor]:
        found = {}
        for hall in {hall for hall, _ in self._uow.reading.audit}:
            old = list(takewhile(lambda r: r.at < moment, self.records(AuditQuery(hall=hall))))
            if old:
                found[hall] = Anchor(old[0].seq, old[-1].seq, old[-1].digest)
        return found

    def purge(self, entry: AuditEntry) -> None:
        anchor = Anchor.parsed(entry.detail or "")
        there = list(self.records(AuditQuery(hall=entry.hall)))
        named = [(r.seq, r.digest) for r in there if anchor is not None and r.seq == anchor.last]
        if (
            anchor is None
            or there[0].at >= datetime.now(UTC) - timedelta(days=365)
            or there[0].seq != anchor.first
            or named != [(anchor.last, anchor.digest)]
        ):
            raise self._uow.fail(StoreUnavailable("integrity"))
        self.append(entry)
        for seq in range(anchor.first, anchor.last + 1):
            del self._uow.writing.audit[entry.hall, seq]

    def verify(self, progress: Callable[[int], None] | None = None) -> tuple[ChainReport, ...]:
        halls = sorted({hall for hall, _ in self._uow.reading.audit})
        reports: list[ChainReport] = []
        for hall in halls:
            links = map(_link, self.records(AuditQuery(hall=hall)))
            reports.append(check(hall, links, self._head(hall)))
            if progress is not None:
                progress(sum(report.records for report in reports))
        return tuple(reports)

    def first_broken(self) -> BrokenLink | None:
        return next((r.broken for r in self.verify() if r.broken is not None), None)

    def _head(self, hall: str) -> Head:
        links = [r for (at, _), r in self._uow.reading.audit.items() if at == hall]
        return max((Head(r.seq, r.digest) for r in links), default=Head(0, GENESIS))


class FakeShifts(Repository):
    def open(self, shift: Shift) -> None:
        known = shift.operator_number in self._uow.reading.operators
        if not known or self.current(shift.operator_number) is not None:
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._uow.writing.shifts[shift.id] = shift

    def current(self, operator_number: str) -> Shift | None:
        shifts = self._uow.reading.shifts.values()
        own = (one for one in shifts if one.operator_number == operator_number)
        return next((one for one in own if one.closed_at is None), None)

    def close(self, shift_id: UUID, at: datetime, remark: str) -> None:
        shift = self._uow.reading.shifts.get(shift_id)
        if shift is not None and shift.closed_at is None:
            self._uow.writing.shifts[shift_id] = replace(shift, closed_at=at, remark=remark)

    def of_day(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Shift, ...]:
        found = (
            one
            for one in self._uow.reading.shifts.values()
            if one.hall == hall
            and operator_number in (None, one.operator_number)
            and one.opened_at < until
            and (one.closed_at is None or one.closed_at >= since)
        )
        return tuple(sorted(found, key=lambda one: (one.opened_at, one.operator_number)))


class FakeDayFigures(Repository):
    def tallies(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> tuple[Tally, ...]:
        counts: Counter[tuple[str, str, str, int]] = Counter()
        for record in self._uow.reading.audit.values():
            own = operator_number in (None, record.operator_number)
            if record.hall == hall and own and since <= record.at < until:
                hour = record.at.astimezone(since.tzinfo).hour
                counts[str(record.action), str(record.outcome), record.window, hour] += 1
        return tuple(Tally(*key, count) for key, count in sorted(counts.items()))

    def backlog(
        self, hall: str, since: datetime, until: datetime, operator_number: str | None = None
    ) -> Backlog:
        asked = [
            entry
            for entry in self._uow.reading.outbox.values()
            if entry.asked_by.endswith(f"/{hall}")
            and operator_number in (None, entry.asked_by.partition("/")[0])
        ]
        states = [
            kept.application.state
            for kept in self._uow.reading.applications.values()
            if kept.application.hall == hall
            and operator_number in (None, kept.application.filed_by)
        ]
        return Backlog(
            sum(entry.state is OutboxState.PENDING for entry in asked),
            sum(
                entry.state is OutboxState.REFUSED and since <= entry.created_at < until
                for entry in asked
            ),
            states.count(ApplicationState.FILED),
            states.count(ApplicationState.APPROVED),
        )


class FakeOperators(Repository):
    def get(self, number: str) -> OperatorAccount | None:
        return self._uow.reading.operators.get(number)

    def by_card(self, identification_code: str) -> OperatorAccount | None:
        accounts = self._uow.reading.operators.values()
        return next((one for one in accounts if one.card == identification_code), None)

    def all(self) -> tuple[OperatorAccount, ...]:
        accounts = self._uow.reading.operators
        return tuple(accounts[number] for number in sorted(accounts))

    def put(self, account: OperatorAccount) -> None:
        owner = self.by_card(account.card) if account.card is not None else None
        if owner is not None and owner.operator.number != account.operator.number:
            raise self._uow.fail(StoreUnavailable("integrity"))
        self._uow.writing.operators[account.operator.number] = account

    def set_login(self, number: str, password: str) -> None:
        pass


class FakePurposes(Repository):
    def add(self, purpose: Purpose) -> None:
        if purpose.operator_number not in self._uow.reading.operators:
            return
        mine = (
            p for p in self._uow.reading.purposes if p.operator_number == purpose.operator_number
        )
        if sum(p.at > purpose.at - QUOTA_PERIOD for p in mine) >= QUOTA:
            raise self._uow.fail(QuotaReached())
        self._uow.writing.purposes.append(purpose)


def _link(record: AuditRecord) -> Link:
    return Link(**{**vars(record), "at": moment(record.at)})


def _reference(id_number: str | None) -> str | None:
    return None if id_number is None else sha256(f"pepper {id_number}".encode()).hexdigest()


def _age(record: AuditRecord) -> tuple[datetime, str, int]:
    return record.at, record.hall, record.seq


def _fits(record: AuditRecord, query: AuditQuery) -> bool:
    asked = {
        "subject_reference": _reference(query.citizen),
        "operator_number": query.operator_number,
        "action": query.action,
        "outcome": query.outcome,
        "hall": query.hall,
    }
    return (
        all(value in (None, getattr(record, name)) for name, value in asked.items())
        and (query.since is None or record.at >= query.since)
        and (query.until is None or record.at < query.until)
    )
