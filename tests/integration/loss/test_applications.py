"""Filing: who may, with which papers, about which card; and what is protected from that moment on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk_app.domain.application import (
    HOLDER,
    Applicant,
    ApplicantKind,
    ApplicationKind,
    ApplicationState,
)
from desk_app.domain.card import CardState
from desk_app.domain.decision import Verdict
from desk_app.domain.e_card import ECardState
from desk_app.domain.errors import InvalidInput, NotPermitted, NotPossible
from desk_app.domain.holder import Holder
from desk_app.domain.verbs import Hindrance
from desk_app.services.ports import Store
from tests.integration.loss.hall import SHANGHAI, SIGN_NO, Hall, normal
from tests.integration.store.samples import CODE, NOON, OUYANG

LOSS, RELEASE = ApplicationKind.FORMAL_LOSS, ApplicationKind.RELEASE
REPLACEMENT, CANCELLATION = ApplicationKind.REPLACEMENT, ApplicationKind.CANCELLATION
AGENT = Applicant(ApplicantKind.AGENT, " 卢文轩 ", "11010119900307002x", " 2026-11-20 委托书 ")
GUARDIAN = replace(AGENT, kind=ApplicantKind.GUARDIAN)


def test_a_formal_loss_protects_the_card_from_the_moment_of_filing(hall: Hall) -> None:
    filed = hall.file(LOSS)

    assert (filed.number, filed.state) == ("310000-20261123-000001", ApplicationState.FILED)
    assert (filed.card_state, filed.card_version) == (CardState.NORMAL, 2)
    assert (filed.filed_by, filed.window, filed.filed_at) == ("1001", "3", NOON)
    assert hall.mirrored() is CardState.TEMPORARILY_LOST
    assert hall.e_card().state is ECardState.SUSPENDED
    case = hall.without_card("1002")
    assert case.application == filed
    assert case.temporary_loss is not None
    assert case.temporary_loss.until is None
    hall.clock.forward(days=99)
    assert hall.lapses.end_due(hall.desk("1001")) == 0


def test_a_temporary_loss_that_runs_has_no_end_once_the_formal_one_is_filed(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    filed = hall.file(LOSS, number="1002")
    assert (filed.card_state, filed.card_version) == (CardState.TEMPORARILY_LOST, 2)
    case = hall.without_card()
    assert case.temporary_loss is not None
    assert (case.temporary_loss.until, case.temporary_loss.reported_by) == (None, "1001")


def test_a_card_has_one_open_application_whoever_files(hall: Hall) -> None:
    seen_before = hall.without_card("1002")
    hall.file(CANCELLATION, reason="出国定居")
    with pytest.raises(NotPossible) as refused:
        hall.file(LOSS, seen_before, number="1002")
    assert refused.value.hindrances == (Hindrance.APPLICATION_WAITS,)
    assert (refused.value.at, refused.value.window) == (hall.clock.now(), "3")
    assert hall.card().state is CardState.NORMAL


def test_what_is_not_filed_leaves_nothing_behind(hall: Hall) -> None:
    with pytest.raises(InvalidInput):
        hall.file(LOSS, reason="  ")
    assert hall.card().version == 1
    assert hall.without_card().application is None
    assert hall.file(LOSS).number.endswith("000001")


def test_an_agent_brings_both_ids_and_an_authorisation(hall: Hall) -> None:
    filed = hall.file(LOSS, applicant=AGENT)
    assert filed.applicant == Applicant(
        ApplicantKind.AGENT, "卢文轩", "11010119900307002X", "2026-11-20 委托书"
    )
    with hall.store.begin(write=False) as uow:
        assert uow.applications.get(filed.id) == filed


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"name": " "}, "applicant_name", "missing"),
        ({"name": None}, "applicant_name", "missing"),
        ({"id_number": None}, "applicant_id_number", "not_an_id_number"),
        ({"id_number": "110101199003070021"}, "applicant_id_number", "not_an_id_number"),
        ({"id_number": OUYANG.id_number}, "applicant_id_number", "not_an_id_number"),
        ({"authorisation": " "}, "authorisation", "missing"),
        ({"authorisation": "一" * 501}, "authorisation", "too_long"),
        ({"kind": ApplicantKind.GUARDIAN}, "applicant", "holder_of_age"),
    ],
)
def test_papers_that_are_not_in_order_are_named(
    hall: Hall, changes: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        hall.file(LOSS, applicant=replace(AGENT, **changes))  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.problem) == (field, problem)


@pytest.mark.parametrize(("born", "minor"), [("20081124", True), ("20081123", False)])
def test_a_guardian_applies_for_a_minor_only(any_store: Store, born: str, minor: bool) -> None:
    day = date.fromisoformat(f"{born[:4]}-{born[4:6]}-{born[6:]}")
    child = Holder(f"310101{born}0022", "欧阳小", "2", birth_date=day)
    hall = Hall(any_store, SHANGHAI)
    hall.settle_in(normal(holder=child), holder=child)
    case = hall.without_card(holder=child)
    if minor:
        filed = hall.file(LOSS, case, applicant=GUARDIAN)
        assert filed.applicant.kind is ApplicantKind.GUARDIAN
    else:
        with pytest.raises(InvalidInput):
            hall.file(LOSS, case, applicant=GUARDIAN)


def test_an_agent_is_not_the_holder(any_store: Store) -> None:
    own = Holder("11010119900307002X", "卢文轩")
    hall = Hall(any_store, SHANGHAI)
    hall.settle_in(normal(holder=own), holder=own)
    with pytest.raises(InvalidInput) as refused:
        hall.file(LOSS, hall.without_card(holder=own), applicant=AGENT)
    assert refused.value.problem == "is_the_holders"


def test_supervisors_file_nothing_and_who_has_both_roles_may(hall: Hall) -> None:
    case = hall.without_card()
    with pytest.raises(NotPermitted):
        hall.loss.file(hall.desk("2001"), case, LOSS, HOLDER, "遗失")
    assert hall.file(LOSS, case, number="3001").filed_by == "3001"


def test_a_release_takes_the_original_card(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    with pytest.raises(NotPossible) as refused:
        hall.file(RELEASE, reason="找到了")
    assert refused.value.hindrances == (Hindrance.CARD_NEEDED,)
    filed = hall.file(RELEASE, hall.with_card(), reason="找到了")
    assert hall.card().state is CardState.TEMPORARILY_LOST
    hall.decide(filed)
    assert hall.mirrored() is CardState.NORMAL
    assert hall.e_card().state is ECardState.ISSUED
    assert hall.without_card().temporary_loss is None


def test_a_card_that_is_not_lost_is_not_released(hall: Hall) -> None:
    with pytest.raises(NotPossible) as refused:
        hall.file(RELEASE, hall.with_card(), reason="找到了")
    assert refused.value.hindrances == (Hindrance.NOT_LOST,)


def test_release_after_formal_loss_where_the_region_allows_it(hall: Hall) -> None:
    hall.decide(hall.file(LOSS))
    assert hall.card().state is CardState.LOST
    hall.decide(hall.file(RELEASE, hall.with_card(), reason="找到了"))
    assert hall.mirrored() is CardState.NORMAL


def test_no_release_after_formal_loss_elsewhere(elsewhere: Hall) -> None:
    hall = elsewhere
    hall.decide(hall.file(LOSS))
    with pytest.raises(NotPossible) as refused:
        hall.file(RELEASE, hall.with_card(), reason="找到了")
    assert refused.value.hindrances == (Hindrance.RELEASE_NOT_ALLOWED,)


def test_no_release_once_a_replacement_was_applied_for(hall: Hall) -> None:
    hall.decide(hall.file(LOSS))
    filed = hall.file(REPLACEMENT, reason="lost")
    for _ in range(2):  # while it waits, and after its approval
        with pytest.raises(NotPossible) as refused:
            hall.file(RELEASE, hall.with_card(), reason="找到了")
        assert refused.value.hindrances == (Hindrance.REPLACEMENT_WAITS,)
        if filed.state is ApplicationState.FILED:
            filed = hall.decide(filed)


def test_a_lost_card_is_replaced_after_its_formal_loss(hall: Hall) -> None:
    hall.loss.report_temporary(hall.desk("1001"), hall.without_card())
    with pytest.raises(NotPossible) as refused:
        hall.file(REPLACEMENT, reason="lost")
    assert refused.value.hindrances == (Hindrance.FORMAL_LOSS_FIRST,)


@pytest.mark.parametrize(
    ("reason", "days_left", "taken"),
    [
        ("damaged", 999, True),
        ("expiring", 60, True),
        ("expiring", 61, False),
        ("lost", 999, False),
        ("because", 999, False),
    ],
)
def test_a_card_is_replaced_for_a_reason_that_fits(
    any_store: Store, reason: str, days_left: int, taken: bool
) -> None:
    hall = Hall(any_store, SHANGHAI)
    hall.settle_in(normal(valid_until=NOON.date() + timedelta(days=days_left)))
    if taken:
        assert hall.file(REPLACEMENT, hall.with_card(), reason=reason).reason == reason
        assert hall.card().state is CardState.NORMAL
    else:
        with pytest.raises(InvalidInput) as refused:
            hall.file(REPLACEMENT, hall.with_card(), reason=reason)
        assert refused.value.field == "reason"


def test_a_cancelled_card_is_at_its_end_and_its_e_card_with_it(hall: Hall) -> None:
    hall.decide(hall.file(CANCELLATION, reason="出国定居"))
    assert hall.mirrored() is CardState.CANCELLED
    assert hall.e_card().state is ECardState.REVOKED
    kinds = [str(request.kind) for request, _ in hall.platform.delivered]
    assert kinds == ["report_card", "revoke_e_card"]
    for kind in ApplicationKind:
        with pytest.raises(NotPossible):
            hall.file(kind, hall.with_card(), reason="damaged")


def test_an_application_outlives_a_version_that_was_only_raised_for_the_platform(
    hall: Hall,
) -> None:
    hall.platform.cards[CODE] = replace(hall.platform.cards[CODE], version=7)
    filed = hall.file(LOSS)
    assert hall.card().version == 8
    hall.decide(replace(filed, card_version=8), Verdict(True))
    assert (hall.card().state, hall.card().version) == (CardState.LOST, 9)
    assert hall.platform.e_cards[SIGN_NO].state is ECardState.SUSPENDED
