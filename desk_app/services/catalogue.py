"""All services of one running app, as the window and the command line get them."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.services.activation import Activation
from desk_app.services.archive import Archiving
from desk_app.services.auditing import Auditing
from desk_app.services.authorizations import Authorizations
from desk_app.services.batches import Batches
from desk_app.services.card_sign_in import CardSignIn
from desk_app.services.city import City
from desk_app.services.contribution_import import ContributionImport
from desk_app.services.decisions import Decisions
from desk_app.services.delivery import Delivery
from desk_app.services.e_cards import ECardService
from desk_app.services.identification import Identification
from desk_app.services.lapses import Lapses
from desk_app.services.loss import Loss
from desk_app.services.operators import OperatorService
from desk_app.services.printing import Printing
from desk_app.services.receipts import Receipts
from desk_app.services.replacement import Replacement
from desk_app.services.shift import ShiftService
from desk_app.services.sign_in import SignIn
from desk_app.services.signatures import Signatures
from desk_app.services.statements import StatementService


@dataclass(frozen=True)
class Services:
    """The verbs of the counter."""

    identification: Identification
    activation: Activation
    e_cards: ECardService
    authorizations: Authorizations
    city: City
    statements: StatementService
    printing: Printing
    receipts: Receipts
    sign_in: SignIn
    lapses: Lapses
    loss: Loss
    replacement: Replacement
    card_sign_in: CardSignIn
    operators: OperatorService
    shifts: ShiftService
    decisions: Decisions
    delivery: Delivery
    imports: ContributionImport
    auditing: Auditing
    batches: Batches
    archive: Archiving
    signatures: Signatures
