"""The composition root: the only place that knows which adapter stands behind which port."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from desk_app.deferred import Deferred
from desk_app.domain.errors import SigningKeyUnavailable
from desk_app.domain.operator import Desk, Operator
from desk_app.domain.region import RegionPolicy
from desk_app.regions import policy_of
from desk_app.services.activation import Activation
from desk_app.services.archive import Archiving
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
    SignatureChecker,
    Signer,
    Store,
)
from desk_app.services.printing import Printing
from desk_app.services.receipts import Receipts
from desk_app.services.replacement import Replacement
from desk_app.services.shift import ShiftService
from desk_app.services.sign_in import SignIn
from desk_app.services.signatures import Signatures
from desk_app.services.statements import StatementService
from desk_app.settings import Settings, SignatureSettings

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
    city = _city_templates(settings)
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
        settings,
        city,
        _Signing.of(settings, home),
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
    settings: Settings,
    city: Path | None,
    signing: _Signing,
) -> Services:
    signer = signing.signer()
    documents = cast(Documents, Deferred(lambda: _documents(city, signer)))
    passwords = cast(Passwords, Deferred(lambda: _passwords(store)))
    by_itself = cast(Store, Deferred(lambda: store.unattended()))
    delivery = Delivery(by_itself, platform, clock, policy)
    lapses = Lapses(by_itself, delivery, clock, policy)
    statements = StatementService(
        store, documents, printer, platform, clock, policy, settings.hall.verify_url
    )
    return Services(
        identification=Identification(reader, store, platform, delivery, clock, lapses),
        activation=Activation(store, delivery, clock),
        e_cards=ECardService(store, platform, delivery, clock),
        authorizations=Authorizations(store, platform, delivery, clock),
        city=City(platform),
        statements=statements,
        printing=Printing(store, printer, clock, settings.printing),
        receipts=Receipts(store, documents, clock, statements),
        sign_in=SignIn(store, passwords, clock, settings.hall.name),
        card_sign_in=CardSignIn(reader, store, clock, settings.hall.name),
        lapses=lapses,
        loss=Loss(store, delivery, clock, policy),
        replacement=Replacement(store, platform, delivery, clock, policy),
        operators=OperatorService(store, passwords, clock),
        shifts=ShiftService(store, documents, printer, clock),
        decisions=Decisions(store, delivery, passwords, clock, policy),
        delivery=delivery,
        imports=ContributionImport(store, clock),
        batches=Batches(
            store,
            cast(Drawings, Deferred(lambda: _drawings(city, signing))),
            cast(Binder, Deferred(_binder)),
            clock,
            policy,
            settings.hall.verify_url,
        ),
        auditing=Auditing(store, clock, settings.audit.years),
        archive=Archiving(store, clock, settings.archive.keep_years),
        signatures=Signatures(cast(SignatureChecker, Deferred(signing.reader)), signer),
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


def _city_templates(settings: Settings) -> Path | None:
    """The folder with the city's own templates, checked. Raises BadSettings."""
    if not settings.documents.templates:
        return None
    from desk_app.print.city import check_city

    city = Path(settings.documents.templates).expanduser()
    check_city(city)
    return city


def _documents(city: Path | None, signer: Signer | None) -> Documents:
    from desk_app.print.documents import StatementDocuments

    return StatementDocuments(city=city, signer=signer)


@dataclass(frozen=True)
class _Signing:
    """How documents are signed. Adapters are made when something is signed or checked: their libraries are
    slow to import."""

    at: SignatureSettings
    demonstration: Path | None = None
    """Where the sandbox's certificates are, once they are made."""
    hall: str = ""

    @classmethod
    def of(cls, settings: Settings, home: Path) -> _Signing:
        """A counter that works with the sandbox, and has nothing to sign with, signs for demonstration."""
        at, hall = settings.signature, settings.hall.name
        if at.is_set_up or at.unsigned == "refuse" or not settings.platform.is_sandbox:
            return cls(at)
        folder = home / "sandbox-signature"
        certificate, roots = str(folder / "hall.pem"), at.roots or str(folder / "roots.pem")
        return cls(replace(at, certificate=certificate, roots=roots), folder, hall)

    def signer(self) -> Signer | None:
        """None where documents are issued unsigned."""
        if not self.at.is_set_up and self.at.unsigned == "issue":
            return None
        return cast(Signer, Deferred(self._pades))

    def reader(self) -> SignatureChecker:
        """Raises BadSettings for roots that are none."""
        from desk_app.print.signatures import SignatureReader

        self._demonstrate()
        return SignatureReader(_path(self.at.roots))

    def _pades(self) -> Signer:
        at = self.at
        if not at.is_set_up:
            raise SigningKeyUnavailable("not_set_up", "[signature]")
        from desk_app.print.signing import Authority, PadesSigner
        from desk_app.print.signing_keys import CertificateFile, KeySource, Secret, Token

        self._demonstrate()
        secret = Secret(_path(at.secret_file))
        source: KeySource = CertificateFile(
            Path(at.certificate).expanduser(), _path(at.key), secret
        )
        if at.token_library:
            held = _path(at.certificate)
            source = Token(at.token_library, at.token, at.token_key, secret, held)
        if not at.time_stamp_url:
            return PadesSigner(source)
        is_required = at.without_time_stamp == "refuse"
        return PadesSigner(source, Authority(at.time_stamp_url, at.time_stamp_seconds, is_required))

    def _demonstrate(self) -> None:
        if self.demonstration is not None:
            from desk_app.sandbox.signing import make_identity

            make_identity(self.demonstration, self.hall)


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _drawings(city: Path | None, signing: _Signing) -> Drawings:
    """Processes of this machine sign what they draw; what a cluster has drawn is signed here. The key is
    looked at before anything is drawn. Raises SigningError."""
    from desk_app.print.unsigned import UnsignedDocuments
    from desk_app.print.workers import ProcessDrawings

    signer = signing.signer()
    if signer is None:
        return ProcessDrawings(partial(_documents, city, None))
    signer.certificate()
    unsigned = partial(UnsignedDocuments, city)
    return ProcessDrawings(partial(_signing_documents, city, signing), unsigned, signer)


def _signing_documents(city: Path | None, signing: _Signing) -> Documents:
    """As a process of its own makes them, which opens the key for itself."""
    return _documents(city, signing.signer())


def _binder() -> Binder:
    from desk_app.print.binding import PdfBinder

    return PdfBinder()


def _printer(settings: Settings) -> Printer:
    """CUPS by its commands; Qt where they are missing, which never hears of a job again."""
    queue, system = settings.printer.queue or None, settings.printer.system
    if system == "qt" or (system == "auto" and shutil.which("lp") is None):
        from desk_app.ui.qt_printer import QtPrinter

        return QtPrinter(queue)
    from desk_app.print.spool import CupsPrinter

    return CupsPrinter(queue)


def _passwords(store: Store) -> Passwords:
    from desk_app.store.passwords import Argon2Passwords

    return Argon2Passwords(cast("SqlStore", store).proves)
