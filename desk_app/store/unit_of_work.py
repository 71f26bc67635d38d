"""One transaction over all repositories."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from desk_app.domain.purpose import Purpose
from desk_app.services import ports
from desk_app.store.audit import SqlAudit
from desk_app.store.outbox import SqlOutbox
from desk_app.store.repositories.applications import SqlApplications
from desk_app.store.repositories.archive import SqlArchive
from desk_app.store.repositories.batches import SqlBatches
from desk_app.store.repositories.cards import SqlCards
from desk_app.store.repositories.codes import SqlVerificationCodes
from desk_app.store.repositories.consents import SqlConsents
from desk_app.store.repositories.contributions import KnownEmployers, SqlContributions
from desk_app.store.repositories.day_figures import SqlDayFigures
from desk_app.store.repositories.e_cards import SqlECards
from desk_app.store.repositories.holders import SqlHolders
from desk_app.store.repositories.operators import SqlOperators
from desk_app.store.repositories.pension_accounts import SqlPensionAccounts
from desk_app.store.repositories.purposes import SqlPurposes
from desk_app.store.repositories.shifts import SqlShifts
from desk_app.store.repositories.statements import SqlStatements
from desk_app.store.repositories.temporary_losses import SqlTemporaryLosses
from desk_app.store.repositories.visits import SqlVisits
from desk_app.store.transaction import Transaction


class SqlUnitOfWork:
    """Implements `services.ports.UnitOfWork`."""

    def __init__(
        self, transaction: Transaction, employers: KnownEmployers, purpose: Purpose | None = None
    ) -> None:
        self._transaction = transaction
        self._purpose = purpose
        self._audit = SqlAudit(transaction)
        self.cards: ports.Cards = SqlCards(transaction)
        self.holders: ports.Holders = SqlHolders(transaction)
        self.e_cards: ports.ECards = SqlECards(transaction)
        self.consents: ports.Consents = SqlConsents(transaction)
        self.contributions: ports.Contributions = SqlContributions(transaction, employers)
        self.pension_accounts: ports.PensionAccounts = SqlPensionAccounts(transaction)
        self.statements: ports.Statements = SqlStatements(transaction)
        self.batches: ports.Batches = SqlBatches(transaction, employers)
        self.archive: ports.Archive = SqlArchive(transaction)
        self.codes: ports.VerificationCodes = SqlVerificationCodes(transaction)
        self.visits: ports.Visits = SqlVisits(transaction)
        self.outbox: ports.Outbox = SqlOutbox(transaction)
        self.applications: ports.Applications = SqlApplications(transaction)
        self.temporary_losses: ports.TemporaryLosses = SqlTemporaryLosses(transaction)
        self.audit: ports.Audit = self._audit
        self.operators: ports.Operators = SqlOperators(transaction)
        self.purposes: ports.Purposes = SqlPurposes(transaction, self.operators)
        self.shifts: ports.Shifts = SqlShifts(transaction)
        self.day_figures: ports.DayFigures = SqlDayFigures(self._audit, transaction)

    def __enter__(self) -> Self:
        """Begin, with the purpose if it was given one. Raises StoreUnavailable, StoreLocked, QuotaReached."""
        self._transaction.begin()
        if self._purpose is not None:
            try:
                self.purposes.add(self._purpose)
            except BaseException:
                self._transaction.end()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._transaction.end()

    def commit(self) -> None:
        """Make it durable, once; nothing more can be done in it.

        Raises StoreUnavailable when the connection broke and nothing was kept, OutcomeUnknown when that
        cannot be found out, DiskFull."""
        self._audit.flush()
        self._transaction.commit()
