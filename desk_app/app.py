"""The composition root: the only place that knows which adapter stands behind which port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from desk_app.deferred import Deferred
from desk_app.domain.operator import Desk, Operator
from desk_app.domain.region import RegionPolicy
from desk_app.regions import policy_of
from desk_app.services.activation import Activation
from desk_app.services.auditing import Auditing
from desk_app.services.authorizations import Authorizations
from desk_app.services.batches import Batches
from desk_app.services.card_sign_in import CardSignIn
from desk_app.services.catalogue import Services
from desk_app.services.city import City
from desk_app.services.contribution_import import ContributionImport
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.e_cards import ECardService
from desk_app.services.identification import Identification
from desk_app.services.lanes import LaneName, Lanes
from desk_app.services.lapses import Lapses
from desk_app.services.loss import Loss
from desk_app.services.operators import OperatorService
from desk_app.services.ports import (
    Binder,
    CardMonitor,
    CardReader,
    Documents,
    Drawings,
    Passwords,
    Platform,
    Printer,
    QueueWatch,
    Store,
)
from desk_app.services.replacement import Replacement
from desk_app.services.shift import ShiftService
from desk_app.services.sign_in import SignIn
from desk_app.services.statements import StatementService
from desk_app.settings import AuditSettings, HallSettings, Settings

if TYPE_CHECKING:
    from desk_app.gateway.transport import Patience
    from desk_app.store.engine import SqlStore, StoreFacts


class SystemClock:
    """The machine's clock in its own time zone."""

    def now(self) -> datetime:
        """The present moment, timezone-aware."""
        return datetime.now().astimezone()


@dataclass(frozen=True)
class Counter:
    """One running counter: its settings, lanes, services, and the adapters that are looked after."""

    settings: Settings
    home: Path
    lanes: Lanes
    services: Services
    reader: CardReader
    store: Store
    platform: Platform
    printer: Printer
    policy: RegionPolicy

    def desk(self, operator: Operator) -> Desk:
        """This window with an operator behind it."""
        hall = self.settings.hall
        return Desk(hall.name, hall.window, hall.region, operator)

    def check_store(self) -> StoreFacts:
        """How the database is; to be called on the store's lane."""
        return cast("SqlStore", self.store).check()

    def monitor(self) -> CardMonitor:
        """A fresh monitor of the readers."""
        from desk_app.reader.monitor import PcscMonitor

        return PcscMonitor()

    def queue_watch(self) -> QueueWatch:
        """A fresh watch of the queue of applications."""
        from desk_app.store.watch import SqlQueueWatch

        return SqlQueueWatch(lambda: cast("SqlStore", self.store).listening())


@contextmanager
def opened(settings: Settings, home: Path) -> Iterator[Counter]:
    """Wire a counter; on leaving, every adapter is closed on its own lane."""
    policy = policy_of(settings.hall.region)
    lanes = Lanes()
    clock = SystemClock()
    store = Deferred(lambda: open_migrated_store(settings, home))
    platform = Deferred(lambda: _platform(settings))
    hsm = Deferred(lambda: _hsm(settings))
    reader = Deferred(lambda: _reader(settings, hsm))
    printer = Deferred(lambda: _printer(settings))
    services = _services(
        cast(CardReader, reader),
        cast(Store, store),
        cast(Platform, platform),
        cast(Printer, printer),
        clock,
        policy,
        settings.hall,
        settings.audit,
    )
    counter = Counter(
        settings,
        home,
        lanes,
        services,
        cast(CardReader, reader),
        cast(Store, store),
        cast(Platform, platform),
        cast(Printer, printer),
        policy,
    )
    try:
        yield counter
    finally:
        lanes[LaneName.CARD].call(reader.close)
        lanes[LaneName.CARD].call(hsm.close)
        lanes[LaneName.PLATFORM].call(platform.close)
        lanes[LaneName.STORE].call(store.close)
        lanes.close()


def open_migrated_store(settings: Settings, home: Path) -> SqlStore:
    """The store, brought up to date when it is not. Raises StoreUnavailable, StoreLocked."""
    from desk_app.store.engine import open_store

    store = open_store(settings.database.url or None, home)
    if not store.is_current():
        store.upgrade()
    return store


def _services(
    reader: CardReader,
    store: Store,
    platform: Platform,
    printer: Printer,
    clock: SystemClock,
    policy: RegionPolicy,
    hall: HallSettings,
    audit: AuditSettings,
) -> Services:
    documents = cast(Documents, Deferred(_documents))
    passwords = cast(Passwords, Deferred(lambda: _passwords(store)))
    by_itself = cast(Store, Deferred(lambda: store.unattended()))
    delivery = Delivery(by_itself, platform, clock, policy)
    lapses = Lapses(by_itself, delivery, clock, policy)
    return Services(
        identification=Identification(reader, store, platform, delivery, clock, lapses),
        activation=Activation(store, delivery, clock),
        e_cards=ECardService(store, platform, delivery, clock),
        authorizations=Authorizations(store, platform, delivery, clock),
        city=City(platform),
        statements=StatementService(store, documents, printer, clock, policy, hall.verify_url),
        sign_in=SignIn(store, passwords, clock, hall.name),
        card_sign_in=CardSignIn(reader, store, clock, hall.name),
        lapses=lapses,
        loss=Loss(store, delivery, clock, policy),
        replacement=Replacement(store, platform, delivery, clock, policy),
        operators=OperatorService(store, passwords, clock),
        shifts=ShiftService(store, documents, printer, clock),
        decisions=Decisions(store, delivery, passwords, clock, policy),
        delivery=delivery,
        imports=ContributionImport(store, clock),
        auditing=Auditing(store, clock, audit.years),
        batches=Batches(
            store,
            cast(Drawings, Deferred(_drawings)),
            cast(Binder, Deferred(_binder)),
            clock,
            policy,
            hall.verify_url,
        ),
    )


def _platform(settings: Settings) -> Platform:
    from desk_app.gateway.transport import Patience

    return _client(settings, Patience())


def _hsm(settings: Settings) -> Platform:
    """The platform as the security module: less patient, since the card is held meanwhile."""
    from desk_app.gateway.transport import Patience

    return _client(settings, Patience(connect=1.0, answer=3.0, attempts=2, total=4.0))


def _client(settings: Settings, patience: Patience) -> Platform:
    from desk_app.gateway.client import PlatformClient

    at = settings.platform
    return PlatformClient(
        at.url, at.terminal, at.secret, at.ca, at.certificate, at.key, patience=patience
    )


def _reader(settings: Settings, hsm: Deferred) -> CardReader:
    from desk_app.reader.authentication import HsmAuthentication
    from desk_app.reader.reader import PcscCardReader

    authentication = HsmAuthentication(cast(Platform, hsm))
    return PcscCardReader(authentication, prefer=settings.reader.prefer or None)


def _documents() -> Documents:
    from desk_app.print.documents import StatementDocuments

    return StatementDocuments()


def _drawings() -> Drawings:
    from desk_app.print.drawing import ProcessDrawings

    return ProcessDrawings(_documents)


def _binder() -> Binder:
    from desk_app.print.binding import PdfBinder

    return PdfBinder()


def _printer(settings: Settings) -> Printer:
    from desk_app.print.spool import CupsPrinter

    return CupsPrinter(settings.printer.queue or None)


def _passwords(store: Store) -> Passwords:
    from desk_app.store.passwords import Argon2Passwords

    return Argon2Passwords(cast("SqlStore", store).proves)
