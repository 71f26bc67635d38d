"""Receipts over real services and every store: the paper says what was done, and is issued once."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from desk_app.domain.application import Applicant, ApplicantKind, ApplicationKind
from desk_app.domain.card import CardState
from desk_app.domain.decision import Verdict
from desk_app.domain.document import IssuedDocument, Recipient
from desk_app.domain.document import Verdict as Found
from desk_app.domain.e_card import Authorization, AuthorizationState, ConsentMethod, GranteeKind
from desk_app.domain.errors import BrokenPromise, NotPossible
from desk_app.domain.receipt import FILING, Occasion, ReceiptKind, occasions
from desk_app.domain.visit import Case, VisitStep
from desk_app.print.documents import StatementDocuments
from desk_app.services.activation import Activation
from desk_app.services.authorizations import Authorizations
from desk_app.services.e_cards import ECardService
from desk_app.services.ports import Language
from desk_app.services.receipts import Receipts
from desk_app.services.statements import Prepared, StatementService
from tests.fakes.printer import FakePrinter
from tests.integration.loss.hall import SHANGHAI, SIGN_NO, Hall, normal
from tests.integration.loss.test_replacement import approved, hand_over
from tests.integration.loss.test_with_logins import At, approve, at, read  # noqa: F401
from tests.integration.store.samples import CODE, NOON, OUYANG

LOSS, REPLACEMENT = ApplicationKind.FORMAL_LOSS, ApplicationKind.REPLACEMENT
DOCUMENTS = StatementDocuments()


@dataclass
class Desk:
    """The window's printer, and the services that fill it."""

    hall: Hall
    printer: FakePrinter

    @property
    def statements(self) -> StatementService:
        hall = self.hall
        return StatementService(
            hall.store,
            DOCUMENTS,
            self.printer,
            hall.platform,
            hall.clock,
            hall.policy,
            "https://verify.example.cn/documents",
        )

    def prepare(self, case: Case, occasion: Occasion, **more: object) -> Prepared:
        hall = self.hall
        receipts = Receipts(hall.store, DOCUMENTS, hall.clock, self.statements)
        number = more.pop("number", "1001")
        language = more.pop("language", Language.ENGLISH)
        return receipts.prepare(hall.desk(number), case, occasion, language, **more)  # type: ignore[arg-type]

    def said(self, case: Case, occasion: Occasion, **more: object) -> str:
        return text_of(self.prepare(case, occasion, **more).document.pdf)

    def issued(self, serial: str) -> IssuedDocument | None:
        with self.hall.store.begin(write=False) as uow:
            return uow.statements.by_serial(serial)


@pytest.fixture
def desk(hall: Hall) -> Desk:
    return Desk(hall, FakePrinter())


def text_of(pdf: bytes) -> str:
    """All text as it is copied out, words one blank apart."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def only(case: Case, kind: ReceiptKind) -> Occasion:
    (found,) = (each for each in occasions(case) if each.kind is kind)
    return found


def clock(hall: Hall, moment: object) -> str:
    return f"{moment.astimezone(hall.clock.now().tzinfo):%Y-%m-%d %H:%M}"  # type: ignore[attr-defined]


# --- what each of them says -----------------------------------------------------------------------------


def test_a_temporary_loss_says_when_it_ends(desk: Desk) -> None:
    hall = desk.hall
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    said = desk.said(case, only(case, ReceiptKind.TEMPORARY_LOSS))
    assert case.temporary_loss is not None
    until = clock(hall, case.temporary_loss.until)
    assert f"Ends by itself at {until}" in said
    assert f"The protection ends by itself at {until}; the card then works again." in said
    assert f"Protected from {clock(hall, NOON)}" in said
    assert "State of the card Temporarily lost" in said
    assert "State of the e-card Suspended" in said
    assert OUYANG.name in said
    assert OUYANG.id_number in said
    assert "Signature of who reported it" in said


def test_a_formal_loss_says_what_is_protected_and_hides_the_agent(desk: Desk) -> None:
    hall = desk.hall
    agent = Applicant(ApplicantKind.AGENT, "钱明华", "11010519491231002X", "授权书 2026-11-20")
    filed = hall.file(LOSS, applicant=agent)
    case = hall.without_card()
    occasion = only(case, ReceiptKind.FORMAL_LOSS)
    prepared = desk.prepare(case, occasion, recipient=Recipient.AGENT)
    said = text_of(prepared.document.pdf)
    assert f"Application number {filed.number}" in said
    assert f"The card is protected from {clock(hall, NOON)} on" in said
    assert "Agent: 钱**, 110*************2X" in said
    assert "钱明华" not in said
    assert agent.id_number not in said  # type: ignore[operator]
    assert "Reason given 在地铁上遗失" in said
    assert "a second person decides" in said
    assert prepared.issued.recipient is Recipient.AGENT
    assert prepared.issued.subject == filed.number


@pytest.mark.parametrize(
    "kind", [ApplicationKind.RELEASE, REPLACEMENT, ApplicationKind.CANCELLATION]
)
def test_every_application_has_a_receipt_with_its_number(desk: Desk, kind: ApplicationKind) -> None:
    hall = desk.hall
    if kind is ApplicationKind.RELEASE:
        hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
        case = hall.with_card()
    else:
        hall.decide(hall.file(LOSS))
        case = hall.without_card()
    reason = "lost" if kind is REPLACEMENT else "不再需要"
    filed = hall.file(kind, case, reason=reason)
    said = desk.said(hall.without_card(), Occasion(FILING[kind], filed.filed_at, filed.id))
    assert f"Application number {filed.number}" in said
    assert f"Filed at {clock(hall, filed.filed_at)}" in said
    assert "Applicant The holder in person" in said
    assert ("The card is lost" if kind is REPLACEMENT else "不再需要") in said


def test_a_rejection_tells_its_reason_at_the_next_visit(desk: Desk) -> None:
    hall = desk.hall
    filed = hall.file(LOSS)
    hall.decide(filed, Verdict(False, "授权书没有签字"))
    case = hall.without_card("1002")
    said = desk.said(case, only(case, ReceiptKind.DECISION), number="1002")
    assert case.temporary_loss is not None
    until = clock(hall, case.temporary_loss.until)
    assert f"Rejected: the card stays protected until {until}." in said
    assert "Reason of the decision 授权书没有签字" in said
    assert "Decided by (number) 2001" in said
    assert "Decision Rejected" in said


def test_an_approval_says_what_came_of_it(desk: Desk) -> None:
    application = approved(desk.hall)
    case = desk.hall.without_card()
    decided = Occasion(ReceiptKind.DECISION, NOON, application.id)
    said = desk.said(case, decided)
    assert application.new_identification_code is not None
    new = desk.hall.card(application.new_identification_code)
    assert f"New card {new.card_number}" in said
    assert "Approved: the new card is being made" in said


def test_the_hand_over_names_both_cards_and_the_e_card_that_has_moved(desk: Desk) -> None:
    hall = desk.hall
    application = approved(hall)
    old = hall.card()
    case = hand_over(hall)
    said = desk.said(case, only(case, ReceiptKind.HAND_OVER))
    assert case.registered is not None
    assert f"Old card {old.card_number} State of the old card Cancelled" in said
    assert f"New card {case.registered.card_number} State of the new card Normal" in said
    assert f"E-card sign number {SIGN_NO}" in said
    assert "The e-card has moved to the new card" in said
    assert application.number in said


def test_an_e_card_that_is_still_moving_is_not_said_to_have_moved(desk: Desk) -> None:
    hall = desk.hall
    approved(hall)
    case = hand_over(hall)
    with hall.store.begin() as uow:
        bound = uow.e_cards.get(SIGN_NO)
        assert bound is not None
        uow.e_cards.put(replace(bound, identification_code=CODE, version=bound.version + 1))
        uow.commit()
    said = desk.said(case, only(case, ReceiptKind.HAND_OVER))
    assert "The e-card is moving to the new card" in said


def test_activation_and_binding(any_store: object) -> None:
    hall = Hall(any_store, SHANGHAI)  # type: ignore[arg-type]
    hall.settle_in(normal())
    with hall.store.begin() as uow:
        bound = uow.e_cards.get(SIGN_NO)
        assert bound is not None
        revoked = replace(hall.platform.e_cards[SIGN_NO], state="revoked", version=9)
        uow.e_cards.put(revoked)
        uow.commit()
    hall.platform.e_cards.clear()
    card = normal("310000D15600000500000999B1C2D3E4", card_number="E1234567X")
    fresh = replace(card, state=CardState.NOT_ACTIVATED)
    hall.platform.cards[card.identification_code] = fresh
    with hall.store.begin() as uow:
        uow.cards.add(fresh)
        uow.commit()
    desk, here = Desk(hall, FakePrinter()), hall.desk("1001")
    e_cards = ECardService(hall.store, hall.platform, hall.delivery, hall.clock)
    case = hall.with_card(card.identification_code)
    case = Activation(hall.store, hall.delivery, hall.clock).activate(here, case)
    said = desk.said(case, only(case, ReceiptKind.ACTIVATION))
    assert "State of the card Normal" in said
    assert "Social security card E1234567X" in said

    case = e_cards.bind(here, e_cards.consent(here, case, ConsentMethod.PAPER))
    case, claim = e_cards.claim_code(here, case)
    occasion = only(case, ReceiptKind.BINDING)
    said = desk.said(case, occasion, claim=claim)
    assert case.e_card is not None
    expires = claim.expires_at.astimezone(hall.clock.now().tzinfo)
    assert f"This code works once, until {expires:%H:%M:%S}" in said
    assert f"E-card sign number {case.e_card.sign_no}" in said
    assert "There is no claim code on this receipt" in desk.said(case, occasion)


def test_a_withdrawal_names_who_may_not_use_the_data_any_more(desk: Desk) -> None:
    hall = desk.hall
    given = Authorization(
        "A1",
        "示范市第一人民医院",
        GranteeKind.DEPARTMENT,
        "basic_information",
        "门诊挂号",
        NOON,
        NOON + timedelta(days=30),
        AuthorizationState.ACTIVE,
    )
    hall.platform.grants[OUYANG.id_number] = [given]
    service = Authorizations(hall.store, hall.platform, hall.delivery, hall.clock)
    case, _ = service.revoke(hall.desk("1001"), hall.with_card(), "A1")
    assert [each.id for each in case.withdrawn] == ["A1"]
    prepared = desk.prepare(case, only(case, ReceiptKind.WITHDRAWAL))
    said = text_of(prepared.document.pdf)
    assert "Was granted to 示范市第一人民医院" in said
    assert "State of the authorisation Withdrawn" in said
    assert "Data Basic information" in said
    assert prepared.issued.subject == "A1"


# --- issued like a statement ----------------------------------------------------------------------------


def test_a_receipt_is_issued_when_it_leaves_and_the_next_one_is_a_copy(desk: Desk) -> None:
    hall = desk.hall
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    occasion = only(case, ReceiptKind.TEMPORARY_LOSS)
    prepared = desk.prepare(case, occasion)
    assert desk.issued(prepared.issued.serial) is None
    case, job = desk.statements.print(hall.desk("1001"), case, prepared)
    case, _ = desk.statements.print(hall.desk("1001"), case, prepared)
    kept = desk.issued(prepared.issued.serial)
    assert kept == prepared.issued
    assert kept is not None
    assert (kept.kind, kept.id_number, kept.copy_number) == ("temporary_loss", OUYANG.id_number, 1)
    assert desk.printer.sheets[job.job_id] == prepared.document.pdf
    assert case.visit.steps[-1].step is VisitStep.STATEMENT_PRINTED

    again = desk.prepare(case, occasion)
    assert again.issued.copy_number == 2
    assert again.issued.serial != kept.serial
    found = desk.statements.verify(hall.desk("1001"), prepared.document.pdf)
    assert found.verdict is Found.UNALTERED
    actions = [action for action, outcome, _ in hall.trail() if outcome == "done"]
    assert actions.count("issue_statement") == 1
    assert actions.count("print_statement") == 2
    assert actions.count("preview_statement") == 2


def test_another_loss_of_the_same_card_is_no_copy(desk: Desk) -> None:
    hall = desk.hall
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    first = desk.prepare(case, only(case, ReceiptKind.TEMPORARY_LOSS))
    desk.statements.print(hall.desk("1001"), case, first)
    hall.clock.forward(days=6)
    hall.lapses.end_due(hall.desk("1001"))
    case = hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    second = desk.prepare(case, only(case, ReceiptKind.TEMPORARY_LOSS))
    assert second.issued.copy_number == 1
    assert second.issued.subject != first.issued.subject


def test_nobody_gets_a_receipt_about_somebody_else(desk: Desk) -> None:
    hall = desk.hall
    filed = hall.file(LOSS)
    case = hall.without_card()
    assert case.holder is not None
    stranger = replace(case, holder=replace(case.holder, id_number="310101199001011234"))
    with pytest.raises(BrokenPromise):
        desk.prepare(stranger, Occasion(ReceiptKind.FORMAL_LOSS, NOON, filed.id))


def test_nothing_is_drawn_while_the_citizen_is_masked(desk: Desk) -> None:
    hall = desk.hall
    filed = hall.file(LOSS)
    masked = hall.identification.look_up(hall.desk("1001"), OUYANG.id_number)
    with pytest.raises(NotPossible):
        desk.prepare(masked, Occasion(ReceiptKind.FORMAL_LOSS, NOON, filed.id))


def test_clerks_with_logins_of_their_own_print_receipts(at: At) -> None:  # noqa: F811
    clerk, other = at("1001"), at("1002")
    filed = clerk.file(LOSS)
    case = clerk.without_card()
    desk = Desk(clerk, FakePrinter())
    prepared = desk.prepare(case, only(case, ReceiptKind.FORMAL_LOSS))
    desk.statements.print(clerk.desk("1001"), case, prepared)
    kept = desk.issued(prepared.issued.serial)
    assert kept is not None
    assert (kept.kind, kept.operator_number) == ("formal_loss", "1001")

    approve(at, filed)
    code = approve(at, clerk.file(REPLACEMENT, reason="lost")).new_identification_code
    assert code is not None
    case = other.replacement.hand_over(other.desk("1002"), read(other, at, code))
    desk = Desk(other, FakePrinter())
    prepared = desk.prepare(case, only(case, ReceiptKind.HAND_OVER), number="1002")
    desk.statements.print(other.desk("1002"), case, prepared)
    assert "State of the old card Cancelled" in text_of(prepared.document.pdf)
    kept = desk.issued(prepared.issued.serial)
    assert kept is not None
    assert (kept.kind, kept.operator_number) == ("hand_over", "1002")
