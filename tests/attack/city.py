"""Who works in the attacked hall, and whose data are in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from desk_app.domain.application import (
    HOLDER,
    Application,
    ApplicationKind,
    ApplicationState,
    Decision,
    TemporaryLoss,
)
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
from desk_app.domain.operator import Operator, OperatorAccount, Role
from desk_app.domain.outbox import FrozenRequest, OutboxKind
from desk_app.domain.purpose import Purpose, PurposeKind
from desk_app.domain.statement import StatementKind
from desk_app.domain.visit import Visit
from desk_app.store.engine import SqlStore

HALL, OTHER_HALL = "示例大厅", "另一大厅"
PASSWORD = "correct horse battery"

CLERK, COLLEAGUE, SUPERVISOR, DEPUTY = "1001", "1002", "2001", "2002"
ELSEWHERE, BOTH, ADMINISTRATOR, AUDITOR = "2003", "3001", "9001", "8001"
ABSENT = "1009"
STAFF = {
    CLERK: ({Role.CLERK}, HALL),
    COLLEAGUE: ({Role.CLERK}, HALL),
    ABSENT: ({Role.CLERK}, HALL),
    SUPERVISOR: ({Role.SUPERVISOR}, HALL),
    DEPUTY: ({Role.SUPERVISOR}, HALL),
    ELSEWHERE: ({Role.SUPERVISOR}, OTHER_HALL),
    BOTH: ({Role.CLERK, Role.SUPERVISOR}, HALL),
    ADMINISTRATOR: ({Role.ADMINISTRATOR}, HALL),
    "9002": ({Role.ADMINISTRATOR}, HALL),
    AUDITOR: ({Role.AUDITOR}, HALL),
}

AT = datetime.now(UTC) - timedelta(minutes=5)


def person(number: int) -> str:
    return f"3101011980010100{number:02}"


def code(number: int) -> str:
    return f"310000D156000005000001{number:010}"


STRANGER = 0
"""For whom nobody has stated a purpose; she has everything that a citizen can have."""
HERE = 1
"""Who stands at the clerk's window: a normal card with an e-card."""
NEW_CARD, LOST, FORMALLY_LOST, DUE = 2, 3, 4, 5
"""A card not activated; one whose formal loss waits for a decision; one formally lost, whose release waits;
one whose temporary loss has come to its end."""
OWN, REPLACED, ELSEWHERE_LOST, DECIDED = 6, 7, 8, 9
"""Filed by the one with both roles; whose approved replacement waits; filed in the other hall; rejected
before."""

PAST, FILED_PAST, NEARLY_PAST = 10, 11, 12
"""Cards whose last day has passed, the second with an application that waits; one whose last day is near."""
_LAST_DAYS = {PAST: -3, FILED_PAST: -3, NEARLY_PAST: 3}
CITIZENS = range(13)

_STATES = {
    NEW_CARD: CardState.NOT_ACTIVATED,
    LOST: CardState.TEMPORARILY_LOST,
    FORMALLY_LOST: CardState.LOST,
    DUE: CardState.TEMPORARILY_LOST,
    OWN: CardState.TEMPORARILY_LOST,
    REPLACED: CardState.LOST,
    ELSEWHERE_LOST: CardState.TEMPORARILY_LOST,
}
REPLACEMENT = code(70)

APPLICATIONS = {
    LOST: (ApplicationKind.FORMAL_LOSS, COLLEAGUE, HALL),
    FORMALLY_LOST: (ApplicationKind.RELEASE, COLLEAGUE, HALL),
    OWN: (ApplicationKind.FORMAL_LOSS, BOTH, HALL),
    REPLACED: (ApplicationKind.REPLACEMENT, COLLEAGUE, HALL),
    ELSEWHERE_LOST: (ApplicationKind.FORMAL_LOSS, COLLEAGUE, OTHER_HALL),
    DECIDED: (ApplicationKind.RELEASE, CLERK, HALL),
    FILED_PAST: (ApplicationKind.CANCELLATION, COLLEAGUE, HALL),
    STRANGER: (ApplicationKind.CANCELLATION, COLLEAGUE, OTHER_HALL),
}


def application_id(number: int) -> UUID:
    return UUID(int=0xA000 + number)


def fill(store: SqlStore) -> None:
    with store.begin() as uow:
        for number, (roles, hall) in STAFF.items():
            operator = Operator(number, f"操作员{number}", frozenset(roles))
            uow.operators.put(
                OperatorAccount(operator, "$argon2id$…", password_set_at=AT, hall=hall)
            )
            uow.operators.set_login(number, PASSWORD)
        for number in CITIZENS:
            _citizen(uow, number)
        uow.cards.add(
            replace(_card(REPLACED), identification_code=REPLACEMENT, state=CardState.IN_PRODUCTION)
        )
        for number, (kind, by, hall) in APPLICATIONS.items():
            uow.applications.add(_application(number, kind, by, hall))
        approval = Decision(True, DEPUTY, "9", AT)
        uow.applications.decide(
            application_id(REPLACED), 1, ApplicationState.APPROVED, approval, REPLACEMENT
        )
        rejection = Decision(False, DEPUTY, "9", AT, "证件不符")
        uow.applications.decide(application_id(DECIDED), 1, ApplicationState.REJECTED, rejection)
        for number in (LOST, DUE, OWN, ELSEWHERE_LOST):
            until = AT if number == DUE else None
            started = AT - timedelta(days=5)
            uow.temporary_losses.add(TemporaryLoss(code(number), started, until, COLLEAGUE, "2"))
        for at in (AT - timedelta(days=400), AT, AT + timedelta(minutes=1)):  # one may be removed
            done = Outcome.DONE
            uow.audit.append(
                AuditEntry(at, Action.IDENTIFY, done, COLLEAGUE, "2", HALL, person(STRANGER))
            )
        _purposes(uow)
        uow.commit()


def _purposes(uow) -> None:  # type: ignore[no-untyped-def]
    for by in (CLERK, BOTH, COLLEAGUE):
        for number in CITIZENS[1:]:
            if (by, number) != (COLLEAGUE, HERE):
                _purpose(uow, PurposeKind.CARD, by, number)
    for by in (SUPERVISOR, DEPUTY, BOTH):
        for number in (LOST, FORMALLY_LOST, OWN, REPLACED, DECIDED):
            _purpose(uow, PurposeKind.CASE, by, number)


def _purpose(uow, kind: PurposeKind, by: str, number: int) -> None:  # type: ignore[no-untyped-def]
    now = datetime.now(UTC)
    uow.purposes.add(Purpose(uuid4(), kind, by, now, person(number), code(number)))


def _citizen(uow, number: int) -> None:  # type: ignore[no-untyped-def]
    uow.holders.put(Holder(person(number), f"公民{number}", "1", "01"))
    uow.cards.add(_card(number))
    if number in (HERE, STRANGER):
        uow.e_cards.put(_e_card(number))
    uow.consents.add(
        Consent(
            UUID(int=number + 1), code(number), person(number), "2026-1", AT, ConsentMethod.PAPER
        )
    )
    paid = (746000, 119360, 59680, ContributionState.PAID)
    months = [
        Contribution(m, Insurance.PENSION, "913", "公司", *paid) for m in range(202501, 202513)
    ]
    uow.contributions.add((person(number), month) for month in months)
    uow.pension_accounts.add([(person(number), PensionYear(2025, 0, 12, 1, 1, 2, 12))])
    uow.statements.add(_statement(number), _file(number))
    request = FrozenRequest(OutboxKind.REPORT_CARD, "PUT", f"/v1/cards/{code(number)}", "{}")
    uow.outbox.add(UUID(int=0xB000 + number), code(number), request, AT, f"{COLLEAGUE}/2/{HALL}")
    uow.visits.open(Visit(UUID(int=0xC000 + number), AT, COLLEAGUE, "2"))


def _card(number: int) -> RegisteredCard:
    state = _STATES.get(number, CardState.NORMAL)
    day = AT.date()
    return RegisteredCard(
        code(number),
        f"E9021437{number}",
        person(number),
        f"公民{number}",
        "310000",
        state,
        day - timedelta(days=400),
        day + timedelta(days=_LAST_DAYS.get(number, 3000)),
    )


def _e_card(number: int) -> ECard:
    issued = ECardState.ISSUED
    until = AT.date() + timedelta(days=3000)
    return ECard(
        f"S-{number}", 1, 1, code(number), person(number), "310000", issued, None, AT, until, 1
    )


def _file(number: int) -> bytes:
    return f"%PDF-1.7 {number}".encode()


def _statement(number: int) -> IssuedDocument:
    return IssuedDocument(
        f"310000-20260101-{number:06}",
        "2345-6789-ABCD-EFGH",
        StatementKind.ANNUAL,
        person(number),
        "202501-202512",
        Recipient.HOLDER,
        1,
        AT,
        AT.date(),
        HALL,
        "2",
        COLLEAGUE,
        sha256(_file(number)).hexdigest(),
        2,
        "zh_CN",
        "1",
    )


def _application(number: int, kind: ApplicationKind, by: str, hall: str) -> Application:
    return Application(
        application_id(number),
        f"310000-20260101-{number:06}",
        kind,
        code(number),
        person(number),
        "310000",
        CardState.NORMAL,
        1,
        HOLDER,
        "丢失",
        by,
        AT,
        hall,
        "2",
    )
