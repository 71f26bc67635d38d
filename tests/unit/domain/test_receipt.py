"""What a receipt can be had for, and under which circumstances."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk_app.domain.application import ApplicationKind, ApplicationState, Decision
from desk_app.domain.card import CardState
from desk_app.domain.e_card import AuthorizationState, ECardState
from desk_app.domain.receipt import (
    Occasion,
    ReceiptKind,
    decision_of,
    newest_occasion,
    occasion_of,
    occasions,
)
from desk_app.domain.visit import Case, VisitStep
from tests.fakes import cases
from tests.fakes.receipts import LOSS, decision, receipt

NOW = cases.NOW


def kinds(case: Case) -> list[ReceiptKind]:
    return [each.kind for each in occasions(case)]


def test_a_visit_in_which_nothing_was_done_has_no_receipt() -> None:
    case = cases.case(e_card=cases.e_card())
    assert occasions(case) == ()
    assert all(occasion_of(case, step) is None for step in case.visit.steps)


def test_an_activation_has_a_receipt_while_the_card_is_normal() -> None:
    case = cases.case().stepped(VisitStep.ACTIVATED, NOW)
    assert occasions(case) == (Occasion(ReceiptKind.ACTIVATION, NOW),)
    lost = replace(case, registered=cases.registered(CardState.TEMPORARILY_LOST))
    assert occasions(lost) == ()


@pytest.mark.parametrize("step", [VisitStep.BOUND, VisitStep.BINDING_PENDING])
def test_a_binding_has_a_receipt_once_the_e_card_is_there(step: VisitStep) -> None:
    case = cases.case().stepped(step, NOW)
    assert occasions(case) == ()
    bound = replace(case, e_card=cases.e_card())
    assert kinds(bound) == [ReceiptKind.BINDING]
    assert occasion_of(bound, bound.visit.steps[-1]) == occasions(bound)[0]
    assert kinds(replace(case, e_card=cases.e_card(ECardState.REVOKED))) == []


def test_a_temporary_loss_has_a_receipt_until_it_is_for_a_formal_one() -> None:
    case = cases.protected(cases.case()).stepped(VisitStep.LOSS_REPORTED, NOW)
    assert kinds(case) == [ReceiptKind.TEMPORARY_LOSS]
    assert case.temporary_loss is not None
    endless = replace(case.temporary_loss, until=None)
    assert occasions(replace(case, temporary_loss=endless)) == ()


@pytest.mark.parametrize("kind", ApplicationKind)
def test_a_filing_and_its_decision_each_have_a_receipt(kind: ApplicationKind) -> None:
    filed = cases.application(kind)
    case = replace(cases.revealed(), application=filed).stepped(VisitStep.APPLICATION_FILED, NOW)
    (at_filing,) = occasions(case)
    assert (at_filing.kind, at_filing.application_id) == (kind.value, filed.id)
    assert occasion_of(case, case.visit.steps[-1]) == at_filing
    assert decision_of(filed) is None

    later = NOW + timedelta(hours=2)
    decided = replace(filed, decision=Decision(True, "2001", "9", later))
    case = replace(case, application=None, outcome=decided)
    assert kinds(case) == [kind.value, ReceiptKind.DECISION]


def test_at_a_later_visit_only_the_decision_is_left() -> None:
    filed = cases.application(
        filed_at=NOW - timedelta(days=3),
        decision=Decision(False, "2001", "9", NOW - timedelta(days=1), "缺材料"),
        state=ApplicationState.REJECTED,
    )
    assert kinds(replace(cases.revealed(), outcome=filed)) == [ReceiptKind.DECISION]


def test_each_withdrawal_has_a_receipt_of_its_own() -> None:
    case = cases.case(e_card=cases.e_card())
    for number, given in enumerate(cases.authorizations()[:2]):
        revoked = replace(given, state=AuthorizationState.REVOKED)
        case = replace(case, withdrawn=(*case.withdrawn, revoked))
        case = case.stepped(VisitStep.AUTHORIZATION_REVOKED, NOW + timedelta(minutes=number))
    found = [occasion_of(case, step) for step in case.visit.steps[-2:]]
    assert [each.authorization.id for each in found if each and each.authorization] == ["A1", "A2"]


def test_the_newest_occasion_is_what_a_verb_has_brought() -> None:
    before = cases.case().stepped(VisitStep.ACTIVATED, NOW)
    after = replace(before.stepped(VisitStep.BOUND, NOW), e_card=cases.e_card())
    assert newest_occasion(before, before) is None
    assert newest_occasion(before, after) == Occasion(ReceiptKind.BINDING, NOW)


def test_what_it_is_about_tells_copies_from_others() -> None:
    assert receipt(ReceiptKind.ACTIVATION).subject == cases.CODE
    assert receipt(ReceiptKind.BINDING).subject == cases.SIGN_NO
    assert receipt(ReceiptKind.WITHDRAWAL).subject == "A1"
    assert receipt(ReceiptKind.CANCELLATION).subject == "990101-20261123-000007"
    first = receipt(ReceiptKind.TEMPORARY_LOSS)
    assert LOSS is not None
    later = replace(first, loss=replace(LOSS, started_at=NOW + timedelta(days=9)))
    assert len({first.subject, later.subject}) == 2
    assert receipt(ReceiptKind.ACTIVATION, card=None).subject == ""


def test_circumstances() -> None:
    binding = receipt(ReceiptKind.BINDING)
    assert binding.circumstance == "code"
    assert replace(binding, claim=None).circumstance == "no_code"
    claimed = cases.e_card(ECardState.CLAIMED)
    assert replace(binding, e_card=claimed).circumstance == "claimed"
    moved = receipt(ReceiptKind.HAND_OVER)
    assert moved.circumstance == "moved"
    assert replace(moved, e_card=cases.e_card()).circumstance == "moving"
    assert replace(moved, e_card=None).circumstance == "no_e_card"
    loss = ApplicationKind.FORMAL_LOSS
    assert decision(loss).circumstance == "approved_formal_loss"
    assert decision(loss, approved=False).circumstance == "rejected_ended"
    assert decision(loss, approved=False, lift=True).circumstance == "rejected_lifted"
    assert decision(loss, approved=False, loss=LOSS).circumstance == "rejected_protected"
    assert decision(ApplicationKind.RELEASE, approved=False).circumstance == "rejected_release"
    assert receipt(ReceiptKind.DECISION).circumstance == ""
    assert receipt(ReceiptKind.ACTIVATION).circumstance == ""
