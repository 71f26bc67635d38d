"""People and cards for tests of the window. Nobody real: region 99 does not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from desk_app.domain.activation import verify
from desk_app.domain.application import (
    HOLDER,
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    TemporaryLoss,
)
from desk_app.domain.audit import Action, AuditRecord, Outcome
from desk_app.domain.audit_chain import BrokenLink, ChainReport
from desk_app.domain.batch import (
    Batch,
    BatchItem,
    BatchScope,
    BatchState,
    Counts,
    Delivery,
    ItemFault,
    ItemState,
)
from desk_app.domain.card import (
    Algorithm,
    Authenticity,
    CardReading,
    CardRecord,
    CardState,
    FieldWarning,
    HolderRecord,
    RegisteredCard,
)
from desk_app.domain.e_card import (
    Authorization,
    AuthorizationState,
    Channel,
    ChannelState,
    CityService,
    ECard,
    ECardState,
    GranteeKind,
    ServiceGroup,
)
from desk_app.domain.holder import Holder
from desk_app.domain.visit import Case, Visit, VisitStep
from desk_app.regions import policy_of

ID_NUMBER = "99010119880229123X"
NAME = "欧阳𬍛玥"
CODE = "990101D15600000500000107A5C3F019"
CARD_NUMBER = "E1234567X"
SIGN_NO = "9901010000123456"
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
OF_THE_CITIZEN = (ID_NUMBER, NAME, "欧阳", CODE, CARD_NUMBER, SIGN_NO, "1988")
"""What must not be on any screen once the citizen has left."""


def reading(
    reader: str = "Reader A",
    authenticity: Authenticity = Authenticity.GENUINE,
    warnings: tuple[FieldWarning, ...] = (),
    name: str = NAME,
) -> CardReading:
    card = CardRecord(
        CODE, "3", "3.00", "915600000231", date(2021, 3, 1), date(2031, 2, 28), CARD_NUMBER
    )
    holder = HolderRecord(ID_NUMBER, name, "2", "01", "990101", date(1988, 2, 29))
    atr = bytes.fromhex("3B6D000000814A44468660310000000107")
    return CardReading(reader, atr, Algorithm.SM4, card, holder, authenticity, 3, warnings)


def registered(state: CardState = CardState.NORMAL, name: str = NAME) -> RegisteredCard:
    return RegisteredCard(
        CODE,
        CARD_NUMBER,
        ID_NUMBER,
        name,
        "990101",
        state,
        date(2021, 3, 1),
        date(2031, 2, 28),
    )


def holder(name: str = NAME) -> Holder:
    return Holder(ID_NUMBER, name, "2", "01", "990101", date(1988, 2, 29))


def case(
    state: CardState = CardState.NORMAL,
    *,
    read: CardReading | None = None,
    e_card: ECard | None = None,
    name: str = NAME,
) -> Case:
    """A visit with a card in the reader."""
    read = read or reading(name=name)
    card = registered(state, name)
    known = None if read.authenticity is Authenticity.COUNTERFEIT else holder(name)
    opened = Case(
        Visit(uuid4(), NOW, "1001", "3"),
        reading=read,
        registered=card,
        holder=known,
        verdict=verify(read, card, TODAY),
        e_card=e_card,
    )
    opened = opened.stepped(VisitStep.IDENTIFIED, NOW)
    assert opened.verdict is not None
    if opened.verdict.usable:
        opened = opened.stepped(VisitStep.VERIFIED, NOW + timedelta(seconds=1))
    return opened


def looked_up() -> Case:
    """A visit without a card, masked."""
    return replace(case(), reading=None, verdict=None, revealed=False)


def revealed() -> Case:
    """A visit without a card, shown in full, under Shanghai's rules."""
    return replace(looked_up(), revealed=True, policy=policy_of("310000"))


def protected(before: Case) -> Case:
    """The same after a temporary loss."""
    loss = TemporaryLoss(CODE, NOW, NOW + timedelta(days=5), "1001", "3")
    card = replace(registered(CardState.TEMPORARILY_LOST), version=2)
    return replace(before, registered=card, temporary_loss=loss)


def application(
    kind: ApplicationKind = ApplicationKind.FORMAL_LOSS, **changes: object
) -> Application:
    """One that was filed about the card."""
    values: dict[str, object] = {
        "id": uuid4(),
        "number": "990101-20261123-000007",
        "kind": kind,
        "identification_code": CODE,
        "id_number": ID_NUMBER,
        "region": "990101",
        "card_state": CardState.NORMAL,
        "card_version": 1,
        "applicant": HOLDER,
        "reason": "遗失",
        "filed_by": "1001",
        "filed_at": NOW,
        "hall": "示范社会保险服务大厅",
        "window": "3",
    }
    return Application(**values | changes)  # type: ignore[arg-type]


def rejected(reason: str = "授权书没有签字") -> Application:
    """One that a supervisor has rejected."""
    decision = Decision(False, "2001", "9", NOW, reason)
    return application(state=ApplicationState.REJECTED, decision=decision, version=2)


def replacement_in_reader() -> Case:
    """The new card is in the reader, its application approved."""
    approved = application(
        ApplicationKind.REPLACEMENT,
        identification_code=CODE[:-1] + "0",
        state=ApplicationState.APPROVED,
        decision=Decision(True, "2001", "9", NOW),
        new_identification_code=CODE,
    )
    card = replace(registered(CardState.IN_PRODUCTION), replaces=CODE[:-1] + "0")
    read = reading()
    return replace(
        case(read=read),
        registered=card,
        verdict=verify(read, card, TODAY),
        application=approved,
        policy=policy_of("310000"),
    )


def e_card(state: ECardState = ECardState.ISSUED) -> ECard:
    claimed_by = "CH0001" if state is ECardState.CLAIMED else None
    return ECard(
        SIGN_NO, 1, 1, CODE, ID_NUMBER, "990101", state, claimed_by, NOW, date(2036, 11, 22), 1
    )


def authorizations() -> tuple[Authorization, ...]:
    active, revoked = AuthorizationState.ACTIVE, AuthorizationState.REVOKED
    return (
        Authorization(
            "A1",
            "示范市第一人民医院",
            GranteeKind.DEPARTMENT,
            "basic_information",
            "门诊挂号与费用结算",
            NOW,
            NOW + timedelta(days=365),
            active,
        ),
        Authorization(
            "A2",
            "某某银行手机应用",
            GranteeKind.CHANNEL,
            "business_information",
            "缴费记录查询",
            NOW,
            None,
            active,
        ),
        Authorization(
            "A3",
            "李**",
            GranteeKind.INDIVIDUAL,
            "basic_information",
            "代办待遇领取",
            NOW,
            NOW + timedelta(days=30),
            revoked,
        ),
    )


def city_services() -> tuple[CityService, ...]:
    groups = list(ServiceGroup)
    return tuple(
        CityService(
            f"S{number:03d}",
            f"示范服务{number}号",
            f"Sample service {number}",
            groups[number % len(groups)],
            number % 3 != 0,
            True,
            number % 2 == 0,
            date(2022, 1, 1) if number % 3 else None,
        )
        for number in range(1, 106)
    )


def channels() -> tuple[Channel, ...]:
    day = date(2023, 5, 1)
    return tuple(
        Channel(
            f"CH{number:04d}",
            f"示范渠道{number}",
            f"Sample channel {number}",
            state,
            day if state is not ChannelState.APPLIED else None,
            day if state is ChannelState.AUTHORISED else None,
            "限期整改" if state is ChannelState.RECTIFYING else None,
        )
        for number, state in enumerate(ChannelState, 1)
    )


HALL = "示范社会保险服务大厅"


def audit_record(seq: int) -> AuditRecord:
    """One of a day's records; each has another action, every fifth was refused."""
    action = list(Action)[seq % len(Action)]
    outcome = Outcome.REFUSED if seq % 5 == 0 else list(Outcome)[0 if seq % 7 else 3]
    reason = "持卡人本人来查，核对了身份证件" if action is Action.REVEAL else None
    detail = None if reason else "990101-20261123-000042"
    digests = [sha256(f"{at}".encode()).hexdigest() for at in (seq - 1, seq)]
    citizen = sha256(b"citizen").hexdigest() if seq % 3 else None
    at = NOW + timedelta(minutes=seq)
    return AuditRecord(
        HALL, seq, at, action, outcome, "1001", "3", citizen, reason, detail, *digests
    )


def chain_reports(broken: bool = False) -> tuple[ChainReport, ...]:
    """Two halls; the second one's chain may break."""
    digest = sha256(b"last").hexdigest()
    link = BrokenLink("徐汇社会保险服务大厅", 17, NOW) if broken else None
    return (
        ChainReport(HALL, 60, 1, 60, digest),
        ChainReport("徐汇社会保险服务大厅", 16, 1, 16, digest, link),
    )


def batches() -> tuple[Batch, ...]:
    """A supervisor's: one planned, one stopped, one done with some who got nothing; and a colleague's."""
    whole = {
        "planned": Counts(planned=214),
        "stopped": Counts(planned=1816, issued=1384),
        "done": Counts(issued=57, failed=3),
        "other": Counts(planned=100, issued=28100),
    }
    made = (
        (BatchScope.EMPLOYER, BatchState.PLANNED, "planned", "单位统一领取", "2001", None),
        (BatchScope.CITY, BatchState.STOPPED, "stopped", "年度寄送权益记录单", "2001", "/tmp"),
        (BatchScope.LIST, BatchState.DONE, "done", "公民本人申请补寄", "2001", "/tmp"),
        (BatchScope.CITY, BatchState.RUNNING, "other", "年度寄送权益记录单", "2009", "/nowhere"),
    )
    return tuple(
        Batch(
            UUID(int=(0xA5C652BE + at) << 96),
            scope,
            2025,
            "zh_CN",
            Delivery.EMPLOYER if scope is BatchScope.EMPLOYER else Delivery.PERSON,
            reason,
            "91310115MA1K000000" if scope is BatchScope.EMPLOYER else None,
            operator,
            HALL,
            "3",
            NOW - timedelta(days=at),
            state,
            folder=folder,
            counts=whole[counts],
        )
        for at, (scope, state, counts, reason, operator, folder) in enumerate(made)
    )


def failed_items() -> tuple[BatchItem, ...]:
    """One for every fault."""
    return tuple(
        BatchItem(17 * at, ID_NUMBER, ItemState.FAILED, fault=fault)
        for at, fault in enumerate(ItemFault, start=1)
    )
