"""One invented citizen and what belongs to her."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID, uuid4

from desk_app.domain.audit import Action, AuditEntry, Outcome
from desk_app.domain.card import CardState, RegisteredCard
from desk_app.domain.contribution import (
    Contribution,
    ContributionState,
    Insurance,
    PensionYear,
)
from desk_app.domain.document import IssuedDocument, Recipient
from desk_app.domain.e_card import Consent, ConsentMethod, ECard, ECardState
from desk_app.domain.holder import Holder
from desk_app.domain.outbox import FrozenRequest, OutboxKind
from desk_app.domain.statement import StatementKind
from desk_app.services.ports import Store

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=CHINA)
CODE = "310000D15600000500000107A5C3F019"
SECOND_CODE = "310000D15600000500000108B6D4E12A"

OUYANG = Holder("310101198802290022", "欧阳𬍛", "2", "01", "310101", date(1988, 2, 29))
AIZEMAITI = Holder("310101197001010034", "阿卜杜热西提·买买提艾则孜", "1", "05")


def card(code: str = CODE, holder: Holder = OUYANG, **changes: object) -> RegisteredCard:
    values: dict[str, object] = {
        "identification_code": code,
        "card_number": "E90214378",
        "id_number": holder.id_number,
        "name": holder.name,
        "region": "310000",
        "state": CardState.NOT_ACTIVATED,
        "issued_on": date(2021, 3, 1),
        "valid_until": date(2031, 2, 28),
    }
    return RegisteredCard(**values | changes)  # type: ignore[arg-type]


def e_card(sign_no: str = "S-1", code: str = CODE, **changes: object) -> ECard:
    values: dict[str, object] = {
        "sign_no": sign_no,
        "sign_seq": 1,
        "sign_level": 1,
        "identification_code": code,
        "id_number": OUYANG.id_number,
        "region": "310000",
        "state": ECardState.ISSUED,
        "claimed_by": None,
        "signed_at": NOON,
        "valid_until": date(2031, 2, 28),
        "version": 1,
    }
    return ECard(**values | changes)  # type: ignore[arg-type]


def consent(code: str = CODE, given_at: datetime = NOON) -> Consent:
    screen = ConsentMethod.CITIZEN_SCREEN
    return Consent(uuid4(), code, OUYANG.id_number, "2026-1", given_at, screen)


def contribution(
    month: int, insurance: Insurance = Insurance.PENSION, **changes: object
) -> Contribution:
    paid = Contribution(
        month,
        insurance,
        "91310000MA1",
        "上海示例有限公司",
        746000,
        119360,
        59680,
        ContributionState.PAID,
    )
    return paid._replace(**changes)  # type: ignore[arg-type]


def pension_year(year: int, opening: int = 0) -> PensionYear:
    return PensionYear(year, opening, 12, 716160, 1234, opening + 716160 + 1234, 12)


def file_of(serial: str) -> bytes:
    """The file of `statement(serial)`."""
    return f"%PDF-1.7 {serial}".encode()


def statement(serial: str, **changes: object) -> IssuedDocument:
    values: dict[str, object] = {
        "serial": serial,
        "verification_code": "2345-6789-ABCD-EFGH",
        "kind": StatementKind.ANNUAL,
        "id_number": OUYANG.id_number,
        "subject": "202501-202512",
        "recipient": Recipient.HOLDER,
        "copy_number": 1,
        "issued_at": NOON,
        "valid_until": date(2026, 12, 23),
        "hall": "示例服务大厅",
        "window": "07",
        "operator_number": "1001",
        "sha256": sha256(file_of(serial)).hexdigest(),
        "pages": 2,
        "language": "zh_CN",
        "template_version": "1",
    }
    return IssuedDocument(**values | changes)  # type: ignore[arg-type]


def request(body: str = "{}") -> FrozenRequest:
    return FrozenRequest(OutboxKind.ISSUE_E_CARD, "POST", "/v1/e-cards", body)


HALL, OTHER_HALL = "示例服务大厅", "另一大厅"


def entry(
    minute: int = 0, subject: str | None = OUYANG.id_number, hall: str = HALL, **changes: object
) -> AuditEntry:
    at = NOON + timedelta(minutes=minute)
    identified = AuditEntry(
        at, Action.IDENTIFY, Outcome.DONE, "1001", "07", hall, subject, detail="genuine"
    )
    return replace(identified, **changes)  # type: ignore[arg-type]


def outbox_id(number: int) -> UUID:
    return UUID(int=number)


def registered(store: Store, *cards: RegisteredCard) -> Store:
    """The store with both citizens and a card for the first one (or these cards)."""
    with store.begin() as uow:
        for holder in (OUYANG, AIZEMAITI):
            uow.holders.put(holder)
        for one in cards or (card(),):
            uow.cards.add(one)
        uow.commit()
    return store
