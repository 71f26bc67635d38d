"""E-cards follow their cards also when the store did not know of them, or could not be told."""

from dataclasses import replace

import pytest

from desk_app.domain.application import ApplicationKind
from desk_app.domain.card import CardState
from desk_app.domain.e_card import ECard, ECardState
from desk_app.domain.errors import PlatformUnreachable
from desk_app.domain.outbox import IssueECard
from desk_app.services.ports import Store
from tests.integration.loss.hall import SHANGHAI, SIGN_NO, SUZHOU, Hall, normal
from tests.integration.store.samples import AIZEMAITI, SECOND_CODE, consent


def unbound(hall: Hall) -> str:
    """A citizen's card, known to the platform, without an e-card."""
    card = normal(SECOND_CODE, holder=AIZEMAITI)
    hall.platform.cards[SECOND_CODE] = replace(card)
    with hall.store.begin() as uow:
        uow.holders.put(AIZEMAITI)
        uow.cards.add(card)
        uow.commit()
    return SECOND_CODE


def bind_without_an_answer(hall: Hall, code: str) -> None:
    hall.platform.down = True
    wanted = IssueECard(hall.card(code), replace(consent(code), id_number=AIZEMAITI.id_number))
    with hall.store.begin() as uow:
        hall.delivery.write_down(uow, hall.desk("1001"), wanted)
        uow.commit()


def e_cards_of(hall: Hall, code: str) -> list[ECardState]:
    """As the platform has them; the store remembers the same."""
    found = hall.platform.find_e_cards(identification_code=code)
    with hall.store.begin(write=False) as uow:
        remembered: tuple[ECard, ...] = uow.e_cards.of_holder(AIZEMAITI.id_number)
    assert set(found) == set(remembered)
    return [e_card.state for e_card in found]


@pytest.mark.parametrize("policy", [SHANGHAI, SUZHOU], ids=["shanghai", "suzhou"])
def test_a_card_is_lost_while_nobody_knows_whether_its_e_card_was_issued(
    any_store: Store, policy: object
) -> None:
    hall = Hall(any_store, SUZHOU if policy is SUZHOU else SHANGHAI)
    hall.settle_in(normal())
    code = unbound(hall)
    bind_without_an_answer(hall, code)
    hall.file(ApplicationKind.FORMAL_LOSS, hall.without_card(holder=AIZEMAITI))
    hall.platform.down = False
    done = hall.delivery.deliver_pending()
    assert (done.refused, done.left) == (0, 0)
    assert hall.mirrored(code) is CardState.TEMPORARILY_LOST
    ended = ECardState.REVOKED if policy is SUZHOU else ECardState.SUSPENDED
    assert e_cards_of(hall, code) == [ended]
    with hall.store.begin(write=False) as uow:
        assert uow.outbox.pending() == ()


def test_an_e_card_that_is_known_ends_once(elsewhere: Hall) -> None:
    elsewhere.file(ApplicationKind.FORMAL_LOSS)
    assert elsewhere.e_card().state is ECardState.REVOKED
    kinds = [str(request.kind) for request, _ in elsewhere.platform.delivered]
    assert kinds == ["report_card", "revoke_e_card"]


def test_a_report_is_repeated_until_it_is_known_what_became_of_the_e_card(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = hall.without_card()
    with monkeypatch.context() as outage:

        def unanswered(**_: object) -> tuple[ECard, ...]:
            raise PlatformUnreachable

        outage.setattr(hall.platform, "find_e_cards", unanswered)
        hall.loss.report_temporary(hall.desk("1001"), case)
        assert hall.mirrored() is CardState.TEMPORARILY_LOST
    with hall.store.begin(write=False) as uow:
        remembered = uow.e_cards.get(SIGN_NO)
    assert remembered is not None
    assert remembered.state is ECardState.ISSUED
    assert hall.delivery.deliver_pending().left == 0
    assert hall.e_card().state is ECardState.SUSPENDED
